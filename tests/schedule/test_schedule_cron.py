"""Cron expressions mean here what they mean to cron, days of the week above all."""

from __future__ import annotations

import datetime as dt
from itertools import islice

import pytest

from pipeline.schedule.cron import cron_rule, is_cron

pytestmark = pytest.mark.unit

SUNDAY = dt.datetime(2026, 3, 1)
"""1 March 2026 is a Sunday, and begins a month of 31 days."""


def due(text: str, number: int = 3, after: dt.datetime = SUNDAY) -> list[str]:
    return [f"{wall:%a %d %b %H:%M}" for wall in islice(cron_rule(text).walls(after), number)]


@pytest.mark.parametrize("sunday", ["0", "7", "sun", "SUN", "sun-sun"])
def test_nought_and_seven_are_sunday(sunday: str) -> None:
    assert due(f"0 7 * * {sunday}") == ["Sun 01 Mar 07:00", "Sun 08 Mar 07:00", "Sun 15 Mar 07:00"]


@pytest.mark.parametrize(("number", "day"), [(1, "Mon"), (2, "Tue"), (3, "Wed"), (4, "Thu"), (5, "Fri"), (6, "Sat")])
def test_every_number_of_a_weekday_is_that_of_cron(number: int, day: str) -> None:
    assert {line[:3] for line in due(f"0 7 * * {number}", 10)} == {day}


@pytest.mark.parametrize(
    ("weekdays", "days"),
    [
        ("1-5", ["Mon", "Tue", "Wed", "Thu", "Fri"]),
        ("mon-fri", ["Mon", "Tue", "Wed", "Thu", "Fri"]),
        ("5-7", ["Sun", "Fri", "Sat"]),
        ("fri-sun", ["Sun", "Fri", "Sat"]),
        ("0-2", ["Sun", "Mon", "Tue"]),
        ("sun-tue", ["Sun", "Mon", "Tue"]),
        ("1,3", ["Mon", "Wed"]),
        ("*/2", ["Sun", "Tue", "Thu", "Sat"]),
        ("1-5/2", ["Mon", "Wed", "Fri"]),
    ],
)
def test_ranges_lists_and_steps_of_weekdays(weekdays: str, days: list[str]) -> None:
    assert [line[:3] for line in due(f"0 0 * * {weekdays}", len(days))] == days


def test_minutes_and_hours_with_steps() -> None:
    assert due("*/20 8-9 * * *", 7) == [
        *("Sun 01 Mar 08:00", "Sun 01 Mar 08:20", "Sun 01 Mar 08:40"),
        *("Sun 01 Mar 09:00", "Sun 01 Mar 09:20", "Sun 01 Mar 09:40", "Mon 02 Mar 08:00"),
    ]
    assert due("5/30 8 * * *", 2) == ["Sun 01 Mar 08:05", "Sun 01 Mar 08:35"]


def test_months_by_name_and_number() -> None:
    assert due("30 9 1 apr,10 *", 2) == ["Wed 01 Apr 09:30", "Thu 01 Oct 09:30"]


def test_either_day_is_enough_where_both_are_said() -> None:
    assert due("0 7 13 * fri", 5) == [
        *("Fri 06 Mar 07:00", "Fri 13 Mar 07:00", "Fri 20 Mar 07:00", "Fri 27 Mar 07:00", "Fri 03 Apr 07:00")
    ]
    assert due("0 7 10 * fri", 3) == ["Fri 06 Mar 07:00", "Tue 10 Mar 07:00", "Fri 13 Mar 07:00"]


def test_both_days_are_needed_where_one_begins_with_a_star() -> None:
    assert due("0 7 */2 * mon", 2) == ["Mon 09 Mar 07:00", "Mon 23 Mar 07:00"]


def test_the_29th_of_february_comes_and_the_31st_does_not() -> None:
    assert due("0 0 29 2 *", 2) == ["Tue 29 Feb 00:00", "Sun 29 Feb 00:00"]
    assert cron_rule("0 0 29 2 *").comes(dt.date(2097, 1, 1))
    assert not cron_rule("0 0 31 2 *").comes(dt.date(2026, 1, 1))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0 7 * *", "has five fields (minute, hour, day of the month, month, day of the week); this has 4"),
        ("0 0 7 * * *", "this has 6"),
        ("60 7 * * *", "“60” is no minute of a cron expression, which takes numbers from 0 to 59"),
        ("0 24 * * *", "“24” is no hour"),
        ("0 7 0 * *", "“0” is no day of the month"),
        ("0 7 * 13 *", "“13” is no month of a cron expression, which takes numbers from 1 to 12 or jan to dec"),
        ("0 7 * * 8", "“8” is no day of the week"),
        ("0 7 * * 8", "0 and 7 are Sunday, 1 is Monday"),
        ("0 7 * * sat-mon", "“sat-mon” is no day of the week"),
        ("0 7 * * thu#3", "“thu#3” is no day of the week"),
        ("*/0 7 * * *", "“*/0” is no minute"),
        ("0 7 5-1 * *", "“5-1” is no day of the month"),
        ("0 7 , * *", "“” is no day of the month"),
        ("0 ² * * *", "“²” is no hour"),
    ],
)
def test_what_cannot_be_read_is_named_with_what_is_expected(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=r".") as wrong:
        cron_rule(text)
    assert said in str(wrong.value)


def test_words_are_not_taken_for_cron() -> None:
    assert is_cron("0 7 * * mon")
    assert is_cron("*/5 * * * *")
    assert not is_cron("third Thursday at 09:45")
    assert not is_cron("3rd Thursday at 09:45")
    assert not is_cron("")
