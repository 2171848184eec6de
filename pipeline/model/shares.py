"""Shares that weigh the growth of several kinds of work, and those that nobody has filled in.

Shares typed as equal parts give a small kind of work that grows fast the same say as a large one that hardly grows.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from pipeline.model.workload import Number
from pipeline.reference import limit

TINY = 1e-9
"""More than adding up decimals can go wrong by."""


def weighted_shares(baseline: ArrayLike) -> NDArray[np.float64]:
    """The share of each kind of work in all of it at the baseline: kinds, or kinds x draws. They add up to 1.

    Raises ValueError for a kind below 0, and where there is no work.
    """
    work = np.asarray(baseline, dtype=np.float64)
    total = work.sum(axis=0)
    if not ((work >= 0).all() and (total > 0).all()):
        raise ValueError("work at the baseline should be 0 or more for each kind, and above 0 in all")
    return np.asarray(work / total)


def growth_of_staff(baseline: ArrayLike, forecast: ArrayLike, staff: Number, shares: ArrayLike) -> Number:
    """WTE to add to `staff` for the growth of each kind of work, weighed by its share.

    staff x sum of share x (forecast / baseline - 1) over the kinds, which stand on the first axis. With weighted_shares
    it is staff x the growth of all work together. Raises ValueError where a kind has no work at the baseline.
    """
    before = np.asarray(baseline, dtype=np.float64)
    if not (before > 0).all():
        raise ValueError("growth cannot be told for a kind without work at the baseline; count it with another kind")
    growth = np.asarray(forecast, dtype=np.float64) / before - 1
    added = staff * np.sum(np.asarray(shares, dtype=np.float64) * growth, axis=0)
    return added if np.ndim(added) else float(added)


def are_uniform(shares: ArrayLike, rounding: float = 0.0) -> bool:
    """Whether two or more shares are all equal, each being off by `rounding` at the most (0.33, 0.33 and 0.34)."""
    parts = np.asarray(shares, dtype=np.float64)
    return parts.size > 1 and float(np.ptp(parts)) <= 2 * rounding + TINY


def uniform_groups(rows: pd.DataFrame, of: Sequence[str], share: str = "share") -> pd.DataFrame:
    """Groups of a canonical table whose shares are all equal: the columns `of`, parts and share (1 / parts).

    Shares may be rounded to two decimals. A share that is alone in its group is not among them.
    """
    rounding = limit("skill_mix_rounding")
    found = [
        (*key, len(shares), 1 / len(shares))
        for key, shares in rows.groupby(list(of), sort=True)[share]
        if are_uniform(shares, rounding)
    ]
    return pd.DataFrame(found, columns=[*of, "parts", "share"])


def uniform_warning(of: str, parts: int, share: float) -> str:
    """What a report says of so many equal shares, for example of “CT scanning (imaging)”."""
    return (
        f"The {parts} shares of {of} are all {share:.2f}, as if nobody had filled them in. "
        "Figures that rest on them may be far out: put in who does how much of the work."
    )


def weighted_answer(of: str, with_equal: float, with_weighted: float) -> str:
    """What a report says beside growth of staff by equal shares: WTE added with them, and weighted by the work."""
    return (
        f"With equal shares of {of}, {with_equal:,.0f} WTE are added; "
        f"with shares by the work done at the baseline, {with_weighted:,.0f} WTE."
    )
