"""Working days of the months in England, and yearly tests spread over months by them.

A working day is a weekday that is no bank holiday. The rules of bank holidays, and the days by which single years since
2003 differed from them, are in `pipeline/reference/bank_holidays.csv`; a holiday proclaimed later is a line there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.tseries.offsets import Easter

from pipeline.metrics.months import MONTHS_IN_YEAR
from pipeline.model.workload import Number
from pipeline.months import month_end
from pipeline.reference import bank_holiday_rules, engine

Array = NDArray[np.float64]
DAYS_IN_WEEK, SATURDAY = 7, 5
UNSCHEDULED = "unscheduled"
"""Type of the tests of inpatients and emergencies."""
Rule = Mapping[str, str]


@cache
def bank_holidays(year: int) -> frozenset[dt.date]:
    """The bank holidays of a year in England. One that falls on a weekend or another is moved to the next weekday."""
    days = set[dt.date]()
    for rule in bank_holiday_rules():
        if rule["kind"] in _DAY_OF:
            days.add(_next_free(_DAY_OF[rule["kind"]](rule, year), days))
        elif int(rule["year"]) == year:
            changed = {_on(rule, year)}
            days = days | changed if rule["kind"] == "added" else days - changed
    return frozenset(days)


def working_days(months: Sequence[dt.date]) -> Array:
    """Working days of each month (any day of it)."""
    return np.array([_working_days(month.year, month.month) for month in months], dtype=np.float64)


def working_day_factor(months: Sequence[dt.date]) -> Array:
    """Working days of each month over those of an average month of its calendar year, so that a year has a mean of 1.

    Calendar years and not financial ones, since these may hold two Easters or none at all.
    """
    of_year = {month.year: _average_month(month.year) for month in months}
    return np.asarray(working_days(months) / np.array([of_year[month.year] for month in months]))


def share_on_working_days(activity: pd.DataFrame) -> pd.Series:
    """The share of tests that are done on working days, by test, from how the tests of the canonical table came about.

    Tests off a waiting list and planned ones are; of the unscheduled a share is, and the rest come on any day. Tests of
    which no file tells are left out.
    """
    told = activity[activity["type"] != "all"].astype({"tests": "float64"})
    unscheduled = told["tests"].where(told["type"] == UNSCHEDULED, 0.0).groupby(told["test"]).sum()
    every = told.groupby("test")["tests"].sum()
    share = unscheduled[every > 0] / every[every > 0]
    on_working_days: pd.Series = 1 - share * (1 - engine("unscheduled_on_working_days"))
    return on_working_days


def monthly_tests(annual_rate: Array, months: Sequence[dt.date], on_working_days: Number = 1.0) -> Array:
    """Tests of each month at a yearly rate that may change from month to month.

    rate / 12 x (share on working days x working_day_factor + the rest x days of the month over those of an average
    month). `annual_rate` is (…, months, draws) and `months` names its months in order; `on_working_days` (0 to 1) is
    one number, or has the axes before the months. Where the rate stays the same, the months of a calendar year add up
    to it. Raises ValueError where the months are not as many as the rate has.
    """
    if annual_rate.shape[-2] != len(months):
        raise ValueError(f"the yearly rate has {annual_rate.shape[-2]} months and {len(months)} are named")
    share = np.asarray(on_working_days, dtype=np.float64)[..., np.newaxis]
    factor = share * working_day_factor(months) + (1 - share) * _calendar_day_factor(months)
    return np.asarray(annual_rate / MONTHS_IN_YEAR * factor[..., np.newaxis], dtype=np.float64)


@cache
def _working_days(year: int, month: int) -> int:
    first, last = dt.date(year, month, 1), month_end(year, month)
    return int(np.busday_count(first, last + dt.timedelta(days=1), holidays=sorted(bank_holidays(year))))


def _calendar_day_factor(months: Sequence[dt.date]) -> Array:
    days = [month_end(month.year, month.month).day for month in months]
    of_year = [month_end(month.year, MONTHS_IN_YEAR).timetuple().tm_yday / MONTHS_IN_YEAR for month in months]
    return np.asarray(np.array(days) / np.array(of_year))


def _average_month(year: int) -> float:
    return sum(_working_days(year, month) for month in range(1, MONTHS_IN_YEAR + 1)) / MONTHS_IN_YEAR


def _on(rule: Rule, year: int) -> dt.date:
    return dt.date(year, int(rule["month"]), int(rule["day"]))


def _monday_from(rule: Rule, year: int) -> dt.date:
    day = _on(rule, year)
    return day + dt.timedelta(days=-day.weekday() % DAYS_IN_WEEK)


def _from_easter(rule: Rule, year: int) -> dt.date:
    easter: dt.date = (pd.Timestamp(year, 1, 1) + Easter()).date()
    return easter + dt.timedelta(days=int(rule["day"]))


_DAY_OF: Mapping[str, Callable[[Rule, int], dt.date]] = {"date": _on, "monday": _monday_from, "easter": _from_easter}
"""The day of a rule in a year: a date, the first Monday from a date on, or so many days from Easter Sunday."""


def _next_free(day: dt.date, taken: set[dt.date]) -> dt.date:
    while day.weekday() >= SATURDAY or day in taken:
        day += dt.timedelta(days=1)
    return day
