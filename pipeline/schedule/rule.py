"""When something is due: days by a rule, times of day by the clock on the wall, and what clock changes do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

DayRule = Callable[[dt.date], bool]
YEARS_AHEAD = 9
"""A 29 February can be eight years away (1896 to 1904, 2096 to 2104); what does not come within nine never comes."""
DAYS_AHEAD = 366 * YEARS_AHEAD
CLOCK_CHANGE = dt.timedelta(hours=3)
"""More than any clock is put forward or back at once in a time zone of today."""


@dataclass(frozen=True)
class Rule:
    """Days on which something is due, and the times of these days, in order."""

    days: DayRule
    times: tuple[dt.time, ...]

    def walls(self, after: dt.datetime) -> Iterator[dt.datetime]:
        """Every time at which it is due from a moment on, as clocks on the wall show it (without a time zone)."""
        for number in range(DAYS_AHEAD):
            day = after.date() + dt.timedelta(days=number)
            if self.days(day):
                yield from (wall for time in self.times if (wall := dt.datetime.combine(day, time)) >= after)

    def comes(self, today: dt.date) -> bool:
        """Whether it is ever due: the 31st of February is not."""
        return next(self.walls(dt.datetime.combine(today, dt.time())), None) is not None

    def next(self, after: dt.datetime, zone: ZoneInfo) -> dt.datetime | None:
        """The first moment from `after` (which has a time zone) on at which it is due; None where it never is.

        A time that a clock change leaves out comes as much later as the clock was put forward, and one that it
        repeats comes the first time only: none is lost, none comes twice.
        """
        found: dt.datetime | None = None
        last: dt.datetime | None = None
        for wall in self.walls(after.astimezone(zone).replace(tzinfo=None, fold=0) - CLOCK_CHANGE):
            if last is not None and wall > last:
                break
            moment = wall.replace(tzinfo=zone).astimezone(dt.UTC)
            if moment >= after:
                # Where the clock is put forward, a later time on the wall can come first.
                found, last = min(found or moment, moment), last or wall + CLOCK_CHANGE
        return found.astimezone(zone) if found else None
