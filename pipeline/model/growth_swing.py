"""How far tests swing about their growth from year to year, and what that leaves unknown of the growth (section 5).

Logarithms of a year's tests are taken for a random walk with drift: the growth is the drift, and a swing is how far a
single year lies from it. What swings did is not undone by the next year, so they add up as the root of the years.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.metrics.months import MONTHS_IN_YEAR
from pipeline.model.posterior import from_year_to_year
from pipeline.reference import engine, stock_forecast

Array = NDArray[np.float64]


def swings(years: Sequence[Array], usual: float) -> list[float]:
    """Standard deviation of each test's swing in a year (log scale), from its tests in whole years, oldest first.

    A test's own years are weighed with those of all tests together, and these with `usual`, each counting as
    `usual_years`. Steps beyond `cut_steps` usual ones from the test's middle are shocks such as a pandemic, which
    scenarios carry, and are left out.
    """
    steps = [_ordinary(_steps(each), usual) for each in years]
    together = _together(steps, usual)
    return [from_year_to_year(each, 0.0, together) for each in steps]


def spread_of_growth(years: Array, swing: float, usual: float) -> float:
    """Standard deviation of the slope of a straight line through the logarithms, as a measure of the drift.

    Under a random walk with steps of one spread the slope over n years has variance *6 (n² + 1) / (5 n (n² - 1))* times
    that of a step. Shocks count here, cut to `cut_steps` usual ones: they bend the line. Takes two years or more.
    """
    steps, count = _steps(years), len(years)
    middle, most = np.median(steps), stock_forecast("cut_steps") * usual
    shocks = np.clip(steps[np.abs(steps - middle) > most] - middle, -most, most)
    step = (swing**2 * (len(steps) - len(shocks)) + float(np.square(shocks).sum())) / len(steps)
    return float(np.sqrt(step * 6 * (count**2 + 1) / (5 * count * (count**2 - 1))))


def swing_by_month(months: int) -> Array:
    """What a year's swing is multiplied by in each month, 0 … `months`: (months + 1, 1).

    The spread of a walk of yearly steps, straight between them: *sqrt(k + f²)* after k whole years and a part f.
    """
    whole, part = np.divmod(np.arange(months + 1), MONTHS_IN_YEAR)
    return np.asarray(np.sqrt(whole + (part / MONTHS_IN_YEAR) ** 2))[:, np.newaxis]


def _steps(years: Array) -> Array:
    return np.diff(np.log(years))


def _ordinary(steps: Array, usual: float) -> Array:
    return steps[np.abs(steps - np.median(steps)) <= stock_forecast("cut_steps") * usual]


def _together(steps: Sequence[Array], usual: float) -> float:
    """Standard deviation of a step, pooled over tests and weighed with the usual one."""
    before = engine("usual_years")
    squares = sum(float(np.square(each - each.mean()).sum()) for each in steps if len(each))
    free = sum(max(len(each) - 1, 0) for each in steps)
    return float(np.sqrt((before * usual**2 + squares) / (before + free)))
