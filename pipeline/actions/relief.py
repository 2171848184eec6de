"""What an action relieves: the gap without it less the gap with it, on the same draws (docs/method.md, section 8).

Staff follow expected values, so that what is seen is the action and not chance. An effect that is not sure has its low,
middle and high size in three, four and three of ten draws (effects.SIZES), which draws being another choice for each
action. Lead times, training and the time of those who supervise it are in the model, and so in the relief.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from os import cpu_count

import numpy as np
from numpy.typing import NDArray

from pipeline.actions.effects import SIZES, Size
from pipeline.actions.library import Action
from pipeline.model.ahead import Supply, need, shared, start, supply
from pipeline.model.draws import Draws
from pipeline.model.gap import ROUNDING
from pipeline.model.levers import levers
from pipeline.model.outcome import kept_months, year_ends
from pipeline.model.paths import Paths, paths
from pipeline.model.plan_setting import Setting
from pipeline.model.scenarios import Change, Scenario
from pipeline.model.supply.chances import Drawn

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Expected:
    """A scenario in some draws with staff in expected values: all that the next run may take over from it.

    `needed` is WTE by cell, month and draw, `there` the staff there are, and `gap` WTE by cell and draw in the months
    `kept`.
    """

    setting: Setting
    scenario: Scenario
    draws: Draws
    kept: list[int]
    needed: Array
    there: Supply
    gap: Array

    @property
    def count(self) -> int:
        """Number of draws."""
        return len(next(iter(self.draws.values())))


def expected(setting: Setting, scenario: Scenario, draws: Draws) -> Expected:
    """A scenario in some draws, staff in expected values. Raises ValueError for a plan without staff."""
    staff, of = setting.staff_followed, paths(scenario, draws, setting.assumptions, setting.months, setting.implied)
    kept = kept_months(setting)
    needed, found = need(setting, start(setting, draws), of).whole, supply(setting, staff, of, None)
    return Expected(setting, scenario, draws, kept, needed, found, _gap(setting, needed, found, of, kept))


def with_changes(base: Expected, changes: Sequence[Change], among: NDArray[np.int64] | None = None) -> Array:
    """The gap with more changes, in all draws or those `among`: WTE by cell, kept month and draw.

    What is needed, and the professions whose staff come and go as before, are taken over as they were.
    """
    setting, number = base.setting, np.arange(base.count) if among is None else among
    draws, of, there = _supply_with(base, changes, number)
    sides = {levers()[change.kind].side for change in changes}
    needed = base.needed[:, :, number]
    if sides & {"demand", "both"}:
        needed = need(setting, start(setting, draws), of).whole
    return _gap(setting, needed, there, of, base.kept)


def _supply_with(base: Expected, changes: Sequence[Change], number: NDArray[np.int64]) -> tuple[Draws, Paths, Supply]:
    """Some draws, their paths with more changes, and the staff there are then."""
    setting = base.setting
    draws = {key: values[number] for key, values in base.draws.items()}
    scenario = base.scenario.model_copy(update={"changes": [*base.scenario.changes, *changes]})
    of = paths(scenario, draws, setting.assumptions, setting.months, setting.implied)
    known = (_only(base.there.drawn, number), _professions(setting, changes))
    return draws, of, supply(setting, setting.staff_followed, of, None, known=known)


def brought_in_post(base: Expected, actions: Sequence[Action]) -> dict[str, Array]:
    """By how much staff in post are more with each action by itself: WTE by cell, kept month and draw, by its id.

    An action that leaves who comes and goes as it is, such as one that makes work quicker, brings nobody.
    """
    with ThreadPoolExecutor(cpu_count() or 1) as pool:
        found = pool.map(partial(_in_post, base), actions)
        return {action.id: each for action, each in zip(actions, found, strict=True)}


def _in_post(base: Expected, action: Action) -> Array:
    found = np.zeros_like(base.gap)
    for size, among in sizes_of(action, base.count).items():
        changes = changes_of(base, action, size)
        if len(among) and _professions(base.setting, changes):
            _, _, there = _supply_with(base, changes, among)
            more = there.in_post[:, base.kept] - base.there.in_post[:, base.kept][:, :, among]
            found[:, :, among] = np.where(np.abs(more) < ROUNDING, 0.0, more)
    return found


NOT_OF_FLOWS = ("output_of_staff", "temporary_share", "temporary_budget", "passport", "shared_bank")
"""Levers of supply that leave who comes and goes as it is."""


def _professions(setting: Setting, changes: Sequence[Change]) -> set[str]:
    """The professions whose staff come and go differently with some changes."""
    cells, found = setting.cells, set[str]()
    for change in changes:
        if levers()[change.kind].side != "demand" and change.kind not in NOT_OF_FLOWS:
            place = change.place(setting.assumptions)
            own = cells[(cells["pillar"] == place.pillar)] if place.pillar else cells
            found |= {place.profession} if place.profession else set(own["profession"])
    return found & set(cells["profession"])


def _only(drawn: Drawn, draws: NDArray[np.int64]) -> Drawn:
    """What was drawn, in some draws alone; its sums stay those of all."""
    return drawn._replace(wte=drawn.wte[draws], learning=drawn.learning[draws], whole_flow=drawn.whole_flow[draws])


def reliefs(base: Expected, actions: Sequence[Action]) -> dict[str, Array]:
    """What each action relieves by itself: WTE by cell, kept month and draw, by the action's id."""
    with ThreadPoolExecutor(cpu_count() or 1) as pool:
        found = pool.map(partial(relief, base), actions)
        return {action.id: each for action, each in zip(actions, found, strict=True)}


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


def yearly(values: Array, base: Expected) -> Array:
    """The mean over the ends of the plan's years: by cell and draw."""
    return np.asarray(values[:, year_ends(base.kept)].mean(axis=1))


def _gap(setting: Setting, needed: Array, there: Supply, of: Paths, kept: list[int]) -> Array:
    gap = needed - there.whole
    lent, extra = shared(setting.cells, gap, there.own, of)
    whole = np.broadcast_to(gap - lent - extra, (len(setting.cells), setting.months + 1, of.draws))
    return whole[:, kept].copy()
