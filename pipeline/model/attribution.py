"""Why an amount changed: the change of a product of factors shared out to them exactly, in no order.

Source: the logarithmic mean Divisia index, LMDI-I, in its additive form (Ang, The LMDI approach to decomposition
analysis, Energy Policy 2005, 33:867-871). Parts of several amounts may be added up: the parts of a sum of products are
the sums of their parts.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from pipeline.model.workload import Number

REMAINDER = "remainder"
"""The part of a change that begins or ends at nothing, which no factor can be given by a share."""


def logarithmic_mean(one: Number, other: Number) -> Number:
    """The logarithmic mean of two amounts: (a - b) / ln(a / b), a where they are equal, 0 where one is 0."""
    ratio = _log_ratio(other, one)
    between = np.subtract(one, other) / np.where(ratio == 0, 1.0, ratio)
    mean = np.where(ratio == 0, np.minimum(one, other), between)
    return mean if mean.ndim else float(mean)


def parts_of_change(start: Mapping[str, Number], end: Mapping[str, Number]) -> dict[str, Number]:
    """The change of a product, shared out to its factors by name; the parts add up to end - start.

    `start` and `end` are the factors (0 or more) before and after; their products are the amounts. The part of a factor
    is L(end, start) x ln(its end / its start): none where it has not changed, and the same in whatever order the
    factors are named. Where either amount is 0 the logarithm does not exist, and the whole change is REMAINDER's, which
    is 0 everywhere else. Raises ValueError for other factors at the end than at the start, and for one below 0.
    """
    if set(start) != set(end) or REMAINDER in start:
        raise ValueError(f"the same factors should stand at the start and the end, none named {REMAINDER}")
    before, after = _product(start), _product(end)
    positive = (before > 0) & (after > 0)
    mean = np.where(positive, logarithmic_mean(after, before), 0.0)
    parts = {name: mean * _log_ratio(start[name], end[name]) for name in start}
    parts[REMAINDER] = np.where(positive, 0.0, after - before)
    return {name: part if part.ndim else float(part) for name, part in parts.items()}


def _product(factors: Mapping[str, Number]) -> NDArray[np.float64]:
    product = np.ones(())
    for name, factor in factors.items():
        if not (np.asarray(factor) >= 0).all():
            raise ValueError(f"the factor {name} should be 0 or more, and known, everywhere")
        product = product * factor
    return np.asarray(product)


def _log_ratio(before: Number, after: Number) -> NDArray[np.float64]:
    """The logarithm of after / before, and 0 where one of them is 0.

    That of the ratio itself would lose its digits where the two are near each other; that of 1 + their relative
    distance does not.
    """
    low, high = np.minimum(before, after), np.maximum(before, after)
    distance = np.where(low > 0, (high - low) / np.where(low > 0, low, 1.0), 0.0)
    return np.log1p(distance) * np.sign(np.subtract(after, before))
