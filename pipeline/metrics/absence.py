"""Sickness absence: days pooled, never rates averaged."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd


def sickness_by(absence: pd.DataFrame, employers: Collection[str], by: Sequence[str]) -> pd.DataFrame:
    """FTE days lost and available by the columns of `by`, and the rate (days lost / days available, 0 to 1)."""
    own = absence[absence["employer"].isin(employers)]
    pooled = own.groupby(list(by), as_index=False)[["days_lost", "days_available"]].sum()
    return pooled.assign(rate=pooled["days_lost"] / pooled["days_available"].where(pooled["days_available"] > 0))
