"""The operational plan's WTE month by month, as it was sent and corrected for how past plans came out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.metrics.months import months_back
from pipeline.metrics.operational_plan import baseline_rows, current_cycle, own_plan
from pipeline.metrics.scope import Scope
from pipeline.model.plan_bias import past_ratios
from pipeline.model.supply.teams import CELL
from pipeline.tables.planning import PLANNED


@dataclass(frozen=True)
class PlanPath:
    """Planned WTE, of shape (cells, months + 1, 1), missing where a cell has no plan.

    `raw` is as sent and `adjusted` corrected for past bias; `cycle` is the planning cycle, empty where there is none,
    and `ends` its last planned month, after which the plan is held. `ratios` is the result of plan_bias.past_ratios for
    each employer of the cells.
    """

    raw: NDArray[np.float64]
    adjusted: NDArray[np.float64]
    cycle: str
    ends: pd.Timestamp | None
    ratios: pd.DataFrame


def plan_path(planned_wte: pd.DataFrame, scope: Scope, cells: pd.DataFrame, months: Sequence[pd.Timestamp]) -> PlanPath:
    """The current cycle's planned WTE by cell and month, the base month first.

    Takes the canonical table; `cells` has employer and profession. Straight lines join the months on file (the baseline
    and those planned); before the first the plan is missing, and after the last it is held. Adjusted WTE = start +
    ratio x (planned - start), the start being the first month on file.
    """
    plan = own_plan(planned_wte, scope)
    cycle = current_cycle(plan)
    rows = plan[plan["cycle"] == cycle]
    planned = rows[rows["kind"] == PLANNED]
    raw, start = _lines(_on_file(rows, planned), cells, months)
    ratios = past_ratios(plan, list(dict.fromkeys(cells["employer"])))
    ratio = cells["employer"].map(ratios.set_index("employer")["ratio"]).to_numpy(dtype=np.float64)[:, None, None]
    ends = planned["month"].max() if len(planned) else None
    return PlanPath(raw, start + ratio * (raw - start), cycle, ends, ratios)


def _on_file(rows: pd.DataFrame, planned: pd.DataFrame) -> pd.DataFrame:
    """Baseline and planned WTE of the cells that were planned."""
    both = pd.concat([baseline_rows(rows), planned])
    one = both.drop_duplicates([*CELL, "month"], keep="last").sort_values("month")
    return one.merge(planned[CELL].drop_duplicates(), on=CELL)


def _lines(
    filed: pd.DataFrame, cells: pd.DataFrame, months: Sequence[pd.Timestamp]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """WTE of each cell at each month, and at the first month on file (cells, 1, 1)."""
    path = np.full((len(cells), len(months), 1), np.nan)
    start = np.full((len(cells), 1, 1), np.nan)
    ahead = -months_back(pd.DatetimeIndex(months), months[0])
    own = {key: rows for key, rows in filed.groupby(CELL)}
    for number, key in enumerate(cells[CELL].itertuples(index=False, name=None)):
        if key in own:
            wte = own[key]["wte"].to_numpy(dtype=np.float64)
            path[number, :, 0] = np.interp(ahead, -months_back(own[key]["month"], months[0]), wte, left=np.nan)
            start[number] = wte[0]
    return path, start
