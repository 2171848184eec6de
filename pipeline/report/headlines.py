"""The few figures that head the strategy and go into the run record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from pipeline.metrics.scope import Scope
from pipeline.report import words
from pipeline.report.words import lower

COLUMNS = ["key", "label", "value", "low", "high", "unit"]
_SAYS = {"WTE": words.wte, "patients": words.count, "share": words.percent, "assumptions": words.count}


def headlines(
    staff: pd.DataFrame,
    waiting: pd.DataFrame,
    scenarios: pd.DataFrame,
    beyond: pd.DataFrame,
    register: pd.DataFrame,
    scope: Scope,
) -> pd.DataFrame:
    """Headline figures with their ranges: staff in post, waits, the gap at the horizon, and staff beyond the plan.

    Takes current staff, the latest waits by pillar, the scenario summary, gap_ahead.beyond_whole and the assumptions in
    use. A figure that no file supplies has no row.
    """
    rows = [*_staff(staff, scope), *_waits(waiting), *_gaps(scenarios), *_beyond(beyond), _placeholders(register)]
    return pd.DataFrame(rows, columns=COLUMNS)


def saying(unit: str) -> Callable[[Any], str]:
    """How values of a headline's unit are written."""
    return _SAYS[unit]


def format_of(unit: str) -> str:
    """The format of a table (`tables.Formats`) in which values of a headline's unit are written."""
    return _SAYS[unit].__name__


def as_key_figures(found: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Headlines as (value in words, label, range in words)."""
    return [(saying(row.unit)(row.value), row.label, _range(row)) for row in found.itertuples() if row.key in SHOWN]


SHOWN = ("staff_in_post", "waiting_6_plus_share", "gap_gross_horizon", "beyond_plan_gross")


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
    label = f"WTE of diagnostic staff in post in {words.month(inside['month'].max())}"
    return [_row("staff_in_post", label, inside["wte"].sum(), "WTE")]


def _waits(waiting: pd.DataFrame) -> list[list[object]]:
    total = float(waiting["waiting"].sum())
    if not total:
        return []
    when = f"at the end of {words.month(waiting['month'].max())}"
    share = float(waiting["waiting_6_plus"].sum()) / total
    return [
        _row("waiting", f"patients waiting for a key diagnostic test {when}", total, "patients"),
        _row("waiting_6_plus_share", f"of patients waiting {when} had waited six weeks or more", share, "share"),
    ]


def _gaps(scenarios: pd.DataFrame) -> list[list[object]]:
    known = scenarios.dropna(subset=["gross_p50"])
    if known.empty:
        return []
    first = known.iloc[0]
    when = f"in {words.month(first['month'])} if {lower(first['scenario'])}"
    labels = {
        "gross": f"WTE missing {when}, gross",
        "net": f"WTE missing {when}, net of those with more than they need",
    }
    return _both({f"gap_{kind}_horizon": (kind, label) for kind, label in labels.items()}, first)


def _beyond(beyond: pd.DataFrame) -> list[list[object]]:
    """The scenario with the largest growth against the operational plan as it was sent."""
    if beyond.empty:
        return []
    first = beyond.iloc[0]
    when = f"by {words.month(first['month'])} if {lower(first['scenario'])} comes about"
    labels = {
        "gross": f"WTE needed beyond the operational plan {when}, gross",
        "net": f"WTE needed beyond the operational plan {when}, net",
    }
    return _both({f"beyond_plan_{kind}": (kind, label) for kind, label in labels.items()}, first)


def _both(told: Mapping[str, tuple[str, str]], row: pd.Series) -> list[list[object]]:
    """Gross and net of a row, each under its key with its label."""
    return [
        _row(key, label, row[f"{kind}_p50"], "WTE", row[f"{kind}_p10"], row[f"{kind}_p90"])
        for key, (kind, label) in told.items()
    ]


def stand_ins(register: pd.DataFrame) -> int:
    """How many assumptions in use still stand in for a figure."""
    return int((register["Grade"] == "placeholder").sum())


def _placeholders(register: pd.DataFrame) -> list[object]:
    return _row("placeholders", "assumptions still standing in for a figure", stand_ins(register), "assumptions")
