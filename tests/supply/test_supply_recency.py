"""How far back rates are measured and whether seasons are used, by how well each would have forecast."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from pipeline.model.supply.recency import (
    ALL,
    Choice,
    Memory,
    by_month,
    chosen,
    every_month,
    log_chance,
    memories,
    weighed,
)
from pipeline.model.supply.seasons import seasons

pytestmark = pytest.mark.unit

Array = NDArray[np.float64]
MONTHS, GROUPS = 60, 5


def choice(rate: Callable[[Array], Array], seed: int, months: int = MONTHS) -> Choice:
    """What is chosen for groups of 2,000 people who leave at a rate that depends on the month."""
    exposure = np.full((months, GROUPS), 2000.0)
    seen = np.random.default_rng(seed).poisson(exposure * rate(np.arange(months, dtype=float))[:, None])
    return chosen(seen.astype(float), exposure, lambda events, at_risk: (events + 0.5) / (at_risk + 50.0))


def test_rates_that_do_not_change_are_mostly_measured_over_all_months() -> None:
    found = [choice(lambda month: np.full_like(month, 0.008), seed).memory == ALL for seed in range(20)]
    assert np.mean(found) >= 0.8


def test_after_a_lasting_change_old_months_are_forgotten() -> None:
    for seed in range(5):
        found = choice(lambda month: np.where(month < 20, 0.014, 0.008), seed)
        assert found.memory != ALL
        assert found.scores["chosen"].sum() == 1


def test_too_few_months_leave_nothing_to_choose() -> None:
    found = choice(lambda month: np.full_like(month, 0.008), 1, months=34)
    assert found.memory == ALL
    assert found.scores.empty


def test_scores_tell_every_choice_and_all_months_first() -> None:
    found = choice(lambda month: np.full_like(month, 0.008), 1)
    assert found.scores["memory"].tolist() == [each.name for each in memories()]
    assert (found.scores["better"].iloc[0], found.scores["origins"].iloc[0]) == (0.0, 7)


def test_a_score_is_the_logarithm_of_the_poisson_chance() -> None:
    assert np.exp(log_chance(np.array([0.0, 1.0, 2.0]), np.array([2.0, 2.0, 2.0]))) == pytest.approx(
        np.exp(-2.0) * np.array([1, 2, 2])
    )


def test_months_count_alike_in_a_window_and_by_half_with_a_half_life() -> None:
    back = np.array([-1, 0, 11, 12, 24])
    assert ALL.weights(back).tolist() == [0, 1, 1, 1, 1]
    assert Memory(window=12).weights(back).tolist() == [0, 1, 1, 0, 0]
    assert Memory(half_life=12).weights(back)[[0, 1, 3, 4]].tolist() == pytest.approx([0, 1, 0.5, 0.25])


def test_rows_are_weighed_by_their_month() -> None:
    rows = pd.DataFrame({"month": pd.to_datetime(["2024-09-30", "2025-09-30"]), "heads": [4.0, 6.0]})
    found = weighed(rows, Memory(half_life=12), pd.Timestamp("2025-09-30"))
    assert found["heads"].tolist() == [2.0, 6.0]
    assert len(weighed(rows, Memory(window=12), pd.Timestamp("2025-09-30"))) == 1


def test_months_on_no_file_are_there_with_nothing_in_them() -> None:
    rows = pd.DataFrame({"month": pd.to_datetime(["2025-01-31", "2025-03-31"]), "risk": "leaving", "heads": [1.0, 2.0]})
    months = every_month(rows["month"])
    assert by_month(rows, months, pd.Index(["leaving"], name="risk"), ["risk"]).ravel().tolist() == [1, 0, 2]


def seasonal(size: float, seed: int, months: int = MONTHS) -> tuple[Array, Array]:
    month = np.arange(months)
    rate = 60.0 * (1 + size * np.sin(2 * np.pi * month / 12))
    return np.random.default_rng(seed).poisson(rate).astype(float), np.full(months, 4000.0)


class TestSeasons:
    def test_seasons_that_are_there_are_found_and_used(self) -> None:
        found = seasons(*seasonal(0.5, 1), 1)
        assert found.used
        assert found.better > 0
        # A rise from January: most in April, fewest in October.
        assert 1.3 < found.factors[3] < 1.6
        assert 0.4 < found.factors[9] < 0.7
        assert found.factors.mean() == pytest.approx(1)

    def test_where_there_are_none_they_are_seldom_used_and_small(self) -> None:
        found = [seasons(*seasonal(0.0, seed), 1) for seed in range(20)]
        assert np.mean([each.used for each in found]) <= 0.15
        assert max(np.abs(each.factors - 1).max() for each in found) < 0.15

    def test_months_ahead_begin_with_the_base_month(self) -> None:
        found = seasons(*seasonal(0.5, 1), 1)
        assert found.ahead(9, 14).tolist() == pytest.approx([*found.factors[8:], *found.factors[:11]])

    def test_unused_seasons_change_nothing_ahead(self) -> None:
        few = seasons(*seasonal(0.5, 1, months=30), 1)
        assert not few.used
        assert few.ahead(9, 24).tolist() == [1.0] * 25
