"""The gap at the horizon in many sets of assumptions, staff in expected values: what sensitivity is worked out on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from pipeline.assumptions import STAFF_KINDS, Assumption
from pipeline.model.ahead import ahead, need, start, supply
from pipeline.model.draws import Draws
from pipeline.model.gap import ROUNDING
from pipeline.model.levers import levers
from pipeline.model.paths import Paths, paths
from pipeline.model.plan_setting import Setting
from pipeline.model.scenarios import Scenario
from pipeline.model.supply.plan_staff import PlanStaff

Array = NDArray[np.float64]
SHARED = ("passport", "shared_bank")
OF_TODAYS_WORK = ("output_at_start", "output_months")
"""Assumptions about staff on which today's effective staff depend, and with them how much work no count explains."""
BLOCK = 500
"""Sets worked out together: need has much to do besides arithmetic, and does it once for all of them."""


def gap_then(setting: Setting, scenario: Scenario, draws: Draws) -> Array:
    """Staff needed less staff there at the last month, WTE by cell and draw; `draws` are sets of assumptions.

    Each side is worked out once for all sets that are alike in what touches it, so that sets which differ only in what
    is needed cost next to nothing. Raises ValueError for a plan without staff.
    """
    staff = setting.staff_followed
    if _shares_staff(setting, scenario, draws):
        # Whom staff are lent to depends on both sides.
        each = (ahead(setting, start(setting, part), _paths(setting, scenario, part), None) for part in _parts(draws))
        gap = _last_month(found.gap for found in each)
    else:
        with ThreadPoolExecutor(1) as pool:
            needed = pool.submit(_needed, setting, scenario, draws)
            there = _there(setting, staff, scenario, draws)
        gap = needed.result() - there
    gap[np.abs(gap) < ROUNDING] = 0.0
    return gap


def gross(gap: Array) -> Array:
    """The shortages of all cells added up: a value a draw."""
    return np.asarray(np.maximum(gap, 0.0).sum(axis=0))


def net(gap: Array) -> Array:
    """Shortages less surpluses: a value a draw."""
    return np.asarray(gap.sum(axis=0))


def by_pillar(setting: Setting, gap: Array, whole: Callable[[Array], Array]) -> dict[str, Array]:
    """`gross` or `net` of the cells of each pillar, a value a draw."""
    pillars = setting.cells["pillar"].to_numpy()
    return {str(pillar): whole(gap[pillars == pillar]) for pillar in sorted(set(pillars))}


def touches_staff(assumption: Assumption) -> bool:
    """Whether an assumption can change the staff there are; all others change only the staff that are needed."""
    lever = levers().get(assumption.kind)
    return assumption.kind in STAFF_KINDS or (lever is not None and lever.side != "demand")


def touches_need(assumption: Assumption) -> bool:
    """Whether an assumption can change the staff that are needed; all others change only the staff there are."""
    lever = levers().get(assumption.kind)
    of_both = lever is not None and lever.side == "both"
    return assumption.kind not in STAFF_KINDS or of_both or assumption.kind in OF_TODAYS_WORK


def _needed(setting: Setting, scenario: Scenario, draws: Draws) -> Array:
    few, place = _unlike(draws, [key for key, each in setting.assumptions.items() if touches_need(each)])
    each = (need(setting, start(setting, part), _paths(setting, scenario, part)) for part in _parts(few))
    return _last_month(found.whole for found in each)[:, place]


def _there(setting: Setting, staff: PlanStaff, scenario: Scenario, draws: Draws) -> Array:
    few, place = _unlike(draws, [key for key, each in setting.assumptions.items() if touches_staff(each)])
    each = (supply(setting, staff, _paths(setting, scenario, part), None) for part in _parts(few))
    return _last_month(found.whole for found in each)[:, place]


def _unlike(draws: Draws, keys: Sequence[str]) -> tuple[Draws, NDArray[np.int64]]:
    """The draws that differ in these assumptions, and the number of each draw among them."""
    _, first, place = np.unique(np.stack([draws[key] for key in keys]), axis=1, return_index=True, return_inverse=True)
    return {key: values[first] for key, values in draws.items()}, place.ravel()


def _last_month(parts: Iterable[Array]) -> Array:
    """The last month of all draws, without the months before it."""
    return np.concatenate([each[:, -1].copy() for each in parts], axis=1)


def _shares_staff(setting: Setting, scenario: Scenario, draws: Draws) -> bool:
    of = _paths(setting, scenario, draws)
    return any(bool(of.at(key).any()) for key in SHARED if key in draws)


def _paths(setting: Setting, scenario: Scenario, draws: Draws) -> Paths:
    return paths(scenario, draws, setting.assumptions, setting.months, setting.implied)


def _parts(draws: Draws) -> Iterator[Draws]:
    """Draws worked out together, few enough that their arrays stay small."""
    count = len(next(iter(draws.values())))
    for first in range(0, count, BLOCK):
        yield {key: values[first : first + BLOCK] for key, values in draws.items()}
