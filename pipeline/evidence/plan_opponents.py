"""What a forecast of a plan's staff has to beat: last value, linear drift and exponential smoothing.

Each takes a series of equally spaced values, oldest first and none missing, and the steps ahead. Each returns the
middle, the 10th and the 90th percentile at each of them (docs/method.md, section 17).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsmodels.tools.sm_exceptions import ConvergenceWarning
from statsmodels.tsa.exponential_smoothing.ets import ETSModel, ETSResults

from pipeline.model.draws import HALF

Array = NDArray[np.float64]
Range = tuple[Array, Array, Array]
Opponent = Callable[[Array, Sequence[int]], Range]
CANDIDATES: tuple[dict[str, Any], ...] = ({}, {"trend": "add"}, {"trend": "add", "damped_trend": True})
"""Exponential smoothing with additive errors: a level; a level and a trend; and a trend that fades."""
LEVEL_LEFT = 0.2
"""An interval of 80 % leaves so much outside."""


def last_value(series: Array, horizons: Sequence[int]) -> Range:
    """Nothing changes. Its spread grows with the square root of the steps (a random walk without drift)."""
    ahead = np.asarray(horizons, dtype=np.float64)
    steps = np.diff(series)
    sd = np.sqrt(np.mean(steps**2) * ahead) if len(steps) else np.zeros(len(ahead))
    return _normal(np.full(len(ahead), series[-1]), sd)


def linear_drift(series: Array, horizons: Sequence[int]) -> Range:
    """The mean change a step goes on. Spread of a random walk with drift, the drift itself being estimated.

    Hyndman and Athanasopoulos, Forecasting: Principles and Practice (3rd edition), sections 5.2 and 5.5.
    """
    ahead = np.asarray(horizons, dtype=np.float64)
    steps = np.diff(series)
    if len(steps) < 2:
        return last_value(series, horizons)
    sd = steps.std(ddof=1) * np.sqrt(ahead * (1.0 + ahead / len(steps)))
    return _normal(series[-1] + steps.mean() * ahead, sd)


def exponential_smoothing(series: Array, horizons: Sequence[int]) -> Range:
    """Exponential smoothing in state-space form, the candidate with the lowest AICc (statsmodels' ETSModel).

    Where the series never changes, or is too short to be fitted, it is the last value.
    """
    fits = [fit for each in CANDIDATES if (fit := _fitted(series, each)) is not None]
    if not fits:
        return last_value(series, horizons)
    best = min(fits, key=lambda fit: float(fit.aicc))
    found = best.get_prediction(start=len(series), end=len(series) + max(horizons) - 1)
    place = np.asarray(horizons, dtype=np.int64) - 1
    ends = found.pred_int(alpha=LEVEL_LEFT).to_numpy()[place]
    return np.asarray(found.predicted_mean)[place], ends[:, 0], ends[:, 1]


def _fitted(series: Array, candidate: dict[str, Any]) -> ETSResults | None:
    if np.ptp(series) == 0 or len(series) < len(candidate) + 6:
        return None
    with warnings.catch_warnings():
        # A fit that stopped early is still a forecast, and is chosen only where it describes the past best.
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        fit = ETSModel(pd.Series(series), error="add", **candidate).fit(disp=False)
    return fit if np.isfinite(fit.aicc) else None


def _normal(middle: Array, sd: Array) -> Range:
    return middle, middle - HALF * sd, middle + HALF * sd


LAST_VALUE, LINEAR_DRIFT, SMOOTHING = "last value", "linear drift", "exponential smoothing (ETS)"
OPPONENTS: dict[str, Opponent] = {
    LAST_VALUE: last_value,
    LINEAR_DRIFT: linear_drift,
    SMOOTHING: exponential_smoothing,
}
"""The opponents by the name that a report shows."""
