"""A scenario in all its draws: the same whatever the threads, blocks and order, and near its expected values."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from small_settings import (
    ALDER,
    RADIOGRAPHERS,
    RADIOLOGISTS,
    cell,
    centres,
    cover,
    drawn,
    expected,
    people_to_come,
    planned,
    rich,
    scenario,
    setting,
    vacancies,
)

from pipeline.model import gap_ahead
from pipeline.model import outcome as module
from pipeline.model.ahead import start
from pipeline.model.draws import central, draw_assumptions
from pipeline.model.outcome import Outcome, outcome
from pipeline.model.plan_setting import Setting
from pipeline.model.scenarios import BASELINE, Scenario, shipped_scenarios
from pipeline.model.why import parts_of_gap

pytestmark = pytest.mark.integration

PART_OF_THE_CENTRES = scenario({"kind": "centres_to_come", "moves_to": 0.35}, name="some_centres")
SCENARIOS = [*shipped_scenarios(), PART_OF_THE_CENTRES]
SINGLE = 1e-4
"""WTE by which sums in single precision may differ."""


def arrays(found: Outcome) -> dict[str, np.ndarray]:
    """All that an outcome holds but sums over draws."""
    of_month = {f"month {name}": each for name, each in found.by_month._asdict().items()}
    return {**of_month, "year needed": found.by_cell.needed, "year there": found.by_cell.there}


def same(one: Outcome, other: Outcome) -> bool:
    mine, yours = arrays(one), arrays(other)
    return all(np.array_equal(mine[name], yours[name]) for name in mine)


class TestTheSameBytes:
    @pytest.mark.parametrize("what_if", [BASELINE, PART_OF_THE_CENTRES], ids=lambda each: each.name)
    def test_on_one_thread_and_on_two(self, monkeypatch: pytest.MonkeyPatch, what_if: Scenario) -> None:
        monkeypatch.setattr(module, "BLOCK", 7)
        found = []
        for threads in (1, 2):
            monkeypatch.setattr(os, "cpu_count", lambda threads=threads: threads)
            found.append(drawn(rich(), what_if))
        assert same(*found)
        for mine, yours in zip(found[0].sums, found[1].sums, strict=True):
            np.testing.assert_array_equal(mine, yours)
        assert all(np.array_equal(part, found[1].parts[name]) for name, part in found[0].parts.items())

    @pytest.mark.parametrize("what_if", [shipped_scenarios()[4], PART_OF_THE_CENTRES], ids=lambda each: each.name)
    def test_in_blocks_of_any_size(self, monkeypatch: pytest.MonkeyPatch, what_if: Scenario) -> None:
        whole = drawn(rich(), what_if)
        for size in (1, 3, 19):
            monkeypatch.setattr(module, "BLOCK", size)
            parts = drawn(rich(), what_if)
            assert same(whole, parts)
            for name, part in whole.parts.items():
                np.testing.assert_allclose(parts.parts[name], part, rtol=1e-9, atol=1e-9)

    @pytest.mark.parametrize("what_if", [shipped_scenarios()[4], PART_OF_THE_CENTRES], ids=lambda each: each.name)
    def test_when_more_draws_are_asked_for(self, what_if: Scenario) -> None:
        few, many = arrays(drawn(rich(), what_if, draws=13)), arrays(drawn(rich(), what_if, draws=140))
        for name, each in few.items():
            np.testing.assert_array_equal(many[name][..., :13], each, err_msg=name)

    def test_in_whatever_order_scenarios_run(self) -> None:
        once = {each.name: drawn(rich(), each) for each in SCENARIOS}
        again = {each.name: drawn(rich(), each) for each in reversed(SCENARIOS)}
        assert all(same(once[name], again[name]) for name in once)
        assert not same(once["low"], once["high"])

    def test_of_a_scenario_without_changes_and_the_baseline(self) -> None:
        nothing = scenario({"kind": "activity_growth", "add": 0}, {"kind": "avoided", "moves_to": 0}, name="nothing")
        for other in (scenario(name="empty"), nothing):
            assert same(drawn(rich()), drawn(rich(), other))

    def test_of_another_seed_are_others(self) -> None:
        assert not same(drawn(rich(), seed=1), drawn(rich(), seed=2))


class TestWhatItHolds:
    def test_the_gap_is_what_is_needed_less_what_is_there_in_every_cell_month_and_draw(self) -> None:
        for what_if in SCENARIOS:
            found, _ = expected(rich(), what_if, draw_assumptions(rich().assumptions, 4, 2))
            effective = found.supply.in_post - found.supply.learning + found.supply.cover.wte
            gap = found.need.whole - effective - found.lent - found.extra_hours
            np.testing.assert_array_equal(found.gap, gap)
            assert (found.need.whole >= found.need.workload).all()
            assert (found.need.whole >= found.need.rooms).all()
            assert (found.need.whole >= found.need.rotas).all()

    def test_it_is_the_sum_of_its_cells(self) -> None:
        of, what_if = rich(), shipped_scenarios()[4]
        draws = draw_assumptions(of.assumptions, 5, 2)
        one, _ = expected(of, what_if, draws)
        found = outcome(of, what_if, draws, start(of, draws), None)
        for number, (_, profession) in enumerate(found.groups.itertuples(index=False, name=None)):
            cells = of.cells.index[of.cells["profession"] == profession]
            needed, gap = one.need.whole[cells], one.gap[cells]
            for mine, theirs in (
                (found.by_month.needed, needed),
                (found.by_month.there, needed - gap),
                (found.by_month.gross, np.maximum(gap, 0)),
            ):
                np.testing.assert_allclose(mine[number], theirs.sum(axis=0), rtol=1e-6, atol=SINGLE)
        np.testing.assert_allclose(found.gross, np.maximum(one.gap, 0).sum(axis=0), atol=SINGLE)
        np.testing.assert_allclose(found.net, one.gap.sum(axis=0), atol=SINGLE)
        np.testing.assert_allclose(found.by_cell.needed, one.need.whole[:, [0, 12, 24]], rtol=1e-6)

    def test_years_are_whole_and_the_last_month_is_one(self) -> None:
        assert drawn(rich(), draws=2).by_cell.kept == [0, 12, 24]
        assert drawn(rich(17), draws=2).by_cell.kept == [0, 12, 17]

    def test_one_employers_surplus_never_hides_anothers_shortage(self) -> None:
        found = drawn(rich(), scenario({"kind": "avoided", "add": 0.4}))
        assert (found.gross >= np.maximum(found.net, 0) - SINGLE).all()
        assert (found.gross > found.net + 1).any()

    def test_nobody_is_short_at_the_base_month_in_any_draw_by_rounding(self) -> None:
        found = drawn(setting(cover()), draws=40)
        assert (found.by_month.gross[:, 0] == 0).all()

    def test_staff_are_kept_only_where_they_are_asked_for(self) -> None:
        of = rich()
        base = draw_assumptions(of.assumptions, 3, 1)
        begin = start(of, base)
        assert outcome(of, BASELINE, base, begin, 1).in_post is None
        kept = outcome(of, BASELINE, base, begin, 1, keep_staff=True).in_post
        assert kept is not None
        assert kept.wte.shape == (3, 25, len(of.cells))
        assert kept.wte[:, 0] == pytest.approx(np.tile(of.wte_at_base, (3, 1)))

    def test_staff_are_kept_every_month_of_two_years_and_every_year_after(self) -> None:
        of = setting(months=50)
        base = draw_assumptions(of.assumptions, 2, 1)
        kept = outcome(of, BASELINE, base, start(of, base), 1, keep_staff=True).in_post
        assert kept is not None
        assert kept.kept == [*range(25), 36, 48, 50]
        assert kept.wte.shape[1] == len(kept.kept)


def with_and_without(of: Setting, *changes: dict[str, Any], draws: int) -> tuple[Outcome, Outcome]:
    return drawn(of, draws=draws), drawn(of, scenario(*changes), draws=draws)


class TestHowTheGapMoves:
    @pytest.mark.parametrize("add", [-0.05, -0.3, -1.0])
    @pytest.mark.parametrize("of", [rich, setting], ids=["rich", "published figures alone"])
    def test_better_retention_never_raises_the_mean_gap(self, of: Any, add: float) -> None:
        better = [{"kind": "exit_rate", "item": item, "add": add} for item in ("leaving", "retirement", "transfer")]
        before, after = with_and_without(of(), *better, draws=400)
        for name in ("gross", "net"):
            change = (getattr(after, name) - getattr(before, name)).mean(axis=1)
            assert change.max() <= 0.02
            assert change[-1] < 0

    def test_more_tests_never_narrow_it(self) -> None:
        before, after = with_and_without(rich(), {"kind": "activity_growth", "add": 0.03}, draws=20)
        assert (after.gross >= before.gross - SINGLE).all()
        assert after.gross[-1].mean() > before.gross[-1].mean()

    def test_the_largest_growth_widens_it_more_than_a_high_and_that_more_than_a_low_one(self) -> None:
        gaps = {each.name: drawn(rich(), each, draws=40).gross[-1].mean() for each in shipped_scenarios()}
        assert gaps["largest_growth"] > gaps["high"] > gaps["low"]


class TestNearItsExpectedValues:
    def test_the_mean_of_draws_is_that_of_expected_values_where_nothing_limits(self) -> None:
        # No post is vacant and nobody hired: what is left is people who leave one by one.
        of = setting(people_to_come(), cover(), vacancies(1.0))
        held = {key: np.full(1500, values[0]) for key, values in central(of.assumptions).items()}
        alone = scenario({"kind": "hiring_pace", "add": -60}, {"kind": "transfers_within", "add": -60})
        chance = outcome(of, alone, held, start(of, held), 5)
        one, _ = expected(of, alone)
        for number, profession in enumerate(chance.groups["profession"]):
            cells = of.cells.index[of.cells["profession"] == profession]
            there = chance.by_month.there[number].astype(np.float64)
            error = there.std(axis=1) / np.sqrt(there.shape[1])
            effective = (one.need.whole - one.gap)[cells, :, 0].sum(axis=0)
            assert (np.abs(there.mean(axis=1) - effective) <= 4.5 * error + SINGLE).all(), profession
            assert error[-1] > 0

    def test_what_needs_no_chance_is_the_same_in_both(self) -> None:
        of, what_if = rich(), shipped_scenarios()[4]
        base = draw_assumptions(of.assumptions, 6, 3)
        by_chance, by_expectation = (outcome(of, what_if, base, start(of, base), seed) for seed in (1, None))
        np.testing.assert_array_equal(by_chance.by_month.needed, by_expectation.by_month.needed)
        assert not np.array_equal(by_chance.by_month.there, by_expectation.by_month.there)


class TestRanges:
    def test_centres_that_come_about_in_part_by_a_range_leave_each_draw_to_itself(self) -> None:
        of = setting(centres(), cover())
        wide = of.assumptions["centres_to_come"].model_copy(update={"value": 0.5, "low": 0.2, "high": 0.8})
        of = replace(of, assumptions={**of.assumptions, "centres_to_come": wide})
        few, many = arrays(drawn(of, draws=9)), arrays(drawn(of, draws=31))
        for name, each in few.items():
            np.testing.assert_array_equal(many[name][..., :9], each, err_msg=name)
        number = cell(of, ALDER, RADIOGRAPHERS)
        assert np.std(arrays(drawn(of, draws=9))["year needed"][number, -1]) > 0


def test_parts_are_the_means_of_the_parts_of_each_draw() -> None:
    of, what_if = rich(), shipped_scenarios()[4]
    draws = draw_assumptions(of.assumptions, 5, 2)
    one, begin = expected(of, what_if, draws)
    found = outcome(of, what_if, draws, start(of, draws), None)
    for name, part in parts_of_gap(one, begin).items():
        np.testing.assert_allclose(found.parts[name], part.mean(axis=1), rtol=1e-9, atol=1e-12)


def test_a_plan_of_staff_in_post_is_set_against_need_with_todays_bank_and_agency() -> None:
    of = setting(cover(), planned())
    more = gap_ahead.planned_staff(of) - of.planned.raw
    expected_more = of.cover.wte[:, 0, 0] - expected(of)[0].supply.learning[:, 0, 0]
    known = ~np.isnan(of.planned.raw[:, -1, 0])
    assert known.any()
    assert more[known, -1, 0] == pytest.approx(expected_more[known])


def test_what_rooms_and_rotas_ask_for_is_kept_by_cell() -> None:
    found = drawn(rich(), draws=6)
    number = cell(rich(), ALDER, RADIOLOGISTS)
    above = found.floors.above[number]
    assert found.floors.share[number].tolist() == [1, 1]
    assert above == pytest.approx(found.floors.rotas[number] - found.floors.workload[number])
    assert found.by_cell.needed[number, -1].mean() == pytest.approx(found.floors.rotas[number, -1], rel=1e-5)
