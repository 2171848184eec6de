"""Swings of tests about their growth, held to simulated panels whose growth is known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.model.draws import HALF
from pipeline.model.growth_swing import spread_of_growth, swing_by_month, swings
from pipeline.reference import engine, stock_forecast

pytestmark = pytest.mark.unit

USUAL = 0.045
AHEAD = 5
TESTS, PANELS = 8, 400
Array = NDArray[np.float64]
EVERY_PANEL = [(years, yearly) for years in (3, 4, 6) for yearly in ((0.03, 0.03), (0.045, 0.045), (0.02, 0.07))]


def panels(years: int, yearly: tuple[float, float], shared: float = 0.6) -> list[Array]:
    """Logarithms of tests in whole years: random walks with drift whose steps move together so far."""
    rng = np.random.default_rng(11)
    found = []
    for _ in range(PANELS):
        sd = rng.uniform(*yearly, size=(TESTS, 1))
        common, own = rng.normal(size=(1, years + AHEAD)), rng.normal(size=(TESTS, years + AHEAD))
        steps = rng.normal(0.02, 0.03, (TESTS, 1)) + sd * (np.sqrt(shared) * common + np.sqrt(1 - shared) * own)
        found.append(10 + np.cumsum(steps, axis=1))
    return found


def slopes(past: Array) -> Array:
    return np.asarray(np.polyfit(np.arange(past.shape[1]), past.T, 1)[0])


def covered(years: int, yearly: tuple[float, float], ahead: int) -> float:
    """Share of tests that came within the 80 % range of lasting growth and swings, so many years ahead."""
    held = []
    for logs in panels(years, yearly):
        past = logs[:, :years]
        error = np.abs(logs[:, years - 1 + ahead] - past[:, -1] - ahead * slopes(past))
        swung = np.array(swings(list(np.exp(past)), USUAL))
        lasting = [spread_of_growth(np.exp(each), swing, USUAL) for each, swing in zip(past, swung, strict=True)]
        held.append(error <= HALF * np.hypot(ahead * np.array(lasting), swung * swing_by_month(60)[12 * ahead]))
    return float(np.mean(held))


@pytest.mark.parametrize("ahead", [1, 2, 5])
@pytest.mark.parametrize(("years", "yearly"), EVERY_PANEL)
def test_eight_in_ten_come_within_the_range_one_two_and_five_years_ahead(
    years: int, yearly: tuple[float, float], ahead: int
) -> None:
    assert 0.7 <= covered(years, yearly, ahead) <= 0.9


@pytest.mark.parametrize("years", [2, 3, 5, 9])
def test_the_slope_of_a_random_walk_spreads_as_simulated_ones_do(years: int) -> None:
    walks = np.cumsum(0.05 * np.random.default_rng(5).normal(size=(40_000, years)), axis=1)
    said = spread_of_growth(np.exp(0.05 * np.arange(years)), 0.05, USUAL)
    assert said == pytest.approx(float(slopes(walks).std()), rel=0.02)


def test_a_swing_is_weighed_with_that_of_all_tests_and_this_with_the_usual_one() -> None:
    """Of three steps two are free; all tests are here the one."""
    steps = np.array([0.0, 0.06, 0.0])
    (found,) = swings([np.exp(np.cumsum([0.0, *steps]))], USUAL)
    before, square = engine("usual_years"), float(np.square(steps - steps.mean()).sum())
    together = (before * USUAL**2 + square) / (before + 2)
    assert found == pytest.approx(np.sqrt((before * together + square) / (before + 2)))


def test_two_years_say_nothing_of_swings() -> None:
    assert swings([np.array([100.0, 130.0])], USUAL) == pytest.approx([USUAL])
    assert swings([], USUAL) == []


def test_many_steady_tests_narrow_the_swing_of_each() -> None:
    steady = np.exp(0.02 * np.arange(5))
    alone, *_ = swings([steady], USUAL)
    among, *_ = swings([steady] * 8, USUAL)
    assert among < 0.7 * alone


def test_a_pandemic_is_no_swing_and_makes_the_growth_less_sure_by_so_much_at_most() -> None:
    """A fall and a recovery far beyond what years differ by are shocks, of whatever size."""
    ordinary, half, tenth = (np.exp(np.cumsum([0.0, 0.02, fall, 0.04 - fall, 0.02])) for fall in (0.02, -0.7, -2.3))
    assert swings([half], USUAL) == pytest.approx(swings([tenth], USUAL))
    (swing,) = swings([half], USUAL)
    assert swing <= USUAL
    cut = spread_of_growth(half, swing, USUAL)
    assert cut == pytest.approx(spread_of_growth(tenth, swing, USUAL))
    assert cut > 2 * spread_of_growth(ordinary, swing, USUAL)
    most = stock_forecast("cut_steps") * USUAL
    assert cut == pytest.approx(np.sqrt((2 * most**2 + 2 * swing**2) / 4 * 6 * 26 / (5 * 5 * 24)))


def test_a_swing_grows_as_a_walk_of_yearly_steps_straight_between_them() -> None:
    factors = swing_by_month(60)
    assert factors.shape == (61, 1)
    assert factors[[0, 6, 12, 18, 48, 60], 0] == pytest.approx([0, 0.5, 1, np.sqrt(1.25), 2, np.sqrt(5)])
    steps = np.random.default_rng(3).normal(size=(20_000, 2))
    between = steps[:, 0] + 0.25 * steps[:, 1]
    assert factors[15, 0] == pytest.approx(float(between.std()), rel=0.02)
