"""Forecast of stocks or counts of which only the past is known, with its range (docs/method.md, section 17).

Log growth over a horizon = what the time of year adds + the whole's growth + a share of the growth by which the series
and its parent departed from the whole. The shares, and the spans over which the whole's growth is measured, are what
would have done best at earlier months of the same panel. The range is made of the errors that the same forecast would
have had at those months, larger for series whose own errors were larger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.evidence.forecasts import Forecast, levels, month_places
from pipeline.evidence.stock_growth import Seen, seen
from pipeline.evidence.stock_panel import Panel
from pipeline.reference import stock_forecast

Array = NDArray[np.float64]
ROUNDS = 15
"""Rounds of reweighting, after which least absolute errors no longer change in their third figure."""
NEARLY_NONE = 0.003
"""Log errors below this weigh alike in the reweighting: a third of a per cent is a good forecast."""


@dataclass(frozen=True)
class _Fit:
    """Weights of the spans of the whole's growth, shares of departures that last, and errors at earlier months."""

    weights: Array
    shares: Array
    errors: Array

    def growth(self, now: Seen, horizon: int) -> Array:
        """Log growth of each series over the horizon."""
        lasting = self.weights @ now.rates + now.apart @ self.shares
        return np.asarray(now.calendar_step(horizon) + horizon * lasting)


def growth_forecast(panel: Panel, origins: Sequence[int], horizons: Sequence[int]) -> list[Forecast]:
    """The forecast of every series at each origin (place of the last known month), a `Method`.

    Raises ValueError where a horizon has no earlier month to be tried on: `months_before_a_forecast` (
    stock_forecast.yaml) and the horizon must have passed.
    """
    first = first_origin(panel)
    past = {place: seen(panel, place) for place in range(first, max(origins) + 1)}
    return [_at(panel, past, origin, horizons) for origin in origins]


def first_origin(panel: Panel) -> int:
    """Place of the first month at which there is enough of the past to forecast from."""
    return min(int(stock_forecast("months_before_a_forecast")) - 1, len(panel.months) - 1)


def _at(panel: Panel, past: Mapping[int, Seen], origin: int, horizons: Sequence[int]) -> Forecast:
    now = past[origin]
    logs = [_log_points(panel, past, now, horizon) for horizon in horizons]
    points = np.exp(np.stack(logs, axis=1))
    return Forecast(np.median(points, axis=-1), points)


def _log_points(panel: Panel, past: Mapping[int, Seen], now: Seen, horizon: int) -> Array:
    fit = _fit(panel, past, now.origin, horizon)
    size = _usual_errors(fit.errors)
    shape = np.quantile(fit.errors / size, levels())
    # Centred: that the whole has grown faster than forecast for years is no ground to say that it will again.
    shape -= np.median(shape)
    return np.asarray((now.level + fit.growth(now, horizon))[:, None] + size[:, None] * shape)


def _fit(panel: Panel, past: Mapping[int, Seen], origin: int, horizon: int) -> _Fit:
    places = month_places(origin, min(past), horizon)
    if not places:
        raise ValueError(f"{horizon} months ahead cannot be tried on {len(panel.months)} months")
    then = [past[place] for place in places]
    grew = np.stack([
        np.log(panel.values[:, each.origin + horizon]) - each.level - each.calendar_step(horizon) for each in then
    ])
    weights = _span_weights(np.stack([each.rates for each in then]), grew, horizon)
    apart = np.stack([each.apart for each in then])
    shares = _lasting_shares(apart, grew, horizon)
    whole = np.stack([each.rates for each in then]) @ weights
    return _Fit(weights, shares, grew - horizon * (whole[:, None] + apart @ shares))


def _span_weights(rates: Array, grew: Array, horizon: int) -> Array:
    """Weights of the spans of growth of the whole, by how each would have done: (months, spans), (months, series).

    A weight falls exponentially with the mean absolute error of its span above the best one's (`weight_sharpness`).
    """
    errors = np.abs(grew[:, :, None] - horizon * rates[:, None, :]).mean(axis=(0, 1))
    worse = errors / max(errors.min(), np.finfo(float).tiny) - 1
    weights = np.exp(-stock_forecast("weight_sharpness") * worse)
    return np.asarray(weights / weights.sum())


def _lasting_shares(apart: Array, grew: Array, horizon: int) -> Array:
    """Share of each departure from the whole that went on over the horizon, by least absolute errors shrunk to 0.

    `apart` is (months, series, spans), `grew` (months, series). Months overlap, so that a horizon counts as one look.
    """
    later = (grew - np.median(grew, axis=1, keepdims=True)).ravel()
    before = horizon * apart.reshape(-1, apart.shape[-1])
    usual = np.maximum(before.std(axis=0), np.finfo(float).tiny)
    before = before / usual
    looks = grew.shape[1] * max(len(grew) / horizon, 1)
    pull = stock_forecast("prior_series") / looks * np.eye(before.shape[1])
    found = np.zeros(before.shape[1])
    for _ in range(ROUNDS):
        weight = 1 / np.maximum(np.abs(later - before @ found), NEARLY_NONE)
        weighed = before.T * (weight / weight.sum())
        found = np.linalg.solve(weighed @ before + pull, weighed @ later)
    return np.asarray(found / usual)


def _usual_errors(errors: Array) -> Array:
    """Usual size of each series' errors, drawn to the panel's: (months, series) gives (series)."""
    size = np.abs(errors)
    size = np.minimum(size, stock_forecast("largest_error") * np.median(size))
    own, prior = size.sum(axis=0), stock_forecast("prior_forecasts")
    drawn = (own + prior * size.mean()) / (len(errors) + prior)
    return np.asarray(np.maximum(drawn, np.finfo(float).tiny))
