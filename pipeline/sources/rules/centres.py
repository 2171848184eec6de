"""Community diagnostic centres: their plan, rooms, staff and tests fit one another."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from pipeline.problems import Problem
from pipeline.reference import limit
from pipeline.sources.rules.kit import CrossRule, Known, problems

DAYS_A_WEEK, MINUTES_AN_HOUR = 7, 60


def _staff_have_rooms(known: Known) -> Iterator[Problem]:
    rooms = known.rows("cdc_rooms")
    staffing = known.rows("cdc_staffing")
    planned = pd.MultiIndex.from_frame(rooms[["site", "test"]])
    strange = staffing[~pd.MultiIndex.from_frame(staffing[["site", "test"]]).isin(planned)]
    rule = (
        "the table “CDC rooms” has no rooms for this test at this centre; add them, or correct the centre or the test"
    )
    yield from problems(strange if len(rooms) else rooms, "test", rule)


def _not_before_opening(known: Known) -> Iterator[Problem]:
    activity = known.rows("cdc_activity").merge(known.rows("cdc_plans")[["site", "opening"]], on="site")
    early = activity[activity["month"] < activity["opening"]]
    yield from problems(
        early,
        "month",
        lambda row: (
            f"the table “CDC plans” says that this centre opened in {row['opening']:%B %Y}, and no tests can be done "
            "before; correct one of them"
        ),
    )


def _within_room_time(known: Known) -> Iterator[Problem]:
    """Tests of a month that are many times what the rooms could do if they were never empty."""
    most = limit("tests_over_room_time")
    rooms = known.rows("cdc_rooms")[["site", "test", "rooms", "slot_minutes"]]
    hours = known.rows("cdc_plans")[["site", "hours_week"]]
    done = known.rows("cdc_activity").merge(rooms, on=["site", "test"]).merge(hours, on="site")
    open_minutes = done["hours_week"] * MINUTES_AN_HOUR * done["month"].dt.days_in_month / DAYS_A_WEEK
    done["could"] = done["rooms"].astype("float64") * open_minutes / done["slot_minutes"]
    yield from problems(
        done[done["tests"].astype("float64") > most * done["could"]],
        "tests",
        lambda row: (
            f"the centre's rooms for this test could do about {row['could']:,.0f} in the month if they were never "
            f"empty, and this is more than {most:g} times as many; check the tests, the rooms, the hours and the slots"
        ),
    )


def _status_fits(known: Known) -> Iterator[Problem]:
    plans, base = known.rows("cdc_plans"), known.base_month
    is_planned, to_come = plans["status"] == "planned", plans["opening"] > base
    rule = (
        f"a centre that is planned opens after the plan's base month, {base:%B %Y}; correct the status or the opening"
    )
    yield from problems(plans[is_planned & ~to_come], "status", rule, _status_and_opening)
    rule = f"a centre that is open has opened by the plan's base month, {base:%B %Y}; correct the status or the opening"
    yield from problems(plans[~is_planned & to_come], "status", rule, _status_and_opening)


def _status_and_opening(row: dict[object, pd.Timestamp]) -> str:
    return f"{row['status']}, opening {row['opening']:%Y-%m-%d}"


RULES = (
    CrossRule(("cdc_staffing",), "A centre has rooms for every test that it has staff for.", _staff_have_rooms),
    CrossRule(("cdc_activity",), "A centre does no tests before the month in which it opened.", _not_before_opening),
    CrossRule(
        ("cdc_activity",),
        f"A centre does at most {limit('tests_over_room_time'):g} times the tests that its rooms could do when open.",
        _within_room_time,
    ),
    CrossRule(
        ("cdc_plans",),
        "A centre that is planned opens after the plan's base month; one open or ramping up has opened by then.",
        _status_fits,
    ),
)
