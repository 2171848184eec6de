"""Choosing months, what was known by one, and months between."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.metrics.months import between_months, known_by, month_averages, month_end, month_ends, no_later

pytestmark = pytest.mark.unit

JANUARY, FEBRUARY, MARCH, APRIL, MAY = pd.date_range("2024-01-31", periods=5, freq="ME")


class TestMonthEnd:
    @pytest.mark.parametrize(
        ("words", "day"),
        [("2024-02", "2024-02-29"), ("2025-02", "2025-02-28"), (" 2025-03 ", "2025-03-31"), ("2025-12", "2025-12-31")],
    )
    def test_is_the_last_day(self, words: str, day: str) -> None:
        assert month_end(words) == pd.Timestamp(day)

    @pytest.mark.parametrize("words", ["2025-13", "March 2025", "2025", "2025-03-31", "", "03-2025"])
    def test_of_other_words_is_refused(self, words: str) -> None:
        with pytest.raises(ValueError, match="a month is written as 2025-03, not "):
            month_end(words)

    def test_of_a_list_are_in_its_order(self) -> None:
        assert month_ends("2024-04, 2024-01,") == [APRIL, JANUARY]

    @pytest.mark.parametrize("words", ["", "  ", ", ,"])
    def test_of_an_empty_list_are_none(self, words: str) -> None:
        assert month_ends(words) == []

    def test_of_a_list_with_a_wrong_month_is_refused(self) -> None:
        with pytest.raises(ValueError, match="not 'soon'"):
            month_ends("2024-04, soon")


TABLES = {
    "staff": pd.DataFrame({"month": [JANUARY, FEBRUARY, MARCH], "wte": [1.0, 2.0, 3.0]}),
    "planned_wte": pd.DataFrame({"month": [JANUARY, MAY]}),
    "planned_activity": pd.DataFrame({"month": [MAY]}),
    "pay": pd.DataFrame({"from_date": [MAY]}),
}


class TestKnownBy:
    def test_leaves_out_later_months_and_keeps_the_month_itself(self) -> None:
        assert known_by(TABLES, "2024-02")["staff"]["wte"].tolist() == [1.0, 2.0]

    def test_keeps_plans_and_tables_without_months(self) -> None:
        found = known_by(TABLES, "2024-01")
        assert [len(found[name]) for name in ("planned_wte", "planned_activity", "pay")] == [2, 1, 1]

    @pytest.mark.parametrize("column", ["quarter_end", "year_end"])
    def test_leaves_out_quarters_and_years_that_end_later(self, column: str) -> None:
        later = {"turnaround": pd.DataFrame({column: [JANUARY, MAY]})}
        assert known_by(later, "2024-03")["turnaround"][column].tolist() == [JANUARY]

    @pytest.mark.parametrize("words", ["", " "])
    def test_of_no_month_is_everything(self, words: str) -> None:
        assert len(known_by(TABLES, words)["staff"]) == 3

    def test_of_a_month_before_all_has_no_rows_and_its_columns(self) -> None:
        found = known_by(TABLES, "2020-01")["staff"]
        assert found.empty
        assert found.columns.tolist() == ["month", "wte"]

    def test_does_not_change_what_it_is_given(self) -> None:
        known_by(TABLES, "2024-01")
        assert len(TABLES["staff"]) == 3


class TestNoLater:
    @pytest.mark.parametrize(("words", "is_"), [("", MAY), ("2024-03", MARCH), ("2024-05", MAY), ("2030-01", MAY)])
    def test_takes_the_earlier_of_two_months(self, words: str, is_: pd.Timestamp) -> None:
        assert no_later(MAY.date(), words) == is_.date()


def people(*rows: tuple[str, pd.Timestamp, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["employer", "month", "headcount"])


def filled(frame: pd.DataFrame) -> dict[tuple[str, pd.Timestamp], float]:
    found = between_months(frame, ["employer"], "headcount")
    assert found.columns.tolist() == ["employer", "month", "headcount"]
    return dict(zip(zip(found["employer"], found["month"], strict=True), found["headcount"], strict=True))


def averaged(frame: pd.DataFrame) -> dict[tuple[str, pd.Timestamp], float]:
    found = month_averages(frame, ["employer"], "headcount")
    return dict(zip(zip(found["employer"], found["month"], strict=True), found["headcount"], strict=True))


class TestBetweenMonths:
    def test_fills_the_months_between_along_a_straight_line(self) -> None:
        found = filled(people(("AAA", JANUARY, 10), ("AAA", APRIL, 40)))
        assert found == {
            ("AAA", JANUARY): 10,
            ("AAA", FEBRUARY): pytest.approx(20),
            ("AAA", MARCH): pytest.approx(30),
            ("AAA", APRIL): 40,
        }

    def test_of_each_group_only_between_its_own_first_and_last(self) -> None:
        found = filled(people(("AAA", JANUARY, 10), ("AAA", MAY, 10), ("BBB", FEBRUARY, 5), ("BBB", APRIL, 7)))
        assert {month: value for (code, month), value in found.items() if code == "BBB"} == {
            FEBRUARY: 5,
            MARCH: pytest.approx(6),
            APRIL: 7,
        }

    def test_adds_up_rows_of_one_group_and_month(self) -> None:
        assert filled(people(("AAA", JANUARY, 10), ("AAA", JANUARY, 5))) == {("AAA", JANUARY): 15}

    def test_of_nothing_is_nothing(self) -> None:
        assert between_months(people(), ["employer"], "headcount").empty


class TestMonthAverages:
    def test_are_of_the_beginning_and_the_end_without_the_first(self) -> None:
        found = averaged(people(("AAA", JANUARY, 10), ("AAA", FEBRUARY, 20), ("AAA", MARCH, 40)))
        assert found == {("AAA", FEBRUARY): 15, ("AAA", MARCH): 30}

    def test_fill_a_month_that_is_missing_between(self) -> None:
        found = averaged(people(("AAA", JANUARY, 10), ("AAA", MARCH, 30)))
        assert found == {("AAA", FEBRUARY): pytest.approx(15), ("AAA", MARCH): pytest.approx(25)}

    def test_of_one_month_alone_are_that_month(self) -> None:
        assert averaged(people(("AAA", JANUARY, 10))) == {("AAA", JANUARY): 10}

    def test_of_a_group_with_one_month_beside_a_longer_one_keep_it(self) -> None:
        found = averaged(people(("AAA", JANUARY, 10), ("AAA", FEBRUARY, 20), ("BBB", FEBRUARY, 7)))
        assert found == {("AAA", FEBRUARY): 15, ("BBB", FEBRUARY): 7}

    def test_of_nothing_are_nothing(self) -> None:
        assert month_averages(people(), ["employer"], "headcount").empty
