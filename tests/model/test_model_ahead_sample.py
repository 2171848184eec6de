"""The engine on the sample plan: a second writing agrees with it, and every lever of the sample is live."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from engine_oracle import agrees
from small_settings import drawn, expected, scenario

from pipeline.metrics.scope import Scope, plan_scope
from pipeline.model.levers import levers
from pipeline.model.plan_setting import Setting, plan_setting
from pipeline.model.scenarios import BASELINE, Scenario, shipped_scenarios
from pipeline.model.why import parts_of_gap
from pipeline.plan import Plan

pytestmark = [pytest.mark.integration, pytest.mark.slow]

SAMPLE = Path(__file__).parents[2] / "data" / "raw" / "sample"
LARGEST = shipped_scenarios()[4]


Read = tuple[Plan, dict[str, pd.DataFrame], Scope]


@pytest.fixture(scope="module")
def read(sample_plan: Plan, sample_tables: dict[str, pd.DataFrame]) -> Read:
    return sample_plan, sample_tables, plan_scope(sample_plan, sample_tables["organisations"])


@pytest.fixture(scope="module")
def sample(read: Read) -> Setting:
    return plan_setting(*read)


@pytest.mark.parametrize("what_if", [BASELINE, LARGEST], ids=lambda each: each.name)
def test_a_second_writing_agrees(read: Read, what_if: Scenario) -> None:
    # Two years, in which a centre opens and the operational plan ends: the second writing is plain, and so it is slow.
    plan, tables, scope = read
    agrees(
        plan_setting(replace(plan, file=plan.file.model_copy(update={"horizon_months": 24})), tables, scope), what_if
    )


@pytest.mark.parametrize("what_if", shipped_scenarios(), ids=lambda each: each.name)
def test_parts_add_up_to_the_gap_in_every_cell(sample: Setting, what_if: Scenario) -> None:
    found, begin = expected(sample, what_if)
    total = np.sum(list(parts_of_gap(found, begin).values()), axis=0)
    np.testing.assert_allclose(total, found.gap[:, -1], rtol=0, atol=1e-9)


def test_at_the_base_month_nobody_is_short_but_by_rooms_and_rotas(sample: Setting) -> None:
    found, _ = expected(sample)
    floors = np.maximum(found.need.rooms, found.need.rotas)[:, 0] > found.need.workload[:, 0]
    assert floors.any()
    np.testing.assert_allclose(found.gap[:, 0][~floors], 0, atol=1e-9)
    by_chance = drawn(sample, draws=4)
    short = np.maximum(found.gap[:, 0], 0).sum()
    assert by_chance.gross[0] == pytest.approx(short, abs=1.5)


def test_all_kinds_of_lever_are_in_use(sample: Setting) -> None:
    assert {each.kind for each in sample.assumptions.values()} >= set(levers())


def test_better_retention_narrows_the_gap(sample: Setting) -> None:
    better = scenario(*({"kind": "exit_rate", "item": item, "add": -0.2} for item in ("leaving", "retirement")))
    before, after = (drawn(sample, each, draws=30) for each in (BASELINE, better))
    assert after.gross[-1].mean() < before.gross[-1].mean()
    assert (after.gross.mean(axis=1) <= before.gross.mean(axis=1) + 0.3).all()
