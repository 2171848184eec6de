"""Scores of forecasts against what came (docs/method.md, section 17).

Arrays hold one forecast an element unless said otherwise; all are in the unit of what is forecast (WTE, heads, tests).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def mean_absolute_percentage_error(forecast: ArrayLike, came: ArrayLike) -> float:
    """MAPE, per cent: 100 x mean of |forecast - came| / came. Raises ValueError where what came is not above 0."""
    said, seen = _pair(forecast, came)
    if not (seen > 0).all():
        raise ValueError("a percentage error needs what came to be above 0")
    return float(100 * np.mean(np.abs(said - seen) / seen))


def bias(forecast: ArrayLike, came: ArrayLike) -> float:
    """Per cent by which forecasts together were too high (above 0) or too low: 100 x sum of errors / sum of all."""
    said, seen = _pair(forecast, came)
    return float(100 * np.sum(said - seen) / np.sum(seen))


def scaled_errors(forecast: ArrayLike, came: ArrayLike, scale: ArrayLike) -> Array:
    """|forecast - came| / scale; their mean is MASE. `scale` is the result of usual_step of each series."""
    said, seen = _pair(forecast, came)
    return np.asarray(np.abs(said - seen) / np.asarray(scale, dtype=np.float64))


def usual_step(series: ArrayLike, lag: int) -> float:
    """Mean |y(t) - y(t - lag)| of the months before a forecast: the error of saying that nothing changes in that time.

    Hyndman and Koehler 2006 (International Journal of Forecasting 22:679), with the naive forecast of the horizon.
    Missing where there are too few months, or where nothing ever changed.
    """
    known = np.asarray(series, dtype=np.float64)
    steps = np.abs(known[lag:] - known[:-lag])
    return float(steps.mean()) if steps.size and steps.mean() > 0 else float("nan")


def _rules() -> Any:
    """The library of scores, imported when one is asked for: it compiles itself anew each time, which takes seconds."""
    import scoringrules

    return scoringrules


def crps_of_draws(draws: ArrayLike, came: ArrayLike) -> Array:
    """Continuous ranked probability score of draws (on the last axis) against what came, one value a forecast.

    E|X - y| - E|X - X'| / 2 with the fair estimator, which does not fall with more draws. For a single value it is the
    absolute error. Gneiting and Raftery 2007 (Journal of the American Statistical Association 102:359), section 4.2.
    """
    drawn = np.asarray(draws, dtype=np.float64)
    estimator = "fair" if drawn.shape[-1] > 1 else "nrg"
    return np.asarray(_rules().crps_ensemble(np.asarray(came, dtype=np.float64), drawn, estimator=estimator))


def crps_of_points(points: ArrayLike, came: ArrayLike) -> Array:
    """The same score of a distribution that is held as equally likely points (on the last axis), exactly.

    E|X - y| - E|X - X'| / 2 over all pairs of points, also a point with itself; twice the mean quantile loss.
    """
    held = np.asarray(points, dtype=np.float64)
    return np.asarray(_rules().crps_ensemble(np.asarray(came, dtype=np.float64), held, estimator="nrg"))


def crps_normal(mean: ArrayLike, sd: ArrayLike, came: ArrayLike) -> Array:
    """The same score of a normal distribution, in closed form."""
    seen, middle, spread = (np.asarray(each, dtype=np.float64) for each in (came, mean, sd))
    return np.asarray(_rules().crps_normal(seen, middle, spread))


def coverage(low: ArrayLike, high: ArrayLike, came: ArrayLike) -> float:
    """Share of what came that lies within its interval, ends included."""
    seen = np.asarray(came, dtype=np.float64)
    return float(np.mean((np.asarray(low) <= seen) & (seen <= np.asarray(high))))


def _pair(forecast: ArrayLike, came: ArrayLike) -> tuple[Array, Array]:
    return np.asarray(forecast, dtype=np.float64), np.asarray(came, dtype=np.float64)
