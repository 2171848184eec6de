"""Funnel limits: how far a proportion of so many may lie from the average by chance, and by the usual spread.

Source: Spiegelhalter, Funnel plots for comparing institutional performance, Statistics in Medicine 2005, 24:1185-1202
(docs/method.md, section 11).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Array = NDArray[np.float64]
LIMITS = {"95": 0.95, "998": 0.998}
"""The two pairs of limits a funnel plot shows, by the end of their columns' names."""
LEAST_EXPECTED = 5
"""Expected events, and non-events, below which the normal limits are poor and a point is not judged."""
WINSORISED = 0.1
"""Share of z-scores drawn in at each end before their spread is taken, so that outliers do not hide themselves."""
CURVE_POINTS = 120


def limits(centre: float, denominator: ArrayLike, confidence: float = 0.95, phi: float = 1.0) -> tuple[Array, Array]:
    """Low and high limit at each size: centre -+ z sqrt(phi x centre (1 - centre) / size), cut at 0 and 1.

    `phi` above 1 widens them for a spread between organisations that chance does not explain. Missing where the size
    is not above 0. Raises ValueError for a centre that is no proportion.
    """
    if not 0 <= centre <= 1:
        raise ValueError(f"the centre of a funnel is a proportion from 0 to 1 and is {centre}")
    sizes = np.asarray(denominator, dtype=np.float64)
    spread = np.sqrt(max(phi, 1.0) * centre * (1 - centre) / np.where(sizes > 0, sizes, np.nan))
    z = float(stats.norm.ppf(1 - (1 - confidence) / 2))
    return np.clip(centre - z * spread, 0, 1), np.clip(centre + z * spread, 0, 1)


def dispersion(values: ArrayLike, denominators: ArrayLike, centre: float) -> float:
    """Phi: the mean square of winsorised z-scores, at least 1. One where fewer than two points are known.

    `values` are proportions. A tenth of the scores at each end are drawn in to the tenth and ninetieth percentile
    (Spiegelhalter 2005, appendix A.3).
    """
    shares, sizes = np.asarray(values, dtype=np.float64), np.asarray(denominators, dtype=np.float64)
    known = ~np.isnan(shares) & (sizes > 0)
    if known.sum() < 2 or not 0 < centre < 1:
        return 1.0
    scores = (shares[known] - centre) / np.sqrt(centre * (1 - centre) / sizes[known])
    low, high = np.quantile(scores, [WINSORISED, 1 - WINSORISED])
    return max(float(np.mean(np.clip(scores, low, high) ** 2)), 1.0)


def outside(
    values: pd.Series, denominators: pd.Series, centre: float, *, phi: float = 1.0, confidence: float = 0.998
) -> pd.Series:
    """Whether each value lies `above` or `below` the limits, inside them (""), or cannot be judged (`too few`).

    Too few: an expected number of events or of others under five, or a missing value.
    """
    low, high = limits(centre, denominators, confidence, phi)
    sizes = denominators.astype("float64")
    enough = (sizes * min(centre, 1 - centre) >= LEAST_EXPECTED) & values.notna()
    side = np.select([values > high, values < low], ["above", "below"], "")
    return pd.Series(np.where(enough, side, "too few"), index=values.index, dtype="object")


def curve(centre: float, denominators: pd.Series, *, phi: float = 1.0) -> pd.DataFrame:
    """The limits over the sizes that there are: denominator, centre, low_95, high_95, low_998 and high_998.

    Sizes are evenly spread on a log scale from the smallest to the largest, so that the curves are smooth where they
    bend. No rows where no size is above 0.
    """
    sizes = denominators[denominators > 0].astype("float64")
    none: Array = np.array([], dtype=np.float64)
    grid = np.geomspace(float(sizes.min()), float(sizes.max()), CURVE_POINTS) if len(sizes) else none
    frame = pd.DataFrame({"denominator": grid, "centre": centre})
    for name, confidence in LIMITS.items():
        frame[f"low_{name}"], frame[f"high_{name}"] = limits(centre, grid, confidence, phi)
    return frame
