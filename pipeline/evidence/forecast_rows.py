"""A forecast beside what came, as a row of a table: the same for staff, for flows and for tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from pipeline.evidence.scores import crps_normal, crps_of_draws
from pipeline.model.draws import interval_to_sd

COLUMNS = [
    *("origin", "measure", "level", "name", "horizon", "before", "usual_step", "came"),
    *("method", "middle", "low", "high", "crps"),
]
"""`before` is the value at the origin (of flows and tests: of the year to it), `usual_step` what MASE is measured in.
`middle`, `low` and `high` are the median and the 10th and 90th percentiles that the method gave, `crps` its score."""
MODEL = "this model"
About = tuple[dt.date, str, str, str, int, float, float, float]
"""The first eight of COLUMNS."""
ForecastRow = tuple[Any, ...]


def row_of_draws(about: About, draws: ArrayLike) -> ForecastRow:
    """The model's forecast from its draws."""
    low, middle, high = np.percentile(np.asarray(draws, dtype=np.float64), (10, 50, 90))
    return (*about, MODEL, float(middle), float(low), float(high), float(crps_of_draws(draws, about[-1])))


def row(about: About, method: str, middle: float, low: float, high: float) -> ForecastRow:
    """A forecast that is normal with these percentiles; without spread its score is the absolute error."""
    sd = interval_to_sd(low, high)
    came = about[-1]
    score = float(crps_normal(middle, sd, came)) if sd > 0 else abs(middle - came)
    return (*about, method, float(middle), float(low), float(high), score)
