"""Cron expressions as cron reads them: five fields, minute, hour, day of the month, month and day of the week.

Days of the week are those of cron: 0 and 7 are Sunday, 1 is Monday. APScheduler, which keeps the jobs, counts from
0 = Monday, so it is never handed such a number. Where day of the month and day of the week both say something, either
is enough (POSIX, crontab: "if both fields are restricted").
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.schedule.rule import Rule

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
SUNDAY = 7
_STEP = re.compile(r"(?P<range>[^/]+)(?:/(?P<step>\d+))?")


@dataclass(frozen=True)
class Field:
    """One of the five fields: its name, its lowest and highest number, and words for its numbers from `low` on."""

    name: str
    low: int
    high: int
    words: Sequence[str] = ()


FIELDS = (
    Field("minute", 0, 59),
    Field("hour", 0, 23),
    Field("day of the month", 1, 31),
    Field("month", 1, 12, MONTHS),
    Field("day of the week", 0, SUNDAY, WEEKDAYS),
)


def is_cron(text: str) -> bool:
    """Whether a text is meant as a cron expression: it begins with a number, a star or a list of numbers."""
    words = text.split()
    return len(words) > 1 and bool(re.fullmatch(r"[\d*,/-]+", words[0])) and bool(re.match(r"[\d*]", words[1]))


def cron_rule(text: str) -> Rule:
    """The rule of a cron expression. Raises ValueError naming the field that cannot be read and what it takes."""
    words = text.split()
    if len(words) != len(FIELDS):
        names = ", ".join(field.name for field in FIELDS)
        raise ValueError(f"a cron expression has five fields ({names}); this has {len(words)}")
    minutes, hours, days, months, weekdays = (_numbers(word, field) for word, field in zip(words, FIELDS, strict=True))
    weekdays = {number % SUNDAY for number in weekdays}
    both = not words[2].startswith("*") and not words[4].startswith("*")

    def due(day: dt.date) -> bool:
        by_month, by_week = day.day in days, day.isoweekday() % SUNDAY in weekdays
        return day.month in months and (by_month or by_week if both else by_month and by_week)

    return Rule(due, tuple(dt.time(hour, minute) for hour in sorted(hours) for minute in sorted(minutes)))


def _numbers(word: str, field: Field) -> set[int]:
    return {number for part in word.lower().split(",") for number in _part(part, field)}


def _part(part: str, field: Field) -> range:
    found = _STEP.fullmatch(part)
    if found is None:
        raise _wrong(part, field)
    span, step = found["range"], int(found["step"] or 1)
    low, dash, high = span.partition("-")
    if span == "*":
        first, last = field.low, field.high
    else:
        first = _number(low, field, part)
        last = _last(high, field, part, first) if dash else field.high if found["step"] else first
    if first > last or step < 1:
        raise _wrong(part, field)
    return range(first, last + 1, step)


def _last(word: str, field: Field, part: str, first: int) -> int:
    """The end of a range: Sunday ends a week as it begins one."""
    number = _number(word, field, part)
    return SUNDAY if word == WEEKDAYS[0] and field.high == SUNDAY and first > 0 else number


def _number(word: str, field: Field, part: str) -> int:
    if word in field.words:
        return field.words.index(word) + field.low
    if not word.isdecimal() or not field.low <= int(word) <= field.high:
        raise _wrong(part, field)
    return int(word)


def _wrong(part: str, field: Field) -> ValueError:
    words = f" or {field.words[0]} to {field.words[-1]}" if field.words else ""
    week = "; 0 and 7 are Sunday, 1 is Monday" if field.high == SUNDAY else ""
    takes = f"numbers from {field.low} to {field.high}{words}, ranges such as {field.low}-{field.high}, lists and steps"
    return ValueError(f"“{part}” is no {field.name} of a cron expression, which takes {takes}{week}")
