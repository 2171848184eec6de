"""A panel of stocks or monthly counts: many series over the same months, and what was known of them at each month."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Joined:
    """A body that became part of a series: from the month `known` on, its past counts with that of the series.

    `known` is the place of the first month in which it stood no more, `row` that of the series in the panel, `values`
    its own figures over the months of the panel, 0 where it had none.
    """

    known: int
    row: int
    values: Array


@dataclass(frozen=True)
class Panel:
    """Series over months, in one unit (WTE, heads, tests), none of them missing or 0.

    `values` is (series, months); `parents` names the larger whole of each series (a region, a kind of test), `system`
    is the whole of all (months), `joined` what merged into a series. `steady` gives for each month and a while beyond
    it how much of a usual month's work it can hold (working days), 1 throughout for stocks: it is (months + ahead).
    """

    months: pd.DatetimeIndex
    series: tuple[str, ...]
    parents: tuple[str, ...]
    values: Array
    system: Array
    joined: tuple[Joined, ...] = field(default=())
    steady: Array | None = None

    def as_known(self, origin: int) -> Array:
        """(series, months up to the one at place `origin`) as one would add them up then: merged bodies together."""
        values: Array = self.values[:, : origin + 1].copy()
        for part in self.joined:
            if part.known <= origin:
                values[part.row] += part.values[: origin + 1]
        return values


def panel_of(frame: pd.DataFrame, system: pd.Series | None = None, joined: Iterable[Joined] = ()) -> Panel:
    """The panel of a table with month, series, parent and value; series with a month missing or 0 are left out.

    `system` is a value by month, the sum of all series where it is not given. `joined` counts rows in the order of
    the series, which is that of their names. Raises ValueError where no series is complete, or a month is missing.
    """
    wide = frame.pivot(index="month", columns="series", values="value").sort_index().astype("float64")
    held = wide.loc[:, (wide > 0).all()]
    if held.empty:
        raise ValueError("no series has a value above 0 in every month")
    months = pd.DatetimeIndex(held.index)
    if len(pd.period_range(months[0], months[-1], freq="M")) != len(months):
        raise ValueError("there are months without any value between the first and the last")
    parent = frame.drop_duplicates("series").set_index("series")["parent"].fillna("")
    values = np.ascontiguousarray(held.to_numpy(dtype=np.float64).T)
    whole = values.sum(axis=0) if system is None else system.reindex(months).to_numpy(dtype=np.float64)
    return Panel(
        months=months,
        series=tuple(map(str, held.columns)),
        parents=tuple(map(str, parent.reindex(held.columns))),
        values=values,
        system=whole,
        joined=tuple(joined),
    )
