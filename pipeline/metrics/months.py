"""Choosing months of a table."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

MONTHS_IN_YEAR = 12


def months_back(months: pd.Series | pd.DatetimeIndex, last: pd.Timestamp | pd.Series) -> NDArray[np.int64]:
    """Whole calendar months from each month to `last` (one month, or one for each)."""
    days = pd.DatetimeIndex(months)
    to = last if isinstance(last, pd.Timestamp) else pd.DatetimeIndex(last)
    return np.asarray((to.year - days.year) * MONTHS_IN_YEAR + to.month - days.month, dtype=np.int64)


def last_months(frame: pd.DataFrame, months: int, column: str = "month") -> pd.DataFrame:
    """The rows of the latest `months` calendar months, counted back from the latest one there is.

    Raises ValueError for fewer than one month.
    """
    if months < 1:
        raise ValueError(f"the number of months to show should be 1 or more and is {months}; change months_shown")
    if frame.empty:
        return frame
    return frame[months_back(frame[column], frame[column].max()) < months]


def up_to(frame: pd.DataFrame, month: dt.date, column: str = "month") -> pd.DataFrame:
    """The rows of months up to and with `month`: what was known then."""
    return frame[frame[column] <= pd.Timestamp(month)]
