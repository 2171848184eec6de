"""Assumptions that the plan's own files can supply in place of a default (docs/method.md, section 5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.assumptions import Assumption, Assumptions
from pipeline.metrics.scope import Scope
from pipeline.months import month_end

MONTHS_IN_YEAR = 12
SIZED_SHARE = 0.01
"""Share of the system's tests from which a provider's missing month matters; below it counts are often hidden."""
Z80 = 1.2815515655446004
"""Half-width of an 80 % interval of the normal distribution, in standard deviations."""


def with_measured(assumptions: Assumptions, activity: pd.DataFrame, absence: pd.DataFrame, scope: Scope) -> Assumptions:
    """The assumptions with those that the plan's own files can supply put in place of the defaults."""
    pooled = sickness(absence, scope.employers)
    found = [*activity_growth(activity, scope.providers_ever), *([pooled] if pooled else [])]
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


def activity_growth(activity: pd.DataFrame, providers: Collection[str]) -> list[Assumption]:
    """Yearly growth of each test (log scale) over whole years in the data set that covers the most of them.

    `providers` are all that ever belonged to the system, so that a merger is not taken for growth. A year counts only
    when all its months are there; a calendar month with a missing return is left out of every year. With three years
    or more the growth is the slope of a straight line through the logarithms and its range the slope's 80 % interval;
    with two it is their ratio, without a range.
    """
    own = activity[activity["provider"].isin(providers) & activity["tests"].notna()]
    found = []
    for test, rows in own.groupby("test"):
        series = {dataset: _whole_years(each) for dataset, each in rows.groupby("dataset")}
        dataset, years = max(series.items(), key=lambda item: (len(item[1]), item[0]))
        if len(years) >= 2:
            found.append(_growth_assumption(str(test), str(dataset), years))
    return found


def _whole_years(rows: pd.DataFrame) -> pd.Series:
    """Tests in each whole year, counted back from the latest month, oldest first.

    A calendar month in which a provider of any size made no return in some year is left out of every year, so that like
    is compared with like. A provider that starts or ends within the series (a merger) is not a missing return.
    """
    monthly = rows.groupby(["month", "provider"])["tests"].sum().astype("float64").unstack("provider").sort_index()
    if monthly.empty:
        return pd.Series(dtype="float64")
    last = monthly.index[-1]
    back = (last.year - monthly.index.year) * MONTHS_IN_YEAR + last.month - monthly.index.month
    left_out = set((back % MONTHS_IN_YEAR)[_without_return(monthly)])
    kept = ~(back % MONTHS_IN_YEAR).isin(left_out)
    years = monthly[kept].sum(axis=1).groupby((back // MONTHS_IN_YEAR)[kept]).agg(["sum", "count"])
    whole = years.loc[(years["count"] == MONTHS_IN_YEAR - len(left_out)) & (years["sum"] > 0), "sum"]
    run = whole[whole.index == np.arange(len(whole))]
    return run.set_axis([last - pd.DateOffset(years=int(year)) for year in run.index]).sort_index()


def _without_return(monthly: pd.DataFrame) -> NDArray[np.bool_]:
    """Months in which a provider of any size has no count although it has one before and one after."""
    sized = monthly.loc[:, monthly.mean() >= SIZED_SHARE * monthly.sum(axis=1).mean()]
    inside = sized.ffill().notna() & sized.bfill().notna()
    return np.asarray((sized.isna() & inside).any(axis=1), dtype=np.bool_)


def _growth_assumption(test: str, dataset: str, years: pd.Series) -> Assumption:
    slope, error = _slope(np.log(years.to_numpy(dtype=np.float64)))
    first, last = years.index[0], years.index[-1]
    title = {"did": "Diagnostic Imaging Dataset", "dm01": "DM01"}[dataset]
    return Assumption(
        kind="activity_growth",
        test=test,
        label=f"Yearly growth of {test} tests",
        unit="log growth a year",
        value=slope,
        low=None if error is None else slope - Z80 * error,
        high=None if error is None else slope + Z80 * error,
        grade="measured",
        range="none" if error is None else "measured",
        source=f"{title}, the system's providers, {len(years)} years to {_year_to(last)}",
        from_date=_year_to(first),
    )


def _year_to(day: pd.Timestamp) -> dt.date:
    return month_end(day.year, day.month)


def _slope(values: np.ndarray) -> tuple[float, float | None]:
    """Least-squares slope a step, and its standard error where there are three values or more."""
    steps = np.arange(len(values), dtype=np.float64)
    centred = steps - steps.mean()
    slope = float(centred @ values / (centred @ centred))
    if len(values) < 3:
        return slope, None
    residual = values - values.mean() - slope * centred
    return slope, float(np.sqrt(residual @ residual / (len(values) - 2) / (centred @ centred)))
