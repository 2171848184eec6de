"""Which assumption moves the answer most, and which lever moves nothing (docs/method.md, section 9)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.assumptions import Assumption
from pipeline.model.ahead import Start, ahead, need, start
from pipeline.model.draws import Draws, from_scale, to_scale
from pipeline.model.levers import levers
from pipeline.model.outcome import Outcome, outcome
from pipeline.model.paths import Paths, paths
from pipeline.model.plan_setting import Setting
from pipeline.model.scenarios import Change, Scenario

Array = NDArray[np.float64]
NUDGE = 0.05
"""What a lever is moved by on its own scale to see whether anything moves; where it may not go up it goes down."""


def one_at_a_time(setting: Setting, scenario: Scenario) -> pd.DataFrame:
    """Gross gap (WTE) at the last month with each assumption at its low and high, all others at their value.

    Staff follow expected values. Returns assumption, grade, at_low, at_high, centre and swing, widest first.
    Assumptions without a range are left out.
    """
    ranged = {key: each for key, each in setting.assumptions.items() if each.low is not None and each.high is not None}
    ends = [(key, end) for each in ranged.values() for key, end in ((each.key, each.low), (each.key, each.high))]
    draws = _central(setting, 1 + len(ends))
    for number, (key, end) in enumerate(ends, start=1):
        draws[key][number] = end
    gross = _expected(setting, scenario, draws).gross[-1]
    rows = [
        [each.label, each.grade, low, high, gross[0], abs(high - low)]
        for each, low, high in zip(ranged.values(), gross[1::2], gross[2::2], strict=True)
    ]
    swings = pd.DataFrame(rows, columns=["assumption", "grade", "at_low", "at_high", "centre", "swing"])
    return swings.sort_values("swing", ascending=False).reset_index(drop=True)


def dead_levers(setting: Setting, scenario: Scenario) -> list[Assumption]:
    """The levers in use that move neither staff needed nor staff there, in any cell and month, when they are nudged."""
    draws = _central(setting, 1)
    begin, set_to = start(setting, draws), _paths(setting, scenario, draws)
    before = _both_sides(setting, begin, set_to)
    return [
        each
        for each in setting.assumptions.values()
        if each.kind in levers() and not _moves(setting, begin, before, scenario, each, set_to)
    ]


def _paths(setting: Setting, scenario: Scenario, draws: Draws) -> Paths:
    return paths(scenario, draws, setting.assumptions, setting.months, setting.implied)


def _both_sides(setting: Setting, begin: Start, of: Paths) -> tuple[Array, Array]:
    found = ahead(setting, begin, of, None)
    return found.need.whole, found.supply.whole + found.lent + found.extra_hours


def _moves(
    setting: Setting, begin: Start, before: tuple[Array, Array], scenario: Scenario, each: Assumption, set_to: Paths
) -> bool:
    nudged = _paths(setting, _nudged(scenario, each, set_to), set_to.base)
    if levers()[each.kind].side == "demand":
        # Staff there follow from staff needed only where they lend one another, so that one side will do.
        return not np.array_equal(before[0], need(setting, begin, nudged).whole)
    return not all(map(np.array_equal, before, _both_sides(setting, begin, nudged)))


def _nudged(scenario: Scenario, assumption: Assumption, set_to: Paths) -> Scenario:
    lever, now = levers()[assumption.kind], to_scale(assumption.value, assumption.scale) + set_to.step(assumption.key)
    up = float(from_scale(np.asarray(now.max() + NUDGE), assumption.scale))
    add = NUDGE if not lever.outside(up) else -NUDGE
    change = Change(
        kind=assumption.kind, item=assumption.item, test=assumption.test, profession=assumption.profession, add=add
    )
    return scenario.model_copy(update={"changes": [*scenario.changes, change]})


def _central(setting: Setting, draws: int) -> Draws:
    """Every assumption at its value, so many times."""
    return {key: np.full(draws, each.value) for key, each in setting.assumptions.items()}


def _expected(setting: Setting, scenario: Scenario, draws: Draws) -> Outcome:
    return outcome(setting, scenario, draws, start(setting, draws), None)
