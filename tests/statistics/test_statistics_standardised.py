"""Standardised rates and ratios, worked by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.statistics.intervals import byar, poisson
from pipeline.statistics.standardised import direct_rate, indirect_ratio

pytestmark = pytest.mark.unit


class TestDirectRate:
    def test_worked_by_hand(self) -> None:
        # Rates 10 / 100 = 0.1 and 20 / 400 = 0.05, weighted alike: 0.075.
        # Variance: 0.25 x 10 / 100^2 + 0.25 x 20 / 400^2 = 0.00028125; root of it / 30 = 0.0030619.
        # Byar of 30: 20.2370 and 42.8284, so 0.075 - 0.0030619 x 9.7630 and 0.075 + 0.0030619 x 12.8284.
        rate = direct_rate([10, 20], [100, 400], [1, 1])
        assert (rate.value, rate.low, rate.high) == pytest.approx((0.075, 0.045107, 0.114279), abs=2e-6)
        assert (rate.events, rate.reason) == (30, "")

    def test_is_scaled(self) -> None:
        plain, scaled = (direct_rate([10, 20], [100, 400], [1, 1], scale=scale) for scale in (1, 100))
        assert (scaled.value, scaled.low, scaled.high) == pytest.approx(
            (100 * plain.value, 100 * plain.low, 100 * plain.high)
        )

    def test_of_one_stratum_has_the_limits_of_its_plain_rate(self) -> None:
        rate = direct_rate([30], [600], [17])
        low, high = (float(end) / 600 for end in byar(30))
        assert (rate.value, rate.low, rate.high) == pytest.approx((0.05, low, high))

    def test_of_its_own_mix_is_the_plain_rate(self) -> None:
        assert direct_rate([10, 20], [100, 400], [100, 400]).value == pytest.approx(30 / 500)

    def test_nine_events_are_too_few_and_ten_are_not(self) -> None:
        nine, ten = direct_rate([4, 5], [100, 100], [1, 1]), direct_rate([5, 5], [100, 100], [1, 1])
        assert (nine.events, nine.reason) == (9, "fewer than 10 events")
        assert np.isnan([nine.value, nine.low, nine.high]).all()
        assert (ten.value, ten.reason) == (pytest.approx(0.05), "")

    def test_a_stratum_of_no_people_goes_with_its_weight(self) -> None:
        assert direct_rate([10, 20, 0], [100, 400, 0], [1, 1, 8]) == direct_rate([10, 20], [100, 400], [1, 1])

    @pytest.mark.parametrize("column", [0, 1, 2])
    def test_a_stratum_with_a_number_missing_is_left_out(self, column: int) -> None:
        strata = [[10, 20, 7.0], [100, 400, 50.0], [1, 1, 8.0]]
        strata[column][2] = np.nan
        assert direct_rate(*strata) == direct_rate([10, 20], [100, 400], [1, 1])

    def test_a_stratum_that_one_series_lacks_is_left_out_and_order_does_not_matter(self) -> None:
        events = pd.Series({"old": 20, "young": 10})
        people = pd.Series({"young": 100, "old": 400, "oldest": 30})
        weights = pd.Series({"young": 1, "old": 1, "oldest": 5})
        assert direct_rate(events, people, weights) == direct_rate([10, 20], [100, 400], [1, 1])

    def test_without_strata_or_weights_there_is_none(self) -> None:
        assert direct_rate([], [], []).reason == "fewer than 10 events"
        assert direct_rate([10, 20], [100, 400], [0, 0]).reason == "no stratum with a weight"

    def test_most_weight_on_one_event_does_not_take_the_low_end_below_zero(self) -> None:
        assert direct_rate([1, 50], [10, 1000], [1000, 1]).low == 0

    def test_bad_numbers_are_refused(self) -> None:
        with pytest.raises(ValueError, match="events and no people"):
            direct_rate([10, 2], [100, 0], [1, 1])
        with pytest.raises(ValueError, match="below zero"):
            direct_rate([10, 20], [100, 400], [1, -1])
        with pytest.raises(ValueError, match="length"):
            direct_rate([10, 20], [100], [1, 1])

    @given(
        st.lists(st.tuples(st.integers(0, 50), st.integers(50, 1000), st.integers(1, 100)), min_size=1, max_size=8),
        st.floats(0.5, 0.95),
    )
    def test_holds_its_rate_and_widens_with_confidence(
        self, strata: list[tuple[int, int, int]], confidence: float
    ) -> None:
        columns = [list(column) for column in zip(*strata, strict=True)]
        narrow = direct_rate(*columns, confidence=confidence)
        wide = direct_rate(*columns, confidence=confidence + 0.04)
        if narrow.reason:
            assert sum(columns[0]) < 10
        else:
            assert wide.low <= narrow.low <= narrow.value <= narrow.high < wide.high


class TestIndirectRatio:
    def test_worked_by_hand(self) -> None:
        # Expected: 200 x 0.1 + 100 x 0.05 = 25; observed 30, so 1.2. Byar of 30: 20.2370 and 42.8284, over 25.
        ratio = indirect_ratio([22, 8], [200, 100], [0.1, 0.05])
        assert (ratio.observed, ratio.expected, ratio.value) == pytest.approx((30, 25, 1.2))
        assert (ratio.low, ratio.high) == pytest.approx((0.809478, 1.713136), abs=2e-5)
        assert ratio.reason == ""

    def test_few_events_have_exact_limits(self) -> None:
        ratio = indirect_ratio([5], [100], [0.05])
        assert (ratio.low, ratio.high) == pytest.approx((1.62348639 / 5, 11.66833208 / 5))

    def test_none_observed_is_a_ratio_of_nil_from_nil(self) -> None:
        ratio = indirect_ratio([0, 0], [10, 40], [0.1, 0.1])
        assert (ratio.value, ratio.low, ratio.high) == pytest.approx((0, 0, float(poisson(0)[1]) / 5))

    def test_strata_with_a_number_missing_are_in_neither_sum(self) -> None:
        ratio = indirect_ratio([22, 8, 99, 5], [200, 100, 50, np.nan], [0.1, 0.05, np.nan, 0.1])
        assert ratio == indirect_ratio([22, 8], [200, 100], [0.1, 0.05])

    def test_a_stratum_of_no_people_adds_nothing(self) -> None:
        assert indirect_ratio([22, 8, 0], [200, 100, 0], [0.1, 0.05, 0.9]).expected == pytest.approx(25)

    def test_nothing_expected_has_no_ratio(self) -> None:
        for ratio in (indirect_ratio([], [], []), indirect_ratio([3], [10], [0]), indirect_ratio([0], [0], [0.4])):
            assert np.isnan([ratio.value, ratio.low, ratio.high]).all()
            assert ratio.reason == "no events expected"

    def test_a_number_below_zero_is_refused(self) -> None:
        with pytest.raises(ValueError, match="below zero"):
            indirect_ratio([3], [-10], [0.5])
