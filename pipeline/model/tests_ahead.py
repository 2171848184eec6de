"""Tests to come against those of the base month, with what makes them more or fewer (docs/method.md, section 16).

Factors are by month and draw; month 0 is the base month, where each of them is 1.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.assumptions import Assumptions
from pipeline.metrics.months import MONTHS_IN_YEAR
from pipeline.model.demography import People
from pipeline.model.growth_swing import swing_by_month
from pipeline.model.paths import Paths
from pipeline.months import add_months

Array = NDArray[np.float64]
DRIVERS = ("demography", "growth", "shocks", "avoided")


@dataclass(frozen=True)
class TestsAhead:
    """Factors by test: `whole` is their product, (months + 1, draws); `parts` has each driver's."""

    __test__ = False

    parts: Mapping[str, Mapping[str, Array]]
    whole: Mapping[str, Array]


def tests_ahead(tests: Collection[str], people: People, paths: Paths, base_month: dt.date) -> TestsAhead:
    """Factors of every test: demography x growth x shocks x (1 - avoided).

    Growth that was measured holds past demography; so much is taken out of it where a projection is on file.
    """
    months = [add_months(base_month, number) for number in range(paths.months + 1)]
    ageing = people.factor(base_month, months)
    shocks = np.asarray(paths.against_base("activity_shock"))
    avoided = (1 - paths.at("avoided")) / (1 - paths.base["avoided"])
    years = np.arange(paths.months + 1)[:, np.newaxis] / MONTHS_IN_YEAR
    parts, whole = {}, {}
    for test in tests:
        grown = np.exp(_growth(test, paths) - past_demography(test, people, paths.assumptions, base_month) * years)
        parts[test] = {"demography": ageing, "growth": grown, "shocks": shocks, "avoided": avoided}
        whole[test] = ageing * grown * shocks * avoided
    return TestsAhead(parts, whole)


def _growth(test: str, paths: Paths) -> Array:
    """Logarithm of what growth has come to: the lasting one, and the swings of single years about it."""
    growth, swing = f"activity_growth / {test}", f"activity_swing / {test}"
    lasting = paths.added_up(growth) if growth in paths.base else np.zeros((paths.months + 1, 1))
    return lasting + paths.at(swing) * swing_by_month(paths.months) if swing in paths.base else lasting


def past_demography(test: str, people: People, assumptions: Assumptions, base_month: dt.date) -> float:
    """How much of a test's yearly growth, on the log scale, was demography while it was measured."""
    growth = assumptions.get(f"activity_growth / {test}")
    if growth is None or growth.grade != "measured" or growth.from_date >= base_month:
        return 0.0
    return people.growth_a_year(growth.from_date, base_month)
