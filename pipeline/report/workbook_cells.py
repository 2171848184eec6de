"""The cells of a workbook: each value written as what it is and never as a formula, with its look, width and height."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections import Counter
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from pipeline.report import words
from pipeline.report.carried import DAYS, Column, Value
from pipeline.report.disclosure import HIDDEN

TEXT_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}
"""A text stays a text, whatever it begins with."""
LONGEST_CELL = 32_767
"""Letters that a cell of Excel can hold."""
LONGEST_HEADING = 255
NARROWEST, WIDEST, WIDEST_FIRST = 9, 46, 60
"""Letters across that a column is made to hold."""
SIZED_BY = 300
"""Rows of a column that its width is taken from."""
FIRST_DAY = dt.date(1900, 3, 1)
"""Excel's calendar holds a day before this that there never was; earlier ones are written as text."""
LINE_HEIGHT, TALLEST_ROW, MOST_LINES = 13, 408, 32
"""Points of a line of a cell and of the tallest row there can be, and how many lines that holds."""
NOTE_ACROSS, NOTE_LEAST, BESIDE = 110, 60, 8
"""Letters across that a note over a table takes at most and at the least, and those of a column beside the table."""
FILTER_BUTTON = 3
"""Letters of a heading's width that the button for sorting and filtering takes."""
A4 = 9
"""The paper, by Excel's number."""
SMALL = 10
"""WTE under this are written with a decimal."""
NUMBERS = {
    "count": "#,##0",
    "percent": "0.0%",
    "money": "£#,##0;-£#,##0",
    "ratio": "#,##0.00",
    "month": "mmmm yyyy",
    "date": "d mmmm yyyy",
}


class Pen:
    """The workbook being written and the look of its cells, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        self._looks: dict[tuple[tuple[str, Any], ...], Any] = {}

    def look(self, **how: Any) -> Any:
        """The format of a cell, in Arial unless it says otherwise."""
        key = tuple(sorted(how.items()))
        if key not in self._looks:
            self._looks[key] = self.book.add_format({"font_name": "Arial", "font_size": 10, "valign": "top", **how})
        return self._looks[key]

    def sheet(self, name: str, title: str) -> Any:
        """A new sheet with its title at the top."""
        sheet = self.book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.write_string(0, 0, fits(title), self.look(bold=True, font_size=14, font_color="#003087"))
        return sheet

    def link(self, sheet: Any, row: int, column: int, target: str, text: str) -> None:
        """A link to another sheet of this workbook."""
        sheet.write_url(row, column, f"internal:'{target}'!A1", self.look(font_color="#005eb8", underline=1), text)


def set_heights(
    sheet: Any, top: int, headings: Sequence[str], columns: Sequence[Column], widths: Sequence[int]
) -> None:
    """Give rows of more than one line their height: not every program works it out when it opens the file."""
    most = Counter({top: max(map(_lines, headings, (width - FILTER_BUTTON for width in widths)))})
    for column, width in zip(columns, widths, strict=True):
        for row, value in enumerate(column.values, top + 1):
            if isinstance(value, str) and len(value) > width:
                most[row] = max(most[row], _lines(value, width))
    for row, lines in most.items():
        sheet.set_row(row, min(lines * LINE_HEIGHT + 2, TALLEST_ROW))


def write_across(sheet: Any, row: int, text: str, widths: Sequence[int], look: Any) -> None:
    """A text over a table, wrapped within the table's columns, so that it is read and printed with it.

    It goes across as many of the columns as make a line of a page, and beyond them where the table is narrower.
    """
    across, width = 0, 0
    while width < (NOTE_ACROSS if across < len(widths) else NOTE_LEAST):
        width += widths[across] if across < len(widths) else BESIDE
        across += 1
    if across > 1:
        sheet.merge_range(row, 0, row, across - 1, "", look)
    sheet.write_string(row, 0, text, look)
    make_room(sheet, row, text, width)


def make_room(sheet: Any, row: int, text: str, width: int) -> None:
    """Make a row as high as a text takes that is wrapped to so many letters: not every program does it by itself."""
    sheet.set_row(row, min(_lines(text, width) * LINE_HEIGHT + 2, TALLEST_ROW))


def _lines(text: str, width: int) -> int:
    return max(len(textwrap.wrap(text[: width * MOST_LINES], width)), 1)


def write_value(pen: Pen, sheet: Any, row: int, column: int, value: Value, kind: str) -> None:
    """One value as what it is: never as a formula, an address or an error."""
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_string(row, column, "Yes" if value else "No", pen.look())
    elif isinstance(value, dt.date) and value >= FIRST_DAY:
        sheet.write_datetime(row, column, value, pen.look(num_format=NUMBERS.get(kind, NUMBERS["date"]), align="left"))
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, pen.look(num_format=number_format(value, kind)))
    else:
        look = {"align": "right"} if value == HIDDEN or kind in {*NUMBERS, "wte"} - DAYS else {"text_wrap": True}
        sheet.write_string(row, column, fits(str(value)), pen.look(**look))


def number_format(value: float, kind: str) -> str:
    """How Excel is to write a number so that it reads as in the document: WTE with one decimal under ten."""
    if kind != "wte":
        return NUMBERS.get(kind, "General")
    return "0.0" if 0 < abs(words.rounded(value, 1)) < SMALL else NUMBERS["count"]


def heading_look(pen: Pen, kind: str) -> Any:
    """The format of a heading, over its column's values as they stand."""
    align = "left" if kind in {"text", *DAYS} else "right"
    return pen.look(bold=True, text_wrap=True, align=align, bottom=2, bottom_color="#005eb8", bg_color="#f0f4f5")


def width_of(heading: str, column: Column, widest: int) -> int:
    """Letters that the longest word of the heading and most of the values need."""
    longest_word = max(map(len, heading.split()), default=0)
    said = max((len(_as_read(value, column.kind)) for value in column.values[:SIZED_BY]), default=0)
    return min(max(longest_word + FILTER_BUTTON, said + 2, NARROWEST), widest)


def _as_read(value: Value, kind: str) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:,.0f}" if kind != "text" else f"{value:g}"
    if isinstance(value, dt.date):
        return words.month(value) if kind == "month" else words.date(value)
    return "" if value is None else str(value)


def fits(text: str) -> str:
    """A text as a cell can hold it; what is cut is said."""
    return words.bounded(text, LONGEST_CELL)
