"""The financial years that a plan looks ahead over."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.metrics.activity import financial_year
from pipeline.metrics.months import MONTHS_IN_YEAR


@dataclass(frozen=True)
class Years:
    """The financial years of a plan, from the month after its base month to its horizon: names, and months of each."""

    names: tuple[str, ...]
    months: pd.DatetimeIndex
    number: NDArray[np.int64]

    @property
    def length(self) -> float:
        """The plan's length in years."""
        return len(self.months) / MONTHS_IN_YEAR

    @property
    def months_of(self) -> NDArray[np.int64]:
        """How many months of each year the plan looks ahead over."""
        return np.bincount(self.number, minlength=len(self.names)).astype(np.int64)


def plan_years(base_month: dt.date, months: int) -> Years:
    """The financial years that a plan looks ahead over."""
    ends = pd.date_range(pd.Timestamp(base_month) + pd.offsets.MonthEnd(1), periods=months, freq="ME")
    written = financial_year(pd.Series(ends))
    names = tuple(dict.fromkeys(written))
    return Years(names, ends, np.array([names.index(year) for year in written], dtype=np.int64))
