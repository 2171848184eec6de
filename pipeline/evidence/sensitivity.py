"""Which assumption moves the answer most, and which lever moves nothing (docs/method.md, section 9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.assumptions import Assumption
from pipeline.evidence.expected_gap import gap_then, gross
from pipeline.model.ahead import ahead, start
from pipeline.model.draws import central, from_scale, shifted, to_scale
from pipeline.model.levers import levers
from pipeline.model.paths import Paths, paths
from pipeline.model.plan_setting import Setting
from pipeline.model.scenarios import Change, Scenario

Array = NDArray[np.float64]
NUDGE = 0.05
"""What a lever is moved by on its own scale, up and down, to see whether anything moves."""
FELT = 1e-9
"""WTE; less is what floating point leaves of two equal numbers."""
BY_BASE = "exit_rate"
"""What nothing before the first month depends on, so that a draw of it is the same as a change from then on."""
ALIKE = ("centres_to_come", "centres_later", "centre_hours_extra")
"""What is the same in every draw, since a centre opens once and not by chance."""


def one_at_a_time(setting: Setting, scenario: Scenario) -> pd.DataFrame:
    """Gross gap (WTE) at the last month with each assumption at its P10 and P90, all others at their median.

    The value of an assumption is the median of its draws. Staff follow expected values. Returns key, assumption, grade,
    at_low, at_high, centre and swing, widest first. Assumptions without a range are left out.
    """
    ranged = [each for each in setting.assumptions.values() if each.low is not None and each.high is not None]
    draws = central(setting.assumptions, 1 + 2 * len(ranged))
    for number, each in enumerate(ranged):
        draws[each.key][1 + 2 * number : 3 + 2 * number] = each.low, each.high
    found = gross(gap_then(setting, scenario, draws))
    rows = [
        [each.key, each.label, each.grade, low, high, found[0], abs(high - low)]
        for each, low, high in zip(ranged, found[1::2], found[2::2], strict=True)
    ]
    swings = pd.DataFrame(rows, columns=["key", "assumption", "grade", "at_low", "at_high", "centre", "swing"])
    return swings.sort_values("swing", ascending=False, kind="stable").reset_index(drop=True)


def dead_levers(setting: Setting, scenario: Scenario) -> list[Assumption]:
    """The levers in use that move neither staff needed nor staff there, in any cell and month, when they are nudged.

    Each is nudged up by itself, and down where that is not felt or not allowed; all are worked out at once, as draws.
    """
    left = [each for each in setting.assumptions.values() if each.kind in levers()]
    of = _central(setting, scenario, 1)
    for add in (NUDGE, -NUDGE):
        nudged = [each for each in left if _may(each, add, of)]
        felt = set(_felt(setting, scenario, nudged, add))
        left = [each for each in left if each.key not in felt]
    return left


def _central(setting: Setting, scenario: Scenario, draws: int) -> Paths:
    return paths(scenario, central(setting.assumptions, draws), setting.assumptions, setting.months, setting.implied)


def _may(each: Assumption, add: float, of: Paths) -> bool:
    """Whether the lever may go there."""
    lever, now = levers()[each.kind], to_scale(each.value, each.scale) + of.step(each.key)
    moved = from_scale(now[1:] + add, each.scale)
    return not (lever.outside(float(moved.max())) or lever.outside(float(moved.min())))


def _felt(setting: Setting, scenario: Scenario, nudged: Sequence[Assumption], add: float) -> Iterator[str]:
    """The keys of those whose nudge moves something."""
    by_draw = [each for each in nudged if each.kind not in ALIKE]
    need, there = _both_sides(setting, _nudged_by_draw(setting, scenario, by_draw, add))
    for number, each in enumerate(by_draw, start=1):
        if _differ(need[:, :, number], need[:, :, 0]) or _differ(there[:, :, number], there[:, :, 0]):
            yield each.key
    for each in nudged:
        if each.kind in ALIKE:
            alone = _both_sides(setting, _central(setting, _with(scenario, each, add), 1))
            if _differ(alone[0], need[:, :, :1]) or _differ(alone[1], there[:, :, :1]):
                yield each.key


def _nudged_by_draw(setting: Setting, scenario: Scenario, nudged: Sequence[Assumption], add: float) -> Paths:
    """The scenario as it is in the first draw, and with one lever nudged from the first month on in each other."""
    of = _central(setting, scenario, 1 + len(nudged))
    steps = dict(of.steps)
    for number, each in enumerate(nudged, start=1):
        if each.kind == BY_BASE:
            of.base[each.key][number] = shifted(np.asarray(each.value), add, each.scale)
        else:
            steps[each.key] = np.repeat(of.step(each.key)[:, np.newaxis], of.draws, axis=1)
            steps[each.key][1:, number] += add
    return Paths(of.assumptions, of.base, steps, of.months)


def _with(scenario: Scenario, each: Assumption, add: float) -> Scenario:
    change = Change(kind=each.kind, item=each.item, test=each.test, profession=each.profession, add=add)
    return scenario.model_copy(update={"changes": [*scenario.changes, change]})


def _both_sides(setting: Setting, of: Paths) -> tuple[Array, Array]:
    """Staff needed and staff there, by cell, month and draw."""
    found = ahead(setting, start(setting, of.base), of, None)
    return found.need.whole, found.supply.whole + found.lent + found.extra_hours


def _differ(one: Array, other: Array) -> bool:
    return bool(np.abs(one - other).max() > FELT)
