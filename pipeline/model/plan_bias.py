"""How much of the change that employers planned came about, small or noisy records drawn together (section 5).

The ratio of an employer is outturn change over planned change of its past cycles, pooled. Its chance error comes from
how far single cycles ended from it, a variance in proportion to staff; how far employers truly differ is estimated by
the method of moments (DerSimonian and Laird 1986, Controlled Clinical Trials 7:177). Beside both stands a usual value.
Each ratio is then drawn towards that of all by what is chance in it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.metrics.operational_plan import past_changes, with_ratio
from pipeline.model.draws import HALF
from pipeline.reference import engine, indicator

CHANGES = ["planned_change", "outturn_change"]
OWN, POOLED, NO_PAST = "own", "pooled", "none"
"""Where a ratio is from: the employer's past cycles drawn towards all, all employers, or nowhere (it is then 1)."""
COLUMNS = [*CHANGES, "own_ratio", "ratio", "low", "high", "weight", "basis"]


def past_ratios(plan: pd.DataFrame, employers: Sequence[str]) -> pd.DataFrame:
    """Outturn change over planned change of each employer, from the result of own_plan.

    Returns employer, planned_change, outturn_change, own_ratio, ratio (drawn towards that of all, never below 0), low
    and high (P10 and P90), weight (of the employer's own record) and basis. An employer that planned less than
    `planned_change_from_wte` takes the ratio of all, and 1 where they have none either.
    """
    cells = past_changes(plan)
    sums = cells.groupby("employer")[[*CHANGES, "baseline"]].sum().reindex(list(employers)).rename_axis("employer")
    pooled = float(with_ratio(cells[CHANGES].sum().to_frame().T)["ratio"].iloc[0])
    own = (sums["outturn_change"] / sums["planned_change"]).where(
        sums["planned_change"] >= indicator("planned_change_from_wte")
    )
    variance = _noise(cells, own) * sums["baseline"] / sums["planned_change"] ** 2
    between = _between(own, variance, pooled)
    weight = (between / (between + variance)).where(own.notna(), 0.0) if np.isfinite(pooled) else own.notna() * 1.0
    other = pooled if np.isfinite(pooled) else 1.0
    ratio = (weight * own.fillna(0.0) + (1.0 - weight) * other).clip(lower=0.0)
    spread = np.sqrt(weight * variance.fillna(0.0) + (weight == 0) * between)
    known = own.notna()
    told = sums[CHANGES].assign(
        own_ratio=own,
        ratio=ratio,
        low=(ratio - HALF * spread).clip(lower=0.0),
        high=ratio + HALF * spread,
        weight=weight,
        basis=np.where(known, OWN, POOLED if np.isfinite(pooled) else NO_PAST),
    )
    return told[COLUMNS].reset_index()


def _noise(cells: pd.DataFrame, own: pd.Series) -> float:
    """Variance of an employer's change in a cycle about its ratio, for each WTE; the usual one counts as well."""
    cycles = cells.groupby(["employer", "cycle"], as_index=False)[[*CHANGES, "baseline"]].sum()
    known = cycles.assign(ratio=cycles["employer"].map(own).astype("float64")).dropna(subset=["ratio"])
    known = known[known["baseline"] > 0]
    apart = (known["outturn_change"] - known["ratio"] * known["planned_change"]) ** 2 / known["baseline"]
    # One ratio is taken from the cycles of each employer.
    free = max(len(known) - known["employer"].nunique(), 0)
    before = engine("usual_years")
    return float((before * engine("usual_change_variance") + apart.sum()) / (before + free))


def _between(own: pd.Series, variance: pd.Series, pooled: float) -> float:
    """Variance of the true ratios of employers."""
    known = own.notna() & (variance > 0)
    usual, before, free = engine("usual_plan_bias_sd") ** 2, engine("usual_years"), max(int(known.sum()) - 1, 0)
    if not free or not np.isfinite(pooled):
        return float(usual)
    precision = 1.0 / variance[known]
    apart = float((precision * (own[known] - pooled) ** 2).sum())
    span = float(precision.sum() - (precision**2).sum() / precision.sum())
    return float((before * usual + free * max(0.0, (apart - free) / span)) / (before + free))
