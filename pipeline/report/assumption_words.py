"""Assumptions in words: a value in its unit as a sentence has it, and the register of every number the model used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pandas as pd

from pipeline.assumptions import Assumption, Assumptions
from pipeline.report.words import MINUS, NOT_AVAILABLE, is_missing, month, percent, rounded

COLUMNS = ["Assumption", "Value", "Range (P10 to P90)", "Grade", "Source", "From"]
OWNED = ["Assumption", "Owner", "Signed off by", "Signed off on"]
SMALL = 10
"""Below this a figure has two decimals."""
DIGITS = 3
"""Significant digits of the register, where figures are checked."""
_BARE = {"correlation": "", "ratio": " times", "ratio of odds": " times the odds"}
_TIMES = {"ratio": "×", "times": "×", "ratio of odds": "odds ×"}


def figure(assumption: Assumption, *values: float) -> str:
    """Values of an assumption in its own unit, as a sentence has them: 2.1% a year, 30 to 50 minutes …, 1.20 times."""
    return _in_unit(assumption.unit, values, percent, _short)


def exact(unit: str, *values: float) -> str:
    """Values in a unit to three significant digits, as the register has them: 5.23% of contracted time."""
    if unit in _TIMES and not any(map(is_missing, values)):
        return " to ".join(f"{_TIMES[unit]}{_exact(each)}" for each in values)
    return _in_unit(unit, values, lambda share: f"{_exact(100 * share)}%", _exact)


def register(assumptions: Assumptions) -> pd.DataFrame:
    """One row an assumption in the order of the register, placeholders said to be so in words."""
    rows = [
        register_row(
            *(each.label, each.unit, each.value, each.low, each.high),
            *(each.range == "placeholder", each.grade, each.source, each.from_date),
        )
        for each in assumptions.values()
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def register_row(
    label: str,
    unit: str,
    value: float,
    low: float | None,
    high: float | None,
    range_stands_in: bool,
    grade: str,
    source: str,
    since: dt.date,
) -> list[str]:
    """A row of the register."""
    ends = "no range" if low is None or high is None else _ends(unit, low, high)
    said = f"{ends} (placeholder)" if range_stands_in and low is not None else ends
    return [label, exact(unit, value), said, grade, source or "placeholder: no source read", month(since)]


def responsible(assumptions: Assumptions) -> pd.DataFrame:
    """One row an assumption that has an owner or a sign-off: who keeps it up to date, who agreed to it and when."""
    rows = [
        [each.label, each.owner or "no owner", each.signed_off_by or "not signed off", _day(each.signed_off_on)]
        for each in assumptions.values()
        if each.owner or each.signed_off_by
    ]
    return pd.DataFrame(rows, columns=OWNED)


def _ends(unit: str, low: float, high: float) -> str:
    """Both ends of a range, whose unit stands beside the value already."""
    values = np.expm1([low, high]) if unit.startswith("log growth") else (low, high)
    as_shares = unit.startswith(("share", "log growth"))
    return " to ".join(f"{_exact(100 * each)}%" if as_shares else _exact(each) for each in values)


def _day(date: dt.date | None) -> str:
    return f"{date:%Y-%m-%d}" if date else ""


def _in_unit(
    unit: str, values: tuple[float, ...], share: Callable[[float], str], number: Callable[[float], str]
) -> str:
    if any(is_missing(value) for value in values):
        return NOT_AVAILABLE
    if unit.startswith("share"):
        return f"{' to '.join(map(share, values))}{unit.removeprefix('share')}"
    if unit.startswith("log growth"):
        return f"{' to '.join(share(float(np.expm1(each))) for each in values)}{unit.removeprefix('log growth')}"
    return f"{' to '.join(map(number, values))}{_BARE.get(unit, f' {unit}')}"


def _short(value: float) -> str:
    return f"{rounded(value, 2 if abs(value) < SMALL else 0):,f}".replace("-", MINUS)


def _exact(value: float) -> str:
    written = f"{value:.{DIGITS}g}" if abs(value) < 10**DIGITS else f"{value:,.0f}"
    return (f"{float(written):f}".rstrip("0").rstrip(".") if "e" in written else written).replace("-", MINUS)
