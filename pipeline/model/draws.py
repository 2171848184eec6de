"""Draws of the assumptions from their ranges (docs/method.md, section 6).

An assumption is normal on its own scale (linear, log, logit or cloglog) on each side of its value, with its 10th and
90th percentiles at low and high. Nothing is clipped, since that would shift the mean.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from pipeline.assumptions import Assumption, Assumptions, Scale

P10_TO_P90_IN_SD = 2.5631031310892007
"""Distance between the 10th and 90th percentiles of a normal distribution, in standard deviations."""
HALF = P10_TO_P90_IN_SD / 2
"""Standard deviations from the middle of a normal distribution to its 10th or 90th percentile."""

Array = NDArray[np.float64]
Draws = dict[str, Array]
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
    return from_normals(assumptions, draws, lambda name: _stream(name, draws, seed))


def from_normals(assumptions: Assumptions, draws: int, normal: Callable[[str], Array]) -> Draws:
    """Every assumption from standard normal numbers, `draws` values each; those without a range keep their value.

    `normal` gives the numbers of a stream by its name; `streams_of` says which streams an assumption is made of.
    """
    return {key: _drawn(each, assumptions, draws, normal) for key, each in assumptions.items()}


def streams_of(assumption: Assumption, assumptions: Assumptions) -> list[str]:
    """Names of the streams of normal numbers behind an assumption: its own, then a shared one; none without a range."""
    if assumption.low is None:
        return []
    shared = f"{assumption.kind} / all / {assumption.profession}"
    return [assumption.key, shared] if f"correlation / {assumption.kind}" in assumptions else [assumption.key]


def central(assumptions: Assumptions, draws: int = 1) -> Draws:
    """Every assumption at its value, which is the median of its range: so many draws, all alike."""
    return {key: np.full(draws, assumption.value) for key, assumption in assumptions.items()}


def shifted(values: Array, add: float | Array, scale: Scale) -> Array:
    """Values moved by an amount on a scale, or by one amount each where `add` is an array that broadcasts to them."""
    if scale == "linear":
        return np.asarray(values + add)
    if scale == "log":
        return np.asarray(values * np.exp(add))
    if scale == "cloglog":
        # The hazard is multiplied, the same in every draw.
        return np.asarray(-np.expm1(np.log1p(-values) * np.exp(add)))
    return from_scale(to_scale(values, scale) + add, scale)


def to_scale(values: Array | float, scale: Scale) -> Array:
    """Values on a scale: as they are, or their logarithm, their log odds, or the logarithm of their hazard."""
    array = np.asarray(values, dtype=np.float64)
    if scale == "linear":
        return array
    if scale == "log":
        return np.asarray(np.log(array))
    return np.asarray(np.log(array / (1 - array)) if scale == "logit" else np.log(-np.log1p(-array)))


def from_scale(values: Array, scale: Scale) -> Array:
    """Values from a scale: to_scale the other way round."""
    if scale == "linear":
        return values
    if scale == "log":
        return np.asarray(np.exp(values))
    return np.asarray(1 / (1 + np.exp(-values)) if scale == "logit" else -np.expm1(-np.exp(values)))


def _drawn(assumption: Assumption, assumptions: Assumptions, draws: int, normal_of: Callable[[str], Array]) -> Array:
    if assumption.low is None or assumption.high is None:
        return np.full(draws, assumption.value)
    low, value, high = (
        float(to_scale(each, assumption.scale)) for each in (assumption.low, assumption.value, assumption.high)
    )
    normal = _normal(assumption, assumptions, normal_of)
    # Each side has its own spread, so that an uneven range keeps low, value and high as P10, P50 and P90.
    below, above = interval_to_sd(low, 2 * value - low), interval_to_sd(2 * value - high, high)
    return from_scale(value + np.where(normal < 0, below, above) * normal, assumption.scale)


def _normal(assumption: Assumption, assumptions: Assumptions, normal_of: Callable[[str], Array]) -> Array:
    own, *group = (normal_of(name) for name in streams_of(assumption, assumptions))
    if not group:
        return own
    shared = assumptions[f"correlation / {assumption.kind}"].value
    return np.asarray(np.sqrt(shared) * group[0] + np.sqrt(1 - shared) * own)


def _stream(name: str, draws: int, seed: int) -> Array:
    stream = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
    return np.random.default_rng([seed, stream]).standard_normal(draws)
