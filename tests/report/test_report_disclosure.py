"""The one door for small numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.report.disclosure import protect, rules

pytestmark = pytest.mark.unit


def _counts(*values: float | None) -> pd.DataFrame:
    return pd.DataFrame({"trust": [f"R{index}" for index in range(len(values))], "people": pd.Series(values)})


def test_the_hes_rule_hides_one_to_seven_and_rounds_the_rest_to_five() -> None:
    shown = protect(_counts(0, 1, 7, 8, 12, 13, 1002), rule="hes_2018")
    assert shown.frame["people"].tolist() == [0, pd.NA, pd.NA, 10, 10, 15, 1000]
    assert shown.hidden["people"].tolist() == [False, True, True, False, False, False, False]
    assert (
        shown.says
        == "* stands for a count from 1 to 7, hidden so that nobody can be identified; other counts are rounded to the "
        "nearest 5."
    )


def test_the_threshold_rule_hides_counts_under_the_threshold_and_keeps_the_rest() -> None:
    shown = protect(_counts(0, 4, 5, 12), rule="threshold_n", threshold=5)
    assert shown.frame["people"].tolist() == [0, pd.NA, 5, 12]
    assert shown.says == "* stands for a count from 1 to 4, hidden so that nobody can be identified."


def test_without_a_threshold_the_rule_takes_the_cautious_one() -> None:
    shown = protect(_counts(9, 10), rule="threshold_n")
    assert shown.frame["people"].tolist() == [pd.NA, 10]


def test_no_rule_leaves_the_table_as_it_is() -> None:
    frame = _counts(1, 12)
    shown = protect(frame, rule="none")
    pd.testing.assert_frame_equal(shown.frame, frame)
    assert not shown.hidden.to_numpy().any()
    assert shown.says == ""


def test_parts_of_a_whole_time_equivalent_are_hidden_with_the_count_they_would_give_away() -> None:
    shown = protect(_counts(0.4, 7.9, 8.0, 12.5), rule="hes_2018")
    assert shown.frame["people"].tolist() == [pd.NA, pd.NA, 10, 15]


def test_a_small_fall_is_hidden_as_a_small_rise_is() -> None:
    shown = protect(_counts(-3, -12), rule="hes_2018")
    assert shown.frame["people"].tolist() == [pd.NA, -10]


def test_a_missing_count_stays_missing_and_is_not_called_hidden() -> None:
    shown = protect(_counts(None, 12), rule="hes_2018")
    assert shown.frame["people"].isna().tolist() == [True, False]
    assert not shown.hidden["people"].any()


def test_a_rate_is_made_again_from_the_counts_that_are_shown() -> None:
    frame = pd.DataFrame({"over": [3, 12], "all": [48, 48], "share": [3 / 48, 12 / 48]})
    shown = protect(frame, rule="hes_2018", derived={"share": lambda counts: counts["over"] / counts["all"]})
    assert shown.frame["share"].tolist() == [pd.NA, 0.2]
    assert shown.hidden["share"].tolist() == [True, False]


def test_a_rate_that_nobody_accounted_for_is_refused() -> None:
    frame = pd.DataFrame({"over": [3], "share": [0.5]})
    with pytest.raises(ValueError, match="share: in a protected table"):
        protect(frame, ["over"], rule="hes_2018")


def test_by_default_every_column_of_numbers_is_a_count_even_an_untyped_one() -> None:
    frame = pd.DataFrame({"trust": ["a"], "year": [2025], "typed": [3], "untyped": pd.Series([3], dtype=object)})
    shown = protect(frame, rule="hes_2018")
    assert shown.frame[["typed", "untyped"]].isna().all(axis=None)
    assert shown.frame["year"].tolist() == [2025]


def test_a_public_figure_is_left_alone() -> None:
    frame = pd.DataFrame({"people": [3], "population": [1203]})
    assert protect(frame, rule="hes_2018", public=["population"]).frame["population"].tolist() == [1203]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"rule": "hes"}, "no disclosure rule is called 'hes'"),
        ({"rule": "hes_2018", "threshold": 5}, "belongs to the rule threshold_n"),
        ({"rule": "threshold_n", "threshold": 1}, "2 or more"),
        ({"rule": "hes_2018", "counts": ["nobody"]}, "no column nobody"),
    ],
)
def test_a_rule_that_cannot_be_applied_is_refused(arguments: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        protect(_counts(1), **arguments)  # type: ignore[arg-type]


@given(st.lists(st.integers(-10_000, 10_000), min_size=1, max_size=30))
def test_no_count_from_one_to_seven_ever_leaves_and_the_rest_are_fives(values: list[int]) -> None:
    shown = protect(_counts(*values), rule="hes_2018").frame["people"]
    left = np.abs(shown.dropna().to_numpy(dtype=int))
    assert not ((left > 0) & (left < 8)).any()
    assert (left % 5 == 0).all()
    assert shown.isna().tolist() == [0 < abs(value) < 8 for value in values]


def test_the_frame_that_was_given_is_not_changed() -> None:
    frame = _counts(3, 12)
    protect(frame, rule="hes_2018")
    assert frame["people"].tolist() == [3, 12]


def test_every_rule_a_plan_may_name_is_known_and_has_a_source() -> None:
    from typing import get_args

    from pipeline.plan import Disclosure

    assert set(rules()) == set(get_args(Disclosure))
    assert all(rule.source for rule in rules().values())
