"""A returned intake workbook read back into canonical tables, or refused with everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from pipeline.problems import InputRefused, Problem
from pipeline.schema import SENDERS, Table
from pipeline.sources._workbook_cells import clean, heading
from pipeline.sources.intake import layout
from pipeline.sources.intake.grid import Grid, read_grids
from pipeline.sources.intake.headings import (
    Headings,
    find_headings,
    heading_problems,
    is_made,
    no_headings,
    titled,
    with_renamed,
)
from pipeline.sources.intake.layout import is_figure
from pipeline.sources.intake.rows import TableSheet, read_rows
from pipeline.sources.intake.senders import SENDER_WORDS, PlanSender, own_column, sheets_of
from pipeline.sources.intake.shape import people_problems, shape_problems
from pipeline.sources.person_level import is_person_level
from pipeline.sources.reading import Tables
from pipeline.tables import TABLES, validate

SENT = [table for table in TABLES.values() if table.sent_by]
"""Every table that some sender's workbook has a sheet for."""

_UNSAID = "this cell does not hold what its column takes; see what to write, above the headings"


@dataclass(frozen=True)
class Facts:
    """What the hidden sheets say: whom the workbook was made for, and the words of its drop-downs by name."""

    sender: PlanSender | None = None
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)


def read_returned(path: Path) -> Tables:
    """The tables that a returned workbook has rows for, in canonical form, each row with its file, sheet and row.

    A workbook whose sheets were copied into a new one lacks the hidden facts: it is read all the same, without the
    checks that need them. Raises InputRefused with every problem of the whole workbook.
    """
    grids = read_grids(path)
    facts = read_facts(grids)
    found, problems = _table_sheets(path, grids, facts)
    tables: Tables = {}
    for sheet, of_headings in found:
        frame, of_sheet = _read_sheet(sheet, of_headings)
        problems += of_sheet
        if len(frame):
            tables[sheet.table.name] = frame
    if problems:
        raise InputRefused(problems)
    return {name: validate(name, frame) for name, frame in tables.items()}


def read_facts(grids: Mapping[str, Grid]) -> Facts:
    """The hidden facts, as far as they are there. Raises InputRefused for a layout that is not known here."""
    hidden, lists = grids.get(layout.FACTS), grids.get(layout.LISTS)
    words = _columns(lists) if lists else {}
    if hidden is None:
        return Facts(words=words)
    said = {
        str(entry.value): clean(hidden.cells[row, 2].value)
        for (row, column), entry in hidden.cells.items()
        if column == 1 and (row, 2) in hidden.cells
    }
    if said.get("layout", str(layout.LAYOUT)) != str(layout.LAYOUT):
        rule = "this workbook was made by another version of this program; fill in the template of this version"
        raise InputRefused([Problem(hidden.file, rule)])
    kind = next((kind for kind in SENDERS if kind == said.get("kind")), None)
    sender = PlanSender(kind, said["code"], said.get("name", said["code"])) if kind and "code" in said else None
    return Facts(sender, words)


def _columns(lists: Grid) -> dict[str, list[str]]:
    columns: dict[str, list[str]] = {}
    for (row, column), entry in lists.cells.items():
        name = lists.cells.get((1, column))
        if row > 1 and name is not None:
            columns.setdefault(clean(name.value), []).append(clean(entry.value))
    return columns


def _table_sheets(
    path: Path, grids: Mapping[str, Grid], facts: Facts
) -> tuple[list[tuple[TableSheet, list[Problem]]], list[Problem]]:
    """The sheets of tables with the problems of their headings, and those of sheets missing, renamed or extra."""
    expected = sheets_of(facts.sender.kind) if facts.sender else [table for table in SENT if titled(grids, table)]
    named = {table.name: grid for table in expected if (grid := titled(grids, table))}
    extra = {
        title: grid for title, grid in grids.items() if grid not in named.values() and not is_made(title) and grid.cells
    }
    problems, found = list[Problem](), list[tuple[TableSheet, list[Problem]]]()
    for table in expected:
        grid = named.get(table.name)
        if grid is None:
            grid = _renamed(extra, table)
            problems.append(_missing_sheet(path, table, grid))
        if grid is None:
            continue
        extra.pop(grid.title, None)
        headings = find_headings(grid, table)
        if headings is None:
            problems += [no_headings(grid, table), *people_problems(grid)]
        else:
            found.append(_table_sheet(grids, grid, table, headings, facts))
    problems += [problem for grid in extra.values() for problem in _extra_sheet(grid, facts)]
    if not expected and not problems:
        rule = "no sheet here is one of the intake workbook; fill in the template that you were sent"
        problems.append(Problem(str(path), rule))
    return found, problems


def _renamed(extra: Mapping[str, Grid], table: Table) -> Grid | None:
    """The sheet of another name that has all the headings of a table."""
    for grid in extra.values():
        headings = find_headings(grid, table)
        if headings and set(table.asked_columns) <= set(headings.at):
            return grid
    return None


def _missing_sheet(path: Path, table: Table, renamed: Grid | None) -> Problem:
    if renamed is not None:
        return renamed.problem(f"this sheet should be called “{table.title}”; rename it", (1, 1))
    rule = f"the sheet “{table.title}” is missing; copy it from the template, and leave it empty if you have no figures"
    return Problem(str(path), rule)


def _extra_sheet(grid: Grid, facts: Facts) -> list[Problem]:
    about_people = people_problems(grid)
    if about_people:
        return about_people
    other = next((table for table in SENT if heading(table.title) == heading(grid.title)), None)
    if other and facts.sender:
        whose = " or ".join(SENDER_WORDS[kind] for kind in other.sent_by)
        return [grid.problem(f"this sheet is for another kind of sender ({whose}); delete it here", (1, 1))]
    rule = "this sheet is not one of the template, so it would not be read; move its figures and delete it"
    return [grid.problem(rule, (1, 1))]


def _table_sheet(
    grids: Mapping[str, Grid], grid: Grid, table: Table, headings: Headings, facts: Facts
) -> tuple[TableSheet, list[Problem]]:
    whole, renamed = with_renamed(grid, headings, table)
    own = own_column(facts.sender.kind, table) if facts.sender else None
    words = {column: words for column in table.own_columns if (words := _words(grids, table, column, facts))}
    figures = [whole.at[column] for column in whole.at if is_figure(table, column)]
    about_people = people_problems(grid, headings.row, figures)
    flagged = {problem.cell for problem in about_people} | {layout.cell_name(*place) for place in grid.covered()}
    problems = [each for each in heading_problems(grid, table, whole, renamed) if each.cell not in flagged]
    return TableSheet(grid, table, whole, words, own, facts.sender), [*about_people, *problems]


def _words(grids: Mapping[str, Grid], table: Table, column: str, facts: Facts) -> Sequence[str]:
    """The words that a column is limited to. A board's routes are not known to its education providers' workbooks."""
    vocabulary = table.vocabulary(column)
    if vocabulary is None:
        return table.allowed(column) or ()
    if vocabulary == "route":
        return ()
    source = layout.DEFINED_IN.get(vocabulary)
    return facts.words.get(vocabulary, ()) if source is None else _defined(grids, TABLES[source], vocabulary)


def _defined(grids: Mapping[str, Grid], table: Table, column: str) -> list[str]:
    """The words of a column of another sheet of the workbook."""
    grid = titled(grids, table)
    headings = find_headings(grid, table) if grid else None
    if grid is None or headings is None or column not in headings.at:
        return []
    place = headings.at[column]
    cells = [entry for (row, at), entry in grid.cells.items() if at == place and row > headings.row]
    return list(dict.fromkeys(clean(entry.value) for entry in cells if not entry.kind))


def _read_sheet(sheet: TableSheet, problems: Sequence[Problem]) -> tuple[pd.DataFrame, list[Problem]]:
    frame, of_rows = read_rows(sheet)
    if any(map(is_person_level, problems)):
        # A record of somebody may stand in any column of the sheet, so none of its cells is repeated.
        of_rows = [replace(each, rule=_UNSAID, value="") if each.value else each for each in of_rows]
    found = [*problems, *shape_problems(sheet), *of_rows]
    return frame, sorted(found, key=lambda problem: (problem.row or 0, len(problem.cell), problem.cell))
