"""The headings of a table's sheet in a returned workbook, wherever they now stand, and what is wrong with them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.problems import Problem
from pipeline.schema import Table
from pipeline.sources._workbook import TOP_ROWS
from pipeline.sources._workbook_cells import clean, column_letter, heading
from pipeline.sources.intake.grid import Grid
from pipeline.sources.intake.layout import HEADING_ROW, MADE_SHEETS, YOUR_ROWS, template_column
from pipeline.sources.person_level import shown_headings

FEWEST = 2
"""Headings that a row must hold to be taken for the row of headings."""


@dataclass(frozen=True)
class Headings:
    """The row of headings: where each column of the table stands, and the other texts of the row by column."""

    row: int
    at: Mapping[str, int]
    others: Mapping[int, str]
    repeats: Mapping[int, str]


def find_headings(grid: Grid, table: Table) -> Headings | None:
    """The row that holds most of a table's headings, if one holds at least two, whatever their case and spacing."""
    names = {heading(table.labels()[column]): column for column in table.own_columns}
    rows = [row for row in grid.by_row if row <= TOP_ROWS]
    scores = {row: len({heading(entry.value) for entry in grid.row(row).values()} & names.keys()) for row in rows}
    best = max(scores, key=lambda row: scores[row], default=0)
    if scores.get(best, 0) < FEWEST:
        return None
    return _headings(grid, best, names)


def _headings(grid: Grid, row: int, names: Mapping[str, str]) -> Headings:
    at: dict[str, int] = {}
    others: dict[int, str] = {}
    repeats: dict[int, str] = {}
    for place, entry in grid.row(row).items():
        column = names.get(heading(entry.value))
        if column is None:
            others[place] = clean(entry.value)
        elif column in at:
            repeats[place] = column
        else:
            at[column] = place
    margin = {place for place, text in others.items() if heading(text) == heading(YOUR_ROWS)}
    return Headings(row, at, {place: text for place, text in others.items() if place not in margin}, repeats)


def with_renamed(grid: Grid, found: Headings, table: Table) -> tuple[Headings, dict[str, int]]:
    """The headings with those that were changed put back in their place, and the columns whose heading that was.

    A heading was changed where an unknown text, or none above entries, stands in the place of a missing one, or an
    unknown text is spelled nearly like it.
    """
    renamed: dict[str, int] = {}
    for column in (column for column in table.own_columns if column not in found.at):
        place = _changed(grid, found, table, column, set(renamed.values()))
        if place is not None:
            renamed[column] = place
    others = {place: text for place, text in found.others.items() if place not in renamed.values()}
    return Headings(found.row, {**found.at, **renamed}, others, found.repeats), renamed


def _changed(grid: Grid, found: Headings, table: Table, column: str, taken: set[int]) -> int | None:
    others = {place: text for place, text in found.others.items() if place not in taken}
    usual = template_column(table, column)
    emptied = (found.row, usual) not in grid.cells and any(at == usual and row > found.row for row, at in grid.cells)
    if usual in others or emptied:
        return usual
    spelled = {heading(text): place for place, text in others.items()}
    close = difflib.get_close_matches(heading(table.labels()[column]), spelled, n=1, cutoff=0.8)
    return spelled[close[0]] if close else None


def heading_problems(grid: Grid, table: Table, found: Headings, renamed: Mapping[str, int]) -> Iterator[Problem]:
    """Headings missing, typed over, repeated, moved or unknown."""
    labels = table.labels()
    for column, place in renamed.items():
        rule = f"the heading here should be “{labels[column]}”; type it again as it was"
        yield grid.problem(rule, (found.row, place), value=_safe(found, grid, place))
    for column in table.own_columns:
        if column not in found.at and not table.may_lack(column):
            yield _missing(grid, table, found, column)
    for place, column in found.repeats.items():
        first = f"{column_letter(found.at[column] - 1)}{found.row}"
        rule = f"this heading stands in {first} as well; keep one of the two columns"
        yield grid.problem(rule, (found.row, place), labels[column])
    for column in _moved(table, found):
        place = template_column(table, column)
        rule = (
            f"this column was moved, and its list and checks stayed behind in column {column_letter(place - 1)}; "
            "move it back there, or copy your rows into a fresh copy of the template"
        )
        yield grid.problem(rule, (found.row, found.at[column]), labels[column])
    for place in found.others:
        rule = "this column is not one of the template, so it would not be read; move what it says, or delete it"
        yield grid.problem(rule, (found.row, place), value=_safe(found, grid, place))


def no_headings(grid: Grid, table: Table) -> Problem:
    """The problem of a sheet without its row of headings."""
    labels = ", ".join(table.labels()[column] for column in table.own_columns)
    rule = (
        f"no row has the headings of this sheet ({labels}); copy your rows into a fresh copy of the template, or type "
        f"the headings again in row {HEADING_ROW}"
    )
    return grid.problem(rule, (HEADING_ROW, template_column(table, table.own_columns[0])))


def titled(grids: Mapping[str, Grid], table: Table) -> Grid | None:
    """The sheet of a table by its title, whatever its case and spacing."""
    return next((grid for title, grid in grids.items() if heading(title) == heading(table.title)), None)


def is_made(title: str) -> bool:
    """Whether a sheet is one of the template that holds no table."""
    return heading(title) in {heading(made) for made in MADE_SHEETS}


def _missing(grid: Grid, table: Table, found: Headings, column: str) -> Problem:
    label, place = table.labels()[column], template_column(table, column)
    beside = (found.row, place)
    if beside not in grid.cells:
        return grid.problem("the heading is missing from this cell; type it again", beside, label)
    rule = f"the column “{label}” is missing; copy your rows into a fresh copy of the template, which has it here"
    return grid.problem(rule, beside)


def _moved(table: Table, found: Headings) -> list[str]:
    """The fewest columns that must move for the others to stand in the order of the template."""
    wanted = [column for column in table.own_columns if column in found.at]
    chains: list[list[str]] = []
    for column in wanted:
        before = [chain for chain in chains if found.at[chain[-1]] < found.at[column]]
        chains.append([*max(before, key=len, default=[]), column])
    kept = max(chains, key=len, default=[])
    return [column for column in wanted if column not in kept]


def _safe(found: Headings, grid: Grid, place: int) -> str:
    """A heading as it may be printed: by its place where a record of somebody stands in the place of the headings."""
    texts = {at: clean(entry.value) for at, entry in grid.row(found.row).items()}
    return dict(zip(texts, shown_headings(list(texts.values())), strict=True)).get(place, "")
