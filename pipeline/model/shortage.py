"""When each cell or group first runs short, from the draws of its gap."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.model.gap import ROUNDING
from pipeline.reference import engine

Array = NDArray[np.float64]


def shares_short(gap: Array) -> Array:
    """Share of draws (0 to 1) in which each group is short, by group and month; missing where a gap is missing.

    `gap` is required less effective WTE by group, month and draw, above zero a shortage. A gap of the whole of a pillar
    lets the surplus of one cell hide another's shortage; the gross gap of its cells does not.
    """
    return np.asarray(np.where(np.isnan(gap).any(axis=-1), np.nan, (gap > ROUNDING).mean(axis=-1)))


def first_shortage(gap: Array, months: Sequence[pd.Timestamp]) -> pd.DataFrame:
    """When each group of a gap first is as likely short as not, a row a group in the order of the gap.

    Takes the gap as `shares_short` does and its months. Returns first_month (missing where there is none), share_then
    (share of draws that are short in it), share_at_end (in the last month) and share_ever (short in any month). "As
    likely as not" is `short_from_share` of engine.yaml.
    """
    shares = shares_short(gap)
    likely = shares >= engine("short_from_share")
    first, found = likely.argmax(axis=1), likely.any(axis=1)
    ever = np.where(np.isnan(shares).any(axis=1), np.nan, (gap > ROUNDING).any(axis=1).mean(axis=-1))
    then = shares[np.arange(len(shares)), first]
    return pd.DataFrame(
        {
            "first_month": pd.Series(pd.DatetimeIndex(months)[first]).where(found),
            "share_then": np.where(found, then, np.nan),
            "share_at_end": shares[:, -1],
            "share_ever": ever,
        }
    )
