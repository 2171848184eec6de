"""How much room text takes on a slide."""

from __future__ import annotations

import pytest

from pipeline.report import deck_room

pytestmark = pytest.mark.unit


def test_a_text_takes_more_lines_the_larger_its_letters_and_the_narrower_its_box() -> None:
    text = "word " * 20
    assert deck_room.lines("word", 5, 12) == 1
    assert deck_room.lines(text, 5, 24) > deck_room.lines(text, 5, 12) > deck_room.lines(text, 10, 12)
    assert deck_room.lines("a\nb\n", 5, 12) == 3


def test_a_line_of_a_size_is_as_high_as_its_letters_and_a_fifth() -> None:
    assert deck_room.height(["one"], 5, 60) == pytest.approx(1.0)
    assert deck_room.height(["one", "two"], 5, 60) == pytest.approx(2.5)


def test_the_largest_size_that_fits_is_taken_and_the_smallest_where_none_does() -> None:
    assert deck_room.largest(["one"], 5, 1.0, (60, 30)) == 60
    assert deck_room.largest(["one"], 5, 0.6, (60, 30)) == 30
    assert deck_room.largest(["one"], 5, 0.1, (60, 30)) == 30


def test_paragraphs_that_fit_stay_and_the_last_is_cut_to_what_is_left() -> None:
    texts = ["word " * 10, "term " * 40]
    assert deck_room.cut_to_fit(texts, 5, 10, 12) == texts
    first, second = deck_room.cut_to_fit(texts, 5, deck_room.height(texts[:1], 5, 12) + 0.6, 12)
    assert first == texts[0]
    assert second.endswith("term…")
    assert deck_room.height([first, second], 5, 12) <= deck_room.height(texts[:1], 5, 12) + 0.6
    assert deck_room.cut_to_fit(texts, 5, deck_room.height(texts[:1], 5, 12), 12) == texts[:1]


def test_rows_are_left_out_where_the_smallest_letters_do_not_fit_them_all() -> None:
    rows = [["one", "two"]] * 5
    assert deck_room.rows_that_fit(rows, [2, 2], 10, (20, 10)) == (20, 5)
    one_row = deck_room.row_height(["one", "two"], [2, 2], 10)
    assert deck_room.rows_that_fit(rows, [2, 2], one_row * 3.5, (20, 10)) == (10, 3)
    assert deck_room.rows_that_fit(rows, [2, 2], 0, (20, 10)) == (10, 1)
