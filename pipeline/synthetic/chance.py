"""Seeded chance. Every quantity has a stream of its own, so that changing one leaves the others as they were."""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random

POISSON_LIMIT = 50


def stream(seed: int, *words: object) -> Random:
    """The stream of random numbers that belongs to these words."""
    return Random("/".join(str(word) for word in (seed, *words)))


def spread(rng: Random, sd: float) -> float:
    """A factor around 1 with standard deviation `sd` on the log scale and mean 1."""
    return math.exp(rng.normalvariate(0, sd) - sd * sd / 2) if sd else 1.0


def whole(rng: Random, amount: float) -> int:
    """A whole number with `amount` as its mean."""
    floor = math.floor(amount)
    return floor + (rng.random() < amount - floor)


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
