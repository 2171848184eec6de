"""What the population to come does to the need for tests: people weighted by age, month by month against a base month.

The factor lies wholly within the projection. Registered people are more than residents, so a projection is never set
against the people registered: the difference of level would look like growth. Weights by age are those of
pipeline.reference.need_weights (docs/method.md, section 12).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.metrics.ages import age_from
from pipeline.metrics.months import MONTHS_IN_YEAR
from pipeline.metrics.need import weight_of
from pipeline.reference import NeedWeight

Array = NDArray[np.float64]
MID_YEAR = 6
"""The month at whose end a year is half over."""


@dataclass(frozen=True)
class AreaPeople:
    """People of an area weighted by need: `log_weighted` at the middle of each of `years`, two or more."""

    years: Array
    log_weighted: Array

    def at(self, times: Array) -> Array:
        """Weighted people at times in years, the middle of a year being a whole number.

        A straight line joins one mid-year to the next. Before the first and after the last they change at the rate, a
        year on the log scale, of the nearest two.
        """
        inside = np.interp(times, self.years, np.exp(self.log_weighted))
        rates = np.diff(self.log_weighted) / np.diff(self.years)
        before, after = np.minimum(0, times - self.years[0]), np.maximum(0, times - self.years[-1])
        return np.asarray(inside * np.exp(rates[0] * before + rates[-1] * after))


@dataclass(frozen=True)
class People:
    """The people to come of a plan, weighted by need. Nothing is known of them where no area has two years on file."""

    areas: tuple[AreaPeople, ...]

    @property
    def known(self) -> bool:
        """Whether a projection says how the need for tests changes."""
        return bool(self.areas)

    @property
    def last_year(self) -> int | None:
        """The last year that every area is projected to; months after its middle carry its rate on."""
        return int(min(area.years[-1] for area in self.areas)) if self.areas else None

    def factor(self, base_month: dt.date, months: Sequence[dt.date]) -> Array:
        """Weighted people at each month end over those at the base month: months x 1, so that it multiplies draws.

        1 throughout where nothing is known.
        """
        if not self.areas:
            return np.ones((len(months), 1))
        at_months, at_base = (self._total([_in_years(month) for month in each]) for each in (months, [base_month]))
        return (at_months / at_base)[:, np.newaxis]

    def growth_a_year(self, earlier: dt.date, later: dt.date) -> float:
        """Growth a year, on the log scale, from one month end to a later one; 0 where nothing is known.

        A trend measured over these months holds this much of demography, to be taken out of it where the factor is
        applied beside it. Raises ValueError where `later` is not later.
        """
        if later <= earlier:
            raise ValueError(f"growth is from an earlier month to a later one, not from {earlier} to {later}")
        if not self.areas:
            return 0.0
        first, last = _in_years(earlier), _in_years(later)
        before, after = self._total([first, last])
        return float(np.log(after / before) / (last - first))

    def _total(self, times: Sequence[float]) -> Array:
        return np.asarray(sum(area.at(np.array(times)) for area in self.areas))


def weighted_people(projection: pd.DataFrame, boards: Collection[str], weights: Sequence[NeedWeight]) -> People:
    """The people to come, weighted by need: sum of persons x weight of their age, by area.

    Takes the canonical `population_projection`. The plan's boards (under every code they have had) are used where any
    of them is on file, else its places under them, so that nobody is counted with both. An area with one year, or with
    a year in which nobody counts, is left out. Raises ValueError where an age lies below the first weight.
    """
    own = projection[projection["area"].isin(boards)]
    used = own if not own.empty else projection
    need = used["persons"].astype("float64") * weight_of(age_from(used["age_band"]), weights)
    summed = used.assign(need=need).groupby(["area", "year"])["need"].sum()
    areas = [_area(of_area.droplevel("area")) for _, of_area in summed.groupby("area", sort=True)]
    return People(tuple(area for area in areas if area is not None))


def _area(by_year: pd.Series) -> AreaPeople | None:
    if len(by_year) < 2 or not (by_year > 0).all():
        return None
    return AreaPeople(by_year.index.to_numpy(dtype=np.float64), np.log(by_year.to_numpy(dtype=np.float64)))


def _in_years(month: dt.date) -> float:
    return month.year + (month.month - MID_YEAR) / MONTHS_IN_YEAR
