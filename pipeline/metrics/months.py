"""Choosing months of a table."""

from __future__ import annotations

import pandas as pd


def last_months(frame: pd.DataFrame, months: int, column: str = "month") -> pd.DataFrame:
    """The rows of the latest `months` calendar months, counted back from the latest one there is."""
    if frame.empty:
        return frame
    back = (frame[column].max().year - frame[column].dt.year) * 12 + frame[column].max().month - frame[column].dt.month
    return frame[back < months]
