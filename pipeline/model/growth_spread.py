"""How far the yearly growth of tests may lie from what was measured: what is not known of it, and that years differ.

Logarithms of yearly tests are taken for random walks with drift, whose steps are the growth of single years. The mean
of n steps misses the drift by sd / sqrt(n), and the growth of `growth_range_years` to come lies sd / sqrt(years) about
it (Hyndman and Athanasopoulos, Forecasting: Principles and Practice, section 5.5). The slope of a straight line, which
the model takes as the growth, is about as exact as that mean. A straight line's own interval supposes that years lie
about the line by chance and come back to it; where they do not, it holds the less, the more years there are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.model.posterior import from_year_to_year
from pipeline.reference import engine, stock_forecast

Array = NDArray[np.float64]


def growth_spreads(years: Sequence[Array], usual: float) -> list[float]:
    """Standard deviation of each test's yearly growth to come (log scale), from its tests in whole years, oldest first.

    Each test's spread from year to year is drawn towards that of all the tests together, and this towards `usual`, each
    counting as `usual_years`. A step beyond `cut_steps` usual ones from the test's middle is a shock, which scenarios
    carry, and is cut to that. Every test has three years or more. Without a finite `usual` only the steps speak.
    """
    steps = [_cut(np.diff(np.log(each)), usual) for each in years]
    together = _together(steps, usual)
    ahead = engine("growth_range_years")
    return [from_year_to_year(each, 0.0, together) * float(np.sqrt(1 / len(each) + 1 / ahead)) for each in steps]


def _cut(steps: Array, usual: float) -> Array:
    if not np.isfinite(usual):
        return steps
    middle, most = np.median(steps), stock_forecast("cut_steps") * usual
    return np.asarray(np.clip(steps, middle - most, middle + most))


def _together(steps: Sequence[Array], usual: float) -> float:
    """Standard deviation of a step, pooled over tests."""
    before, prior = (engine("usual_years"), usual**2) if np.isfinite(usual) else (0.0, 0.0)
    squares = sum(float(np.square(each - each.mean()).sum()) for each in steps)
    free = sum(len(each) - 1 for each in steps)
    return float(np.sqrt((before * prior + squares) / (before + free)))
