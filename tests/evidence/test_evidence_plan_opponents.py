"""What a forecast has to beat: last value, linear drift and exponential smoothing."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.evidence.plan_opponents import exponential_smoothing, last_value, linear_drift
from pipeline.evidence.scores import coverage

pytestmark = pytest.mark.unit
AHEAD = (3, 12)


def walk(seed: int, months: int, drift: float = 0.0) -> np.ndarray:
    return 500 + np.cumsum(np.random.default_rng(seed).normal(drift, 4.0, months))


def test_the_last_value_stays_with_a_spread_that_grows_as_the_root_of_the_steps() -> None:
    middle, low, high = last_value(np.array([10.0, 12.0, 10.0, 12.0]), AHEAD)
    assert middle.tolist() == [12.0, 12.0]
    assert (high - low)[1] / (high - low)[0] == pytest.approx(2.0)
    assert (high - middle)[0] == pytest.approx(1.2815515655 * 2 * np.sqrt(3))


def test_drift_goes_on_by_the_mean_step() -> None:
    middle, low, high = linear_drift(np.array([10.0, 11.0, 13.0, 16.0]), AHEAD)
    assert middle.tolist() == [22.0, 40.0]
    assert (low < middle).all()
    assert (middle < high).all()


def test_two_months_have_no_spread_of_steps_and_fall_back_to_the_last_value() -> None:
    series = np.array([10.0, 12.0])
    assert [each.tolist() for each in linear_drift(series, AHEAD)] == [
        each.tolist() for each in last_value(series, AHEAD)
    ]


def test_smoothing_follows_a_straight_line() -> None:
    months = np.arange(48.0)
    noise = np.random.default_rng(1).normal(0, 0.5, 48)
    middle, low, high = exponential_smoothing(100 + 2 * months + noise, AHEAD)
    assert middle == pytest.approx([200.0, 218.0], abs=2.0)
    assert (low < high).all()


def test_smoothing_of_what_never_changes_is_the_last_value() -> None:
    assert [each.tolist() for each in exponential_smoothing(np.full(30, 7.0), AHEAD)] == [[7.0, 7.0]] * 3


def test_ranges_of_random_walks_hold_about_eight_in_ten() -> None:
    for opponent in (last_value, linear_drift):
        came, lows, highs = [], [], []
        for seed in range(400):
            series = walk(seed, 72)
            _, low, high = opponent(series[:60], (12,))
            came.append(series[71])
            lows.append(low[0])
            highs.append(high[0])
        assert coverage(lows, highs, came) == pytest.approx(0.8, abs=0.06)
