"""Standardised rates and ratios: organisations compared as if they had the same mix of ages or tests.

Sources: Dobson, Kuulasmaa, Eberle and Scherer, Confidence intervals for weighted sums of Poisson parameters, Statistics
in Medicine 1991, 10:457-462, with Byar's limits of the count; Association of Public Health Observatories, Technical
Briefing 3, 2008 (docs/method.md, section 11).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pipeline.statistics.intervals import Array, byar, poisson

LEAST_EVENTS = 10
"""Events below which a directly standardised rate is not shown: its limits are poor there (Technical Briefing 3)."""
ByStratum = ArrayLike
"""Numbers by stratum. Series are matched by their index, anything else by position."""


@dataclass(frozen=True)
class Rate:
    """A directly standardised rate and its limits. All three are missing where `reason` says why, else it is ""."""

    value: float
    low: float
    high: float
    events: float
    reason: str


@dataclass(frozen=True)
class Ratio:
    """Observed over expected events and its limits. All three are missing where `reason` says why, else it is ""."""

    value: float
    low: float
    high: float
    observed: float
    expected: float
    reason: str


def direct_rate(
    events: ByStratum, people: ByStratum, weights: ByStratum, *, scale: float = 1.0, confidence: float = 0.95
) -> Rate:
    """The rate that a population would have with the standard's mix: sum of weight x events / people over all weights.

    A stratum without people, or with a number missing, is left out together with its weight, so that the rate is that
    of the mix of the others. Missing under ten events, and where no stratum with a weight is left. Raises ValueError
    for a number below zero, events in a stratum of no people, or numbers by position of different length.
    """
    strata = _strata(events=events, people=people, weights=weights)
    if ((strata["events"] > 0) & (strata["people"] == 0)).any():
        raise ValueError("a stratum has events and no people; leave it out or correct its people")
    known = strata[strata["people"] > 0]
    count, weight = float(known["events"].sum()), float(known["weights"].sum())
    if count < LEAST_EVENTS:
        return Rate(np.nan, np.nan, np.nan, count, f"fewer than {LEAST_EVENTS} events")
    if not weight:
        return Rate(np.nan, np.nan, np.nan, count, "no stratum with a weight")
    each = scale * known["weights"] / weight / known["people"]
    return _dobson(known["events"].to_numpy("float64"), each.to_numpy("float64"), count, confidence)


def _dobson(events: Array, each: Array, count: float, confidence: float) -> Rate:
    """The limits of the count, carried to the weighted sum by the ratio of their standard errors."""
    value, error = float((each * events).sum()), float(np.sqrt((each**2 * events).sum()))
    low, high = (float(end) for end in byar(count, confidence))
    step = error / np.sqrt(count)
    # Where most weight lies on few events the low end falls below zero; a rate does not.
    return Rate(value, max(value + step * (low - count), 0.0), value + step * (high - count), count, "")


def indirect_ratio(events: ByStratum, people: ByStratum, rates: ByStratum, *, confidence: float = 0.95) -> Ratio:
    """Observed events over those expected had every stratum the standard's rate; 1 is as expected.

    Limits are those of the observed count (exact below ten events, Byar's from there) over the expected. A stratum with
    a number missing is left out of both. Missing where no events are expected. Raises ValueError for a number below
    zero or numbers by position of different length.
    """
    known = _strata(events=events, people=people, rates=rates)
    observed, expected = float(known["events"].sum()), float((known["people"] * known["rates"]).sum())
    if not expected > 0:
        return Ratio(np.nan, np.nan, np.nan, observed, expected, "no events expected")
    low, high = (float(end) / expected for end in poisson(observed, confidence))
    return Ratio(observed / expected, low, high, observed, expected, "")


def _strata(**columns: ByStratum) -> pd.DataFrame:
    """The numbers side by side, strata with one missing left out."""
    frame = pd.DataFrame(columns).astype("float64").dropna()
    if (frame < 0).any(axis=None):
        raise ValueError("a stratum has a number below zero; events, people, weights and rates are from zero up")
    return frame
