"""When training more people brings as much effective staff as supervising them takes (docs/method.md, section 16)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from pipeline.metrics.months import MONTHS_IN_YEAR
from pipeline.model.ahead import start
from pipeline.model.draws import central
from pipeline.model.education_load import BreakEven, break_even
from pipeline.model.outcome import Outcome, outcome
from pipeline.model.plan_setting import Setting
from pipeline.model.scenarios import Change, Scenario
from pipeline.model.supply.system import FLOWS
from pipeline.reference import engine


class Gain(NamedTuple):
    """What larger intakes bring and take at the last month (WTE), and when the one makes up for the other.

    By the last month, `qualified` is the WTE more of newly qualified people who came into post, `instead` the WTE fewer
    who were hired or recruited abroad, and `without_post` the people more who wait for a post of theirs or gave up.
    """

    brings: float
    takes: float
    break_even: BreakEven
    qualified: float
    instead: float
    without_post: float


class MoreTraining(NamedTuple):
    """Larger intakes to come, with funded posts as they are, and with posts that grow as the need does.

    `posts_growth` is that growth a year, as a share.
    """

    posts_held: Gain
    posts_grow: Gain
    posts_growth: float


def more_training(setting: Setting, scenario: Scenario) -> MoreTraining | None:
    """Intakes to come that are larger by `training_expansion` (engine.yaml), every assumption at its value.

    Staff follow expected values. What it brings is effective WTE, what it takes the staff needed to supervise. Offers
    follow vacancies, so whoever is trained and finds a post fills one that hiring might have filled, whether or not all
    posts are full. None where no route has intakes.
    """
    if setting.trainees.routes.empty:
        return None
    without = _expected(setting, scenario)
    needed = without.by_month.needed.sum(axis=(0, 2), dtype=np.float64)
    growth = max(0.0, float(np.log(needed[-1] / needed[0])) * MONTHS_IN_YEAR / setting.months)
    funded = scenario.and_also([Change(kind="posts_growth", add=growth)])
    return MoreTraining(
        _gain(without, _expected(setting, _expanded(scenario))),
        _gain(_expected(setting, funded), _expected(setting, _expanded(funded))),
        float(np.expm1(growth)),
    )


def _expanded(scenario: Scenario) -> Scenario:
    return scenario.and_also([Change(kind="places_to_come", add=float(np.log1p(engine("training_expansion"))))])


def _gain(without: Outcome, more: Outcome) -> Gain:
    brings, takes = (
        (after.astype(np.float64) - before).sum(axis=0)
        for after, before in (
            (more.by_month.there, without.by_month.there),
            (more.by_month.needed, without.by_month.needed),
        )
    )
    flow = more.sums.flow.sum(axis=(1, 2)) - without.sums.flow.sum(axis=(1, 2))
    others = sum(float(flow[FLOWS.index(name)]) for name in ("hired", "recruited abroad"))
    return Gain(
        float(brings[-1].mean()),
        float(takes[-1].mean()),
        break_even(brings, takes),
        float(flow[FLOWS.index("newly qualified")]),
        -others,
        _without_post(more) - _without_post(without),
    )


def _without_post(found: Outcome) -> float:
    """People who wait for a post at the last month, or gave up by then."""
    sums = found.sums
    return float(sums.unplaced[-1].sum() + sums.trained[-1].sum() + sums.gave_up.sum())


def _expected(setting: Setting, scenario: Scenario) -> Outcome:
    values = central(setting.assumptions)
    return outcome(setting, scenario, values, start(setting, values), None)
