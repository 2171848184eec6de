"""Counts that are missing or not whole are found, and real falls are left alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.metrics.returns import incomplete_returns

pytestmark = pytest.mark.unit


def counted(provider: str, counts: list[float]) -> pd.DataFrame:
    months = pd.date_range("2022-04-30", periods=len(counts), freq="ME")
    frame = pd.DataFrame({"month": months, "provider": provider, "dataset": "did", "test": "CT", "tests": counts})
    return frame.assign(tests=frame["tests"].astype("Int64"))


def found(*frames: pd.DataFrame, current: tuple[str, ...] = ("AAA", "BBB")) -> list[tuple[str, str, str]]:
    activity = pd.concat(frames, ignore_index=True)
    rows = incomplete_returns(activity, ["AAA", "BBB", "OLD"], current)
    return sorted((row.provider, f"{row.month:%Y-%m}", row.why) for row in rows.itertuples())


def test_whole_returns_are_not_marked() -> None:
    assert found(counted("AAA", [100] * 12), counted("BBB", [50] * 12)) == []


def test_a_month_without_a_return_is_missing_inside_the_series_and_at_its_end() -> None:
    holed = counted("BBB", [50] * 12).drop(index=[4, 11])
    assert found(counted("AAA", [100] * 12), holed) == [("BBB", "2022-08", "missing"), ("BBB", "2023-03", "missing")]


def test_a_count_that_is_there_but_empty_is_missing_too() -> None:
    assert found(counted("AAA", [100] * 12), counted("BBB", [50] * 11 + [np.nan])) == [("BBB", "2023-03", "missing")]


def test_a_provider_that_merged_has_made_its_last_return() -> None:
    assert found(counted("AAA", [100] * 6 + [150] * 6), counted("OLD", [50] * 6)) == []


def test_a_count_far_below_the_usual_while_others_stand_is_not_whole() -> None:
    assert found(counted("AAA", [100] * 11 + [20]), counted("BBB", [90] * 12)) == [("AAA", "2023-03", "low")]


def test_a_fall_of_the_whole_system_is_real() -> None:
    shock = [100] * 5 + [20] * 2 + [100] * 5
    assert found(counted("AAA", shock), counted("BBB", shock)) == []


def test_a_small_provider_does_not_matter() -> None:
    assert found(counted("AAA", [1000] * 12), counted("BBB", [3] * 6 + [np.nan] * 6)) == []


def test_a_test_without_a_row_in_a_return_that_was_made_was_not_done() -> None:
    mri = counted("AAA", [40] * 12).assign(test="MRI")
    assert found(counted("AAA", [100] * 12), mri.drop(index=[3, 4])) == []


def test_counts_that_go_up_and_down_by_chance_are_not_marked() -> None:
    chance = np.random.default_rng(1).poisson(8, 48).tolist()
    assert found(counted("AAA", chance)) == []
