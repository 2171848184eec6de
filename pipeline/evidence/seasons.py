"""The time of year in a panel of logarithms: one pattern, and each series' own as far as it is not chance.

Log series are set against their centred twelve-month mean; a month's factor is the median over years (Makridakis,
Wheelwright and Hyndman 1998, Forecasting, chapter 3, classical decomposition, with medians so that a merger or a
pandemic does not pass for a season). The panel's factor of a month is the median of its series. What a series departs
from it is kept in the share that is signal: variance over months of the year against variance over the years.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.metrics.months import MONTHS_IN_YEAR
from pipeline.reference import stock_forecast

Array = NDArray[np.float64]
HALF = MONTHS_IN_YEAR // 2
SHORTEST = 2 * MONTHS_IN_YEAR
"""A centred mean loses half a year at each end, so that two years show each month of the year once."""


def seasonal_factors(logs: Array) -> Array:
    """Log factors (series, 12) that sum to nil for each series; the month at place 0 of `logs` has the factor at 0.

    `logs` is (series, months). With less than two years they are 0.
    """
    if logs.shape[1] < SHORTEST:
        return np.zeros((len(logs), MONTHS_IN_YEAR))
    ratios = _by_year(logs - np.median(logs, axis=1, keepdims=True))
    own = _nil_sum(np.nanmedian(ratios, axis=1))
    panel = np.median(ratios, axis=0)[None]
    common = _nil_sum(np.nanmedian(panel, axis=1))
    apart = own - common
    return common * _signal_share(common, panel) + apart * _signal_share(apart, ratios - panel)


def _by_year(logs: Array) -> Array:
    """Each month less its centred twelve-month mean: (series, years, 12), missing where a year is not whole."""
    sums = np.cumsum(np.pad(logs, ((0, 0), (1, 0))), axis=1)
    yearly = sums[:, MONTHS_IN_YEAR:] - sums[:, :-MONTHS_IN_YEAR]
    apart = logs[:, HALF:-HALF] - (yearly[:, 1:] + yearly[:, :-1]) / (2 * MONTHS_IN_YEAR)
    after = -(HALF + apart.shape[1]) % MONTHS_IN_YEAR
    whole = np.pad(apart, ((0, 0), (HALF, after)), constant_values=np.nan)
    years: Array = whole.reshape(len(logs), -1, MONTHS_IN_YEAR)
    return years


def _nil_sum(factors: Array) -> Array:
    return np.asarray(factors - factors.mean(axis=1, keepdims=True))


def _signal_share(factors: Array, ratios: Array) -> Array:
    """Share of the variance of each row of factors that is not chance, (series, 1)."""
    seen = np.isfinite(ratios).sum(axis=1)
    if seen.min() < 2:
        return np.full((len(factors), 1), stock_forecast("one_year_season"))
    chance = (np.nanvar(ratios, axis=1, ddof=1) / seen).mean(axis=1)
    spread = np.square(factors).mean(axis=1)
    share = 1 - np.minimum(chance / np.maximum(spread, np.finfo(float).tiny), 1)
    return np.asarray(share[:, None])
