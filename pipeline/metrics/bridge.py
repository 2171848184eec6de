"""From the people in post a year ago to those in post now, step by step (docs/method.md, section 12)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from pipeline.metrics.months import MONTHS_IN_YEAR, between_months
from pipeline.metrics.scope import Scope
from pipeline.metrics.turnover import flows_of
from pipeline.metrics.workforce import best_staff, in_pillars
from pipeline.tables.workforce import UNKNOWN_REASON

PAIR = ["employer", "pillar"]
OTHER = "other reasons"
REMAINDER = "Not in the movements"
SHOWN = 3
"""Reasons of joining, and of leaving, that stand for themselves; the rest are put together."""


def headcount_bridge(
    movements: pd.DataFrame,
    staff: pd.DataFrame,
    scope: Scope,
    employers: Collection[str],
    least: int = 1,
    unsaid: Mapping[str, Collection[str]] | None = None,
) -> pd.DataFrame:
    """People in post at the start, those who joined and left by reason, and people in post at the end.

    `movements` are those of the latest year and `employers` those that cover it (turnover.covered). Reasons of fewer
    than `least` people, and those of `unsaid` (reasons by joiners and leavers), are put with the others. Returns label,
    amount (people, leavers below zero) and kind (total or change); no rows where the headcount at either
    end is not known. What joiners and leavers do not explain is the last step: staff whose pillar was changed, people
    with two posts, and errors.
    """
    own = in_pillars(movements[movements["employer"].isin(list(employers))], scope)
    ends = _ends(staff, scope, employers, own["month"].max())
    if ends is None:
        return pd.DataFrame(columns=["label", "amount", "kind"])
    moved = flows_of(own)
    joined, left = (
        _by_reason(moved.groupby("reason")[kind].sum(), least, (unsaid or {}).get(kind, ()))
        for kind in ("joiners", "leavers")
    )
    remainder = ends[1] - ends[0] - joined.sum() + left.sum()
    steps = [
        ("In post a year before", ends[0], "total"),
        *((f"Joined: {reason}", float(people), "change") for reason, people in joined.items()),
        *((f"Left: {reason}", -float(people), "change") for reason, people in left.items()),
        *([(REMAINDER, remainder, "change")] if abs(remainder) >= 1 else []),
        ("In post now", ends[1], "total"),
    ]
    return pd.DataFrame(steps, columns=["label", "amount", "kind"])


def _ends(
    staff: pd.DataFrame, scope: Scope, employers: Collection[str], last: pd.Timestamp
) -> tuple[float, float] | None:
    """People in post twelve months before the last month and in it; nothing where either is not known."""
    own = in_pillars(best_staff(staff[staff["employer"].isin(list(employers))]), scope).dropna(subset=["headcount"])
    if own.empty or pd.isna(last):
        return None
    summed = own.groupby([*PAIR, "month"], as_index=False)["headcount"].sum()
    by_month = between_months(summed, PAIR, "headcount")
    cells = by_month.groupby("month")["headcount"].agg(["sum", "count"])
    at = [last + pd.offsets.MonthEnd(-MONTHS_IN_YEAR), last]
    if not set(at) <= set(cells.index) or cells.loc[at, "count"].nunique() > 1:
        return None
    return float(cells.loc[at[0], "sum"]), float(cells.loc[at[1], "sum"])


def _by_reason(people: pd.Series, least: int, unsaid: Collection[str] = ()) -> pd.Series:
    """The largest reasons, with the rest, those not known and those of few people put together at the end."""
    known = people[(people >= least) & ~people.index.isin(["other", UNKNOWN_REASON, *unsaid])]
    top = known[known > 0].nlargest(SHOWN)
    # A rest of few people would show what was held back, so the smallest reason joins it.
    while len(top) and 0 < people.sum() - top.sum() < least:
        top = top.iloc[:-1]
    rest = people.sum() - top.sum()
    shown: pd.Series = pd.concat([top, pd.Series({OTHER: rest})]) if rest > 0 else top
    return shown
