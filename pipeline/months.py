"""Months as the pipeline keeps them: a month is its last day."""

from __future__ import annotations

import calendar
import datetime as dt


def month_end(year: int, month: int) -> dt.date:
    """The last day of a month, for example 2024-02-29."""
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def add_months(month: dt.date, months: int) -> dt.date:
    """The month end `months` later (earlier if negative)."""
    index = month.year * 12 + month.month - 1 + months
    return month_end(index // 12, index % 12 + 1)


def months_between(earlier: dt.date, later: dt.date) -> int:
    """Whole calendar months from one month to another."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def month_name(month: dt.date) -> str:
    """A month as a reader would say it: October 2025."""
    return f"{calendar.month_name[month.month]} {month.year}"
