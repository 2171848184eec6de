"""The staff there will be if nothing is changed, and how much of their spread is chance (method, section 14)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.metrics.months import MONTHS_IN_YEAR
from pipeline.model.draws import Draws, central
from pipeline.model.gap import PERCENTILES
from pipeline.model.outcome import Outcome, StaffSums
from pipeline.model.paths import paths
from pipeline.model.plan_setting import Setting
from pipeline.model.scenarios import BASELINE
from pipeline.model.supply.plan_staff import PlanStaff, course
from pipeline.model.supply.simulate import drawn_staff
from pipeline.model.supply.system import FLOWS, INTO, OUT
from pipeline.model.supply.teams import CELL
from pipeline.months import months_between

AT_ONCE = 500
"""Draws that are worked on at a time where only a part of them is kept, so that space is not taken for all."""


@dataclass(frozen=True)
class StaffAhead:
    """The staff of a plan in every draw. `months` are month ends, the base month first and the last month last.

    `wte` is WTE in post at the hours of each month, by draw, month and cell; `cells` has employer, pillar, profession,
    in_post and posts of each cell. `chance` is all WTE of the last month by draw where every assumption keeps its
    value, and `vacancy_share` the share of posts taken to be vacant where no file gives posts.
    """

    staff: PlanStaff
    months: list[pd.Timestamp]
    cells: pd.DataFrame
    wte: NDArray[np.float32]
    sums: StaffSums
    chance: NDArray[np.float64]
    vacancy_share: float

    @property
    def keys(self) -> list[tuple[str, str]]:
        """Employer and profession of each cell."""
        return list(self.cells[CELL].itertuples(index=False, name=None))

    @property
    def draws(self) -> int:
        """Number of draws."""
        return len(self.wte)


def staff_ahead(setting: Setting, found: Outcome, base: Draws, seed: int) -> StaffAhead:
    """The staff of an outcome that kept them, and of as many draws in which chance alone differs.

    Raises ValueError for an outcome that did not keep its staff.
    """
    if setting.staff is None or found.in_post is None:
        raise ValueError("the staff of this outcome were not kept")
    chance = _by_chance_alone(setting, setting.staff, base, seed)
    share = setting.assumptions["vacancy_share"].value
    months = [found.months[number] for number in found.in_post.kept]
    return StaffAhead(setting.staff, months, setting.cells, found.in_post.wte, found.sums, chance, share)


def _by_chance_alone(setting: Setting, staff: PlanStaff, base: Draws, seed: int) -> NDArray[np.float64]:
    one = course(staff, paths(BASELINE, central(setting.assumptions), setting.assumptions, setting.months))
    hours = one.participation[:, staff.system.cell_profession, -1]
    draws = len(next(iter(base.values())))
    found = np.empty(draws)
    for first in range(0, draws, AT_ONCE):
        size = min(AT_ONCE, draws - first)
        last = drawn_staff(staff.system, one.repeated(size), seed, first=first).wte[:, -1]
        found[first : first + size] = (last * hours).sum(axis=1, dtype=np.float64)
    return found


def in_post_path(ahead: StaffAhead, cells: Collection[tuple[str, str]] | None = None) -> pd.DataFrame:
    """WTE in post of these cells (employer and profession), or of all: month, p10, p50 and p90."""
    chosen = [number for number, key in enumerate(ahead.keys) if cells is None or key in cells]
    whole = ahead.wte[:, :, chosen].sum(axis=2, dtype=np.float64)
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
    years = months_between(ahead.months[0], ahead.months[-1]) / MONTHS_IN_YEAR
    whole = ahead.sums.flow.sum(axis=1) / (ahead.draws * years)
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
    both = (ahead.wte[:, -1].sum(axis=1, dtype=np.float64), ahead.chance)
    whole, chance = (float(values.std(ddof=1)) if len(values) > 1 else 0.0 for values in both)
    return whole, chance


def unplaced(ahead: StaffAhead) -> tuple[float, float]:
    """Mean number of people who wait for a vacancy at the last month, and of those who gave up waiting by then."""
    waiting = ahead.sums.unplaced[-1].sum() + ahead.sums.trained[-1].sum()
    return float(waiting / ahead.draws), float(ahead.sums.gave_up.sum() / ahead.draws)
