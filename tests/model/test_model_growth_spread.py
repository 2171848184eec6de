"""How far the growth of tests may lie from what was measured, held to simulated panels whose growth is known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import stdtrit

from pipeline.model.draws import HALF
from pipeline.model.growth_spread import growth_spreads
from pipeline.reference import engine, stock_forecast

pytestmark = pytest.mark.unit

USUAL = 0.031
AHEAD = 2
TESTS, PANELS = 8, 400
Array = NDArray[np.float64]


def panels(years: int, yearly: tuple[float, float], shared: float = 0.3) -> list[Array]:
    """Logarithms of tests in whole years: random walks with drift that move together so far, and a little chance."""
    rng = np.random.default_rng(11)
    found = []
    for _ in range(PANELS):
        sd = rng.uniform(*yearly, size=(TESTS, 1))
        common, own = rng.normal(size=(1, years + AHEAD)), rng.normal(size=(TESTS, years + AHEAD))
        steps = rng.normal(0.02, 0.03, (TESTS, 1)) + sd * (np.sqrt(shared) * common + np.sqrt(1 - shared) * own)
        found.append(10 + np.cumsum(steps, axis=1) + 0.004 * rng.normal(size=steps.shape))
    return found


def slopes(past: Array) -> Array:
    return np.asarray(np.polyfit(np.arange(past.shape[1]), past.T, 1)[0])


def line_half(past: Array) -> Array:
    """Half of the 80 % interval of a straight line's slope, whose residuals are taken for chance."""
    at = np.arange(past.shape[1]) - (past.shape[1] - 1) / 2
    left = past - past.mean(axis=1, keepdims=True) - slopes(past)[:, None] * at
    free = past.shape[1] - 2
    return np.asarray(stdtrit(free, 0.9) * np.sqrt(np.square(left).sum(axis=1) / free / (at @ at)))


def covered(years: int, yearly: tuple[float, float], ahead: int) -> tuple[float, float]:
    """Share of tests that came within the range, by growth_spreads and by the interval of a straight line."""
    held, line = [], []
    for logs in panels(years, yearly):
        past = logs[:, :years]
        error = np.abs(logs[:, years - 1 + ahead] - past[:, -1] - ahead * slopes(past))
        spreads = np.array(growth_spreads(list(np.exp(past)), USUAL))
        held.append(error <= ahead * HALF * spreads)
        line.append(error <= ahead * line_half(past))
    return float(np.mean(held)), float(np.mean(line))


@pytest.mark.parametrize("ahead", [1, 2])
@pytest.mark.parametrize(
    ("years", "yearly"),
    [
        (3, (0.02, 0.02)),
        (3, (0.03, 0.03)),
        (3, (0.01, 0.06)),
        *((years, yearly) for years in (4, 6) for yearly in ((0.02, 0.02), (0.03, 0.03), (0.05, 0.05), (0.01, 0.06))),
    ],
)
def test_eight_in_ten_come_within_the_range_a_year_and_two_years_ahead(
    years: int, yearly: tuple[float, float], ahead: int
) -> None:
    held, line = covered(years, yearly, ahead)
    assert 0.7 <= held <= 0.9
    assert line < 0.62


def test_three_years_that_differ_far_more_than_is_usual_are_held_less_often_but_more_than_by_a_straight_line() -> None:
    held, line = covered(3, (0.05, 0.05), 1)
    assert line + 0.1 < held < 0.8


def test_the_spread_is_weighed_with_that_of_all_tests_and_this_with_the_usual_one() -> None:
    """Of three steps two are free; all tests are here the one."""
    steps = np.array([0.0, 0.06, 0.0])
    (found,) = growth_spreads([np.exp(np.cumsum([0.0, *steps]))], USUAL)
    before, square = engine("usual_years"), float(np.square(steps - steps.mean()).sum())
    together = (before * USUAL**2 + square) / (before + 2)
    own = (before * together + square) / (before + 2)
    assert found == pytest.approx(np.sqrt(own * (1 / 3 + 1 / engine("growth_range_years"))))


def test_many_steady_tests_narrow_the_range_of_each() -> None:
    steady = np.exp(0.02 * np.arange(5))
    alone, *_ = growth_spreads([steady], USUAL)
    among, *_ = growth_spreads([steady] * 8, USUAL)
    assert among < 0.7 * alone


def test_a_pandemic_counts_as_the_largest_ordinary_step() -> None:
    """A fall and a recovery far beyond what years differ by are shocks, of whatever size."""
    half, tenth = (np.exp(np.cumsum([0.0, 0.02, fall, -fall, 0.02])) for fall in (-0.7, -2.3))
    assert growth_spreads([half], USUAL) == pytest.approx(growth_spreads([tenth], USUAL))
    cut = stock_forecast("cut_steps") * USUAL
    mild = np.exp(np.cumsum([0.0, 0.02, 0.02 - cut, 0.02 + cut, 0.02]))
    assert growth_spreads([half], USUAL) == pytest.approx(growth_spreads([mild], USUAL), rel=0.01)


def test_where_nothing_is_thought_before_the_steps_alone_speak() -> None:
    steps = np.array([0.0, 0.06, 0.0])
    (found,) = growth_spreads([np.exp(np.cumsum([0.0, *steps]))], float("inf"))
    sd = float(steps.std(ddof=1))
    assert found == pytest.approx(sd * np.sqrt(1 / 3 + 1 / engine("growth_range_years")))
