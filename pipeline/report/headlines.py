"""The few figures that head the strategy and go into the run record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from pipeline.metrics.scope import Scope
from pipeline.report import words

COLUMNS = ["key", "label", "value", "low", "high", "unit"]
_SAYS = {"WTE": words.wte, "patients": words.count, "share": words.percent, "assumptions": words.count}


def headlines(
    staff: pd.DataFrame, waiting: pd.DataFrame, scenarios: pd.DataFrame, register: pd.DataFrame, scope: Scope
) -> pd.DataFrame:
    """Headline figures with their ranges: staff in post, waits, and the gap at the horizon.

    Takes current staff, the latest waits by pillar, the scenario summary and the assumptions in use. A figure that no
    file supplies has no row.
    """
    rows = [*_staff(staff, scope), *_waits(waiting), *_gaps(scenarios), _placeholders(register)]
    return pd.DataFrame(rows, columns=COLUMNS)


def saying(unit: str) -> Callable[[Any], str]:
    """How values of a headline's unit are written."""
    return _SAYS[unit]


def as_key_figures(found: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Headlines as (value in words, label, range in words)."""
    return [
        (saying(row.unit)(row.value), _with_unit(row.label, row.unit), _range(row))
        for row in found.itertuples()
        if row.key in SHOWN
    ]


SHOWN = ("staff_in_post", "waiting_6_plus_share", "gap_gross_horizon", "gap_net_horizon")


def _with_unit(label: str, unit: str) -> str:
    return f"WTE {label}" if unit == "WTE" else label


def _range(row: Any) -> str:
    low, high = (saying(row.unit)(value) for value in (row.low, row.high)) if pd.notna(row.low) else ("", "")
    return f"P10 to P90: {low} to {high}" if low else ""


def _row(
    key: str, label: str, value: float, unit: str, low: float | None = None, high: float | None = None
) -> list[object]:
    return [key, label, float(value), low, high, unit]


def _staff(staff: pd.DataFrame, scope: Scope) -> list[list[object]]:
    inside = staff[staff["pillar"].isin(scope.pillars)]
    if inside.empty:
        return []
    return [_row("staff_in_post", "diagnostic staff in post, as published", inside["wte"].sum(), "WTE")]


def _waits(waiting: pd.DataFrame) -> list[list[object]]:
    total = float(waiting["waiting"].sum())
    if not total:
        return []
    long = float(waiting["waiting_6_plus"].sum())
    return [
        _row("waiting", "patients waiting for a key diagnostic test", total, "patients"),
        _row("waiting_6_plus_share", "of patients waiting have waited six weeks or more", long / total, "share"),
    ]


def _gaps(scenarios: pd.DataFrame) -> list[list[object]]:
    known = scenarios.dropna(subset=["gross_p50"])
    if known.empty:
        return []
    trend = known.iloc[0]
    when = words.month(trend["month"])
    labels = {
        "gross": f"more than today needed by {when} if present trends go on, gross",
        "net": f"more than today, net of professions that would need fewer by {when}",
    }
    return [
        _row(f"gap_{kind}_horizon", label, trend[f"{kind}_p50"], "WTE", trend[f"{kind}_p10"], trend[f"{kind}_p90"])
        for kind, label in labels.items()
    ]


def _placeholders(register: pd.DataFrame) -> list[object]:
    stand_ins = int((register["Grade"] == "placeholder").sum())
    return _row("placeholders", "assumptions still standing in for a figure", stand_ins, "assumptions")
