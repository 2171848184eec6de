"""Choosing months of a table."""

from __future__ import annotations

import datetime as dt

import pandas as pd


def last_months(frame: pd.DataFrame, months: int, column: str = "month") -> pd.DataFrame:
    """The rows of the latest `months` calendar months, counted back from the latest one there is.

    Raises ValueError for fewer than one month.
    """
    if months < 1:
        raise ValueError(f"the number of months to show should be 1 or more and is {months}; change months_shown")
    if frame.empty:
        return frame
    back = (frame[column].max().year - frame[column].dt.year) * 12 + frame[column].max().month - frame[column].dt.month
    return frame[back < months]


def up_to(frame: pd.DataFrame, month: dt.date, column: str = "month") -> pd.DataFrame:
    """The rows of months up to and with `month`: what was known then."""
    return frame[frame[column] <= pd.Timestamp(month)]
