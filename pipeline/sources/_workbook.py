"""Excel workbooks opened safely: whatever is wrong with one is said in words its owner can act on.

Reads .xls (Excel 97 to 2003) and .xlsx with python-calamine, after `_workbook_check` has looked at the file. Nothing
here raises anything but InputRefused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineWorkbook

from pipeline.problems import InputRefused, Problem
from pipeline.sources._workbook_cells import Cell, clean
from pipeline.sources._workbook_check import AGAIN, DAMAGED, Errors, check_file

TOP_ROWS = 60
"""Rows searched for a title, a period or a header; the published ones stand in rows 1 to 14."""


@dataclass(frozen=True)
class Sheet:
    """A sheet's cells from A1, all rows of one length. An empty cell is an empty text; `rows[0]` is row 1 of Excel."""

    path: Path
    name: str
    rows: list[list[Cell]]

    def problem(self, rule: str, row: int | None = None, column: str = "", value: str = "") -> Problem:
        """A problem of this sheet; `row` counts from 0, as `rows` does."""
        line = None if row is None else row + 1
        return Problem(file=str(self.path), sheet=self.name, row=line, column=column, value=value, rule=rule)

    def beside(self, label: str) -> tuple[int | None, Cell]:
        """Row (from 0) and value of the first filled cell to the right of a label such as “Period:”, or (None, "")."""
        for number, row in enumerate(self.rows[:TOP_ROWS]):
            for place, cell in enumerate(row):
                if clean(cell).casefold() == label.casefold():
                    return number, next((value for value in row[place + 1 :] if clean(value)), "")
        return None, ""


@dataclass(frozen=True)
class Workbook:
    """An opened workbook. Sheets are read when they are asked for; hidden ones are there too."""

    path: Path
    book: CalamineWorkbook
    errors: Errors

    @property
    def names(self) -> list[str]:
        """The sheets, in order."""
        return list(self.book.sheet_names)

    def sheet(self, name: str) -> Sheet:
        """A sheet by name, whatever its case and spacing. Raises InputRefused if it is not there or holds nothing."""
        exact = self._exact(name)
        if exact is None:
            raise InputRefused([Problem(file=str(self.path), rule=f"there is no sheet “{name}”; {self.listing()}")])
        sheet = self._read(exact)
        if not sheet.rows:
            raise InputRefused([sheet.problem(f"the sheet is empty; {AGAIN}")])
        return sheet

    def find(self, name: str) -> Sheet | None:
        """A sheet by name, or nothing if it is not there or is empty."""
        exact = self._exact(name)
        sheet = self._read(exact) if exact is not None else None
        return sheet if sheet is not None and sheet.rows else None

    def sheets(self) -> Iterator[Sheet]:
        """Every sheet that holds something, in order."""
        return (sheet for sheet in map(self._read, self.names) if sheet.rows)

    def listing(self) -> str:
        """The names of the sheets, for a problem."""
        return f"the sheets of this file are {', '.join(f'“{name}”' for name in self.names)}"

    def _exact(self, name: str) -> str | None:
        return next((known for known in self.names if clean(known).casefold() == clean(name).casefold()), None)

    def _read(self, name: str) -> Sheet:
        try:
            rows = self.book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        except BaseException as error:
            raise _refused(self.path, error) from error
        for (row, column), shown in self.errors.get(name, {}).items():
            if row < len(rows) and column < len(rows[row]):
                rows[row][column] = shown
        return Sheet(self.path, name, rows)


def open_workbook(path: Path) -> Workbook:
    """A workbook, checked and opened.

    Raises InputRefused for a file that is not there, empty, cut short, protected by a password, that unpacks to far
    more than its size, has a cell far out on a sheet, or is no Excel workbook (web page, CSV, PDF…), saying which.
    """
    errors = check_file(path)
    try:
        # By path the parser would go by the suffix, and a workbook may have been renamed.
        with path.open("rb") as stream:
            return Workbook(path, CalamineWorkbook.from_filelike(stream), errors)
    except BaseException as error:
        raise _refused(path, error) from error


def whole_workbook(path: Path, sheet: str | None) -> Workbook:
    """A workbook of which several sheets are read together, so that a plan cannot name one of them."""
    if sheet is not None:
        rule = "the sheets of this workbook are read together; take “sheet” out of this source in plan.yaml"
        raise InputRefused([Problem(file=str(path), sheet=sheet, rule=rule)])
    return open_workbook(path)


def _refused(path: Path, error: BaseException) -> InputRefused:
    # The parser's own panics are no Exception; an interrupt by the user must still get through.
    if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit):
        raise error
    return InputRefused([Problem(file=str(path), rule=DAMAGED)])
