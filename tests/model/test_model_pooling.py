"""Rates of many groups drawn together, held to simulated truth."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.model.pooling import Pooled, pooled, shrunk, strength
from pipeline.reference import engine

pytestmark = pytest.mark.unit

Array = NDArray[np.float64]
EMPLOYERS, PROFESSIONS = 6, 15
WHO = [f"employer {number // PROFESSIONS}" for number in range(EMPLOYERS * PROFESSIONS)]
WHAT = [f"profession {number % PROFESSIONS}" for number in range(EMPLOYERS * PROFESSIONS)]


def simulated(rng: np.random.Generator, mean: float = 15.0) -> tuple[Array, Array, Array]:
    """Events seen and expected, and the true factors of groups of which some are large and most are small."""
    expected = rng.gamma(0.7, mean / 0.7, len(WHO))
    employer, profession = rng.normal(0, 0.12, EMPLOYERS), rng.normal(0, 0.2, PROFESSIONS)
    true = np.exp(np.repeat(employer, PROFESSIONS) + np.tile(profession, EMPLOYERS)) * rng.gamma(20, 1 / 20, len(WHO))
    return rng.poisson(expected * true).astype(float), expected, true


@pytest.fixture(scope="module")
def trials() -> list[tuple[Array, Array, Array, Pooled]]:
    rng = np.random.default_rng(3)
    drawn = [simulated(rng) for _ in range(12)]
    return [(seen, expected, true, pooled(seen, expected, WHO, WHAT)) for seen, expected, true in drawn]


def test_factors_drawn_together_are_nearer_the_truth_than_each_by_itself(
    trials: list[tuple[Array, Array, Array, Pooled]],
) -> None:
    def error(found: list[Array]) -> float:
        return float(np.mean([(one - true) ** 2 for one, (_, _, true, _) in zip(found, trials, strict=True)]))

    together = error([found.factor for *_, found in trials])
    alone = error([seen / np.maximum(expected, 1.0) for seen, expected, *_ in trials])
    fixed = error([shrunk(seen, expected, engine("usual_strength")) for seen, expected, *_ in trials])
    assert together < 0.35 * alone
    assert together < 0.85 * fixed


def test_ranges_of_factors_hold_the_truth_eight_times_in_ten(trials: list[tuple[Array, Array, Array, Pooled]]) -> None:
    inside = [np.abs(np.log(true / found.factor)) < 1.2816 * found.sd for *_, true, found in trials]
    assert 0.74 < np.mean(inside) < 0.88


def test_how_far_employers_and_professions_differ_is_found(trials: list[tuple[Array, Array, Array, Pooled]]) -> None:
    """True strengths: 1 / 0.12², 1 / 0.2² and 20."""
    found = {
        name: np.median([each.strength[name] for *_, each in trials]) for name in ("employer", "profession", "team")
    }
    assert 20 < found["employer"] < 140
    assert 10 < found["profession"] < 50
    assert 10 < found["team"] < 45


def test_a_group_without_events_to_expect_has_the_factor_of_its_employer_and_profession() -> None:
    seen, expected, _ = simulated(np.random.default_rng(5))
    seen[0], expected[0] = 0.0, 0.0
    found = pooled(seen, expected, WHO, WHAT)
    assert found.factor[0] == pytest.approx(found.employers["employer 0"] * found.professions["profession 0"])


def test_a_group_with_events_without_end_keeps_its_own_factor() -> None:
    seen, expected, _ = simulated(np.random.default_rng(6))
    seen[3], expected[3] = 3e7, 2e7
    found = pooled(seen, expected, WHO, WHAT)
    assert found.factor[3] == pytest.approx(1.5, rel=1e-3)
    assert found.sd[3] < 1e-3


def test_groups_that_do_not_differ_are_held_together_and_groups_that_do_are_not() -> None:
    rng = np.random.default_rng(7)
    expected = np.full(200, 30.0)
    alike = strength(rng.poisson(expected).astype(float), expected)
    apart = strength(rng.poisson(expected * rng.gamma(4, 1 / 4, 200)).astype(float), expected)
    assert alike > 100
    assert 2.5 < apart < 6


def test_with_nothing_to_tell_from_the_usual_strength_holds() -> None:
    assert strength(np.zeros(3), np.zeros(3)) == pytest.approx(engine("usual_strength"), rel=0.01)
    assert strength(np.array([30.0]), np.array([30.0])) > engine("usual_strength") / 2
