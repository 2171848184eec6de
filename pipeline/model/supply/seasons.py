"""Months of the year in which more or fewer leave or are hired, where knowing them would have helped (section 5).

A month's factor is what was seen over what was to be expected, drawn towards 1 (pipeline/model/pooling.py); the twelve
have a mean of 1. They are used only where months that were not yet known would have been forecast better with them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.metrics.months import MONTHS_IN_YEAR
from pipeline.model.pooling import shrunk, strength
from pipeline.model.supply.recency import log_chance
from pipeline.reference import recency

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Seasons:
    """Factors of January to December, whether they are used, and by how much a month was forecast better with them.

    `better` is the mean gain in the logarithm of the Poisson chance of a month and `error` its standard error, over the
    months of `origins` forecasts; missing where there were too few months to try.
    """

    factors: Array
    used: bool
    better: float
    error: float
    origins: int

    def ahead(self, base: int, months: int) -> Array:
        """The factors of months 0 to `months` after a base month of the year (1 to 12); all 1 where not used."""
        at = (base - 1 + np.arange(months + 1)) % MONTHS_IN_YEAR
        return self.factors[at] if self.used else np.ones(months + 1)


NO_SEASONS = Seasons(np.ones(MONTHS_IN_YEAR), False, float("nan"), float("nan"), 0)


def seasons(events: Array, exposure: Array, first: int) -> Seasons:
    """The seasons of events by month, oldest first, the first being so many months into the year (1 to 12)."""
    names = (first - 1 + np.arange(len(events))) % MONTHS_IN_YEAR
    ahead = recency("horizon")[0]
    # Two years at the least, or a season would be what one year happened to be.
    origins = list(range(len(events) - ahead, 2 * ahead - 1, -ahead))
    if len(origins) < 2 or events.sum() == 0:
        return NO_SEASONS
    gains = np.array([_gain(events, exposure, names, at, at + ahead) for at in origins])
    better, error = float(gains.mean()), float(gains.std(ddof=1) / np.sqrt(len(gains)))
    used = better > recency("least_gain")[0] * error
    return Seasons(_factors(events, exposure, names), used, better, error, len(origins))


def _factors(events: Array, exposure: Array, names: NDArray[np.int64]) -> Array:
    level = events.sum() / exposure.sum()
    parts = (events, level * exposure)
    seen, expected = (np.bincount(names, each, MONTHS_IN_YEAR).astype(np.float64) for each in parts)
    found = shrunk(seen, expected, strength(seen, expected))
    return np.asarray(found / found.mean())


def _gain(events: Array, exposure: Array, names: NDArray[np.int64], at: int, end: int) -> float:
    """Mean gain of a month between `at` and `end` by the factors of the months before."""
    level = events[:at].sum() / max(exposure[:at].sum(), 1e-9)
    plain = level * exposure[at:end]
    if level <= 0:
        return 0.0
    better = plain * _factors(events[:at], exposure[:at], names[:at])[names[at:end]]
    known = plain > 0
    gain = log_chance(events[at:end], better) - log_chance(events[at:end], plain)
    return float(gain[known].mean()) if known.any() else 0.0
