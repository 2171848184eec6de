"""What a method of forecasting gives: a central value and equally likely points, by series and horizon."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.evidence.stock_panel import Panel
from pipeline.reference import stock_forecast

Array = NDArray[np.float64]
LOW, HIGH = 0.1, 0.9
"""The ends of the 80 % interval."""


@dataclass(frozen=True)
class Forecast:
    """`centre` is (series, horizons), `points` (series, horizons, levels); both in the unit of the panel."""

    centre: Array
    points: Array

    def interval(self) -> tuple[Array, Array]:
        """Low and high ends of the 80 % interval, (series, horizons) each."""
        low, high = np.quantile(self.points, [LOW, HIGH], axis=-1, method="hazen")
        return low, high


Method = Callable[[Panel, Sequence[int], Sequence[int]], list[Forecast]]
"""Takes a panel, places of origins (the last known months) and horizons in months; gives a forecast an origin.

A method may use what was known at an origin and nothing later, with `Panel.as_known` for the past.
"""


def levels() -> Array:
    """The levels of the points: the middles of equal parts of 0 to 1."""
    count = int(stock_forecast("quantiles"))
    return np.asarray((np.arange(count) + 0.5) / count)


def month_places(origin: int, first: int, horizon: int) -> range:
    """Places of earlier origins whose month at the horizon had come by an origin."""
    return range(first, origin - horizon + 1)
