"""What an action relieves: the gap without it less the gap with it, on the same draws (docs/method.md, section 8).

Staff follow expected values, so that what is seen is the action and not chance. An effect that is not sure has its low,
middle and high size in three, four and three of ten draws (effects.SIZES), which draws being another choice for each
action. Lead times, training and the time of those who supervise it are in the model, and so in the relief.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count

import numpy as np
from numpy.typing import NDArray

from pipeline.actions.effects import SIZES, Size
from pipeline.actions.library import Action
from pipeline.model.ahead import need, shared, start, supply
from pipeline.model.draws import Draws
from pipeline.model.gap import ROUNDING
from pipeline.model.levers import levers
from pipeline.model.outcome import kept_months
from pipeline.model.paths import Paths, paths
from pipeline.model.plan_setting import Setting
from pipeline.model.scenarios import Change, Scenario
from pipeline.model.supply.plan_staff import PlanStaff

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Expected:
    """A scenario in some draws with staff in expected values: all that the next run may take over from it.

    `needed`, `there` and `own` are WTE by cell, month and draw, `gap` the same in the months `kept`.
    """

    setting: Setting
    scenario: Scenario
    draws: Draws
    kept: list[int]
    needed: Array
    there: Array
    own: Array
    gap: Array

    @property
    def count(self) -> int:
        """Number of draws."""
        return len(next(iter(self.draws.values())))


def expected(setting: Setting, scenario: Scenario, draws: Draws) -> Expected:
    """A scenario in some draws, staff in expected values. Raises ValueError for a plan without staff."""
    staff, of = _staff(setting), paths(scenario, draws, setting.assumptions, setting.months, setting.implied)
    kept = kept_months(setting)
    needed, found = need(setting, start(setting, draws), of).whole, supply(setting, staff, of, None)
    gap = _gap(setting, needed, found.whole, found.own, of, kept)
    return Expected(setting, scenario, draws, kept, needed, found.whole, found.own, gap)


def with_changes(base: Expected, changes: Sequence[Change], among: NDArray[np.int64] | None = None) -> Array:
    """The gap with more changes, in all draws or those `among`: WTE by cell, kept month and draw.

    The side that the changes do not touch is taken over as it was.
    """
    setting, number = base.setting, np.arange(base.count) if among is None else among
    draws = {key: values[number] for key, values in base.draws.items()}
    scenario = base.scenario.model_copy(update={"changes": [*base.scenario.changes, *changes]})
    of = paths(scenario, draws, setting.assumptions, setting.months, setting.implied)
    sides = {levers()[change.kind].side for change in changes}
    needed, there, own = (each[:, :, number] for each in (base.needed, base.there, base.own))
    if sides & {"demand", "both"}:
        needed = need(setting, start(setting, draws), of).whole
    if sides & {"supply", "both"}:
        found = supply(setting, _staff(setting), of, None)
        there, own = found.whole, found.own
    return _gap(setting, needed, there, own, of, base.kept)


def reliefs(base: Expected, actions: Sequence[Action]) -> dict[str, Array]:
    """What each action relieves by itself: WTE by cell, kept month and draw, by the action's id."""
    return _side_by_side({action.id: lambda each=action: relief(base, each) for action in actions})  # type: ignore[misc]


def relief(base: Expected, action: Action) -> Array:
    """What an action relieves by itself: WTE by cell, kept month and draw; below zero where it asks for staff."""
    found = np.zeros_like(base.gap)
    for size, among in sizes_of(action, base.count).items():
        if len(among):
            found[:, :, among] = base.gap[:, :, among] - with_changes(base, changes_of(base, action, size), among)
    found[np.abs(found) < ROUNDING] = 0.0
    return found


def sizes_of(action: Action, draws: int) -> dict[Size, NDArray[np.int64]]:
    """Which draws have which size of an action's effects: the same ones every time."""
    order = np.random.default_rng(zlib.crc32(action.id.encode())).permutation(draws)
    ends = np.round(np.cumsum(list(SIZES.values())) * draws).astype(int)
    parts = np.split(order, ends[:-1])
    return {size: np.sort(part) for size, part in zip(SIZES, parts, strict=True)}


def changes_of(base: Expected, action: Action, size: Size) -> list[Change]:
    """The changes that an action makes, at a size of its effects."""
    cells = base.setting.cells
    own = cells["profession"] == action.profession
    own &= (cells["employer"] == action.employer) if action.employer else True
    return action.changes(size, base.setting.base_month, float(cells.loc[own, "in_post"].sum()))


def together(base: Expected, actions: Iterable[Action], size: Size = "central") -> Array:
    """The gap with several actions at once: WTE by cell, kept month and draw."""
    return with_changes(base, [change for action in actions for change in changes_of(base, action, size)])


def yearly(values: Array, base: Expected) -> Array:
    """The mean over the ends of the plan's years: by cell and draw. The base month is none of them."""
    return np.asarray(values[:, year_ends(base)].mean(axis=1))


def year_ends(base: Expected) -> list[int]:
    """The places, among the kept months, of the ends of the plan's years, the last month among them."""
    last = base.kept[-1]
    return [place for place, month in enumerate(base.kept) if month and (month % 12 == 0 or month == last)]


def _side_by_side(tasks: Mapping[str, Callable[[], Array]]) -> dict[str, Array]:
    with ThreadPoolExecutor(cpu_count() or 1) as pool:
        waiting = {name: pool.submit(task) for name, task in tasks.items()}
        return {name: each.result() for name, each in waiting.items()}


def _gap(setting: Setting, needed: Array, there: Array, own: Array, of: Paths, kept: list[int]) -> Array:
    gap = needed - there
    lent, extra = shared(setting.cells, gap, own, of)
    whole = np.broadcast_to(gap - lent - extra, (len(setting.cells), setting.months + 1, of.draws))
    return whole[:, kept].copy()


def _staff(setting: Setting) -> PlanStaff:
    if setting.staff is None:
        raise ValueError("staff cannot be followed where no file gives any")
    return setting.staff
