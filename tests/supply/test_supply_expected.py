"""Staff over time in expected values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from supply_oracle import staff_by_the_book
from supply_systems import one_team, plain_course, random_course, random_system

from pipeline.model.supply.expected import expected_draws, expected_staff
from pipeline.model.supply.system import BY_DRAW, MOVED_AWAY, MOVED_HERE, OUT_OF_SYSTEM, Course, Staff, System

pytestmark = pytest.mark.unit
SEEDS = st.integers(0, 10_000)


def random_staff(seed: int, employers: int = 3, months: int = 30) -> tuple[System, Course, Staff]:
    rng = np.random.default_rng(seed)
    system = random_system(rng, employers, professions=1 + seed % 3, bands=1 + seed % 2)
    course = random_course(rng, system, months)
    return system, course, expected_staff(system, course, 1)


@settings(max_examples=25)
@given(SEEDS, st.integers(1, 4))
def test_it_is_what_the_method_written_a_second_time_gives(seed: int, employers: int) -> None:
    system, course, staff = random_staff(seed, employers)
    for name, values in staff_by_the_book(system, course, 1).items():
        np.testing.assert_allclose(getattr(staff, name), values, rtol=1e-9, atol=1e-9, err_msg=name)


@settings(max_examples=25)
@given(SEEDS)
def test_every_cell_and_month_is_the_month_before_less_those_who_left_and_more_those_who_came(seed: int) -> None:
    _, _, staff = random_staff(seed)
    for stock, flows in ((staff.heads, staff.flow_heads), (staff.wte, staff.flow_wte)):
        out, into = flows[: MOVED_AWAY + 1].sum(axis=0), flows[MOVED_HERE:].sum(axis=0)
        np.testing.assert_allclose(stock[1:], stock[:-1] - out[1:] + into[1:], atol=1e-9)


@settings(max_examples=25)
@given(SEEDS)
def test_no_number_of_people_is_below_zero_and_nobody_works_more_than_full_time(seed: int) -> None:
    _, course, staff = random_staff(seed)
    for values in staff:
        assert values.min(initial=0.0) >= -1e-12
    assert (staff.wte <= staff.heads + 1e-9).all()
    assert (staff.learning <= staff.wte + 1e-9).all()
    assert course.participation.max() <= 1


@settings(max_examples=10)
@given(SEEDS)
def test_nobody_who_transfers_is_lost_to_the_system_where_all_stay_within_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    system = random_system(rng)
    course = random_course(rng, system)
    staff = expected_staff(system, course._replace(within=np.ones_like(course.within)))
    assert staff.flow_heads[MOVED_AWAY].sum() > 0
    assert staff.flow_heads[OUT_OF_SYSTEM].sum() == pytest.approx(0, abs=1e-12)
    away, here = (staff.flow_heads[flow].sum(axis=1) for flow in (MOVED_AWAY, MOVED_HERE))
    np.testing.assert_allclose(away, here, atol=1e-12)


def test_all_draws_are_those_of_each_alone_on_any_number_of_threads(busy: tuple[System, Course]) -> None:
    system, course = busy[0], busy[1].only(0, 3)
    each = [expected_staff(system, course, draw) for draw in range(3)]
    for threads in (1, 2):
        drawn = expected_draws(system, course, threads)
        np.testing.assert_array_equal(drawn.wte, [one.wte for one in each])
        np.testing.assert_array_equal(drawn.learning, [one.learning for one in each])
        np.testing.assert_allclose(drawn.whole_flow, [one.flow_wte.sum(axis=1) for one in each])
        np.testing.assert_allclose(drawn.heads_sum, sum(one.heads for one in each))
        np.testing.assert_allclose(drawn.flow_sum, sum(one.flow_wte for one in each))
        np.testing.assert_allclose(drawn.trained_sum, sum(one.trained for one in each))


def test_draws_that_are_alike_are_worked_out_once(busy: tuple[System, Course], monkeypatch: pytest.MonkeyPatch) -> None:
    system, course = busy
    alike = course._replace(**{name: getattr(course, name)[[0, 1, 0, 0]] for name in BY_DRAW})
    each = [expected_staff(system, course, draw) for draw in (0, 1)]
    asked: list[int] = []

    def noted(system: System, course: Course, draw: int) -> Staff:
        asked.append(draw)
        return expected_staff(system, course, draw)

    monkeypatch.setattr("pipeline.model.supply.expected.expected_staff", noted)
    drawn = expected_draws(system, alike, 1)
    assert asked == [0, 1]
    np.testing.assert_array_equal(drawn.wte, [each[number].wte for number in (0, 1, 0, 0)])
    np.testing.assert_allclose(drawn.heads_sum, 3 * each[0].heads + each[1].heads)


@pytest.mark.parametrize("name", BY_DRAW)
def test_a_difference_in_any_array_of_draws_is_seen(busy: tuple[System, Course], name: str) -> None:
    system, course = busy
    alike = course._replace(**{each: getattr(course, each)[[0, 0]] for each in BY_DRAW})
    values = getattr(alike, name).copy()
    values[1] *= 0.5
    drawn = expected_draws(system, alike._replace(**{name: values}), 1)
    assert not (drawn.wte[0] == drawn.wte[1]).all() or not (drawn.learning[0] == drawn.learning[1]).all()


def test_it_is_what_the_method_gives_where_all_who_transfer_leave_the_system(
    busy: tuple[System, Course],
) -> None:
    system, course = busy
    none = course._replace(within=np.zeros_like(course.within))
    for name, values in staff_by_the_book(system, none, 0).items():
        np.testing.assert_allclose(getattr(expected_staff(system, none), name), values, rtol=1e-9, atol=1e-9)


def test_a_team_without_exits_and_without_joiners_stays_as_it_is() -> None:
    staff = expected_staff(one_team(120), plain_course(one_team(120), months=24))
    np.testing.assert_allclose(staff.heads[:, 0], 120)


def test_the_hired_begin_after_the_wait_and_those_with_an_offer_before_the_base_month_come_first() -> None:
    system = one_team(100)
    course = plain_course(
        system, 12, applicants=np.array([2.0]), posts=np.full((1, 13), 120.0), wait=np.full((1, 13), 3.0)
    )
    staff = expected_staff(system, course)
    np.testing.assert_allclose(staff.heads[:, 0], [100, *np.minimum(100 + 2.0 * np.arange(1, 13), 120)])


def test_a_part_of_a_month_of_waiting_is_shared_by_two_months() -> None:
    system = one_team(100)
    course = plain_course(
        system, 4, applicants=np.array([1.0]), posts=np.full((1, 5), 200.0), wait=np.array([[0.0, 1.5, 9.0, 9.0, 9.0]])
    )
    assert expected_staff(system, course).flow_heads[-1, :, 0] == pytest.approx([0, 0, 0.5, 0.5, 0])


def test_no_more_are_hired_than_there_are_funded_posts() -> None:
    system = one_team(100)
    course = plain_course(system, 24, applicants=np.array([5.0]), posts=np.full((1, 25), 110.0))
    assert expected_staff(system, course).heads[-1, 0] == pytest.approx(110)


def test_fewer_hours_for_each_person_leave_more_vacancies_to_fill() -> None:
    system = one_team(100)
    posts = np.full((1, 61), 100.0)
    shorter = plain_course(system, 60, applicants=np.array([5.0]), posts=posts, participation=np.full((1, 1, 61), 0.8))
    staff = expected_staff(system, shorter)
    assert staff.heads[-1, 0] == pytest.approx(125)


def test_an_arrival_is_worth_less_until_its_ramp_is_over() -> None:
    system = one_team(0)
    ramp = np.minimum(1.0, 0.4 + 0.2 * np.arange(24))[None, None, :].repeat(3, axis=1)
    starts = plain_course(
        system, 6, abroad=np.array([[0, 10.0, 0, 0, 0, 0, 0]]), posts=np.full((1, 7), 50.0), ramp=ramp
    )
    staff = expected_staff(system, starts)
    assert staff.learning[:, 0] == pytest.approx([0, 6, 4, 2, 0, 0, 0])
