"""Staff that rooms and rotas call for (model of rooms and rotas, docs/method.md, section 10)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from pipeline.assumptions import Assumptions
from pipeline.metrics.scope import Scope
from pipeline.metrics.workforce import in_pillars
from pipeline.model.draws import central
from pipeline.model.work import hours_a_wte
from pipeline.model.workload import required_wte, staffed_hours


@dataclass(frozen=True)
class WorkingYear:
    """Weeks in a year, and the hours a year that one WTE of a profession is at work."""

    weeks: float
    hours_of: Callable[[str], float]

    def wte(self, hours: pd.Series, profession: pd.Series) -> pd.Series:
        """WTE that so many hours of work a year need, row by row."""
        return required_wte(hours, profession.map(self.hours_of).astype("float64"))


def working_year(assumptions: Assumptions) -> WorkingYear:
    """The working year by the plan's assumptions, each at its value."""
    values = central(assumptions)
    return WorkingYear(
        float(values["weeks_year"][0]), lambda profession: float(hours_a_wte(profession, values, assumptions)[0])
    )


def rooms_table(rooms: pd.DataFrame, scope: Scope, year: WorkingYear) -> pd.DataFrame:
    """Rooms by employer and test: room hours a week, staff a room, and the WTE that keep them open all year.

    Rooms open for hours a week x weeks x staff a room, over the hours that a WTE is at work.
    """
    own = in_pillars(rooms[rooms["employer"].isin(scope.employers)], scope)
    shown = own.assign(
        room_hours_week=own["rooms"].astype("float64") * own["open_hours_week"],
        wte=year.wte(staffed_hours(own, year.weeks), own["profession"]),
    )
    columns = ["employer", "pillar", "test", "profession", "rooms", "room_hours_week", "staff_per_room", "wte"]
    return shown[columns].sort_values(columns[:4], ignore_index=True)


def rotas_table(rota_posts: pd.DataFrame, scope: Scope, year: WorkingYear) -> pd.DataFrame:
    """Rotas by employer: hours covered a week, and the fewest WTE that can cover them all year."""
    own = in_pillars(rota_posts[rota_posts["employer"].isin(scope.employers)], scope)
    hours_week = own["posts"].astype("float64") * own["hours_week"]
    shown = own.assign(hours_covered_week=hours_week, wte=year.wte(hours_week * year.weeks, own["profession"]))
    columns = ["employer", "rota", "pillar", "profession", "posts", "hours_covered_week", "wte"]
    return shown[columns].sort_values(["employer", "wte"], ascending=[True, False], ignore_index=True)


def skill_mix_table(skill_mix: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Who does each kind of work: a row a work and profession, a column a band, shares of the work (0 to 1)."""
    own = in_pillars(skill_mix, scope)
    wide = own.pivot_table(index=["pillar", "work", "profession"], columns="band", values="share", aggfunc="sum")
    named = {band: f"Band {band}" if str(band)[:1].isdigit() else band for band in wide.columns}
    whole = wide.sum(axis=1).rename("all_bands")
    return wide.rename(columns=named).rename_axis(columns=None).join(whole).reset_index()
