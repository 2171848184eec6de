"""The intake workbook that a sender of the plan filled in and sent back.

One workbook for each employer, host of community diagnostic centres, education provider and board, made by
`workforce template`. What the template says, and what is refused in a returned one, is in `pipeline.sources.intake`.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.problems import InputRefused
from pipeline.schema import Table
from pipeline.sources._workbook import Workbook, open_workbook, whole_workbook
from pipeline.sources._workbook_cells import clean
from pipeline.sources._workbook_table import find_header
from pipeline.sources.intake.layout import FACTS, MAGIC, WHAT_TO_WRITE
from pipeline.sources.intake.returned import SENT, read_returned
from pipeline.sources.reading import ReadOptions, Tables


def read(path: Path, options: ReadOptions = ReadOptions()) -> Tables:
    """The tables that the workbook has rows for. Raises InputRefused with every problem of every sheet."""
    whole_workbook(path, options.sheet)
    return read_returned(path)


def recognise(path: Path) -> bool:
    """Whether a file is an intake workbook: by its hidden facts, or by a sheet of the template copied elsewhere."""
    try:
        book = open_workbook(path)
        return _has_facts(book) or any(_has_sheet(book, table) for table in SENT)
    except InputRefused:
        return False


def _has_facts(book: Workbook) -> bool:
    facts = book.find(FACTS)
    return facts is not None and clean(facts.rows[0][0]) == MAGIC


def _has_sheet(book: Workbook, table: Table) -> bool:
    """Whether there is a sheet of a table with its headings, and above them the help that only the template has."""
    sheet = book.find(table.title)
    if sheet is None:
        return False
    header, _ = find_header(sheet, [table.labels()[column] for column in table.asked_columns])
    return header is not None and any(clean(row[0]) == WHAT_TO_WRITE for row in sheet.rows[: header.row])
