"""When something is due in plain words: "every Monday at 07:00", "third Thursday at 09:45" and the like."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from functools import cache

from pipeline.months import month_end
from pipeline.schedule.rule import DayRule, Rule

DAYS = tuple(calendar.day_name[number].lower() for number in range(7))
MONTHS = tuple(calendar.month_name[number].lower() for number in range(1, 13))
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
LAST = "last"
SATURDAY = 5
HELP = (
    "write it as a cron expression, such as 0 7 * * mon, or in words, such as: every Monday at 07:00; every working "
    "day at 07:00; third Thursday at 09:45; first working day at 07:00; last Friday of March and September at 09:30"
)
_WHEN = re.compile(r"(?P<days>.+?) at (?P<times>.+)")
_PLACED = re.compile(r"(?:the )?(?P<place>\w+) (?P<kind>working day|day|\w+)(?: (?:of|in) (?P<months>.+))?")
_TIME = re.compile(r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))? ?(?P<half>am|pm)?")
_AND = re.compile(r",? and |, ?")
_EVERY_MONTH = frozenset(range(1, 13))


def words_rule(text: str) -> Rule:
    """The rule of a text. Raises ValueError saying what can be written."""
    found = _WHEN.fullmatch(" ".join(text.lower().split()))
    if found is None:
        raise ValueError(f"this is not understood; {HELP}")
    times = sorted({_time(word) for word in _AND.split(found["times"])})
    return Rule(_days(found["days"]), tuple(times))


def _time(word: str) -> dt.time:
    found = _TIME.fullmatch(word.strip())
    if found is None or not (found["minute"] or found["half"]):
        raise ValueError(f"“{word}” is no time of day; write it as 09:45")
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"]:
        hour = hour % 12 + (12 if found["half"] == "pm" else 0) if 1 <= hour <= 12 else 24
    if hour > 23 or minute > 59:
        raise ValueError(f"“{word}” is no time of day; write it as 09:45")
    return dt.time(hour, minute)


def _days(words: str) -> DayRule:
    if words in ("daily", "every day"):
        return lambda _day: True
    if words.startswith("every "):
        return _every(words.removeprefix("every "))
    found = _PLACED.fullmatch(words)
    if found is None:
        raise ValueError(f"“{words}” is not understood; {HELP}")
    return _placed(_place(found["place"]), found["kind"], _months(found["months"] or "the month"))


def _every(words: str) -> DayRule:
    if words == "working day":
        return _works
    if words == "weekday":
        return lambda day: day.weekday() < SATURDAY
    chosen = {_weekday(word) for word in _AND.split(words)}
    return lambda day: day.weekday() in chosen


def _placed(place: int, kind: str, months: frozenset[int]) -> DayRule:
    """A day by its place among those of its kind in a month: 1 is the first, -1 the last."""
    weekday = None if kind in ("day", "working day") else _weekday(kind)

    def of_kind(day: dt.date) -> bool:
        return day.weekday() == weekday if weekday is not None else kind == "day" or _works(day)

    def due(day: dt.date) -> bool:
        if day.month not in months or not of_kind(day):
            return False
        same = [other for other in _days_of(day.year, day.month) if of_kind(other)]
        return len(same) >= abs(place) and same[place - 1 if place > 0 else place] == day

    return due


def _place(word: str) -> int:
    if word == LAST:
        return -1
    if word in ORDINALS:
        return ORDINALS.index(word) + 1
    number = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)", word)
    if number is None or not 1 <= int(number[1]) <= 31:
        raise ValueError(f"“{word}” is no place in a month; write first, second, 3rd … or last ({HELP})")
    return int(number[1])


def _months(words: str) -> frozenset[int]:
    if words in ("the month", "each month", "every month"):
        return _EVERY_MONTH
    return frozenset(_one_of(word, MONTHS, "month") + 1 for word in _AND.split(words))


def _weekday(word: str) -> int:
    return _one_of(word.removesuffix("s"), DAYS, "day of the week")


def _one_of(word: str, names: tuple[str, ...], what: str) -> int:
    found = [number for number, name in enumerate(names) if word in (name, name[:3])]
    if not found:
        raise ValueError(f"“{word}” is no {what}; {HELP}")
    return found[0]


@cache
def _days_of(year: int, month: int) -> tuple[dt.date, ...]:
    return tuple(dt.date(year, month, day + 1) for day in range(month_end(year, month).day))


def _works(day: dt.date) -> bool:
    """Whether it is a working day in England: a weekday that is no bank holiday."""
    from pipeline.model.working_days import bank_holidays

    return day.weekday() < SATURDAY and day not in bank_holidays(day.year)
