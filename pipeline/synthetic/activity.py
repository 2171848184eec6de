"""Tests done and people waiting, by provider and month.

The identity of a list holds every month: list now = list before + referrals - tests done from the list.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipeline.months import add_months, months_between
from pipeline.synthetic.chance import apportion, count, spread, stream
from pipeline.synthetic.parameters import month, parameters
from pipeline.synthetic.places import Independent, Trust, base_month, places
from pipeline.synthetic.recipe import Recipe

Provider = Trust | Independent
WEEKS_A_YEAR = 365.25 / 7
BANDS = 14


@dataclass(frozen=True)
class DiagnosticTest:
    """A test of the waiting times return; `a_year` is waiting list, planned and unscheduled tests per 1,000 people."""

    id: int
    name: str
    a_year: tuple[float, float, float]
    growth: float
    weeks: tuple[float, float]
    only: tuple[str, ...] = ()
    excepted: tuple[str, ...] = ()


@dataclass(frozen=True)
class Return:
    """What one provider returned for one test in one month."""

    provider: Provider
    test: DiagnosticTest
    bands: tuple[int, ...]
    planned: int
    unscheduled: int
    waiting_list: int
    referrals: int

    @property
    def waiting(self) -> int:
        """People on the list."""
        return sum(self.bands)

    @property
    def done(self) -> int:
        """Tests done, however they came about."""
        return self.planned + self.unscheduled + self.waiting_list


@cache
def diagnostic_tests() -> tuple[DiagnosticTest, ...]:
    """The tests of the waiting times return."""
    return tuple(
        DiagnosticTest(
            id=row["id"],
            name=row["name"],
            a_year=tuple(row["a_year"]),
            growth=row["growth"],
            weeks=tuple(row["weeks"]),
            only=tuple(row.get("only", ())),
            excepted=tuple(row.get("except", ())),
        )
        for row in _dm01()["tests"]
    )


def dm01_months() -> list[dt.date]:
    """The months of the waiting times returns, the base month last."""
    months: int = _dm01()["months"]
    return [add_months(base_month(), step - months + 1) for step in range(months)]


def providers(recipe: Recipe) -> list[Provider]:
    """Everyone who makes a return, trusts first."""
    return [*places(recipe).trusts, *places(recipe).independent]


def history_months() -> list[dt.date]:
    """The months for which tests are simulated: those of the returns and earlier ones, for plans of the past."""
    months: int = parameters("activity")["history_months"]
    return [add_months(base_month(), step - months + 1) for step in range(months)]


@cache
def series(recipe: Recipe) -> tuple[tuple[Return, ...], ...]:
    """What every provider did of every test in each month of the history, returned or not."""
    return tuple(
        tuple(_series(recipe, provider, test))
        for provider in providers(recipe)
        for test in diagnostic_tests()
        if _does(provider, test)
    )


@cache
def returns(recipe: Recipe) -> dict[dt.date, tuple[Return, ...]]:
    """Every return by month; the provider that made none in a month is absent from it."""
    late = {(month(row["month"]), row["provider"]) for row in _dm01()["no_return"]}
    made = dict(zip(history_months(), zip(*series(recipe), strict=True), strict=True))
    return {day: tuple(one for one in made[day] if (day, one.provider.code) not in late) for day in dm01_months()}


def no_return(recipe: Recipe, day: dt.date) -> list[Provider]:
    """The providers that made no return for a month."""
    late = [row["provider"] for row in _dm01()["no_return"] if month(row["month"]) == day]
    return [provider for provider in providers(recipe) if provider.code in late]


def _dm01() -> dict[str, Any]:
    section: dict[str, Any] = parameters("activity")["dm01"]
    return section


def _does(provider: Provider, test: DiagnosticTest) -> bool:
    allowed = _dm01()["only_tests"].get(provider.code)
    if allowed is not None and test.id not in allowed:
        return False
    return (not test.only or provider.code in test.only) and provider.code not in test.excepted


def weeks_of_list(provider: Provider, test: DiagnosticTest) -> tuple[float, float]:
    """True length of the list, in weeks of its throughput, at the first month and the last."""
    own = _dm01()["waits"].get(provider.code, {})
    factor = own.get("factor", 1.0) * own.get("tests", {}).get(test.id, 1.0)
    seen = _dm01()["change_seen"].get(getattr(provider, "ics", ""), 0.0)
    first, last = test.weeks
    return first * factor, (first + (last - first) * seen) * factor


def seasonal(day: dt.date) -> float:
    """How busy the calendar month is, relative to the year."""
    return float(parameters("activity")["season"][day.month - 1])


def volume(recipe: Recipe, provider: Provider, test: str) -> float:
    """How far a provider's tests lie from the average for its population, for good."""
    return spread(stream(recipe.seed, "volume", provider.code, test), parameters("activity")["volume_sd"])


def expected(a_year: float, growth: float, provider: Provider, day: dt.date) -> float:
    """Tests expected in a month, before season and chance: per 1,000 people a year, growing on the log scale."""
    years = months_between(base_month(), day) / 12
    return a_year * provider.population / 12 * math.exp(growth * years)


def _series(recipe: Recipe, provider: Provider, test: DiagnosticTest) -> list[Return]:
    months, returned = history_months(), len(dm01_months())
    first, last = weeks_of_list(provider, test)
    # Before the months returned the list was as long as in the first of them.
    moved = [max(step, -1) / (returned - 1) for step in range(returned - len(months) - 1, returned)]
    lists = [
        _list(recipe, provider, test, day, first + (last - first) * share)
        for share, day in zip(moved, [add_months(months[0], -1), *months], strict=True)
    ]
    return [
        _one_return(recipe, provider, test, day, before, now)
        for day, before, now in zip(months, lists, lists[1:], strict=False)
    ]


def _list(recipe: Recipe, provider: Provider, test: DiagnosticTest, day: dt.date, weeks: float) -> tuple[int, float]:
    rng = stream(recipe.seed, "list", provider.code, test.id, day)
    a_week = (
        expected(test.a_year[0], test.growth, provider, day) * volume(recipe, provider, test.name) * 12 / WEEKS_A_YEAR
    )
    waiting = count(rng, a_week * weeks * spread(rng, _dm01()["list_sd"]))
    return waiting, max(weeks, 0.1)


def _one_return(
    recipe: Recipe,
    provider: Provider,
    test: DiagnosticTest,
    day: dt.date,
    before: tuple[int, float],
    now: tuple[int, float],
) -> Return:
    rng = stream(recipe.seed, "return", provider.code, test.id, day)
    usual = volume(recipe, provider, test.name) * seasonal(day)
    sd = parameters("activity")["month_sd"]
    wanted = [count(rng, expected(rate, test.growth, provider, day) * usual * spread(rng, sd)) for rate in test.a_year]
    done = max(0, wanted[0] - (now[0] - before[0]))
    # Too few referrals for the list to have grown so far in a month: the referrals were more than expected.
    referrals = done + now[0] - before[0]
    return Return(provider, test, _bands(recipe, provider, test, day, now), wanted[1], wanted[2], done, referrals)


def _bands(
    recipe: Recipe, provider: Provider, test: DiagnosticTest, day: dt.date, now: tuple[int, float]
) -> tuple[int, ...]:
    """Exponential waits: P(wait > k weeks) = exp(-k / weeks of list)."""
    rng = stream(recipe.seed, "bands", provider.code, test.id, day)
    waiting, weeks = now
    edges = [math.exp(-week / weeks) for week in range(BANDS)] + [0.0]
    noisy = [(edges[band] - edges[band + 1]) * spread(rng, _dm01()["week_band_sd"]) for band in range(BANDS)]
    return tuple(apportion(waiting, noisy))
