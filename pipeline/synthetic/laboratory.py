"""Tests that no national file counts by trust: laboratory tests, and a few others that employers count themselves."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

import pandas as pd

from pipeline.sources.mapping import default_mapping
from pipeline.synthetic.activity import expected, history_months, seasonal, volume
from pipeline.synthetic.chance import count, spread, stream
from pipeline.synthetic.parameters import parameters
from pipeline.synthetic.places import Trust, places
from pipeline.synthetic.recipe import Recipe
from pipeline.synthetic.settings import settings
from pipeline.tables import TABLES


@dataclass(frozen=True)
class LocalTest:
    """A test that employers count: tests a year per 1,000 people at the base month, log growth, and who does it."""

    name: str
    a_year: float
    growth: float
    setting: str

    @property
    def pillar(self) -> str:
        """The pillar, by the project's mapping."""
        return default_mapping().find("local_test", self.name).pillar

    def at(self, trust: Trust) -> bool:
        """Whether a trust has the team that does the test."""
        return any(each.at(trust.code) for each in settings() if each.setting == self.setting)


@cache
def local_tests() -> tuple[LocalTest, ...]:
    """The tests that employers count themselves."""
    return tuple(LocalTest(**row) for row in parameters("planning")["local_tests"]["tests"])


@cache
def local_series(recipe: Recipe, trust: Trust, test: LocalTest) -> tuple[int, ...]:
    """Tests done by a trust in each month of the history."""
    return tuple(_done(recipe, trust, test, day) for day in history_months())


def _done(recipe: Recipe, trust: Trust, test: LocalTest, day: dt.date) -> int:
    rng = stream(recipe.seed, "local test", trust.code, test.name, day)
    usual = volume(recipe, trust, test.name) * seasonal(day)
    noise = spread(rng, parameters("activity")["month_sd"])
    return count(rng, expected(test.a_year, test.growth, trust, day) * usual * noise)


def local_activity(recipe: Recipe) -> pd.DataFrame:
    """The employers' own counts by month and test, for the last months: columns that a sender fills in."""
    first = len(history_months()) - parameters("planning")["local_tests"]["months"]
    rows = [
        {"month": pd.Timestamp(day), "provider": trust.code, "pillar": test.pillar, "test": test.name, "tests": tests}
        for trust in places(recipe).employers
        for test in local_tests()
        if test.at(trust)
        for day, tests in list(zip(history_months(), local_series(recipe, trust, test), strict=True))[first:]
    ]
    table = TABLES["activity"]
    return pd.DataFrame(rows)[table.own_columns].sort_values(["month", "provider", "test"], ignore_index=True)
