"""Net growth of stocks when only the stocks are known: the whole's, a parent's, its own (docs/method.md, section 17).

What a month showed is worked out once for each month of the past, from what was known then; a forecast sets what came
after earlier months against it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.evidence.calendar_effect import calendar_effect
from pipeline.evidence.seasons import seasonal_factors
from pipeline.evidence.stock_panel import Panel
from pipeline.metrics.months import MONTHS_IN_YEAR
from pipeline.reference import stock_forecast

Array = NDArray[np.float64]
NORMAL_MAD = 1.4826
"""Standard deviation of a normal distribution over its median absolute deviation."""


@dataclass(frozen=True)
class Seen:
    """What one month showed, from what was known at it.

    `origin`: its place; `level`: logs of the series; `calendar`: log of the work that a month can hold, 0 for stocks,
    (series, months and some beyond); `season`: log factors (series, 12) by place of month; `rates`: what the whole's
    monthly log growth may be, none at all or that of the last one to five years; `apart`: monthly growth by which each
    series, and those of its parent, departed from the whole over several spans, (series, spans).
    """

    origin: int
    level: Array
    calendar: Array
    season: Array
    rates: Array
    apart: Array

    def seasonal_step(self, horizon: int) -> Array:
        """What the time of year adds to each log series between the month and a later one."""
        now, then = self.origin % MONTHS_IN_YEAR, (self.origin + horizon) % MONTHS_IN_YEAR
        return np.asarray(self.season[:, then] - self.season[:, now])

    def calendar_step(self, horizon: int) -> Array:
        """What the working days of a later month add to each log series."""
        return np.asarray(self.calendar[:, self.origin + horizon] - self.calendar[:, self.origin])


def seen(panel: Panel, origin: int) -> Seen:
    """What the month at a place showed."""
    logs = np.log(panel.as_known(origin))
    calendar = calendar_effect(panel, logs)
    season = seasonal_factors(logs - calendar[:, : origin + 1])
    adjusted = logs - calendar[:, : origin + 1] - season[:, np.arange(origin + 1) % MONTHS_IN_YEAR]
    years = range(1, int(stock_forecast("years_of_growth")) + 1)
    rates = [0.0, *(_whole(adjusted, min(year * MONTHS_IN_YEAR, origin)) for year in years)]
    steps = _cut(np.diff(adjusted, axis=1))
    spans = [int(stock_forecast(name)) for name in ("recent_months", "usual_months", "long_months")]
    own = [_apart(steps, span) for span in spans]
    year = _apart(steps, MONTHS_IN_YEAR)
    apart = np.stack([*own, _of_parents(year, panel.parents)], axis=1)
    return Seen(origin, logs[:, -1], calendar, season, np.array(rates), apart)


def _whole(adjusted: Array, span: int) -> float:
    """Monthly growth of the whole: the median series, so that mergers and transfers do not count as growth."""
    return float(np.median(adjusted[:, -1] - adjusted[:, -1 - span]) / span)


def _cut(steps: Array) -> Array:
    """Monthly steps away from the median series, those far beyond a series' usual ones cut."""
    away = steps - np.median(steps, axis=0)
    usual = NORMAL_MAD * np.median(np.abs(away), axis=1, keepdims=True)
    most = stock_forecast("cut_steps") * (usual + np.median(usual)) / 2
    return np.asarray(np.clip(away, -most, most))


def _apart(steps: Array, span: int) -> Array:
    mean = steps[:, -span:].sum(axis=1) / span
    return np.asarray(mean - np.median(mean))


def _of_parents(apart: Array, parents: tuple[str, ...]) -> Array:
    of = np.array(parents)
    found = np.zeros(len(apart))
    for parent in set(parents):
        found[of == parent] = np.median(apart[of == parent])
    return found
