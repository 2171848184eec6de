"""A plan's diagnostic centres in a scenario: what they do and who staffs them (docs/method.md, section 16)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.metrics.workforce import in_pillars
from pipeline.model.centre_path import CentreLevers, CentrePath, Centres, centre_path, redeployed_staff
from pipeline.model.centres import plans_of
from pipeline.model.paths import Paths
from pipeline.model.plan_setting import Setting
from pipeline.model.supply.plan_staff import PlanStaff
from pipeline.model.supply.teams import CELL
from pipeline.reference import engine

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Levers:
    """What a scenario makes of centres; the same in every draw, since a centre opens once and not by chance.

    `later` is in months; `hours` is how far every centre goes (0 to 1) to twelve hours a day, seven days a week.
    """

    later: float
    hours: float


def centre_levers(paths: Paths) -> Levers:
    """The levers of centres in a scenario."""
    return Levers(float(paths.of_value("centres_later")[-1]), float(paths.of_value("centre_hours_extra")[-1]))


@lru_cache(maxsize=64)
def plan_centre_path(setting: Setting, levers: Levers, *, to_come: bool) -> CentrePath | None:
    """The centres that are open, or those to come, month by month; None where there are none."""
    centres = _centres(setting, to_come=to_come)
    if centres is None:
        return None
    most, hours = engine("centre_hours_week"), centres.plans.set_index("site")["hours_week"]
    longer = (hours + levers.hours * (most - hours).clip(lower=0.0)).to_dict()
    return centre_path(centres, CentreLevers(months_later=levers.later, hours_week=longer if levers.hours else {}))


def _centres(setting: Setting, *, to_come: bool) -> Centres | None:
    tables, scope = setting.tables, setting.scope
    plans = plans_of(tables["cdc_plans"], scope)
    ahead = plans["opening"] > pd.Timestamp(setting.base_month)
    chosen = plans[ahead if to_come else ~ahead].reset_index(drop=True)
    rooms, staffing = (
        in_pillars(tables[name], scope).merge(chosen[["site"]], on="site") for name in ("cdc_rooms", "cdc_staffing")
    )
    if rooms.empty:
        return None
    activity = tables["cdc_activity"].merge(chosen[["site"]], on="site")
    return Centres(chosen, rooms, staffing, activity, scope, setting.year, setting.base_month, setting.months)


@lru_cache(maxsize=64)
def centre_staff(setting: Setting, levers: Levers, *, to_come: bool) -> tuple[Array, Array]:
    """WTE redeployed to or from each cell (cells, months + 1), and posts that hosts add by team (teams, months + 1)."""
    redeployed = np.zeros((len(setting.cells), setting.months + 1))
    path = plan_centre_path(setting, levers, to_come=to_come)
    if path is None or setting.staff is None:
        return redeployed, np.zeros((1, 1))
    for row in redeployed_staff(path).itertuples():
        cell = setting.numbers.get((row.employer, row.profession))
        if cell is not None:
            redeployed[cell, row.month] += row.wte
    return redeployed, _posts_added(path, setting.staff, setting.months)


def _posts_added(path: CentrePath, staff: PlanStaff, months: int) -> Array:
    """Posts by team and month; those of a band that the host has nobody in go to its largest team of the profession."""
    teams = staff.teams.teams
    added = np.zeros((len(teams), months + 1))
    largest = teams.sort_values("heads", kind="stable").groupby(CELL).tail(1)
    of_cell = {(row.employer, row.profession): row.Index for row in largest.itertuples()}
    of_team = {(row.employer, row.profession, row.band): row.Index for row in teams.itertuples()}
    recruited = path.staff.groupby(["host", "profession", "band", "month"], as_index=False)["recruited"].sum()
    for row in recruited.itertuples():
        cell = (row.host, row.profession)
        team = of_team.get((*cell, row.band), of_cell.get(cell))
        if team is not None:
            added[team, row.month] += row.recruited
    return added
