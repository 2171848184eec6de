"""The posts that the need asks for, worked by hand: those funded and empty, and those that would be new."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.report.posts_words import posts_needed, posts_sentences, posts_table
from pipeline.report.wte_disclosure import GROUPS, SYSTEM, HeldWte

pytestmark = pytest.mark.unit

HORIZON = pd.Timestamp("2030-09-30")
NAMES = ["Radiographers", "Radiologists", "Nurses"]
OF = {"pillar": ["imaging", "imaging", "endoscopy"], "profession": NAMES}
GAPS = pd.DataFrame({**OF, "in_post": [80.0, 20, 30], "needed": [110.0, 25, 28], "there": [92.0, 24, 31]})
IN_POST = pd.DataFrame({**OF, "posts": [100.0, 30, 34], "p50": [88.0, 22, 30]})
POSTS = posts_needed(GAPS, IN_POST)
WHOLE = {"in_post": 130.0, "posts": 164.0, "needed": 166.0, "there": 147.0, "then": 140.0}


def test_each_profession_has_its_vacant_and_new_posts_and_those_to_fill() -> None:
    assert POSTS["profession"].tolist() == NAMES
    assert POSTS["vacant"].tolist() == [12, 8, 4]
    assert POSTS["new"].tolist() == [10, 0, 0]
    assert POSTS["to_fill"].tolist() == [22, 3, 0]


def test_the_sentence_names_both_the_sum_over_professions_and_the_net() -> None:
    (told,) = posts_sentences(POSTS, WHOLE, HORIZON, True)
    assert "25 WTE of posts" in told
    assert "15 of them are funded and empty, and 10 would be new" in told
    assert "at least 2.0 would be new in all" in told


def test_where_posts_are_enough_in_all_no_net_is_told() -> None:
    (told,) = posts_sentences(POSTS, {**WHOLE, "needed": 160.0}, HORIZON, True)
    assert "at least" not in told
    assert "10 would be new" in told


def test_where_posts_are_not_on_file_nothing_is_told_of_them() -> None:
    (told,) = posts_sentences(POSTS, WHOLE, HORIZON, False)
    assert "cannot be said" in told


def test_where_nobody_is_missing_there_is_nothing_to_fill() -> None:
    (told,) = posts_sentences(POSTS.tail(1), WHOLE, HORIZON, True)
    assert "as many staff in post as it needs" in told


def test_the_table_ends_with_all_of_them() -> None:
    shown = posts_table(POSTS, WHOLE).frame.set_index("profession")
    assert shown.loc["All", ["new_posts_needed", "posts_to_fill"]].tolist() == [10, 25]
    assert shown.loc["All", "vacant_then"] == 24


def test_a_small_team_is_hidden_and_in_no_sum() -> None:
    group = {**dict.fromkeys(GROUPS, SYSTEM), "pillar": "imaging", "profession": "Radiologists"}
    shown = posts_table(POSTS, WHOLE, HeldWte(pd.DataFrame([group]), "threshold_n"))
    rows = shown.frame.set_index("profession")
    assert rows.loc["Radiologists"].drop("pillar").isna().all()
    assert shown.hidden.iloc[1].sum() == 8
    assert rows.loc["All", "posts_to_fill"] == 22
