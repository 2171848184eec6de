"""How far counted tests fill the hours that rooms are staffed for: a check of both (docs/method.md, section 10)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.model.draws import central
from pipeline.model.plan_setting import Setting
from pipeline.model.work import counted_work, wte_of_hours
from pipeline.model.workload import room_hours

TEST = ["test", "pillar", "profession"]
TEAM = ["employer", "test", "profession"]
ONE = np.ones(1)


def room_use(setting: Setting) -> pd.DataFrame:
    """Hours a year that rooms are staffed for, and hours that the tests counted at the same employers take.

    A row a test and profession whose time for the test is known: TEST, rooms, staffed (hours a year), taken (hours a
    year) and share (taken over staffed), every assumption at its value; the least used first.
    """
    staffed, taken = _staffed(setting), _taken(setting)
    both = staffed.merge(taken, on=TEAM).groupby(TEST, as_index=False)[["rooms", "staffed", "taken"]].sum()
    known = both[(both["staffed"] > 0) & (both["taken"] > 0)]
    return known.assign(share=known["taken"] / known["staffed"]).sort_values("share", ignore_index=True)


def _staffed(setting: Setting) -> pd.DataFrame:
    """Hours a year of each profession in the rooms for each test, by employer."""
    rooms = setting.rooms
    weeks = float(central(setting.assumptions)["weeks_year"][0])
    hours = room_hours(rooms["rooms"].astype("float64"), rooms["open_hours_week"], weeks) * rooms["staff_per_room"]
    own = rooms.assign(rooms=rooms["rooms"].astype("float64"), staffed=hours)
    return own.groupby([*TEAM, "pillar"], as_index=False)[["rooms", "staffed"]].sum()


def _taken(setting: Setting) -> pd.DataFrame:
    """Hours a year that the counted tests of each employer take of each profession."""
    draws, assumptions = central(setting.assumptions), setting.assumptions
    work = counted_work(setting.annual, draws, assumptions, setting.base_month, setting.reports)
    an_hour = {who: float(wte_of_hours(ONE, who, draws, assumptions)[0]) for who in set(work.rows["profession"])}
    hours = work.wte[:, 0] / work.rows["profession"].map(an_hour).astype("float64")
    return work.rows.assign(taken=hours).groupby(TEAM, as_index=False)["taken"].sum()
