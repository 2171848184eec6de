"""When training more people brings as much effective staff as supervising them takes (docs/method.md, section 16)."""

from __future__ import annotations

import numpy as np

from pipeline.model.ahead import start
from pipeline.model.draws import central
from pipeline.model.education_load import BreakEven, break_even
from pipeline.model.outcome import outcome
from pipeline.model.plan_setting import Setting
from pipeline.model.scenarios import Change, Scenario
from pipeline.reference import engine


def more_training(setting: Setting, scenario: Scenario) -> BreakEven:
    """Break-even of intakes to come that are larger by `training_expansion` (engine.yaml).

    Every assumption is at its value and staff follow expected values. What it brings is effective WTE, what it takes
    the staff needed to supervise.
    """
    change = Change(kind="places_to_come", add=float(np.log1p(engine("training_expansion"))))
    values = central(setting.assumptions)
    begin = start(setting, values)
    without, more = (
        outcome(setting, each, values, begin, None).by_month for each in (scenario, scenario.and_also([change]))
    )
    gain, load = (
        (after.astype(np.float64) - before).sum(axis=0)
        for after, before in ((more.there, without.there), (more.needed, without.needed))
    )
    return break_even(gain, load)
