"""The sheet of one table in an intake workbook: help above, headings, and the rows to fill in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipeline.schema import Table
from pipeline.sources.intake import layout
from pipeline.sources.intake.book import LINE_POINTS, Book, lines_of, print_wide, put, put_row
from pipeline.sources.intake.entry_checks import DropDown, entries_range, validation
from pipeline.sources.intake.layout import Kind, kind_of, template_column
from pipeline.sources.intake.senders import own_column
from pipeline.sources.intake.wording import unit_words, what_to_write

SPARE_ROWS, SPARE_SHARE = 300, 0.5
"""Rows with drop-downs beyond those carried forward: this many, or this share of those where that is more."""
_WIDTHS: dict[Kind, float] = {"month": 14, "date": 14, "whole": 14, "number": 14, "share": 16, "flag": 12, "code": 14}
_MARGIN_WIDTH, _LEAST_WORDS, _MOST_WORDS = 16, 14.0, 34.0
_OPEN = (
    *("select_locked_cells", "select_unlocked_cells", "format_cells", "format_columns", "format_rows"),
    *("insert_rows", "delete_rows", "sort", "autofilter"),
)
"""What a protected sheet still lets people do."""


def write_table(book: Book, table: Table, rows: pd.DataFrame | None) -> None:
    """Add the sheet of a table, with rows (canonical columns) carried forward."""
    sheet = book.made.add_worksheet(table.title)
    carried = 0 if rows is None else len(rows)
    last = layout.HEADING_ROW + carried + max(SPARE_ROWS, int(carried * SPARE_SHARE))
    widths = {column: _width(table, column, book.choice(table, column)) for column in table.own_columns}
    _set_columns(book, sheet, table, widths)
    _write_head(book, sheet, table, widths)
    if rows is not None:
        _write_rows(book, sheet, table, rows)
    _write_checks(book, sheet, table, last)
    _finish(sheet, table, last)


def _width(table: Table, column: str, choice: DropDown | None) -> float:
    kind = kind_of(table, column)
    if kind in _WIDTHS:
        return _WIDTHS[kind]
    likely = [str(table.example[column] or ""), table.labels()[column], *(choice.words if choice else ())]
    # Room for the arrow of the filter.
    return min(max(max(map(len, likely)) + 4.0, _LEAST_WORDS), _MOST_WORDS)


def _set_columns(book: Book, sheet: Worksheet, table: Table, widths: Mapping[str, float]) -> None:
    sheet.set_column(0, 0, _MARGIN_WIDTH)
    for column, width in widths.items():
        place = template_column(table, column) - 1
        sheet.set_column(place, place, width, book.entry(kind_of(table, column)))


def _write_head(book: Book, sheet: Worksheet, table: Table, widths: Mapping[str, float]) -> None:
    above = {
        layout.TITLE_ROW: (table.title, book.style(bold=True, font_size=16, valign="vcenter"), 26),
        layout.HOLDS_ROW: (table.holds, book.style(valign="vcenter"), 18),
        layout.HELD_BY_ROW: (f"Usually held by {table.held_by}.", book.style(italic=True, valign="vcenter"), 18),
    }
    for row, (text, style, height) in above.items():
        sheet.set_row(row - 1, height, book.style())
        put(sheet, row, layout.MARGIN, text, style)
    helps = {column: what_to_write(table, column, book.sender) for column in widths}
    units = {column: unit_words(table, column) for column in widths}
    labels = {column: table.labels()[column] for column in widths}
    _write_line(book, sheet, layout.WRITE_ROW, layout.WHAT_TO_WRITE, helps, widths)
    _write_line(book, sheet, layout.UNIT_ROW, layout.UNIT, units, widths)
    _write_example(book, sheet, table, widths)
    sheet.set_row(layout.HEADING_ROW - 1, _height(labels, widths) + 8, book.style())
    put_row(sheet, layout.HEADING_ROW, layout.MARGIN, [layout.YOUR_ROWS, *labels.values()], book.heading())


def _write_line(
    book: Book, sheet: Worksheet, row: int, label: str, texts: Mapping[str, str], widths: Mapping[str, float]
) -> None:
    sheet.set_row(row - 1, _height(texts, widths) + 4, book.style())
    put(sheet, row, layout.MARGIN, label, book.help(bold=True))
    put_row(sheet, row, layout.FIRST_COLUMN, texts.values(), book.help())


def _write_example(book: Book, sheet: Worksheet, table: Table, widths: Mapping[str, float]) -> None:
    values = {column: _example(book, table, column) for column in widths}
    texts = {column: str(value) for column, value in values.items() if isinstance(value, str)}
    sheet.set_row(layout.EXAMPLE_ROW - 1, _height(texts, widths) + 4, book.style())
    put(sheet, layout.EXAMPLE_ROW, layout.MARGIN, layout.EXAMPLE, book.help(bold=True))
    for column, value in values.items():
        shown: Format = book.help(italic=True, num_format=book.entry(kind_of(table, column)).num_format, align="left")
        put(sheet, layout.EXAMPLE_ROW, template_column(table, column), value, shown)


def _example(book: Book, table: Table, column: str) -> Any:
    if column == own_column(book.sender.kind, table):
        return book.sender.code
    value = table.example[column]
    return pd.Timestamp(str(value)) if kind_of(table, column) in ("month", "date") and value is not None else value


def _height(texts: Mapping[str, str], widths: Mapping[str, float]) -> float:
    return max(max((lines_of(text, widths[column]) for column, text in texts.items()), default=1), 1) * LINE_POINTS


def _write_rows(book: Book, sheet: Worksheet, table: Table, rows: pd.DataFrame) -> None:
    for column in table.own_columns:
        style, place = book.entry(kind_of(table, column)), template_column(table, column)
        for row, value in enumerate(rows[column], start=layout.FIRST_ENTRY):
            put(sheet, row, place, value, style)


def _write_checks(book: Book, sheet: Worksheet, table: Table, last: int) -> None:
    for column in table.own_columns:
        place = template_column(table, column) - 1
        options = validation(table, column, book.sender, book.choice(table, column))
        sheet.data_validation(layout.FIRST_ENTRY - 1, place, last - 1, place, options)
        if column in layout.DEFINED_IN and layout.DEFINED_IN[column] == table.name:
            book.made.define_name(DropDown(column).reference, entries_range(table, column, last))


def _finish(sheet: Worksheet, table: Table, last: int) -> None:
    width = len(table.own_columns)
    sheet.protect("", dict.fromkeys(_OPEN, True))
    sheet.freeze_panes(layout.HEADING_ROW, 0)
    sheet.autofilter(layout.HEADING_ROW - 1, layout.FIRST_COLUMN - 1, last - 1, layout.FIRST_COLUMN + width - 2)
    print_wide(sheet)
    sheet.repeat_rows(layout.HEADING_ROW - 1)
    sheet.set_footer("&L&A&RPage &P of &N")
