"""The time of year in a plan's own tests, and what its busiest month asks of staff (docs/method.md, section 5).

Logarithms of monthly tests, less what the working days of single years bring (evidence/calendar_effect.py), are set
against their centred twelve-month mean; the median over years is drawn towards no season the more, the fewer the years
(evidence/seasons.py). Months that a closure or a pandemic emptied are first put at the usual level. Tests of a pillar
counted over the same months share what is common to them. A pillar's factor is the mean of its tests', each weighed by
the staff that it needs. It is told as a season only where it would have forecast the shape of years not yet known
better: the rule of pipeline/model/supply/seasons.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.evidence.calendar_effect import calendar_effect
from pipeline.evidence.monthly_tests import whole_months
from pipeline.evidence.seasons import SHORTEST, seasonal_factors
from pipeline.evidence.stock_panel import Panel
from pipeline.metrics.months import MONTHS_IN_YEAR
from pipeline.metrics.scope import Scope
from pipeline.model.draws import central
from pipeline.model.plan_setting import Setting
from pipeline.model.work import counted_work
from pipeline.model.working_days import working_day_factor
from pipeline.reference import recency, stock_forecast

Array = NDArray[np.float64]


@dataclass(frozen=True)
class TestSeason:
    """Factors of January to December of a test (mean 1), its data set, how many months they rest on, and its weight.

    `weight` is the WTE that the test needs, or its tests a month where no time of any test of the pillar is known.
    """

    __test__ = False
    test: str
    dataset: str
    factors: Array
    months: int
    weight: float


@dataclass(frozen=True)
class PillarSeason:
    """Factors of January to December of a pillar's tests, whether they are to be relied on, and what they rest on.

    `plain` and `seasonal` are mean absolute errors (log scale) of months of `origins` years not yet known, given the
    year's level, without and with the season; missing where no year could be tried. `wte` is what the tests need at the
    base month at today's pace; missing where no test has a known time.
    """

    pillar: str
    factors: Array
    used: bool
    plain: float
    seasonal: float
    origins: int
    wte: float
    tests: tuple[TestSeason, ...]

    @property
    def years(self) -> tuple[int, int]:
        """Fewest and most whole years that its tests' factors rest on."""
        found = [each.months // MONTHS_IN_YEAR for each in self.tests]
        return min(found), max(found)

    @property
    def busiest(self) -> int:
        """The month of the year (1 to 12) with the highest factor."""
        return int(self.factors.argmax()) + 1

    @property
    def quietest(self) -> int:
        """The month of the year (1 to 12) with the lowest factor."""
        return int(self.factors.argmin()) + 1

    @property
    def extra_wte(self) -> float:
        """WTE beyond an average month that the tests of the busiest month need at today's pace."""
        return float(self.factors.max() - 1) * self.wte


@dataclass(frozen=True)
class _Fit:
    """Log factors (tests, 12; January first) without working days, and the share of these that tests follow."""

    factors: Array
    days: Array

    def shape(self, months: pd.DatetimeIndex) -> Array:
        """Log of each month's tests against its year, (tests, months), for single months with their working days."""
        return self.factors[:, months.month - 1] + self.days[:, None] * np.log(_working_days(months))


def work_by_test(setting: Setting) -> pd.DataFrame:
    """WTE that the counted tests need at the base month, every assumption at its value: pillar, test and wte."""
    of = setting.assumptions
    work = counted_work(setting.annual, central(of), of, setting.base_month, setting.reports)
    rows = work.rows.assign(wte=work.wte[:, 0])
    return rows.groupby(["pillar", "test"], as_index=False)["wte"].sum()


def activity_seasons(
    activity: pd.DataFrame, scope: Scope, base_month: dt.date, work: pd.DataFrame
) -> list[PillarSeason]:
    """The season of each of the plan's pillars of which a test was counted for two whole years, in the plan's order.

    Takes the canonical `activity` table, of which months after the base month are not used, and work_by_test.
    """
    counted = whole_months(activity, scope, base_month)
    found = [_pillar(pillar, counted, work[work["pillar"] == pillar]) for pillar in scope.pillars]
    return [each for each in found if each is not None]


def _pillar(pillar: str, counted: pd.DataFrame, work: pd.DataFrame) -> PillarSeason | None:
    tests, gains = list[TestSeason](), list[pd.DataFrame]()
    wte = work.set_index("test")["wte"]
    for logs in _panels(counted[counted["pillar"] == pillar]):
        weights = wte.reindex(logs.index.get_level_values("test")).fillna(0.0) if wte.sum() > 0 else _size(logs)
        fit = _fit(logs)
        usual = _normal(fit, pd.DatetimeIndex(logs.columns))
        tests += [
            TestSeason(test, dataset, usual[row], logs.shape[1], float(weights.iloc[row]))
            for row, (test, dataset) in enumerate(logs.index)
        ]
        gains += _tried(logs, weights.to_numpy(dtype=np.float64))
    weight = np.array([each.weight for each in tests])
    if not weight.sum() > 0:
        return None
    factors = np.average([each.factors for each in tests], axis=0, weights=weight)
    plain, seasonal, used, origins = _judged(gains)
    needed = float(weight.sum()) if wte.sum() > 0 else float("nan")
    known = tuple(sorted((each for each in tests if each.weight > 0), key=lambda each: -each.weight))
    return PillarSeason(pillar, factors, used, plain, seasonal, origins, needed, known)


def _panels(counted: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Logarithms of tests counted over the same two years or more: a row a test and data set, a column a month."""
    for _, rows in counted.groupby(["first", "last"]):
        wide = rows.pivot(index=["test", "dataset"], columns="month", values="tests").sort_index()
        if wide.shape[1] >= SHORTEST:
            yield np.log(wide.astype("float64"))


def _size(logs: pd.DataFrame) -> pd.Series:
    mean: pd.Series = np.exp(logs).mean(axis=1)
    return mean


def _fit(logs: pd.DataFrame) -> _Fit:
    """Season and share of working days of a panel of logarithms."""
    months, values = pd.DatetimeIndex(logs.columns), logs.to_numpy(dtype=np.float64)
    steady = _working_days(months)
    names = tuple(logs.index.get_level_values("test"))
    panel = Panel(months, names, ("",) * len(names), values, values.sum(axis=0), steady=steady)
    effect = calendar_effect(panel, values)
    # The share is the same for every month, so any month with other than the usual number of days tells it.
    far = int(np.abs(np.log(steady)).argmax())
    factors = seasonal_factors(_held(logs - effect))
    return _Fit(np.roll(factors, months[0].month - 1, axis=1), effect[:, far] / np.log(steady[far]))


def _held(logs: pd.DataFrame) -> Array:
    """Logarithms with months that lie far from the usual level and their time of year put where these would have them.

    A closure or a pandemic would else lower the twelve-month means about it and pass for much chance in every month.
    Far is beyond `cut_steps` median departures; the level is the median of the year about each month. The month that is
    itself the usual one of its name departs by nothing and is not counted, or few years would have small departures.
    """
    wide, months = logs.T, pd.DatetimeIndex(logs.columns).month
    level = wide.rolling(MONTHS_IN_YEAR + 1, center=True, min_periods=MONTHS_IN_YEAR // 2 + 1).median()
    usual = level + (wide - level).groupby(months).transform("median")
    apart = (wide - usual).abs()
    held = wide.where(apart <= stock_forecast("cut_steps") * apart.where(apart > 0).median(), usual)
    return np.asarray(held.T.to_numpy(dtype=np.float64))


def _normal(fit: _Fit, months: pd.DatetimeIndex) -> Array:
    """Factors of January to December with the working days that the months on file had on average, mean 1."""
    shape = pd.DataFrame(fit.shape(months).T, index=months.month).groupby(level=0).mean()
    factors = np.exp(shape.to_numpy(dtype=np.float64).T)
    return np.asarray(factors / factors.mean(axis=1, keepdims=True))


def _tried(logs: pd.DataFrame, weights: Array) -> list[pd.DataFrame]:
    """Errors of the months of years not yet known, two years or more before each: last, weight, plain, seasonal."""
    ahead, months = recency("horizon")[0], pd.DatetimeIndex(logs.columns)
    tried = []
    for at in range(len(months) - ahead, 2 * ahead - 1, -ahead):
        came = logs.iloc[:, at : at + ahead].to_numpy(dtype=np.float64)
        apart = came - came.mean(axis=1, keepdims=True)
        shape = _fit(logs.iloc[:, :at]).shape(months[at : at + ahead])
        left = apart - (shape - shape.mean(axis=1, keepdims=True))
        errors = {"plain": np.abs(apart).mean(axis=1), "seasonal": np.abs(left).mean(axis=1)}
        tried.append(pd.DataFrame({"last": months[at + ahead - 1], "weight": weights, **errors}))
    return tried


def _judged(tried: list[pd.DataFrame]) -> tuple[float, float, bool, int]:
    """Errors without and with the season, whether it clearly helps, and the number of years that say so."""
    if not tried:
        return float("nan"), float("nan"), False, 0
    rows = pd.concat(tried)
    rows = rows.assign(**{name: rows[name] * rows["weight"] for name in ("plain", "seasonal")})
    sums = rows.groupby("last")[["plain", "seasonal", "weight"]].sum()
    years = sums.loc[sums["weight"] > 0, ["plain", "seasonal"]].div(sums["weight"], axis=0).dropna()
    if len(years) < 2:
        return float("nan"), float("nan"), False, 0
    gains = years["plain"] - years["seasonal"]
    error = float(gains.std(ddof=1) / np.sqrt(len(gains)))
    used = float(gains.mean()) > recency("least_gain")[0] * error
    return float(years["plain"].mean()), float(years["seasonal"].mean()), used, len(years)


def _working_days(months: pd.DatetimeIndex) -> Array:
    return working_day_factor([month.date() for month in months])
