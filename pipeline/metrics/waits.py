"""Waits against the six-week standard."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd

READERS_NAMES = {
    "waiting_6_plus": "6 weeks or more",
    "waiting_13_plus": "13 weeks or more",
    "share_6_plus": "Share 6 weeks or more",
    "share_13_plus": "Share 13 weeks or more",
}
COUNTS = ["waiting", "waiting_6_plus", "waiting_13_plus"]


def waits_by(waiting: pd.DataFrame, providers: Collection[str], by: Sequence[str]) -> pd.DataFrame:
    """Patients waiting at each month end by the columns of `by`, with the shares waiting 6+ and 13+ weeks (0 to 1).

    Shares are recomputed from the counts, never averaged. Missing where nobody waits.
    """
    own = waiting[waiting["provider"].isin(providers)]
    summed = own.groupby(list(by), as_index=False)[COUNTS].sum()
    on_list = summed["waiting"].where(summed["waiting"] > 0).astype("Float64")
    return summed.assign(
        share_6_plus=(summed["waiting_6_plus"] / on_list).astype("float64"),
        share_13_plus=(summed["waiting_13_plus"] / on_list).astype("float64"),
    )


def latest(frame: pd.DataFrame, column: str = "month") -> pd.DataFrame:
    """The rows of the latest month."""
    return frame[frame[column] == frame[column].max()].reset_index(drop=True)


def latest_table(by_test: pd.DataFrame) -> pd.DataFrame:
    """Waits by test for a reader: longest list first, month left out."""
    columns = ["test", "pillar", *COUNTS, "share_6_plus", "share_13_plus"]
    return by_test.sort_values("waiting", ascending=False)[columns].rename(columns=READERS_NAMES)
