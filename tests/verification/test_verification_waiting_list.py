"""Worked examples of the NHS-R Community's white paper on waiting lists (Fong et al., medRxiv 2022)."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.model.waiting_list import clearance, relief_capacity, standard_factor, steady_capacity, target_queue

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("demand", "queue", "target", "weeks", "tests"),
    [(30, 1200, 390, 26, 61.153846), (33, 800, 200, 30, 53), (35, 250, 100, 15, 45)],
)
def test_tests_a_week_that_clear_a_list_in_time(
    demand: float, queue: float, target: float, weeks: int, tests: float
) -> None:
    assert relief_capacity(demand, queue, target, weeks) == pytest.approx(tests, rel=1e-7)
    path = clearance(queue, np.full((weeks + 2, 1), float(demand)), target, weeks)
    assert path.done[:weeks, 0] == pytest.approx(np.full(weeks, tests), rel=1e-7)
    assert path.done[weeks:, 0] == pytest.approx([demand, demand])
    assert path.waiting[weeks - 1 :, 0] == pytest.approx([target] * 3)


def test_a_list_that_meets_its_standard() -> None:
    assert target_queue(30, 52, 4) == 390


@pytest.mark.parametrize(
    ("demand", "wait", "factor", "cv_arrivals", "cv_service", "tests"),
    [(30, 52, 3, 1.1, 1.2, 30.076442), (42, 65, 2, 1.2, 1.5, 42.0567692)],
)
def test_tests_a_week_that_hold_a_list_at_its_target(
    demand: float, wait: float, factor: float, cv_arrivals: float, cv_service: float, tests: float
) -> None:
    assert steady_capacity(demand, wait, factor, cv_arrivals, cv_service) == pytest.approx(tests, abs=5e-7)


def test_ninety_nine_in_a_hundred_within_six_weeks() -> None:
    factor = standard_factor(0.99)
    assert factor == pytest.approx(4.605170186)
    mean_wait = 6 / factor
    assert np.exp(-6 / mean_wait) == pytest.approx(0.01)
    assert standard_factor(np.array([0.95, 0.99])) == pytest.approx([2.9957322736, 4.605170186])
