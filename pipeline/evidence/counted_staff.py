"""Staff as they were counted month by month, in the cells that the engine follows: what past forecasts are held to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.metrics.months import up_to
from pipeline.metrics.scope import Scope
from pipeline.model.supply.exposure import known_staff
from pipeline.model.supply.teams import CELL
from pipeline.months import add_months, months_between
from pipeline.reference import back_testing
from pipeline.tables.published import HCHS

UNIT = ["employer", "part"]
"""What is counted together: an employer's staff of a pillar, or of a staff group where figures are published by it."""
MEASURES = ("headcount", "wte")


@dataclass(frozen=True)
class Counted:
    """Staff by month (rows, every month from the first to the last) and cell (columns), by measure (people, WTE).

    `cells` has employer, profession, pillar and part (UNIT) of each column. `there` says by month and cell whether its
    employer counted staff of its part then: if so, a profession that stands in no row had nobody.
    """

    cells: pd.DataFrame
    of: Mapping[str, pd.DataFrame]
    there: pd.DataFrame

    @property
    def months(self) -> int:
        """Months in which any staff were counted."""
        return int(self.there.any(axis=1).sum()) if len(self.there) else 0

    def counted(self, month: dt.date) -> np.ndarray:
        """Whether each cell was counted in a month."""
        day = pd.Timestamp(month)
        return self.there.loc[day].to_numpy() if day in self.there.index else np.zeros(len(self.cells), dtype=bool)

    def long_known(self, origin: dt.date) -> np.ndarray:
        """Whether each cell was counted at the origin and in enough months of a long enough time before."""
        so_far = self.there.loc[: pd.Timestamp(origin)].to_numpy()
        if not len(so_far):
            return np.zeros(len(self.cells), dtype=bool)
        first = so_far.argmax(axis=0)
        span = len(so_far) - first
        enough = so_far.sum(axis=0) >= back_testing("counted_share") * span
        return np.asarray(self.counted(origin) & (span > back_testing("history_months")) & enough)

    def series(self, measure: str, origin: dt.date, cells: np.ndarray) -> np.ndarray:
        """The sum of some cells by month, from the first in which all are counted to the origin, gaps on a line."""
        until = pd.Timestamp(origin)
        there = self.there.loc[:until].to_numpy()[:, cells].all(axis=1)
        whole = self.of[measure].loc[:until].to_numpy()[:, cells].sum(axis=1)
        months = np.arange(len(whole))
        return np.asarray(np.interp(months[there.argmax() :], months[there], whole[there]))


def counted_staff(staff: pd.DataFrame, scope: Scope, base_month: dt.date) -> Counted:
    """The staff of a plan's employers and pillars in the best data set of each, to the base month.

    Takes the canonical table. Where no headcount is given it is the WTE made up to whole people, as in the engine.
    """
    own = known_staff(up_to(staff, base_month), scope)
    wte = own["wte"].astype("float64")
    heads = own["headcount"].astype("float64").fillna(np.ceil(wte))
    part = own["staff_group"].where(own["dataset"] == HCHS, own["pillar"])
    rows = own.assign(headcount=heads, wte=wte.fillna(heads), part=part)
    cells = rows[[*CELL, "pillar", "part"]].drop_duplicates(CELL).sort_values(CELL, ignore_index=True)
    if rows.empty:
        none = pd.DataFrame()
        return Counted(cells, dict.fromkeys(MEASURES, none), none)
    months = pd.date_range(rows["month"].min(), rows["month"].max(), freq="ME")
    columns = pd.MultiIndex.from_frame(cells[CELL])
    of = {
        measure: rows.groupby(["month", *CELL])[measure].sum().unstack(CELL).reindex(index=months, columns=columns)
        for measure in MEASURES
    }
    by_unit = rows.groupby(["month", *UNIT]).size().unstack(UNIT).reindex(months).notna()
    there = by_unit[pd.MultiIndex.from_frame(cells[UNIT])].set_axis(columns, axis=1)
    return Counted(cells, {measure: frame.fillna(0.0) for measure, frame in of.items()}, there)


def origins(counted: Counted, base_month: dt.date) -> list[dt.date]:
    """Months to forecast from, oldest first: back from the base month in even steps, as far as a history allows."""
    step = int(back_testing("every_months"))
    if not counted.months:
        return []
    first = counted.there.index[0].date()
    back = range(step, months_between(first, base_month) + 1, step)
    known = [month for months in back if counted.long_known(month := add_months(base_month, -months)).any()]
    return known[::-1]
