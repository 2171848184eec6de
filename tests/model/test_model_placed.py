"""Changes that hold for some staff alone: an employer, a pillar or a profession."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from small_settings import (
    ALDER,
    BIRCH,
    ENDOSCOPY,
    IMAGING,
    RADIOGRAPHERS,
    RADIOLOGISTS,
    drawn,
    expected,
    rich,
    routes,
    scenario,
    setting,
    vacancies,
)

from pipeline.assumptions import default_assumptions
from pipeline.model.ahead import Ahead
from pipeline.model.levers import levers
from pipeline.model.paths import NO_PLAN
from pipeline.model.plan_scenarios import levers_set
from pipeline.model.why import parts_of_gap

pytestmark = pytest.mark.unit
MOVES: list[dict[str, Any]] = [
    {"kind": "exit_rate", "item": "leaving", "add": -0.3, "after_months": 3},
    {"kind": "hiring_pace", "add": 0.4, "over_months": 6},
    {"kind": "posts_growth", "add": 0.05},
    {"kind": "temporary_share", "item": "bank", "add": 0.2},
    {"kind": "output_of_staff", "add": 0.1, "over_months": 6},
    {"kind": "productivity_growth", "add": 0.01},
    {"kind": "other_work_growth", "add": 0.02},
    {"kind": "unavailable", "item": "sickness", "add": -0.1},
    {"kind": "minutes", "add": -0.05},
    {"kind": "avoided", "add": 0.3},
]
OF_STAFF = [each for each in MOVES if levers()[each["kind"]].placed == "staff"]


def both_sides(found: Ahead) -> tuple[np.ndarray, np.ndarray]:
    return found.need.whole, found.supply.whole


@pytest.mark.parametrize("move", MOVES, ids=lambda each: each["kind"])
def test_a_change_at_every_employer_is_the_change_everywhere(move: dict[str, Any]) -> None:
    everywhere, _ = expected(rich(), scenario(move))
    apart, _ = expected(rich(), scenario(*({**move, "employer": each} for each in (ALDER, BIRCH))))
    for one, other in zip(both_sides(everywhere), both_sides(apart), strict=True):
        np.testing.assert_allclose(other, one, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("move", OF_STAFF, ids=lambda each: each["kind"])
def test_a_change_of_every_profession_is_the_change_everywhere(move: dict[str, Any]) -> None:
    professions = rich().cells["profession"].unique()
    everywhere, _ = expected(rich(), scenario(move))
    apart, _ = expected(rich(), scenario(*({**move, "profession": each} for each in professions)))
    for one, other in zip(both_sides(everywhere), both_sides(apart), strict=True):
        np.testing.assert_allclose(other, one, rtol=1e-9, atol=1e-9)


def test_it_moves_its_own_staff_and_no_other_where_they_do_not_mix() -> None:
    of = setting(vacancies())
    before, _ = expected(of)
    after, _ = expected(of, scenario({"kind": "productivity_growth", "add": 0.02, "employer": ALDER}))
    own = (of.cells["employer"] == ALDER).to_numpy()
    moved = np.abs(after.need.whole - before.need.whole).max(axis=(1, 2))
    assert (moved[own] > 0.01).all()
    assert (moved[~own] == 0).all()


def test_retention_of_a_profession_at_an_employer_keeps_its_own_staff() -> None:
    of = setting(vacancies())
    change = {"kind": "exit_rate", "item": "leaving", "add": -0.5, "employer": ALDER, "profession": RADIOGRAPHERS}
    before, after = expected(of)[0].supply.in_post[:, -1, 0], expected(of, scenario(change))[0].supply.in_post[:, -1, 0]
    gained = dict(zip(of.keys, after - before, strict=True))
    assert gained[ALDER, RADIOGRAPHERS] > 0.1
    assert gained[ALDER, RADIOLOGISTS] == pytest.approx(0, abs=1e-9)


OF_A_PROFESSION: list[dict[str, Any]] = [
    {"kind": "recruits_abroad", "add": 0.5, "after_months": 6},
    {"kind": "places_to_come", "add": 0.5},
    {"kind": "training_odds", "item": "stays", "add": 1.0},
]


@pytest.mark.parametrize("move", OF_A_PROFESSION, ids=lambda each: each["kind"])
def test_a_change_of_how_people_come_holds_for_its_profession_alone(move: dict[str, Any]) -> None:
    of = rich(48)
    own = (of.cells["profession"] == RADIOGRAPHERS).to_numpy()
    before, alone, everywhere, none = (
        both_sides(expected(of, scenario(*changes))[0])
        for changes in (
            [],
            [{**move, "profession": RADIOGRAPHERS}],
            [move],
            [{**move, "profession": each} for each in of.cells["profession"].unique() if each != RADIOGRAPHERS],
        )
    )
    for side in (0, 1):
        assert (np.abs(alone[side] - before[side])[own].max() > 0.01) == (side == 1 or move["kind"] == "places_to_come")
        np.testing.assert_array_equal(alone[side][~own], before[side][~own])
        np.testing.assert_allclose(alone[side][own], everywhere[side][own], rtol=1e-12, atol=1e-12)
        np.testing.assert_array_equal(none[side][own], before[side][own])


def test_places_that_begin_later_change_nothing_before_they_begin() -> None:
    of = setting(routes(), vacancies(3), months=48)
    before, _ = expected(of)
    at_once, later = (
        expected(of, scenario({"kind": "places_to_come", "add": 0.5, "after_months": after}))[0] for after in (0, 13)
    )
    change = [np.abs(found.gap - before.gap)[:, :, 0].max(axis=0) for found in (at_once, later)]
    assert change[0][2:13].min() > 0
    assert change[1][:14].max() == 0
    assert change[1][14:].max() > 0


def test_places_that_overlap_add_up() -> None:
    of = setting(vacancies())
    moves = [
        {"kind": "other_work_growth", "add": 0.01},
        {"kind": "other_work_growth", "add": 0.02, "employer": ALDER},
        {"kind": "other_work_growth", "add": 0.04, "pillar": IMAGING},
    ]
    found, begin = expected(of, scenario(*moves))
    grown = np.log(found.need.other[:, -1, 0] / begin.other[:, 0]) / 2
    base = np.log(expected(of)[0].need.other[:, -1, 0] / begin.other[:, 0]) / 2
    wanted = [0.01 + 0.02 * (row.employer == ALDER) + 0.04 * (row.pillar == IMAGING) for row in of.cells.itertuples()]
    assert (grown - base).tolist() == pytest.approx(wanted)
    assert ENDOSCOPY in set(of.cells["pillar"])


def test_the_parts_still_add_up_to_the_gap() -> None:
    for move in MOVES:
        found, begin = expected(rich(), scenario({**move, "employer": BIRCH}))
        whole = sum(parts_of_gap(found, begin).values())
        np.testing.assert_allclose(whole, found.gap[:, -1], rtol=1e-9, atol=1e-9)


def test_a_change_of_nothing_for_some_is_the_baseline() -> None:
    of = rich()
    none = scenario({"kind": "exit_rate", "item": "leaving", "add": 0.0, "employer": ALDER})
    for one, other in zip(drawn(of, none, draws=5).by_month, drawn(of, draws=5).by_month, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("move", "said"),
    [
        ({"kind": "time_to_hire", "add": 0.1, "employer": ALDER}, "holds for everybody"),
        ({"kind": "time_to_hire", "add": 0.1, "profession": RADIOGRAPHERS}, "holds for everybody"),
        ({"kind": "recruits_abroad", "add": 0.1, "employer": ALDER}, "limited to a pillar or a profession"),
        ({"kind": "avoided", "add": 0.1, "pillar": IMAGING}, "limited to an employer"),
        ({"kind": "exit_rate", "add": -0.1, "employer": "ZZZ"}, "no employer ZZZ"),
        ({"kind": "exit_rate", "add": -0.1, "pillar": "surgery"}, "no pillar surgery"),
        ({"kind": "unavailable", "item": "sickness", "moves_to": 0.99, "employer": ALDER}, "add up to"),
    ],
)
def test_a_place_that_a_lever_does_not_have_is_refused(move: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        levers_set([move], default_assumptions(), 60, NO_PLAN, (ALDER, BIRCH))
