"""How far counted tests fill the hours that rooms are staffed for: a check of both (docs/method.md, section 10)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.model.draws import Draws, central
from pipeline.model.plan_setting import Setting
from pipeline.model.work import counted_work, wte_of_hours
from pipeline.model.workload import staffed_hours

TEST = ["test", "pillar", "profession"]
AT_EMPLOYER = ["employer", "test", "profession"]
ONE = np.ones(1)


def room_use(setting: Setting) -> pd.DataFrame:
    """Hours a year that rooms are staffed for, and hours that the tests counted at the same employers take.

    A row a test and profession whose time for the test is known: TEST, rooms, staffed (hours a year), taken (hours a
    year) and share (taken over staffed), every assumption at its value; the least used first.
    """
    draws = central(setting.assumptions)
    staffed, taken = _staffed(setting.rooms, float(draws["weeks_year"][0])), _taken(setting, draws)
    both = staffed.merge(taken, on=AT_EMPLOYER).groupby(TEST, as_index=False)[["rooms", "staffed", "taken"]].sum()
    known = both[(both["staffed"] > 0) & (both["taken"] > 0)]
    return known.assign(share=known["taken"] / known["staffed"]).sort_values("share", ignore_index=True)


def _staffed(rooms: pd.DataFrame, weeks: float) -> pd.DataFrame:
    """Hours a year of each profession in the rooms for each test, by employer; `weeks` are those of a year."""
    own = rooms.assign(rooms=rooms["rooms"].astype("float64"), staffed=staffed_hours(rooms, weeks))
    return own.groupby([*AT_EMPLOYER, "pillar"], as_index=False)[["rooms", "staffed"]].sum()


def _taken(setting: Setting, draws: Draws) -> pd.DataFrame:
    """Hours a year that the counted tests of each employer take of each profession."""
    assumptions = setting.assumptions
    work = counted_work(setting.annual, draws, assumptions, setting.base_month, setting.reports)
    an_hour = {who: float(wte_of_hours(ONE, who, draws, assumptions)[0]) for who in set(work.rows["profession"])}
    hours = work.wte[:, 0] / work.rows["profession"].map(an_hour).astype("float64")
    return work.rows.assign(taken=hours).groupby(AT_EMPLOYER, as_index=False)["taken"].sum()
