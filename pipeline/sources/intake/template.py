"""An intake workbook written for one sender, with what it sent last time carried forward."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format

from pipeline.sources._workbook_cells import column_letter
from pipeline.sources.intake import layout
from pipeline.sources.intake.book import LINE_POINTS, OPTIONS, Book, lines_of, print_wide, put, put_row
from pipeline.sources.intake.read_me import Line, read_me
from pipeline.sources.intake.senders import PlanSender, sheets_of
from pipeline.sources.intake.table_sheet import write_table
from pipeline.sources.vocabulary import Words
from pipeline.store import atomic_path

_READ_ME_WIDTHS = (24, 60, 44, 12)
_WRAPPED = ("columns", "sheet", "step")
"""Lines of the first sheet whose text may run over several lines of its cell."""


def write_workbook(
    path: Path,
    sender: PlanSender,
    plan_slug: str,
    plan_name: str,
    words: Words,
    rows: Mapping[str, pd.DataFrame],
    written: dt.datetime,
) -> None:
    """Write the workbook of one sender, whole or not at all; the same inputs give the same bytes.

    `words` are the plan's words for the drop-downs; `rows` the canonical tables to carry forward (`rows_of_sender`),
    which hold no text that a cell of Excel could not.
    """
    tables = sheets_of(sender.kind)
    # XlsxWriter writes into the options it is given, which would make a process's first workbook unlike the others.
    options = copy.deepcopy(OPTIONS)
    with atomic_path(path) as partial, xlsxwriter.Workbook(str(partial), options) as made:
        made.set_properties({"title": f"{plan_name}: {sender.name}", "created": written})
        book = Book(made, sender, words)
        carried = {name: len(frame) for name, frame in rows.items()}
        _write_read_me(book, list(read_me(sender, plan_name, tables, carried, written)))
        for table in tables:
            write_table(book, table, rows.get(table.name))
        _write_facts(book, plan_slug)
        _write_lists(book)


def _write_read_me(book: Book, lines: Sequence[Line]) -> None:
    sheet = book.made.add_worksheet(layout.READ_ME)
    for place, width in enumerate(_READ_ME_WIDTHS):
        sheet.set_column(place, place, width)
    for row, line in enumerate(lines, start=1):
        widths = (sum(_READ_ME_WIDTHS),) if line.style == "step" else _READ_ME_WIDTHS
        if line.style == "step":
            sheet.merge_range(row - 1, 0, row - 1, len(_READ_ME_WIDTHS) - 1, "", _style(book, line.style))
        put_row(sheet, row, 1, line.cells, _style(book, line.style))
        if line.style in _WRAPPED:
            tall = max(lines_of(str(cell), width) for cell, width in zip(line.cells, widths, strict=True))
            sheet.set_row(row - 1, tall * LINE_POINTS + 4)
    sheet.hide_gridlines(2)
    print_wide(sheet)
    sheet.protect("", {"format_columns": True})
    sheet.activate()


def _style(book: Book, name: str) -> Format:
    styles: dict[str, dict[str, object]] = {
        "title": {"bold": True, "font_size": 18},
        "subtitle": {"font_size": 12},
        "heading": {"bold": True, "font_size": 13},
        "columns": {"bold": True, "bg_color": f"#{layout.HEADING_FILL}", "font_color": f"#{layout.HEADING_TEXT}"},
        "sheet": {"bottom": 4},
    }
    wrapped = {"text_wrap": True, "valign": "top"} if name in _WRAPPED else {}
    return book.style(**styles.get(name, {}), **wrapped)


def _write_facts(book: Book, plan_slug: str) -> None:
    sheet = book.made.add_worksheet(layout.FACTS)
    sender = book.sender
    facts = {"layout": str(layout.LAYOUT), "plan": plan_slug, "kind": sender.kind, "code": sender.code}
    put(sheet, 1, 1, layout.MAGIC, book.style())
    for row, pair in enumerate({**facts, "name": sender.name}.items(), start=2):
        put_row(sheet, row, 1, pair, book.style())
    sheet.very_hidden()


def _write_lists(book: Book) -> None:
    sheet = book.made.add_worksheet(layout.LISTS)
    for place, choice in enumerate(book.lists.values(), start=1):
        for row, word in enumerate([choice.name, *choice.words], start=1):
            put(sheet, row, place, word, book.style())
        letter = column_letter(place - 1)
        cells = f"={layout.LISTS}!${letter}$2:${letter}${len(choice.words) + 1}"
        book.made.define_name(choice.reference, cells)
    sheet.very_hidden()
