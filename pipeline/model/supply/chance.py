"""Random numbers that depend on what they are for and on nothing else.

Each is a hash of the seed, the draw, who it is about and what it decides (the finaliser of SplitMix64: Steele, Lea and
Flood 2014, Fast splittable pseudorandom number generators, OOPSLA 453-472). So the same person meets the same luck in
every scenario, more draws leave the first ones as they were, and the number of threads changes nothing.
"""

from __future__ import annotations

import math

import numpy as np
from numba import uint64

from pipeline.model.supply.compiled import inlined

GOLDEN = uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = uint64(0xBF58476D1CE4E5B9), uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = uint64(30), uint64(27), uint64(31), uint64(11)
_TO_UNIT = 2.0**-53


@inlined
def mixed(word: np.uint64) -> np.uint64:
    """A word whose every bit depends on every bit of the one given."""
    word = (word ^ (word >> _S30)) * _FIRST
    word = (word ^ (word >> _S27)) * _SECOND
    return word ^ (word >> _S31)


@inlined
def key_of(parent: np.uint64, number: int) -> np.uint64:
    """The key of the thing with this number under a parent's key."""
    return mixed(mixed(parent) + GOLDEN * uint64(number + 1))


@inlined
def uniform(key: np.uint64, decides: int) -> float:
    """An even random number above 0 and below 1, for one decision about the thing that has this key."""
    return (float(mixed(key + GOLDEN * uint64(decides + 1)) >> _S11) + 0.5) * _TO_UNIT


@inlined
def exponential(key: np.uint64, decides: int) -> float:
    """A standard exponential random number."""
    return -math.log(uniform(key, decides))
