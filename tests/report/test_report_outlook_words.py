"""Where vacancies and temporary staff go, which practices are on file, and how places of training are filled."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from pipeline.model.posts_and_cover import PostsAndCover
from pipeline.report.demand_words import practices_sentence
from pipeline.report.document import arrange, numbered_as
from pipeline.report.outlook_words import posts_and_cover_sentences
from pipeline.report.tables import NUMBER_MARK
from pipeline.report.training_words import filled_sentences

pytestmark = pytest.mark.unit

NOW, HORIZON = dt.date(2025, 9, 30), pd.Timestamp("2030-09-30")


class TestPostsAndCover:
    def test_both_are_told_and_that_vacancies_went_the_other_way(self) -> None:
        found = PostsAndCover((0.123, 0.097), (0.115, 0.126), (16.6e6, 12.8e6), "2029/30")
        (told,) = posts_and_cover_sentences(found, NOW, HORIZON)
        for said in ("falls from 12.3% to 9.7%", "falls from £16.6 million to £12.8 million", "2029/30"):
            assert said in told
        assert "rose from 11.5% to 12.6%" in told

    def test_vacancies_that_go_on_as_they_went_are_not_said_to_turn(self) -> None:
        found = PostsAndCover((0.123, 0.15), (0.115, 0.126), None, "")
        (told,) = posts_and_cover_sentences(found, NOW, HORIZON)
        assert "rises from 12.3% to 15.0%" in told
        assert "chapter 4" not in told
        assert "bank" not in told

    def test_nothing_is_said_where_neither_is_on_file(self) -> None:
        assert posts_and_cover_sentences(PostsAndCover(None, None, None, ""), NOW, HORIZON) == []


class TestPractices:
    PLACES = pd.DataFrame({"practices": [4, 2], "patients": [40_000, 22_420], "gp_wte": [20.0, 10.0]})

    def test_on_file_are_set_against_all_who_are_registered(self) -> None:
        told = practices_sentence(self.PLACES, 2_794_735.0)
        for said in ("6 practices", "62,420", "2.2%", "2,794,735"):
            assert said in told

    def test_that_are_all_there_are_or_of_unknown_share_have_none(self) -> None:
        for registered in (0.0, 62_420.0):
            assert "%" not in practices_sentence(self.PLACES, registered)


class TestPlaces:
    @staticmethod
    def expected(begun: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Half of the places of the route were filled so far; 10 places are to come and bring 8 WTE."""
        intakes = pd.DataFrame({"route": ["R", "R"], "starters": [5, None], "places": [10, 10]})
        arrives = pd.Timestamp("2027-09-30")
        row = {"route": "R", "begun": begun, "began": 10.0, "wte": 8.0, "arrives": arrives}
        return intakes, pd.DataFrame([row])

    def test_to_come_are_filled_as_those_so_far(self) -> None:
        (told,) = filled_sentences(*self.expected(begun=False), NOW)
        assert "4.0 of the 8.0 WTE" in told

    def test_that_are_filled_already_change_nothing(self) -> None:
        assert filled_sentences(*self.expected(begun=True), NOW) == []


def test_an_annex_numbers_tables_as_the_strategy_does_and_others_apart() -> None:
    caption = f'<table><caption><span class="wf-title">{NUMBER_MARK}%s</span></caption></table>'
    body = arrange("".join(caption % title for title in ("Own", "Shared", "Twice")), 2, "part")
    strategy = [("Table 4.2", "Shared"), ("Figure 4.3", "Own"), ("Table 5.1", "Twice"), ("Table 5.2", "Twice")]
    shown = numbered_as(body, strategy)
    for said in ("Table A1.</span> Own", "Table 4.2.</span> Shared", "Table A2.</span> Twice"):
        assert said in shown
