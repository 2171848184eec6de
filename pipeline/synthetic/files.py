"""Writing files whose bytes depend on nothing but their contents: fixed dates, fixed order, fixed line ends."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

Value = str | int | float | dt.date | None
CREATED = dt.datetime(2025, 11, 13, 9, 30)
ZIP_DATE = (2025, 11, 13, 9, 30, 0)
WARNING = "Fictional sample data in the layout of the publication; every organisation is invented"
# As the publications do: a zero shows as a dash and is stored as a number.
COUNT_FORMAT = '#,##0;-#,##0;"-"'


def csv_text(rows: Iterable[Sequence[Value]], delimiter: str = ",", line_end: str = "\r\n") -> str:
    """Rows as delimited text, quoted only where needed."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=line_end).writerows(rows)
    return text.getvalue()


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text without touching its line ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))


def write_zip(path: Path, member: str, text: str) -> None:
    """Write a zip that holds one text file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    info = zipfile.ZipInfo(member, date_time=ZIP_DATE)
    info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 0
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(info, text.encode("utf-8"))


@contextmanager
def workbook(path: Path, title: str) -> Iterator[Book]:
    """A workbook to fill, closed and written at the end of the block."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = xlsxwriter.Workbook(str(path), {"in_memory": True, "strings_to_urls": False})
    made.set_properties({"title": title, "comments": WARNING, "created": CREATED})
    yield Book(made)
    made.close()


class Book:
    """A workbook and the few formats its sheets share."""

    def __init__(self, made: Workbook) -> None:
        self.made = made
        self.bold: Format = made.add_format({"bold": True})
        self.head: Format = made.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.count: Format = made.add_format({"num_format": COUNT_FORMAT})
        self.share: Format = made.add_format({"num_format": "0.0%"})
        self.month: Format = made.add_format({"bold": True, "num_format": "mmm yyyy"})

    def sheet(self, name: str, hidden: bool = False) -> Worksheet:
        """A new sheet."""
        added = self.made.add_worksheet(name)
        if hidden:
            added.hide()
        return added


def put(sheet: Worksheet, row: int, column: int, values: Iterable[Value], style: Format | None = None) -> None:
    """Write values along a row (both counted from 1, as a spreadsheet does); None leaves the cell empty."""
    for offset, value in enumerate(values):
        at = (row - 1, column - 1 + offset)
        if isinstance(value, dt.date):
            sheet.write_datetime(*at, dt.datetime(value.year, value.month, value.day), style)
        elif value is not None:
            sheet.write(*at, value, style)


def put_figures(book: Book, sheet: Worksheet, row: int, column: int, values: Iterable[Value]) -> None:
    """Write counts (whole numbers) and shares (fractions) along a row, each in its format."""
    for offset, value in enumerate(values):
        style = book.share if isinstance(value, float) else book.count
        put(sheet, row, column + offset, [value], style)


def put_column(sheet: Worksheet, row: int, column: int, values: Iterable[Value], style: Format | None = None) -> None:
    """Write values down a column."""
    for offset, value in enumerate(values):
        put(sheet, row + offset, column, [value], style)
