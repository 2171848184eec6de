"""Times in plain words: days by their place in a month, working days, and forgiving spellings."""

from __future__ import annotations

import datetime as dt
from itertools import islice

import pytest

from pipeline.schedule.plain_words import words_rule

pytestmark = pytest.mark.unit

START = dt.datetime(2026, 3, 1)


def due(text: str, number: int = 3, after: dt.datetime = START) -> list[str]:
    return [f"{wall:%a %d %b %Y %H:%M}" for wall in islice(words_rule(text).walls(after), number)]


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("third Thursday at 09:45", "Thu 19 Mar 2026 09:45", "Thu 16 Apr 2026 09:45"),
        ("last Friday at 07:00", "Fri 27 Mar 2026 07:00", "Fri 24 Apr 2026 07:00"),
        ("fifth Monday at 07:00", "Mon 30 Mar 2026 07:00", "Mon 29 Jun 2026 07:00"),
        ("first day at 00:00", "Sun 01 Mar 2026 00:00", "Wed 01 Apr 2026 00:00"),
        ("last day of the month at 23:59", "Tue 31 Mar 2026 23:59", "Thu 30 Apr 2026 23:59"),
        ("every Monday at 07:00", "Mon 02 Mar 2026 07:00", "Mon 09 Mar 2026 07:00"),
        ("every tue and thu at 7:00", "Tue 03 Mar 2026 07:00", "Thu 05 Mar 2026 07:00"),
        ("every day at 07:00 and 13:30", "Sun 01 Mar 2026 07:00", "Sun 01 Mar 2026 13:30"),
        ("every weekday at 07:00", "Mon 02 Mar 2026 07:00", "Tue 03 Mar 2026 07:00"),
        ("third Thursday of January, April and July at 09:45", "Thu 16 Apr 2026 09:45", "Thu 16 Jul 2026 09:45"),
        ("2nd Tuesday at 9.30am", "Tue 10 Mar 2026 09:30", "Tue 14 Apr 2026 09:30"),
    ],
)
def test_the_next_two_times(text: str, first: str, second: str) -> None:
    assert due(text, 2) == [first, second]


def test_bank_holidays_are_no_working_days() -> None:
    assert due("first working day at 07:00", 2, dt.datetime(2026, 1, 1)) == [
        *("Fri 02 Jan 2026 07:00", "Mon 02 Feb 2026 07:00")
    ]
    easter = due("every working day at 07:00", 3, dt.datetime(2026, 4, 2))
    assert easter == ["Thu 02 Apr 2026 07:00", "Tue 07 Apr 2026 07:00", "Wed 08 Apr 2026 07:00"]
    assert due("last working day at 07:00", 1, dt.datetime(2026, 5, 1)) == ["Fri 29 May 2026 07:00"]


@pytest.mark.parametrize(
    "text",
    [
        "third Thursday at 09:45",
        "  The THIRD  thursday of the month at 9:45 ",
        "3rd thu at 9.45am",
        "3rd Thursday at 9:45",
    ],
)
def test_the_same_is_said_in_many_ways(text: str) -> None:
    assert due(text, 2) == ["Thu 19 Mar 2026 09:45", "Thu 16 Apr 2026 09:45"]


@pytest.mark.parametrize(
    ("word", "time"), [("12am", "00:00"), ("12pm", "12:00"), ("7pm", "19:00"), ("12.30am", "00:30"), ("0:05", "00:05")]
)
def test_halves_of_the_day(word: str, time: str) -> None:
    assert due(f"every day at {word}", 1)[0].endswith(time)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("now and then", "this is not understood; write it as a cron expression, such as 0 7 * * mon"),
        ("every Moonday at 07:00", "“moonday” is no day of the week"),
        ("every Monday at dawn", "“dawn” is no time of day; write it as 09:45"),
        ("every Monday at 7", "“7” is no time of day"),
        ("every Monday at 25:00", "“25:00” is no time of day"),
        ("every Monday at 07:60", "“07:60” is no time of day"),
        ("every Monday at 13pm", "“13pm” is no time of day"),
        ("umpteenth Monday at 07:00", "“umpteenth” is no place in a month"),
        ("0th Monday at 07:00", "“0th” is no place in a month"),
        ("first Monday of Smarch at 07:00", "“smarch” is no month"),
        ("Thursday at 09:45", "“thursday” is not understood"),
    ],
)
def test_what_is_not_understood_is_named_with_what_can_be_written(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=r".") as wrong:
        words_rule(text)
    assert said in str(wrong.value)


def test_a_day_that_no_month_has_never_comes() -> None:
    assert not words_rule("31st day of February at 07:00").comes(dt.date(2026, 1, 1))
    assert not words_rule("sixth Monday at 07:00").comes(dt.date(2026, 1, 1))
