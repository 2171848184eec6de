"""Established statistical forecasters, one series at a time: exponential smoothing chosen by AICc, and theta.

Both are statsmodels'. Their ranges are their own, from the model.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm
from statsmodels.tools.sm_exceptions import ModelWarning
from statsmodels.tsa.exponential_smoothing.ets import ETSModel, ETSResults
from statsmodels.tsa.forecasting.theta import ThetaModel

from pipeline.evidence.forecasts import HIGH, Forecast, Method, levels
from pipeline.evidence.stock_panel import Panel
from pipeline.metrics.months import MONTHS_IN_YEAR

Array = NDArray[np.float64]
Histories = Sequence[Array]
"""One series as it was known at each origin, in order."""
Normal = tuple[Array, Array]
"""Mean and standard deviation, (origins, horizons) each."""


@dataclass(frozen=True)
class _Kind:
    """A kind of exponential smoothing with additive errors: its trend and season."""

    trend: bool
    damped: bool
    seasonal: bool


KINDS = [_Kind(*each) for each in ((False, False, False), (True, False, False), (True, True, False))]
SEASONAL_KINDS = [_Kind(*each) for each in ((False, False, True), (True, True, True))]
SEASONS_FROM = 3 * MONTHS_IN_YEAR
"""A season is tried from three years on: its starting values are worked out from two."""
LEAST = 1e-9
"""Points are kept above this share of the centre: a stock is not below nothing."""


def exponential_smoothing(workers: int = 1) -> Method:
    """Logs smoothed exponentially: of A,N,N A,A,N A,Ad,N, and from three years on A,N,A A,Ad,A, the least AICc.

    Additive errors of logs are multiplicative ones of the series. Hyndman, Koehler, Ord and Snyder 2008, Forecasting
    with Exponential Smoothing, chapters 5 and 7; the variance is that of table 6.1.
    """
    return partial(_one_by_one, _smoothed, workers, np.log, np.exp)


def theta(workers: int = 1) -> Method:
    """The theta method of Assimakopoulos and Nikolopoulos 2000 (International Journal of Forecasting 16:521).

    Seasons are taken out first where a test finds them.
    """
    return partial(_one_by_one, _theta, workers, np.asarray, np.asarray)


def _one_by_one(
    fit: Callable[..., Normal],
    workers: int,
    to_scale: Callable[[Array], Array],
    from_scale: Callable[[Array], Array],
    panel: Panel,
    origins: Sequence[int],
    horizons: Sequence[int],
) -> list[Forecast]:
    known = [to_scale(panel.as_known(origin)) for origin in origins]
    of_series = [[values[row] for values in known] for row in range(len(panel.series))]
    fitted = list(_map(partial(fit, horizons=horizons), of_series, workers))
    mean, sd = (np.stack([each[part] for each in fitted], axis=1) for part in (0, 1))
    points = from_scale(mean[..., None] + sd[..., None] * norm.ppf(levels()))
    centre = from_scale(mean)
    least = LEAST * np.abs(centre)
    return [
        Forecast(np.maximum(middle, low), np.maximum(spread, low[..., None]))
        for middle, spread, low in zip(centre, points, least, strict=True)
    ]


def _map(fit: Callable[[Histories], Normal], series: Sequence[Histories], workers: int) -> Iterator[Normal]:
    if workers == 1:
        yield from map(fit, series)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(fit, series, chunksize=8)


def _smoothed(histories: Histories, horizons: Sequence[int]) -> Normal:
    """Each origin begins from the parameters of the one before, which are near."""
    warm: dict[_Kind, Array] = {}
    rows = [_normal(_least_aicc(history, warm), horizons) for history in histories]
    return np.stack([mean for mean, _ in rows]), np.stack([sd for _, sd in rows])


def _least_aicc(history: Array, warm: dict[_Kind, Array]) -> tuple[_Kind, ETSResults]:
    kinds = KINDS + (SEASONAL_KINDS if len(history) >= SEASONS_FROM else [])
    fitted = {kind: _ets(history, kind, warm.get(kind)) for kind in kinds}
    warm.update({kind: results.params for kind, results in fitted.items()})
    return min(fitted.items(), key=lambda item: float(item[1].aicc))


def _ets(history: Array, kind: _Kind, start: Array | None) -> ETSResults:
    model = ETSModel(
        history,
        trend="add" if kind.trend else None,
        damped_trend=kind.damped,
        seasonal="add" if kind.seasonal else None,
        seasonal_periods=MONTHS_IN_YEAR if kind.seasonal else None,
        initialization_method="heuristic",
    )
    with warnings.catch_warnings():
        # A search that stops at its bounds warns; the point it has come to is used all the same.
        warnings.simplefilter("ignore", ModelWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        return model.fit(start_params=start, disp=False, maxiter=100)


def _normal(chosen: tuple[_Kind, ETSResults], horizons: Sequence[int]) -> Normal:
    kind, results = chosen
    ahead = np.arange(1, max(horizons))
    effect = np.full(len(ahead), float(results.smoothing_level))
    if kind.trend:
        phi = float(results.damping_trend) if kind.damped else 1.0
        effect += float(results.smoothing_trend) * np.cumsum(phi**ahead)
    if kind.seasonal:
        effect += float(results.smoothing_seasonal) * (ahead % MONTHS_IN_YEAR == 0)
    variance = float(results.scale) * np.cumsum(np.concatenate([[1.0], effect**2]))
    places = np.array(horizons) - 1
    return np.asarray(results.forecast(max(horizons)))[places], np.sqrt(variance)[places]


def _theta(histories: Histories, horizons: Sequence[int]) -> Normal:
    rows = [_theta_at(history, horizons) for history in histories]
    return np.stack([mean for mean, _ in rows]), np.stack([sd for _, sd in rows])


def _theta_at(history: Array, horizons: Sequence[int]) -> Normal:
    months = pd.period_range("2000-01", periods=len(history), freq="M")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ModelWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        results = ThetaModel(pd.Series(history, index=months), period=MONTHS_IN_YEAR).fit()
        mean = results.forecast(max(horizons)).to_numpy()
        high = results.prediction_intervals(max(horizons), alpha=2 * (1 - HIGH))["upper"].to_numpy()
    places = np.array(horizons) - 1
    return mean[places], ((high - mean) / norm.ppf(HIGH))[places]
