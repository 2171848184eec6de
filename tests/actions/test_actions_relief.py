"""What an action relieves: the model without it less the model with it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from small_settings import ALDER, BIRCH, RADIOGRAPHERS, RADIOLOGISTS, expected, rich, scenario

from pipeline.actions.effects import LeverEffect
from pipeline.actions.library import Action
from pipeline.actions.relief import brought_in_post, changes_of, relief, reliefs, sizes_of, with_changes, yearly
from pipeline.actions.relief import expected as base_of
from pipeline.model.draws import central, draw_assumptions
from pipeline.model.outcome import year_ends
from pipeline.model.scenarios import BASELINE

pytestmark = pytest.mark.unit

BASE = dt.date(2025, 9, 30)
KEEP = {"lever": "exit_rate", "item": "leaving", "profession": RADIOGRAPHERS, "because": "A guess"}


def action(**more: Any) -> Action:
    return Action.model_validate(
        {
            "id": "A1",
            "title": "Keep radiographers",
            "theme": "Recruitment and retention",
            "level": "ICS",
            "pillars": ["imaging"],
            "owner": "Imaging lead",
            "start": "2026-01",
            "lead_months": 9,
            "cost": {"recurrent": 1000, "capital": 0},
            "wte": {"low": 1, "central": 2, "high": 3},
            "profession": RADIOGRAPHERS,
            "measure": "leavers",
            **more,
        }
    )


def keep(low: float | None = None, high: float | None = None, **more: Any) -> Action:
    return action(effects=[{**KEEP, "low": low, "add": -0.3, "high": high}], **more)


def test_relief_is_the_difference_of_two_runs_of_the_whole_model() -> None:
    of = rich(36)
    base = base_of(of, BASELINE, central(of.assumptions))
    what_if = scenario(
        {"kind": "exit_rate", "item": "leaving", "profession": RADIOGRAPHERS, "add": -0.3, "after_months": 12}
    )
    without, with_it = (expected(of, each)[0].gap[:, base.kept] for each in (BASELINE, what_if))
    np.testing.assert_allclose(relief(base, keep()), without - with_it, atol=2e-4)
    assert relief(base, keep())[:, -1].sum() > 0.01


@pytest.mark.parametrize(
    "each",
    [
        keep(),
        action(),
        action(effects=[{"lever": "shared_bank", "add": 0.05, "because": "A guess"}]),
        action(effects=[{"lever": "minutes", "profession": RADIOGRAPHERS, "add": -0.1, "because": "A guess"}]),
        action(effects=[{"lever": "places_to_come", "profession": RADIOGRAPHERS, "add": 0.5, "because": "A guess"}]),
    ],
    ids=["retention", "owner's estimate", "shared bank", "minutes", "training"],
)
def test_nothing_is_relieved_before_the_lead_time_is_over(each: Action) -> None:
    of = rich(36)
    base = base_of(of, BASELINE, central(of.assumptions))
    found = relief(base, each)
    early = [place for place, month in enumerate(base.kept) if month <= 12]
    assert len(early) == 2
    assert not found[:, early].any()
    assert np.abs(found).max() > 1e-3


def test_only_what_changes_who_comes_and_goes_brings_staff_in_post() -> None:
    of = rich(36)
    base = base_of(of, BASELINE, central(of.assumptions))
    quicker = {"lever": "minutes", "profession": RADIOGRAPHERS, "add": -0.1, "because": "A guess"}
    listed = [keep(), action(id="A2"), action(id="A3", effects=[quicker]), keep(id="A4", status="agreed")]
    listed[3] = listed[3].model_copy(update={"effects": [*listed[3].effects, LeverEffect.model_validate(quicker)]})
    found = brought_in_post(base, listed)
    assert not found["A2"].any()
    assert not found["A3"].any()
    assert found["A1"][:, -1].sum() > 0.01
    assert not found["A1"][:, 0].any()
    # Work that is done quicker beside relieves, and brings nobody.
    np.testing.assert_allclose(found["A4"], found["A1"], atol=2e-4)
    assert relief(base, listed[3])[:, -1].sum() > found["A4"][:, -1].sum()


def test_what_an_owner_estimates_is_what_it_brings() -> None:
    of = rich(36)
    base = base_of(of, BASELINE, central(of.assumptions))
    cells = of.cells["profession"] == RADIOGRAPHERS
    there = base.there.own[cells.to_numpy(), :, 0][:, base.kept].sum(axis=0)
    (change,) = changes_of(base, action(), "central")
    assert np.expm1(change.add) == pytest.approx(2 / of.cells.loc[cells, "in_post"].sum())
    brought = relief(base, action(start="2025-10", lead_months=0))[cells.to_numpy()].sum(axis=0)[:, 0]
    assert brought[0] == 0
    assert brought[1:] == pytest.approx(2 * there[1:] / of.cells.loc[cells, "in_post"].sum(), rel=1e-6)


def test_an_action_of_an_employer_helps_its_own_staff() -> None:
    of = rich(36)
    base = base_of(of, BASELINE, central(of.assumptions))
    found = relief(base, action(employer=BIRCH, lead_months=0))[:, -1, 0]
    own = ((of.cells["employer"] == BIRCH) & (of.cells["profession"] == RADIOGRAPHERS)).to_numpy()
    assert found[own].sum() > 1
    assert not found[~own].any()
    assert relief(base, action(profession="Nobody"))[:, -1].sum() == 0


def test_what_is_done_is_not_brought_again() -> None:
    of = rich(36)
    base = base_of(of, BASELINE, central(of.assumptions))
    whole, half, none = (relief(base, action(status="under way", done=done))[:, -1].sum() for done in (0.0, 0.5, 1.0))
    assert half == pytest.approx(whole / 2, rel=0.05)
    assert none == 0


def test_an_effect_that_is_not_sure_has_each_size_in_its_share_of_the_draws() -> None:
    sizes = sizes_of(keep(-0.1, -0.5), 30)
    assert [len(among) for among in sizes.values()] == [9, 12, 9]
    assert sorted(np.concatenate(list(sizes.values())).tolist()) == list(range(30))
    of = rich(36)
    base = base_of(of, BASELINE, draw_assumptions(of.assumptions, 10, 3))
    found = relief(base, keep(-0.1, -0.5))[:, -1].sum(axis=0)
    alone = {
        size: relief(base, action(effects=[{**KEEP, "add": add}]))[:, -1].sum(axis=0)
        for size, add in (("low", -0.1), ("central", -0.3), ("high", -0.5))
    }
    for size, among in sizes_of(keep(-0.1, -0.5), 10).items():
        np.testing.assert_allclose(found[among], alone[size][among], atol=1e-9)


def test_actions_side_by_side_are_the_actions_one_by_one() -> None:
    of = rich(24)
    base = base_of(of, BASELINE, draw_assumptions(of.assumptions, 3, 3))
    several = [keep(), action(id="A2", employer=ALDER), action(id="A3", profession=RADIOLOGISTS)]
    found = reliefs(base, several)
    assert list(found) == ["A1", "A2", "A3"]
    for each in several:
        np.testing.assert_array_equal(found[each.id], relief(base, each))


def test_changes_of_every_side_at_once_are_the_whole_model() -> None:
    of = rich(24)
    draws = draw_assumptions(of.assumptions, 3, 3)
    base = base_of(of, BASELINE, draws)
    changes = [
        {"kind": "exit_rate", "item": "leaving", "add": -0.3, "pillar": "imaging", "after_months": 4},
        {"kind": "minutes", "add": -0.05, "employer": ALDER},
        {"kind": "hiring_pace", "add": 0.2},
        {"kind": "passport", "add": 0.2},
        {"kind": "output_of_staff", "add": 0.01, "profession": RADIOLOGISTS},
    ]
    what_if = scenario(*changes)
    np.testing.assert_allclose(
        with_changes(base, what_if.changes), base_of(of, what_if, draws).gap, rtol=1e-10, atol=1e-10
    )


def test_the_ends_of_years_are_those_of_the_plan() -> None:
    of = rich(30)
    base = base_of(of, BASELINE, central(of.assumptions))
    assert [base.kept[place] for place in year_ends(base.kept)] == [12, 24, 30]
    values = np.arange(base.gap.size, dtype=float).reshape(base.gap.shape)
    np.testing.assert_allclose(yearly(values, base), values[:, year_ends(base.kept)].mean(axis=1))


@pytest.mark.parametrize(("low", "high"), [(-0.1, None), (-0.4, -0.5), (0.1, -0.2)])
def test_an_effect_whose_middle_lies_outside_is_refused(low: float, high: float | None) -> None:
    with pytest.raises(ValueError, match=r"low and high|lies between"):
        LeverEffect.model_validate({**KEEP, "low": low, "add": -0.3, "high": high})
