"""Staff needed and staff there are in every cell and month, and what each driver moves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from any_scenario import every_lever
from small_settings import (
    ALDER,
    BIRCH,
    NURSES,
    RADIOGRAPHERS,
    RADIOLOGISTS,
    SUPPORT,
    cell,
    centres,
    counts,
    cover,
    expected,
    people_to_come,
    rich,
    rooms,
    routes,
    scenario,
    setting,
    vacancies,
    waiting,
)

from pipeline.model import tests_ahead as ahead_of_tests
from pipeline.model.ahead import Ahead, start
from pipeline.model.draws import draw_assumptions
from pipeline.model.growth_swing import swing_by_month
from pipeline.model.levers import levers
from pipeline.model.paths import paths
from pipeline.model.plan_setting import Setting
from pipeline.model.posterior import spread_of
from pipeline.model.scenarios import shipped_scenarios
from pipeline.model.tests_ahead import past_demography

pytestmark = pytest.mark.integration

Change = dict[str, Any]
NEED = ("counted", "moved", "other", "lists", "centres", "education", "rooms", "rotas")
TO_COME: Change = {"kind": "centres_to_come", "moves_to": 1}
CLEARED: Change = {"kind": "list_cleared", "moves_to": 1}
HIRED = {"in_post", "learning", "bank", "agency"}
TIME = {"counted", "other", "education", "rooms", "rotas"}


def parts(of: Ahead) -> dict[str, np.ndarray]:
    need = {name: getattr(of.need, name) for name in NEED}
    there = {name: getattr(of.supply, name) for name in ("in_post", "redeployed", "learning", "more")}
    return {**need, **there, **vars(of.supply.cover), "lent": of.lent, "extra": of.extra_hours}


def moved(one: Ahead, other: Ahead) -> set[str]:
    """The parts of need and supply that are not the same in both."""
    mine, yours = parts(one), parts(other)
    shape = one.gap.shape
    same = {
        name: np.allclose(*(np.broadcast_to(each[name], shape) for each in (mine, yours)), rtol=0, atol=1e-12)
        for name in mine
    }
    return {name for name in mine if not same[name]}


@pytest.mark.parametrize(
    ("change", "moves"),
    [
        ({"kind": "activity_growth", "add": 0.05}, {"counted"}),
        ({"kind": "activity_shock", "add": 0.1}, {"counted"}),
        ({"kind": "avoided", "add": 0.1}, {"counted"}),
        ({"kind": "productivity_growth", "add": 0.01}, {"counted"}),
        ({"kind": "minutes", "test": "CT", "add": 0.1}, {"counted"}),
        ({"kind": "points", "add": 0.1}, {"counted"}),
        ({"kind": "points_per_list", "add": 0.1}, {"counted"}),
        ({"kind": "list_hours", "add": 0.1}, {"counted"}),
        ({"kind": "other_work_growth", "add": 0.01}, {"other"}),
        ({"kind": "unavailable", "item": "sickness", "add": 0.1}, TIME),
        ({"kind": "contract_hours_week", "add": 1}, TIME),
        ({"kind": "category_allowance", "add": 0.1}, {"counted", "other"}),
        ({"kind": "work_moved", "profession": RADIOLOGISTS, "add": 0.1}, {"moved"}),
        ({"kind": "skill_mix_reached", "add": 0.5}, {"moved"}),
        ({"kind": "supervision", "add": 0.5}, {"education"}),
        (CLEARED, {"lists"}),
        ({"kind": "clear_months", "add": 0.3}, set()),
        ({"kind": "seen_in_time", "add": 0.3}, set()),
        (TO_COME, {"centres", "redeployed", *HIRED}),
        ({"kind": "centre_hours_extra", "add": 1}, {"centres", "redeployed", *HIRED}),
        ({"kind": "centres_later", "add": 6}, set()),
        ({"kind": "places_to_come", "add": -0.7}, {"education", *HIRED}),
        ({"kind": "training_odds", "add": 0.3}, HIRED),
        ({"kind": "exit_rate", "add": 0.3}, HIRED),
        ({"kind": "posts_growth", "add": 0.03}, HIRED),
        ({"kind": "hours_growth", "add": 0.01}, HIRED),
        ({"kind": "hiring_pace", "add": 0.3}, HIRED),
        ({"kind": "recruits_abroad", "add": 0.3}, HIRED),
        ({"kind": "recruits_abroad_kept", "moves_to": 0}, HIRED),
        ({"kind": "output_at_start", "add": 0.3}, {"learning"}),
        ({"kind": "output_months", "add": 0.3}, {"learning"}),
        ({"kind": "temporary_share", "item": "bank", "add": -0.3}, {"bank"}),
        ({"kind": "temporary_budget", "item": "agency", "add": -0.3}, {"agency"}),
        ({"kind": "output_of_staff", "add": 0.1}, {"more"}),
        ({"kind": "passport", "add": 0.2}, {"lent"}),
        ({"kind": "shared_bank", "add": 0.02}, {"extra"}),
    ],
    ids=lambda each: each["kind"] if isinstance(each, dict) else "",
)
def test_a_driver_moves_what_it_should_and_nothing_else(change: Change, moves: set[str]) -> None:
    # Fewer tests leave some staff to spare, whom a passport may send.
    fewer = {"kind": "avoided", "add": 0.4}
    assert moved(expected(rich(), scenario(fewer))[0], expected(rich(), scenario(fewer, change))[0]) == moves


class TestTheBaseMonth:
    def test_staff_needed_are_the_staff_there_are(self) -> None:
        found, _ = expected(setting(cover(), vacancies()))
        assert found.gap[:, 0] == pytest.approx(0, abs=1e-12)
        number = cell_of(BIRCH, RADIOGRAPHERS)
        lacking = found.supply.learning[number, 0, 0]
        assert found.need.whole[number, 0, 0] == pytest.approx(0.9 * 11 + 1.5 - lacking)
        assert 0 < lacking < 0.1

    def test_rooms_and_rotas_that_ask_for_more_are_a_gap_from_the_start(self) -> None:
        of = setting(rooms())
        found, _ = expected(of)
        hours = 37.5 * 52 * 0.775
        asked = {(BIRCH, RADIOGRAPHERS): 2 * 84 * 2 * 52 / hours, (ALDER, RADIOLOGISTS): 2 * 168 / 31}
        there = found.supply.whole[:, 0, 0]
        want = [asked.get(key, has) - has for key, has in zip(of.keys, there, strict=True)]
        assert found.gap[:, 0, 0] == pytest.approx(want)
        assert np.abs(there - of.wte_at_base).max() < 0.1

    def test_it_is_the_same_in_every_scenario(self) -> None:
        before, _ = expected(rich())
        for each in [*shipped_scenarios(), every_lever()]:
            found, _ = expected(rich(), each)
            np.testing.assert_allclose(found.gap[:, 0], before.gap[:, 0], rtol=0, atol=1e-12)
            np.testing.assert_allclose(found.supply.whole[:, 0], before.supply.whole[:, 0], rtol=0, atol=1e-12)

    def test_a_change_has_no_effect_before_its_month(self) -> None:
        before, _ = expected(rich())
        late = [
            each.model_copy(update={"after_months": 9}) for each in every_lever().changes if levers()[each.kind].timed
        ]
        found, _ = expected(rich(), every_lever().model_copy(update={"changes": late}))
        np.testing.assert_allclose(found.gap[:, :10], before.gap[:, :10], rtol=0, atol=1e-12)
        assert (np.abs(found.gap - before.gap)[:, 10] > 1e-6).any()

    def test_a_change_that_has_ended_leaves_tests_as_they_would_be(self) -> None:
        found, _ = expected(rich(), scenario({"kind": "activity_shock", "add": -0.5, "lasts_months": 6}))
        before, _ = expected(rich())
        np.testing.assert_allclose(found.need.counted[:, 7:], before.need.counted[:, 7:], rtol=1e-12)
        np.testing.assert_allclose(found.need.counted[:, 1:7], np.exp(-0.5) * before.need.counted[:, 1:7], rtol=1e-12)


def cell_of(employer: str, profession: str) -> int:
    return cell(setting(), employer, profession)


def last(of: Setting, *changes: Change, part: str = "counted") -> np.ndarray:
    """A part of the need in the last month, by cell."""
    return np.asarray(getattr(expected(of, scenario(*changes))[0].need, part)[:, -1, 0])


class TestTests:
    @pytest.mark.parametrize(
        ("change", "times"),
        [
            ({"kind": "activity_growth", "add": 0.1}, np.exp(0.2)),
            ({"kind": "activity_growth", "add": 0.1, "over_months": 24}, np.exp(0.1 * sum(range(25)) / 24 / 12)),
            ({"kind": "activity_growth", "add": 0.1, "after_months": 18}, np.exp(0.05)),
            ({"kind": "activity_shock", "add": np.log(2)}, 2),
            ({"kind": "avoided", "add": 0.25}, 0.75),
            ({"kind": "productivity_growth", "moves_to": 0.02}, (1.008 / 1.02) ** 2),
        ],
    )
    def test_counted_work_is_multiplied_in_every_cell(self, change: Change, times: float) -> None:
        of = setting()
        assert last(of, change) == pytest.approx(times * last(of))

    def test_demography_multiplies_what_was_not_measured(self) -> None:
        level, ageing = setting(), setting(people_to_come())
        assert last(ageing) == pytest.approx(last(level) * (1090 * (1090 / 1050) ** 0.25) / (1020 + 30 / 4))

    def test_past_demography_is_taken_out_of_a_measured_trend(self) -> None:
        months = [f"{month:%Y-%m-%d}" for month in pd.date_range("2022-10-31", periods=36, freq="ME")]
        of = setting(counts({(ALDER, "CT"): 1000}, months), people_to_come())
        growth = of.assumptions["activity_growth / CT"]
        assert growth.grade == "measured"
        past = past_demography("CT", of.people, of.assumptions, of.base_month)
        assert past == of.people.growth_a_year(growth.from_date, of.base_month) > 0
        alder = cell(of, ALDER, RADIOGRAPHERS)
        ageing = 1090 * (1090 / 1050) ** 0.25 / (1020 + 30 / 4)
        level = last(setting(counts({(ALDER, "CT"): 1000}, months)))[alder]
        assert last(of)[alder] == pytest.approx(level * ageing * np.exp(-2 * past))

    def test_single_years_swing_about_the_lasting_growth(self) -> None:
        of = setting()
        base = draw_assumptions(of.assumptions, 400, 1)
        ahead = paths(scenario(), base, of.assumptions, 24)
        found = np.log(ahead_of_tests.tests_ahead(["CT"], of.people, ahead, of.base_month).parts["CT"]["growth"])
        lasting = np.arange(25)[:, None] / 12 * base["activity_growth / CT"]
        swing = base["activity_swing / CT"]
        assert swing.std() == pytest.approx(spread_of(of.assumptions["activity_swing / CT"]), rel=0.1)
        assert found == pytest.approx(lasting + swing * swing_by_month(24))

    def test_one_test_grows_alone(self) -> None:
        of = setting(counts({(ALDER, "CT"): 100, (BIRCH, "MRI"): 100}))
        numbers = [cell(of, who, RADIOGRAPHERS) for who in (ALDER, BIRCH)]
        change = {"kind": "activity_growth", "test": "CT", "add": 0.1}
        ratio = last(of, change)[numbers] / last(of)[numbers]
        assert ratio == pytest.approx([np.exp(0.2), 1])


class TestTime:
    def test_minutes_are_those_of_a_test_and_a_profession(self) -> None:
        of = setting(counts({(ALDER, "CT"): 100}))
        more = {"kind": "minutes", "test": "CT", "profession": RADIOGRAPHERS, "moves_to": 60}
        numbers = [cell(of, ALDER, who) for who in (RADIOLOGISTS, RADIOGRAPHERS)]
        assert last(of, more)[numbers] / last(of)[numbers] == pytest.approx([1, 1.5])

    def test_points_and_lists_are_those_of_endoscopy(self) -> None:
        of = setting()
        number = cell(of, ALDER, NURSES)
        change = {"kind": "points_per_list", "moves_to": 10}
        assert last(of, change)[number] == pytest.approx(0.9 * last(of)[number])

    def test_less_time_at_work_makes_more_staff_needed_for_tests_and_for_other_work(self) -> None:
        of = setting()
        ill = {"kind": "unavailable", "item": "sickness", "moves_to": 0.1}
        for part in ("counted", "other"):
            assert last(of, ill, part=part) == pytest.approx(last(of, part=part) * 0.775 / 0.715)

    def test_other_work_is_what_tests_do_not_explain_and_grows_by_its_own_rate(self) -> None:
        of = setting()
        found, begin = expected(of)
        assert begin.other[:, 0] == pytest.approx((found.supply.whole - found.need.counted)[:, 0, 0])
        grown = last(of, {"kind": "other_work_growth", "add": 0.02}, part="other")
        assert grown == pytest.approx(begin.other[:, 0] * np.exp(0.04))


class TestLists:
    def test_the_work_ends_with_the_backlog_and_what_holds_the_list_goes_on(self) -> None:
        of = setting(waiting())
        found, begin = expected(of, scenario(CLEARED, {"kind": "clear_months", "moves_to": 6}))
        lists = found.need.lists[cell(of, ALDER, RADIOGRAPHERS), :, 0]
        rows = begin.work.rows
        (row,) = rows.index[
            (rows["employer"] == ALDER) & (rows["test"] == "CT") & (rows["profession"] == RADIOGRAPHERS)
        ]
        each = begin.work.wte_a_test[row, 0] / 1.008 ** (np.arange(25) / 12)
        assert lists[0] == 0
        assert lists[7:] == pytest.approx(120 * each[7:])
        target = 12_120 * 6 * 7 / 365.25 / -np.log(0.05)
        assert lists[1:7] == pytest.approx((120 + (2000 - target) * 2) * each[1:7])

    def test_of_a_share_that_is_taken_on_the_work_is_a_share(self) -> None:
        of = setting(waiting())
        half = last(of, {"kind": "list_cleared", "moves_to": 0.5}, part="lists")
        assert half == pytest.approx(0.5 * last(of, CLEARED, part="lists"))

    def test_more_minutes_for_each_test_are_more_work_for_lists(self) -> None:
        of = setting(waiting())
        more = {"kind": "minutes", "add": np.log(1.5)}
        number = cell(of, ALDER, RADIOGRAPHERS)
        once, more_ = (last(of, CLEARED, *changes, part="lists")[number] for changes in ((), (more,)))
        assert more_ == pytest.approx(1.5 * once)


class TestCentres:
    def test_they_come_only_where_a_scenario_says_so(self) -> None:
        of = setting(centres())
        assert not last(of, part="centres").any()
        whole = last(of, TO_COME, part="centres")
        assert last(of, {**TO_COME, "moves_to": 0.35}, part="centres") == pytest.approx(0.35 * whole)

    def test_those_that_open_later_are_needed_later(self) -> None:
        of = setting(centres())
        on_time, late = (
            expected(of, scenario(TO_COME, *more))[0].need.centres[cell(of, ALDER, RADIOLOGISTS), :, 0]
            for more in ((), ({"kind": "centres_later", "add": 5},))
        )
        productivity = 1.008 ** (-5 / 12)
        assert late[5:] == pytest.approx(on_time[:-5] * productivity)
        assert on_time[-1] > 0

    def test_longer_hours_are_of_open_centres_too(self) -> None:
        of = setting(centres())
        hours = 37.5 * 52 * 0.775
        more = last(of, {"kind": "centre_hours_extra", "moves_to": 0.5}, part="centres")
        room = 17 * 52 * 2 / hours
        assert more[cell(of, BIRCH, RADIOGRAPHERS)] == pytest.approx(-0.4 * room)

    def test_what_a_test_takes_is_what_it_takes_elsewhere(self) -> None:
        of = setting(centres())
        more = {"kind": "minutes", "add": np.log(2)}
        number = cell(of, ALDER, RADIOLOGISTS)
        once, twice = last(of, TO_COME, part="centres")[number], last(of, TO_COME, more, part="centres")[number]
        assert twice == pytest.approx(2 * once)

    def test_redeployed_staff_leave_one_employer_and_join_another(self) -> None:
        of = setting(centres())
        found, _ = expected(of, scenario(TO_COME))
        numbers = [cell(of, who, RADIOGRAPHERS) for who in (ALDER, BIRCH)]
        assert found.supply.redeployed.sum(axis=0) == pytest.approx(0)
        assert found.supply.redeployed[numbers[0], -1] == pytest.approx(0.3 * 50 * 52 * 2 / (37.5 * 52 * 0.775))


class TestWhoDoesIt:
    def test_work_moved_keeps_its_hours(self) -> None:
        of = setting()
        move = {"kind": "work_moved", "profession": RADIOLOGISTS, "moves_to": 0.3}
        given_up = last(of, move, part="moved")
        productive = {RADIOLOGISTS: 40 * 52 * 0.775 * 0.575, RADIOGRAPHERS: 37.5 * 52 * 0.775 * 0.9}
        for employer in (ALDER, BIRCH):
            one, other = (given_up[cell(of, employer, who)] for who in productive)
            assert one == pytest.approx(-0.3 * last(of)[cell(of, employer, RADIOLOGISTS)])
            assert one * productive[RADIOLOGISTS] == pytest.approx(-other * productive[RADIOGRAPHERS])
        assert given_up[cell(of, ALDER, SUPPORT)] == 0

    def test_work_is_moved_only_beyond_what_is_moved_already(self) -> None:
        of = setting()
        key = f"work_moved / {RADIOGRAPHERS} / {RADIOLOGISTS}"
        already = of.assumptions[key].model_copy(update={"value": 0.2})
        of = replace(of, assumptions={**of.assumptions, key: already})
        move = {"kind": "work_moved", "profession": RADIOLOGISTS, "moves_to": 0.5}
        found, _ = expected(of, scenario(move))
        assert not found.need.moved[:, 0].any()
        number = cell(of, ALDER, RADIOLOGISTS)
        assert found.need.moved[number, -1] == pytest.approx(-0.3 * found.need.counted[number, -1])

    def test_supervision_is_that_beyond_the_base_month(self) -> None:
        of = setting(routes())
        found, _ = expected(of)
        settled, coming = of.trainees.settled[0], of.trainees.to_come[0]
        year = 6 * 52 / (37.5 * 52 * 0.775)
        radiographers = [cell(of, who, RADIOGRAPHERS) for who in (ALDER, BIRCH)]
        load = found.need.education[radiographers, :, 0].sum(axis=0)
        assert load == pytest.approx((settled + coming - settled[0] - coming[0]) * year)
        doubled, _ = expected(of, scenario({"kind": "supervision", "add": np.log(2)}))
        more = doubled.need.education[radiographers, 1:, 0].sum(axis=0)
        assert more == pytest.approx((2 * (settled + coming) - settled[0] - coming[0])[1:] * year)

    def test_more_places_first_raise_the_gap_and_later_lower_it(self) -> None:
        of = setting(routes(), vacancies(3), months=48)
        # Where hardly anybody is hired otherwise, posts do not stand in the way of those who have trained.
        few = {"kind": "hiring_pace", "add": -6}
        before, _ = expected(of, scenario(few))
        more, _ = expected(of, scenario(few, {"kind": "places_to_come", "add": 0.5}))
        numbers = [cell(of, who, RADIOGRAPHERS) for who in (ALDER, BIRCH)]
        change = (more.gap - before.gap)[numbers, :, 0].sum(axis=0)
        assert change[:2] == pytest.approx(0)
        assert (change[2:16] > 0).all()
        # From then on a larger intake begins again, which is supervised first.
        assert change[22:26].max() < 0

    def test_a_passport_sums_to_zero_within_a_profession_and_makes_no_shortage(self) -> None:
        of = rich()
        without, _ = expected(of, scenario(TO_COME))
        found, _ = expected(of, scenario(TO_COME, {"kind": "passport", "add": 0.3}))
        for numbers in of.cells.groupby("profession").indices.values():
            assert found.lent[numbers].sum(axis=0) == pytest.approx(0, abs=1e-12)
        assert (found.gap[without.gap <= 0] <= 1e-12).all()
        assert np.maximum(found.gap, 0).sum() < np.maximum(without.gap, 0).sum() - 0.1

    def test_a_shared_bank_gives_no_more_than_it_has_and_only_where_staff_are_short(self) -> None:
        of = rich()
        before, _ = expected(of)
        found, _ = expected(of, scenario({"kind": "shared_bank", "add": 0.02}))
        assert (found.extra_hours[:, 1:][before.gap[:, 1:] <= 0] == 0).all()
        for numbers in of.cells.groupby("profession").indices.values():
            most = 0.02 * found.supply.own[numbers].sum(axis=0)
            assert (found.extra_hours[numbers].sum(axis=0) <= most + 1e-12).all()

    def test_no_budget_for_temporary_staff_leaves_none_from_the_first_month_on(self) -> None:
        of = setting(cover(), vacancies())
        found, _ = expected(of, scenario({"kind": "temporary_budget", "item": "agency", "add": -50}))
        assert found.supply.cover.agency[:, 0].sum() == pytest.approx(1.0)
        assert found.supply.cover.agency[:, 1:] == pytest.approx(0)


def test_a_start_worked_out_in_parts_is_the_same_as_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    of = rich()
    base = draw_assumptions(of.assumptions, 7, 1)
    whole = start(of, base)
    monkeypatch.setattr("pipeline.model.ahead.TOGETHER", 3)
    parts = start(of, base)
    np.testing.assert_array_equal(whole.work.wte, parts.work.wte)
    np.testing.assert_array_equal(whole.work.tests, parts.work.tests)
    np.testing.assert_array_equal(whole.other, parts.other)
    assert whole.wte_a_test.keys() == parts.wte_a_test.keys()
    for key, each in whole.wte_a_test.items():
        np.testing.assert_array_equal(each, parts.wte_a_test[key])
