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
import pandas as pd
from numpy.typing import NDArray

from pipeline.evidence.forecasts import Forecast, levels, month_places
from pipeline.evidence.stock_growth import Seen, seen
from pipeline.evidence.stock_panel import Panel
from pipeline.months import add_months
from pipeline.reference import stock_forecast

Array = NDArray[np.float64]
ROUNDS = 15
"""Rounds of reweighting, after which least absolute errors no longer change in their third figure."""
NEARLY_NONE = 0.003
"""Log errors below this weigh alike in the reweighting: a third of a per cent is a good forecast."""


SEASON_SHARES = np.array([0.0, 1.0])
"""Growth is tried without the time of year and with it."""


@dataclass(frozen=True)
class _Fit:
    """Share of the season kept, weights of the rates of growth, shares of departures that last, and earlier errors."""

    season: float
    rates: Array
    apart: Array
    errors: Array

    def growth(self, now: Seen, horizon: int) -> Array:
        """Log growth of each series over the horizon."""
        lasting = self.rates @ now.rates + now.apart @ self.apart
        return np.asarray(now.calendar_step(horizon) + self.season * now.seasonal_step(horizon) + horizon * lasting)


def growth_forecast(panel: Panel, origins: Sequence[int], horizons: Sequence[int]) -> list[Forecast]:
    """The forecast of every series at each origin (place of the last known month), a `Method`.

    Raises ValueError where a horizon has no earlier month to be tried on: `months_before_a_forecast` (
    stock_forecast.yaml) and the horizon must have passed.
    """
    first = first_origin(panel)
    past = {place: seen(panel, place) for place in range(first, max(origins) + 1)}
    return [_at(panel, past, origin, horizons) for origin in origins]


def ahead(panel: Panel, horizons: Sequence[int]) -> pd.DataFrame:
    """The forecast from the last month of a panel, a row a series and horizon: series, month, p10, p50 and p90."""
    origin = len(panel.months) - 1
    forecast = growth_forecast(panel, [origin], horizons)[0]
    low, high = forecast.interval()
    last = panel.months[origin].date()
    frames = [
        pd.DataFrame({"p10": low[:, at], "p50": forecast.centre[:, at], "p90": high[:, at]}).assign(
            series=panel.series, month=pd.Timestamp(add_months(last, horizon))
        )
        for at, horizon in enumerate(horizons)
    ]
    return pd.concat(frames, ignore_index=True)[["series", "month", "p10", "p50", "p90"]]


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
        raise ValueError(f"{horizon} months ahead cannot be tried on {origin + 1} months")
    then = [past[place] for place in places]
    came = np.stack([np.log(panel.values[:, each.origin + horizon]) - each.level for each in then])
    grew = came - np.stack([each.calendar_step(horizon) for each in then])
    season = np.stack([each.seasonal_step(horizon) for each in then])
    rates = horizon * np.stack([each.rates for each in then])
    kept, weights = _season_and_rates(grew, season, rates, _looks(grew, horizon))
    grew = grew - kept * season
    apart = horizon * np.stack([each.apart for each in then])
    lasting = _lasting_shares(apart, grew, _looks(grew, horizon))
    return _Fit(kept, weights, lasting, grew - (rates @ weights)[:, None] - apart @ lasting)


def _season_and_rates(grew: Array, season: Array, rates: Array, looks: float) -> tuple[float, Array]:
    """Share of the season kept and weights of the rates of growth of the whole, by how each pair would have done.

    `grew` and `season` are (months, series), `rates` (months, rates), all over the horizon. A weight falls
    exponentially with the mean absolute error of its pair above the best one's, the faster the more often the horizon
    has been seen whole (`weight_sharpness`): a few years of luck decide little.
    """
    left = [grew - share * season for share in SEASON_SHARES]
    errors = np.array([[np.abs(each - rate[:, None]).mean() for rate in rates.T] for each in left])
    worse = errors / max(errors.min(), np.finfo(float).tiny) - 1
    weights = np.exp(-stock_forecast("weight_sharpness") * looks * worse)
    weights /= weights.sum()
    return float(SEASON_SHARES @ weights.sum(axis=1)), np.asarray(weights.sum(axis=0))


def _looks(grew: Array, horizon: int) -> float:
    """How often a horizon has been seen whole, since months overlap."""
    return max(len(grew) / horizon, 1.0)


def _lasting_shares(apart: Array, grew: Array, looks: float) -> Array:
    """Share of each departure from the whole that went on over the horizon, by least absolute errors shrunk to 0.

    `apart` is (months, series, spans), `grew` (months, series), both over the horizon.
    """
    later = (grew - np.median(grew, axis=1, keepdims=True)).ravel()
    before = apart.reshape(-1, apart.shape[-1])
    usual = np.maximum(before.std(axis=0), np.finfo(float).tiny)
    before = before / usual
    pull = stock_forecast("prior_series") / (looks * grew.shape[1]) * np.eye(before.shape[1])
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
