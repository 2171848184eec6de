"""Community diagnostic centres: their plans, rooms, staff and tests.

Tests of a month = rooms x open hours x share of room time filled x 60 / minutes of an appointment, on the way from the
first month to running in full, with the season of all tests.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.months import add_months, months_between
from pipeline.synthetic.activity import WEEKS_A_YEAR, seasonal
from pipeline.synthetic.chance import apportion, count, spread, stream
from pipeline.synthetic.local.frames import Frames, Row, filled_frames, local_parameters, pillar_of
from pipeline.synthetic.local.system import Employer, employers_of
from pipeline.synthetic.parameters import month
from pipeline.synthetic.places import base_month, places
from pipeline.synthetic.recipe import Recipe

PLANNED = "planned"
MINUTES, MONTHS = 60, 12
THOUSANDTHS = 1000


@dataclass(frozen=True)
class Room:
    """A centre's rooms for one test."""

    test: str
    rooms: int
    slot: float
    share_new: float

    @property
    def tests_an_hour(self) -> float:
        """Appointments in an hour in which every room is full."""
        return self.rooms * MINUTES / self.slot


@dataclass(frozen=True)
class Site:
    """A centre: its host, its plan as parameters/local/centres.yaml writes it, and its rooms."""

    name: str
    host: Employer
    plan: dict[str, Any]
    rooms: tuple[Room, ...]

    @property
    def opening(self) -> dt.date:
        """The month in which it opened or is to open."""
        return month(self.plan["opening"])


def sites(recipe: Recipe) -> list[Site]:
    """The system's own centres, open and to come, each with its host."""
    here, employers = places(recipe), {one.code: one for one in employers_of(recipe)}
    hosts = {cdc.name: cdc.host for cdc in here.cdcs} | {cdc.name: cdc.host for cdc in here.cdcs_to_come}
    return [
        _site(plan, employers[hosts[plan["site"]]])
        for plan in local_parameters("centres")["sites"]
        if hosts.get(plan["site"]) in employers
    ]


def _site(plan: dict[str, Any], host: Employer) -> Site:
    wanted = [(row, row["per_million"] * host.millions) for row in plan["rooms"]]
    least, most = local_parameters("centres")["least_rooms"], local_parameters("centres")["most_rooms"]
    rooms = [
        Room(row["test"], min(most, max(1, round(number))), row["slot"], row["share_new"])
        for place, (row, number) in enumerate(wanted)
        if place == 0 or number >= least
    ]
    return Site(plan["site"], host, plan, tuple(rooms))


def centre_frames(recipe: Recipe) -> dict[str, Frames]:
    """Plans, rooms, staffing and tests of the centres, by the code of the host."""
    own = sites(recipe)
    hosts = dict.fromkeys(site.host.code for site in own)
    return {code: _of_host(recipe.seed, [site for site in own if site.host.code == code]) for code in hosts}


def _of_host(seed: int, own: Sequence[Site]) -> Frames:
    return filled_frames(
        cdc_plans=map(_plan, own),
        cdc_rooms=(row for site in own for row in _rooms(site)),
        cdc_staffing=(row for site in own for row in _staffing(site)),
        cdc_activity=(row for site in own for row in _activity(seed, site)),
    )


def _plan(site: Site) -> Row:
    return {
        "site": site.name,
        "host": site.host.code,
        "planned_opening": month(site.plan["planned_opening"]),
        "opening": site.opening,
        **{name: site.plan[name] for name in ("status", "hours_week", "utilisation", "ramp_months")},
    }


def _rooms(site: Site) -> Iterator[Row]:
    shares = apportion(THOUSANDTHS, [room.tests_an_hour for room in site.rooms])
    for room, share in zip(site.rooms, shares, strict=True):
        yield {
            "site": site.name,
            "pillar": pillar_of(room.test),
            "test": room.test,
            "rooms": room.rooms,
            "slot_minutes": room.slot,
            "share_of_tests": share / THOUSANDTHS,
            "share_new": room.share_new,
        }


def _staffing(site: Site) -> Iterator[Row]:
    for room in site.rooms:
        for row in local_parameters("centres")["staffing"][room.test]:
            recruited = site.plan["unlike"].get(row["profession"], site.plan["recruited"])
            yield {
                "site": site.name,
                "pillar": pillar_of(room.test),
                "test": room.test,
                "profession": row["profession"],
                "band": row["band"],
                "staff_per_room_hour": row["staff"],
                "share_recruited": recruited,
                "redeployed_from": site.host.code if recruited < 1 else None,
            }


def _activity(seed: int, site: Site) -> Iterator[Row]:
    if site.plan["status"] == PLANNED:
        return
    for step in range(months_between(site.opening, base_month()) + 1):
        day = add_months(site.opening, step)
        for room in site.rooms:
            rng = stream(seed, "centre", site.name, room.test, day)
            usual = monthly_tests(site, room) * running(site, step) * seasonal(day)
            tests = count(rng, usual * spread(rng, local_parameters("centres")["month_sd"]))
            yield {"month": day, "site": site.name, "pillar": pillar_of(room.test), "test": room.test, "tests": tests}


def monthly_tests(site: Site, room: Room) -> float:
    """Tests in a month of a centre that runs in full, before season and chance."""
    open_hours = site.plan["hours_week"] * WEEKS_A_YEAR / MONTHS
    return float(room.tests_an_hour * open_hours * site.plan["really"]["utilisation"])


def running(site: Site, months_open: int) -> float:
    """True share of what the centre does in full, so many months after the one in which it opened."""
    really = site.plan["really"]
    return float(min(1.0, really["first_month"] + (1 - really["first_month"]) * months_open / really["ramp_months"]))
