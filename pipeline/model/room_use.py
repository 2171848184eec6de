"""How far counted tests fill the hours that rooms are staffed for: a check of both (docs/method.md, section 10)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.model.draws import Draws, central
from pipeline.model.plan_setting import Setting
from pipeline.model.work import counted_work, report_minutes, wte_of_hours
from pipeline.model.workload import staffed_hours
from pipeline.reference import reporter_roles

TEST = ["test", "pillar", "profession"]
AT_EMPLOYER = ["employer", "test", "profession"]
ONE = np.ones(1)


def room_use(setting: Setting) -> pd.DataFrame:
    """Hours a year that rooms are staffed for, and hours that the tests counted at the same employers take.

    A row a test and profession whose time for the test is known: TEST, rooms, staffed (hours a year), taken (hours a
    year) and share (taken over staffed), every assumption at its value; the least used first. Rooms of employers that
    count none of the test are in it, since they are staffed. Reports take no room, so their hours are left out.
    """
    draws = central(setting.assumptions)
    staffed, taken = _staffed(setting.rooms, float(draws["weeks_year"][0])), _taken(setting, draws)
    beside = staffed.merge(taken, on=AT_EMPLOYER, how="left")
    both = beside.groupby(TEST, as_index=False)[["rooms", "staffed", "taken"]].sum()
    known = both[(both["staffed"] > 0) & (both["taken"] > 0)]
    return known.assign(share=known["taken"] / known["staffed"]).sort_values("share", ignore_index=True)


def rooms_without_tests(setting: Setting) -> pd.DataFrame:
    """Rooms at employers that count none of the test done in them: employer, test and rooms.

    A room that several professions staff is one room.
    """
    own = setting.rooms.assign(rooms=setting.rooms["rooms"].astype("float64"))
    of_profession = own.groupby(AT_EMPLOYER, as_index=False)["rooms"].sum()
    rooms = of_profession.groupby(["employer", "test"], as_index=False)["rooms"].max()
    tests = setting.annual.loc[setting.annual["tests"] > 0, ["provider", "test"]].drop_duplicates()
    counted = tests.rename(columns={"provider": "employer"})
    marked = rooms.merge(counted, on=["employer", "test"], how="left", indicator=True)
    return marked.loc[marked["_merge"] == "left_only", ["employer", "test", "rooms"]].reset_index(drop=True)


def _staffed(rooms: pd.DataFrame, weeks: float) -> pd.DataFrame:
    """Hours a year of each profession in the rooms for each test, by employer; `weeks` are those of a year."""
    own = rooms.assign(rooms=rooms["rooms"].astype("float64"), staffed=staffed_hours(rooms, weeks))
    return own.groupby([*AT_EMPLOYER, "pillar"], as_index=False)[["rooms", "staffed"]].sum()


def _taken(setting: Setting, draws: Draws) -> pd.DataFrame:
    """Hours a year that the counted tests of each employer take of each profession, but for their reports."""
    assumptions = setting.assumptions
    work = counted_work(setting.annual, draws, assumptions, setting.base_month, setting.reports)
    an_hour = {who: float(wte_of_hours(ONE, who, draws, assumptions)[0]) for who in set(work.rows["profession"])}
    hours = work.wte[:, 0] / work.rows["profession"].map(an_hour).astype("float64")
    reports = work.rows["each"].isin({report_minutes(role.reporter) for role in reporter_roles()})
    return work.rows.assign(taken=hours)[~reports].groupby(AT_EMPLOYER, as_index=False)["taken"].sum()
