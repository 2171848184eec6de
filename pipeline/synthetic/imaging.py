"""Imaging tests by modality, provider and month; where patients came from; how quickly reports followed."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipeline.months import add_months, month_end
from pipeline.synthetic.activity import Provider, expected, providers, seasonal, volume
from pipeline.synthetic.chance import apportion, count, spread, stream
from pipeline.synthetic.parameters import month, parameters
from pipeline.synthetic.recipe import Recipe

EMERGENCY, ELECTIVE = "emergency", "elective"
SHIFT_SD = 0.15
CEILING = 0.999


@dataclass(frozen=True)
class Modality:
    """A modality: exams per 1,000 people a year at the base month, growth on the log scale, settings and turnaround."""

    name: str
    a_year: float
    growth: float
    settings: tuple[float, ...]
    turnaround: dict[str, tuple[float, ...]]
    only: tuple[str, ...] = ()
    excepted: tuple[str, ...] = ()


@dataclass(frozen=True)
class Year:
    """One provider's exams of one modality in a financial year, April to March; None where nothing was submitted."""

    provider: Provider
    modality: Modality
    exams: tuple[int | None, ...]

    @property
    def total(self) -> int:
        """Exams in the year."""
        return sum(exams or 0 for exams in self.exams)

    @property
    def by_setting(self) -> list[int]:
        """The year's exams by patient source setting."""
        return apportion(self.total, self.modality.settings)


@dataclass(frozen=True)
class Bands:
    """Reports of one group of settings in a quarter: cases, and the share in each turnaround band."""

    cases: int
    shares: tuple[float, ...]


@cache
def modalities() -> tuple[Modality, ...]:
    """The modalities of the imaging data set."""
    return tuple(
        Modality(
            name=row["name"],
            a_year=row["a_year"],
            growth=row["growth"],
            settings=tuple(row["settings"]),
            turnaround={kind: tuple(shares) for kind, shares in row.get("turnaround", {}).items()},
            only=tuple(row.get("only", ())),
            excepted=tuple(row.get("except", ())),
        )
        for row in did()["modalities"]
    )


def did() -> dict[str, Any]:
    """The parameters of the imaging data set."""
    section: dict[str, Any] = parameters("activity")["did"]
    return section


@cache
def years(recipe: Recipe, starting: int) -> tuple[Year, ...]:
    """The financial year that starts in April of a year, for every provider and modality."""
    months = [add_months(month_end(starting, 4), step) for step in range(12)]
    return tuple(
        Year(provider, modality, tuple(_exams(recipe, provider, modality, day) for day in months))
        for provider in providers(recipe)
        for modality in modalities()
        if _does(provider, modality)
    )


def _does(provider: Provider, modality: Modality) -> bool:
    allowed = did()["only_modalities"].get(provider.code)
    if provider.code.startswith("ZZP") or (allowed is not None and modality.name not in allowed):
        return False
    return (not modality.only or provider.code in modality.only) and provider.code not in modality.excepted


def _exams(recipe: Recipe, provider: Provider, modality: Modality, day: dt.date) -> int | None:
    gaps = {(month(row["month"]), row["provider"]) for row in did()["not_submitted"]}
    if (day, provider.code) in gaps:
        return None
    rng = stream(recipe.seed, "exams", provider.code, modality.name, day)
    noise = spread(rng, parameters("activity")["month_sd"]) * seasonal(day)
    planted = _planted_month(provider, modality)
    if planted is not None:
        return count(rng, planted * noise)
    usual = expected(modality.a_year, modality.growth, provider, day) * volume(recipe, provider, modality.name)
    return count(rng, usual * noise)


def _planted_month(provider: Provider, modality: Modality) -> float | None:
    """Exams a month of the few that are done where few were planted."""
    rows, named = did()["few"], (provider.code, modality.name)
    return next((float(row["a_month"]) for row in rows if (row["provider"], row["modality"]) == named), None)


def quarter(recipe: Recipe, year: Year, number: int, kind: str) -> Bands:
    """Reports of a quarter (0 to 3) for emergency or elective patients, as true shares of the cases."""
    exams = sum(one or 0 for one in year.exams[3 * number : 3 * number + 3])
    settings, emergency = year.modality.settings, did()["emergency_settings"]
    split = apportion(exams, [sum(settings[:emergency]), sum(settings[emergency:])])
    cases = split[0] if kind == EMERGENCY else split[1]
    rng = stream(recipe.seed, "turnaround", year.provider.code, year.modality.name, number, kind)
    shift = rng.normalvariate(0, SHIFT_SD) + (_planted_shift(year) if kind == ELECTIVE else 0.0)
    return Bands(cases, _shifted(year.modality.turnaround[kind], shift))


def _planted_shift(year: Year) -> float:
    return sum(
        float(row["shift"])
        for row in did()["turnaround_shift"]
        if row["provider"] == year.provider.code and row.get("modality", year.modality.name) == year.modality.name
    )


def _shifted(shares: Sequence[float], shift: float) -> tuple[float, ...]:
    """Move the cumulative bands by `shift` on the logit scale, and the share over 28 days the other way.

    The last two shares are over 28 days and not known; every share is of all cases.
    """
    *quick, late, unknown = shares
    moved_late = _logit_move(late, -shift)
    room = 1 - moved_late - unknown
    moved = [min(_logit_move(share, shift), room * CEILING) for share in quick]
    return (*moved, moved_late, unknown)


def _logit_move(share: float, shift: float) -> float:
    return 1 / (1 + math.exp(-(math.log(share / (1 - share)) + shift)))


def pooled(bands: Sequence[Bands]) -> Bands:
    """Several providers together: shares weighted by cases, never averaged."""
    cases = sum(one.cases for one in bands)
    if not cases:
        return Bands(0, ())
    positions = range(len(bands[0].shares))
    return Bands(cases, tuple(sum(one.cases * one.shares[at] for one in bands) / cases for at in positions))
