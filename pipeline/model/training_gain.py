"""When training more people brings as much effective staff as supervising them takes (docs/method.md, section 16)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pipeline.model.ahead import start
from pipeline.model.draws import central
from pipeline.model.education_load import BreakEven, break_even
from pipeline.model.outcome import Outcome, outcome
from pipeline.model.plan_setting import Setting
from pipeline.model.scenarios import Change, Scenario
from pipeline.reference import engine


class MoreTraining(NamedTuple):
    """Break-even of larger intakes to come, with funded posts as they are, and with posts that grow as the need does.

    `posts_growth` is that growth a year, as a share.
    """

    posts_held: BreakEven
    posts_grow: BreakEven
    posts_growth: float


def more_training(setting: Setting, scenario: Scenario) -> MoreTraining:
    """Intakes to come that are larger by `training_expansion` (engine.yaml), every assumption at its value.

    Staff follow expected values. What it brings is effective WTE, what it takes the staff needed to supervise. Where
    posts are full, whoever is trained takes the place of somebody who would have been hired.
    """
    without = _expected(setting, scenario)
    needed = without.by_month.needed.sum(axis=(0, 2), dtype=np.float64)
    growth = max(0.0, float(np.log(needed[-1] / needed[0])) * 12 / setting.months)
    funded = scenario.and_also([Change(kind="posts_growth", add=growth)])
    return MoreTraining(
        _break_even(without, _expected(setting, _expanded(scenario))),
        _break_even(_expected(setting, funded), _expected(setting, _expanded(funded))),
        float(np.expm1(growth)),
    )


def _expanded(scenario: Scenario) -> Scenario:
    return scenario.and_also([Change(kind="places_to_come", add=float(np.log1p(engine("training_expansion"))))])


def _break_even(without: Outcome, more: Outcome) -> BreakEven:
    gain, load = (
        (after.astype(np.float64) - before).sum(axis=0)
        for after, before in (
            (more.by_month.there, without.by_month.there),
            (more.by_month.needed, without.by_month.needed),
        )
    )
    return break_even(gain, load)


def _expected(setting: Setting, scenario: Scenario) -> Outcome:
    values = central(setting.assumptions)
    return outcome(setting, scenario, values, start(setting, values), None)
