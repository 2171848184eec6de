"""One sheet of an operational plan: its months, its lines, and its totals checked against them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.months import month_name
from pipeline.problems import InputRefused, Problem
from pipeline.reference import limit
from pipeline.sources._words import cycle_named, name_in, nearest, pillar_named, plain
from pipeline.sources._workbook import Sheet
from pipeline.sources._workbook_cells import MISSING, clean, column_letter, heading, is_filled, month_of, number_of
from pipeline.sources._workbook_table import Header, find_header, numbers, repeated
from pipeline.sources.mapping import Mapping
from pipeline.sources.reading import Tables
from pipeline.tables import TABLES, validate
from pipeline.tables.planning import BASELINE, OUTTURN, PLANNED

CYCLE, MEASURE, CODE, PILLAR = "Cycle", "Measure", "Organisation code", "Pillar"
MEASURES = {"baseline": BASELINE, "plan": PLANNED, "planned": PLANNED, "outturn": OUTTURN, "actual": OUTTURN}
TOTAL = re.compile(r"(grand )?totals?\b.*|.*\btotal|all (employers|providers|organisations|professions|tests)")
"""How a row that adds others up says so, in lower case."""
EVERY = "total"
"""Stands for the name of whatever a total adds up."""
_EXPECTED = {
    CYCLE: "a cycle is written as its financial year, 2025/26",
    MEASURE: "a measure is Baseline, Plan or Outturn",
    CODE: "an organisation code is 3 to 9 capital letters and digits, or Total",
    PILLAR: "a pillar is endoscopy, imaging, laboratories or physiological sciences",
}
_CODE = re.compile(r"[A-Z0-9]{3,9}")


@dataclass(frozen=True)
class PlanSheet:
    """A sheet of an operational plan: its name, the table it fills, and which of its headings fill which columns."""

    sheet: str
    table: str
    label: str
    who: str
    what: str
    amount: str
    schemes: tuple[str, ...]
    whole: bool

    @property
    def headings(self) -> list[str]:
        """The headings that every such sheet has."""
        return [CYCLE, MEASURE, CODE, PILLAR, self.label]


def read_sheet(sheet: Sheet, plan: PlanSheet, mapping: Mapping) -> Tables:
    """The table that the sheet fills, or none where no month is filled in. Raises InputRefused with every problem."""
    header, problems = find_header(sheet, plan.headings)
    if header is None or len(header.at) < len(plan.headings):
        raise InputRefused(problems)
    months, wrong = _months(header)
    problems += wrong
    rows = [row for row in header.body([*header.at.values(), *months]) if _has_figures(header, row, months)]
    figures, wrong = numbers(header, rows, list(months), {"": MISSING}, whole=plan.whole)
    lines, strange = _lines(header, plan, rows, mapping)
    problems += [*wrong, *strange]
    # A total of wrong figures would be wrong too, so totals wait for the rows to be right.
    problems = problems or repeated(header, rows, list(lines.itertuples(index=False, name=None)))
    problems = problems or list(_total_problems(header, plan, lines, figures, months, rows))
    if problems:
        raise InputRefused(problems)
    return _table(header, plan, lines, figures, list(months.values()), rows) if rows else {}


def _months(header: Header) -> tuple[dict[int, dt.date], list[Problem]]:
    """The month of each column that has one, and the headings that are repeated or may be months mistyped."""
    sheet, found = header.sheet, dict[int, dt.date]()
    words = set(map(heading, header.at))
    problems: list[Problem] = []
    for column, cell in enumerate(sheet.rows[header.row]):
        month = None if heading(cell) in words else month_of(cell)
        if month is not None and month in found.values():
            other = next(column_letter(place) for place, known in found.items() if known == month)
            rule = f"the column {other} is of {month_name(month)} as well; keep one of them"
            problems.append(sheet.problem(rule, header.row, header.name(column), clean(cell)))
        elif month is not None:
            found[column] = month
        elif heading(cell) not in words and _may_be_a_month(header, column):
            rule = "the column holds numbers, but its heading is no month; write it as Apr-25, or take the column out"
            problems.append(sheet.problem(rule, header.row, header.name(column), clean(cell)))
    if not found and not problems:
        problems.append(sheet.problem("no heading is a month; write each as Apr-25", header.row))
    return found, problems


def _may_be_a_month(header: Header, column: int) -> bool:
    cells = [row[column] for row in header.sheet.rows[header.row + 1 :]]
    holds_numbers = any(is_filled(cell) and number_of(cell, {}) is not None for cell in cells)
    return holds_numbers and not TOTAL.fullmatch(plain(clean(header.sheet.rows[header.row][column])))


def _has_figures(header: Header, row: int, months: dict[int, dt.date]) -> bool:
    return any(is_filled(header.sheet.rows[row][column]) for column in months)


def _lines(
    header: Header, plan: PlanSheet, rows: Sequence[int], mapping: Mapping
) -> tuple[pd.DataFrame, list[Problem]]:
    """Cycle, measure, organisation, pillar and profession or test of each row, in the pipeline's spelling."""
    problems: list[Problem] = []
    lines = []
    for row in rows:
        said = {label: header.text(row, label) for label in plan.headings}
        known = _known(said, plan, mapping)
        for label in (label for label, word in known.items() if word is None):
            rule = _expected(plan, label, said[label], mapping)
            problems.append(header.sheet.problem(rule, row, header.name(header.at[label]), said[label]))
        lines.append(known)
    return pd.DataFrame(lines, columns=plan.headings), problems


def _expected(plan: PlanSheet, label: str, word: str, mapping: Mapping) -> str:
    if not word:
        return "the cell should not be empty; where cells are merged, write it in every row"
    if label == plan.label:
        hint = nearest(word, mapping.pillars_of(plan.schemes))
        return f"the mapping knows no {plan.what} of this name; correct it, or add it to the plan's mapping{hint}"
    return _EXPECTED[label]


def _known(said: dict[str, str], plan: PlanSheet, mapping: Mapping) -> dict[str, str | None]:
    """The words of a row as the pipeline spells them: EVERY for a total, None for what is not known."""
    code, what = said[CODE].upper(), said[plan.label]
    totals = {label for label in (CODE, plan.label) if TOTAL.fullmatch(plain(said[label]))}
    every_pillar = totals and (not said[PILLAR] or TOTAL.fullmatch(plain(said[PILLAR])) or plain(said[PILLAR]) == "all")
    return {
        CYCLE: cycle_named(said[CYCLE]),
        MEASURE: MEASURES.get(plain(said[MEASURE])),
        CODE: EVERY if CODE in totals else code if _CODE.fullmatch(code) else None,
        PILLAR: EVERY if every_pillar else pillar_named(said[PILLAR]),
        plan.label: EVERY if plan.label in totals else name_in(mapping, plan.schemes, what),
    }


def _is_total(lines: pd.DataFrame, plan: PlanSheet) -> pd.Series:
    return (lines[CODE] == EVERY) | (lines[plan.label] == EVERY)


def _total_problems(
    header: Header,
    plan: PlanSheet,
    lines: pd.DataFrame,
    figures: np.ndarray,
    months: dict[int, dt.date],
    rows: Sequence[int],
) -> Iterator[Problem]:
    """Totals that are not the sum of the rows they stand for, give or take the rounding of each."""
    total = _is_total(lines, plan).to_numpy()
    for place in np.flatnonzero(total).tolist():
        alike = ~total & np.logical_and.reduce(
            [(lines[label] == word) | (word == EVERY) for label, word in lines.iloc[place].items()]
        )
        spare = 0 if plan.whole else limit("total_rounding") * (alike.sum() + 1) + 1e-9
        sums = np.nansum(figures[alike], axis=0)
        for at in np.flatnonzero(np.abs(figures[place] - sums) > spare).tolist():
            shown = f"{sums[at]:,.0f}" if plan.whole else f"{sums[at]:,.2f}"
            rule = f"the rows that this total stands for add up to {shown}; correct the total or the rows"
            column = list(months)[at]
            cell = clean(header.sheet.rows[rows[place]][column])
            yield header.sheet.problem(rule, rows[place], header.name(column), cell)


def _table(
    header: Header,
    plan: PlanSheet,
    lines: pd.DataFrame,
    figures: np.ndarray,
    months: Sequence[dt.date],
    rows: Sequence[int],
) -> Tables:
    columns = {CYCLE: "cycle", MEASURE: "kind", CODE: plan.who, PILLAR: "pillar", plan.label: plan.what}
    named = lines.rename(columns=columns).assign(row=[row + 1 for row in rows], place=range(len(rows)))
    named = named[~_is_total(lines, plan)]
    wide = pd.DataFrame(figures, columns=pd.DatetimeIndex(months)).melt(
        var_name="month", value_name=plan.amount, ignore_index=False
    )
    long = named.merge(wide.dropna().reset_index(names="place"), on="place").sort_values(["place", "month"])
    frame = long.assign(file=header.sheet.path.name, sheet=header.sheet.name)
    return {plan.table: validate(plan.table, frame[TABLES[plan.table].columns])} if len(frame) else {}
