"""The bodies of the system: regions, boards, trusts, diagnostic centres and practices. All are fictional."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from pipeline.plan import PILLARS
from pipeline.synthetic.careers import usually_filled
from pipeline.synthetic.parameters import month, parameters
from pipeline.synthetic.recipe import Recipe
from pipeline.synthetic.settings import settings, staffing

ACUTE = "Acute"


@dataclass(frozen=True)
class Region:
    """A region and its codes."""

    code: str
    name: str
    ons_code: str


@dataclass(frozen=True)
class Ics:
    """An integrated care system, the days between which it existed, and the one that took over from it."""

    code: str
    name: str
    region: str
    ons_code: str
    start: dt.date
    end: dt.date | None
    successor: str | None
    wte: float

    @property
    def board(self) -> str:
        """The board's short name, as the workforce statistics write it."""
        return f"NHS {self.name} ICB"

    def existed(self, day: dt.date) -> bool:
        """Whether the system was there on a day."""
        return self.start <= day and (self.end is None or day <= self.end)


@dataclass(frozen=True)
class SubIcb:
    """A sub-location of an ICB: its people, how old they are, and whose it was before the merger."""

    code: str
    ons_code: str
    ics: str
    persons: int
    older: float
    before: str = ""
    former_ccgs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trust:
    """An NHS trust. `population` is in thousands; `before` is its integrated care system before the merger."""

    code: str
    name: str
    ics: str
    kind: str
    population: float
    wte: float
    opened: dt.date
    town: str
    postcode: str
    network: str
    before: str = ""
    teaching: bool = False
    closed: dt.date | None = None
    successor: str = ""


@dataclass(frozen=True)
class Independent:
    """A provider outside the NHS that makes a return for waiting times."""

    code: str
    name: str
    region: str
    population: float


@dataclass(frozen=True)
class Cdc:
    """A community diagnostic centre."""

    name: str
    town: str
    postcode: str
    ics: str
    at: tuple[float, float]
    open_12_7: str
    services: str
    opened: dt.date
    host: str = ""


@dataclass(frozen=True)
class CdcToCome:
    """A diagnostic centre that is planned: when it was first to open, and when it is now expected to."""

    name: str
    host: str
    planned: dt.date
    expected: dt.date

    @property
    def late(self) -> bool:
        """Whether it opens later than was planned."""
        return self.expected > self.planned


@dataclass(frozen=True)
class Practice:
    """A GP practice."""

    code: str
    name: str
    postcode: str
    pcn: str
    pcn_name: str
    sub_icb: str
    persons: int
    supplier: str


@dataclass(frozen=True)
class Places:
    """Every body that the files name."""

    plan_ics: str
    regions: tuple[Region, ...]
    systems: tuple[Ics, ...]
    sub_icbs: tuple[SubIcb, ...]
    all_trusts: tuple[Trust, ...]
    independent: tuple[Independent, ...]
    cdcs: tuple[Cdc, ...]
    cdcs_to_come: tuple[CdcToCome, ...]
    practices: tuple[Practice, ...]
    cdc_list_date: dt.date
    population_date: dt.date
    ages: tuple[float, ...]
    female_share: tuple[float, ...]

    @property
    def trusts(self) -> tuple[Trust, ...]:
        """The trusts open today."""
        return tuple(trust for trust in self.all_trusts if trust.closed is None)

    @property
    def employers(self) -> tuple[Trust, ...]:
        """The plan's employers: the trusts of its system that are open today."""
        return tuple(trust for trust in self.trusts if trust.ics == self.plan_ics)

    @property
    def closed(self) -> tuple[Trust, ...]:
        """The trusts that merged into another."""
        return tuple(trust for trust in self.all_trusts if trust.closed is not None)

    def region(self, code: str) -> Region:
        """A region by its code."""
        return next(region for region in self.regions if region.code == code)

    def system(self, code: str) -> Ics:
        """An integrated care system by its code."""
        return next(system for system in self.systems if system.code == code)

    def system_of(self, trust: Trust, day: dt.date) -> Ics:
        """The integrated care system a trust belonged to on a day."""
        today = self.system(trust.ics)
        return today if today.existed(day) or not trust.before else self.system(trust.before)

    def region_of(self, trust: Trust) -> Region:
        """The region of a trust."""
        return self.region(self.system(trust.ics).region)

    def systems_on(self, day: dt.date) -> tuple[Ics, ...]:
        """The integrated care systems of a day, by code."""
        return tuple(sorted((system for system in self.systems if system.existed(day)), key=lambda each: each.code))


def base_month() -> dt.date:
    """The month every plan starts from."""
    return month(parameters("places")["base_month"])


@cache
def places(recipe: Recipe) -> Places:
    """The bodies of parameters/places.yaml, with the plan's own system at the size that the recipe asks for."""
    raw = parameters("places")
    trusts, scale = _scaled(recipe, [Trust(**row) for row in raw["trusts"]])
    present = {trust.code for trust in trusts}
    locations = _scaled_locations([_sub_icb(row) for row in raw["sub_icbs"]], trusts)
    return Places(
        plan_ics=raw["plan_ics"],
        regions=tuple(Region(**row) for row in raw["regions"]),
        systems=tuple(_system(row, scale) for row in raw["ics"]),
        sub_icbs=locations,
        all_trusts=trusts,
        independent=tuple(Independent(**row) for row in raw["independent"]),
        cdcs=tuple(Cdc(**{**row, "at": tuple(row["at"])}) for row in raw["cdcs"]),
        cdcs_to_come=tuple(_to_come(row) for row in raw["cdcs_to_come"] if row["host"] in present),
        practices=tuple(Practice(**row) for row in raw["practices"]),
        cdc_list_date=raw["cdc_list_date"],
        population_date=raw["population_date"],
        ages=tuple(raw["ages"]),
        female_share=tuple(raw["female_share"]),
    )


def _scaled(recipe: Recipe, trusts: Sequence[Trust]) -> tuple[tuple[Trust, ...], float]:
    """The trusts of the recipe, and the number by which those of the plan's system are multiplied."""
    plan_ics, smallest = parameters("places")["plan_ics"], parameters("places")["smallest"]
    open_ones = [trust for trust in trusts if trust.ics == plan_ics and trust.closed is None]
    chosen = open_ones[: recipe.employers]
    if min(trust.population for trust in chosen) > smallest:
        chosen[-1] = _resized(chosen[-1], smallest / chosen[-1].population)
    scale = recipe.staff / sum(_people_expected(trust) for trust in chosen)
    others = [trust for trust in trusts if trust not in open_ones]
    merged = [trust for trust in others if trust.ics == plan_ics]
    shrunk = {trust.code: trust.wte / was.wte for trust in chosen for was in open_ones if was.code == trust.code}
    rows = [_resized(trust, scale) for trust in chosen]
    rows += [_resized(trust, scale * shrunk[trust.successor]) for trust in merged]
    return (*rows, *(trust for trust in others if trust.ics != plan_ics)), scale


def _resized(trust: Trust, factor: float) -> Trust:
    return replace(trust, population=trust.population * factor, wte=trust.wte * factor)


def _people_expected(trust: Trust) -> float:
    """Diagnostic staff of a trust, from the posts for its population and the share of posts that are filled."""
    return sum(
        setting.posts * trust.population / 1000 * staffing(trust.code, setting) * usually_filled(setting)
        for setting in settings()
        if setting.at(trust.code) and setting.place[0] in PILLARS
    )


def _sub_icb(row: dict[str, Any]) -> SubIcb:
    return SubIcb(**{**row, "former_ccgs": tuple(row["former_ccgs"])})


def _scaled_locations(locations: Sequence[SubIcb], trusts: Sequence[Trust]) -> tuple[SubIcb, ...]:
    """The locations, those of the plan's system with as many people in all as its acute trusts serve."""
    plan_ics = parameters("places")["plan_ics"]
    served = 1000 * sum(trust.population for trust in trusts if trust.ics == plan_ics and trust.kind == ACUTE)
    factor = served / sum(sub.persons for sub in locations if sub.ics == plan_ics)
    return tuple(replace(sub, persons=round(sub.persons * factor)) if sub.ics == plan_ics else sub for sub in locations)


def _to_come(row: dict[str, Any]) -> CdcToCome:
    return CdcToCome(row["name"], row["host"], month(row["planned"]), month(row["expected"]))


def _system(row: dict[str, Any], scale: float) -> Ics:
    plan_ics = parameters("places")["plan_ics"]
    factor = scale if plan_ics in (row["code"], row.get("successor")) else 1.0
    named = {key: row[key] for key in ("code", "name", "region", "ons_code")}
    dates = {"start": row["from"], "end": row.get("to"), "successor": row.get("successor")}
    return Ics(**named, **dates, wte=row["wte"] * factor)
