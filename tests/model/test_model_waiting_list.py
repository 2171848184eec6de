"""Lists that are cleared, held and left to themselves, worked by hand and for any numbers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pipeline.model.waiting_list import (
    Array,
    ListPath,
    backlog_left,
    clearance,
    clearance_work,
    list_after,
    standard_factor,
    target_queue,
)

pytestmark = pytest.mark.unit
MONTHS, DRAWS, LISTS = 7, 3, 2
PATIENTS = st.floats(0, 5000)


class Lists(NamedTuple):
    """Two lists of three draws over seven months."""

    opening: Array
    referrals: Array
    target: Array
    clear_in: float
    removed_share: Array

    @property
    def path(self) -> ListPath:
        return clearance(*self)


def by_month(*numbers: float) -> Array:
    return np.array(numbers)[:, np.newaxis]


some_lists = st.builds(
    Lists,
    opening=arrays(float, (LISTS, DRAWS), elements=PATIENTS),
    referrals=arrays(float, (LISTS, MONTHS, DRAWS), elements=PATIENTS),
    target=arrays(float, (LISTS, MONTHS, DRAWS), elements=PATIENTS),
    clear_in=st.sampled_from([0.5, 1.0, 3.0, 6.5, 40.0, np.inf]),
    removed_share=arrays(float, (LISTS, DRAWS), elements=st.floats(0, 1)),
)


def assert_nobody_appears_or_disappears(lists: Lists, path: ListPath) -> None:
    before = np.concatenate([lists.opening[:, np.newaxis, :], path.waiting[:, :-1, :]], axis=1)
    np.testing.assert_allclose(path.waiting, before + lists.referrals - path.done - path.removed, rtol=1e-12, atol=1e-8)
    np.testing.assert_allclose(path.removed, lists.removed_share[:, np.newaxis, :] * before)
    assert (path.done >= 0).all()
    assert (path.done <= before + lists.referrals).all()
    assert (path.waiting >= 0).all()


@given(some_lists)
def test_everybody_on_a_list_that_is_cleared_is_seen_removed_or_still_waiting(lists: Lists) -> None:
    assert_nobody_appears_or_disappears(lists, lists.path)


@given(some_lists, arrays(float, (LISTS, MONTHS, DRAWS), elements=PATIENTS))
def test_everybody_on_a_list_with_tests_given_is_seen_removed_or_still_waiting(lists: Lists, done: Array) -> None:
    path = list_after(lists.opening, lists.referrals, done, lists.removed_share)
    assert_nobody_appears_or_disappears(lists, path)
    assert (path.done <= done + 1e-8).all()
    fewer = path.done < done - 1e-8
    assert (path.waiting[fewer] == 0).all()


@given(some_lists)
def test_clearance_work_ends_with_the_backlog(lists: Lists) -> None:
    work = clearance_work(lists.opening, lists.target, MONTHS, lists.clear_in)
    backlog = np.maximum(0, lists.opening - lists.target[:, 0, :])
    ended = np.arange(MONTHS) >= lists.clear_in
    assert (work >= 0).all()
    assert (work[:, ended, :][:, 1:, :] == 0).all()
    cleared = min(1.0, MONTHS / lists.clear_in)
    np.testing.assert_allclose(work.sum(axis=1), cleared * backlog, atol=1e-8)


@given(some_lists)
def test_a_list_is_never_above_its_target_once_its_backlog_is_gone(lists: Lists) -> None:
    left = backlog_left(lists.opening, lists.target, MONTHS, lists.clear_in)
    assert (lists.path.waiting <= lists.target + left).all()


@given(some_lists)
def test_a_list_below_its_target_is_not_let_up_to_it(lists: Lists) -> None:
    high = lists._replace(target=lists.target + lists.opening.max() + 1).path.waiting
    assert (np.diff(high, axis=1) <= 0).all()
    assert (high[:, 0, :] <= lists.opening).all()


@given(some_lists)
def test_each_draw_and_list_goes_its_own_way(lists: Lists) -> None:
    together = lists.path
    alone = clearance(
        float(lists.opening[1, 2]),
        lists.referrals[1, :, 2:],
        lists.target[1, :, 2:],
        lists.clear_in,
        float(lists.removed_share[1, 2]),
    )
    np.testing.assert_array_equal(alone.done, together.done[1, :, 2:])
    np.testing.assert_array_equal(alone.waiting, together.waiting[1, :, 2:])


@given(some_lists)
def test_tests_of_a_policy_done_again_leave_the_same_list(lists: Lists) -> None:
    again = list_after(lists.opening, lists.referrals, lists.path.done, lists.removed_share)
    np.testing.assert_allclose(again.waiting, lists.path.waiting, rtol=1e-9, atol=1e-6)


def test_a_backlog_goes_in_even_parts_while_the_target_grows_with_referrals() -> None:
    # 60 over the target of the first month, in three months: 20 each. The target takes up 1 a month.
    path = clearance(100.0, by_month(40, 41, 42, 43, 44), by_month(40, 41, 42, 43, 44), 3)
    assert path.waiting[:, 0].tolist() == pytest.approx([80, 61, 42, 43, 44])
    assert path.done[:, 0].tolist() == pytest.approx([60, 60, 61, 42, 43])


def test_those_removed_without_a_test_need_none() -> None:
    path = clearance(100.0, by_month(30, 30, 30), 60.0, 2, removed_share=0.1)
    assert path.removed[:, 0].tolist() == pytest.approx([10, 8, 6])
    assert path.waiting[:, 0].tolist() == pytest.approx([80, 60, 60])
    assert path.done[:, 0].tolist() == pytest.approx([40, 42, 24])


def test_more_removed_than_the_plan_foresaw_leave_nothing_to_do_and_no_way_back_up() -> None:
    path = clearance(100.0, by_month(10, 10), 90.0, 1, removed_share=0.5)
    # 50 are left and 10 come: 60 are fewer than the 90 aimed at. Then 30 leave, 10 come and the rest stay.
    assert path.waiting[:, 0].tolist() == [60, 40]
    assert path.done[:, 0].tolist() == [0, 0]


def test_a_list_below_its_target_may_grow_to_it_when_told() -> None:
    referrals = by_month(30, 30)
    held = clearance(50.0, referrals, 60.0, 6)
    assert (held.waiting[:, 0].tolist(), held.done[:, 0].tolist()) == ([50, 50], [30, 30])
    grown = clearance(50.0, referrals, 60.0, 6, may_grow=True)
    assert (grown.waiting[:, 0].tolist(), grown.done[:, 0].tolist()) == ([60, 60], [20, 30])


def test_a_list_at_its_target_follows_it() -> None:
    path = clearance(60.0, by_month(30, 30), by_month(60, 62), 6)
    assert path.waiting[:, 0].tolist() == [60, 62]


def test_a_backlog_that_is_never_cleared_stays_as_it_is() -> None:
    path = clearance(100.0, by_month(30, 30, 30), by_month(60, 61, 62), np.inf)
    assert path.waiting[:, 0].tolist() == [100, 101, 102]
    assert (clearance_work(100.0, 60.0, 3, np.inf) == 0).all()


def test_the_same_tests_every_month_leave_a_list_of_none_at_the_least() -> None:
    path = list_after(np.array([10.0, 100.0]), by_month(20, 20), 30.0)
    assert path.waiting.tolist() == [[0, 90], [0, 80]]
    assert path.done.tolist() == [[30, 30], [20, 30]]


def test_draws_of_the_opening_list_meet_one_path_of_referrals() -> None:
    path = clearance(np.array([100.0, 40.0]), by_month(30, 30), 60.0, np.array([1.0, 4.0]))
    assert path.waiting.tolist() == [[60, 40], [60, 40]]


def test_a_target_follows_from_demand_and_standard_by_month() -> None:
    target = target_queue(by_month(100, 110), 6 / (52 / 12), standard_factor(np.array([0.95, 0.99])))
    assert target.shape == (2, 2)
    assert target[1] / target[0] == pytest.approx([1.1, 1.1])
    assert (target[:, 1] < target[:, 0]).all()


@pytest.mark.parametrize("share", [0.0, 1.0, 1.2, np.nan])
def test_a_standard_that_nobody_or_everybody_must_meet_has_no_factor(share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        standard_factor(share)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"opening": -1.0}, "below 0"),
        ({"referrals": by_month(1, -1)}, "below 0"),
        ({"referrals": by_month(1, np.nan)}, "missing"),
        ({"referrals": np.ones(3)}, "axis of months"),
        ({"target": -1.0}, "target"),
        ({"target": np.ones(2)}, "axis of months"),
        ({"clear_in": 0.0}, "more than 0"),
        ({"removed_share": 1.5}, "between 0 and 1"),
    ],
)
def test_numbers_outside_their_range_are_refused(changed: dict[str, Array | float], says: str) -> None:
    sound = {"opening": 10.0, "referrals": by_month(1, 1), "target": 5.0, "clear_in": 2.0, "removed_share": 0.1}
    clearance(**sound)
    with pytest.raises(ValueError, match=says):
        clearance(**{**sound, **changed})


def test_tests_below_none_are_refused() -> None:
    with pytest.raises(ValueError, match="below 0"):
        list_after(10.0, by_month(1, 1), -1.0)
