"""What months say: the state of the latest, since when, trends, the year before and targets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest

from pipeline.metrics.indicators.parts import SYSTEM
from pipeline.metrics.signals import POINTS, SIGNAL, charted, series_of, signals

pytestmark = pytest.mark.unit

FLAT = [10.0, 11.0] * 8
"""Sixteen months: mean 10.5, moving range 1, so limits of 10.5 -+ 2.66."""
FIRST = pd.Timestamp("2024-01-31")


def ends(count: int, first: pd.Timestamp = FIRST) -> pd.DatetimeIndex:
    return pd.date_range(first, periods=count, freq="ME")


def series(values: Sequence[float | None], indicator: str = "vacancy_rate", **cells: Any) -> pd.DataFrame:
    base = {"indicator": indicator, "organisation": SYSTEM, "pillar": "all", **cells}
    return pd.DataFrame({**base, "month": ends(len(values)), "value": pd.array(values, dtype="float64")})


def signal(values: Sequence[float | None], indicator: str = "vacancy_rate", **options: Any) -> pd.Series:
    return signals(series(values, indicator), **options).iloc[0]


class TestSeriesOf:
    def test_are_in_the_order_of_the_cards_and_of_one_organisation(self) -> None:
        rows = pd.concat(
            [
                series([1, 2], "sickness_rate"),
                series([1, 2], "staff_wte"),
                series([1, 2], "vacancy_rate", organisation="AAA"),
                series([1, 2], "vacancy_rate", pillar="labs"),
                series([1, 2], "vacancy_rate"),
            ]
        )
        found = series_of(rows, ["sickness_rate", "staff_wte", "vacancy_rate"], SYSTEM, ["all"])
        assert found["indicator"].tolist() == ["staff_wte"] * 2 + ["vacancy_rate"] * 2 + ["sickness_rate"] * 2
        assert set(found["pillar"]) == {"all"}
        assert set(found["organisation"]) == {SYSTEM}

    def test_leave_out_an_indicator_whose_months_overlap(self) -> None:
        assert series_of(series([1, 2], "stability"), ["stability"], SYSTEM, ["all"]).empty


class TestCharted:
    def test_has_a_chart_for_each_series_one_below_another(self) -> None:
        both = pd.concat([series(FLAT, "staff_wte"), series(FLAT[:3], "vacancy_rate")])
        points = charted(both)
        assert points.columns.tolist() == POINTS
        assert points["indicator"].tolist() == ["staff_wte"] * 16 + ["vacancy_rate"] * 3
        assert points["mean"].iloc[:16].tolist() == pytest.approx([10.5] * 16)
        assert points["upper"].iloc[0] == pytest.approx(13.16)
        assert points["mean"].iloc[16:].isna().all()
        assert points["state"].tolist() == ["common"] * 16 + [""] * 3

    def test_keeps_a_value_that_is_held_back_as_a_gap(self) -> None:
        points = charted(series([*FLAT[:6], None, *FLAT[7:]]))
        assert len(points) == 16
        assert pd.isna(points["value"].iloc[6])
        assert points["state"].iloc[6] == ""

    def test_limits_begin_anew_where_told(self) -> None:
        points = charted(series([*FLAT[:12], *(value + 90 for value in FLAT[:12])]), rebase_at=[ends(13)[-1]])
        assert points["mean"].tolist() == pytest.approx([10.5] * 12 + [100.5] * 12)
        assert points["phase"].tolist() == [0] * 12 + [1] * 12
        assert set(points["state"]) == {"common"}

    def test_of_nothing_has_the_columns(self) -> None:
        assert charted(series([])).columns.tolist() == POINTS


class TestLatestPoint:
    def test_is_common_inside_the_limits(self) -> None:
        found = signal(FLAT)
        assert (found["variation"], found["rule"], found["side"], found["since"]) == ("common", "", "", None)
        assert (found["value"], found["months"], found["month"]) == (11, 16, ends(16)[-1])
        assert (found["lower"], found["upper"]) == pytest.approx((7.84, 13.16))

    @pytest.mark.parametrize(
        ("indicator", "last", "state"),
        [
            ("vacancy_rate", 30.0, "concerning"),
            ("vacancy_rate", -9.0, "improving"),
            ("joiner_rate", 30.0, "improving"),
            ("joiner_rate", -9.0, "concerning"),
            ("staff_wte", 30.0, "high"),
            ("staff_wte", -9.0, "low"),
        ],
    )
    def test_outside_them_says_which_way_is_better(self, indicator: str, last: float, state: str) -> None:
        found = signal([*FLAT, last], indicator)
        assert (found["variation"], found["rule"]) == (state, "outside")
        assert found["since"] == found["month"] == ends(17)[-1]

    def test_of_a_shift_has_stood_since_its_first_month(self) -> None:
        found = signal([10.0, 12.0] * 4 + [20.0, 21.0] * 4)
        assert (found["variation"], found["side"], found["since"]) == ("concerning", "high", ends(9)[-1])

    def test_of_a_signal_that_a_common_month_broke_begins_after_it(self) -> None:
        # Two months far above, a usual one, and one far above again.
        found = signal([*FLAT, 40.0, 10.0, 40.0])
        assert (found["rule"], found["since"]) == ("outside", ends(19)[-1])

    def test_of_a_signal_on_the_other_side_begins_where_the_side_turned(self) -> None:
        found = signal([*FLAT, 60.0, -40.0])
        assert (found["side"], found["since"]) == ("low", ends(18)[-1])

    def test_of_months_under_the_number_that_limits_need_cannot_be_judged(self) -> None:
        found = signal(FLAT[:11])
        assert (found["variation"], found["months"], found["rule"], found["since"]) == ("too few", 11, "", None)
        assert pd.isna(found[["mean", "lower", "upper"]].tolist()).all()

    def test_of_twelve_months_can_be_judged(self) -> None:
        assert signal(FLAT[:12])["variation"] == "common"

    def test_skips_months_that_are_held_back(self) -> None:
        found = signal([*FLAT, None, None])
        assert (found["month"], found["months"], found["value"]) == (ends(16)[-1], 16, 11)

    def test_of_a_held_back_gap_does_not_count_it_among_the_months(self) -> None:
        found = signal([*FLAT[:5], None, *FLAT[5:11]])
        assert (found["months"], found["variation"]) == (11, "too few")

    def test_after_limits_began_anew_is_judged_by_them(self) -> None:
        values = [*FLAT, *(value + 90 for value in FLAT)]
        assert signal(values)["variation"] == "concerning"
        found = signal(values, rebase_at=[ends(17)[-1]])
        assert (found["variation"], found["mean"]) == ("common", pytest.approx(100.5))

    def test_soon_after_limits_began_anew_is_not_judged(self) -> None:
        found = signal([*FLAT, 100.0, 101.0], rebase_at=[ends(17)[-1]])
        assert (found["variation"], found["since"]) == ("too few", None)


class TestTrend:
    def test_counts_the_rises_in_a_row_and_the_value_they_began_with(self) -> None:
        found = signal([*FLAT, 10.0, 10.2, 10.4, 10.6, 10.8, 11.0, 11.2])
        assert (found["moved"], found["moved_from"]) == (6, 10.0)
        assert found["rule"] == "trend"
        assert found["side"] == "high"

    def test_of_falls_is_below_zero(self) -> None:
        found = signal([*FLAT, 10.9, 10.8, 10.7, 10.6, 10.5, 10.4])
        assert (found["moved"], found["moved_from"]) == (-6, 11.0)
        assert found["side"] == "low"

    def test_of_five_rises_is_none(self) -> None:
        found = signal([*FLAT, 10.0, 10.2, 10.4, 10.6, 10.8, 11.0])
        assert (found["moved"], found["moved_from"], found["variation"]) == (0, 11.0, "common")

    def test_ends_where_a_month_is_level(self) -> None:
        assert signal([*FLAT, 10.0, 10.2, 10.4, 10.6, 10.8, 11.0, 11.2, 11.2])["moved"] == 0

    def test_of_one_month_is_none(self) -> None:
        found = signal([10.0])
        assert (found["moved"], found["moved_from"]) == (0, 10.0)

    def test_of_steps_that_only_rounding_makes_is_none(self) -> None:
        level = [10.5 + place * 1e-14 for place in range(8)]
        assert signal([*FLAT, *level])["moved"] == 0

    def test_that_rises_below_the_average_is_not_the_signal_of_the_months_below(self) -> None:
        found = signal([*[20.0, 21.0] * 12, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0])
        assert (found["side"], found["variation"], found["moved"]) == ("low", "improving", 0)

    def test_begins_in_the_phase_of_the_latest_month(self) -> None:
        # It rises all the time; from the thirteenth month limits begin anew, so rises before are of another phase.
        rising = [float(value) for value in range(26)]
        found = signal(rising, rebase_at=[ends(13)[-1]])
        assert (found["moved"], found["moved_from"]) == (13, 12.0)


class TestYearBefore:
    def test_is_the_same_month_twelve_months_earlier(self) -> None:
        values = [float(value) for value in range(16)]
        assert signal(values)["year_before"] == 3.0

    def test_is_missing_where_it_is_not_on_file_or_held_back(self) -> None:
        assert signal(FLAT[:12])["year_before"] is None
        assert pd.isna(signal([*FLAT[:3], None, *FLAT[4:]])["year_before"])

    def test_reaches_over_the_end_of_february_of_a_leap_year(self) -> None:
        rows = series([float(value) for value in range(14)]).assign(month=ends(14, pd.Timestamp("2024-01-31")))
        to_february = rows[rows["month"] <= pd.Timestamp("2025-02-28")]
        assert signals(to_february).iloc[0]["year_before"] == 1.0


class TestTargets:
    # The months lie between 7.84 and 13.16.
    @pytest.mark.parametrize(
        ("indicator", "target", "said"),
        [
            ("vacancy_rate", 14.0, "passing"),
            ("vacancy_rate", 7.0, "failing"),
            ("vacancy_rate", 10.0, "hit or miss"),
            ("joiner_rate", 7.0, "passing"),
            ("joiner_rate", 14.0, "failing"),
            ("staff_wte", 7.0, "no target"),
        ],
    )
    def test_are_set_beside_the_whole_range(self, indicator: str, target: float, said: str) -> None:
        found = signal(FLAT, indicator, targets={indicator: target})
        assert (found["assured"], found["target"]) == (said, target)

    def test_of_another_indicator_do_not_count(self) -> None:
        found = signal(FLAT, targets={"joiner_rate": 5.0})
        assert (found["assured"], found["target"]) == ("no target", None)

    def test_of_few_months_cannot_be_judged(self) -> None:
        assert signal(FLAT[:5], targets={"vacancy_rate": 5.0})["assured"] == "too few"


class TestSignals:
    def test_have_a_row_a_series_in_the_order_given(self) -> None:
        both = pd.concat([series(FLAT, "sickness_rate"), series(FLAT, "vacancy_rate", pillar="labs")])
        found = signals(both)
        assert found.columns.tolist() == SIGNAL
        assert found[["indicator", "pillar"]].to_numpy().tolist() == [
            ["sickness_rate", "all"],
            ["vacancy_rate", "labs"],
        ]

    def test_leave_out_a_series_that_is_held_back_altogether(self) -> None:
        assert signals(series([None] * 16)).empty

    def test_of_nothing_have_the_columns(self) -> None:
        assert signals(series([])).columns.tolist() == SIGNAL

    def test_say_how_many_employers_the_latest_month_of_a_total_holds(self) -> None:
        found = signals(series(FLAT).assign(counted=[4] * 15 + [3], of=5)).iloc[0]
        assert (found["counted"], found["of"]) == (3, 5)
        assert signal(FLAT)["counted"] is None
