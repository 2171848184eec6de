"""Draws of the assumptions from their ranges (docs/method.md, section 6).

An assumption is normal on its own scale (linear, log or logit) on each side of its value, with its 10th and 90th
percentiles at low and high. Nothing is clipped, since that would shift the mean.
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

    Each assumption has its own stream of random numbers, so adding one, or asking for more draws, leaves the draws
    already made as they were. Growth of all tests, and minutes within a profession, also share a part of their
    randomness (kind `correlation`), since what moves one tends to move the others. Raises ValueError for fewer than
    one draw and for a seed below 0.
    """
    if draws < 1:
        raise ValueError(f"the assumptions are drawn at least once; draws is {draws}")
    if seed < 0:
        raise ValueError(f"the random numbers start from a whole number of 0 or more; seed is {seed}")
    return {key: _draw(assumption, assumptions, draws, seed) for key, assumption in assumptions.items()}


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


def _draw(assumption: Assumption, assumptions: Assumptions, draws: int, seed: int) -> NDArray[np.float64]:
    if assumption.low is None or assumption.high is None:
        return np.full(draws, assumption.value)
    low, value, high = (
        _to_scale(each, assumption.scale) for each in (assumption.low, assumption.value, assumption.high)
    )
    normal = _normal(assumption, assumptions, draws, seed)
    # Each side has its own spread, so that an uneven range keeps low, value and high as P10, P50 and P90.
    below, above = interval_to_sd(low, 2 * value - low), interval_to_sd(2 * value - high, high)
    return _from_scale(value + np.where(normal < 0, below, above) * normal, assumption.scale)


def _normal(assumption: Assumption, assumptions: Assumptions, draws: int, seed: int) -> NDArray[np.float64]:
    own = _stream(assumption.key, draws, seed)
    shared = assumptions.get(f"correlation / {assumption.kind}")
    if shared is None:
        return own
    group = _stream(f"{assumption.kind} / all / {assumption.profession}", draws, seed)
    return np.asarray(np.sqrt(shared.value) * group + np.sqrt(1 - shared.value) * own)


def _stream(name: str, draws: int, seed: int) -> NDArray[np.float64]:
    stream = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
    return np.random.default_rng([seed, stream]).standard_normal(draws)


def _to_scale(value: float, scale: str) -> float:
    if scale == "log":
        return float(np.log(value))
    return float(np.log(value / (1 - value))) if scale == "logit" else value


def _from_scale(values: NDArray[np.float64], scale: str) -> NDArray[np.float64]:
    if scale == "log":
        return np.exp(values)
    return 1 / (1 + np.exp(-values)) if scale == "logit" else values
