"""Where things stand in an intake workbook: what the template writes, and the reader and the marked copy look for."""

from __future__ import annotations

from typing import Literal

from pipeline.schema import Table, Vocabulary
from pipeline.sources._workbook_cells import column_letter

READ_ME, TO_PUT_RIGHT, FACTS, LISTS = "Read me", "To put right", "workforce_facts", "workforce_lists"
MADE_SHEETS = (READ_ME, TO_PUT_RIGHT, FACTS, LISTS)
"""Sheets of the workbook that hold no table."""
MAGIC = "workforce intake workbook"
"""What the first cell of the hidden facts says."""
LAYOUT = 1
"""Version of the layout; raise it when a reader can no longer read what an earlier template wrote."""

WHAT_TO_WRITE, UNIT, EXAMPLE, YOUR_ROWS = "What to write", "Unit", "Example, not read", "Your rows"
"""The words in the margin, beside the rows above the entries and beside the headings."""
TITLE_ROW, HOLDS_ROW, HELD_BY_ROW, WRITE_ROW, UNIT_ROW, EXAMPLE_ROW, HEADING_ROW = range(1, 8)
"""Rows of a table's sheet, counted from 1. The headings stand right above the entries, so that sorting leaves the
example where it is."""
FIRST_ENTRY = HEADING_ROW + 1
MARGIN, FIRST_COLUMN = 1, 2
"""Columns counted from 1: the margin, and the first of the table."""

HEADING_FILL, HEADING_TEXT = "003087", "FFFFFF"
"""Colours of a heading."""

Kind = Literal["month", "date", "whole", "number", "share", "flag", "word", "code", "text"]
"""What a column asks of the person who fills it in."""


def kind_of(table: Table, column: str) -> Kind:
    """What a column asks for, from its schema."""
    unit, dtype = table.units()[column], str(table.schema.columns[column].dtype)
    if dtype.startswith("datetime"):
        return "month" if unit == "month end" else "date"
    if dtype == "Int64":
        return "whole"
    if dtype == "float64":
        return "share" if unit.startswith("share of") else "number"
    if dtype == "boolean":
        return "flag"
    if table.allowed(column) or table.vocabulary(column):
        return "word"
    return "code" if unit == "code" else "text"


def is_figure(table: Table, column: str) -> bool:
    """Whether the template asks for a number, a date or a short name that its own checks hold to, and not for words."""
    return kind_of(table, column) not in ("word", "text") or table.units()[column] == "id"


def template_column(table: Table, column: str) -> int:
    """The number (from 1) of the column in which the template has it."""
    return FIRST_COLUMN + table.own_columns.index(column)


def cell_name(row: int, column: int) -> str:
    """A cell as Excel names it; both counted from 1."""
    return f"{column_letter(column - 1)}{row}"


DEFINED_IN: dict[Vocabulary, str] = {"site": "cdc_plans", "route": "training_routes"}
"""Words that a sender adds to on another sheet of the same workbook: the table whose column of that name has them."""
