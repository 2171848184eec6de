"""Draws of the assumptions from their ranges (docs/method.md, section 6).

An assumption is normal on its own scale (linear, log or logit) with its 10th and 90th percentiles at low and high.
Nothing is clipped, since that would shift the mean.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from pipeline.assumptions import Assumption, Assumptions

P10_TO_P90_IN_SD = 2.5631031310892007
"""Distance between the 10th and 90th percentiles of a normal distribution, in standard deviations."""

Draws = dict[str, NDArray[np.float64]]
"""One array a draw long for each assumption's key."""


def interval_to_sd(low: float, high: float) -> float:
    """Standard deviation of a normal whose 10th and 90th percentiles are low and high."""
    return (high - low) / P10_TO_P90_IN_SD


def draw_assumptions(assumptions: Assumptions, draws: int, seed: int) -> Draws:
    """`draws` values of every assumption; those without a range keep their value.

    Each assumption has its own stream of random numbers, so adding one, or asking for more draws,
    leaves the draws already made as they were.
    """
    return {key: _draw(assumption, draws, seed) for key, assumption in assumptions.items()}


def central(assumptions: Assumptions) -> Draws:
    """Every assumption at its value: a single draw."""
    return {key: np.array([assumption.value]) for key, assumption in assumptions.items()}


def shifted(values: NDArray[np.float64], add: float, scale: str) -> NDArray[np.float64]:
    """Values moved by an amount on a scale."""
    if add == 0:
        return values
    if scale == "log":
        return np.asarray(values * np.exp(add))
    if scale == "logit":
        return 1 / (1 + np.exp(-(np.log(values / (1 - values)) + add)))
    return values + add


def _draw(assumption: Assumption, draws: int, seed: int) -> NDArray[np.float64]:
    if assumption.low is None or assumption.high is None:
        return np.full(draws, assumption.value)
    stream = int.from_bytes(hashlib.sha256(assumption.key.encode()).digest()[:8], "big")
    normal = np.random.default_rng([seed, stream]).standard_normal(draws)
    low, high = _to_scale(assumption.low, assumption.scale), _to_scale(assumption.high, assumption.scale)
    # The range may lie unevenly about the value; the midpoint on the scale keeps both percentiles true.
    return _from_scale((low + high) / 2 + interval_to_sd(low, high) * normal, assumption.scale)


def _to_scale(value: float, scale: str) -> float:
    if scale == "log":
        return float(np.log(value))
    return float(np.log(value / (1 - value))) if scale == "logit" else value


def _from_scale(values: NDArray[np.float64], scale: str) -> NDArray[np.float64]:
    if scale == "log":
        return np.exp(values)
    return 1 / (1 + np.exp(-values)) if scale == "logit" else values
