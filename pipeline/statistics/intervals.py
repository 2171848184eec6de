"""Intervals of counts, rates and proportions.

Sources: Association of Public Health Observatories, Technical Briefing 3, Commonly used public health statistics and
their confidence intervals, 2008; Breslow and Day, Statistical methods in cancer research, volume II, 1987, page 69
(Byar); Wilson, Journal of the American Statistical Association 1927, 22:209-212 (docs/method.md, section 11).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Array = NDArray[np.float64]
Limits = tuple[Array, Array]
"""Low and high ends, of the shape of what was given."""
EXACT_BELOW = 10
"""Counts under ten take the exact interval: Byar's approximation is close from there (Technical Briefing 3)."""


def byar(count: ArrayLike, confidence: float = 0.95) -> Limits:
    """Byar's approximate interval of a Poisson count. Missing counts have missing limits.

    Raises ValueError for a count below zero, or a confidence that is not between 0 and 1.
    """
    observed, z = _counts(count), _z(confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        root = 1 - 1 / (9 * observed) - z / (3 * np.sqrt(observed))
    above = observed + 1
    high = above * (1 - 1 / (9 * above) + z / (3 * np.sqrt(above))) ** 3
    # The root of few events lies below zero at a high confidence; a count does not.
    return np.where(observed == 0, 0.0, observed * np.maximum(root, 0) ** 3), high


def exact_poisson(count: ArrayLike, confidence: float = 0.95) -> Limits:
    """The exact interval of a Poisson count, by the chi-squared distribution. Errors as of byar."""
    observed, tail = _counts(count), (1 - _confidence(confidence)) / 2
    low = np.where(observed == 0, 0.0, stats.chi2.ppf(tail, 2 * observed) / 2)
    return np.where(np.isnan(observed), np.nan, low), stats.chi2.ppf(1 - tail, 2 * observed + 2) / 2


def poisson(count: ArrayLike, confidence: float = 0.95) -> Limits:
    """The interval of a Poisson count: exact below ten, Byar's from there. Errors as of byar."""
    observed = _counts(count)
    exact, near = exact_poisson(observed, confidence), byar(observed, confidence)
    few = observed < EXACT_BELOW
    return np.where(few, exact[0], near[0]), np.where(few, exact[1], near[1])


def wilson(numerator: ArrayLike, denominator: ArrayLike, confidence: float = 0.95) -> Limits:
    """Wilson's score interval of a proportion. Missing where the denominator is not above 0, or either is missing.

    Numbers need not be whole: a WTE is taken as a person. Raises ValueError for a numerator below zero or above the
    denominator, or a confidence that is not between 0 and 1.
    """
    events, z = _counts(numerator), _z(confidence)
    trials = np.asarray(denominator, dtype=np.float64)
    if np.any(events > trials * (1 + 1e-12)):
        raise ValueError("a proportion has more events than trials; give a numerator of at most the denominator")
    n = np.where(trials > 0, trials, np.nan)
    share = events / n
    middle = share + z**2 / (2 * n)
    spread = z * np.sqrt(np.maximum(share * (1 - share), 0) / n + z**2 / (4 * n**2))
    low = np.maximum((middle - spread) / (1 + z**2 / n), 0.0)
    high = np.minimum((middle + spread) / (1 + z**2 / n), 1.0)
    # None and all end at 0 and 1 themselves: an end a rounding away would lie on one side of a reference of 0 or 1.
    return np.where(share == 0, 0.0, low), np.where(share == 1, 1.0, high)


def _counts(count: ArrayLike) -> Array:
    observed = np.asarray(count, dtype=np.float64)
    if np.any(observed < 0):
        raise ValueError("a count is below zero; an interval is of counts from zero up")
    return observed


def _confidence(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence lies between 0 and 1, such as 0.95, and is {confidence}")
    return confidence


def _z(confidence: float) -> float:
    return float(stats.norm.ppf(1 - (1 - _confidence(confidence)) / 2))
