"""Assumptions that the plan's own files can supply in place of a default (docs/method.md, section 5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.assumptions import Assumption, Assumptions
from pipeline.metrics.months import MONTHS_IN_YEAR, months_back
from pipeline.metrics.returns import SIZED_SHARE, incomplete_returns
from pipeline.metrics.scope import Scope
from pipeline.model.draws import HALF
from pipeline.model.growth_swing import spread_of_growth, swings
from pipeline.model.posterior import spread_of
from pipeline.months import month_end, month_name
from pipeline.tables.published import LOCAL

Array = NDArray[np.float64]
COUNTED_BY = {
    "did": "Diagnostic Imaging Dataset, the system's providers",
    "dm01": "DM01, the system's providers",
    LOCAL: "Counted by the plan's employers",
}
"""What the growth of a test was measured in, by data set."""
ENOUGH_YEARS = 3
"""Years from which a test's own range is taken; two years are one step, and say nothing of how steps differ."""


@dataclass(frozen=True)
class TestGrowth:
    """A test's lasting growth a year, and how far a single year swings about it."""

    __test__ = False

    growth: Assumption
    swing: Assumption


def with_measured(assumptions: Assumptions, activity: pd.DataFrame, absence: pd.DataFrame, scope: Scope) -> Assumptions:
    """The assumptions with those that the plan's own files can supply put in place of the defaults.

    A test whose growth neither the files nor the assumptions give is taken to stay level, as a placeholder; so is the
    usual swing taken for one whose swing they do not give.
    """
    pooled = sickness(absence, scope.employers)
    grown = activity_growth(activity, scope.providers_ever, scope.employers, assumptions)
    own = [part for each in grown for part in (each.growth, each.swing)]
    measured = {**assumptions, **{each.key: each for each in [*own, *([pooled] if pooled else [])]}}
    usual = [part for test in sorted(set(activity["test"])) for part in _usual(test, assumptions)]
    return {**measured, **{each.key: each for each in usual if each.key not in measured}}


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
    activity: pd.DataFrame, providers: Collection[str], current: Collection[str], assumptions: Assumptions
) -> list[TestGrowth]:
    """Yearly growth of each test (log scale) over whole years in the data set that covers the most of them.

    `providers` are all that ever belonged to the system, so that a merger is not taken for growth; `current` are those
    expected to report to the end. A year counts only when all its months are there; a calendar month in which a count
    is missing or not whole in some year is left out of every year, and so are years before a provider of any size began
    to report. Growth is the slope of a straight line through the logarithms of the years, with the range of
    growth_swing; with two years it is their ratio, with the range of `unmeasured_growth`. Swings are weighed with
    `unmeasured_swing`.
    """
    counted = whole_years(activity, providers, current)
    usual = spread_of(assumptions["unmeasured_swing"])
    found = swings([each.tests for each in counted], usual)
    return [
        TestGrowth(_growth_assumption(each, swing, assumptions), _swing_assumption(each, swing, assumptions))
        for each, swing in zip(counted, found, strict=True)
    ]


def whole_years(activity: pd.DataFrame, providers: Collection[str], current: Collection[str]) -> list[TestYears]:
    """The whole years of each test that has two of them or more, in the data set that covers the most.

    These are the years from which activity_growth measures growth, whose docstring says which months count.
    """
    own = activity[activity["provider"].isin(providers) & activity["tests"].notna()]
    incomplete = incomplete_returns(activity, providers, current)
    found = []
    for test, rows in own.groupby("test"):
        series = [
            _years_of(_comparable(each), _months_of(incomplete, str(dataset), str(test)), str(test), str(dataset))
            for dataset, each in rows.groupby("dataset")
        ]
        # National counts are checked and compared by others; employers' own are used where they cover more years.
        most = max(series, key=lambda each: (len(each.years), each.dataset != LOCAL, each.dataset))
        if len(most.years) >= 2:
            found.append(most)
    return found


def _comparable(rows: pd.DataFrame) -> pd.DataFrame:
    """The months from which no provider of any size begins to report without another having just ended."""
    months = rows.groupby("provider")["month"].agg(["min", "max"])
    size = rows.groupby("provider")["tests"].sum()
    late = months[(months["min"] > rows["month"].min()) & (size >= SIZED_SHARE * size.sum())]
    begun = [start for start in late["min"] if not months["max"].between(start - pd.DateOffset(months=3), start).any()]
    return rows[rows["month"] >= max(begun)] if begun else rows


def _usual(test: str, assumptions: Assumptions) -> tuple[Assumption, Assumption]:
    """No growth of a test, with the range of growth that is not measured, and the usual swing."""
    level = f"Yearly growth of {test} tests (not measured)"
    swing = {"kind": "activity_swing", "test": test, "label": _swing_label(test)}
    return (
        assumptions["unmeasured_growth"].model_copy(update={"kind": "activity_growth", "test": test, "label": level}),
        assumptions["unmeasured_swing"].model_copy(update=swing),
    )


def _months_of(incomplete: pd.DataFrame, dataset: str, test: str) -> pd.DatetimeIndex:
    own = incomplete[(incomplete["dataset"] == dataset) & (incomplete["test"] == test)]
    return pd.DatetimeIndex(own["month"].unique())


@dataclass(frozen=True)
class TestYears:
    """A test in whole years, oldest first (by their last day), where it was counted, and months that no year holds.

    `left_out` are calendar months that every year is without, in months back from the last month of a year (0 to 11).
    """

    __test__ = False

    test: str
    dataset: str
    years: pd.Series
    left_out: frozenset[int]

    @property
    def tests(self) -> Array:
        """Tests of each year."""
        return np.asarray(self.years, dtype=np.float64)

    def summed(self, monthly: pd.Series) -> Array:
        """What a series by month comes to in the months of each year that count; months without a value add nothing."""
        last = self.years.index[-1]
        back = months_back(pd.DatetimeIndex(monthly.index), last)
        kept = (back >= 0) & ~np.isin(back % MONTHS_IN_YEAR, list(self.left_out))
        by_year = monthly[kept].groupby(back[kept] // MONTHS_IN_YEAR).sum()
        return np.asarray(by_year.reindex(range(len(self.years) - 1, -1, -1), fill_value=0.0), dtype=np.float64)

    @property
    def since(self) -> dt.date:
        """The last month of the first year."""
        return _month_of(self.years.index[0])

    @property
    def source(self) -> str:
        """Where and over how many years it was counted."""
        number = len(self.left_out)
        months = f"{number} calendar month{'s' * (number > 1)}"
        without = f", without {months} not whole" * bool(number)
        last = month_name(_month_of(self.years.index[-1]))
        return f"{COUNTED_BY[self.dataset]}, {len(self.years)} years to {last}{without}"


def _years_of(rows: pd.DataFrame, not_whole: pd.DatetimeIndex, test: str, dataset: str) -> TestYears:
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
    return TestYears(test, dataset, run.set_axis(ends).sort_index(), frozenset(map(int, left_out)))


def _growth_assumption(found: TestYears, swing: float, assumptions: Assumptions) -> Assumption:
    unmeasured, usual = assumptions["unmeasured_growth"], spread_of(assumptions["unmeasured_swing"])
    slope, enough = yearly_growth(found.tests), len(found.years) >= ENOUGH_YEARS
    half = HALF * spread_of_growth(found.tests, swing, usual)
    low, high = (-half, half) if enough else (unmeasured.low or 0.0, unmeasured.high or 0.0)
    return Assumption(
        kind="activity_growth",
        test=found.test,
        label=f"Yearly growth of {found.test} tests",
        unit="log growth a year",
        value=slope,
        low=slope + low,
        high=slope + high,
        grade="measured",
        range="measured" if enough else "placeholder",
        source=found.source,
        from_date=found.since,
    )


def _swing_assumption(found: TestYears, swing: float, assumptions: Assumptions) -> Assumption:
    enough = len(found.years) >= ENOUGH_YEARS
    own = {"grade": "measured", "range": "measured", "source": found.source, "from_date": found.since} if enough else {}
    given = {
        "kind": "activity_swing",
        "test": found.test,
        "label": _swing_label(found.test),
        "low": -HALF * swing,
        "high": HALF * swing,
        **own,
    }
    return assumptions["unmeasured_swing"].model_copy(update=given)


def _swing_label(test: str) -> str:
    return f"Swing of {test} tests in a year about their growth"


def _month_of(day: pd.Timestamp) -> dt.date:
    return month_end(day.year, day.month)


def yearly_growth(tests: Array) -> float:
    """Growth a year (log scale) of tests of consecutive years: the least-squares slope of their logarithms."""
    steps = np.arange(len(tests), dtype=np.float64)
    centred = steps - steps.mean()
    return float(centred @ np.log(tests) / (centred @ centred))
