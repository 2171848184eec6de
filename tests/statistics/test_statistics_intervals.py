"""Intervals of counts, rates and proportions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.statistics.intervals import byar, exact_poisson, poisson, wilson

pytestmark = pytest.mark.unit
COUNTS = st.just(0.0) | st.floats(1e-3, 1e6)
CONFIDENCES = st.tuples(st.floats(0.5, 0.99), st.floats(0.001, 0.009))
SMALL = 1e-9


def test_byar_worked_by_hand() -> None:
    # Ten events, z = 1.959964.
    # Low: 10 (1 - 1/90 - 1.959964 / (3 x 3.162278))^3 = 10 (1 - 0.011111 - 0.206598)^3 = 10 x 0.782291^3 = 4.787
    # High: 11 (1 - 1/99 + 1.959964 / (3 x 3.316625))^3 = 11 (1 - 0.010101 + 0.196984)^3 = 11 x 1.186883^3 = 18.391
    low, high = byar(10)
    assert (float(low), float(high)) == pytest.approx((4.787, 18.391), abs=2e-3)


def test_no_events_have_a_low_limit_of_nil_and_a_high_one_by_the_logarithm() -> None:
    """The chance of none among so many expected is e to the minus that many: 2.5 % at 3.689."""
    low, high = exact_poisson(0)
    assert (float(low), float(high)) == pytest.approx((0, -np.log(0.025)))
    assert float(byar(0)[0]) == 0


def test_a_count_of_nine_is_exact_and_of_ten_byars() -> None:
    low, high = poisson([9, 10])
    assert (low[0], high[0]) == tuple(float(end) for end in exact_poisson(9))
    assert (low[1], high[1]) == tuple(float(end) for end in byar(10))
    assert low[0] != float(byar(9)[0])


def test_byar_of_one_event_at_a_high_confidence_does_not_fall_below_zero() -> None:
    assert float(byar(1, 0.998)[0]) == 0


def test_wilson_worked_by_hand() -> None:
    # z squared is 3.841459. None of ten: from 0 to 3.841459 / 13.841459 = 0.277533. Ten of ten is its mirror.
    # Five of ten: middle 0.5, reach 1.959964 x root(0.025 + 3.841459 / 400) / 1.3841459 = 0.263407.
    low, high = wilson([0, 10, 5], [10, 10, 10])
    assert low == pytest.approx([0, 0.722467, 0.236593], abs=1e-6)
    assert high == pytest.approx([0.277533, 1, 0.763407], abs=1e-6)


def test_wilson_of_none_and_of_all_ends_at_nought_and_one_exactly() -> None:
    trials = np.arange(1, 400)
    assert (wilson(np.zeros(399), trials)[0] == 0).all()
    assert (wilson(trials, trials)[1] == 1).all()


def test_missing_numbers_have_missing_limits() -> None:
    for low, high in (byar(np.nan), exact_poisson(np.nan), poisson(np.nan), wilson(np.nan, 5), wilson(2, np.nan)):
        assert np.isnan([low, high]).all()
    assert all(np.isnan(end) for end in wilson(0, 0))


def test_limits_have_the_shape_of_what_was_given() -> None:
    for low, high in (poisson([]), poisson([3, 30]), wilson([], []), wilson([[1, 2]], [[5, 5]])):
        assert low.shape == high.shape
    assert poisson([])[0].shape == (0,)
    assert wilson([[1, 2]], [[5, 5]])[0].shape == (1, 2)


@pytest.mark.parametrize("confidence", [0.0, 1.0, 95.0, -0.5])
def test_a_confidence_in_percent_or_none_at_all_is_refused(confidence: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        poisson(5, confidence)
    with pytest.raises(ValueError, match="between 0 and 1"):
        wilson(5, 10, confidence)


def test_counts_below_zero_and_more_events_than_trials_are_refused() -> None:
    with pytest.raises(ValueError, match="below zero"):
        poisson([4, -1])
    with pytest.raises(ValueError, match="more events than trials"):
        wilson([4, 11], [10, 10])


@given(COUNTS, CONFIDENCES)
def test_the_interval_of_a_count_holds_it_and_widens_with_confidence(
    count: float, confidence: tuple[float, float]
) -> None:
    less, more = confidence[0], confidence[0] + confidence[1]
    for interval in (byar, exact_poisson, poisson):
        (low, high), (lower, higher) = interval(count, less), interval(count, more)
        slack = SMALL * (1 + count)
        assert lower <= low + slack <= count + 2 * slack
        assert count <= high + slack <= higher + 2 * slack
        assert lower >= 0


@given(st.floats(0, 1), st.floats(0.01, 1e6), CONFIDENCES)
def test_the_interval_of_a_proportion_holds_it_and_widens_with_confidence(
    share: float, trials: float, confidence: tuple[float, float]
) -> None:
    (low, high) = wilson(share * trials, trials, confidence[0])
    (lower, higher) = wilson(share * trials, trials, confidence[0] + confidence[1])
    assert 0 <= lower <= low + SMALL <= share + 2 * SMALL
    assert share <= high + SMALL <= higher + 2 * SMALL
    assert higher <= 1


@given(st.floats(0.01, 0.99), st.floats(1, 1e5))
def test_the_interval_of_those_that_did_not_is_the_mirror_of_those_that_did(share: float, trials: float) -> None:
    low, high = wilson(share * trials, trials)
    other_low, other_high = wilson(trials - share * trials, trials)
    assert (float(low), float(high)) == pytest.approx((1 - float(other_high), 1 - float(other_low)), abs=1e-9)
