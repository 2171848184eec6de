"""Care settings and specialties: what posts a team has, and how they empty, fill and grow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipeline.sources.mapping import default_mapping
from pipeline.synthetic.parameters import parameters

CORE5, CORE3 = "core5", "core3"
DOCTORS = "doctors"
_NUMBER = re.compile(r"^\d+_")
_BAND = re.compile(r"Band (\d)([a-d]?)")
_GRADES = (
    "Foundation Doctor Year 1",
    "Foundation Doctor Year 2",
    "Core Training",
    "Specialty Registrar",
    "Specialty Doctor",
    "Associate Specialist",
    "Consultant",
)


@dataclass(frozen=True)
class Cell:
    """A level and band of a setting (a grade, for doctors) and how common it is among the setting's posts."""

    level: str
    band: str
    weight: float

    @property
    def rank(self) -> float:
        """The order of bands and of grades, lowest first."""
        found = _BAND.fullmatch(self.band)
        return int(found[1]) + "abcd".find(found[2]) / 10 if found else float(_GRADES.index(self.band))

    @property
    def plain_band(self) -> str:
        """The band as the plan's tables write it: 6, 8a or a medical grade."""
        return self.band.removeprefix("Band ")


@dataclass(frozen=True)
class Setting:
    """A care setting or specialty of one staff group: posts per million people at the base month, and how they move."""

    setting: str
    group: str
    posts: float
    pull: float
    fill: float
    growth: float
    cells: tuple[Cell, ...]
    only: tuple[str, ...] = ()
    excepted: tuple[str, ...] = ()
    fed_by: str = ""

    def at(self, trust: str) -> bool:
        """Whether a trust has such posts."""
        allowed = parameters("teams")["only_settings"].get(trust)
        if allowed is not None and self.setting not in allowed:
            return False
        return (not self.only or trust in self.only) and trust not in self.excepted

    @property
    def label(self) -> str:
        """The setting without the publication's number: Blood Sciences."""
        return plain(self.setting)

    @property
    def kind(self) -> str:
        """Kind of career: qualified, support or doctors."""
        return str(group(self.group)["kind"])

    @property
    def source(self) -> str:
        """The published file that shows the team, or none."""
        return str(group(self.group)["source"])

    @property
    def place(self) -> tuple[str, str]:
        """The pillar and the profession, by the project's mapping."""
        mapped = default_mapping().find(group(self.group)["scheme"], self.label)
        return mapped.pillar, mapped.name


def plain(label: str) -> str:
    """A published label without its number."""
    return _NUMBER.sub("", label)


def group(name: str) -> dict[str, Any]:
    """What is known of a staff group: its published names and the name staff records give it."""
    found: dict[str, Any] = parameters("teams")["groups"][name]
    return found


@cache
def settings() -> tuple[Setting, ...]:
    """Every care setting and specialty."""
    return tuple(_setting(row) for row in parameters("teams")["settings"])


def _setting(row: dict[str, Any]) -> Setting:
    own = {key: value for key, value in row.items() if key not in ("only", "except", "cells")}
    return Setting(
        **own,
        cells=tuple(_cell(name, weight) for name, weight in row["cells"].items()),
        only=tuple(row.get("only", ())),
        excepted=tuple(row.get("except", ())),
    )


def _cell(name: str, weight: float) -> Cell:
    level, _, band = name.rpartition("|")
    return Cell(level or band, band, weight)


def staffing(trust: str, setting: Setting) -> float:
    """How many times the usual posts a trust has in a setting."""
    rows = parameters("teams")["staffing"]
    found = (row["factor"] for row in rows if (row["trust"], row["setting"]) == (trust, setting.setting))
    return float(next(found, 1.0))
