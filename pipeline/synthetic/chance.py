"""Seeded chance. Every quantity has a stream of its own, so that changing one leaves the others as they were."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from functools import cache
from random import Random

import numpy as np
import numpy.typing as npt

POISSON_LIMIT = 50
Keys = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]
# SplitMix64 (Steele, Lea and Flood 2014, OOPSLA): a mixing function whose numbers are the same on every machine.
STEP, FIRST, SECOND = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
SHIFTS = (np.uint64(30), np.uint64(27), np.uint64(31))
MANTISSA = np.uint64(11)


def stream(seed: int, *words: object) -> Random:
    """The stream of random numbers that belongs to these words."""
    return Random("/".join(str(word) for word in (seed, *words)))


def spread(rng: Random, sd: float) -> float:
    """A factor around 1 with standard deviation `sd` on the log scale and mean 1."""
    return math.exp(rng.normalvariate(0, sd) - sd * sd / 2) if sd else 1.0


def count(rng: Random, mean: float) -> int:
    """A count with this mean: Poisson where it is small, rounded where its own noise no longer matters."""
    if mean >= POISSON_LIMIT:
        return round(mean)
    limit, product, events = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        events += 1
    return events


def apportion(total: int, weights: Sequence[float]) -> list[int]:
    """Share a whole number out by weight; the largest remainders take what is left over."""
    whole_weight = sum(weights)
    exact = [total * weight / whole_weight for weight in weights]
    shares = [math.floor(part) for part in exact]
    by_remainder = sorted(range(len(exact)), key=lambda index: (shares[index] - exact[index], index))
    for index in by_remainder[: total - sum(shares)]:
        shares[index] += 1
    return shares


@cache
def key(*words: object) -> int:
    """A number of 64 bits that belongs to these words."""
    return int.from_bytes(hashlib.sha256("/".join(str(word) for word in words).encode()).digest()[:8])


def numbered(whose: int, numbers: npt.NDArray[np.int64]) -> Keys:
    """A key for each of several numbered things of the same owner: the posts of a team."""
    return _mixed(np.uint64(whose) ^ _mixed(numbers.astype(np.uint64)))


def uniforms(keys: Keys, purpose: str, step: int = 0) -> Floats:
    """A number from 0 to 1 for each key, for one purpose at one step. Other purposes and steps give other numbers.

    Nothing is drawn in turn, so that a thing's chances stay as they are whatever happens to the others.
    """
    salt = np.array([(key(purpose) + step * int(STEP)) % 2**64], dtype=np.uint64)
    drawn = _mixed(keys ^ _mixed(salt))
    return (drawn >> MANTISSA).astype(np.float64) * 2.0**-53


def choose(drawn: Floats, weights: Floats) -> npt.NDArray[np.int64]:
    """For each number from 0 to 1 the place in the weights where it falls: one set of weights, or a row for each."""
    edges = np.cumsum(weights, axis=-1) / np.sum(weights, axis=-1, keepdims=True)
    places = (np.atleast_2d(edges) <= drawn[:, None]).sum(axis=1)
    # Sums of fractions may stop short of 1.
    return np.asarray(np.minimum(places, np.shape(weights)[-1] - 1))


def _mixed(values: Keys) -> Keys:
    mixed = values + STEP
    mixed = (mixed ^ (mixed >> SHIFTS[0])) * FIRST
    mixed = (mixed ^ (mixed >> SHIFTS[1])) * SECOND
    return mixed ^ (mixed >> SHIFTS[2])
