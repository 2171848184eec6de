"""The queue of examinations that wait for a report: worked by hand, and against one report after another."""

from __future__ import annotations

from collections import deque

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.reporting_queue import (
    capacity_within_limit,
    mean_days,
    months_of_weeks,
    share_later,
    spread_of_days,
    turnaround,
)

pytestmark = pytest.mark.unit

MONTHS = st.lists(st.integers(0, 60), min_size=1, max_size=8)
LIMITS = st.sampled_from([0.5, 12 / 13, 1.5, 3.0])
STEPS = 20
"""Steps of a month in which reports are made one after the other."""


def late_one_by_one(examinations: list[int], capacity: int, unreported: int, limit: float) -> float:
    """Examinations late when each step's are queued and the oldest are reported first, until nobody waits."""
    queue = deque([(-1, unreported * STEPS)])
    late, step = 0, 0
    while queue:
        if step < STEPS * len(examinations):
            queue.append((step, examinations[step // STEPS]))
        left = capacity
        while queue and left >= queue[0][1]:
            came, amount = queue.popleft()
            left -= amount
            late += amount if step - came > limit * STEPS else 0
        if queue:
            came, amount = queue[0]
            queue[0] = (came, amount - left)
            late += left if step - came > limit * STEPS else 0
        step += 1
        if not queue and step < STEPS * len(examinations):
            queue.append((step, 0))
    return late / STEPS


def late(examinations: list[int], capacity: float, unreported: float, limit: float) -> float:
    found = turnaround(np.array(examinations, dtype=float), capacity, unreported, limit)
    return float(found.late.sum() + found.late_at_start)


def test_four_weeks_are_a_little_less_than_a_month() -> None:
    assert months_of_weeks(4, 52) == pytest.approx(12 / 13)


def test_the_queue_grows_by_what_is_not_reported() -> None:
    found = turnaround(np.array([100.0, 160, 80, 0]), 110, 20, 1)
    assert found.unreported.tolist() == [20, 10, 60, 30, 0]
    assert found.reported.tolist() == [110, 110, 110, 30]


def test_those_who_come_to_a_queue_longer_than_the_limit_allows_are_late() -> None:
    # 100 a month within half a month: a queue of 50. It grows from 0 to 100, so the second half of the 200 is late; it
    # stays there for a month, so all of the next 100 are.
    found = turnaround(np.array([200.0, 100, 0, 50]), 100, 0, 0.5)
    assert found.unreported.tolist() == [0, 100, 100, 0, 0]
    assert found.late.tolist() == [100, 100, 0, 0]


def test_the_queue_at_the_start_is_taken_as_just_examined() -> None:
    found = turnaround(np.zeros(3), 10, 25, 1)
    assert float(found.late_at_start) == 15
    assert float(turnaround(np.zeros(3), 10, 25, 2.5).late_at_start) == 0


def test_with_nobody_to_report_everyone_is_late() -> None:
    found = turnaround(np.array([7.0, 5]), 0, 3, 1)
    assert (found.late.tolist(), float(found.late_at_start)) == ([7, 5], 3)


def test_capacity_has_to_keep_up_with_the_busiest_time() -> None:
    # A month of 300 has to be done in that month and the half month after it.
    assert float(capacity_within_limit(np.array([0.0, 300, 0]), 0, 0.5)) == pytest.approx(200)
    # A queue of 90 has to be done in half a month.
    assert float(capacity_within_limit(np.array([10.0, 10]), 90, 0.5)) == pytest.approx(180)
    assert float(capacity_within_limit(np.zeros(2), 0, 1)) == 0


def test_every_draw_has_its_own_queue() -> None:
    examinations = np.array([[100.0, 200], [100, 50]])
    queue, limit = np.array([0.0, 30]), 0.5
    found = turnaround(examinations, np.array([90.0, 110]), queue, limit)
    least = capacity_within_limit(examinations, queue, limit)
    for draw, capacity in enumerate([90.0, 110]):
        alone = turnaround(examinations[:, draw], capacity, queue[draw], limit)
        np.testing.assert_array_equal(found.unreported[:, draw], alone.unreported)
        np.testing.assert_array_equal(found.late[:, draw], alone.late)
        assert least[draw] == capacity_within_limit(examinations[:, draw], queue[draw], limit)


@given(MONTHS, st.integers(1, 60), st.integers(0, 60), LIMITS)
def test_as_many_are_late_as_when_they_are_reported_one_by_one(
    examinations: list[int], capacity: int, unreported: int, limit: float
) -> None:
    # A step has a beginning and an end, so that counted in steps a wait is a step or two longer or shorter.
    slack = 2 / STEPS
    counted = late_one_by_one(examinations, capacity, unreported, limit)
    most = late(examinations, capacity, unreported, limit - slack)
    assert late(examinations, capacity, unreported, limit + slack) - 1e-9 <= counted <= most + 1e-9


@given(MONTHS, st.integers(0, 60), st.integers(0, 60), LIMITS)
def test_nothing_is_lost_and_no_more_are_late_than_come(
    examinations: list[int], capacity: int, unreported: int, limit: float
) -> None:
    come = np.array(examinations, dtype=float)
    found = turnaround(come, capacity, unreported, limit)
    np.testing.assert_allclose(np.diff(found.unreported), come - found.reported)
    assert (found.unreported >= 0).all()
    assert (found.reported <= capacity).all()
    assert (found.late >= 0).all()
    assert (found.late <= come).all()


@given(MONTHS, st.integers(0, 60), LIMITS)
def test_the_least_capacity_keeps_the_limit_and_less_does_not(
    examinations: list[int], unreported: int, limit: float
) -> None:
    least = float(capacity_within_limit(np.array(examinations, dtype=float), unreported, limit))
    assert late(examinations, least * (1 + 1e-9), unreported, limit) == 0
    if least > 0:
        assert late(examinations, least * 0.999, unreported, limit) > 0


def test_amounts_below_zero_and_a_limit_of_no_time_are_refused() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        turnaround(np.array([1.0, -1.0]), 1, 0, 1)
    with pytest.raises(ValueError, match="0 or more"):
        capacity_within_limit(np.array([1.0]), -1, 1)
    with pytest.raises(ValueError, match="longer than no time"):
        capacity_within_limit(np.array([1.0]), 0, 0)


class TestDays:
    def test_median_and_lateness_give_back_the_spread_they_were_made_of(self) -> None:
        median, spread = np.array([4.0, 8.0, 40.0]), np.array([1.2, 0.7, 0.5])
        late = share_later(mean_days(median, spread), spread, 28)
        np.testing.assert_allclose(spread_of_days(median, late, 28, 9), spread)
        assert (late[:2] < 0.5).all()
        assert late[2] > 0.5

    def test_ct_for_outpatients_in_england_is_about_log_normal(self) -> None:
        # Imaging data set, April to June 2024: 62.9 % within 7 days, 80.7 % within 14 and 4.6 % over 28.
        spread = spread_of_days(np.array([4.8]), np.array([0.046]), 28, 2)
        within = 1 - share_later(mean_days(np.array([4.8]), spread), spread, np.array([7.0, 14.0]))
        assert within == pytest.approx([0.629, 0.807], abs=0.06)

    def test_what_tells_no_spread_has_none_and_its_mean_is_the_median(self) -> None:
        # Nobody late, everybody late, no days at all, and half late although the median is short.
        median, late = np.array([3.0, 40.0, 0.0, 3.0]), np.array([0.0, 1.0, 0.1, 0.6])
        spread = spread_of_days(median, late, 28, 2)
        assert np.isnan(spread).all()
        assert mean_days(median, spread).tolist() == median.tolist()
        assert share_later(median, spread, 28).tolist() == [0, 1, 0, 0]

    def test_a_spread_of_two_kinds_of_work_is_held(self) -> None:
        assert spread_of_days(np.array([0.1]), np.array([0.2]), 28, 2).tolist() == [2]

    def test_longer_days_are_more_late_reports(self) -> None:
        spread = np.full(4, 1.1)
        late = share_later(np.array([3.0, 10, 28, 90]), spread, 28)
        assert (np.diff(late) > 0).all()
