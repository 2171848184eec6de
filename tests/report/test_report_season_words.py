"""What a reader is told of the time of year in tests."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.evidence.activity_seasons import PillarSeason
from pipeline.evidence.activity_seasons import TestSeason as SeasonOfATest
from pipeline.report import season_words as words
from pipeline.report.words import NOT_AVAILABLE

pytestmark = pytest.mark.unit

FACTORS = np.array([1.02, 0.97, 1.0, 1.0, 1.0, 1.0, 1.0, 0.95, 1.0, 1.06, 1.0, 1.0])


def season(pillar: str = "imaging", *, used: bool = True, origins: int = 3, wte: float = 500.0) -> PillarSeason:
    tests = tuple(
        SeasonOfATest(name, "did", FACTORS, months, 1.0)
        for name, months in (("CT", 50), ("MRI", 50), ("DEXA", 24), ("PET-CT", 24))
    )
    errors = (0.04, 0.01) if origins else (float("nan"),) * 2
    return PillarSeason(pillar, FACTORS, used, *errors, origins, wte, tests)


def test_a_planner_is_told_the_busiest_month_its_work_and_that_rotas_carry_it() -> None:
    (said,) = words.season_sentences([season()], ("imaging",))
    assert said.startswith("Need is worked out for a year's work")
    assert "In October, the busiest month, tests of imaging run 6.0% above the average month" in said
    assert "the work of 30 WTE more than in an average month" in said
    assert "in August, the quietest, they run 5.0% below it" in said
    assert words.PEAK in said


def test_no_work_is_told_where_no_test_has_a_time() -> None:
    (said,) = words.season_sentences([season(wte=float("nan"))], ("imaging",))
    assert "WTE" not in said
    assert "6.0% above" in said


def test_a_season_that_would_not_have_helped_or_could_not_be_tried_is_not_told_as_one() -> None:
    found = [season("labs", used=False), season("endoscopy", used=False, origins=0)]
    (said,) = words.season_sentences(found, ("labs", "endoscopy", "physiological"))
    assert "For laboratories no month can be relied on" in said
    assert "For endoscopy too few years" in said
    assert "No test of physiological sciences was counted for two whole years." in said
    assert "October" not in said
    assert words.PEAK not in said


def test_a_plan_without_two_years_of_tests_is_told_so() -> None:
    (said,) = words.season_sentences([], ("imaging",))
    assert "no test was counted for two whole years" in said
    assert words.season_table([]).empty
    assert words.tests_table([]).empty


def test_the_table_says_what_each_season_rests_on() -> None:
    found = [season(), season("labs", used=False), season("endoscopy", used=False, origins=0)]
    table = words.season_table(found)
    assert table["whole_years"].tolist() == ["2 to 4"] * 3
    assert table["relied_on"].tolist() == [
        "yes: errors of 4.0% without, 1.0% with it, 3 years tried",
        "no: errors of 4.0% without, 1.0% with it, 3 years tried",
        "too few years to try",
    ]
    assert table["extra_work_wte"].tolist() == pytest.approx([30.0] * 3)
    assert set(words.FORMATS) <= set(table.columns)


def test_the_tests_that_need_most_staff_are_listed_where_a_pillar_has_enough() -> None:
    table = words.tests_table([season()])
    assert table["test"].tolist() == ["CT", "MRI", "DEXA"]
    assert set(words.TESTS_FORMATS) <= set(table.columns)
    few = season()
    assert words.tests_table([PillarSeason(**{**few.__dict__, "tests": few.tests[:2]})]).empty


def test_the_map_has_a_row_a_pillar_and_marks_those_not_relied_on() -> None:
    shown = words.season_map([season(), season("labs", used=False)])
    assert list(shown.index) == ["Imaging", "Laboratories (not relied on)"]
    assert list(shown.columns)[9] == "Oct"
    assert shown.loc["Imaging", "Oct"] == pytest.approx(0.06)
    assert (words.whole_percent(0.056), words.whole_percent(float("nan"))) == ("6%", NOT_AVAILABLE)
