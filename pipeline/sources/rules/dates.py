"""Dates that cannot be meant: decades from the plan, or long after everything else that has happened."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from pipeline.problems import Problem
from pipeline.reference import limit
from pipeline.sources.rules.kit import SENT, CrossRule, Known, problems

HAPPENED = ("staff", "establishment", "movements", "temporary_staff", "activity", "cdc_activity", "reporting")
"""Tables of what has happened."""
OLD = {("standards", "from_date"), ("governance", "date")}
"""Dates that may be old (a contract of 2003), or that have a rule of their own."""
DAYS = [
    (table.name, column)
    for table in SENT
    for column in table.own_columns
    if str(table.schema.columns[column].dtype).startswith("datetime64") and (table.name, column) not in OLD
]
"""Every other date and month that is sent: table and column."""


def _far_away(known: Known) -> Iterator[Problem]:
    years = int(limit("years_from_base_month"))
    for table, column in DAYS:
        yield from _outside(known, table, column, years)


def _meetings(known: Known) -> Iterator[Problem]:
    yield from _outside(known, "governance", "date", int(limit("governance_years")))


def _outside(known: Known, table: str, column: str, years: int) -> Iterator[Problem]:
    rows, base = known.rows(table), known.base_month
    span = pd.DateOffset(years=years)
    far = rows[(rows[column] < base - span) | (rows[column] > base + span)]
    rule = f"this is more than {years} years from the plan's base month, {base:%B %Y}; check the year"
    yield from problems(far, column, rule)


def _after_everything(known: Known) -> Iterator[Problem]:
    """Months of what has happened that lie long after the base month and the newest month of every other table."""
    newest = {name: frame["month"].max() for name, frame in known.tables.items() if _dated(name, frame)}
    for table in HAPPENED:
        rows = known.rows(table)
        last = max([known.base_month, *(month for name, month in newest.items() if name != table)])
        late = rows[rows["month"] > last + pd.DateOffset(months=int(limit("months_after_newest")))]
        rule = f"this is long after {last:%B %Y}, which is the newest of everything else in the plan; check the year"
        yield from problems(late, "month", rule)


def _dated(name: str, frame: pd.DataFrame) -> bool:
    return "month" in frame and len(frame) > 0 and not name.startswith("planned_")


_TABLES = tuple(dict.fromkeys(table for table, _ in DAYS))
RULES = (
    CrossRule(
        _TABLES,
        f"No date lies more than {limit('years_from_base_month'):g} years from the base month of the plan.",
        _far_away,
    ),
    CrossRule(
        ("governance",),
        f"No meeting lies more than {limit('governance_years'):g} years from the base month of the plan.",
        _meetings,
    ),
    CrossRule(
        HAPPENED,
        f"No month lies more than {limit('months_after_newest'):g} months after the base month and everything else in "
        "the plan's files.",
        _after_everything,
    ),
)
