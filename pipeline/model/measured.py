"""Assumptions that the plan's own files can supply in place of a default (docs/method.md, section 5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

from pipeline.assumptions import Assumption, Assumptions
from pipeline.metrics.returns import incomplete_returns
from pipeline.metrics.scope import Scope
from pipeline.months import month_end

MONTHS_IN_YEAR = 12
UPPER = 0.9
"""An 80 % interval ends at the 90th percentile, as every range here does."""


def with_measured(assumptions: Assumptions, activity: pd.DataFrame, absence: pd.DataFrame, scope: Scope) -> Assumptions:
    """The assumptions with those that the plan's own files can supply put in place of the defaults."""
    pooled = sickness(absence, scope.employers)
    found = [*activity_growth(activity, scope.providers_ever, scope.employers), *([pooled] if pooled else [])]
    return {**assumptions, **{each.key: each for each in found}}


def sickness(absence: pd.DataFrame, employers: Collection[str]) -> Assumption | None:
    """Sickness share of the plan's employers, pooled (days lost / days available) over the latest 12 months.

    The range is the 10th to 90th percentile of the months. None where no month is known.
    """
    own = absence[absence["employer"].isin(employers)]
    monthly = own.groupby("month")[["days_lost", "days_available"]].sum().sort_index().tail(MONTHS_IN_YEAR)
    if monthly.empty or monthly["days_available"].sum() == 0:
        return None
    rates = (monthly["days_lost"] / monthly["days_available"]).dropna()
    pooled = float(monthly["days_lost"].sum() / monthly["days_available"].sum())
    low, high = (float(rates.quantile(share)) for share in (0.1, 0.9))
    spread = len(rates) > 1
    return Assumption(
        kind="unavailable",
        item="sickness",
        label="Time away, sickness",
        unit="share of contracted time",
        value=pooled,
        low=min(low, pooled) if spread else None,
        high=max(high, pooled) if spread else None,
        scale="logit",
        grade="measured",
        range="measured" if spread else "none",
        source=f"NHS Sickness Absence Rates, the plan's employers, {len(rates)} months pooled, all staff groups",
        from_date=monthly.index[-1].date(),
    )


def activity_growth(activity: pd.DataFrame, providers: Collection[str], current: Collection[str]) -> list[Assumption]:
    """Yearly growth of each test (log scale) over whole years in the data set that covers the most of them.

    `providers` are all that ever belonged to the system, so that a merger is not taken for growth; `current` are those
    expected to report to the end. A year counts only when all its months are there; a calendar month in which a count
    is missing or not whole in some year is left out of every year. With three years or more the growth is the slope of
    a straight line through the logarithms and its range the slope's 80 % interval (Student's t); with two it is their
    ratio, without a range.
    """
    own = activity[activity["provider"].isin(providers) & activity["tests"].notna()]
    incomplete = incomplete_returns(activity, providers, current)
    found = []
    for test, rows in own.groupby("test"):
        series = {
            dataset: _whole_years(each, _months_of(incomplete, str(dataset), str(test)))
            for dataset, each in rows.groupby("dataset")
        }
        dataset, years = max(series.items(), key=lambda item: (len(item[1]), item[0]))
        if len(years) >= 2:
            found.append(_growth_assumption(str(test), str(dataset), years))
    return found


def _months_of(incomplete: pd.DataFrame, dataset: str, test: str) -> pd.DatetimeIndex:
    own = incomplete[(incomplete["dataset"] == dataset) & (incomplete["test"] == test)]
    return pd.DatetimeIndex(own["month"].unique())


def _whole_years(rows: pd.DataFrame, not_whole: pd.DatetimeIndex) -> pd.Series:
    """Tests in each whole year, counted back from the latest month, oldest first, like compared with like."""
    monthly = rows.groupby("month")["tests"].sum().astype("float64").sort_index()
    last = monthly.index[-1]
    left_out = set(_months_back(not_whole, last) % MONTHS_IN_YEAR)
    back = _months_back(pd.DatetimeIndex(monthly.index), last)
    kept = ~np.isin(back % MONTHS_IN_YEAR, list(left_out))
    years = monthly[kept].groupby(back[kept] // MONTHS_IN_YEAR).agg(["sum", "count"])
    whole = years.loc[(years["count"] == MONTHS_IN_YEAR - len(left_out)) & (years["sum"] > 0), "sum"]
    run = whole[whole.index == np.arange(len(whole))]
    return run.set_axis([last - pd.DateOffset(years=int(year)) for year in run.index]).sort_index()


def _months_back(months: pd.DatetimeIndex, last: pd.Timestamp) -> NDArray[np.int64]:
    back = (last.year - months.year) * MONTHS_IN_YEAR + last.month - months.month
    return np.asarray(back, dtype=np.int64)


def _growth_assumption(test: str, dataset: str, years: pd.Series) -> Assumption:
    slope, half = _slope(np.log(years.to_numpy(dtype=np.float64)))
    first, last = years.index[0], years.index[-1]
    title = {"did": "Diagnostic Imaging Dataset", "dm01": "DM01"}[dataset]
    return Assumption(
        kind="activity_growth",
        test=test,
        label=f"Yearly growth of {test} tests",
        unit="log growth a year",
        value=slope,
        low=None if half is None else slope - half,
        high=None if half is None else slope + half,
        grade="measured",
        range="none" if half is None else "measured",
        source=f"{title}, the system's providers, {len(years)} years to {_year_to(last)}",
        from_date=_year_to(first),
    )


def _year_to(day: pd.Timestamp) -> dt.date:
    return month_end(day.year, day.month)


def _slope(values: np.ndarray) -> tuple[float, float | None]:
    """Least-squares slope a step, and half the width of its 80 % interval where there are three values or more.

    With few values the standard error is itself uncertain, hence Student's t with n - 2 degrees of freedom.
    """
    steps = np.arange(len(values), dtype=np.float64)
    centred = steps - steps.mean()
    slope = float(centred @ values / (centred @ centred))
    if len(values) < 3:
        return slope, None
    residual = values - values.mean() - slope * centred
    error = np.sqrt(residual @ residual / (len(values) - 2) / (centred @ centred))
    return slope, float(stdtrit(len(values) - 2, UPPER) * error)
