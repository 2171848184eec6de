"""How much of what is not known about an answer comes from each group of inputs: Sobol indices with intervals.

First-order: the share of the answer's variance that would be gone, on average, were the group known. Total: the share
that would be left were all else known, which counts what the group does together with others. With three sets of
inputs A, B and AB (A with the group's own from B) the total is mean((f_A - f_AB)^2) / 2V, and the first-order index is
either mean(f_B (f_AB - f_A)) / V or 1 - mean((f_B - f_AB)^2) / 2V: Saltelli and others 2010 (Computer Physics
Communications 181:259-270, table 2). The first is close where a group hardly matters and the second where it is nearly
all that does, so that the two are weighed here by how close each would be in a sum of normal inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import qmc, sobol_indices

Array = NDArray[np.float64]
Inputs = Mapping[str, Array]
"""Numbers evenly spread between 0 and 1, never 0 or 1, by the name of each input."""
Groups = Mapping[str, Sequence[str]]
"""The names of the inputs of each group."""
_BITS = 30


def sobol(
    answers: Callable[[Inputs], Mapping[str, Array]],
    groups: Groups,
    *,
    points: int,
    repeats: int = 1,
    dear: Collection[str] = (),
    seed: int = 1,
    resamples: int = 500,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """First-order and total index of each group for each answer, with intervals: a row an answer and group.

    `answers` gives each answer for all sets of inputs at once. There are points x repeats rows of sets, and for each
    one more than there are groups, and another. Inputs that are `dear` have only `points` different values, each of
    which meets `repeats` different values of all others: an answer is then quick where it works out once what depends
    on them alone. Name first the inputs that matter most: the first dimensions of a quasi-random sequence are the most
    even. Returns answer, group, first, first_low, first_high, total, total_low, total_high; an answer that does not
    vary has indices of 0. The intervals draw the points again, each with all that it met (a bootstrap of clusters);
    since quasi-random numbers are more even than chance they are wide rather than narrow. Raises ValueError where
    points or repeats is no power of two.
    """
    a, b = _sets(groups, points, repeats, dear, seed)
    sets = [a, b, *({**a, **{name: b[name] for name in names}} for names in groups.values())]
    found = answers({name: np.concatenate([each[name] for each in sets]) for name in a})
    tables = [
        _of_one(values.reshape(len(sets), -1), list(groups), points, seed, resamples, confidence).assign(answer=answer)
        for answer, values in found.items()
    ]
    table = pd.concat(tables, ignore_index=True)
    return table[["answer", *(name for name in table.columns if name != "answer")]]


def _sets(groups: Groups, points: int, repeats: int, dear: Collection[str], seed: int) -> tuple[Inputs, Inputs]:
    """Two independent sets of inputs, points x repeats values each."""
    names = [name for of_group in groups.values() for name in of_group]
    few, many = ([name for name in names if (name in dear) is is_dear] for is_dear in (True, False))
    by_chance = np.random.default_rng(seed)
    of_few = np.tile(_even(2 * len(few), points, by_chance), repeats)
    # Rows of one sequence stand in an order of their own, which must not meet the order of the other.
    order = np.concatenate([points * number + by_chance.permutation(points) for number in range(repeats)])
    of_many = _even(2 * len(many), points * repeats, by_chance)[:, order]
    a, b = (
        {**dict(zip(few, few_of, strict=True)), **dict(zip(many, many_of, strict=True))}
        for few_of, many_of in zip(_halves(of_few), _halves(of_many), strict=True)
    )
    return a, b


def _even(inputs: int, count: int, by_chance: np.random.Generator) -> Array:
    """Scrambled Sobol numbers, each in the middle of its step so that none is 0: inputs x count."""
    if count & (count - 1):
        raise ValueError(f"quasi-random numbers are even for powers of two only; {count} is none")
    if not inputs:
        return np.empty((0, count))
    numbers = qmc.Sobol(d=inputs, scramble=True, bits=_BITS, rng=by_chance).random(count)
    return np.asarray(numbers.T + 0.5 / 2**_BITS)


def _halves(numbers: Array) -> tuple[Array, Array]:
    """Each input's two numbers lie side by side, where a sequence is evenest in two dimensions at once."""
    return numbers[::2], numbers[1::2]


def _of_one(values: Array, names: list[str], points: int, seed: int, resamples: int, confidence: float) -> pd.DataFrame:
    """Indices of one answer, from its values for A, B and each AB (rows)."""
    a, b, ab = values[0], values[1], values[2:]
    if np.ptp(values) == 0:
        found = np.zeros((2, len(names)))
        ends = np.zeros((2, 2, len(names)))
    else:
        # Handed over twice, since one answer of one group alone is more than the function can take.
        twice = {"f_A": np.stack([a, a]), "f_B": np.stack([b, b]), "f_AB": np.stack([ab, ab], axis=1)}
        indices = sobol_indices(func=twice, n=values.shape[1], method=_from_sets)
        found = np.stack([each.reshape(2, -1)[0] for each in (indices.first_order, indices.total_order)])
        ends = _intervals(values, points, seed, resamples, confidence)
    columns = {
        column: numbers
        for name, middle, (low, high) in zip(("first", "total"), found, ends, strict=True)
        for column, numbers in ((name, middle), (f"{name}_low", low), (f"{name}_high", high))
    }
    return pd.DataFrame({"group": names, **columns})


def _from_sets(f_A: Array, f_B: Array, f_AB: Array) -> tuple[Array, Array]:  # noqa: N803 - the names scipy asks for
    """First-order and total indices: answers x groups."""
    variance = np.var([f_A, f_B], axis=(0, -1))
    first, total = _indices(*(each.mean(axis=-1) / variance for each in _products(f_A, f_B, f_AB)))
    return first.T, total.T


def _products(a: Array, b: Array, ab: Array) -> tuple[Array, Array, Array]:
    return b * (ab - a), (b - ab) ** 2 / 2, (a - ab) ** 2 / 2


def _indices(with_b: Array, beside_b: Array, beside_a: Array) -> tuple[Array, Array]:
    """First-order and total indices from the means of `_products` over the variance.

    In a sum of normal inputs of which the group has a share t of the variance, a row of the first has the variance
    t^2 + 2t and one of the second 2 (1 - t)^2.
    """
    share = np.clip(beside_a, 0.0, 1.0)
    of_first, of_second = share**2 + 2 * share, 2 * (1 - share) ** 2
    weight = of_first / (of_first + of_second)
    return (1 - weight) * with_b + weight * (1 - beside_b), beside_a


def _intervals(values: Array, points: int, seed: int, resamples: int, confidence: float) -> Array:
    """Ends of the intervals: first-order and total, low and high, group."""
    centred = values - values[:2].mean()
    a, b, ab = centred[0], centred[1], centred[2:]

    def by_point(products: Array) -> Array:
        return np.asarray(products.reshape(*products.shape[:-1], -1, points).mean(axis=-2))

    times = np.random.default_rng(seed).multinomial(points, np.full(points, 1 / points), size=resamples) / points
    variance = (times @ by_point((a**2 + b**2) / 2) - (times @ by_point((a + b) / 2)) ** 2)[:, None]
    drawn = _indices(*(times @ by_point(each).T / variance for each in _products(a, b, ab)))
    tail = (1 - confidence) / 2
    return np.stack([np.quantile(each, [tail, 1 - tail], axis=0) for each in drawn])
