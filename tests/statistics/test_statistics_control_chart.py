"""Control charts: a worked example, each rule at its boundary, gaps, phases and what a chart says."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.statistics.control_chart import ControlChart, Direction, assured, control_chart, states, variation

pytestmark = pytest.mark.unit
FIRST = pd.Timestamp("2023-01-31")
SERIES = st.lists(st.integers(-1000, 1000).map(float), min_size=12, max_size=40)
OPPOSITE = {"high": "low", "low": "high", "": ""}
STEP = 100.0
"""Steps of the calm months, so wide that no short run breaks another rule."""


def months(length: int) -> pd.Series:
    return pd.Series(pd.date_range(FIRST, periods=length, freq="ME"))


def chart(values: Sequence[float], **settings: Sequence[pd.Timestamp]) -> ControlChart:
    return control_chart(months(len(values)), pd.Series(values, dtype="float64"), **settings)


def calm(pairs: int) -> list[float]:
    """Months on both sides in turn: no rule is broken in them, and their mean is 0."""
    return [STEP, -STEP] * pairs


def broken(found: ControlChart, rule: str) -> list[int]:
    return [int(number) for number in np.flatnonzero(found.points["rule"] == rule)]


EXAMPLE = [10.0, 12.0, 10.0, 12.0, 10.0, 12.0, 10.0, 12.0, 10.0, 12.0, 10.0, 32.0]


class TestWorkedByHand:
    """Ten and twelve in turn, then 32.

    Mean: (6 x 10 + 5 x 12 + 32) / 12 = 152 / 12 = 12.6667.
    Moving ranges: ten of 2 and one of 22; their mean is 42 / 11 = 3.8182.
    Screening: 3.267 x 3.8182 = 12.474, so the 22 goes, and the mean of those left is 2.
    Limits: 12.6667 -+ 2.66 x 2 = 7.3467 and 17.9867.
    """

    def test_mean_and_limits(self) -> None:
        points = chart(EXAMPLE).points
        assert points["mean"].to_numpy() == pytest.approx([152 / 12] * 12)
        assert points["lower"].to_numpy() == pytest.approx([152 / 12 - 5.32] * 12)
        assert points["upper"].to_numpy() == pytest.approx([152 / 12 + 5.32] * 12)

    def test_the_last_point_is_outside_and_those_before_lie_on_one_side(self) -> None:
        points = chart(EXAMPLE).points
        assert points["rule"].tolist() == ["shift"] * 11 + ["outside"]
        assert points["side"].tolist() == ["low"] * 11 + ["high"]

    def test_a_range_below_the_screen_stays(self) -> None:
        # The last point is 16: ranges ten of 2 and one of 6, mean 26 / 11 = 2.3636, screen 7.722.
        points = chart([*EXAMPLE[:-1], 16.0]).points
        assert points["upper"].iloc[0] - points["mean"].iloc[0] == pytest.approx(2.66 * 26 / 11)

    def test_screening_is_done_once(self) -> None:
        # Ranges: nine of 1, one of 5 and one of 100; mean 114 / 11 = 10.36, screen 33.9: only the 100 goes.
        # Of those left the mean is 1.4 and 3.267 x 1.4 = 4.57 would take out the 5 in a second round.
        values = np.cumsum([0, 1, -1, 1, -1, 1, -1, 1, -1, 1, -5, 100]).astype(float)
        points = chart(list(values)).points
        assert points["upper"].iloc[0] - points["mean"].iloc[0] == pytest.approx(2.66 * 1.4)

    def test_one_step_in_a_flat_series_is_all_its_variation(self) -> None:
        # Ranges: ten of 0 and one of 11; without the 11 there would be no width. 2.66 x 1 on both sides of 11 / 12.
        points = chart([0.0] * 11 + [11.0]).points
        assert points["upper"].iloc[0] == pytest.approx(11 / 12 + 2.66)
        assert points["rule"].tolist() == ["shift"] * 11 + ["outside"]


class TestOutside:
    def test_a_point_on_a_limit_is_not_outside(self) -> None:
        # Eight pairs of 0 and 100 apart, seven lone 0 and a lone x: all ranges are 100, so limits lie 266 off the mean
        # of these 24, (800 + x) / 24. x is on its limit where x = (800 + x) / 24 + 266, so 23 x = 800 + 6384 = 7184.
        exact = 7184 / 23
        whole = [*[0.0, 100.0, np.nan] * 8, *[0.0, np.nan] * 7, exact]
        known = np.array(whole)[~np.isnan(whole)]
        assert len(known) == 24
        assert broken(chart(whole), "outside") == []
        assert broken(chart([*whole[:-1], exact + 0.1]), "outside") == [len(whole) - 1]


class TestShift:
    @pytest.mark.parametrize("side", [1.0, -1.0])
    def test_seven_points_on_a_side_are_a_signal_and_six_are_not(self, side: float) -> None:
        # The calm months end with -100: begin with the other side, so that the run has just these points.
        run = [10 * side, 20 * side] * 4
        six, seven = [[*calm(20), -side, *run[:length], side - sum(run[:length])] for length in (6, 7)]
        assert broken(chart(six), "shift") == []
        assert broken(chart(seven), "shift") == list(range(41, 48))
        assert set(chart(seven).points["side"][41:48]) == {"high" if side > 0 else "low"}

    @pytest.mark.parametrize("side", [1.0, -1.0])
    def test_a_run_that_begins_the_series_is_found(self, side: float) -> None:
        run = [10 * side, 20 * side] * 3 + [10 * side]
        values = [*run, -sum(run), *np.array(calm(20)) * side]
        assert broken(chart(values), "shift") == list(range(7))

    def test_a_point_on_the_mean_ends_a_run(self) -> None:
        run = [10.0, 20.0, 10.0, 0.0, 20.0, 10.0, 20.0]
        assert broken(chart([*calm(20), *run, -90.0]), "shift") == []


class TestTrend:
    @pytest.mark.parametrize("way", [1.0, -1.0])
    def test_seven_rising_points_are_a_signal_and_six_are_not(self, way: float) -> None:
        seven = [-130.0, -80.0, -30.0, 20.0, 30.0, 80.0, 110.0]
        six = seven[1:]
        # A step down leads to the first of six, since the last calm month would be a seventh.
        none = chart([way * value for value in (*calm(20), 0.0, *six, 0.0)])
        found = chart([way * value for value in (*calm(20), *seven, 0.0)])
        assert broken(none, "trend") == []
        assert broken(found, "trend") == list(range(40, 47))
        assert set(found.points["side"][40:47]) == {"high" if way > 0 else "low"}

    def test_two_equal_points_end_a_trend(self) -> None:
        rise = [-130.0, -80.0, -30.0, 20.0, 20.0, 30.0, 80.0, 110.0]
        assert broken(chart([*calm(20), *rise, 0.0]), "trend") == []


class TestNearALimit:
    @staticmethod
    def with_points(*outer: float) -> ControlChart:
        """Points after calm months whose steps are 200: two thirds of the reach are about 350."""
        return chart([*calm(100), *outer, -100.0, 100.0])

    def test_two_of_three_are_a_signal_and_one_is_not(self) -> None:
        assert broken(self.with_points(450.0, 0.0, 450.0), "near limit") == [200, 202]
        assert broken(self.with_points(450.0, 450.0), "near limit") == [200, 201]
        assert broken(self.with_points(450.0, 0.0, -50.0), "near limit") == []

    def test_two_of_four_are_not(self) -> None:
        assert broken(self.with_points(450.0, 0.0, -50.0, 450.0), "near limit") == []

    def test_one_on_each_side_are_not(self) -> None:
        assert broken(self.with_points(450.0, 0.0, -450.0), "near limit") == []

    def test_a_point_outside_is_named_so_and_counts_for_its_neighbour(self) -> None:
        points = self.with_points(900.0, 450.0).points
        assert points["rule"].tolist()[200:202] == ["outside", "near limit"]

    def test_a_point_just_within_two_thirds_is_not_near(self) -> None:
        points = self.with_points(450.0, 0.0, 450.0).points
        third = float(points["mean"].iloc[0] + (points["upper"].iloc[0] - points["mean"].iloc[0]) * 2 / 3)
        assert broken(self.with_points(450.0, 0.0, third - 5), "near limit") == []
        assert broken(self.with_points(450.0, 0.0, third + 5), "near limit") == [200, 202]


class TestEnough:
    def test_eleven_points_have_no_limits_and_twelve_have(self) -> None:
        eleven, twelve = chart(EXAMPLE[:11]), chart(EXAMPLE)
        assert (eleven.enough, eleven.says) == (False, "11 months; limits need 12")
        assert eleven.points[["mean", "lower", "upper"]].isna().all(axis=None)
        assert set(eleven.points["rule"]) == set(eleven.points["side"]) == {""}
        assert (twelve.enough, twelve.says) == (True, "")

    def test_months_without_a_value_do_not_count(self) -> None:
        assert chart([*EXAMPLE[:11], np.nan]).says == "11 months; limits need 12"

    def test_months_none_of_which_follow_another_have_no_limits(self) -> None:
        found = chart([value for pair in zip(EXAMPLE, [np.nan] * 12, strict=True) for value in pair])
        assert not found.enough
        assert "no two months in a row" in found.says
        assert set(found.points["rule"]) == {""}

    def test_an_empty_series_has_none(self) -> None:
        found = control_chart(pd.Series([], dtype="datetime64[ns]"), pd.Series([], dtype="float64"))
        assert (found.enough, found.says, len(found.points)) == (False, "0 months; limits need 12", 0)
        assert variation(found, "higher") == "too few"
        assert assured(found, 1.0, "higher") == "too few"

    def test_a_month_that_stands_twice_is_refused(self) -> None:
        with pytest.raises(ValueError, match="two values for one month"):
            control_chart(pd.Series([FIRST, FIRST]), pd.Series([1.0, 2.0]))

    def test_a_month_that_is_not_its_last_day_is_refused_and_not_lost(self) -> None:
        with pytest.raises(ValueError, match="month end"):
            control_chart(pd.Series([pd.Timestamp("2023-01-01"), FIRST]), pd.Series([1.0, 2.0]))


class TestGaps:
    def test_a_missing_month_has_a_row_without_a_value(self) -> None:
        keep = [number for number in range(13) if number != 5]
        found = control_chart(months(13)[keep], pd.Series(EXAMPLE))
        assert len(found.points) == 13
        assert np.isnan(found.points["value"][5])
        assert found.points["rule"][5] == ""
        assert states(found, "higher")[5] == ""

    def test_no_moving_range_reaches_over_it(self) -> None:
        # 0, 2, 0, 2, 0, 2, gap, 20, 22, 20, 22, 20, 22: all ranges are 2; one over the gap would be 18.
        values = [0.0, 2.0] * 3 + [np.nan] + [20.0, 22.0] * 3
        points = chart(values).points
        assert (points["upper"] - points["mean"]).to_numpy() == pytest.approx([5.32] * 13)

    def test_runs_pass_over_it(self) -> None:
        run = [10.0, 20.0, 10.0, np.nan, 20.0, 10.0, 20.0, 10.0]
        assert broken(chart([*calm(20), *run, -100.0]), "shift") == [40, 41, 42, 44, 45, 46, 47]

    def test_months_come_in_any_order(self) -> None:
        order = np.random.default_rng(3).permutation(12)
        mixed = control_chart(months(12)[order], pd.Series(EXAMPLE)[order])
        pd.testing.assert_frame_equal(mixed.points, chart(EXAMPLE).points)


class TestPhases:
    def test_each_has_limits_of_its_own_and_no_range_joins_them(self) -> None:
        values = [0.0, 2.0] * 6 + [100.0, 104.0] * 6
        points = chart(values, rebase_at=[months(13).iloc[-1]]).points
        assert points["phase"].tolist() == [0] * 12 + [1] * 12
        assert points["mean"].to_numpy() == pytest.approx([1.0] * 12 + [102.0] * 12)
        assert points["upper"].to_numpy() == pytest.approx([6.32] * 12 + [112.64] * 12)
        assert set(points["rule"]) == {""}

    def test_the_latest_decides_whether_there_are_enough(self) -> None:
        found = chart([*EXAMPLE, *EXAMPLE[:11]], rebase_at=[months(13).iloc[-1]])
        assert (found.enough, found.says) == (False, "11 months; limits need 12")
        assert found.points["mean"].notna().tolist() == [True] * 12 + [False] * 11
        assert variation(found, "lower") == "too few"

    def test_a_run_does_not_reach_from_one_into_the_next(self) -> None:
        values = [*calm(10), 10.0, 20.0, 10.0, 20.0, -60.0, *[20.0, 10.0, 20.0, -50.0], *calm(10)]
        assert broken(chart(values, rebase_at=[months(26).iloc[-1]]), "shift") == []


class TestWhatAChartSays:
    @pytest.mark.parametrize(
        ("direction", "high", "low"),
        [("higher", "improving", "concerning"), ("lower", "concerning", "improving"), ("neither", "high", "low")],
    )
    def test_states_by_direction(self, direction: Direction, high: str, low: str) -> None:
        assert states(chart(EXAMPLE), direction).tolist() == [low] * 11 + [high]
        assert variation(chart(EXAMPLE), direction) == high
        assert variation(chart([*EXAMPLE[:11], 10.0, 12.0]), direction) == "common"

    def test_the_state_of_the_latest_month_with_a_value(self) -> None:
        assert variation(chart([*EXAMPLE, np.nan]), "higher") == "improving"

    def test_states_are_empty_without_limits(self) -> None:
        assert set(states(chart(EXAMPLE[:11]), "lower")) == {""}

    @pytest.mark.parametrize(
        ("target", "higher", "lower"),
        [(5.0, "passing", "failing"), (13.0, "hit or miss", "hit or miss"), (20.0, "failing", "passing")],
    )
    def test_a_target_is_met_by_the_process_as_it_is_or_not_or_by_chance(
        self, target: float, higher: str, lower: str
    ) -> None:
        assert assured(chart(EXAMPLE), target, "higher") == higher
        assert assured(chart(EXAMPLE), target, "lower") == lower

    def test_a_limit_that_meets_the_target_passes(self) -> None:
        points = chart(EXAMPLE).points
        assert assured(chart(EXAMPLE), float(points["lower"].iloc[-1]), "higher") == "passing"
        assert assured(chart(EXAMPLE), float(points["upper"].iloc[-1]), "lower") == "passing"

    def test_no_target_and_no_direction_and_too_few(self) -> None:
        assert assured(chart(EXAMPLE), None, "higher") == "no target"
        assert assured(chart(EXAMPLE), float("nan"), "higher") == "no target"
        assert assured(chart(EXAMPLE), 5.0, "neither") == "no target"
        assert assured(chart(EXAMPLE[:11]), 5.0, "lower") == "too few"


class TestAllEqual:
    @pytest.mark.parametrize("value", [0.0, 0.1, 1e9, -3.3])
    def test_a_flat_series_breaks_no_rule_and_meets_its_own_value(self, value: float) -> None:
        found = chart([value] * 14)
        assert set(found.points["rule"]) == {""}
        assert variation(found, "higher") == "common"
        assert assured(found, value, "higher") == assured(found, value, "lower") == "passing"


@given(SERIES, st.integers(-10_000, 10_000))
def test_adding_a_constant_shifts_the_lines_and_changes_no_rule(values: list[float], more: int) -> None:
    here, there = chart(values).points, chart([value + more for value in values]).points
    for line in ("mean", "lower", "upper"):
        assert there[line].to_numpy() == pytest.approx(here[line].to_numpy() + more, abs=1e-6)
    assert there["rule"].tolist() == here["rule"].tolist()
    assert there["side"].tolist() == here["side"].tolist()


@given(SERIES)
def test_turning_the_sign_swaps_high_and_low(values: list[float]) -> None:
    here, there = chart(values).points, chart([-value for value in values]).points
    assert there["upper"].to_numpy() == pytest.approx(-here["lower"].to_numpy(), abs=1e-9)
    assert there["rule"].tolist() == here["rule"].tolist()
    assert there["side"].tolist() == [OPPOSITE[side] for side in here["side"]]
