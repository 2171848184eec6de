"""Assumptions that the plan's own files can supply in place of a default (docs/method.md, section 5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from pipeline.assumptions import Assumption, Assumptions
from pipeline.metrics.months import MONTHS_IN_YEAR, months_back
from pipeline.metrics.returns import SIZED_SHARE, incomplete_returns
from pipeline.metrics.scope import Scope
from pipeline.months import month_end, month_name
from pipeline.tables.published import LOCAL

COUNTED_BY = {
    "did": "Diagnostic Imaging Dataset, the system's providers",
    "dm01": "DM01, the system's providers",
    LOCAL: "Counted by the plan's employers",
}
"""What the growth of a test was measured in, by data set."""
UPPER = 0.9
"""An 80 % interval ends at the 90th percentile, as every range here does."""


def with_measured(assumptions: Assumptions, activity: pd.DataFrame, absence: pd.DataFrame, scope: Scope) -> Assumptions:
    """The assumptions with those that the plan's own files can supply put in place of the defaults.

    A test whose growth neither the files nor the assumptions give is taken to stay level, as a placeholder.
    """
    unmeasured = assumptions["unmeasured_growth"]
    pooled = sickness(absence, scope.employers)
    grown = activity_growth(activity, scope.providers_ever, scope.employers, unmeasured)
    measured = {**assumptions, **{each.key: each for each in [*grown, *([pooled] if pooled else [])]}}
    level = [_level(test, unmeasured) for test in sorted(set(activity["test"]))]
    return {**measured, **{each.key: each for each in level if each.key not in measured}}


def sickness(absence: pd.DataFrame, employers: Collection[str]) -> Assumption | None:
    """Sickness share of the plan's employers, pooled (days lost / days available) over the latest 12 months.

    The range is the 10th to 90th percentile of the months in which some days were lost. None where no month is known,
    or where no day was lost in any: the logit scale has no place for nobody ever being ill.
    """
    own = absence[absence["employer"].isin(employers)]
    monthly = own.groupby("month")[["days_lost", "days_available"]].sum().sort_index().tail(MONTHS_IN_YEAR)
    if monthly.empty or monthly["days_available"].sum() == 0:
        return None
    rates = (monthly["days_lost"] / monthly["days_available"]).dropna()
    pooled = float(monthly["days_lost"].sum() / monthly["days_available"].sum())
    if not 0 < pooled < 1:
        return None
    inside = rates[(rates > 0) & (rates < 1)]
    low, high = (float(inside.quantile(share)) for share in (0.1, 0.9))
    spread = len(inside) > 1
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


def activity_growth(
    activity: pd.DataFrame, providers: Collection[str], current: Collection[str], unmeasured: Assumption
) -> list[Assumption]:
    """Yearly growth of each test (log scale) over whole years in the data set that covers the most of them.

    `providers` are all that ever belonged to the system, so that a merger is not taken for growth; `current` are those
    expected to report to the end. A year counts only when all its months are there; a calendar month in which a count
    is missing or not whole in some year is left out of every year, and so are years before a provider of any size began
    to report. With three years or more the growth is the slope of a straight line through the logarithms and its range
    the slope's 80 % interval (Student's t); with two it is their ratio, with the range of `unmeasured`.
    """
    own = activity[activity["provider"].isin(providers) & activity["tests"].notna()]
    incomplete = incomplete_returns(activity, providers, current)
    found = []
    for test, rows in own.groupby("test"):
        series = {
            dataset: _whole_years(_comparable(each), _months_of(incomplete, str(dataset), str(test)))
            for dataset, each in rows.groupby("dataset")
        }
        # National counts are checked and compared by others; employers' own are used where they cover more years.
        dataset, years = max(series.items(), key=lambda item: (len(item[1].years), item[0] != LOCAL, item[0]))
        if len(years.years) >= 2:
            found.append(_growth_assumption(str(test), str(dataset), years, unmeasured))
    return found


def _comparable(rows: pd.DataFrame) -> pd.DataFrame:
    """The months from which no provider of any size begins to report without another having just ended."""
    months = rows.groupby("provider")["month"].agg(["min", "max"])
    size = rows.groupby("provider")["tests"].sum()
    late = months[(months["min"] > rows["month"].min()) & (size >= SIZED_SHARE * size.sum())]
    begun = [start for start in late["min"] if not months["max"].between(start - pd.DateOffset(months=3), start).any()]
    return rows[rows["month"] >= max(begun)] if begun else rows


def _level(test: str, unmeasured: Assumption) -> Assumption:
    """No growth of a test, with the range of growth that is not measured."""
    label = f"Yearly growth of {test} tests (not measured)"
    return unmeasured.model_copy(update={"kind": "activity_growth", "test": test, "label": label})


def _months_of(incomplete: pd.DataFrame, dataset: str, test: str) -> pd.DatetimeIndex:
    own = incomplete[(incomplete["dataset"] == dataset) & (incomplete["test"] == test)]
    return pd.DatetimeIndex(own["month"].unique())


@dataclass(frozen=True)
class _Years:
    """Tests of whole years, oldest first, and how many calendar months were left out of each."""

    years: pd.Series
    left_out: int


def _whole_years(rows: pd.DataFrame, not_whole: pd.DatetimeIndex) -> _Years:
    """Tests in each whole year, counted back from the latest month, like compared with like."""
    monthly = rows.groupby("month")["tests"].sum().astype("float64").sort_index()
    last = monthly.index[-1]
    inside = not_whole[not_whole >= monthly.index[0]]
    left_out = set(months_back(inside, last) % MONTHS_IN_YEAR)
    back = months_back(pd.DatetimeIndex(monthly.index), last)
    kept = ~np.isin(back % MONTHS_IN_YEAR, list(left_out))
    years = monthly[kept].groupby(back[kept] // MONTHS_IN_YEAR).agg(["sum", "count"])
    whole = years.loc[(years["count"] == MONTHS_IN_YEAR - len(left_out)) & (years["sum"] > 0), "sum"]
    run = whole[whole.index == np.arange(len(whole))]
    ends = [last - pd.DateOffset(years=int(year)) for year in run.index]
    return _Years(run.set_axis(ends).sort_index(), len(left_out))


def _growth_assumption(test: str, dataset: str, found: _Years, unmeasured: Assumption) -> Assumption:
    years = found.years
    slope, half = _slope(np.log(years.to_numpy(dtype=np.float64)))
    first, last = years.index[0], years.index[-1]
    without = f", without {found.left_out} calendar month{'s' * (found.left_out > 1)} not whole" * bool(found.left_out)
    low, high = unmeasured.low or 0.0, unmeasured.high or 0.0
    return Assumption(
        kind="activity_growth",
        test=test,
        label=f"Yearly growth of {test} tests",
        unit="log growth a year",
        value=slope,
        low=slope + low if half is None else slope - half,
        high=slope + high if half is None else slope + half,
        grade="measured",
        range="placeholder" if half is None else "measured",
        source=f"{COUNTED_BY[dataset]}, {len(years)} years to {month_name(_year_to(last))}{without}",
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
