"""Staff over time by chance."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from supply_systems import one_team, plain_course, random_course, random_system

from pipeline.model.supply import simulate
from pipeline.model.supply.expected import expected_staff
from pipeline.model.supply.simulate import drawn_staff
from pipeline.model.supply.system import (
    LEAVING,
    MOVED_AWAY,
    MOVED_HERE,
    OUT_OF_SYSTEM,
    RETIREMENT,
    Course,
    System,
)

pytestmark = pytest.mark.unit
Busy = tuple[System, Course]


def without_limits(system: System, course: Course) -> Busy:
    """The same without what depends on how many there are: posts, moves and places. What is left is linear."""
    none = np.zeros(0, dtype=np.int32)
    system = system._replace(
        move_from=none, move_to=none, move_rate=np.zeros(0), move_pool=none, pools=0, intake_gate=none, intake_pool=none
    )
    by_intake = {name: getattr(course, name)[:, :0] for name in ("starters", "arrives", "month")}
    limitless = {"posts": np.full_like(course.posts, np.inf), "fill": np.zeros_like(course.fill)}
    return system, course._replace(**limitless, **by_intake, abroad=np.zeros_like(course.abroad))


def test_the_mean_of_the_draws_is_the_expected_value_where_nothing_limits() -> None:
    rng = np.random.default_rng(3)
    system = random_system(rng)
    system, course = without_limits(system, random_course(rng, system))
    expected, drawn = expected_staff(system, course), drawn_staff(system, course.repeated(4000), 5, flows=True)
    for name in ("heads", "wte", "learning"):
        draws = getattr(drawn, name).astype(np.float64)
        error = draws.std(axis=0) / np.sqrt(len(draws))
        score = (draws.mean(axis=0) - getattr(expected, name)) / np.maximum(error, 1e-4)
        assert np.abs(score).max() < 4.5, name
    np.testing.assert_allclose(drawn.flow_sum / 4000, expected.flow_wte, atol=0.05)


def test_the_mean_of_the_draws_is_near_the_expected_value_where_posts_and_places_limit(busy: Busy) -> None:
    system, course = busy
    expected, drawn = expected_staff(system, course), drawn_staff(system, course.repeated(400), 5)
    assert drawn.wte.mean(axis=0).sum(axis=1) == pytest.approx(expected.wte.sum(axis=1), rel=0.03)
    assert drawn.unplaced_sum.sum() / 400 == pytest.approx(expected.unplaced.sum(), rel=0.15)


def test_every_cell_month_and_draw_is_the_month_before_less_those_who_left_and_more_those_who_came(busy: Busy) -> None:
    drawn = drawn_staff(*busy, 1, flows=True)
    out, into = drawn.flow_heads[:, : MOVED_AWAY + 1].sum(axis=1), drawn.flow_heads[:, MOVED_HERE:].sum(axis=1)
    np.testing.assert_array_equal(drawn.heads[:, 1:], drawn.heads[:, :-1] - out[:, 1:] + into[:, 1:])
    assert drawn.flow_heads.sum(axis=(0, 2, 3)).min() > 0
    np.testing.assert_array_equal(drawn.heads_sum, drawn.heads.sum(axis=0))


def test_no_number_of_people_is_below_zero_and_nobody_works_more_than_full_time(busy: Busy) -> None:
    drawn = drawn_staff(*busy, 1, flows=True)
    assert min(values.min(initial=0.0) for values in drawn) >= 0
    assert (drawn.wte <= drawn.heads + 1e-5).all()
    assert (drawn.learning <= drawn.wte + 1e-5).all()


def test_one_thread_and_two_give_the_same_bytes(busy: Busy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulate, "BLOCK", 7)
    one, two = (drawn_staff(*busy, 9, threads=threads, flows=True) for threads in (1, 2))
    assert [values.tobytes() for values in one] == [values.tobytes() for values in two]


def test_another_seed_gives_other_draws_and_the_same_seed_the_same(busy: Busy) -> None:
    first, again, other = (drawn_staff(*busy, seed).wte for seed in (9, 9, 10))
    np.testing.assert_array_equal(first, again)
    assert (first[:, -1] != other[:, -1]).any()


def test_more_draws_leave_the_first_ones_as_they_were(busy: Busy) -> None:
    system, course = busy
    whole = drawn_staff(system, course, 9).wte
    np.testing.assert_array_equal(drawn_staff(system, course.only(0, 25), 9).wte, whole[:25])
    np.testing.assert_array_equal(drawn_staff(system, course.only(25, 40), 9, first=25).wte, whole[25:])


def test_what_repeats_itself_may_be_held_once(busy: Busy) -> None:
    system, course = busy
    hours = course.participation[:, :1, :1]
    written_out = course._replace(
        participation=np.ascontiguousarray(np.broadcast_to(hours, course.participation.shape))
    )
    held_once = course._replace(participation=np.broadcast_to(hours, course.participation.shape))
    np.testing.assert_array_equal(drawn_staff(system, held_once, 9).wte, drawn_staff(system, written_out, 9).wte)
    np.testing.assert_array_equal(expected_staff(system, held_once, 3).wte, expected_staff(system, written_out, 3).wte)


def test_the_memory_taken_is_little_more_than_that_of_the_results(busy: Busy) -> None:
    system, course = busy
    many = course.repeated(4000)
    drawn_staff(system, many.only(0, 1), 9)
    tracemalloc.start()
    try:
        drawn = drawn_staff(system, many, 9)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1.5 * sum(values.nbytes for values in drawn)


def test_working_space_that_runs_out_is_made_larger_and_changes_nothing(
    busy: Busy, monkeypatch: pytest.MonkeyPatch
) -> None:
    ample = drawn_staff(*busy, 9).wte
    monkeypatch.setattr(simulate, "SPARE", 0.2)
    np.testing.assert_array_equal(drawn_staff(*busy, 9).wte, ample)


def test_nobody_who_transfers_is_lost_to_the_system_where_all_stay_within_it(busy: Busy) -> None:
    system, course = busy
    drawn = drawn_staff(system, course._replace(within=np.ones_like(course.within)), 9, flows=True)
    assert drawn.flow_heads[:, OUT_OF_SYSTEM].sum() == 0
    away, here = (drawn.flow_heads[:, flow].sum(axis=2) for flow in (MOVED_AWAY, MOVED_HERE))
    assert away.sum() > 0
    np.testing.assert_array_equal(away, here)


def test_better_retention_only_delays_so_no_draw_has_fewer_staff_in_any_month() -> None:
    """With the same applicants; where vacancies bring applicants it holds of the mean and not of each draw."""
    rng = np.random.default_rng(8)
    system = random_system(rng)
    system, course = without_limits(system, random_course(rng, system, draws=200))
    course = course._replace(within=np.zeros_like(course.within))
    better = course.hazard_draw.copy()
    better[:, :, LEAVING] *= 0.9
    better[:, :, RETIREMENT] *= 0.95
    now, then = drawn_staff(system, course, 3), drawn_staff(system, course._replace(hazard_draw=better), 3)
    assert (then.wte >= now.wte - 1e-4).all()
    assert then.wte[:, -1].sum() > now.wte[:, -1].sum()


def test_what_changes_from_a_month_on_changes_nothing_before_it(busy: Busy) -> None:
    system, course = busy
    lever = course.hazard_lever.copy()
    lever[:, 19:] *= 0.5
    now, then = drawn_staff(system, course, 3).wte, drawn_staff(system, course._replace(hazard_lever=lever), 3).wte
    np.testing.assert_array_equal(now[:, :19], then[:, :19])
    assert then[:, -1].sum() > now[:, -1].sum()


def test_a_team_without_exits_and_without_joiners_stays_as_it_is() -> None:
    system = one_team(120)
    assert (drawn_staff(system, plain_course(system, 24, 10), 1).wte == 120).all()


def test_a_seed_below_zero_is_refused() -> None:
    system = one_team(1)
    with pytest.raises(ValueError, match="seed is -1"):
        drawn_staff(system, plain_course(system, 2), -1)
