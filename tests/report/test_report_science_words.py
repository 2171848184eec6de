"""Healthcare science, retirement and boards in words."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from pipeline.metrics.need import Comparison
from pipeline.metrics.retirement import retirement_by
from pipeline.metrics.scope import Scope
from pipeline.report import science_words as words
from pipeline.report.display import table
from pipeline.report.wte_disclosure import GROUPS, HeldWte

pytestmark = pytest.mark.unit

SCOPE = Scope({"AAA": "Alder", "BBB": "Birch"}, frozenset({"Q1X"}), frozenset(), ("labs", "physiological"))
SEEN = [
    ("labs", "Healthcare scientists: blood sciences", 40.0, 44.0, 2),
    ("labs", "Healthcare scientists: genetics", None, None, 0),
    ("physiological", "Healthcare scientists: cardiac science", 8.25, 9.0, 1),
]
NEVER = ("nan", "NaN", "NaT", "None", "<NA>")


def seen(*rows: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["pillar", "profession", "wte", "headcount", "employers"]).astype(
        {"wte": "float64", "headcount": "float64"}
    )


class TestDisciplines:
    def test_that_are_shown_are_counted_and_the_largest_named(self) -> None:
        (said,) = words.disciplines_sentences(seen(*SEEN))
        assert said == (
            "The files show healthcare scientists in 2 of 3 disciplines: **48 WTE**, the largest in blood sciences "
            "(40). Nobody is counted in genetics; its staff may stand under another name, or work elsewhere."
        )

    def test_that_nobody_shows_are_several(self) -> None:
        more = ("labs", "Healthcare scientists: <b>neuro_science", None, None, 0)
        (said,) = words.disciplines_sentences(seen(*SEEN, more))
        assert "Nobody is counted in genetics and \\<b\\>neuro\\_science; their staff may" in said

    def test_that_all_show_lack_nobody(self) -> None:
        assert "Nobody" not in words.disciplines_sentences(seen(SEEN[0]))[0]

    def test_that_no_file_shows_are_not_spoken_of(self) -> None:
        assert words.disciplines_sentences(seen(SEEN[1])) == []
        assert words.disciplines_sentences(seen()) == []

    def test_table_has_a_column_an_employer_that_has_some(self) -> None:
        by_employer = pd.DataFrame(
            [(SEEN[0][1], "BBB", 30.0), (SEEN[2][1], "BBB", 8.25)],
            columns=["profession", "employer", "wte"],
        )
        shown = words.disciplines_table(seen(*SEEN), by_employer, SCOPE).frame
        assert shown.columns.tolist() == ["discipline", "employers", "wte", "Birch"]
        assert shown["discipline"].tolist() == ["Blood sciences", "Cardiac science", "Genetics"]
        assert shown["Birch"].iloc[:2].tolist() == [30.0, 8.25]
        assert shown[["wte", "Birch"]].iloc[2].isna().all()
        assert not [word for word in NEVER if word in table(shown, caption="Disciplines", rule="none").html]


class TestRetirement:
    def exposure(self, *rows: tuple[str, int]) -> pd.DataFrame:
        frame = pd.DataFrame(rows, columns=["age_band", "headcount"])
        return retirement_by(frame.assign(pillar="labs", profession="Scientists"), ["pillar", "profession"], age=60)

    def test_table_counts_those_past_the_age_and_those_who_reach_it(self) -> None:
        # 20 of 55 to 59: 4 reach 60 within a year, 12 within three, all within five. 10 are past it, of 100.
        shown = words.retirement_table(self.exposure(("45-49", 70), ("55-59", 20), ("60-64", 10)), "none")
        assert shown.frame.iloc[0].to_dict() == {
            "profession": "Scientists",
            "pillar": "Laboratories",
            "people": 100,
            "of_that_age_already": 10,
            "within_1_year": 4,
            "within_3_years": 12,
            "within_5_years": 20,
            "share_within_5_years": pytest.approx(0.2),
        }

    def test_table_hides_small_numbers_and_makes_the_share_of_what_is_left(self) -> None:
        # Of 103 people shown as 105, 21 reach the age in five years, shown as 20: 20 / 105.
        shown = words.retirement_table(self.exposure(("45-49", 79), ("55-59", 21), ("60-64", 3)), "hes_2018")
        assert shown.hidden.columns.tolist() == shown.frame.columns.tolist()
        assert shown.hidden.loc[0, ["of_that_age_already", "within_5_years"]].tolist() == [True, False]
        # A fifth and three fifths of the 20 that are shown: they tell no more than it does.
        assert shown.frame.loc[0, ["within_1_year", "within_3_years"]].tolist() == [4, 12]
        assert shown.frame.loc[0, "people"] == 105
        assert shown.frame.loc[0, "share_within_5_years"] == pytest.approx(20 / 105)
        html = table(shown, caption="Retirement").html
        assert "*" in html
        assert "nobody can be identified" in html

    def test_table_hides_the_share_whose_count_is_hidden(self) -> None:
        shown = words.retirement_table(self.exposure(("45-49", 97), ("55-59", 3)), "hes_2018")
        assert pd.isna(shown.frame.loc[0, "share_within_5_years"])
        assert shown.hidden.loc[0, ["within_1_year", "within_3_years", "share_within_5_years"]].all()
        assert shown.frame.loc[0, "of_that_age_already"] == 0


def comparison(rates: list[tuple[Any, ...]], left_out: list[str]) -> Comparison:
    columns = ["area", "pillar", "wte", "wte_per_100000", "wte_per_100000_weighted"]
    lacking = pd.DataFrame({"area": left_out, "pillar": "labs", "lacking": "RXX", "people_known": True})
    return Comparison(pd.DataFrame(rates, columns=columns), lacking)


class TestBoards:
    def test_table_puts_the_highest_first_and_marks_our_own(self) -> None:
        found = comparison([("Q1X", "labs", 50.0, 5.0, 4.0), ("Q2X", "labs", 90.0, 9.0, 8.0)], [])
        shown = words.boards_table(found, {"Q1X": "North"}, SCOPE)
        assert shown["board"].tolist() == ["Q2X", "North (this plan)"]
        assert shown["WTE for 100,000 people"].tolist() == [9.0, 5.0]

    def test_that_cannot_be_compared_are_named_once(self) -> None:
        (said,) = words.left_out_sentences(comparison([], ["Q1X", "Q2X", "Q1X"]), {"Q1X": "North_East"})
        assert said.startswith("Not every pillar of North\\_East and Q2X can be compared:")

    @pytest.mark.parametrize(("number", "end"), [(4, "D"), (5, "1 other board"), (7, "3 other boards")])
    def test_that_are_many_are_counted(self, number: int, end: str) -> None:
        (said,) = words.left_out_sentences(comparison([], list("ABCDEFG")[:number]), {})
        assert f" and {end} can be compared" in said

    def test_that_can_all_be_compared_need_no_sentence(self) -> None:
        assert words.left_out_sentences(comparison([], []), {}) == []
        assert words.boards_table(comparison([], []), {}, SCOPE).empty


def latest(**cells: tuple[float, float]) -> pd.DataFrame:
    rows = [(name, "system", "all", top, bottom, 1.0) for name, (top, bottom) in cells.items()]
    return pd.DataFrame(rows, columns=["indicator", "organisation", "pillar", "numerator", "denominator", "value"])


class TestProfessionsWithoutARoute:
    values = latest(training_places_per_100=(491.0, 1870.0), staff_wte=(3438.0, 1.0))

    def test_are_told_with_trainees_over_all_staff(self) -> None:
        (said,) = words.without_route_sentences(self.values)
        assert "45.6% of the WTE" in said
        assert "14 trainees for 100 WTE" in said

    def test_are_not_told_where_all_have_one_nothing_is_known_or_small_teams_are_hidden(self) -> None:
        every = latest(training_places_per_100=(491.0, 3438.0), staff_wte=(3438.0, 1.0))
        assert words.without_route_sentences(every) == []
        assert words.without_route_sentences(self.values.tail(1)) == []
        assert words.without_route_sentences(self.values.assign(value=[None, 1.0])) == []
        group = pd.DataFrame([dict.fromkeys(GROUPS, "system")])
        assert words.without_route_sentences(self.values, HeldWte(group, "threshold_n")) == []
