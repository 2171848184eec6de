"""The gap between staff needed and staff in post (docs/method.md, section 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.model.demand import Requirement

ROUNDING = 1e-9
"""WTE below which a gap is what floating point leaves of two equal numbers."""
PERCENTILES = {"p10": 10, "p50": 50, "p90": 90}


def staff_in_post(staff: pd.DataFrame) -> pd.Series:
    """WTE in post by (employer, profession), from current staff as `metrics.workforce.current_staff` gives them."""
    wte: pd.Series = staff.groupby(["employer", "profession"])["wte"].sum()
    return wte


def uncounted_work(
    needed_today: Sequence[Requirement], in_post: pd.Series
) -> dict[tuple[str, str], NDArray[np.float64]]:
    """Staff in post less what today's counted tests need, by employer and profession, in WTE.

    Above 0 it is work that no counted test covers (on call, screening, theatres, teaching …); below 0 it is counted
    work that others did (overtime, bank, bought-in, staff coded elsewhere), or minutes that are too high.
    """
    return {need.cell: float(in_post[need.cell]) - need.counted for need in needed_today if need.cell in in_post.index}


def with_uncounted(
    needed: Sequence[Requirement], uncounted: dict[tuple[str, str], NDArray[np.float64]]
) -> list[Requirement]:
    """The requirements with the uncounted work of their employer and profession added."""
    return [replace(need, uncounted=uncounted.get(need.cell, need.uncounted)) for need in needed]


def gross_and_net(
    requirements: Sequence[Requirement], in_post: pd.Series
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Gross unmet (sum of shortages) and net gap (shortages less surpluses), one value a draw, in WTE.

    Only cells whose staff in post are known count. In the gross no surplus hides another's shortage.
    """
    gaps = [
        requirement.wte - float(in_post[requirement.cell])
        for requirement in requirements
        if requirement.cell in in_post.index
    ]
    if not gaps:
        return np.full(1, np.nan), np.full(1, np.nan)
    stacked = np.vstack(np.broadcast_arrays(*gaps))
    stacked[np.abs(stacked) < ROUNDING] = 0.0
    return np.maximum(stacked, 0).sum(axis=0), stacked.sum(axis=0)
