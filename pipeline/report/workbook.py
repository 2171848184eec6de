"""The workbook: every table of the document and the data of every figure, numbered as there, a sheet each.

A sheet a table, rather than a chapter's tables one below another, so that each can be sorted, filtered, frozen under
its headings and read by a program by the number that the document gives it. The sheet of contents leads to all of them.
What a cell holds is written as what it is, and a text always as a text: nothing here is a formula, and the only links
are those from sheet to sheet.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from pipeline.report import words
from pipeline.report.carried import Carried, Column
from pipeline.report.disclosure import HIDDEN
from pipeline.report.headlines import format_of
from pipeline.report.words import bounded
from pipeline.report.workbook_cells import (
    LONGEST_HEADING,
    NUMBERS,
    TEXT_OPTIONS,
    WIDEST,
    WIDEST_FIRST,
    Pen,
    fits,
    heading_look,
    make_room,
    set_heights,
    width_of,
    write_across,
    write_value,
)
from pipeline.store import atomic_path

WORKBOOK = "strategy.xlsx"
COVER, CONTENTS, KEY_FIGURES = "Cover", "Contents", "Key figures"
HOW_TO_READ = (
    "Each sheet holds one table of the strategy, or the data of one figure, under the number it has there. Contents "
    "leads to all of them.",
    "A number reads as it does in the document; the cell holds all of its decimals, but where a table says that it is "
    "rounded or counts in whole tests, patients or pounds.",
    "A cell that holds a figure with its range, its unit or a word beside it is text, as are the figures of a column "
    "whose rows have units of their own. Each sheet names its columns of that kind.",
    f"{HIDDEN} in a cell is a small count, hidden so that nobody can be identified; the sheet then says by which rule. "
    "An empty cell is a dash in the document: not available.",
    "No cell is a formula. The tables have the names Table_4_1 or Figure_8_1 for use elsewhere.",
)
COVER_WIDTH = 100
"""Letters of the cover's second column."""


@dataclass(frozen=True)
class Sheet:
    """A table of the document under its number ("Table 4.3"), and the chapter it is in."""

    label: str
    chapter: str
    table: Carried


def write(
    path: Path,
    cover: Sequence[tuple[str, str]],
    headlines: pd.DataFrame,
    sheets: Sequence[Sheet],
    *,
    title: str,
    made: str,
) -> Path:
    """Write the workbook whole or not at all.

    `cover` are its particulars, a label and a text each; `headlines` the headline figures as notebooks wrote them;
    `made` is an ISO time, which the file says it was made at (the same strategy gives the same file).
    """
    with atomic_path(path) as partial:
        book = xlsxwriter.Workbook(str(partial), TEXT_OPTIONS)
        book.set_properties(_properties(title, cover, made))
        book.set_custom_property("Language", "en-GB")
        pen = Pen(book)
        _write_cover(pen, title, cover)
        _write_contents(pen, sheets)
        if len(headlines):
            _write_headlines(pen, headlines)
        for sheet in sheets:
            _write_table(pen, sheet)
        book.close()
    return path


def _properties(title: str, cover: Sequence[tuple[str, str]], made: str) -> dict[str, Any]:
    created = dt.datetime.fromisoformat(made) if made else dt.datetime(2000, 1, 1)
    status = dict(cover).get("Status", "")
    return {"title": title, "status": bounded(status, LONGEST_HEADING), "created": created.replace(tzinfo=None)}


def _write_cover(pen: Pen, title: str, cover: Sequence[tuple[str, str]]) -> None:
    sheet = pen.sheet(COVER, title)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, COVER_WIDTH)
    row = 2
    for label, text in cover:
        sheet.write_string(row, 0, fits(label), pen.look(bold=True))
        sheet.write_string(row, 1, fits(text), pen.look(text_wrap=True))
        make_room(sheet, row, fits(text), COVER_WIDTH)
        row += 1
    sheet.write_string(row + 1, 0, "How to read it", pen.look(bold=True))
    for place, line in enumerate(HOW_TO_READ, row + 1):
        sheet.write_string(place, 1, line, pen.look(text_wrap=True))
        make_room(sheet, place, line, COVER_WIDTH)
    pen.link(sheet, row + 2 + len(HOW_TO_READ), 1, CONTENTS, "Go to the contents")


def _write_contents(pen: Pen, sheets: Sequence[Sheet]) -> None:
    sheet = pen.sheet(CONTENTS, "Contents")
    pen.link(sheet, 1, 0, COVER, "Back to the cover")
    headings = ("Sheet", "Chapter", "Title", "What it is", "Rows")
    for place, (heading, width) in enumerate(zip(headings, (14, 44, 90, 18, 8), strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(3, place, heading, heading_look(pen, "count" if heading == "Rows" else "text"))
    for row, each in enumerate(sheets, 4):
        pen.link(sheet, row, 0, each.label, each.label)
        what = "Table" if each.table.kind == "Table" else "Data of a figure"
        for place, text in enumerate((each.chapter, each.table.title, what), 1):
            sheet.write_string(row, place, fits(text), pen.look())
        sheet.write_number(row, 4, each.table.rows, pen.look(num_format=NUMBERS["count"]))
    sheet.freeze_panes(4, 1)


def _write_headlines(pen: Pen, headlines: pd.DataFrame) -> None:
    """The headline figures, each written in its own unit."""
    sheet = pen.sheet(KEY_FIGURES, KEY_FIGURES)
    pen.link(sheet, 1, 0, CONTENTS, "Back to the contents")
    for place, (heading, width) in enumerate((("Figure", 90), ("Value", 12), ("P10", 12), ("P90", 12), ("Unit", 14))):
        sheet.set_column(place, place, width)
        sheet.write_string(3, place, heading, heading_look(pen, "count" if place in (1, 2, 3) else "text"))
    for row, each in enumerate(headlines.to_dict("records"), 4):
        sheet.write_string(row, 0, fits(each["label"]), pen.look(text_wrap=True))
        for place, key in enumerate(("value", "low", "high"), 1):
            value = None if words.is_missing(each[key]) else float(each[key])
            write_value(pen, sheet, row, place, value, format_of(each["unit"]))
        sheet.write_string(row, 4, each["unit"], pen.look(indent=1))
    sheet.freeze_panes(4, 1)


def _write_table(pen: Pen, each: Sheet) -> None:
    table = each.table
    sheet = pen.sheet(each.label, f"{each.label}. {table.title}")
    lines = [text for text in (table.says, *table.notes, _figures_as_text(table)) if text]
    headings = distinct(column.heading for column in table.columns)
    widths = [
        width_of(heading, column, WIDEST if place else WIDEST_FIRST)
        for place, (heading, column) in enumerate(zip(headings, table.columns, strict=True))
    ]
    for row, text in enumerate(lines, 1):
        write_across(sheet, row, fits(text), widths, pen.look(font_color="#4c6272", text_wrap=True))
    top = len(lines) + 1
    pen.link(sheet, top, 0, CONTENTS, "Back to the contents")
    _write_region(pen, sheet, top + 1, each.label, table, headings, widths)
    sheet.freeze_panes(top + 2, 1)
    sheet.repeat_rows(top + 1)


def _figures_as_text(table: Carried) -> str:
    """Which columns hold figures as text, so that nobody adds them up; nothing where none does."""
    named = [column.heading for column in table.columns[1:] if _holds_figures_as_text(column)]
    why = "since cells hold more than a number, or rows have units of their own"
    return f"Figures that are text here, {why}: {words.join(named)}." if named else ""


def _holds_figures_as_text(column: Column) -> bool:
    """Whether most of what a column of text holds are figures, with a unit, a range or a word beside them or not."""
    texts = [value for value in column.values if isinstance(value, str)]
    figures = [text for text in texts if len(text) <= LONGEST_FIGURE and _FIGURE.match(text) and not _DAY.match(text)]
    return column.kind == "text" and 2 * len(figures) > len(texts)


LONGEST_FIGURE = 40
"""Letters up to which a text that begins with a number is a figure and no sentence."""
_FIGURE = re.compile(r"[−-]?£?\d")
_DAY = re.compile(r"(\d{1,2} )?[A-Z][a-z]+ \d{4}$|\d{4}(/\d\d)?$|\d+(-\d+)+$|\d+\+$")


def _write_region(
    pen: Pen, sheet: Any, top: int, label: str, table: Carried, headings: Sequence[str], widths: Sequence[int]
) -> None:
    """The headings and rows as a named table of Excel, which holds one row even where there is nothing to show."""
    last = (top + max(table.rows, 1), len(headings) - 1)
    columns = [
        {"header": heading, "header_format": heading_look(pen, column.kind)}
        for heading, column in zip(headings, table.columns, strict=True)
    ]
    named = {"name": re.sub(r"\W", "_", label), "columns": columns, "style": "Table Style Light 1"}
    sheet.add_table(top, 0, *last, {**named, "banded_rows": False})
    set_heights(sheet, top, headings, table.columns, widths)
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, widths[place])
        for row, value in enumerate(column.values, top + 1):
            shown = HIDDEN if row - top - 1 in column.hidden else value
            write_value(pen, sheet, row, place, shown, column.kind)
    if not table.rows:
        sheet.write_string(top + 1, 0, "There is nothing to show.", pen.look())


def distinct(headings: Iterable[str]) -> list[str]:
    """Headings as a table of Excel takes them: not too long, and no two alike whatever their capitals."""
    taken: Counter[str] = Counter()
    kept = []
    for heading in headings:
        short = bounded(heading, LONGEST_HEADING - 5)
        taken[short.casefold()] += 1
        number = taken[short.casefold()]
        kept.append(short if number == 1 else f"{short} ({number})")
    return kept


def numbered(labels: Sequence[tuple[str, str]], tables: Sequence[Carried], chapter: str) -> list[Sheet]:
    """The tables of a chapter under the numbers and titles that its page gives them, in the order of the page.

    Raises ValueError where the page has one without its data, or another.
    """
    titles = [" ".join(table.title.split()) for table in tables]
    if [title for _, title in labels] != titles:
        odd = next((label for (label, title) in labels if title not in titles), labels[0][0] if labels else "a table")
        raise ValueError(f"{odd} of the chapter “{chapter}” did not come with its data; show it with display.table")
    return [Sheet(label, chapter, table) for (label, _), table in zip(labels, tables, strict=True)]
