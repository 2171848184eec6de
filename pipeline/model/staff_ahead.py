"""The staff there will be if present rates go on, in draws of the engine (docs/method.md, section 14)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.assumptions import STAFF_KINDS, Assumptions
from pipeline.metrics.months import up_to
from pipeline.metrics.scope import Scope
from pipeline.metrics.workforce import current_staff, in_pillars
from pipeline.model.draws import central, draw_assumptions
from pipeline.model.gap import PERCENTILES
from pipeline.model.plan_setting import plan_assumptions_measured
from pipeline.model.supply.chances import Drawn
from pipeline.model.supply.measured_staff import with_measured_staff
from pipeline.model.supply.plan_staff import PlanStaff, course, plan_staff
from pipeline.model.supply.simulate import drawn_staff
from pipeline.model.supply.system import FLOWS, INTO, OUT, Course, System
from pipeline.model.supply.teams import CELL
from pipeline.months import add_months
from pipeline.plan import Plan

AT_ONCE = 500
"""Draws that are worked on at a time where only a part of them is kept, so that space is not taken for all."""


@dataclass(frozen=True)
class StaffAhead:
    """The staff of a plan in every draw. `months` are month ends, the base month first.

    `wte` is WTE in post at the hours of each month, by draw, month and cell; `drawn` has everything else, and no WTE.
    `chance` is WTE at the last month by draw and cell, by chance alone. `cells` has employer, pillar, profession,
    in_post and posts of each cell.
    """

    staff: PlanStaff
    assumptions: Assumptions
    course: Course
    months: list[pd.Timestamp]
    cells: pd.DataFrame
    drawn: Drawn
    wte: NDArray[np.float32]
    chance: NDArray[np.float32]

    @property
    def keys(self) -> list[tuple[str, str]]:
        """Employer and profession of each cell."""
        return list(self.cells[CELL].itertuples(index=False, name=None))


def staff_ahead(
    plan: Plan, tables: Mapping[str, pd.DataFrame], scope: Scope, draws: int, seed: int
) -> StaffAhead | None:
    """The plan's staff month by month to its horizon, nothing changed; None where no staff are on file."""
    every = plan_assumptions_measured(plan, tables, scope)
    if in_pillars(current_staff(up_to(tables["staff"], plan.base_month), scope), scope).empty:
        return None
    staff = plan_staff(tables, scope, plan.base_month, every)
    measured = with_measured_staff(every, staff)
    used = _used(measured, staff)
    drawn_values, middle = draw_assumptions(used, draws, seed), central(used)
    of = course(staff, drawn_values, drawn_values, used, plan.file.horizon_months)
    alike = course(staff, middle, middle, used, plan.file.horizon_months)
    chance = by_chance_alone(staff.system, alike, draws, seed)
    drawn = drawn_staff(staff.system, of, seed)
    wte = at_hours_worked(drawn.wte, of, staff.system)
    months = [pd.Timestamp(add_months(plan.base_month, number)) for number in range(of.months + 1)]
    return StaffAhead(
        staff,
        _called_on(used, staff),
        of,
        months,
        _cells(staff, of),
        drawn._replace(wte=wte[:0]),
        wte,
        chance,
    )


def by_chance_alone(system: System, course: Course, draws: int, seed: int) -> NDArray[np.float32]:
    """WTE at the last month by draw and cell, in so many draws that all follow the first of a course."""
    sizes = {first: min(AT_ONCE, draws - first) for first in range(0, draws, AT_ONCE)}
    # A copy of the last month, or each part would keep all months in memory.
    parts = [
        drawn_staff(system, course.repeated(size), seed, first=first).wte[:, -1].copy() for first, size in sizes.items()
    ]
    return np.concatenate(parts)


def at_hours_worked(wte: NDArray[np.float32], course: Course, system: System) -> NDArray[np.float32]:
    """WTE by draw, month and cell, multiplied where it stands by how the hours of each person change."""
    for first in range(0, len(wte), AT_ONCE):
        part = slice(first, first + AT_ONCE)
        wte[part] *= course.participation[part, system.cell_profession].transpose(0, 2, 1).astype(np.float32)
    return wte


def _used(assumptions: Assumptions, staff: PlanStaff) -> Assumptions:
    """The assumptions about staff, funded posts without a range where the plan's files have them."""
    used = {key: each for key, each in assumptions.items() if each.kind in STAFF_KINDS}
    if staff.teams.posts_known == 1:
        # Funded posts are known, and what becomes of them is for scenarios to say.
        known = {"low": None, "high": None, "range": "none", "grade": "measured"}
        held = {**known, "source": "Held as the plan's files have them", "note": ""}
        used["posts_growth"] = used["posts_growth"].model_copy(update=held)
    return used


def _called_on(used: Assumptions, staff: PlanStaff) -> Assumptions:
    """The assumptions without those that stand in for a file which the plan has."""
    idle = {"vacancy_months"} if staff.pace.months else set()
    idle |= {"vacancy_share"} if staff.teams.posts_known == 1 else set()
    return {key: each for key, each in used.items() if each.kind not in idle}


def _cells(staff: PlanStaff, of: Course) -> pd.DataFrame:
    teams = staff.teams.teams.assign(posts=of.posts[:, 0])
    summed = teams.groupby([*CELL, "pillar"], as_index=False)[["wte", "posts"]].sum()
    return staff.cells.merge(summed, on=CELL, how="left").rename(columns={"wte": "in_post"})


def in_post_path(ahead: StaffAhead, cells: Collection[tuple[str, str]] | None = None) -> pd.DataFrame:
    """WTE in post of these cells (employer and profession), or of all: month, p10, p50 and p90, every month."""
    chosen = [number for number, key in enumerate(ahead.keys) if cells is None or key in cells]
    blocks = np.array_split(ahead.wte, range(AT_ONCE, len(ahead.wte), AT_ONCE))
    whole = np.concatenate([block[:, :, chosen].sum(axis=2, dtype=np.float64) for block in blocks])
    shares = {name: np.percentile(whole, share, axis=0) for name, share in PERCENTILES.items()}
    return pd.DataFrame({"month": ahead.months, **shares})


def in_post_by(ahead: StaffAhead, by: list[str]) -> pd.DataFrame:
    """WTE in post now, posts funded, and WTE in post at the last month (P10, P50, P90), by columns of the cells.

    Draws are added up before percentiles are taken. Largest first within the first column.
    """
    rows = []
    for key, cells in ahead.cells.groupby(by, sort=False):
        whole = ahead.wte[:, -1, cells.index.to_numpy()].sum(axis=1, dtype=np.float64)
        shares = [float(np.percentile(whole, share)) for share in PERCENTILES.values()]
        rows.append([*key, cells["in_post"].sum(), cells["posts"].sum(), *shares])
    found = pd.DataFrame(rows, columns=[*by, "in_post", "posts", *PERCENTILES])
    return found.sort_values([by[0], "in_post"], ascending=[True, False], ignore_index=True)


def flows_by_pillar(ahead: StaffAhead) -> pd.DataFrame:
    """Mean WTE a year of each flow into and out of the system, by pillar: a row a flow, leavers below zero.

    The sum of a column is the mean yearly change of the pillar's WTE, moves between its professions aside.
    """
    years = ahead.course.months / 12
    whole = ahead.drawn.flow_sum.sum(axis=1) / (ahead.course.draws * years)
    rows = {}
    for pillar, cells in ahead.cells.groupby("pillar"):
        own = whole[:, cells.index.to_numpy()].sum(axis=1)
        into = {name: own[FLOWS.index(name)] for name in INTO}
        rows[pillar] = {**into, **{name: -own[FLOWS.index(name)] for name in OUT}}
    return pd.DataFrame(rows).rename_axis("flow").reset_index()


def spread_parts(ahead: StaffAhead) -> tuple[float, float]:
    """Standard deviation of all WTE in post at the last month, and the part that is chance alone, in WTE.

    Chance alone is that of draws in which every assumption keeps its value.
    """
    both = (values.sum(axis=1, dtype=np.float64) for values in (ahead.wte[:, -1], ahead.chance))
    whole, chance = (float(values.std(ddof=1)) if len(values) > 1 else 0.0 for values in both)
    return whole, chance


def unplaced(ahead: StaffAhead) -> tuple[float, float]:
    """Mean number of people who wait for a vacancy at the last month, and of those who gave up waiting by then."""
    waiting = ahead.drawn.unplaced_sum[-1].sum() + ahead.drawn.trained_sum[-1].sum()
    return float(waiting / ahead.course.draws), float(ahead.drawn.gave_up_sum.sum() / ahead.course.draws)
