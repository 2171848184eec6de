"""Shares of work: those that weigh growth, and those that are all alike."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.shares import are_uniform, growth_of_staff, uniform_groups, weighted_shares
from pipeline.model.skill_mix import OF_WORK
from pipeline.tables import empty

pytestmark = pytest.mark.unit
WORK = st.floats(0.1, 1e6)


@given(st.lists(st.tuples(WORK, WORK), min_size=1, max_size=9), st.floats(0, 1e5))
def test_weighted_shares_give_the_growth_of_all_work_together(kinds: list[tuple[float, float]], staff: float) -> None:
    baseline, forecast = ([kind[when] for kind in kinds] for when in (0, 1))
    shares = weighted_shares(baseline)
    assert shares.sum() == pytest.approx(1)
    together = staff * (sum(forecast) / sum(baseline) - 1)
    assert growth_of_staff(baseline, forecast, staff, shares) == pytest.approx(together, rel=1e-9, abs=1e-6)


def test_each_draw_has_its_own_growth() -> None:
    baseline, forecast = np.array([[10.0], [10.0]]), np.array([[11.0, 12.0], [10.0, 10.0]])
    assert growth_of_staff(baseline, forecast, 100.0, [[0.5], [0.5]]) == pytest.approx([5, 10])
    assert weighted_shares(np.array([[1.0, 3.0], [1.0, 1.0]])).tolist() == [[0.5, 0.75], [0.5, 0.25]]


def test_kinds_without_work_are_refused() -> None:
    with pytest.raises(ValueError, match="without work"):
        growth_of_staff([0.0, 1.0], [1.0, 1.0], 5.0, [0.5, 0.5])
    with pytest.raises(ValueError, match="above 0 in all"):
        weighted_shares([0.0, 0.0])
    assert weighted_shares([0.0, 2.0]).tolist() == [0, 1]


def test_one_share_alone_is_not_uniform_and_nor_are_shares_that_differ() -> None:
    assert not are_uniform([1.0])
    assert not are_uniform([])
    assert are_uniform([0.5, 0.5])
    assert are_uniform([0.1 + 0.2, 0.3])
    assert not are_uniform([0.33, 0.33, 0.34])
    assert are_uniform([0.33, 0.33, 0.34], rounding=0.005)
    assert not are_uniform([0.32, 0.34, 0.34], rounding=0.005)


def mix(*rows: tuple[str, str, float]) -> pd.DataFrame:
    """Pillar, work and share of each row."""
    return pd.DataFrame(rows, columns=["pillar", "work", "share"])


def test_work_whose_shares_are_all_alike_is_found_in_the_skill_mix() -> None:
    found = uniform_groups(
        mix(
            ("imaging", "CT", 0.33),
            ("labs", "Reporting", 1.0),
            ("imaging", "CT", 0.33),
            ("imaging", "MRI", 0.7),
            ("endoscopy", "CT", 0.5),
            ("imaging", "MRI", 0.3),
            ("imaging", "CT", 0.34),
            ("endoscopy", "CT", 0.5),
        ),
        OF_WORK,
    )
    assert found[["pillar", "work", "parts"]].to_numpy().tolist() == [["endoscopy", "CT", 2], ["imaging", "CT", 3]]
    assert found["share"].tolist() == pytest.approx([1 / 2, 1 / 3])


def test_a_skill_mix_that_nobody_sent_has_no_uniform_shares() -> None:
    assert uniform_groups(empty("skill_mix"), OF_WORK).empty
