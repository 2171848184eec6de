"""How numbers, dates and lists read in a sentence."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from html import escape
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.report import prose, words

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("value", "reads"),
    [
        (12.34, "12"),
        (4.25, "4.3"),
        (-4.25, "−4.3"),
        (9.96, "10"),
        (9.94, "9.9"),
        (12.5, "13"),
        (-12.5, "−13"),
        (1234.5, "1,235"),
        (0, "0"),
        (-0.04, "0"),
        (np.float64(3.05), "3.1"),
        (math.nan, "not available"),
        (None, "not available"),
        (pd.NA, "not available"),
        (math.inf, "not available"),
    ],
)
def test_wte_is_whole_or_has_one_decimal_under_ten(value: float, reads: str) -> None:
    assert words.wte(value) == reads


@pytest.mark.parametrize(
    ("say", "value", "reads"),
    [
        (words.count, 12345, "12,345"),
        (words.count, 2.5, "3"),
        (words.count, -0.2, "0"),
        (words.percent, 0.1234, "12.3%"),
        (words.percent, 0.0005, "0.1%"),
        (words.percent, -0.5, "−50.0%"),
        (words.percent, -0.0001, "0.0%"),
        (words.percent, math.nan, "not available"),
        (words.money, 1234567.5, "£1,234,568"),
        (words.money, -20, "−£20"),
        (words.money, -0.4, "£0"),
        (words.ratio, 1.255, "1.26"),
        (words.month, dt.date(2025, 10, 31), "October 2025"),
        (words.month, pd.Timestamp("2025-10-31"), "October 2025"),
        (words.month, pd.NaT, "not available"),
        (words.date, dt.date(2025, 10, 3), "3 October 2025"),
    ],
)
def test_each_kind_of_figure_reads_as_a_person_would_write_it(say: object, value: object, reads: str) -> None:
    assert say(value) == reads  # type: ignore[operator]


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_no_figure_ever_reads_nan_inf_or_minus_zero(value: float) -> None:
    for say in (words.wte, words.count, words.percent, words.money, words.ratio):
        said = say(value)
        assert "nan" not in said.lower()
        assert "inf" not in said.lower()
        assert said.strip("−£%0.,") or not said.startswith("−")


@pytest.mark.parametrize(
    ("number", "noun", "reads"),
    [
        (1, "scanner", "1 scanner"),
        (2, "scanner", "2 scanners"),
        (0, "body", "0 bodies"),
        (3, "day", "3 days"),
        (1200, "bus", "1,200 buses"),
    ],
)
def test_nouns_are_singular_for_one_and_plural_for_the_rest(number: int, noun: str, reads: str) -> None:
    assert words.plural(number, noun) == reads


def test_people_and_other_irregular_plurals() -> None:
    assert words.people(1) == "1 person"
    assert words.people(2) == "2 people"
    assert words.plural(2, "radiographer in post", "radiographers in post") == "2 radiographers in post"


def test_a_list_is_joined_with_and_before_the_last() -> None:
    assert words.join([]) == ""
    assert words.join(["a"]) == "a"
    assert words.join(["a", "b"]) == "a and b"
    assert words.join(["a", "b", "c"]) == "a, b and c"
    assert words.join(name for name in ("a", "b")) == "a and b"


@pytest.mark.parametrize(
    ("old", "new", "say", "reads"),
    [
        (350, 362, words.wte, "up from 350 to 362 (3.4%)"),
        (362, 350, words.wte, "down from 362 to 350 (3.3%)"),
        (350, 350, words.wte, "unchanged at 350"),
        (350.1, 350.2, words.wte, "little changed at 350"),
        (0, 4, words.count, "up from 0 to 4"),
        (0.123, 0.14, words.percent, "up from 12.3% to 14.0% (1.7 percentage points)"),
        (0.13, 0.14, words.percent, "up from 13.0% to 14.0% (1.0 percentage point)"),
        (math.nan, 4, words.count, "4 (before: not available)"),
    ],
)
def test_a_change_says_direction_both_values_and_size(old: float, new: float, say: object, reads: str) -> None:
    assert words.change(old, new, say) == reads  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name",
    ["<script>alert(1)</script>", "=cmd()", "](javascript:alert(1))", "*bold* _it_ `code`", "# 1. - + > |", "a\n\nb"],
)
def test_a_name_from_a_file_is_shown_in_a_sentence_as_it_stands(name: str) -> None:
    html = prose.to_html(f"At {words.plain(name)} now.")
    from pipeline.report.document import text_of

    assert text_of(html) == f"At {' '.join(name.split())} now."
    assert html.startswith("<p>")
    assert "<script" not in html
    assert "<a " not in html


@pytest.mark.parametrize(
    ("say", "value", "reads"),
    [
        (words.wte, 3.25, "+3.3"),
        (words.wte, -3.25, "−3.3"),
        (words.wte, 0, "0"),
        (words.wte, 0.04, "0"),
        (words.wte, -0.04, "0"),
        (words.percent, 0.123, "+12.3%"),
        (words.percent, 0.0001, "0.0%"),
        (words.money, 1200, "+£1,200"),
        (words.money, -1200, "−£1,200"),
        (words.count, math.nan, "not available"),
        (words.count, None, "not available"),
        (words.count, math.inf, "not available"),
    ],
)
def test_a_difference_has_its_sign_unless_it_rounds_to_nothing(
    say: Callable[[Any], str], value: float | None, reads: str
) -> None:
    assert words.signed(say)(value) == reads


class TestTextThatHasToFit:
    @given(st.text(max_size=200), st.integers(40, 120))
    def test_is_no_longer_than_it_may_be(self, text: str, most: int) -> None:
        assert len(words.bounded(text, most)) <= most
        assert len(words.shortened(text, most)) <= most

    def test_is_left_as_it_is_where_it_fits(self) -> None:
        assert words.bounded("a  b\n", 5) == "a  b\n"
        assert words.shortened("one two\n three", 13) == "one two three"

    def test_says_how_many_letters_were_cut(self) -> None:
        cut = words.bounded("x" * 100, 50)
        kept = cut.count("x")
        assert cut == f"{'x' * kept} … ({100 - kept} letters more)"

    def test_ends_after_a_whole_word_where_there_is_one_to_end_after(self) -> None:
        assert words.shortened("one two, three four", 12) == "one two…"
        assert words.shortened("x" * 20, 10) == "xxxxxxxxx…"

    @given(st.text())
    def test_holds_nothing_that_an_xml_file_cannot(self, text: str) -> None:
        kept = words.writable(f"{text}\x00\x07\ud800\ufffe")
        ElementTree.fromstring(f"<a>{escape(kept)}</a>")
