"""Operational plans: where each began, what was planned, and what came of it, for staff and for tests."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from pipeline.months import add_months, months_between
from pipeline.sources.mapping import default_mapping
from pipeline.synthetic.activity import DiagnosticTest, history_months, seasonal, series
from pipeline.synthetic.chance import spread, stream
from pipeline.synthetic.laboratory import LocalTest, local_series, local_tests
from pipeline.synthetic.parameters import month, parameters
from pipeline.synthetic.people import history
from pipeline.synthetic.places import base_month, places
from pipeline.synthetic.recipe import Recipe
from pipeline.synthetic.records import by_profession
from pipeline.tables.planning import BASELINE, OUTTURN, PLANNED

YEAR = 12
Row = dict[str, Any]


@dataclass(frozen=True)
class Cycle:
    """A planning cycle: its financial year, and the first of the months that it plans."""

    name: str
    first: dt.date
    months: int

    @property
    def baseline(self) -> dt.date:
        """The month from which the plan starts."""
        return add_months(self.first, -1)

    @property
    def planned(self) -> list[dt.date]:
        """The months that are planned."""
        return [add_months(self.first, step) for step in range(self.months)]

    @property
    def known(self) -> list[dt.date]:
        """The months of the cycle's own year whose outturn is known."""
        return [day for day in self.planned[:YEAR] if day <= base_month()]


@dataclass(frozen=True)
class StaffPlan:
    """One employer's plan of a cycle: WTE it planned to add in the first year, and what came of it (None: not over)."""

    cycle: str
    employer: str
    planned_change: float
    outturn_change: float | None


@cache
def cycles() -> tuple[Cycle, ...]:
    """The planning cycles, the current one last."""
    return tuple(Cycle(row["cycle"], month(row["first"]), row["months"]) for row in parameters("planning")["cycles"])


@cache
def _wte(recipe: Recipe) -> pd.DataFrame:
    """WTE and funded WTE by (employer, pillar, profession) and step."""
    return by_profession(recipe).set_index(["employer", "pillar", "profession", "step"]).sort_index()


def _step(day: dt.date) -> int:
    return months_between(month(parameters("careers")["first_month"]), day)


@cache
def staff_plan(recipe: Recipe, cycle: Cycle, employer: str) -> StaffPlan:
    """What an employer planned to add in all, given what really came and how hopeful it is."""
    chosen = parameters("planning")["staff"]
    total = _wte(recipe).loc[employer, "wte"].groupby("step").sum()
    start, end = cycle.baseline, cycle.planned[YEAR - 1]
    over = end <= base_month()
    came = float(total[_step(end)] - total[_step(start)]) if over else None
    likely = came if came is not None else _usual_change(recipe, total)
    rng = stream(recipe.seed, "plan", cycle.name, employer)
    hoped = max(likely, chosen["least_growth"] * float(total[_step(start)])) / chosen["bias"][employer]
    return StaffPlan(cycle.name, employer, hoped * spread(rng, chosen["bias_sd"]), came)


def _usual_change(recipe: Recipe, total: pd.Series) -> float:
    """A year's change, on average over the years of the past cycles."""
    first, last = _step(cycles()[0].baseline), len(history(recipe).months) - 1
    return float(total[last] - total[first]) / (last - first) * YEAR


def planned_wte(recipe: Recipe) -> pd.DataFrame:
    """The table of planned staff, without lineage: every cycle, employer and profession."""
    rows = [
        row
        for cycle in cycles()
        for trust in places(recipe).employers
        for row in _staff_rows(recipe, cycle, trust.code)
    ]
    return pd.DataFrame(rows)


def _staff_rows(recipe: Recipe, cycle: Cycle, employer: str) -> Iterator[Row]:
    mine = _wte(recipe).loc[employer]
    start = mine.xs(_step(cycle.baseline), level="step")
    added = _added(start, staff_plan(recipe, cycle, employer).planned_change)
    for pillar, profession in start.index:
        held = mine["wte"].loc[pillar, profession]
        named = {"cycle": cycle.name, "employer": employer, "pillar": pillar, "profession": profession}
        begun = float(start.loc[(pillar, profession), "wte"])
        yield {**named, "kind": BASELINE, "month": cycle.baseline, "wte": round(begun, 1)}
        for number, day in enumerate(cycle.planned, start=1):
            planned = begun + added[pillar, profession] * number / YEAR
            yield {**named, "kind": PLANNED, "month": day, "wte": round(max(planned, 0.0), 1)}
        for day in cycle.known:
            yield {**named, "kind": OUTTURN, "month": day, "wte": round(float(held.get(_step(day), 0.0)), 1)}


def _added(start: pd.DataFrame, change: float) -> dict[tuple[str, str], float]:
    """The planned change shared out over professions: most to those with vacancies."""
    by_vacancy = parameters("planning")["staff"]["by_vacancy"]
    vacant = (start["funded_wte"] - start["wte"]).clip(lower=0)
    shares = by_vacancy * vacant / vacant.sum() + (1 - by_vacancy) * start["wte"] / start["wte"].sum()
    return dict((shares * change).items())


@dataclass(frozen=True)
class Counted:
    """A test whose plan there is: who does it, its growth, and the tests done in each month of the history."""

    provider: str
    pillar: str
    test: str
    growth: float
    done: tuple[int, ...]


def _counted(recipe: Recipe) -> Iterator[Counted]:
    planned = parameters("planning")["activity"]["tests"]
    own = places(recipe).employers
    for one in series(recipe):
        provider, test = one[0].provider, one[0].test
        if provider in own and test.name in planned:
            yield _named(provider.code, "dm01_test", test, tuple(each.done for each in one))
    for trust in own:
        for local in local_tests():
            if local.at(trust) and local.pillar == "labs":
                yield _named(trust.code, "local_test", local, local_series(recipe, trust, local))


def _named(provider: str, scheme: str, test: DiagnosticTest | LocalTest, done: tuple[int, ...]) -> Counted:
    mapped = default_mapping().find(scheme, test.name)
    return Counted(provider, mapped.pillar, mapped.name, test.growth, done)


def hope(employer: str) -> float:
    """How much faster than they do an employer plans its tests to grow, on the log scale a year."""
    chosen = parameters("planning")["activity"]
    return float(chosen["hope"].get(employer, chosen["usual_hope"]))


def planned_activity(recipe: Recipe) -> pd.DataFrame:
    """The table of planned tests, without lineage: every cycle, provider and test.

    The baseline is the monthly mean of the year before, put in its last month.
    """
    return pd.DataFrame([row for cycle in cycles() for one in _counted(recipe) for row in _test_rows(cycle, one)])


def _test_rows(cycle: Cycle, one: Counted) -> Iterator[Row]:
    done = dict(zip(history_months(), one.done, strict=True))
    before = [done[add_months(cycle.first, step - YEAR)] for step in range(YEAR)]
    begun = sum(before) / YEAR
    named = {"cycle": cycle.name, "provider": one.provider, "pillar": one.pillar, "test": one.test}
    yield {**named, "kind": BASELINE, "month": cycle.baseline, "tests": round(begun)}
    for number, day in enumerate(cycle.planned, start=1):
        # Growth counts from the middle of the year before.
        years = (number + (YEAR - 1) / 2) / YEAR
        planned = begun * math.exp((one.growth + hope(one.provider)) * years) * seasonal(day)
        yield {**named, "kind": PLANNED, "month": day, "tests": round(planned)}
    for day in cycle.known:
        yield {**named, "kind": OUTTURN, "month": day, "tests": done[day]}
