"""What is thought before, what the plan's own files say, and both together (docs/method.md, section 5).

An assumption's range is what is thought before: normal on its own scale (linear, log, logit or cloglog). The files give
a value with a spread on the same scale, and the two are weighed by precision: weight of the files = 1 / spread² over
the sum of both; Gelman et al., Bayesian Data Analysis, third edition, section 2.5. A rate of events is weighed as a
Gamma: the range is worth so many events seen before, and the files add theirs (section 2.6 there).

What is measured of the past holds for a coming year only as far as years are alike, so a range has the variance of the
estimate and that from year to year.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import gammaincinv, polygamma

from pipeline.assumptions import Assumption, Assumptions
from pipeline.model.draws import HALF, from_scale, interval_to_sd, shifted, to_scale
from pipeline.reference import engine

FEWEST, MOST = 1e-4, 1e9
"""Events between which a range can be worth."""
LOG_PRECISIONS = np.linspace(-15.0, 7.0, 2201)
"""Logarithms of precisions, against the usual one, over which the spread from year to year is summed."""


@dataclass(frozen=True)
class Measured:
    """What the plan's own files say of an assumption, in its unit.

    `spread` is the standard deviation of the estimate on the assumption's scale and `yearly` that of a single year, or
    of the years ahead, about it. `events` and `exposure` (person-years, at the assumption's yearly chance) are of rates
    of events; `shows` says what was counted, and `since` is the first month of it.
    """

    value: float
    spread: float
    yearly: float
    shows: str
    since: dt.date
    events: float | None = None
    exposure: float | None = None


@dataclass(frozen=True)
class Fitted:
    """An assumption before, as the plan's files alone have it, and after; `weight` is that of the files, 0 to 1.

    `alone` are value, low and high of the files alone; missing where no event was seen.
    """

    before: Assumption
    alone: tuple[float, float, float]
    after: Assumption
    weight: float
    shows: str


def fitted(before: Assumption, measured: Measured) -> Fitted:
    """The assumption with what the plan's files say of it. Rates of events are on the cloglog scale."""
    value, spread, weight = _rate(before, measured) if measured.events is not None else _normal(before, measured)
    whole = float(np.hypot(spread, measured.yearly))
    own = float(np.hypot(measured.spread, measured.yearly))
    alone = _range(measured.value, own, before) if np.isfinite(own) else (float("nan"),) * 3
    middle, low, high = _range(value, whole, before)
    return Fitted(before, alone, _after(before, middle, (low, high), weight, measured), weight, measured.shows)


def with_fitted(assumptions: Assumptions, found: list[Fitted]) -> Assumptions:
    """The assumptions with those that were fitted in place of what they were before."""
    return {**assumptions, **{each.after.key: each.after for each in found}}


def spread_of(assumption: Assumption) -> float:
    """Standard deviation of an assumption on its own scale; without end where it has no range."""
    if assumption.low is None or assumption.high is None:
        return float("inf")
    low, high = (float(to_scale(each, assumption.scale)) for each in (assumption.low, assumption.high))
    return interval_to_sd(low, high)


def from_year_to_year(changes: NDArray[np.float64], chance: float, usual: float) -> float:
    """Standard deviation from year to year: what `changes` (logarithms, one a year) show beyond chance, and the usual.

    `chance` is the variance that chance alone brings to each. The variance v between years is a priori scaled inverse
    chi-square about the usual one, worth so many years (`usual_years`; Gelman et al., section 2.6), and that of the
    changes is v + chance. The result is 1 / the mean of 1 / v, which without chance is the weighted mean of both. Where
    chance is large, what little the years can show does not stand for a difference between them.
    """
    years, before = max(len(changes) - 1, 0), engine("usual_years")
    if not years or not np.isfinite(usual):
        return usual
    seen = float(changes.var(ddof=1))
    if chance <= 0.0:
        return float(np.sqrt((before * usual**2 + years * seen) / (before + years)))
    precision = np.exp(LOG_PRECISIONS) / usual**2
    whole = 1.0 / precision + chance
    log_weights = before / 2 * (LOG_PRECISIONS - precision * usual**2) - years / 2 * (np.log(whole) + seen / whole)
    weights = np.exp(log_weights - log_weights.max())
    return float((weights @ precision / weights.sum()) ** -0.5)


def worth_events(spread: float) -> float:
    """Events that a range of a rate is worth: the shape of a Gamma whose logarithm has this standard deviation."""
    if not np.isfinite(spread):
        return FEWEST
    return float(np.exp(brentq(lambda at: polygamma(1, np.exp(at)) - spread**2, np.log(FEWEST), np.log(MOST))))


def _rate(before: Assumption, measured: Measured) -> tuple[float, float, float]:
    """Value, spread of the logarithm of the hazard, and weight of the files, for a yearly chance."""
    events, exposure = float(measured.events or 0.0), float(measured.exposure or 0.0)
    shape = worth_events(spread_of(before))
    earlier = float(gammaincinv(shape, 0.5)) / float(-np.log1p(-before.value))
    hazard = float(gammaincinv(shape + events, 0.5)) / (earlier + exposure)
    spread = float(np.sqrt(polygamma(1, shape + events)))
    return float(from_scale(np.log(np.array(hazard)), "cloglog")), spread, exposure / (earlier + exposure)


def _normal(before: Assumption, measured: Measured) -> tuple[float, float, float]:
    precision = 1.0 / max(measured.spread, 1e-12) ** 2
    prior = 1.0 / spread_of(before) ** 2
    weight = precision / (precision + prior)
    middle, own = (float(to_scale(each, before.scale)) for each in (before.value, measured.value))
    value = weight * own + (1.0 - weight) * middle
    return float(from_scale(np.array(value), before.scale)), float((precision + prior) ** -0.5), weight


def _range(value: float, spread: float, before: Assumption) -> tuple[float, float, float]:
    low, high = (float(shifted(np.asarray(value), sign * HALF * spread, before.scale)) for sign in (-1, 1))
    return value, low, high


def _after(
    before: Assumption, value: float, ends: tuple[float, float], weight: float, measured: Measured
) -> Assumption:
    """The assumption as it then stands; it counts as measured where the files weigh at least as much as the rest."""
    own = weight >= engine("measured_from_weight")
    given = {
        "value": value,
        "low": ends[0],
        "high": ends[1],
        "grade": "measured" if own else before.grade,
        "range": "measured" if own else before.range,
        "source": measured.shows if own else before.source,
        "note": "" if own else f"{weight:.0%} of the weight is the plan's own: {measured.shows}",
        "from_date": measured.since if own else before.from_date,
    }
    return before.model_copy(update=given)
