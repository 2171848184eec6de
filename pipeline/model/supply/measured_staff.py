"""Assumptions about staff over time that a plan's own joiners and leavers supply (docs/method.md, section 14)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.assumptions import Assumption, Assumptions
from pipeline.metrics.months import MONTHS_IN_YEAR, months_back
from pipeline.model.draws import P10_TO_P90_IN_SD, shifted
from pipeline.model.supply.plan_staff import PlanStaff
from pipeline.model.supply.system import RISKS, TRANSFER
from pipeline.months import month_name

HALF = P10_TO_P90_IN_SD / 2
"""Standard deviations from the middle of a normal distribution to its 10th or 90th percentile."""


def with_measured_staff(assumptions: Assumptions, staff: PlanStaff) -> Assumptions:
    """The assumptions with rates of leaving, and the share of transfers within the system, as the plan's files say.

    The range of a rate holds chance (the number of leavers) and how much the rate differed from year to year; that of
    the share is chance alone. Without a history the assumptions stay as they are.
    """
    left = staff.past.left
    if left.empty:
        return assumptions
    last = left["month"].max()
    source = f"Joiners and leavers of the plan's employers, {staff.past.months} months to {month_name(last.date())}"
    found = [
        _rate(assumptions[f"exit_rate / {name}"], left[left["risk"] == name], staff, staff.measured[name], source)
        for name in RISKS
        if (left["risk"] == name).any()
    ]
    if staff.within is not None:
        moved = left[left["risk"] == RISKS[TRANSFER]]
        found.append(_share(assumptions["transfers_within"], staff.within, moved, source))
    return {**assumptions, **{each.key: each for each in found}}


def _rate(usual: Assumption, left: pd.DataFrame, staff: PlanStaff, value: float, source: str) -> Assumption:
    spread = float(np.sqrt(1.0 / left["heads"].sum() + _between_years(left, staff.past.at_risk)))
    return _measured(usual, value, spread, source, left)


def _between_years(left: pd.DataFrame, at_risk: pd.DataFrame) -> float:
    """Variance of a rate's logarithm from year to year, beyond what chance would bring; 0 with under three years."""
    last = at_risk["month"].max()

    def by_year(rows: pd.DataFrame) -> pd.Series:
        summed: pd.Series = rows.groupby(months_back(rows["month"], last) // MONTHS_IN_YEAR)["heads"].sum()
        return summed

    people = by_year(at_risk)
    whole = at_risk.groupby(months_back(at_risk["month"], last) // MONTHS_IN_YEAR)["month"].nunique() == MONTHS_IN_YEAR
    events = by_year(left).reindex(people.index, fill_value=0.0)[whole]
    if len(events) < 3 or (events == 0).any():
        return 0.0
    rates = np.log(events / people[whole])
    return max(0.0, float(rates.var(ddof=1) - (1.0 / events).mean()))


def _share(usual: Assumption, share: float, moved: pd.DataFrame, source: str) -> Assumption:
    if not 0 < share < 1:
        return usual
    spread = float(np.sqrt(1.0 / (moved["heads"].sum() * share * (1.0 - share))))
    return _measured(usual, share, spread, source, moved)


def _measured(usual: Assumption, value: float, spread: float, source: str, rows: pd.DataFrame) -> Assumption:
    """`spread` is the standard deviation on the assumption's own scale."""
    low, high = (float(shifted(np.asarray(value), sign * HALF * spread, usual.scale)) for sign in (-1, 1))
    given = {"value": value, "low": low, "high": high, "grade": "measured", "range": "measured", "source": source}
    return usual.model_copy(update={**given, "note": "", "from_date": rows["month"].min().date()})
