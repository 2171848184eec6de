"""A scenario in all its draws: the gap by profession and month, and by employer from year to year (section 16)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import reduce
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.metrics.months import MONTHS_IN_YEAR
from pipeline.model.ahead import Ahead, Start, ahead
from pipeline.model.draws import Draws
from pipeline.model.floors import Bound, bound
from pipeline.model.gap import ROUNDING
from pipeline.model.paths import paths
from pipeline.model.plan_setting import Setting
from pipeline.model.plan_years import Years, plan_years
from pipeline.model.scenarios import Scenario
from pipeline.model.supply.chances import BY_DRAW
from pipeline.model.supply.system import FLOWS
from pipeline.model.why import parts_of_gap
from pipeline.months import add_months

Single = NDArray[np.float32]
GROUP = ["pillar", "profession"]
BLOCK, MANY = 100, 5000
"""Draws worked out together: few enough that their arrays stay small, many enough that NumPy is quick; half of them
where there are so many that what is kept of them takes most of the memory."""
MONTHLY = 24
"""Months from the base month in each of which staff in post are kept; further on they are kept every year."""


class ByMonth(NamedTuple):
    """WTE by profession, month and draw. `gross` adds up the shortages of its employers, `there` is effective."""

    needed: Single
    there: Single
    gross: Single


@dataclass(frozen=True)
class ByCell:
    """WTE by cell, month and draw, in some months only: `kept` are months after the base month."""

    kept: list[int]
    needed: Single
    there: Single


class StaffSums(NamedTuple):
    """What was drawn of staff, summed over draws, as the last arrays of supply.chances.Drawn."""

    heads: NDArray[np.float64]
    flow: NDArray[np.float64]
    unplaced: NDArray[np.float64]
    gave_up: NDArray[np.float64]
    trained: NDArray[np.float64]


class InPost(NamedTuple):
    """WTE in post by draw, month and cell, in some months only: `kept` are months after the base month.

    `flow` is the WTE of each flow (supply.system.FLOWS) over all months, by draw, flow and cell.
    """

    kept: list[int]
    wte: Single
    flow: Single


class Paid(NamedTuple):
    """WTE that is paid for, on average over the months of each financial year: by cell, year and draw."""

    years: Years
    in_post: Single
    bank: Single
    agency: Single


@dataclass(frozen=True)
class Outcome:
    """What a scenario comes to.

    `groups` are the professions of by_month, `cells` those of by_cell and of `parts`: the mean WTE of each part of the
    gap at the last month, by cell. `in_post` is there where it was asked for. `floors` is what staff needed follow
    from, means by cell. `paid` is what pay follows from.
    """

    scenario: Scenario
    months: list[pd.Timestamp]
    cells: pd.DataFrame
    groups: pd.DataFrame
    by_month: ByMonth
    by_cell: ByCell
    parts: Mapping[str, NDArray[np.float64]]
    in_post: InPost | None
    sums: StaffSums
    floors: Bound
    paid: Paid

    @property
    def gross(self) -> NDArray[np.float64]:
        """Gross gap by month and draw: the shortages of all cells added up."""
        return np.asarray(self.by_month.gross.sum(axis=0, dtype=np.float64))

    @property
    def net(self) -> NDArray[np.float64]:
        """Net gap by month and draw: shortages less surpluses."""
        gap = self.by_month.needed - self.by_month.there
        return np.asarray(gap.sum(axis=0, dtype=np.float64))


def outcome(
    setting: Setting, scenario: Scenario, base: Draws, begin: Start, seed: int | None, *, keep_staff: bool = False
) -> Outcome:
    """A scenario in all draws. `begin` is the start in these draws; with `seed` None staff follow expected values.

    The same seed gives the same figures on any number of threads, and the first draws stay when more are asked for.
    """
    of = paths(scenario, base, setting.assumptions, setting.months, setting.implied)
    groups = setting.cells[GROUP].drop_duplicates().sort_values(GROUP).reset_index(drop=True)
    group = setting.cells[GROUP].merge(groups.assign(number=groups.index), on=GROUP, how="left")["number"].to_numpy()
    kept = kept_months(setting)
    month, cell = (
        [np.zeros((rows, columns, of.draws), dtype=np.float32) for _ in range(count)]
        for rows, columns, count in ((len(groups), of.months + 1, 3), (len(setting.cells), len(kept), 2))
    )
    seen = sorted({*range(min(MONTHLY, of.months) + 1), *range(0, of.months, MONTHS_IN_YEAR), of.months})
    years, staffed = plan_years(setting.base_month, of.months), of.draws if keep_staff else 0
    in_post = np.zeros((staffed, len(seen), len(setting.cells)), dtype=np.float32)
    flow = np.zeros((staffed, len(FLOWS), len(setting.cells)), dtype=np.float32)
    paid = [np.zeros((len(setting.cells), len(years.names), of.draws), dtype=np.float32) for _ in range(3)]

    size = BLOCK if of.draws < MANY else BLOCK // 2

    def block(first: int) -> _Sums:
        last = min(first + size, of.draws)
        found = ahead(setting, begin.only(first, last), of.only(first, last), seed, first)
        _add_up(found, group, [each[:, :, first:last] for each in month])
        for each, values in zip(cell, (found.need.whole, found.need.whole - found.gap), strict=True):
            each[:, :, first:last] = values[:, kept]
        if keep_staff:
            in_post[first:last] = np.transpose(found.supply.in_post[:, seen], (2, 1, 0))
            flow[first:last] = found.supply.drawn.whole_flow
        # Extra hours of a shared bank are bank hours, and paid as such.
        bank = found.supply.cover.bank + found.extra_hours
        kinds = (found.supply.in_post, bank, found.supply.cover.agency)
        for each, values in zip(paid, kinds, strict=True):
            each[:, :, first:last] = _by_year(values, years)
        floors = bound(found.need.workload, found.need.rooms, found.need.rotas)
        return _Sums(_part_sums(found, begin.only(first, last)), StaffSums(*found.supply.drawn[BY_DRAW:]), floors)

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        # In the order of the blocks, whichever is ready first, and each is let go as soon as it is added.
        summed = reduce(_added, pool.map(block, range(0, of.draws, size)))
    return Outcome(
        scenario,
        [pd.Timestamp(add_months(setting.base_month, number)) for number in range(of.months + 1)],
        setting.cells,
        groups,
        ByMonth(*month),
        ByCell(kept, *cell),
        {name: part / of.draws for name, part in summed.parts.items()},
        InPost(seen, in_post, flow) if keep_staff else None,
        summed.staff,
        Bound(*(each / of.draws for each in summed.floors)),
        Paid(years, *paid),
    )


class _Sums(NamedTuple):
    """What is summed over draws: the parts of the gap, what was drawn of staff, and what staff needed follow from."""

    parts: dict[str, NDArray[np.float64]]
    staff: StaffSums
    floors: Bound


def _added(one: _Sums, other: _Sums) -> _Sums:
    return _Sums(
        {name: part + other.parts[name] for name, part in one.parts.items()},
        StaffSums(*map(np.add, one.staff, other.staff)),
        Bound(*map(np.add, one.floors, other.floors)),
    )


def kept_months(setting: Setting) -> list[int]:
    """The months in which each cell is kept: every year from the base month, the last month, and the plan's last."""
    years = {*range(0, setting.months, MONTHS_IN_YEAR), setting.months}
    ends = setting.implied.months
    return sorted(years if ends is None or ends > setting.months else {*years, ends})


def year_ends(kept: list[int]) -> list[int]:
    """The places, among kept months, of the ends of the plan's years and of its last month; the base month is none."""
    return [place for place, month in enumerate(kept) if month and (month % MONTHS_IN_YEAR == 0 or month == kept[-1])]


def _add_up(found: Ahead, group: NDArray[np.int64], into: list[np.ndarray]) -> None:
    """Cells added up to professions."""
    needed, gap = found.need.whole, found.gap
    for cell, number in enumerate(group):
        short = np.where(np.abs(gap[cell]) < ROUNDING, 0.0, gap[cell])
        for each, values in zip(into, (needed[cell], needed[cell] - short, np.maximum(short, 0.0)), strict=True):
            each[number] += values


def _by_year(values: NDArray[np.float64], years: Years) -> NDArray[np.float64]:
    """The average over the months of each year, from values by cell, month (the base month first) and draw."""
    first = np.flatnonzero(np.diff(years.number, prepend=-1))
    return np.add.reduceat(values[:, 1:], first, axis=1) / years.months_of[:, np.newaxis]


def _part_sums(found: Ahead, begin: Start) -> dict[str, NDArray[np.float64]]:
    return {name: part.sum(axis=1) for name, part in parts_of_gap(found, begin).items()}
