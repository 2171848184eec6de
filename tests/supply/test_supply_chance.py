"""Random numbers by key."""

from __future__ import annotations

import numpy as np
import pytest
from numba import njit, uint64
from scipy import stats

from pipeline.model.supply.chance import exponential, key_of, mixed, uniform

pytestmark = pytest.mark.unit


@njit
def numbers(seed: int, people: int, decisions: int) -> np.ndarray:
    found = np.zeros((people, decisions))
    for person in range(people):
        for decision in range(decisions):
            found[person, decision] = uniform(key_of(mixed(uint64(seed)), person), decision)
    return found


@njit
def waits(people: int) -> np.ndarray:
    found = np.zeros(people)
    for person in range(people):
        found[person] = exponential(key_of(uint64(1), person), 0)
    return found


def test_numbers_are_even_between_nought_and_one_and_no_two_decisions_or_people_go_together() -> None:
    found = numbers(1, 20_000, 6)
    assert 0 < found.min() < found.max() < 1
    assert min(stats.kstest(column, "uniform").pvalue for column in found.T) > 1e-4
    related = np.corrcoef(np.column_stack([found, np.roll(found, 1, axis=0)]).T) - np.eye(12)
    assert np.abs(related).max() < 0.035


def test_seeds_next_to_one_another_have_nothing_in_common() -> None:
    one, two = numbers(1, 20_000, 1).ravel(), numbers(2, 20_000, 1).ravel()
    assert abs(np.corrcoef(one, two)[0, 1]) < 0.03
    assert len(np.intersect1d(one, two)) == 0


def test_waits_are_standard_exponential() -> None:
    assert stats.kstest(waits(20_000), "expon").pvalue > 1e-4
