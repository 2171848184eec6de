"""No hidden count can be worked out from the tables shown, whoever tries and however."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
import pytest
from disclosure_attack import (
    all_that_agree,
    as_published,
    cube,
    every_margin,
    margins,
    narrowed_to,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.report.disclosure import Rule, protect, rules
from pipeline.report.linked import People, View, everyone, hidden_cells

pytestmark = pytest.mark.unit

ONE = {"headcount": everyone}
By = tuple[str, ...]
TRIED = {"none of two": (2, 1), "none of one": (1, 1), "by threes": (2, 3)}
"""Rules of few numbers, so that every table can be tried: hidden up to, and rounded to."""


@pytest.fixture(autouse=True, scope="module")
def rules_of_few_numbers() -> Iterator[None]:
    for name, (hide_to, round_to) in TRIED.items():
        rules()[name] = Rule(name, hide_to, round_to, "for a test")
    yield
    for name in TRIED:
        del rules()[name]


def shown(counts: np.ndarray, tables: list[By], rule: str, order: np.ndarray | None = None) -> dict[By, pd.DataFrame]:
    """The tables of a cube as a report would show them, all protected together."""
    rows = cube(counts)
    rows = rows if order is None else rows.iloc[order]
    frames = {by: margins(rows, by) for by in tables}
    views = {"/".join(by): View(frame, by, ONE) for by, frame in frames.items()}
    people = People(rows, [[name] for name in "abc"[: counts.ndim]])
    masks = hidden_cells(views, people, rule)
    return {
        by: protect(frame, ["headcount"], rule=rule, also=masks["/".join(by)]).frame for by, frame in frames.items()
    }


def true_of(rows: pd.DataFrame, by: By) -> pd.Series:
    return margins(rows, by)["headcount"]


@st.composite
def small_tables(draw: st.DrawFn) -> tuple[np.ndarray, list[By], str]:
    """A table of one to three ways, small enough to try all, some of its margins, and a rule."""
    shape, most = draw(st.sampled_from([((4,), 6), ((2, 2), 6), ((2, 3), 3), ((2, 2, 2), 1), ((5,), 4)]))
    size = int(np.prod(shape))
    counts = np.array(draw(st.lists(st.integers(0, most), min_size=size, max_size=size))).reshape(shape)
    every = every_margin(len(shape))
    tables = draw(st.lists(st.sampled_from(every), min_size=1, max_size=len(every), unique=True))
    return counts, tables, draw(st.sampled_from(["none of one"] if len(shape) == 3 else list(TRIED)))


@given(small_tables())
@settings(max_examples=250, deadline=None)
def test_no_hidden_count_can_be_told_by_trying_every_table_that_agrees(case: tuple[np.ndarray, list[By], str]) -> None:
    counts, tables, rule = case
    hide_to, round_to = TRIED[rule]
    rows, printed = cube(counts), shown(counts, tables, rule)
    published = as_published(rows, printed)
    most = int(counts.max()) + hide_to + round_to
    agree = all_that_agree(published, counts.size, most, hide_to, round_to)
    all_hidden = all_that_agree(
        [(inside, 0.0 if number == 0 else None) for inside, number in published], counts.size, most, hide_to, round_to
    )
    truth = np.concatenate([true_of(rows, by).to_numpy() for by in printed])
    for (inside, number), true in zip(published, truth, strict=True):
        if number is not None:
            continue
        possible = np.unique(agree[:, inside].sum(axis=1))
        assert len(possible) > 1, f"{true} is told exactly"
        if 0 < true <= hide_to:
            lowest = all_hidden[:, inside].sum(axis=1).min()
            assert possible.min() <= max(1, lowest)
            assert possible.max() >= hide_to


@st.composite
def larger_tables(draw: st.DrawFn) -> tuple[np.ndarray, list[By], str]:
    shape = draw(st.sampled_from([(8,), (4, 5), (3, 6), (3, 3, 3), (2, 4, 3)]))
    sizes = st.one_of(st.integers(0, 9), st.integers(0, 60))
    size = int(np.prod(shape))
    counts = np.array(draw(st.lists(sizes, min_size=size, max_size=size))).reshape(shape)
    every = every_margin(len(shape))
    tables = draw(st.lists(st.sampled_from(every), min_size=1, max_size=len(every), unique=True))
    return counts, tables, draw(st.sampled_from(["hes_2018", "threshold_n"]))


@given(larger_tables())
@settings(max_examples=200, deadline=None)
def test_no_small_count_is_narrowed_below_its_rule_by_linear_programming(
    case: tuple[np.ndarray, list[By], str],
) -> None:
    counts, tables, rule = case
    hide_to, round_to = rules()[rule].hide_to, rules()[rule].round_to
    rows, printed = cube(counts), shown(counts, tables, rule)
    published = as_published(rows, printed)
    bare = [(inside, 0.0 if number == 0 else None) for inside, number in published]
    truth = np.concatenate([true_of(rows, by).to_numpy() for by in printed])
    for (inside, number), true in zip(published, truth, strict=True):
        assert number is None or not 0 < true <= hide_to
        assert number == 0 or true != 0
        if 0 < true <= hide_to:
            low, high = narrowed_to(published, inside, hide_to, round_to)
            assert low <= max(1.0, narrowed_to(bare, inside, hide_to, round_to)[0]) + 1e-6
            assert high >= hide_to - 1e-6


@given(larger_tables(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_rows_does_not_matter_and_the_same_is_hidden_again(
    case: tuple[np.ndarray, list[By], str], random: object
) -> None:
    counts, tables, rule = case
    order = np.arange(counts.size)
    random.shuffle(order)  # type: ignore[attr-defined]
    first, again, otherwise = (
        shown(counts, tables, rule),
        shown(counts, tables, rule),
        shown(counts, tables, rule, order),
    )
    for by, table in first.items():
        pd.testing.assert_frame_equal(table, again[by])
        pd.testing.assert_frame_equal(table, otherwise[by])


def stars(tables: Mapping[By, pd.DataFrame]) -> int:
    return sum(int(table["headcount"].isna().sum()) for table in tables.values())


@given(
    st.sampled_from([(4, 5), (6, 3)]),
    st.lists(st.integers(1, 9), min_size=0, max_size=4),
    st.integers(0, 10**6),
)
@settings(max_examples=80, deadline=None)
def test_of_large_tables_no_more_is_hidden_than_a_square_for_each_small_count(
    shape: tuple[int, int], small: list[int], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    counts = rng.integers(20, 60, shape)
    places = rng.choice(counts.size, len(small), replace=False)
    counts.ravel()[places] = small
    found = stars(shown(counts, every_margin(2), "threshold_n"))
    assert len(small) <= found <= 4 * len(small)


class TestWhatSubtractionWouldTell:
    def test_the_one_small_count_of_a_column_takes_a_second_with_it(self) -> None:
        printed = shown(np.array([3, 20, 40]), [("a",), ()], "threshold_n")
        assert printed["a",]["headcount"].isna().tolist() == [True, True, False]
        assert printed[()]["headcount"].tolist() == [63]

    def test_no_second_is_needed_where_no_total_is_shown(self) -> None:
        assert stars(shown(np.array([3, 20, 40]), [("a",)], "threshold_n")) == 1

    def test_two_small_counts_that_add_up_to_little_take_a_third_with_them(self) -> None:
        # 1 and 2 add up to 3: hidden by themselves, each would be seen to be 1 or 2.
        printed = shown(np.array([1, 2, 20, 40]), [("a",), ()], "threshold_n")
        assert printed["a",]["headcount"].isna().tolist() == [True, True, True, False]

    def test_a_zero_is_shown_and_hides_nobody(self) -> None:
        printed = shown(np.array([3, 0, 40]), [("a",), ()], "threshold_n")
        assert printed["a",]["headcount"].tolist()[1] == 0
        assert printed["a",]["headcount"].isna().tolist() == [True, False, True]

    def test_rounding_alone_is_enough_where_it_leaves_the_range_of_the_rule(self) -> None:
        printed = shown(np.array([3, 20, 40, 60]), [("a",), ()], "hes_2018")
        assert printed["a",]["headcount"].isna().tolist() == [True, False, False, False]

    def test_nothing_is_hidden_where_nothing_is_small_or_there_is_no_rule(self) -> None:
        assert stars(shown(np.array([[10, 11], [12, 13]]), every_margin(2), "threshold_n")) == 0
        assert stars(shown(np.array([[1, 2], [3, 4]]), every_margin(2), "none")) == 0
