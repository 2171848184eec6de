"""The register of assumptions: every number the model used that is not in the plan's data."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from pipeline.assumptions import Assumption, Assumptions

COLUMNS = ["Assumption", "Value", "Range (P10 to P90)", "Unit", "Grade", "Source", "From"]
OWNED = ["Assumption", "Owner", "Signed off by", "Signed off on"]


def register(assumptions: Assumptions) -> pd.DataFrame:
    """One row an assumption in the order of the register, placeholders said to be so in words."""
    return pd.DataFrame([_row(assumption) for assumption in assumptions.values()], columns=COLUMNS)


def responsible(assumptions: Assumptions) -> pd.DataFrame:
    """One row an assumption that has an owner or a sign-off: who keeps it up to date, who agreed to it and when."""
    rows = [
        [each.label, each.owner or "no owner", each.signed_off_by or "not signed off", _day(each.signed_off_on)]
        for each in assumptions.values()
        if each.owner or each.signed_off_by
    ]
    return pd.DataFrame(rows, columns=OWNED)


def _day(date: dt.date | None) -> str:
    return f"{date:%Y-%m-%d}" if date else ""


def placeholders(assumptions: Assumptions) -> list[Assumption]:
    """Assumptions whose value stands in for a figure nobody has supplied."""
    return [assumption for assumption in assumptions.values() if assumption.is_placeholder]


def _row(assumption: Assumption) -> list[str]:
    return [
        assumption.label,
        _number(assumption.value),
        _range(assumption),
        assumption.unit,
        assumption.grade,
        assumption.source or "placeholder: no source read",
        f"{assumption.from_date:%Y-%m-%d}",
    ]


def _range(assumption: Assumption) -> str:
    if assumption.low is None or assumption.high is None:
        return "no range"
    words = " (placeholder)" if assumption.range == "placeholder" else ""
    return f"{_number(assumption.low)} to {_number(assumption.high)}{words}"


def _number(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
