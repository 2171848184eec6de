"""What months say: whether an indicator changed by more than it usually does, and whether it can meet its target.

Every series is a control chart of single values (docs/method.md, section 11).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import pandas as pd

from pipeline.metrics.indicators.cards import cards
from pipeline.metrics.indicators.parts import CELL
from pipeline.metrics.months import months_back
from pipeline.statistics.control_chart import ControlChart, assured, control_chart, states, variation

TOO_FEW = "too few"
POINTS = [*CELL, "month", "value", "mean", "lower", "upper", "phase", "rule", "side", "state"]
YEAR = pd.offsets.MonthEnd(12)


def series_of(
    values: pd.DataFrame, indicators: Collection[str], organisation: str, pillars: Collection[str]
) -> pd.DataFrame:
    """The months of these indicators of one organisation, of those whose months may stand in a control chart."""
    allowed = [name for name in indicators if cards()[name].series]
    chosen = values["indicator"].isin(allowed) & (values["organisation"] == organisation)
    return values[chosen & values["pillar"].isin(list(pillars))]


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
    upper, target, assured, and year_before (the value twelve months earlier).
    """
    goals = targets or {}
    rows = [
        _signal(key, group, control_chart(group["month"], group["value"], rebase_at=rebase_at), goals.get(key[0]))
        for key, group in series.dropna(subset=["value"]).groupby(CELL, sort=False)
    ]
    return pd.DataFrame(rows, columns=SIGNAL)


SIGNAL = [*CELL, "month", "value", "months", "variation", "rule", "side", "since", "mean", "lower", "upper"]
SIGNAL += ["target", "assured", "year_before"]


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


def run_length(signal: Mapping[str, object]) -> int:
    """Months from the beginning of a signal to the latest point, both counted."""
    since, month = pd.Timestamp(str(signal["since"])), pd.Timestamp(str(signal["month"]))
    return int(months_back(pd.DatetimeIndex([since]), month)[0]) + 1
