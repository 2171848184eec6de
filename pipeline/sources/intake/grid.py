"""A returned workbook as its cells stand: what was typed, what is a formula, what is hidden or merged."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.problems import InputRefused, Problem
from pipeline.sources._workbook_check import DAMAGED, SAVE_AS, check_file
from pipeline.sources.intake.layout import cell_name

Place = tuple[int, int]
"""Row and column, counted from 1."""
FORMULA, ERROR, NO_SUCH_DATE = "formula", "error", "no such date"
_OLE = b"\xd0\xcf\x11\xe0"


class Entry(NamedTuple):
    """What a cell holds, and whether that is a plain value (""), a formula, an Excel error or an impossible date."""

    value: Any
    kind: str = ""


@dataclass(frozen=True)
class Grid:
    """The filled cells of a sheet, and which rows, columns and cells are hidden or merged."""

    file: str
    title: str
    cells: Mapping[Place, Entry]
    hidden: bool
    hidden_rows: frozenset[int]
    hidden_columns: frozenset[int]
    merged: tuple[tuple[int, int, int, int], ...]
    """First row, first column, last row and last column of each merged range."""

    def problem(self, rule: str, place: Place | None = None, column: str = "", value: str = "") -> Problem:
        """A problem of this sheet, or of one of its cells."""
        row = place[0] if place else None
        cell = cell_name(*place) if place else ""
        return Problem(self.file, rule, sheet=self.title, row=row, column=column, value=value, cell=cell)

    def covered(self) -> set[Place]:
        """The cells that merged ranges cover, but for the first of each: nothing can be typed there."""
        return {
            (row, column)
            for top, left, bottom, right in self.merged
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
            if (row, column) != (top, left)
        }

    @cached_property
    def by_row(self) -> dict[int, dict[int, Entry]]:
        """The filled cells by row and column."""
        rows: dict[int, dict[int, Entry]] = {}
        for (row, column), entry in self.cells.items():
            rows.setdefault(row, {})[column] = entry
        return rows

    def row(self, number: int) -> dict[int, Entry]:
        """The filled cells of a row by column."""
        return self.by_row.get(number, {})


def read_grids(path: Path) -> dict[str, Grid]:
    """Every sheet of a workbook by title. Raises InputRefused for a file that is no .xlsx workbook fit to open."""
    errors = check_file(path)
    with path.open("rb") as stream:
        old = stream.read(4) == _OLE
    if old:
        rule = f"this is a workbook of Excel 97 to 2003 (.xls), which loses the lists and checks; {SAVE_AS}"
        raise InputRefused([Problem(str(path), rule)])
    book = open_book(path)
    return {sheet.title: grid_of(path, sheet, errors.get(sheet.title, {})) for sheet in book.worksheets}


def open_book(path: Path) -> Workbook:
    """The workbook as openpyxl has it, formulas as they were typed. Raises InputRefused where it cannot be read."""
    try:
        # It warns of features that it leaves out, none of which holds a figure. By path it would go by the suffix.
        with warnings.catch_warnings(action="ignore"), path.open("rb") as stream:
            return openpyxl.load_workbook(stream)
    except Exception as error:
        # Whatever a damaged file makes the parser raise, its sender can only save or send it again.
        raise InputRefused([Problem(str(path), DAMAGED)]) from error


def grid_of(path: Path, sheet: Worksheet, errors: Mapping[Place, str]) -> Grid:
    """A sheet as its cells stand. `errors`: the cells, counted from 0, in which the file holds an Excel error."""
    # Asking a sheet for its rows makes every cell up to its furthest one, which may lie a million rows down.
    stored: dict[Place, Cell | MergedCell] = sheet._cells
    entries = {place: _entry(cell, errors) for place, cell in sorted(stored.items()) if isinstance(cell, Cell)}
    return Grid(
        file=str(path),
        title=sheet.title,
        cells={place: entry for place, entry in entries.items() if entry is not None},
        hidden=sheet.sheet_state != "visible",
        hidden_rows=frozenset(row for row, shape in sheet.row_dimensions.items() if shape.hidden),
        hidden_columns=frozenset(_hidden_columns(sheet)),
        merged=tuple((each.min_row, each.min_col, each.max_row, each.max_col) for each in sheet.merged_cells.ranges),
    )


def _hidden_columns(sheet: Worksheet) -> set[int]:
    shapes = [shape for shape in sheet.column_dimensions.values() if shape.hidden]
    return {column for shape in shapes for column in range(shape.min or 0, (shape.max or -1) + 1)}


def _entry(cell: Cell, errors: Mapping[Place, str]) -> Entry | None:
    """What a cell holds, or nothing if that is only spaces."""
    value: Any = cell.value
    if value is None:
        return None
    if cell.data_type == "f":
        return Entry(str(getattr(value, "text", value)), FORMULA)
    if cell.data_type == "e":
        # openpyxl turns a date beyond its calendar into an error too, which the file itself does not hold.
        return Entry(str(value), ERROR if (cell.row - 1, cell.column - 1) in errors else NO_SUCH_DATE)
    if isinstance(value, str):
        # Excel keeps the carriage return of a pasted text as _x000D_.
        text = value.replace("_x000D_\n", "\n").replace("_x000D_", "\n").strip()
        return Entry(text) if text else None
    return Entry(value)
