"""The parts of a slide: a title, passages, native tables and native charts, all of which can be read aloud and edited."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pptx
import xlsxwriter
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_TICK_LABEL_POSITION
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Inches, Pt

from pipeline.report import deck_room, tables
from pipeline.report.tables import Arranged
from pipeline.report.workbook import TEXT_OPTIONS

WIDE, HIGH, EDGE = 13.333, 7.5, 0.5
"""Inches of a slide of 16:9, and of its margins."""
BLUE, DARK_BLUE, TEXT, GREY, WHITE, RULE = "005EB8", "003087", "212B32", "4C6272", "FFFFFF", "D8DDE0"
BAR = "12436D"
FONT = "Arial"
TITLE_ONLY = 5
"""Place of the layout with a title and nothing else among those of an empty presentation."""
TITLE_SIZES, BODY_SIZES, CELL_SIZES = (28, 26, 24, 22, 20), (20, 18, 17, 16, 15, 14, 13, 12), (14, 13, 12, 11, 10.5, 10)
WTE_FORMAT = "[>=9.95]#,##0;[<=-9.95]-#,##0;0.0"
"""WTE as they are written everywhere: whole, or with one decimal under ten."""


@dataclass(frozen=True)
class Box:
    """A place on a slide, in inches."""

    left: float
    top: float
    width: float
    height: float

    def emu(self) -> tuple[Any, Any, Any, Any]:
        """As python-pptx takes it."""
        return Inches(self.left), Inches(self.top), Inches(self.width), Inches(self.height)


def presentation(title: str) -> Any:
    """An empty presentation of 16:9 in the colours and letters of the strategy."""
    made = pptx.Presentation()
    made.slide_width, made.slide_height = Inches(WIDE), Inches(HIGH)
    made.core_properties.title, made.core_properties.language = title, "en-GB"
    made.core_properties.author = made.core_properties.last_modified_by = ""
    master = made.slide_master
    for place in [master, *made.slide_layouts]:
        _widen(place)
    _theme(master)
    _master_title(master)
    return made


def _widen(place: Any) -> None:
    """Stretch the places of a layout, which are those of a slide of 4:3, to one of 16:9."""
    for shape in place.placeholders:
        offset = shape._element.spPr.find(".//{*}off")
        if offset is not None:
            shape.left, shape.width = int(shape.left * WIDE / 10), int(shape.width * WIDE / 10)


def _theme(master: Any) -> None:
    theme = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    root = parse_xml(theme.blob)
    colours = {"dk2": DARK_BLUE, "accent1": BLUE, "accent2": BAR, "accent3": "28A197", "accent4": "801650"}
    for name, colour in colours.items():
        (slot,) = root.findall(f".//{{*}}clrScheme/{{*}}{name}")
        slot.clear()
        slot.append(parse_xml(f'<a:srgbClr {nsdecls("a")} val="{colour}"/>'))
    for face in root.findall(".//{*}fontScheme/*/{*}latin"):
        face.set("typeface", FONT)
    theme._blob = _as_bytes(root)


def _as_bytes(root: Any) -> bytes:
    from lxml import etree

    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _master_title(master: Any) -> None:
    """The title of every slide at the top left, under a band of blue that is decoration and so on the master."""
    (title,) = [shape for shape in master.placeholders if shape.placeholder_format.type == 1]
    title.left, title.top, title.width, title.height = title_box().emu()
    title.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    (style,) = master.element.findall(".//{*}titleStyle/{*}lvl1pPr")
    style.set("algn", "l")
    letters = style.find("{*}defRPr")
    letters.set("sz", str(TITLE_SIZES[0] * 100))
    letters.set("b", "1")
    fill = letters.find("{*}solidFill")
    fill.clear()
    fill.append(parse_xml(f'<a:srgbClr {nsdecls("a")} val="{DARK_BLUE}"/>'))
    band = master.shapes._spTree
    band.insert(2, parse_xml(_BAND.format(names=nsdecls("p", "a"), width=Inches(WIDE), height=Inches(0.16), fill=BLUE)))


_BAND = (
    '<p:sp {names}><p:nvSpPr><p:cNvPr id="90" name="Band"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr><a:xfrm>'
    '<a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
    '<a:solidFill><a:srgbClr val="{fill}"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr></p:sp>'
)


def title_box() -> Box:
    """Where the title of a slide stands."""
    return Box(EDGE, 0.35, WIDE - 2 * EDGE, 0.95)


def slide(made: Any, title: str, foot: str, notes: str) -> Any:
    """A new slide with its title, first in the order of reading, its foot, and what is said in its notes."""
    new = made.slides.add_slide(made.slide_layouts[TITLE_ONLY])
    box = title_box()
    new.shapes.title.left, new.shapes.title.top, new.shapes.title.width, new.shapes.title.height = box.emu()
    frame = new.shapes.title.text_frame
    frame.vertical_anchor, frame.word_wrap = MSO_ANCHOR.MIDDLE, True
    size = deck_room.largest([title], box.width - 0.2, box.height - 0.1, TITLE_SIZES)
    _write(frame.paragraphs[0], title, size=size, bold=True, colour=DARK_BLUE)
    new.notes_slide.notes_text_frame.text = notes
    _foot(new, foot, len(made.slides))
    return new


def _foot(new: Any, text: str, number: int) -> None:
    box = new.shapes.add_textbox(*Box(EDGE, 7.02, WIDE - 2 * EDGE, 0.34).emu())
    box.name = "Foot"
    _write(box.text_frame.paragraphs[0], f"{number}    {text}", size=10, colour=GREY)


def passage(
    new: Any, box: Box, texts: Sequence[str], name: str, *, bold_first: bool = False, framed: bool = False
) -> None:
    """Paragraphs in letters that fit their box."""
    shape = new.shapes.add_textbox(*box.emu())
    shape.name = name
    frame = shape.text_frame
    frame.word_wrap = True
    if framed:
        shape.line.color.rgb, shape.line.width = RGBColor.from_string(BLUE), Pt(2)
    size = deck_room.largest(texts, box.width - 0.3, box.height - 0.15, BODY_SIZES)
    for number, text in enumerate(texts):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.space_after = Pt(size * 0.5)
        is_head = bold_first and number == 0
        _write(paragraph, text, size=size, bold=is_head, colour=DARK_BLUE if is_head else TEXT)


def card(new: Any, box: Box, value: str, label: str, note: str) -> None:
    """A large number, what it is, and its range."""
    shape = new.shapes.add_textbox(*box.emu())
    shape.name = "Key figure"
    frame = shape.text_frame
    frame.word_wrap = True
    _write(frame.paragraphs[0], value, size=30, bold=True, colour=DARK_BLUE)
    size = deck_room.largest([label, note], box.width - 0.25, box.height - 0.7, (15, 14, 13, 12, 11, 10))
    _write(frame.add_paragraph(), label, size=size)
    if note:
        _write(frame.add_paragraph(), note, size=size, colour=GREY)


def _write(paragraph: Any, text: str, *, size: float, bold: bool = False, colour: str = TEXT) -> None:
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, FONT
    run.font.color.rgb = RGBColor.from_string(colour)
    run.font.language_id = MSO_LANGUAGE_ID.ENGLISH_UK


def table(new: Any, box: Box, shown: Arranged, shares: Sequence[float], caption: str) -> int:
    """A native table with its headings and as many of its rows as fit; how many those are.

    `shares` of the width go to each column. Hidden values are the mark and nothing else.
    """
    kinds = [shown.kinds[name] for name in shown.frame.columns]
    heads, rows = [tables.heading(name) for name in shown.frame.columns], tables.as_text(shown)
    widths = [box.width * share / sum(shares) for share in shares]
    size, fitting = deck_room.rows_that_fit([heads, *rows], widths, box.height, CELL_SIZES)
    kept = rows[: max(fitting - 1, 1)]
    frame = new.shapes.add_table(len(kept) + 1, len(heads), *box.emu())
    _describe(frame, f"Table: {caption}", f"Table of {len(kept)} rows, {caption}. Columns: {', '.join(heads)}.")
    frame.table.first_row, frame.table.first_col, frame.table.horz_banding = True, True, False
    for column, width in zip(frame.table.columns, widths, strict=True):
        column.width = Inches(width)
    for number, cells in enumerate([heads, *kept]):
        frame.table.rows[number].height = Inches(deck_room.row_height(cells, widths, size))
        for place, text in enumerate(cells):
            _cell(frame.table.cell(number, place), text, size, is_head=number == 0, is_number=tables.is_number(kinds[place]))
    return len(kept)


def _cell(cell: Any, text: str, size: float, *, is_head: bool, is_number: bool) -> None:
    cell.fill.solid()
    cell.fill.fore_color.rgb = RGBColor.from_string(BLUE if is_head else WHITE)
    cell.margin_top = cell.margin_bottom = Inches(deck_room.ABOVE / 2)
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT if is_number else PP_ALIGN.LEFT
    _write(paragraph, text, size=size, bold=is_head, colour=WHITE if is_head else TEXT)
    if not is_head:
        cell._tc.get_or_add_tcPr().insert(0, parse_xml(_UNDER.format(names=nsdecls("a"), colour=RULE)))


_UNDER = '<a:lnB {names} w="9525"><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></a:lnB>'


def _describe(frame: Any, name: str, alt: str) -> None:
    frame.name = name
    frame._element.nvGraphicFramePr.cNvPr.set("descr", alt)


@dataclass(frozen=True)
class Bars:
    """What a chart of bars shows: a value a name, with the ends of its range where it has one; None where hidden."""

    series: str
    names: Sequence[str]
    values: Sequence[float | None]
    low: Sequence[float | None] = ()
    high: Sequence[float | None] = ()


def bars(new: Any, box: Box, shown: Bars, caption: str, alt: str) -> None:
    """A native chart of horizontal bars from zero, the first on top, with lines for ranges."""
    data = CategoryChartData()
    data.categories = list(shown.names)
    data.add_series(shown.series, list(shown.values))
    frame = new.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *box.emu(), data)
    _describe(frame, f"Chart: {caption}", alt)
    chart = frame.chart
    chart.has_legend = chart.has_title = False
    chart.font.size, chart.font.name = Pt(12), FONT
    chart.font.color.rgb = RGBColor.from_string(TEXT)
    _axes(chart, shown.series)
    plot = chart.plots[0]
    plot.gap_width = 60
    plot.series[0].format.fill.solid()
    plot.series[0].format.fill.fore_color.rgb = RGBColor.from_string(BAR)
    plot.series[0].invert_if_negative = False
    if shown.low:
        _ranges(plot.series[0], shown)
    else:
        _label(plot)
    chart.part.chart_workbook.update_from_xlsx_blob(_data_of(shown))


def _axes(chart: Any, unit: str) -> None:
    chart.category_axis.reverse_order = True
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    chart.category_axis.format.line.color.rgb = RGBColor.from_string(GREY)
    chart.category_axis.has_major_gridlines = False
    value = chart.value_axis
    value.tick_label_position = XL_TICK_LABEL_POSITION.HIGH
    value.major_gridlines.format.line.color.rgb = RGBColor.from_string(RULE)
    value.format.line.fill.background()
    value.has_title = True
    _write(value.axis_title.text_frame.paragraphs[0], unit, size=12)
    value.tick_labels.number_format, value.tick_labels.number_format_is_linked = "#,##0", False


def _label(plot: Any) -> None:
    plot.has_data_labels = True
    labels = plot.data_labels
    labels.show_value, labels.position = True, XL_LABEL_POSITION.OUTSIDE_END
    labels.number_format, labels.number_format_is_linked = WTE_FORMAT, False


def _ranges(series: Any, shown: Bars) -> None:
    """Lines from the low to the high end of each range, which python-pptx has no word for."""
    above = _beyond(shown.high, shown.values)
    below = _beyond(shown.values, shown.low)
    plus, minus = (_points(part, letter) for part, letter in ((above, "C"), (below, "D")))
    xml = _ERROR_BARS.format(names=nsdecls("c", "a"), plus=plus, minus=minus, colour=TEXT)
    series._element.find("{*}cat").addprevious(parse_xml(xml))


def _beyond(ends: Sequence[float | None], starts: Sequence[float | None]) -> list[float | None]:
    pairs = zip(ends, starts, strict=True)
    return [None if end is None or start is None else max(end - start, 0.0) for end, start in pairs]


def _points(values: Sequence[float | None], column: str) -> str:
    points = "".join(f'<c:pt idx="{at}"><c:v>{value!r}</c:v></c:pt>' for at, value in enumerate(values) if value is not None)
    cache = f'<c:formatCode>General</c:formatCode><c:ptCount val="{len(values)}"/>{points}'
    where = f"Sheet1!${column}$2:${column}${len(values) + 1}"
    return f"<c:numRef><c:f>{where}</c:f><c:numCache>{cache}</c:numCache></c:numRef>"


_ERROR_BARS = (
    '<c:errBars {names}><c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="0"/>'
    "<c:plus>{plus}</c:plus><c:minus>{minus}</c:minus>"
    '<c:spPr><a:ln w="22225"><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></a:ln></c:spPr></c:errBars>'
)


def _data_of(shown: Bars) -> bytes:
    """The workbook behind a chart. python-pptx would write a name that begins with = into it as a formula."""
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True, **TEXT_OPTIONS})
    sheet = book.add_worksheet("Sheet1")
    above, below = (_beyond(shown.high, shown.values), _beyond(shown.values, shown.low)) if shown.low else ([], [])
    columns = ((shown.series, shown.values), ("Up to P90", above), ("Down to P10", below))
    sheet.write_column(1, 0, shown.names)
    for place, (heading, values) in enumerate(columns, 1):
        if values:
            sheet.write_string(0, place, heading)
            sheet.write_column(1, place, values)
    book.close()
    return held.getvalue()
