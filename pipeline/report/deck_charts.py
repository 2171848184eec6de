"""Native charts of a slide, with the data behind them where a reader can edit it."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_TICK_LABEL_POSITION
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Pt

from pipeline.report.deck_look import FONT, GREY, RULE, SERIES, TEXT, Box, colour
from pipeline.report.deck_parts import describe, write
from pipeline.report.workbook_cells import TEXT_OPTIONS

MOST_STEPS = 8
"""Steps of an axis, at most."""
WTE_FORMAT = "[>=9.95]#,##0;[<=-9.95]-#,##0;0.0"
"""WTE as they are written everywhere: whole, or with one decimal under ten."""
_chart_data: Any = CategoryChartData


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
    data = _chart_data()
    data.categories = list(shown.names)
    data.add_series(shown.series, list(shown.values))
    frame = new.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *box.emu(), data)
    describe(frame, f"Chart: {caption}", alt)
    chart = frame.chart
    chart.has_legend = chart.has_title = False
    chart.font.size, chart.font.name = Pt(12), FONT
    chart.font.color.rgb = colour(TEXT)
    _axes(chart, shown.series)
    plot = chart.plots[0]
    plot.gap_width = 60
    plot.series[0].format.fill.solid()
    plot.series[0].format.fill.fore_color.rgb = colour(SERIES[0])
    plot.series[0].invert_if_negative = False
    _scale(chart.value_axis, [value for value in (*shown.values, *shown.low, *shown.high, 0.0) if value is not None])
    if shown.low:
        _ranges(plot.series[0], shown)
    else:
        _label(plot)
    chart.part.chart_workbook.update_from_xlsx_blob(_data_of(shown))


def _axes(chart: Any, unit: str) -> None:
    chart.category_axis.reverse_order = True
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    chart.category_axis.format.line.color.rgb = colour(GREY)
    chart.category_axis.has_major_gridlines = False
    value = chart.value_axis
    value.tick_label_position = XL_TICK_LABEL_POSITION.HIGH
    value.major_gridlines.format.line.color.rgb = colour(RULE)
    value.format.line.fill.background()
    value.has_title = True
    write(value.axis_title.text_frame.paragraphs[0], unit, size=12)
    value.tick_labels.number_format, value.tick_labels.number_format_is_linked = "#,##0", False


def _scale(axis: Any, reached: Sequence[float]) -> None:
    """Ends of the axis, which does not see the lines of ranges by itself, at round numbers beyond all that is drawn."""
    span = max(max(reached) - min(reached), 1.0)
    step = 10 ** math.floor(math.log10(span))
    step = next(step * share for share in (0.2, 0.5, 1, 2) if span / (step * share) <= MOST_STEPS)
    axis.minimum_scale = math.floor(min(reached) / step) * step
    axis.maximum_scale = math.ceil(max(reached) / step) * step
    axis.major_unit = step


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
    points = "".join(
        f'<c:pt idx="{at}"><c:v>{value!r}</c:v></c:pt>' for at, value in enumerate(values) if value is not None
    )
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
    for row, name in enumerate(shown.names, 1):
        sheet.write_string(row, 0, name)
    for place, (heading, values) in enumerate(columns, 1):
        if values:
            sheet.write_string(0, place, heading)
            sheet.write_column(1, place, values)
    book.close()
    return held.getvalue()
