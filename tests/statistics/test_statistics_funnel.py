"""Funnel limits, the spread between organisations, and what lies outside."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.statistics.funnel import CURVE_POINTS, curve, dispersion, limits, outside

pytestmark = pytest.mark.unit
Z95 = 1.959963985


def test_limits_worked_by_hand() -> None:
    # A fifth of 100: spread root(0.2 x 0.8 / 100) = 0.04, so 0.2 -+ 1.96 x 0.04.
    low, high = limits(0.2, [100])
    assert (low[0], high[0]) == pytest.approx((0.2 - Z95 * 0.04, 0.2 + Z95 * 0.04))


def test_limits_are_cut_at_nil_and_one() -> None:
    low, high = limits(0.5, [1], 0.998)
    assert (low[0], high[0]) == (0, 1)
    assert limits(0.02, [10])[0][0] == 0
    assert limits(0.98, [10])[1][0] == 1


def test_a_size_of_nil_or_none_has_no_limits() -> None:
    low, high = limits(0.5, [0, -1, np.nan, 100])
    assert np.isnan(low).tolist() == np.isnan(high).tolist() == [True, True, True, False]


@pytest.mark.parametrize("centre", [-0.1, 1.1, 84.0, float("nan")])
def test_a_centre_that_is_no_proportion_is_refused(centre: float) -> None:
    with pytest.raises(ValueError, match="proportion from 0 to 1"):
        limits(centre, [10])


@given(st.floats(0, 1), st.floats(1, 1e5), st.floats(0, 50))
def test_phi_widens_and_never_narrows(centre: float, size: float, phi: float) -> None:
    (low, high), (lower, higher) = limits(centre, size), limits(centre, size, phi=phi)
    assert lower <= low <= centre <= high <= higher
    if phi <= 1:
        assert (lower, higher) == (low, high)


def test_a_phi_of_four_doubles_the_width() -> None:
    low, high = limits(0.5, [10_000], phi=4)
    assert high[0] - low[0] == pytest.approx(4 * Z95 * 0.005)


class TestDispersion:
    def test_worked_by_hand(self) -> None:
        # Centre a half and 100 each: a spread of 0.05. Scores -4, -2, 0, 2, 4; the tenth percentile lies 0.4 of the
        # way from -4 to -2, so -3.2, and the ninetieth at 3.2. Mean square (3.2^2 x 2 + 2^2 x 2) / 5 = 28.48 / 5.
        assert dispersion([0.3, 0.4, 0.5, 0.6, 0.7], [100] * 5, 0.5) == pytest.approx(28.48 / 5)

    def test_of_points_with_the_spread_of_chance_is_near_one(self) -> None:
        draws = np.random.default_rng(7)
        sizes = draws.integers(200, 2000, 400)
        shares = draws.binomial(sizes, 0.3) / sizes
        assert 1 <= dispersion(shares, sizes, 0.3) < 1.15

    def test_of_points_with_three_times_that_spread_is_two_thirds_of_nine(self) -> None:
        # Drawing in the outer tenths of a normal spread at 1.2816 leaves of its mean square
        # 0.8 - 2 x 1.2816 x 0.1755 + 0.2 x 1.2816^2 = 0.679, so 6.1 of 9.
        draws = np.random.default_rng(7)
        shares = 0.3 + 3 * np.sqrt(0.21 / 1000) * draws.standard_normal(20_000)
        assert dispersion(shares, np.full(20_000, 1000), 0.3) == pytest.approx(6.1, rel=0.05)

    def test_is_at_least_one(self) -> None:
        assert dispersion([0.5, 0.5, 0.5], [10, 20, 30], 0.5) == 1

    def test_one_outlier_of_thirty_hides_itself_little(self) -> None:
        calm = [0.45, 0.55] * 15
        assert dispersion([*calm, 1.0], [100] * 31, 0.5) == pytest.approx(dispersion(calm, [100] * 30, 0.5), rel=0.02)

    def test_is_one_where_fewer_than_two_points_are_known(self) -> None:
        assert dispersion([], [], 0.5) == 1
        assert dispersion([0.9, np.nan, 0.1], [100, 100, 0], 0.5) == 1

    def test_is_one_at_a_centre_of_nil_or_one(self) -> None:
        assert dispersion([0.0, 0.0], [10, 20], 0.0) == dispersion([1.0, 1.0], [10, 20], 1.0) == 1

    @given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 10_000)), max_size=30), st.floats(0.01, 0.99))
    def test_is_a_number_of_one_or_more(self, points: list[tuple[float, int]], centre: float) -> None:
        assert dispersion([share for share, _ in points], [size for _, size in points], centre) >= 1


class TestOutside:
    @staticmethod
    def side(value: float | None, size: float, centre: float = 0.5, **settings: float) -> str:
        return str(outside(pd.Series([value], dtype="float64"), pd.Series([size]), centre, **settings).iloc[0])

    def test_above_below_and_inside(self) -> None:
        # A half of 100: limits of 99.8 % lie 3.09 x 0.05 = 0.1545 off.
        assert [self.side(value, 100) for value in (0.66, 0.65, 0.35, 0.34)] == ["above", "", "", "below"]

    def test_at_another_confidence_and_with_spread(self) -> None:
        assert self.side(0.62, 100, confidence=0.95) == "above"
        assert self.side(0.66, 100, phi=2) == ""

    def test_fewer_than_five_expected_are_too_few_at_either_end(self) -> None:
        assert self.side(1.0, 10) == "above"
        assert self.side(1.0, 9.9) == "too few"
        assert self.side(1.0, 49, centre=0.1) == self.side(0.0, 49, centre=0.9) == "too few"
        assert self.side(1.0, 51, centre=0.1) == "above"
        assert self.side(0.0, 51, centre=0.9) == "below"

    def test_missing_values_and_sizes_are_too_few(self) -> None:
        assert self.side(None, 100) == self.side(0.9, float("nan")) == self.side(0.9, 0) == "too few"

    def test_keeps_the_rows_names(self) -> None:
        found = outside(pd.Series([0.9, 0.5], index=["AAA", "BBB"]), pd.Series([100, 100], index=["AAA", "BBB"]), 0.5)
        assert found.to_dict() == {"AAA": "above", "BBB": ""}


class TestCurve:
    @given(st.floats(0.01, 0.99), st.lists(st.integers(1, 100_000), min_size=1, max_size=20), st.floats(1, 20))
    def test_narrows_towards_the_larger_sizes(self, centre: float, sizes: list[int], phi: float) -> None:
        frame = curve(centre, pd.Series(sizes), phi=phi)
        assert len(frame) == CURVE_POINTS
        assert frame["denominator"].iloc[0] == pytest.approx(min(sizes))
        assert frame["denominator"].iloc[-1] == pytest.approx(max(sizes))
        for name in ("95", "998"):
            assert (frame[f"low_{name}"].diff().dropna() >= -1e-12).all()
            assert (frame[f"high_{name}"].diff().dropna() <= 1e-12).all()
        assert (frame["low_998"] <= frame["low_95"]).all()
        assert (frame["high_998"] >= frame["high_95"]).all()

    def test_has_no_rows_without_a_size(self) -> None:
        for sizes in ([], [0.0, np.nan]):
            frame = curve(0.5, pd.Series(sizes, dtype="float64"))
            assert frame.empty
            assert list(frame) == ["denominator", "centre", "low_95", "high_95", "low_998", "high_998"]
