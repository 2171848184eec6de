"""Why the gap is what it is: parts that add up to it exactly, each by its own cause."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from any_scenario import every_lever
from small_settings import (
    ALDER,
    BIRCH,
    ENDOSCOPISTS,
    RADIOGRAPHERS,
    RADIOLOGISTS,
    cell,
    counts,
    cover,
    expected,
    rich,
    rooms,
    routes,
    scenario,
    setting,
    skill_mix,
    waiting,
)

from pipeline.model.ahead import ahead, start
from pipeline.model.draws import draw_assumptions
from pipeline.model.levers import levers
from pipeline.model.need import EFFORT, OTHER_GROWTH, PRODUCTIVITY, SKILL_MIX, TIME
from pipeline.model.paths import paths
from pipeline.model.plan_setting import Setting
from pipeline.model.scenarios import BASELINE, Scenario, shipped_scenarios
from pipeline.model.why import (
    BANK,
    CENTRES,
    EDUCATION,
    FLOORS,
    HOURS,
    LEARNING,
    LISTS,
    SHARED,
    TODAY,
    parts_of_gap,
)

pytestmark = pytest.mark.integration

Change = dict[str, Any]
ALL = every_lever()
EXTREMES = scenario(
    {"kind": "avoided", "moves_to": levers()["avoided"].most},
    {"kind": "points", "moves_to": levers()["points"].least},
    name="extremes",
)


def adds_up(of: Setting, what_if: Scenario, seed: int | None, draws: int, within: float) -> None:
    base = draw_assumptions(of.assumptions, draws, 4)
    begin = start(of, base)
    found = ahead(of, begin, paths(what_if, base, of.assumptions, of.months, of.implied), seed)
    total = np.sum(list(parts_of_gap(found, begin).values()), axis=0)
    np.testing.assert_allclose(total, found.gap[:, -1], rtol=0, atol=within)


class TestAddingUp:
    @pytest.mark.parametrize("what_if", [*shipped_scenarios(), ALL, EXTREMES], ids=lambda each: each.name)
    def test_parts_add_up_to_the_gap_in_every_cell_and_draw(self, what_if: Scenario) -> None:
        adds_up(rich(), what_if, None, 8, 1e-9)

    @pytest.mark.parametrize("what_if", [*shipped_scenarios(), ALL], ids=lambda each: each.name)
    def test_by_chance_they_do_as_far_as_single_precision_goes(self, what_if: Scenario) -> None:
        adds_up(rich(), what_if, 9, 30, 1e-4)

    def test_where_tests_explain_all_the_work_or_more(self) -> None:
        busy = setting(counts({(ALDER, "CT"): 4000, (BIRCH, "CT"): 3000}), cover())
        assert (start(busy, draw_assumptions(busy.assumptions, 1, 1)).other < 0).any()
        adds_up(busy, ALL, None, 5, 1e-9)

    def test_where_staff_are_shared_from_the_start(self) -> None:
        of = setting(rooms(), counts({(ALDER, "CT"): 100}))
        given = {**of.assumptions}
        for key, value in (("shared_bank", 0.05), ("passport", 0.2)):
            given[key] = given[key].model_copy(update={"value": value})
        shared = Setting(**{**vars(of), "assumptions": given})
        base, _ = expected(shared)
        assert base.extra_hours[:, 0].any()
        adds_up(shared, BASELINE, None, 3, 1e-9)


def parts(of: Setting, *changes: Change) -> dict[str, np.ndarray]:
    found, begin = expected(of, scenario(*changes))
    return {name: part[:, 0] for name, part in parts_of_gap(found, begin).items()}


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"kind": "activity_shock", "add": 0.2}, {"shocks"}),
        ({"kind": "avoided", "add": 0.2}, {"avoided"}),
        ({"kind": "activity_growth", "add": 0.02}, {"growth"}),
        ({"kind": "other_work_growth", "add": 0.02}, {OTHER_GROWTH}),
        ({"kind": "list_cleared", "add": 1}, {LISTS}),
        ({"kind": "supervision", "add": 0.2}, {EDUCATION}),
        ({"kind": "work_moved", "profession": RADIOLOGISTS, "add": 0.2}, {SKILL_MIX}),
        ({"kind": "skill_mix_reached", "add": 0.5}, {SKILL_MIX}),
        ({"kind": "temporary_budget", "item": "bank", "add": -0.5}, {BANK}),
        ({"kind": "shared_bank", "add": 0.01}, {SHARED}),
        ({"kind": "minutes", "add": 0.1}, {EFFORT}),
        ({"kind": "unavailable", "item": "sickness", "add": 0.1}, {TIME}),
    ],
    ids=lambda each: each["kind"] if isinstance(each, dict) else "",
)
def test_a_change_adds_to_the_part_of_its_own_name(change: Change, names: set[str]) -> None:
    """Parts of a product move a little with each other, by the logarithmic mean; that of its name moves by far most."""
    of = setting(cover(), waiting(), routes(), counts(), skill_mix())
    before, after = parts(of), parts(of, change)
    moved = {name: float(np.abs(after[name] - before[name]).sum()) for name in before}
    most = max(moved.values())
    assert most > 1e-3
    assert {name for name, by in moved.items() if by > 0.1 * most} == names


def test_parts_are_those_of_a_small_plan_worked_by_hand() -> None:
    # 12,000 CT a year grow by a fifth in two years; nothing else changes.
    of = setting(counts({(ALDER, "CT"): 1000}))
    still = [{"kind": kind, "moves_to": 0} for kind in ("productivity_growth", "other_work_growth")]
    found = parts(of, *still, {"kind": "activity_growth", "test": "CT", "add": np.log(1.2) / 2})
    tests = 12_000 / 1.008 ** (5.5 / 12)
    number = cell(of, ALDER, RADIOGRAPHERS)
    assert found["growth"][number] == pytest.approx(0.2 * tests * 40 / 60 / (37.5 * 52 * 0.775 * 0.9))
    assert found[TODAY] == pytest.approx(0)
    for name in ("demography", "shocks", "avoided", PRODUCTIVITY, TIME, EFFORT, OTHER_GROWTH, SKILL_MIX, LISTS):
        assert found[name] == pytest.approx(0), name
    for name in (CENTRES, EDUCATION, FLOORS, HOURS, SHARED):
        assert found[name] == pytest.approx(0), name
    assert found["retired"][number] > 0
    assert found["hired"][number] < 0
    assert found[LEARNING][number] == pytest.approx(0, abs=0.05)


def test_rooms_that_no_longer_ask_for_most_give_back_what_work_adds() -> None:
    of = rich()
    found = parts(of, {"kind": "activity_growth", "add": 0.2})
    number = cell(of, BIRCH, RADIOGRAPHERS)
    assert found[FLOORS][number] < 0
    assert found[FLOORS][cell(of, ALDER, ENDOSCOPISTS)] == pytest.approx(0)


def test_centres_are_need_less_those_who_are_redeployed_to_them() -> None:
    of = rich()
    found, begin = expected(of, shipped_scenarios()[4])
    part = parts_of_gap(found, begin)[CENTRES][:, 0]
    assert part == pytest.approx((found.need.centres - found.supply.redeployed)[:, -1, 0])
    assert part[cell(of, BIRCH, RADIOGRAPHERS)] != 0


def test_demography_is_a_part_where_people_to_come_are_known() -> None:
    assert parts(rich())["demography"].sum() > 0.1
    assert parts(setting())["demography"] == pytest.approx(0)
