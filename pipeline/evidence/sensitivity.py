"""Which assumption moves the answer most, and which lever moves nothing (docs/method.md, section 9)."""

from __future__ import annotations

from collections.abc import Iterator

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
"""What a lever is moved by on its own scale, up and down, to see whether anything moves."""


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
    """Whether a nudge of the lever up, or else down, is felt."""
    demand = levers()[each.kind].side == "demand"
    for nudged in _nudged(scenario, each, set_to):
        of = _paths(setting, nudged, set_to.base)
        # Staff there follow from staff needed only where they lend one another, so that one side will do.
        after = (need(setting, begin, of).whole,) if demand else _both_sides(setting, begin, of)
        if not all(map(np.array_equal, before, after)):
            return True
    return False


def _nudged(scenario: Scenario, assumption: Assumption, set_to: Paths) -> Iterator[Scenario]:
    """The scenario with the lever a little up, and a little down, where it may go there."""
    lever, now = levers()[assumption.kind], to_scale(assumption.value, assumption.scale) + set_to.step(assumption.key)
    for add in (NUDGE, -NUDGE):
        moved = from_scale(now[1:] + add, assumption.scale)
        if not (lever.outside(float(moved.max())) or lever.outside(float(moved.min()))):
            kind, item, test, profession = assumption.kind, assumption.item, assumption.test, assumption.profession
            change = Change(kind=kind, item=item, test=test, profession=profession, add=add)
            yield scenario.model_copy(update={"changes": [*scenario.changes, change]})


def _central(setting: Setting, draws: int) -> Draws:
    """Every assumption at its value, so many times."""
    return {key: np.full(draws, each.value) for key, each in setting.assumptions.items()}


def _expected(setting: Setting, scenario: Scenario, draws: Draws) -> Outcome:
    return outcome(setting, scenario, draws, start(setting, draws), None)
