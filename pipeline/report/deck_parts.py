"""The parts of a slide: a title, passages and native tables, which can all be read aloud and edited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Inches, Pt

from pipeline.report import deck_room, tables
from pipeline.report.deck_look import (
    BLUE,
    BODY_SIZES,
    CELL_SIZES,
    DARK_BLUE,
    EDGE,
    FONT,
    GREY,
    RULE,
    TEXT,
    TITLE_SIZES,
    WHITE,
    WIDE,
    Box,
    colour,
    title_box,
)
from pipeline.report.tables import Arranged
from pipeline.report.words import writable

TITLE_ONLY = 5
"""Place of the layout with a title and nothing else among those of an empty presentation."""
VALUE_SIZE, LABEL_SIZES, FOOT_SIZE = 30, (15, 14, 13, 12, 11, 10), 10


def slide(made: Any, title: str, foot: str, notes: str) -> Any:
    """A new slide with its title, first in the order of reading, its foot, and what is said in its notes."""
    new = made.slides.add_slide(made.slide_layouts[TITLE_ONLY])
    box = title_box()
    new.shapes.title.left, new.shapes.title.top, new.shapes.title.width, new.shapes.title.height = box.emu()
    frame = new.shapes.title.text_frame
    frame.vertical_anchor, frame.word_wrap = MSO_ANCHOR.MIDDLE, True
    size = deck_room.largest([title], box.width - 0.2, box.height - 0.1, TITLE_SIZES)
    write(frame.paragraphs[0], title, size=size, bold=True, shade=DARK_BLUE)
    new.notes_slide.notes_text_frame.text = notes
    _foot(new, foot, len(made.slides))
    return new


def _foot(new: Any, text: str, number: int) -> None:
    box = new.shapes.add_textbox(*Box(EDGE, 7.02, WIDE - 2 * EDGE, 0.34).emu())
    box.name, box.text_frame.word_wrap = "Foot", True
    write(box.text_frame.paragraphs[0], f"{number}    {text}", size=FOOT_SIZE, shade=GREY)


def fitting(box: Box, *passages: Sequence[str]) -> float:
    """The size of letters in which each of several passages fits a box like this one."""
    return min(deck_room.largest(texts, box.width - 0.3, box.height - 0.15, BODY_SIZES) for texts in passages)


def passage(
    new: Any,
    box: Box,
    texts: Sequence[str],
    name: str,
    *,
    size: float = 0,
    headed: bool = False,
    framed: bool = False,
) -> None:
    """Paragraphs in letters that fit their box, or of a size, cut where even the smallest do not.

    The first may be their heading, and a frame may stand around them.
    """
    shape = new.shapes.add_textbox(*box.emu())
    shape.name = name
    frame = shape.text_frame
    frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
    if framed:
        frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        shape.line.color.rgb, shape.line.width = colour(BLUE), Pt(2)
    size = size or fitting(box, texts)
    kept = deck_room.cut_to_fit(texts, box.width - 0.3, box.height - 0.15, size)
    for number, text in enumerate(kept):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.space_after = Pt(size * 0.5)
        is_head = headed and number == 0
        write(paragraph, text, size=size, bold=is_head, shade=DARK_BLUE if is_head else TEXT)


def card(new: Any, box: Box, value: str, label: str, note: str) -> None:
    """A large number, what it is, and its range."""
    shape = new.shapes.add_textbox(*box.emu())
    shape.name = "Key figure"
    frame = shape.text_frame
    frame.word_wrap = True
    write(frame.paragraphs[0], value, size=VALUE_SIZE, bold=True, shade=DARK_BLUE)
    size = deck_room.largest([label, note], box.width - 0.25, box.height - 0.7, LABEL_SIZES)
    write(frame.add_paragraph(), label, size=size)
    if note:
        write(frame.add_paragraph(), note, size=size, shade=GREY)


def write(paragraph: Any, text: str, *, size: float, bold: bool = False, shade: str = TEXT) -> None:
    """Add words to a paragraph, in British English for who reads them aloud."""
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, FONT
    run.font.color.rgb = colour(shade)
    run.font.language_id = MSO_LANGUAGE_ID.ENGLISH_UK


def rows_of(box: Box, shown: Arranged, shares: Sequence[float]) -> int:
    """How many rows of a table there is room for, at least one."""
    return _fitted(box, shown, shares)[1]


def _fitted(box: Box, shown: Arranged, shares: Sequence[float]) -> tuple[float, int]:
    """The size of a table's letters, and how many of its rows fit below its headings."""
    cells = [_heads(shown), *tables.as_text(shown)]
    size, fitting = deck_room.rows_that_fit(cells, _widths(box, shown, shares), box.height, CELL_SIZES)
    return size, max(fitting - 1, 1)


def _heads(shown: Arranged) -> list[str]:
    return [tables.heading(name) for name in shown.frame.columns]


def _widths(box: Box, shown: Arranged, shares: Sequence[float]) -> list[float]:
    used = shares[: len(shown.frame.columns)]
    return [box.width * share / sum(used) for share in used]


def table(new: Any, box: Box, shown: Arranged, shares: Sequence[float], caption: str) -> None:
    """A native table with its headings and as many of its rows as fit.

    `shares` of the width go to each column; shares past the last column are not used. Hidden values are the mark and
    nothing else.
    """
    heads, widths = _heads(shown), _widths(box, shown, shares)
    size, fitting = _fitted(box, shown, shares)
    kept = tables.as_text(shown)[:fitting]
    frame = new.shapes.add_table(len(kept) + 1, len(heads), *box.emu())
    describe(frame, f"Table: {caption}", f"Table of {len(kept)} rows, {caption}. Columns: {', '.join(heads)}.")
    frame.table.first_row, frame.table.first_col, frame.table.horz_banding = True, True, False
    for column, width in zip(frame.table.columns, widths, strict=True):
        column.width = Inches(width)
    numeric = [tables.is_number(shown.kinds[name]) for name in shown.frame.columns]
    for number, cells in enumerate([heads, *kept]):
        frame.table.rows[number].height = Inches(deck_room.row_height(cells, widths, size))
        for place, text in enumerate(cells):
            at = frame.table.cell(number, place)
            _cell(at, text, size, is_head=number == 0, is_number=numeric[place])


def _cell(cell: Any, text: str, size: float, *, is_head: bool, is_number: bool) -> None:
    cell.fill.solid()
    cell.fill.fore_color.rgb = colour(BLUE if is_head else WHITE)
    cell.margin_top = cell.margin_bottom = Inches(deck_room.ABOVE / 2)
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT if is_number else PP_ALIGN.LEFT
    write(paragraph, text, size=size, bold=is_head, shade=WHITE if is_head else TEXT)
    if not is_head:
        cell._tc.get_or_add_tcPr().insert(0, parse_xml(_UNDER.format(names=nsdecls("a"), colour=RULE)))


_UNDER = '<a:lnB {names} w="9525"><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></a:lnB>'


def describe(frame: Any, name: str, alt: str) -> None:
    """Give a table or a chart its name and what it says in words."""
    frame.name = name
    frame._element.nvGraphicFramePr.cNvPr.set("descr", writable(alt))
