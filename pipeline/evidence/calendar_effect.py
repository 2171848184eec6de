"""How far monthly counts follow the working days of their months, by parent, from counts up to an origin."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.evidence.stock_panel import Panel
from pipeline.metrics.months import MONTHS_IN_YEAR
from pipeline.reference import stock_forecast

Array = NDArray[np.float64]
SHORTEST = 2 * MONTHS_IN_YEAR
"""The least months from which the effect is measured: it needs each month twice."""


def calendar_effect(panel: Panel, logs: Array) -> Array:
    """Log of the work that each month can hold, (series, months of the calendar): share x log of its working days.

    The share is the slope of the change on a year of a parent's median series against that of its working days, both
    less the mean of the months beside, so that season and growth fall out; from 0 to 1. Without a calendar all is 0.
    """
    if panel.steady is None:
        return np.zeros((len(logs), len(panel.months) + 2 * MONTHS_IN_YEAR))
    days = np.log(panel.steady)
    shares = np.zeros(len(logs))
    of = np.array(panel.parents)
    for parent in set(panel.parents):
        shares[of == parent] = _share(logs[of == parent], days[: logs.shape[1]])
    return np.asarray(shares[:, None] * days)


def _share(logs: Array, days: Array) -> float:
    if len(days) < SHORTEST:
        return 0.0
    moved = np.median(_beside(logs), axis=0)
    expected = _beside(days[None])[0]
    held = np.abs(moved) <= stock_forecast("cut_steps") * np.median(np.abs(moved))
    spread = float(np.square(expected[held]).sum())
    return float(np.clip(expected[held] @ moved[held] / spread, 0, 1)) if spread > 0 else 0.0


def _beside(logs: Array) -> Array:
    """Change on a year, less the mean of the changes of the months before and after."""
    year = logs[:, MONTHS_IN_YEAR:] - logs[:, :-MONTHS_IN_YEAR]
    return np.asarray(year[:, 1:-1] - (year[:, :-2] + year[:, 2:]) / 2)
