"""The operational plan: each line begins at a baseline, runs without holes, and reaches the end of its cycle."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from pipeline.months import month_name
from pipeline.problems import Problem
from pipeline.sources.rules.kit import CrossRule, Known, Row, listed, problems
from pipeline.tables.planning import BASELINE, OUTTURN, PLANNED

IDENTITY = {"planned_wte": ["employer", "profession"], "planned_activity": ["provider", "test"]}
"""What tells one line of a plan from another, beside its cycle."""
APRIL, MARCH = (4, 30), (3, 31)
"""A planning cycle is a financial year."""


def _lines(known: Known) -> Iterator[pd.DataFrame]:
    """The rows of each table in order of month, with the line they belong to and the cycle's first and last month."""
    for table, identity in IDENTITY.items():
        rows = known.rows(table).sort_values("month")
        if len(rows):
            year = rows["cycle"].str[:4].astype("int64")
            first = {each: pd.Timestamp(each, *APRIL) for each in year.unique()}
            last = {each: pd.Timestamp(each + 1, *MARCH) for each in year.unique()}
            line = rows.groupby(["cycle", *identity]).ngroup()
            yield rows.assign(line=line, first=year.map(first), last=year.map(last))


def _of(rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    return rows[rows["kind"] == kind]


def _one_baseline(known: Known) -> Iterator[Problem]:
    for rows in _lines(known):
        baseline, planned = _of(rows, BASELINE), _of(rows, PLANNED)
        begins = planned.groupby("line")["month"].min()
        without = planned[~planned["line"].isin(baseline["line"])].drop_duplicates("line")
        rule = "this line of the plan has no baseline; add a row of the month from which it was planned"
        yield from problems(without, "kind", rule, _name)
        again = baseline[baseline["line"].duplicated()]
        rule = "this line of the plan has a baseline of an earlier month as well; keep one of them"
        yield from problems(again, "month", rule)
        begun = baseline.assign(begins=baseline["line"].map(begins))
        yield from problems(begun[begun["month"] >= begun["begins"]], "month", _before_it_begins)


def _name(row: Row) -> str:
    who = [row[column] for columns in IDENTITY.values() for column in columns if column in row]
    return ", ".join([row["cycle"], *who])


def _before_it_begins(row: Row) -> str:
    return f"the baseline should be of a month before the first planned one, {month_name(row['begins'])}"


def _no_holes(known: Known) -> Iterator[Problem]:
    for rows in _lines(known):
        planned = _of(rows, PLANNED)
        before = planned.groupby("line")["month"].shift()
        holes = planned.assign(before=before)[before.notna() & (planned["month"] > before + pd.offsets.MonthEnd())]
        yield from problems(holes, "month", _months_between)


def _months_between(row: Row) -> str:
    missing = pd.date_range(row["before"], row["month"], freq="ME")[1:-1]
    return f"planned months are missing before this one ({listed(map(month_name, missing))}); add them"


def _within_cycle(known: Known) -> Iterator[Problem]:
    for rows in _lines(known):
        planned = _of(rows, PLANNED)
        yield from problems(planned[planned["month"] < planned["first"]], "month", _cycle_begins)


def _cycle_begins(row: Row) -> str:
    return f"the cycle {row['cycle']} begins in {month_name(row['first'])}; correct the month or the cycle"


def _newest_is_whole(known: Known) -> Iterator[Problem]:
    """Lines of the newest cycle that do not reach from the base month, or the one after it, to the cycle's end."""
    after_base = known.base_month + pd.offsets.MonthEnd()
    for rows in _lines(known):
        planned = _of(rows, PLANNED)
        newest = planned[(planned["cycle"] == planned["cycle"].max()) & (planned["last"] >= after_base)]
        newest = newest.assign(begins=newest["first"].clip(lower=after_base))
        starts, ends = newest.drop_duplicates("line"), newest.drop_duplicates("line", keep="last")
        yield from problems(starts[starts["month"] > starts["begins"]], "month", _from_its_beginning)
        yield from problems(ends[ends["month"] < ends["last"]], "month", _to_its_end)


def _from_its_beginning(row: Row) -> str:
    return f"the newest cycle should be planned from {month_name(row['begins'])}; add the months before this one"


def _to_its_end(row: Row) -> str:
    return f"the newest cycle should be planned to its end, {month_name(row['last'])}; add the months after this one"


def _outturn_was_planned(known: Known) -> Iterator[Problem]:
    for rows in _lines(known):
        outturn, key = _of(rows, OUTTURN), ["line", "month"]
        planned = pd.MultiIndex.from_frame(_of(rows, PLANNED)[key])
        unplanned = outturn[~pd.MultiIndex.from_frame(outturn[key]).isin(planned)]
        rule = "there is an outturn but no planned figure for this month; add what was planned, or correct the month"
        yield from problems(unplanned, "month", rule)


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
