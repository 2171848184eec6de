"""Sentences and a table about where rooms and rotas, and not the work, set how many staff are needed."""

from __future__ import annotations

import pandas as pd

from pipeline.model.outcome import Outcome
from pipeline.reference import engine
from pipeline.report.narrative import agree, name_pillars
from pipeline.report.words import count, join, lower, month, percent, plain, plural, wte
from pipeline.report.wte_disclosure import NOTHING_HELD, HeldWte

FLOORS_NOTE = (
    "Work: staff for tests and all else. Rooms or rotas: staff who keep rooms open or a rota covered, whatever the "
    "work. Above: mean WTE by which rooms or rotas ask for more than the work. Share: calculations in which they do."
)


def floors_sentences(found: Outcome, bound: pd.DataFrame, held: HeldWte = NOTHING_HELD) -> list[str]:
    """How many staff rooms and rotas call for beyond the work, today and at the horizon. Takes floors.binding.

    Today's work of a team is what its staff do, so the WTE of small teams are left out of the sums.
    """
    likely = engine("short_from_share")
    now, then = ((bound[share] >= likely).sum() for share in ("share_now", "share"))
    if bound.empty:
        return ["At no employer do rooms or rotas call for more staff than the work does."]
    first, last = month(found.months[0]), month(found.months[-1])
    told = held.left_in(bound)
    have, more = agree(int(now), "calls", "call"), wte(told["above"].sum())
    return [
        f"Where rooms must be open or a rota covered, so many staff are needed however little the work. Of "
        f"{plural(len(found.cells), 'team')} (a profession at an employer), rooms or rotas of **{count(now)}** "
        f"{have} for more staff than the work in {first}: {wte(told['above_now'].sum())} WTE more. In {last} it is "
        f"{count(then)}, and {more} WTE. There, fewer tests or a higher output save no staff."
        f"{' Small teams are counted, and their WTE are not.' if len(told) < len(bound) else ''}"
    ]


def floors_table(bound: pd.DataFrame) -> pd.DataFrame:
    """Teams whose need rooms or rotas may set, for a reader. Takes floors.binding with employers named."""
    columns = {
        "employer": "employer",
        "profession": "profession",
        "pillar": "pillar",
        "binding": "set_by",
        "floor": "rooms_or_rotas",
        "workload": "work",
        "above_now": "above_now",
        "above": "above_at_horizon",
        "share": "share_at_horizon",
    }
    return name_pillars(bound).assign(binding=bound["binding"].str.capitalize())[list(columns)].rename(columns=columns)


ROOM_USE_NOTE = (
    "Staffed: rooms × hours open × weeks × staff of the profession in each. Tests: the hours that the tests counted at "
    "the same employers take of it (section 4 of the method), without their reports, which take no room. Tests at "
    "diagnostic centres are counted and the centres' rooms are not; a test that borrows another's room is in no row."
)


def room_use_sentences(use: pd.DataFrame) -> list[str]:
    """Whether the figures of rooms and those of tests fit together. Takes the result of room_use.room_use."""
    if use.empty:
        return ["Figures of rooms cannot be set against the tests done in them: no test has both."]
    little = use[use["share"] < engine("rooms_filled_least")]
    much = use[use["share"] > engine("rooms_filled_most")].iloc[::-1]
    told = [
        f"**Staffed for far more than the tests counted take**: {_rooms(little)}. Rooms stand idle, or what is done in "
        "them is not counted, or the figures of rooms are too high: then rooms ask for too many staff here."
        if len(little)
        else "",
        f"**Tests take more than rooms are staffed for**: {_rooms(much)}. Centres or evening lists do some of them, or "
        "the figures of rooms are too low."
        if len(much)
        else "",
    ]
    ends = f"{percent(use['share'].min())} to {percent(use['share'].max())}"
    fits = f"The tests counted take {ends} of the hours that rooms are staffed for, so that no room figure stands out."
    return [each for each in told if each] or [fits]


def without_tests_sentences(rooms: pd.DataFrame) -> list[str]:
    """Rooms of which no test is counted, employers named. Takes the result of room_use.rooms_without_tests."""
    if rooms.empty:
        return []
    named = join(
        f"{plural(row.rooms, 'room')} for {plain(lower(row.test))} at {plain(row.employer)}"
        for row in rooms.itertuples()
    )
    return [
        f"**Of {plural(rooms['rooms'].sum(), 'room')} no test is counted**: {named}. The hours "
        "staffed there are in the table where other employers count the test."
    ]


def _rooms(rows: pd.DataFrame) -> str:
    """Tests and professions whose hours in rooms are filled so far."""
    of = rows.itertuples()
    return join(f"{plain(row.test)} ({plain(lower(row.profession))}, {percent(row.share)})" for row in of)


def room_use_table(use: pd.DataFrame) -> pd.DataFrame:
    """How far tests fill the hours that rooms are staffed for, for a reader."""
    names = {"staffed": "hours_staffed", "taken": "hours_of_tests", "share": "filled"}
    return name_pillars(use).rename(columns=names)


def nobody_sentences(rooms: pd.DataFrame) -> list[str]:
    """Rooms and rotas that nobody on file could staff, employers named. Takes the result of floors.without_cell."""
    if rooms.empty:
        return []
    named = [
        f"{plain(lower(row.profession))} at {plain(row.employer)} ({count(row.hours_week)} hours a week)"
        for row in rooms.itertuples()
    ]
    are = agree(len(rooms), "is", "are")
    return [f"Rooms or rotas name staff of whom none {are} on file, so they are in no figure: {join(named)}."]
