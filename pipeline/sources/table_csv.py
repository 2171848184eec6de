"""A canonical table as a CSV file: the quickest way to send one, from any system that can write text.

The header holds exactly the columns that somebody fills in (docs/data.md), by name (`funded_wte`) or as a heading
(“Funded WTE”), in any order. Columns that always hold the same and those of lineage may be there too. Only tables that
a plan's own people send are read. Dates are written 2025-09-30 or 30/09/2025. Where a month is meant, any day of it
will do, and so will Sep-25, which is what Excel makes of a month: no other month can be meant. Words match whatever
their case: “band 6” is 6, “Laboratories” is labs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from pipeline.problems import InputRefused, Problem
from pipeline.schema import LINEAGE, Table
from pipeline.sources._canonical import checked, in_our_spelling
from pipeline.sources._cells import Parsed, amounts, cell_problems, counts, dates
from pipeline.sources._named_months import months_named
from pipeline.sources._text import delimiter_hint, header_of, read_rows
from pipeline.sources._words import plain
from pipeline.sources.mapping import Mapping
from pipeline.sources.reading import ReadOptions, Tables
from pipeline.tables import TABLES

SENT = tuple(table for table in TABLES.values() if table.sent_by)
DATE_FORMATS = ("%Y-%m-%d", "%d/%m/%Y")
_LIKE = 0.5
"""The share of a header's columns that should be those of a table for it to be taken for that table's."""


def read(path: Path, options: ReadOptions = ReadOptions()) -> Tables:
    """The one canonical table of the file. Raises InputRefused with every problem of the file."""
    rows = read_rows(path)
    header = [heading for heading in rows.columns if heading != "row"]
    table = _table_of(path, header)
    headings = _headings(table, header)
    values: dict[str, pd.Series] = {}
    problems: list[Problem] = []
    for column in (column for column in table.own_columns if column in headings):
        values[column], wrong = _parsed(table, column, rows, headings[column], path, options.mapping)
        problems += [replace(problem, column=column) for problem in wrong]
    for column, always in table.fixed.items():
        problems += _fixed_problems(rows, headings.get(column), column, always, path)
    for column in (column for column in table.own_columns if column not in headings):
        values[column] = pd.Series(pd.NA, index=rows.index, dtype=str(table.schema.columns[column].dtype))
    frame = pd.DataFrame(values).assign(**table.fixed, file=path.name, sheet="", row=rows["row"])
    try:
        return {table.name: checked(table.name, frame, problems)}
    except InputRefused as refused:
        raise InputRefused(_as_in_the_file(problem, headings, path) for problem in refused.problems) from refused


def recognise(path: Path) -> bool:
    """Whether the header is that of one table that a plan's own people send."""
    header = header_of(path)
    return bool(header) and any(_is_header(table, header) for table in SENT)


def _column_of(table: Table, heading: str) -> str | None:
    """The column that a heading names, by its name or its label."""
    labels = table.labels()
    return next((name for name in table.columns if plain(heading) in (name, plain(labels[name]))), None)


def _is_header(table: Table, header: Sequence[str]) -> bool:
    found = [_column_of(table, heading) for heading in header]
    own = set(found) - set(LINEAGE) - set(table.fixed)
    return None not in found and set(table.asked_columns) <= own <= set(table.own_columns)


def _headings(table: Table, header: Sequence[str]) -> dict[str, str]:
    """The heading of each column, as the file writes it."""
    named = {_column_of(table, heading): heading for heading in header}
    return {column: heading for column, heading in named.items() if column is not None}


def _table_of(path: Path, header: list[str]) -> Table:
    """The table whose header this is. Raises InputRefused saying which columns it lacks or has too many."""
    likeness = {table.name: _likeness(table, header) for table in SENT}
    table = TABLES[max(likeness, key=likeness.__getitem__)]
    if likeness[table.name] < _LIKE:
        rule = (
            "these are not the columns of any table that a plan's people send; check them against docs/data.md"
            f"{delimiter_hint(header, ',')}"
        )
        raise InputRefused([Problem(str(path), rule, row=1, value=", ".join(header))])
    problems = [*_missing(path, table, header), *_unknown_or_twice(path, table, header)]
    if problems:
        raise InputRefused(problems)
    return table


def _likeness(table: Table, header: list[str]) -> float:
    found = {_column_of(table, heading) for heading in header} - {None, *LINEAGE, *table.fixed}
    return len(found) / max(len(header), len(table.own_columns))


def _missing(path: Path, table: Table, header: list[str]) -> list[Problem]:
    named = {_column_of(table, heading) for heading in header}
    rule = f"this column of the table “{table.title}” is missing from the header; add it"
    return [Problem(str(path), rule, row=1, column=name) for name in table.asked_columns if name not in named]


def _unknown_or_twice(path: Path, table: Table, header: list[str]) -> list[Problem]:
    named = [(heading, _column_of(table, heading)) for heading in header]
    unknown = f"the table “{table.title}” has no such column; correct the heading, or take the column out"
    twice = "another column of the file has the same meaning; keep one of them"
    return [
        Problem(str(path), twice if column else unknown, row=1, column=heading)
        for place, (heading, column) in enumerate(named)
        if column is None or column in [earlier for _, earlier in named[:place]]
    ]


def _parsed(table: Table, column: str, rows: pd.DataFrame, heading: str, path: Path, mapping: Mapping) -> Parsed:
    """A column's values, and what is wrong with its cells; a cell that may be empty is missing where it is."""
    kind = str(table.schema.columns[column].dtype)
    of_words = kind.startswith("string")
    filled = rows if table.required(column) and not of_words else rows[rows[heading] != ""]
    if of_words:
        words = {word: in_our_spelling(table, column, word, mapping) for word in filled[heading].unique()}
        values, problems = filled[heading].map(words), list[Problem]()
    elif table.units()[column] == "month end":
        values, problems = _months(filled, heading, path)
    elif kind == "Int64":
        values, problems = counts(filled, heading, path)
    elif kind == "float64":
        values, problems = amounts(filled, heading, path, signed=True)
    else:
        values, problems = dates(filled, heading, path, DATE_FORMATS)
    return values.reindex(rows.index), problems


def _months(rows: pd.DataFrame, heading: str, path: Path) -> Parsed:
    """A column of months, as their last days, from any day of each or its name."""
    days, problems = dates(rows, heading, path, DATE_FORMATS)
    named = {cell: months_named(cell) for cell in rows.loc[days.isna(), heading].unique()}
    sole = {cell: pd.Timestamp(months.pop()) for cell, months in named.items() if len(months) == 1}
    months = (days + pd.offsets.MonthEnd(0)).fillna(pd.to_datetime(rows[heading].map(sole)))
    return months.astype("datetime64[us]"), [problem for problem in problems if problem.value not in sole]


def _fixed_problems(rows: pd.DataFrame, heading: str | None, column: str, always: str, path: Path) -> list[Problem]:
    if heading is None:
        return []
    other = rows[rows[heading].map(plain) != plain(always)]
    rule = f"this column always holds “{always}” in what is sent; correct it, or take the column out"
    return [replace(problem, column=column) for problem in cell_problems(other, heading, path, rule)]


def _as_in_the_file(problem: Problem, headings: dict[str, str], path: Path) -> Problem:
    return replace(problem, file=str(path), column=headings.get(problem.column, problem.column))
