"""A table found on a sheet: its header row, by the headings wherever they stand, and its cells as numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.problems import Problem
from pipeline.sources._workbook import TOP_ROWS, Sheet
from pipeline.sources._workbook_cells import Cell, Marks, clean, column_letter, heading, is_filled, number_of
from pipeline.sources.person_level import person_level_problems

Numbers = npt.NDArray[np.float64]
"""Rows by columns; a missing number is NaN."""

FOOT = ("notes", "note:", "key:", "source:")
"""What the first line below a published table begins with."""


@dataclass(frozen=True)
class Header:
    """A header row: where it is (from 0), its cells, and the column (from 0) of each heading that was wanted."""

    sheet: Sheet
    row: int
    cells: tuple[str, ...]
    at: Mapping[str, int]

    def name(self, column: int) -> str:
        """A column as problems name it: its heading and letter."""
        label = self.cells[column] if column < len(self.cells) else ""
        return f"{label} ({column_letter(column)})" if label else column_letter(column)

    def text(self, row: int, wanted: str) -> str:
        """The cell of a row under a heading, as text."""
        return clean(self.sheet.rows[row][self.at[wanted]])

    def no_rows(self) -> Problem:
        """The problem of a table that ends with its header."""
        return self.sheet.problem("the table has a header but no rows below it; download the file again", self.row)

    def body(self, columns: Iterable[int]) -> list[int]:
        """The rows below the header that hold anything in these columns, down to the notes at the foot."""
        places, rows = sorted(columns), self.sheet.rows
        found = []
        for number in range(self.row + 1, len(rows)):
            if _is_foot(rows[number]):
                break
            if any(is_filled(rows[number][place]) for place in places):
                found.append(number)
        return found


def find_header(sheet: Sheet, wanted: Sequence[str]) -> tuple[Header | None, list[Problem]]:
    """The row that holds most of the wanted headings, whatever their case and spacing, and the headings it lacks.

    There is no header where no row holds at least two of them.
    """
    keys = [heading(label) for label in wanted]
    scores = [len(set(map(heading, row)).intersection(keys)) for row in sheet.rows[:TOP_ROWS]]
    best = max(range(len(scores)), key=scores.__getitem__, default=0)
    if not scores or scores[best] < min(2, len(wanted)):
        rule = f"no row has the expected headings ({', '.join(wanted)}); check that this is the right sheet and file"
        return None, [sheet.problem(rule)]
    cells = tuple(clean(cell) for cell in sheet.rows[best])
    places = {
        label: [at for at, cell in enumerate(cells) if heading(cell) == key]
        for label, key in zip(wanted, keys, strict=True)
    }
    header = Header(sheet, best, cells, {label: found[0] for label, found in places.items() if found})
    return header, [*_heading_problems(header, places), *_person_problems(header)]


def holds(sheet: Sheet | None, wanted: Sequence[str]) -> bool:
    """Whether a sheet has a header row with all these headings."""
    header, _ = find_header(sheet, wanted) if sheet else (None, [])
    return header is not None and len(header.at) == len(wanted)


def _heading_problems(header: Header, places: Mapping[str, list[int]]) -> Iterator[Problem]:
    for label, found in places.items():
        if not found:
            shown = ", ".join(cell for cell in header.cells if cell)
            rule = f"this column is missing from the header row; the columns found are {shown}"
            yield header.sheet.problem(rule, header.row, label)
        if len(found) > 1:
            letters = " and ".join(column_letter(column) for column in found)
            rule = f"the columns {letters} both have this heading; keep one of them"
            yield header.sheet.problem(rule, header.row, label)


def _person_problems(header: Header) -> list[Problem]:
    """Columns about identifiable people among those that nobody asked for, by heading or by what they hold."""
    others = [column for column in range(len(header.cells)) if column not in header.at.values()]
    rows = [header.sheet.rows[line] for line in header.body(header.at.values())]
    columns = [[row[column] for row in rows] for column in others]
    held = [cells if any(map(_may_identify, cells)) else [""] * len(cells) for cells in columns]
    frame = pd.DataFrame(dict(enumerate(held)), dtype="object")
    headings = [header.cells[column] or f"column {column_letter(column)}" for column in others]
    frame.columns = pd.Index(headings, dtype="str")
    return person_level_problems(frame, header.sheet.path, header.sheet.name)


def _may_identify(cell: Cell) -> bool:
    # Telling one person from another takes a text longer than a mark, a date, or more digits than a count has.
    return len(cell) > 1 if isinstance(cell, str) else not isinstance(cell, float | int) or cell >= 1e9


def _is_foot(row: Sequence[Cell]) -> bool:
    first = next((cell for cell in row if cell != ""), "")
    return isinstance(first, str) and first.strip().casefold().startswith(FOOT)


def numbers(
    header: Header, rows: Sequence[int], columns: Sequence[int], marks: Marks, *, whole: bool, most: float | None = None
) -> tuple[Numbers, list[Problem]]:
    """The cells of a block as numbers, and a problem for every cell that is not one, is negative or is not allowed.

    `whole`: counts, without decimals. `most`: the largest number allowed. `marks`: see `_workbook_cells.Marks`.
    """
    flat = [row[column] for row in map(header.sheet.rows.__getitem__, rows) for column in columns]
    plain = np.fromiter((type(cell) is float for cell in flat), bool, len(flat))
    values = np.full(len(flat), np.nan)
    values[plain] = list(compress(flat, plain))
    empty, wrong = np.zeros(len(flat), bool), np.zeros(len(flat), bool)
    for at in np.flatnonzero(~plain).tolist():
        number = number_of(flat[at], marks)
        values[at] = np.nan if number is None else number
        filled = is_filled(flat[at])
        empty[at], wrong[at] = number is None and not filled, number is None and filled
    rules = {
        f"the cell should not be empty; it should hold a number{_marks_rule(marks)}": empty,
        f"should be a {'whole ' if whole else ''}number, such as 1,234{_marks_rule(marks)}": wrong,
        "a number here cannot be negative": values < 0,
        "this is a count, so it should be a whole number": whole & (values >= 0) & (np.nan_to_num(values) % 1 != 0),
        f"a number here cannot be more than {most}": values > (np.inf if most is None else most),
    }
    failed = sorted((at, rule) for rule, where in rules.items() for at in np.flatnonzero(where).tolist())
    width = max(len(columns), 1)
    problems = [
        header.sheet.problem(rule, rows[at // width], header.name(columns[at % width]), clean(flat[at]))
        for at, rule in failed
    ]
    return values.reshape(len(rows), len(columns)), problems


def _marks_rule(marks: Marks) -> str:
    known = [f"“{mark}” ({'no figure' if np.isnan(value) else 'zero'})" for mark, value in marks.items() if mark]
    return f", or one of the marks {', '.join(known)}" if known else ""


def repeated(header: Header, rows: Sequence[int], keys: Sequence[tuple[str, ...]]) -> list[Problem]:
    """A problem for every row whose key an earlier row has."""
    first: dict[tuple[str, ...], int] = {}
    problems = []
    for row, key in zip(rows, keys, strict=True):
        if first.setdefault(key, row) != row:
            rule = f"this row repeats row {first[key] + 1}; keep one of them"
            problems.append(header.sheet.problem(rule, row, value=", ".join(part for part in key if part)))
    return problems


def period_problems(sheet: Sheet, row: int | None, period: str, named: set[str]) -> list[Problem]:
    """A problem where the file's name names periods and none of them is the one that the sheet states."""
    if not named or period in named:
        return []
    rule = f"the file is named for {' and '.join(sorted(named))}, but this sheet is for {period}; use the right file"
    return [sheet.problem(rule, row)]
