"""Assumptions in words: a value in its unit as a sentence has it, and the register of every number the model used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from pipeline.assumptions import Assumption, Assumptions
from pipeline.metrics.money import Figure
from pipeline.report.words import MINUS, NOT_AVAILABLE, is_missing, month, percent, rounded

COLUMNS = ["Assumption", "Value", "Range (P10 to P90)", "Grade", "Source", "From"]
OWNED = ["Assumption", "Owner", "Signed off by", "Signed off on"]
SMALL = 10
"""Below this a figure has two decimals."""
DIGITS = 3
"""Significant digits of the register, where figures are checked."""
_SHARE, _GROWTH = "share", "log growth"
_PLAIN = {"correlation": "", "ratio": " times", "ratio of odds": " times the odds"}
"""What follows a number in a sentence where it is not the unit itself."""
_SIGNED = {"ratio": "×", "times": "×", "ratio of odds": "odds ×"}
"""What stands before a number in the register in place of its unit."""


def figure(assumption: Assumption, *values: float) -> str:
    """Values of an assumption in its own unit, as a sentence has them: 2.1% a year, 30 to 50 minutes …, 1.20 times."""
    if any(is_missing(value) for value in values):
        return NOT_AVAILABLE
    numbers, unit = _numbers(assumption.unit, values, percent, _short)
    return f"{' to '.join(numbers)}{_PLAIN.get(assumption.unit, unit)}"


def without_unit(unit: str, value: float) -> str:
    """A value in a unit as `figure` has it, for a table whose reader knows the unit: 2.1%, 30, 1.20."""
    return _numbers(unit, [value], percent, _short)[0][0]


def exact(unit: str, *values: float) -> str:
    """Values in a unit to three significant digits, as the register has them: 5.23% of contracted time."""
    if any(is_missing(value) for value in values):
        return NOT_AVAILABLE
    numbers, after = _exactly(unit, values)
    if unit in _SIGNED:
        return " to ".join(f"{_SIGNED[unit]}{each}" for each in numbers)
    return f"{' to '.join(numbers)}{_PLAIN.get(unit, after)}"


def register(assumptions: Assumptions) -> pd.DataFrame:
    """One row an assumption in the order of the register, placeholders said to be so in words."""
    rows = [register_row(each, each.range == "placeholder") for each in assumptions.values()]
    return pd.DataFrame(rows, columns=COLUMNS)


def register_row(each: Assumption | Figure, range_stands_in: bool) -> list[str]:
    """The row of an assumption, or of a figure of money; the unit stands beside the value and not beside the range."""
    said = "no range"
    if each.low is not None and each.high is not None:
        said = " to ".join(_exactly(each.unit, (each.low, each.high))[0]) + " (placeholder)" * range_stands_in
    source = each.source or "placeholder: no source read"
    return [each.label, exact(each.unit, each.value), said, each.grade, source, month(each.from_date)]


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


def _numbers(
    unit: str, values: Sequence[float], share: Callable[[float], str], number: Callable[[float], str]
) -> tuple[list[str], str]:
    """Each value written, shares and growth as percentages, and what of the unit follows them."""
    if unit.startswith(_SHARE):
        return [share(each) for each in values], unit.removeprefix(_SHARE)
    if unit.startswith(_GROWTH):
        return [share(float(np.expm1(each))) for each in values], unit.removeprefix(_GROWTH)
    return [number(each) for each in values], f" {unit}"


def _exactly(unit: str, values: Sequence[float]) -> tuple[list[str], str]:
    return _numbers(unit, values, lambda share: f"{_exact(100 * share)}%", _exact)


def _short(value: float) -> str:
    return f"{rounded(value, 2 if abs(value) < SMALL else 0):,f}".replace("-", MINUS)


def _exact(value: float) -> str:
    written = f"{value:.{DIGITS}g}" if abs(value) < 10**DIGITS else f"{value:,.0f}"
    return (f"{float(written):f}".rstrip("0").rstrip(".") if "e" in written else written).replace("-", MINUS)
