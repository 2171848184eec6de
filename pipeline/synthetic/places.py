"""The bodies of the sample: regions, systems, trusts, diagnostic centres and practices. All are fictional."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipeline.synthetic.parameters import month, parameters


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
    """Every body of the sample and the month it starts from."""

    base_month: dt.date
    regions: tuple[Region, ...]
    systems: tuple[Ics, ...]
    sub_icbs: tuple[SubIcb, ...]
    all_trusts: tuple[Trust, ...]
    independent: tuple[Independent, ...]
    cdcs: tuple[Cdc, ...]
    practices: tuple[Practice, ...]
    cdc_list_date: dt.date
    population_date: dt.date
    ages: tuple[float, ...]
    female_share: tuple[float, ...]

    @property
    def trusts(self) -> tuple[Trust, ...]:
        """The trusts open today."""
        return tuple(trust for trust in self.all_trusts if trust.closed is None)

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


@cache
def places() -> Places:
    """The bodies of parameters/places.yaml."""
    raw = parameters("places")
    return Places(
        base_month=month(raw["base_month"]),
        regions=tuple(Region(**row) for row in raw["regions"]),
        systems=tuple(_system(row) for row in raw["ics"]),
        sub_icbs=tuple(SubIcb(**{**row, "former_ccgs": tuple(row["former_ccgs"])}) for row in raw["sub_icbs"]),
        all_trusts=tuple(Trust(**row) for row in raw["trusts"]),
        independent=tuple(Independent(**row) for row in raw["independent"]),
        cdcs=tuple(Cdc(**{**row, "at": tuple(row["at"])}) for row in raw["cdcs"]),
        practices=tuple(Practice(**row) for row in raw["practices"]),
        cdc_list_date=raw["cdc_list_date"],
        population_date=raw["population_date"],
        ages=tuple(raw["ages"]),
        female_share=tuple(raw["female_share"]),
    )


def _system(row: dict[str, Any]) -> Ics:
    named = {key: row[key] for key in ("code", "name", "region", "ons_code", "wte")}
    return Ics(**named, start=row["from"], end=row.get("to"), successor=row.get("successor"))
