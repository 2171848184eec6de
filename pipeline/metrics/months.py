"""Choosing months of a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

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


def month_end(words: str) -> pd.Timestamp:
    """The last day of a month written as 2025-03. Raises ValueError where it is written otherwise."""
    try:
        first = pd.Timestamp(dt.datetime.strptime(words.strip(), "%Y-%m"))
    except ValueError:
        raise ValueError(f"a month is written as 2025-03, not {words.strip()!r}") from None
    return first + pd.offsets.MonthEnd(0)


def month_ends(words: str) -> list[pd.Timestamp]:
    """The months of a list such as `2024-04, 2025-01`; none of an empty one."""
    return [month_end(word) for word in words.split(",") if word.strip()]


def known_by(tables: Mapping[str, pd.DataFrame], month: str) -> dict[str, pd.DataFrame]:
    """The tables as they were known at the end of a month (2025-03): later months are left out. All of it if empty.

    Quarters and years count by their last month. Plans and calendars look ahead by nature and keep their months.
    """
    if not month.strip():
        return dict(tables)
    last = month_end(month).date()
    return {name: frame if name in LOOK_AHEAD else _ended_by(frame, last) for name, frame in tables.items()}


LOOK_AHEAD = {"planned_wte", "planned_activity"}
ENDS = ("month", "quarter_end", "year_end")


def _ended_by(frame: pd.DataFrame, last: dt.date) -> pd.DataFrame:
    for column in ENDS:
        frame = up_to(frame, last, column) if column in frame else frame
    return frame


def no_later(month: dt.date, words: str) -> dt.date:
    """The month, or the one of `words` (2025-03) where that is earlier; the month where it is empty."""
    return min(month, month_end(words).date()) if words.strip() else month


def between_months(frame: pd.DataFrame, keys: Sequence[str], value: str) -> pd.DataFrame:
    """The frame with a row for every month between the first and last of each group, missing values on a straight line.

    Takes and returns `keys`, month and `value`. A file that skips a month does not mean that nobody was there.
    """
    return frame if frame.empty else _long(_filled(frame, keys, value), keys, value)


def month_averages(frame: pd.DataFrame, keys: Sequence[str], value: str) -> pd.DataFrame:
    """The average of what each group had at the beginning and the end of each month, months between filled in.

    Takes and returns `keys`, month and `value`. The first month has no beginning and is left out, unless it is all
    there is: then it stands for itself.
    """
    if frame.empty:
        return frame
    filled = _filled(frame, keys, value)
    average = (filled + filled.shift(1)) / 2
    several = average.notna().any().to_numpy()
    return _long(average.where(np.broadcast_to(several, average.shape), filled), keys, value)


def _filled(frame: pd.DataFrame, keys: Sequence[str], value: str) -> pd.DataFrame:
    """Months by group, every month of the span there, gaps inside each group filled along a straight line."""
    summed = frame.astype({value: "float64"}).groupby([*keys, "month"])[value].sum(min_count=1)
    wide = summed.unstack(list(keys))
    months = pd.date_range(wide.index.min(), wide.index.max(), freq="ME")
    # By position: months count alike, whatever their days.
    return wide.reindex(months).interpolate(method="linear", limit_area="inside").rename_axis(index="month")


def _long(wide: pd.DataFrame, keys: Sequence[str], value: str) -> pd.DataFrame:
    long = wide.T.stack(future_stack=True).rename(value).dropna().reset_index()
    return long[[*keys, "month", value]]
