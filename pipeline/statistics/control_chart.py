"""Control charts of single values (XmR): what is usual for a series, and which of its months are not.

Sources: Shewhart's chart for individuals as in Provost and Murray, The Health Care Data Guide, 2011, chapter 5; the
rules and the screening of moving ranges as NHS England's Making Data Count teaches them (docs/method.md, section 11).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.reference import indicator

Direction = Literal["higher", "lower", "neither"]
"""Which way is better."""
Array = NDArray[np.float64]
LIMIT, SCREEN = 2.66, 3.267
"""Limits lie 2.66 mean moving ranges from the mean; a moving range of 3.267 of them or more is screened out once."""
RUN = 7
"""Points on one side of the mean, or each higher (or each lower) than the one before, that are a signal."""
NEAR_OF, NEAR = 3, 2
"""Two of three points in the outer third on one side are a signal."""
RULES = ("outside", "shift", "trend", "near limit")
"""The rules in the order in which a point that breaks several is named."""
ROUNDING = 1e-9
NO_SIGN = 2
"""Differs from every sign (-1, 0, 1), so that the first point begins a run whatever its own is."""


@dataclass(frozen=True)
class ControlChart:
    """A series with its limits. `points` has a row a month, in order, those without a value too.

    Columns: month, value, mean, lower, upper, phase (from 0), rule ("" or one of RULES), side ("", high or low). In a
    phase with too few values mean and limits are missing and rules are "". `enough` says whether the latest phase has
    limits, and `says` what it lacks.
    """

    points: pd.DataFrame
    enough: bool
    says: str


def control_chart(months: pd.Series, values: pd.Series, *, rebase_at: Sequence[pd.Timestamp] = ()) -> ControlChart:
    """A control chart of one value a month (month ends), in any order; missing months are gaps.

    From each month of `rebase_at` a phase begins with limits of its own. A moving range is that of a month and the one
    before it, so none reaches over a gap or into another phase; runs pass over gaps. Limits need as many values as
    `control_chart_points` of indicators.yaml says, and two months in a row. Raises ValueError where a month stands
    twice or is not written as its last day.
    """
    series = _monthly(months, values)
    starts = sorted(pd.Timestamp(day) for day in rebase_at)
    phase = np.searchsorted(np.array(starts, dtype="datetime64[ns]"), series.index.to_numpy(), side="right")
    parts = [_phase(series[phase == number], number) for number in np.unique(phase)]
    points = pd.concat(parts, ignore_index=True) if parts else _phase(series, 0)
    last = points[points["phase"] == points["phase"].max()]
    lacks = _lacks(last["value"].to_numpy(dtype=np.float64))
    return ControlChart(points, not lacks, lacks)


def _monthly(months: pd.Series, values: pd.Series) -> pd.Series:
    """The values by month, every month between the first and the last there."""
    days = pd.DatetimeIndex(months)
    if days.has_duplicates:
        raise ValueError("a series has two values for one month; give one value a month")
    if not days.is_month_end.all():
        raise ValueError("a month of a series is not a month end; write each month as its last day")
    series = pd.Series(pd.to_numeric(values).to_numpy(dtype=np.float64, na_value=np.nan), index=days).sort_index()
    return series if series.empty else series.reindex(pd.date_range(series.index[0], series.index[-1], freq="ME"))


def _phase(series: pd.Series, number: int) -> pd.DataFrame:
    value: Array = series.to_numpy(dtype=np.float64)
    enough = not _lacks(value)
    mean, reach = (float(np.nanmean(value)), LIMIT * _moving_range(value)) if enough else (np.nan, np.nan)
    rule, side = _rules(value, mean, reach) if enough else (np.full(len(value), ""), np.full(len(value), ""))
    return pd.DataFrame(
        {
            "month": series.index,
            "value": value,
            "mean": mean,
            "lower": mean - reach,
            "upper": mean + reach,
            "phase": number,
            "rule": rule.astype(object),
            "side": side.astype(object),
        }
    )


def _moving_range(value: Array) -> float:
    """The mean moving range, taken again without those of 3.267 times it or more.

    Nothing is screened out where only ranges of nil would be left: one step in a flat series is all its variation.
    """
    known = _ranges(value)
    kept = known[known < SCREEN * known.mean()]
    return float(kept.mean()) if kept.any() else float(known.mean())


def _ranges(value: Array) -> Array:
    """The known moving ranges; none reaches over a month without a value."""
    ranges = np.abs(np.diff(value))
    return ranges[np.isfinite(ranges)]


def _lacks(value: Array) -> str:
    """What the values of a phase lack for limits, in words; "" where they are enough."""
    known, least = int(np.isfinite(value).sum()), int(indicator("control_chart_points"))
    if known < least:
        return f"{known} months; limits need {least}"
    return "" if len(_ranges(value)) else "no two months in a row; limits need the steps between them"


def _rules(value: Array, mean: float, reach: float) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    """The first rule that each point breaks, and on which side."""
    known = np.flatnonzero(np.isfinite(value))
    away = value[known] - mean
    slack = ROUNDING * max(abs(mean), float(np.abs(away).max()))
    sign = np.where(np.abs(away) <= slack, 0, np.sign(away)).astype(np.int64)
    steps = np.diff(value[known])
    moves = np.where(np.abs(steps) <= slack, 0, np.sign(steps)).astype(np.int64)
    broken = {
        "outside": np.where(np.abs(away) > reach + slack, sign, 0),
        "shift": _runs(sign, RUN),
        "trend": _trends(moves),
        "near limit": _near(np.where(np.abs(away) > reach * 2 / 3 + slack, sign, 0)),
    }
    return _named(broken, known, len(value))


def _named(
    broken: dict[str, NDArray[np.int64]], known: NDArray[np.intp], length: int
) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    rule, side = np.full(length, "", dtype="U10"), np.full(length, "", dtype="U4")
    for name in reversed(RULES):
        hit = broken[name] != 0
        rule[known[hit]] = name
        side[known[hit]] = np.where(broken[name][hit] > 0, "high", "low")
    return rule, side


def _runs(sign: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    """The sign of each point that belongs to so many of one sign in a row, and 0 for the others."""
    found = np.zeros(len(sign), dtype=np.int64)
    begins = np.flatnonzero(np.diff(sign, prepend=NO_SIGN))
    for begin, end in pairwise([*begins, len(sign)]):
        if end - begin >= length:
            found[begin:end] = sign[begin]
    return found


def _trends(moves: NDArray[np.int64]) -> NDArray[np.int64]:
    """The direction of each point in seven or more that rise, or fall, one after another: six steps join seven."""
    steps = _runs(moves, RUN - 1)
    after, before = np.concatenate([[0], steps]), np.concatenate([steps, [0]])
    return np.where(after != 0, after, before)


def _near(outer: NDArray[np.int64]) -> NDArray[np.int64]:
    """The side of each point of the outer third that is one of two within three points."""
    found = np.zeros(len(outer), dtype=np.int64)
    for begin in range(len(outer) - NEAR_OF + 1):
        window = outer[begin : begin + NEAR_OF]
        for side in (1, -1):
            if (window == side).sum() >= NEAR:
                found[begin : begin + NEAR_OF][window == side] = side
    return found


def states(chart: ControlChart, direction: Direction) -> pd.Series:
    """What each point says: common, improving, concerning (high, low where neither is better), "" without limits."""
    points = chart.points
    said = points["side"].map(_said(direction)).fillna("common")
    unknown = points["mean"].isna() | points["value"].isna()
    state: pd.Series = said.mask(unknown, "")
    return state


def _said(direction: Direction) -> dict[str, str]:
    if direction == "neither":
        return {"high": "high", "low": "low"}
    good, bad = ("high", "low") if direction == "higher" else ("low", "high")
    return {good: "improving", bad: "concerning"}


def variation(chart: ControlChart, direction: Direction) -> str:
    """What the latest point with a value says (as states does), or `too few`."""
    known = chart.points["value"].notna()
    if not chart.enough or not known.any():
        return "too few"
    return str(states(chart, direction)[known].iloc[-1])


def assured(chart: ControlChart, target: float | None, direction: Direction) -> str:
    """Whether the process as it is will meet a target: passing, failing, or hit or miss; else `no target`, `too few`.

    It passes where the whole range of chance lies on the good side of the target, and fails where it lies on the other.
    """
    if target is None or direction == "neither" or np.isnan(target):
        return "no target"
    if not chart.enough:
        return "too few"
    last = chart.points.iloc[-1]
    slack = ROUNDING * max(abs(target), abs(last["mean"]))
    above, below = last["lower"] >= target - slack, last["upper"] <= target + slack
    good, bad = (above, below) if direction == "higher" else (below, above)
    return "passing" if good else "failing" if bad else "hit or miss"
