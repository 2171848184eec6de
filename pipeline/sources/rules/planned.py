"""The operational plan: each line begins at a baseline, runs without holes, and reaches the end of its cycle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

import pandas as pd

from pipeline.months import month_name
from pipeline.problems import Problem
from pipeline.sources.rules.kit import CrossRule, Known, listed, problems
from pipeline.tables.planning import BASELINE, OUTTURN, PLANNED

IDENTITY = {"planned_wte": ["employer", "profession"], "planned_activity": ["provider", "test"]}
"""What tells one line of a plan from another, beside its cycle."""
APRIL, MARCH = (4, 30), (3, 31)
"""A planning cycle is a financial year."""


@dataclass(frozen=True)
class _Line:
    """One line of an operational plan: a cycle's rows for one organisation and one profession or test."""

    table: str
    cycle: str
    name: str
    rows: pd.DataFrame

    @cached_property
    def _kinds(self) -> dict[str, pd.DataFrame]:
        return {str(kind): rows for kind, rows in self.rows.groupby("kind", sort=False)}

    def of(self, kind: str) -> pd.DataFrame:
        """Its rows of a kind, by month."""
        return self._kinds.get(kind, self.rows.iloc[:0])

    @property
    def first_month(self) -> pd.Timestamp:
        """The first month of its cycle: April 2025 of 2025/26."""
        return pd.Timestamp(int(self.cycle[:4]), *APRIL)

    @property
    def last_month(self) -> pd.Timestamp:
        """The last month of its cycle: March 2026 of 2025/26."""
        return pd.Timestamp(int(self.cycle[:4]) + 1, *MARCH)


_KNOWN_LINES: WeakKeyDictionary[Known, list[_Line]] = WeakKeyDictionary()
"""Lines are parted once for all the rules, for as long as the tables are looked at."""


def _lines(known: Known) -> list[_Line]:
    if known not in _KNOWN_LINES:
        _KNOWN_LINES[known] = [
            _Line(table, str(key[0]), ", ".join(map(str, key)), rows)
            for table, identity in IDENTITY.items()
            for key, rows in known.rows(table).sort_values("month").groupby(["cycle", *identity], sort=False)
        ]
    return _KNOWN_LINES[known]


def _planned_lines(known: Known) -> list[_Line]:
    return [line for line in _lines(known) if len(line.of(PLANNED))]


def _one_baseline(known: Known) -> Iterator[Problem]:
    for line in _planned_lines(known):
        baseline, planned = line.of(BASELINE), line.of(PLANNED)
        if baseline.empty:
            rule = "this line of the plan has no baseline; add a row of the month from which it was planned"
            yield from problems(planned.head(1), "kind", rule, line.name)
        rule = "this line of the plan has a baseline of an earlier month as well; keep one of them"
        yield from problems(baseline.iloc[1:], "month", rule)
        begins = planned["month"].iloc[0]
        rule = f"the baseline should be of a month before the first planned one, {month_name(begins)}"
        yield from problems(baseline[baseline["month"] >= begins], "month", rule)


def _no_holes(known: Known) -> Iterator[Problem]:
    for line in _planned_lines(known):
        planned = line.of(PLANNED)
        before = planned["month"].shift()
        for place in planned.index[before.notna() & (planned["month"] > before + pd.offsets.MonthEnd())]:
            missing = pd.date_range(before[place], planned["month"][place], freq="ME")[1:-1]
            rule = f"planned months are missing before this one ({listed(map(month_name, missing))}); add them"
            yield from problems(planned.loc[[place]], "month", rule)


def _within_cycle(known: Known) -> Iterator[Problem]:
    for line in _planned_lines(known):
        planned = line.of(PLANNED)
        rule = f"the cycle {line.cycle} begins in {month_name(line.first_month)}; correct the month or the cycle"
        yield from problems(planned[planned["month"] < line.first_month], "month", rule)


def _newest_is_whole(known: Known) -> Iterator[Problem]:
    """Lines of the newest cycle that do not reach from the base month, or the one after it, to the cycle's end."""
    lines = _planned_lines(known)
    newest = {table: max((line.cycle for line in lines if line.table == table), default="") for table in IDENTITY}
    after_base = known.base_month + pd.offsets.MonthEnd()
    for line in lines:
        if line.cycle != newest[line.table] or line.last_month < after_base:
            continue
        planned = line.of(PLANNED)
        begins, ends = max(after_base, line.first_month), line.last_month
        if planned["month"].iloc[0] > begins:
            rule = f"the newest cycle should be planned from {month_name(begins)}; add the months before this one"
            yield from problems(planned.head(1), "month", rule)
        if planned["month"].iloc[-1] < ends:
            rule = f"the newest cycle should be planned to its end, {month_name(ends)}; add the months after this one"
            yield from problems(planned.tail(1), "month", rule)


def _outturn_was_planned(known: Known) -> Iterator[Problem]:
    for line in _lines(known):
        outturn = line.of(OUTTURN)
        rule = "there is an outturn but no planned figure for this month; add what was planned, or correct the month"
        yield from problems(outturn[~outturn["month"].isin(line.of(PLANNED)["month"])], "month", rule)


_TABLES = tuple(IDENTITY)
RULES = (
    CrossRule(
        _TABLES,
        "Each line (a cycle, an organisation, and a profession or test) has one baseline, of a month before the first "
        "planned one.",
        _one_baseline,
    ),
    CrossRule(_TABLES, "The planned months of a line follow one another without a hole.", _no_holes),
    CrossRule(_TABLES, "No planned month lies before the April in which its cycle begins.", _within_cycle),
    CrossRule(
        _TABLES,
        "Each line of the newest cycle is planned from the base month of the plan, or the month after it, to the end "
        "of the cycle.",
        _newest_is_whole,
    ),
    CrossRule(_TABLES, "An outturn is only of months that were planned.", _outturn_was_planned),
)
