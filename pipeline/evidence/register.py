"""The register of assumptions: every number the model used that is not in the plan's data."""

from __future__ import annotations

import pandas as pd

from pipeline.assumptions import Assumption, Assumptions

COLUMNS = ["Assumption", "Value", "Range (P10 to P90)", "Unit", "Grade", "Source", "From", "Owner and sign-off"]


def register(assumptions: Assumptions) -> pd.DataFrame:
    """One row an assumption in the order of the register, placeholders said to be so in words."""
    return pd.DataFrame([_row(assumption) for assumption in assumptions.values()], columns=COLUMNS)


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
        _responsible(assumption),
    ]


def _responsible(assumption: Assumption) -> str:
    """Who keeps the figure, and who agreed to it and when."""
    owner = assumption.owner or "no owner"
    if assumption.signed_off_on is None:
        return f"{owner}; not signed off"
    return f"{owner}; signed off by {assumption.signed_off_by}, {assumption.signed_off_on:%Y-%m-%d}"


def _range(assumption: Assumption) -> str:
    if assumption.low is None or assumption.high is None:
        return "no range"
    words = " (placeholder)" if assumption.range == "placeholder" else ""
    return f"{_number(assumption.low)} to {_number(assumption.high)}{words}"


def _number(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
