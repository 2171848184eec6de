"""Naive forecasts, each with a range from the errors that it would have had on the panel before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.evidence.forecasts import Forecast, Method, levels, month_places
from pipeline.evidence.stock_panel import Panel
from pipeline.metrics.months import MONTHS_IN_YEAR
from pipeline.reference import stock_forecast

Array = NDArray[np.float64]
Rule = Callable[[Array, Array, int], Array]
"""Takes the series as known (series, months), the whole of all (months) and a horizon; gives a value a series."""
LEAST = 1e-9
"""What a falling straight line is held above, as a share of the last value, so that a range of ratios can be set."""


def naive(rule: Rule) -> Method:
    """The method of a rule. Points are what it says times past ratios of what came to what it said, their median 1.

    The ratios are those of all series at every earlier month whose horizon had passed: of the ways to give a naive
    forecast a range this one scores best, against those of the series alone. Raises ValueError where none has passed.
    """

    def method(panel: Panel, origins: Sequence[int], horizons: Sequence[int]) -> list[Forecast]:
        known = {origin: panel.as_known(origin) for origin in range(2 * MONTHS_IN_YEAR - 1, max(origins) + 1)}
        said = {horizon: _said(rule, panel, known, horizon) for horizon in horizons}
        return [_at(panel, said, origin) for origin in origins]

    return method


def _said(rule: Rule, panel: Panel, known: Mapping[int, Array], horizon: int) -> dict[int, Array]:
    return {
        origin: np.maximum(rule(values, panel.system[: origin + 1], horizon), LEAST * values[:, -1])
        for origin, values in known.items()
    }


def _at(panel: Panel, said: Mapping[int, Mapping[int, Array]], origin: int) -> Forecast:
    centre = np.stack([of[origin] for of in said.values()], axis=1)
    ratios = np.stack([_ratios(panel, of, origin, horizon) for horizon, of in said.items()])
    return Forecast(centre, centre[..., None] * ratios)


def _ratios(panel: Panel, said: Mapping[int, Array], origin: int, horizon: int) -> Array:
    places = month_places(origin, min(said), horizon)
    if not places:
        raise ValueError(f"{horizon} months ahead cannot be tried on {origin + 1} months")
    came = np.stack([panel.values[:, place + horizon] / said[place] for place in places])
    return np.asarray(np.quantile(came, levels()) / np.median(came))


def last_value(values: Array, _: Array, __: int) -> Array:
    """Nothing changes."""
    return np.asarray(values[:, -1])


def drift(values: Array, _: Array, horizon: int) -> Array:
    """A straight line through the last value and the one `drift_months` (three years) before, or the first."""
    span = min(int(stock_forecast("drift_months")), values.shape[1] - 1)
    return np.asarray(values[:, -1] + horizon * (values[:, -1] - values[:, -1 - span]) / span)


def last_years_growth(values: Array, _: Array, horizon: int) -> Array:
    """The growth of the last twelve months goes on."""
    return np.asarray(values[:, -1] * (values[:, -1] / values[:, -1 - MONTHS_IN_YEAR]) ** (horizon / MONTHS_IN_YEAR))


def systems_growth(values: Array, system: Array, horizon: int) -> Array:
    """The growth of the whole in the last twelve months goes on in every series."""
    return np.asarray(values[:, -1] * (system[-1] / system[-1 - MONTHS_IN_YEAR]) ** (horizon / MONTHS_IN_YEAR))


def same_month(values: Array, _: Array, horizon: int) -> Array:
    """The same month of the last year known (seasonal naive)."""
    return np.asarray(values[:, -1 - (-horizon % MONTHS_IN_YEAR)])


def same_month_with_growth(values: Array, system: Array, horizon: int) -> Array:
    """The same month of the last year known, with the growth of the last twelve months on the twelve before."""
    years = (horizon + MONTHS_IN_YEAR - 1) // MONTHS_IN_YEAR
    year = values[:, -MONTHS_IN_YEAR:].sum(axis=1) / values[:, -2 * MONTHS_IN_YEAR : -MONTHS_IN_YEAR].sum(axis=1)
    return np.asarray(same_month(values, system, horizon) * year**years)
