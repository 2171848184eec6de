"""Rooms and rotas of employers; the system's own skill mix and standards."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from pipeline.synthetic.local.frames import Row, local_parameters, own_frame, pillar_of
from pipeline.synthetic.local.system import ACUTE, Employer


def room_rows(employer: Employer) -> Iterator[Row]:
    """A row for each test and profession that works in its rooms."""
    for room in local_parameters("capacity")["rooms"]:
        if employer.kind in room["kinds"]:
            rooms = max(1, round(room["per_million"] * employer.millions))
            for profession, staff in room["staff"].items():
                yield {
                    "employer": employer.code,
                    "pillar": pillar_of(room["test"]),
                    "test": room["test"],
                    "profession": profession,
                    "rooms": rooms,
                    "open_hours_week": _hours(employer, room["test"], room["hours"]),
                    "staff_per_room": staff,
                }


def _hours(employer: Employer, test: str, usual: float) -> float:
    rows = local_parameters("capacity")["short_hours"]
    return next((row["hours"] for row in rows if (row["place"], row["test"]) == (employer.place, test)), usual)


def rota_rows(employer: Employer) -> Iterator[Row]:
    """The rotas of an acute employer; a community employer has none."""
    for rota in local_parameters("capacity")["rotas"] if employer.kind == ACUTE else ():
        yield {
            "employer": employer.code,
            "pillar": pillar_of(rota["profession"]),
            "profession": rota["profession"],
            "rota": rota["rota"],
            "posts": max(1, round(rota["per_million"] * employer.millions)),
            "hours_week": rota["hours"],
        }


def skill_mix() -> pd.DataFrame:
    """Who does each kind of work."""
    rows = (
        {"pillar": pillar_of(profession), "work": each["work"], "profession": profession, "band": band, "share": share}
        for each in local_parameters("capacity")["skill_mix"]
        for profession, band, share in each["by"]
    )
    return own_frame("skill_mix", rows)


def standards() -> pd.DataFrame:
    """The system's own figures in place of the defaults."""
    return own_frame("standards", local_parameters("standards")["standards"])
