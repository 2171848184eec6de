"""The rows under the headings of one sheet as typed columns, and what is wrong with each of their cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa

from pipeline.problems import Problem
from pipeline.schema import RowRule, Table
from pipeline.sources.intake.entries import Unreadable, parser, plain, shown
from pipeline.sources.intake.grid import Entry, Grid, Place
from pipeline.sources.intake.headings import Headings
from pipeline.sources.intake.layout import cell_name
from pipeline.sources.intake.senders import SENDER_WORDS, PlanSender
from pipeline.table_problems import broken_rules, failures, repeated_keys

TOTALS = frozenset({"total", "totals", "grand total", "sum"})
"""What the first cell of a row of totals says."""


@dataclass(frozen=True)
class TableSheet:
    """The sheet of a table in a returned workbook, with its headings found.

    `words`: those that a column is limited to, as far as the workbook knows them; `own`: the column of the sender's own
    code; `sender`: whom the workbook was made for, where its hidden facts say.
    """

    grid: Grid
    table: Table
    headings: Headings
    words: Mapping[str, Sequence[str]]
    own: str | None
    sender: PlanSender | None

    def place(self, row: int, column: str) -> Place:
        """Where a column's cell of a row is."""
        return row, self.headings.at[column]

    def problem(self, rule: str, row: int, column: str, value: str = "") -> Problem:
        """A problem of a cell."""
        return self.grid.problem(rule, self.place(row, column), self.table.labels()[column], value)


def read_rows(sheet: TableSheet) -> tuple[pd.DataFrame, list[Problem]]:
    """The entries of a sheet (the columns that were found, those nobody fills in, lineage) and every problem of them.

    A cell with a problem is missing in the frame.
    """
    strays = {row: stray for row in entry_rows(sheet) if (stray := _stray(sheet, row))}
    rows = [row for row in entry_rows(sheet) if row not in strays]
    covered = sheet.grid.covered()
    columns, faults = {}, dict[Place, Problem]()
    for column in (column for column in sheet.table.own_columns if column in sheet.headings.at):
        columns[column], wrong = _column(sheet, column, rows)
        faults.update(wrong)
    for column in sheet.table.own_columns:
        if sheet.table.may_lack(column) and column not in columns:
            columns[column] = pd.Series([None] * len(rows), dtype=_dtype(sheet.table, column))
    frame = _with_lineage(sheet, columns, rows)
    bad = covered | faults.keys()
    problems = [problem for place, problem in faults.items() if place not in covered]
    broken = _broken_values(sheet, frame, bad)
    problems += broken.values()
    problems += _broken_rules(sheet, frame, bad | broken.keys())
    return frame, [*strays.values(), *problems]


def entry_rows(sheet: TableSheet) -> list[int]:
    """The rows that hold entries: not those where only the sender's own code was filled down."""
    told = {place for column, place in sheet.headings.at.items() if column != sheet.own}
    return sorted({row for row, place in sheet.grid.cells if row > sheet.headings.row and place in told})


def _stray(sheet: TableSheet, row: int) -> Problem | None:
    """The problem of a row that is no entry: totals, or a remark in a single cell."""
    cells = {place: sheet.grid.cells.get((row, place)) for place in sorted(sheet.headings.at.values())}
    filled = {place: entry for place, entry in cells.items() if entry is not None}
    place, first = next(iter(filled.items()))
    if isinstance(first.value, str) and plain(first.value).rstrip(":") in TOTALS:
        return sheet.grid.problem("this is a row of totals; delete it, since totals are worked out", (row, place))
    required = [column for column in sheet.headings.at if sheet.table.required(column) and column != sheet.own]
    if len(filled) == 1 and len(required) > 1:
        rule = "the rest of this row is empty; fill it in, or empty this cell if it is a remark"
        return sheet.grid.problem(rule, (row, place), value=shown(first))
    return None


def _column(sheet: TableSheet, column: str, rows: Sequence[int]) -> tuple[pd.Series, dict[Place, Problem]]:
    """A column's values, and the problem of each cell that is not what the column takes."""
    read = _reader(sheet, column)
    values: list[Any] = []
    faults = {}
    for row in rows:
        entry = sheet.grid.cells.get(sheet.place(row, column))
        try:
            values.append(read(entry))
        except Unreadable as error:
            values.append(None)
            value = shown(entry) if entry else ""
            faults[sheet.place(row, column)] = sheet.problem(str(error), row, column, value)
    return pd.Series(values, dtype=_dtype(sheet.table, column)), faults


def _reader(sheet: TableSheet, column: str) -> Callable[[Entry | None], Any]:
    """What gives the value of a column's cell, or of an empty one. Raises Unreadable."""
    sender = sheet.sender if column == sheet.own else None
    parse = parser(sheet.table, column, sheet.words.get(column))

    def read(entry: Entry | None) -> Any:
        if entry is not None:
            return parse(entry) if sender is None else _own(sender, entry)
        if sender is None and sheet.table.required(column):
            raise Unreadable("the cell should not be empty")
        return sender.code if sender else None

    return read


def _own(sender: PlanSender, entry: Entry) -> str:
    if entry.kind or plain(str(entry.value)) != plain(sender.code):
        raise Unreadable(
            f"this workbook is for {sender.name}, so its rows have the code {sender.code}; "
            f"rows of another {SENDER_WORDS[sender.kind]} belong in a workbook of its own"
        )
    return sender.code


def _dtype(table: Table, column: str) -> str:
    dtype = str(table.schema.columns[column].dtype)
    return "str" if dtype.startswith("str") else dtype


def _with_lineage(sheet: TableSheet, columns: Mapping[str, pd.Series], rows: Sequence[int]) -> pd.DataFrame:
    said = {**sheet.table.fixed, "file": Path(sheet.grid.file).name, "sheet": sheet.grid.title}
    told = {column: pd.Series([value] * len(rows), dtype="str") for column, value in said.items()}
    return pd.DataFrame({**columns, **told, "row": pd.Series(rows, dtype="Int64")})


def _broken_values(sheet: TableSheet, frame: pd.DataFrame, bad: set[Place]) -> dict[Place, Problem]:
    """The problems that the schema finds in cells that could be read."""
    present = [column for column in sheet.table.columns if column in frame.columns]
    try:
        sheet.table.schema.select_columns(present).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        found = failures(frame, error.failure_cases)
        placed = {sheet.place(each.row or 0, each.column): _placed(sheet, each) for each in found}
        return {place: problem for place, problem in placed.items() if place not in bad}
    return {}


def _broken_rules(sheet: TableSheet, frame: pd.DataFrame, bad: set[Place]) -> Iterator[Problem]:
    """The problems of rows whose cells are good: rules on several columns, and keys that repeat."""
    for rule in sheet.table.rules:
        rows = _judged(sheet, frame, rule, bad)
        yield from (_placed(sheet, each) for each in broken_rules(replace(sheet.table, rules=(rule,)), rows))
    key = [column for column in sheet.table.key if column in sheet.table.own_columns]
    if set(key) <= sheet.headings.at.keys():
        whole = frame[_good(sheet, frame, key, bad)]
        yield from (_placed(sheet, each, key[0]) for each in repeated_keys(sheet.table, whole))


def _judged(sheet: TableSheet, frame: pd.DataFrame, rule: RowRule, bad: set[Place]) -> pd.DataFrame:
    """The rows that a rule can be tried on: its columns are there and good, in the whole group if it has groups."""
    own = [column for column in (*rule.columns, *rule.once_per) if column in sheet.table.own_columns]
    if not set(own) <= sheet.headings.at.keys():
        return frame.head(0)
    good = _good(sheet, frame, own, bad)
    if rule.once_per:
        if not _good(sheet, frame, [column for column in rule.once_per if column in own], bad).all():
            return frame.head(0)
        good = good.groupby([frame[column] for column in rule.once_per], dropna=False).transform("all")
    return frame[good]


def _good(sheet: TableSheet, frame: pd.DataFrame, columns: Sequence[str], bad: set[Place]) -> pd.Series:
    rows = {int(row): not any(sheet.place(int(row), column) in bad for column in columns) for row in frame["row"]}
    return frame["row"].map(rows).astype("bool")


def _placed(sheet: TableSheet, problem: Problem, column: str = "") -> Problem:
    """A problem of the canonical table, by row and name of the column, as one of a cell of the sheet."""
    at = problem.column or column
    label = sheet.table.labels()[problem.column] if problem.column else ""
    cell = cell_name(*sheet.place(problem.row or 0, at))
    return replace(problem, file=sheet.grid.file, sheet=sheet.grid.title, column=label, cell=cell)
