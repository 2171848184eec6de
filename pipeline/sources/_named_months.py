"""The months that a text, such as the name of a file, names."""

from __future__ import annotations

import calendar
import datetime as dt
import re

from pipeline.months import month_end

MONTH_NUMBERS = {name[:3].casefold(): number for number, name in enumerate(calendar.month_name) if name}
"""Number of each month by the first three letters of its name, in lower case."""
_NAMES = "|".join(f"{name}|{name[:3]}" for name in calendar.month_name if name)
_NAMED = re.compile(rf"(?<![a-z])({_NAMES}|sept)[\s_.,'’-]*(20\d\d|\d\d(?![\s_.,-]*20\d\d))(?!\d)", re.IGNORECASE)
_NUMBERED = re.compile(r"(?<!\d)(20\d\d)[\s_.-]?(0[1-9]|1[0-2])(?:[\s_.-]?\d\d)?(?!\d)")
_DAY_MONTH_YEAR = re.compile(r"(?<!\d)\d{1,2}[/.](0?[1-9]|1[0-2])[/.](20\d\d)(?!\d)")


def months_named(text: str) -> set[dt.date]:
    """The months that a text names, as “August 2024”, “Aug-24”, “2024-08”, “20240831” or “31/08/2024”."""
    named = {month_end(_year(year), MONTH_NUMBERS[name[:3].casefold()]) for name, year in _NAMED.findall(text)}
    numbered = {month_end(int(year), int(month)) for year, month in _NUMBERED.findall(text)}
    return named | numbered | {month_end(int(year), int(month)) for month, year in _DAY_MONTH_YEAR.findall(text)}


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)
