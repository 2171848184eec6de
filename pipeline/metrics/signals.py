"""What months say: whether an indicator changed by more than it usually does, and whether it can meet its target.

Every series is a control chart of single values (docs/method.md, section 11).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from pipeline.metrics.indicators.cards import cards
from pipeline.metrics.indicators.parts import CELL
from pipeline.statistics.control_chart import RUN, ControlChart, assured, control_chart, states, variation

TOO_FEW = "too few"
POINTS = [*CELL, "month", "value", "mean", "lower", "upper", "phase", "rule", "side", "state"]
YEAR = pd.offsets.MonthEnd(12)


def series_of(
    values: pd.DataFrame, indicators: Collection[str], organisation: str, pillars: Collection[str]
) -> pd.DataFrame:
    """The months of these indicators of one organisation, of those whose months may stand in a control chart."""
    allowed = [name for name in indicators if cards()[name].series]
    chosen = values["indicator"].isin(allowed) & (values["organisation"] == organisation)
    found = values[chosen & values["pillar"].isin(list(pillars))]
    order = {name: place for place, name in enumerate(cards())}
    return found.sort_values("indicator", key=lambda names: names.map(order), kind="stable")


def charted(series: pd.DataFrame, rebase_at: Sequence[pd.Timestamp] = ()) -> pd.DataFrame:
    """The points of a control chart for each series of `series`, one below another, with the columns of POINTS.

    Limits are worked out anew from each month of `rebase_at`. Values that are held back are gaps.
    """
    found = [
        _points(key, control_chart(rows["month"], rows["value"], rebase_at=rebase_at))
        for key, rows in series.groupby(CELL, sort=False)
    ]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=POINTS)


def _points(key: tuple[str, str, str], chart: ControlChart) -> pd.DataFrame:
    card = cards()[key[0]]
    points = chart.points.assign(state=states(chart, card.better), **dict(zip(CELL, key, strict=True)))
    return points[POINTS]


def signals(
    series: pd.DataFrame, targets: Mapping[str, float] | None = None, rebase_at: Sequence[pd.Timestamp] = ()
) -> pd.DataFrame:
    """What the latest month of each series says.

    `targets` are values by indicator. Returns CELL, month, value, months (known), variation (improving, concerning,
    high, low, common or too few), rule and side of the latest point, since (first month of its signal), mean, lower,
    upper, moved (steps of the trend that the latest point ends, below zero for a fall; 0 where there is none) and
    moved_from (the value it began with), target, assured, year_before (the value twelve months earlier), and how many
    employers a total holds of how many (`counted`, `of`; missing for an employer's own series).
    """
    goals = targets or {}
    rows = [
        _signal(key, group, control_chart(group["month"], group["value"], rebase_at=rebase_at), goals.get(key[0]))
        for key, group in series.dropna(subset=["value"]).groupby(CELL, sort=False)
    ]
    return pd.DataFrame(rows, columns=SIGNAL)


SIGNAL = [*CELL, "month", "value", "months", "variation", "rule", "side", "since", "mean", "lower", "upper"]
SIGNAL += ["moved", "moved_from", "target", "assured", "year_before", "counted", "of"]


def _signal(
    key: tuple[str, str, str], rows: pd.DataFrame, chart: ControlChart, target: float | None
) -> dict[str, object]:
    card = cards()[key[0]]
    known = chart.points.dropna(subset=["value"]).reset_index(drop=True)
    last = known.iloc[-1]
    before = known.loc[known["month"] == last["month"] - YEAR, "value"]
    return {
        **dict(zip(CELL, key, strict=True)),
        **{name: last[name] for name in ("month", "value", "rule", "side", "mean", "lower", "upper")},
        "months": len(rows),
        "variation": variation(chart, card.better),
        "since": _since(known),
        **dict(zip(("moved", "moved_from"), _trend(known), strict=True)),
        **{name: rows[name].iloc[-1] if name in rows else None for name in ("counted", "of")},
        "target": target,
        "assured": assured(chart, target, card.better),
        "year_before": float(before.iloc[0]) if len(before) else None,
    }


def _since(known: pd.DataFrame) -> pd.Timestamp | None:
    """The first month of the unbroken run of signals on the latest point's side; nothing where it is no signal."""
    last = known.iloc[-1]
    if not last["rule"]:
        return None
    same = (known["rule"] != "") & (known["side"] == last["side"]) & (known["phase"] == last["phase"])
    broken = known.index[~same]
    return pd.Timestamp(known["month"].iloc[broken[-1] + 1 if len(broken) else 0])


def _trend(known: pd.DataFrame) -> tuple[int, float]:
    """Steps of the trend that ends in the latest point, and the value it began with; none if it is not long enough.

    It lies in the latest phase and leads to the side of the signal: a rise that is still below the average is no trend
    when the signal is the months below.
    """
    known = known[known["phase"] == known["phase"].iloc[-1]]
    signs = np.sign(known["value"].diff().to_numpy()[1:])
    breaks = np.flatnonzero(signs != (signs[-1] if len(signs) else 0))
    steps = len(signs) - (int(breaks[-1]) + 1 if len(breaks) else 0)
    towards = {"high": 1, "low": -1}.get(known["side"].iloc[-1], 0)
    if steps < RUN - 1 or not towards or signs[-1] != towards:
        return 0, float(known["value"].iloc[-1])
    return int(steps * signs[-1]), float(known["value"].iloc[-1 - steps])
