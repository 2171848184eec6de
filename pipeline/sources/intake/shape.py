"""What is wrong with the shape of a returned sheet: hidden, merged or unheaded cells, and facts about people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd

from pipeline.problems import Problem
from pipeline.sources._workbook_cells import clean, column_letter
from pipeline.sources.intake.grid import Grid, Place
from pipeline.sources.intake.layout import cell_name
from pipeline.sources.intake.rows import TableSheet, entry_rows
from pipeline.sources.person_level import person_level_problems, shown_headings

MOST_SHOWN = 8


def shape_problems(sheet: TableSheet) -> Iterator[Problem]:
    """Entries that are hidden, merged, or stand in a column without a heading."""
    yield from _merged(sheet)
    yield from _hidden(sheet)
    yield from _unheaded(sheet)


def _merged(sheet: TableSheet) -> Iterator[Problem]:
    for top, left, bottom, right in sorted(sheet.grid.merged):
        if bottom >= sheet.headings.row:
            rule = (
                f"the cells {cell_name(top, left)} to {cell_name(bottom, right)} are merged into one; "
                "unmerge them and fill in each"
            )
            yield sheet.grid.problem(rule, (top, left))


def _hidden(sheet: TableSheet) -> Iterator[Problem]:
    rows, grid = entry_rows(sheet), sheet.grid
    if grid.hidden and rows:
        yield grid.problem("this sheet is hidden and holds entries; show it again, or delete its rows", (rows[0], 1))
    hidden = [row for row in rows if row in grid.hidden_rows]
    if hidden:
        shown = ", ".join(map(str, hidden[:MOST_SHOWN])) + (" and more" if len(hidden) > MOST_SHOWN else "")
        rule = (
            f"hidden rows hold entries (row {shown}), by a filter or by hand; show them (Data, Clear) and check them, "
            "or delete them"
        )
        yield grid.problem(rule, (hidden[0], min(sheet.headings.at.values())))
    for column, place in sheet.headings.at.items():
        if place in grid.hidden_columns and any((row, place) in grid.cells for row in rows):
            rule = "this column is hidden and holds entries; show it again and check it"
            yield grid.problem(rule, (sheet.headings.row, place), sheet.table.labels()[column])


def _unheaded(sheet: TableSheet) -> Iterator[Problem]:
    headings = sheet.headings
    told = {*headings.at.values(), *headings.others, *headings.repeats}
    first: dict[int, Place] = {}
    for row, column in sheet.grid.cells:
        if row > headings.row and column not in told:
            first.setdefault(column, (row, column))
    for column, place in sorted(first.items()):
        rule = (
            f"column {column_letter(column - 1)} has no heading, so what stands in it from here on would not be read; "
            "move it under a heading, or delete it"
        )
        yield sheet.grid.problem(rule, place)


def people_problems(grid: Grid, header: int | None = None, figures: Collection[int] = ()) -> list[Problem]:
    """A problem, at its heading, for each column that holds or seems to hold facts about people; no cell is repeated.

    `header` is the row of the headings; without it, the first row that holds anything. `figures` are columns of the
    template that other checks hold to numbers and dates: their cells are not judged, their headings are.
    """
    top = header if header is not None else min((row for row, _ in grid.cells), default=0)
    places = sorted({column for row, column in grid.cells if row >= top})
    rows = sorted({row for row, _ in grid.cells if row > top})
    headings = [str(_told(grid, (top, place)) or f"column {place}") for place in places]
    columns = [[None if place in figures else _told(grid, (row, place)) for row in rows] for place in places]
    frame = pd.DataFrame(dict(enumerate(columns)), index=range(len(rows)), dtype="object")
    frame.columns = pd.Index(headings, dtype="str")
    at = dict(zip(reversed(shown_headings(headings)), reversed(places), strict=True))
    found = person_level_problems(frame, Path(grid.file), grid.title)
    return [replace(each, row=top, cell=cell_name(top, at[each.column])) for each in found]


def _told(grid: Grid, place: Place) -> object:
    """A cell as the search for facts about people takes it: days without a time, whole numbers without a point."""
    entry = grid.cells.get(place)
    if entry is None:
        return None
    if isinstance(entry.value, dt.datetime):
        return entry.value.date().isoformat()
    return clean(entry.value) if isinstance(entry.value, str | float) else entry.value
