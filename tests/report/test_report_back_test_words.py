"""What the report says of past forecasts: better, level or worse, in a sentence; and words where there are none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pandas as pd
import pytest

from pipeline.evidence.back_test import BackTest
from pipeline.evidence.forecast_rows import COLUMNS, MODEL
from pipeline.evidence.plan_opponents import LAST_VALUE, LINEAR_DRIFT, SMOOTHING
from pipeline.report import back_test_words

pytestmark = pytest.mark.unit
ORIGINS = [dt.date(2023, 9, 30), dt.date(2024, 9, 30)]
FLOWS = [
    [ORIGINS[0], measure, "total", "total", 12, 100.0, 5.0, 100.0, MODEL, said, said - 5, said + 5, 1.0]
    for measure, said in (("leavers", 110.0), ("joiners", 96.0))
]


def stocks(errors: Mapping[str, float], people: float = 100.0) -> pd.DataFrame:
    """Radiographers and all staff of 200 forecast too high by so many per cent; ranges hold 3 per cent either side."""
    return pd.DataFrame(
        [
            [origin, "headcount", level, name, 12, before, 5.0, before, method, said, 0.97 * said, 1.03 * said, 1.0]
            for origin in ORIGINS
            for level, name, before in (("profession", "Radiographers", people), ("total", "total", 200.0))
            for method, error in errors.items()
            for said in [before * (1 + error / 100)]
        ],
        columns=COLUMNS,
    )


def of_errors(errors: Mapping[str, float], people: float = 100.0, **change: object) -> BackTest:
    months = pd.date_range("2022-09-30", "2025-09-30", freq="ME")
    fans = pd.concat(
        [
            pd.DataFrame({"origin": pd.Timestamp(origin), "month": months[months >= pd.Timestamp(origin)]}).assign(
                p10=190.0, p50=200.0, p90=210.0
            )
            for origin in [*ORIGINS, dt.date(2025, 3, 31)]
        ],
        ignore_index=True,
    )
    counted = pd.DataFrame({"month": months, "value": 200.0})
    given = {"origins": ORIGINS, "stocks": stocks(errors, people), "flows": pd.DataFrame(FLOWS, columns=COLUMNS)}
    rest = {"fans": fans, "counted": counted, "months": 48, "measured": True}
    return BackTest(**{**given, **rest, **change})


NONE = BackTest([], *(pd.DataFrame(columns=COLUMNS) for _ in range(2)), pd.DataFrame(), pd.DataFrame(), 1, True)


@pytest.mark.parametrize(
    ("ours", "words"),
    [
        (
            2.0,
            "would have done better than naive methods:** its error was 2.0%, against 3.0% for the best of them (last",
        ),
        (2.9, "would have done about as well as naive methods, and no better:** its error was 2.9%, against 3.0%"),
        (4.5, "would have done worse than naive methods:** its error was 4.5%, against 3.0%"),
    ],
)
def test_the_verdict_is_said_plainly(ours: float, words: str) -> None:
    first, _ = back_test_words.back_test_sentences(of_errors({MODEL: ours, LAST_VALUE: 3.0, LINEAR_DRIFT: 5.0}))
    assert words in first
    assert "mean absolute error of professions of 50 people or more; 2 forecasts made from 2 past months" in first


@pytest.mark.parametrize(("ours", "fared"), [(2.0, "better than"), (2.9, "no better than"), (4.5, "worse than")])
def test_a_board_is_told_how_forecasts_fared_in_a_sentence(ours: float, fared: str) -> None:
    said = back_test_words.verdict_said(of_errors({MODEL: ours, LAST_VALUE: 3.0, LINEAR_DRIFT: 5.0}))
    assert said.startswith(
        f"Held to the past, forecasts of each profession's staff a year ahead were {ours}% off, {fared} the best of "
        "the simple ones (3.0%)."
    )
    assert said.endswith("The gap itself could not be held to the past.")
    assert "lay in the ranges meant to hold eight in ten" in said


def test_how_much_better_and_the_statistical_method_are_said() -> None:
    errors = {MODEL: 2.0, LAST_VALUE: 4.0, LINEAR_DRIFT: 5.0, SMOOTHING: 3.0}
    first, second = back_test_words.back_test_sentences(of_errors(errors))
    assert "which is 50% less" in first
    assert "exponential smoothing, had 3.0%" in first
    assert first.endswith("For all staff together it did better: 2.0%, against 4.0% for last value.")
    assert "at 2 past months (September 2023 to September 2024)" in second


def test_small_professions_leave_the_verdict_to_all_staff_together() -> None:
    (first, _) = back_test_words.back_test_sentences(
        of_errors({MODEL: 2.0, LAST_VALUE: 3.0, LINEAR_DRIFT: 3.0}, people=20)
    )
    assert "mean absolute error of all staff together" in first


@pytest.mark.parametrize(
    ("ours", "words"),
    [
        (1.0, "Of what came, 100.0% lay in the ranges meant to hold eight in ten, so they are wider"),
        (9.0, "came, 0.0% lay"),
    ],
)
def test_ranges_are_judged(ours: float, words: str) -> None:
    _, second = back_test_words.back_test_sentences(of_errors({MODEL: ours, LAST_VALUE: 3.0, LINEAR_DRIFT: 3.0}))
    assert words in second


def test_the_furthest_horizon_is_set_beside_the_best_naive_method() -> None:
    errors = {MODEL: 2.0, LAST_VALUE: 3.0, LINEAR_DRIFT: 5.0}
    further = stocks({MODEL: 4.0, LAST_VALUE: 7.0, LINEAR_DRIFT: 6.0}).assign(horizon=24)
    both = of_errors(errors, stocks=pd.concat([stocks(errors), further], ignore_index=True))
    _, second = back_test_words.back_test_sentences(both)
    assert (
        "24 months ahead, the furthest on file, its error was 4.0%, against 6.0% for the best naive method (linear "
        "drift); against the usual movement of each series it was 0.80, against 1.20 for linear drift, and 0.0% of "
        "what came lay in its ranges."
    ) in second
    assert "furthest on file" not in back_test_words.back_test_sentences(of_errors(errors))[1]


def test_large_professions_that_mostly_fell_outside_their_ranges_are_named() -> None:
    said = [
        back_test_words.back_test_sentences(of_errors({MODEL: ours, LAST_VALUE: 3.0, LINEAR_DRIFT: 3.0}, people))[1]
        for ours, people in ((9.0, 100.0), (1.0, 100.0), (9.0, 20.0))
    ]
    named = "less than half of what came a year ahead lay in the ranges for radiographers (0.0%; bias 9.0%)."
    assert [named in each for each in said] == [True, False, False]
    assert not any("less than half" in each for each in said[1:])


class TestLargestGaps:
    ERRORS = ((9.0, "small"), (-9.0, "large"))

    @pytest.mark.parametrize(("ours", "way"), ERRORS)
    def test_whose_ranges_held_too_seldom_are_named_with_the_way_they_are_off(self, ours: float, way: str) -> None:
        tested = of_errors({MODEL: ours, LAST_VALUE: 3.0, LINEAR_DRIFT: 3.0})
        (told,) = back_test_words.largest_gaps_sentences(tested, pd.Series({"Radiographers": 12.0, "Nurses": 3.0}))
        assert "none of the past forecasts for radiographers" in told
        assert "9.0% too" in told
        assert f"probably too {way}" in told
        outside = back_test_words.largest_gaps_outside(tested, pd.Series({"Radiographers": 12.0}))
        assert outside["profession"].tolist() == ["Radiographers"]
        assert back_test_words.never_held_sentences(tested, pd.Series({"Radiographers": 12.0})) == [
            "Of the largest gaps, no past range held for radiographers."
        ]
        assert back_test_words.never_held_sentences(tested, pd.Series({"Radiographers": -1.0})) == []

    def test_forecasts_off_both_ways_are_not_said_to_be_off_in_one(self) -> None:
        errors = {MODEL: 9.0, LAST_VALUE: 3.0, LINEAR_DRIFT: 3.0}
        low, high = stocks(errors), stocks({**errors, MODEL: -9.0})
        both = pd.concat([low[low["origin"] == ORIGINS[0]], high[high["origin"] == ORIGINS[1]]], ignore_index=True)
        (told,) = back_test_words.largest_gaps_sentences(
            of_errors(errors, stocks=both), pd.Series({"Radiographers": 9})
        )
        assert "probably" not in told

    def test_that_held_or_are_none_or_could_not_be_tested_are_not_named(self) -> None:
        held = of_errors({MODEL: 1.0, LAST_VALUE: 3.0, LINEAR_DRIFT: 3.0})
        missed = of_errors({MODEL: 9.0, LAST_VALUE: 3.0, LINEAR_DRIFT: 3.0})
        gaps = pd.Series({"Radiographers": 12.0})
        assert back_test_words.largest_gaps_sentences(held, gaps) == []
        assert back_test_words.largest_gaps_sentences(missed, -gaps) == []
        assert back_test_words.largest_gaps_sentences(NONE, gaps) == []


def test_the_method_of_no_change_is_not_what_errors_are_scaled_by() -> None:
    table = back_test_words.scores_table(of_errors({MODEL: 2.0, LAST_VALUE: 3.0, LINEAR_DRIFT: 5.0}))
    assert "error_against_usual_movement" in table
    assert "before the forecast was made" in back_test_words.TABLE_NOTE


def test_too_little_history_is_said_and_no_figure_made_up() -> None:
    (only,) = back_test_words.back_test_sentences(NONE)
    assert "its files hold 1 month of staff by profession, and it takes 37 months" in only
    assert "cannot be tested yet" in only


def test_assumed_rates_are_said_to_be_so() -> None:
    errors = {MODEL: 2.0, LAST_VALUE: 3.0, LINEAR_DRIFT: 3.0}
    assert "**assumed rates**" in back_test_words.back_test_sentences(of_errors(errors, measured=False))[1]


def test_leavers_and_joiners_are_set_beside_those_who_came() -> None:
    (only,) = back_test_words.flow_sentences(of_errors({MODEL: 2.0, LAST_VALUE: 3.0, LINEAR_DRIFT: 3.0}))
    assert (
        "110 leavers a year, where 100 came (10.0% too many), and 96 joiners a year, where 100 came (4.0% too few)"
        in only
    )
    (none,) = back_test_words.flow_sentences(NONE)
    assert "not on file" in none


def test_tables_give_every_method_and_write_shares() -> None:
    of = of_errors({MODEL: 2.0, LAST_VALUE: 3.0, LINEAR_DRIFT: 5.0})
    table = back_test_words.scores_table(of)
    assert table["method"].tolist() == [MODEL, LAST_VALUE, LINEAR_DRIFT]
    assert table["error"].tolist() == pytest.approx([0.02, 0.03, 0.05])
    assert table["in_range"].tolist() == [1.0, 1.0, 0.0]
    (row,) = back_test_words.professions_table(of).to_dict("records")
    assert row["error_of_model"] == pytest.approx(0.02)
    assert row["bias"] == pytest.approx(0.02)
    assert "error_of_smoothing" not in row
    assert back_test_words.groups_table(of)["of"].unique().tolist() == ["all staff"]


def test_fans_that_are_shown_do_not_overlap_and_begin_a_year_after_the_line() -> None:
    of = of_errors({MODEL: 2.0, LAST_VALUE: 3.0, LINEAR_DRIFT: 5.0})
    fans = back_test_words.fans_shown(of)
    assert fans["origin"].unique().tolist() == [pd.Timestamp(origin) for origin in ORIGINS]
    assert fans.groupby("origin").size().tolist() == [13, 13]
    assert back_test_words.counted_shown(of)["month"].min() == pd.Timestamp("2022-09-30")


def test_no_growth_is_said_where_tests_were_not_counted_for_long() -> None:
    assert "three whole years" in back_test_words.growth_sentences(pd.DataFrame(columns=COLUMNS))[0]
