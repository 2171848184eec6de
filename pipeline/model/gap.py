"""The gap between staff needed and staff in post (docs/method.md, section 6)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.model.demand import Requirement

PERCENTILES = {"p10": 10, "p50": 50, "p90": 90}


def staff_in_post(staff: pd.DataFrame, employers: Collection[str]) -> pd.Series:
    """WTE in post by (employer, profession) in the latest month that each employer and profession has."""
    own = staff[staff["employer"].isin(employers)]
    latest = own.groupby(["employer", "profession"])["month"].transform("max")
    wte: pd.Series = own[own["month"] == latest].groupby(["employer", "profession"])["wte"].sum()
    return wte


def gap_table(requirements: Sequence[Requirement], in_post: pd.Series) -> pd.DataFrame:
    """One row an employer and profession: staff needed, staff in post and the gap, with P10, P50 and P90, in WTE.

    The gap is needed less in post: above 0 is a shortage. Where staff in post are not known the gap is missing, not 0.
    """
    rows = []
    for requirement in requirements:
        cell = (requirement.employer, requirement.profession)
        known = float(in_post[cell]) if cell in in_post.index else np.nan
        rows.append(
            {
                "employer": requirement.employer,
                "pillar": requirement.pillar,
                "profession": requirement.profession,
                "in_post": known,
                **_summary("required", requirement.wte),
                **_summary("gap", requirement.wte - known),
            }
        )
    return pd.DataFrame(rows)


def gross_and_net(
    requirements: Sequence[Requirement], in_post: pd.Series
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Gross unmet (sum of shortages) and net gap (shortages less surpluses), one value a draw, in WTE.

    Only cells whose staff in post are known count. In the gross no surplus hides another's shortage.
    """
    gaps = [
        requirement.wte - in_post[(requirement.employer, requirement.profession)]
        for requirement in requirements
        if (requirement.employer, requirement.profession) in in_post.index
    ]
    if not gaps:
        return np.full(1, np.nan), np.full(1, np.nan)
    stacked = np.vstack(np.broadcast_arrays(*gaps))
    return np.maximum(stacked, 0).sum(axis=0), stacked.sum(axis=0)


def _summary(name: str, values: NDArray[np.float64]) -> dict[str, float]:
    return {f"{name}_{label}": float(np.percentile(values, share)) for label, share in PERCENTILES.items()}
