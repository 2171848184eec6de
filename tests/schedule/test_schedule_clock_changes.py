"""Clock changes of Europe/London: spring of 2026 is on 29 March at 01:00 GMT, autumn on 25 October at 02:00 BST."""

from __future__ import annotations

import datetime as dt
import pickle
from zoneinfo import ZoneInfo

import pytest

from pipeline.schedule.trigger import WallClock

pytestmark = pytest.mark.unit

LONDON = ZoneInfo("Europe/London")


def fired(when: str, first: str, last: str) -> list[str]:
    """Every time a trigger fires between two moments (UTC), as APScheduler would ask for them, in UTC."""
    trigger, end = WallClock(when, "Europe/London"), utc(last)
    times: list[str] = []
    found = trigger.get_next_fire_time(None, utc(first))
    while found is not None and found <= end:
        times.append(f"{found.astimezone(dt.UTC):%d %H:%M}")
        found = trigger.get_next_fire_time(found, found)
    return times


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def test_a_time_left_out_in_spring_comes_an_hour_later_by_the_new_clock() -> None:
    assert fired("30 1 * * *", "2026-03-28", "2026-03-30T12:00") == ["28 01:30", "29 01:30", "30 00:30"]
    shown = WallClock("every day at 01:30", "Europe/London").get_next_fire_time(None, utc("2026-03-29"))
    assert shown is not None
    assert f"{shown:%H:%M %Z}" == "02:30 BST"


def test_a_time_repeated_in_autumn_comes_once_the_first_time() -> None:
    assert fired("30 1 * * *", "2026-10-24", "2026-10-26T12:00") == ["24 00:30", "25 00:30", "26 01:30"]


def test_a_time_repeated_in_autumn_is_not_due_again_in_the_second_hour() -> None:
    found = WallClock("30 1 * * *", "Europe/London").get_next_fire_time(None, utc("2026-10-25T01:10"))
    assert found == dt.datetime(2026, 10, 26, 1, 30, tzinfo=LONDON)


@pytest.mark.parametrize(("day", "spring"), [("2026-03-29", True), ("2026-10-25", False)])
def test_a_time_outside_the_change_stays_on_the_wall(day: str, spring: bool) -> None:
    assert fired("0 7 * * sun", day, f"{day}T23:00") == ["29 06:00"] if spring else ["25 07:00"]


def test_every_quarter_of_an_hour_comes_once_in_spring_and_in_order() -> None:
    times = fired("*/15 * * * *", "2026-03-29T00:30", "2026-03-29T02:00")
    assert times == ["29 00:30", "29 00:45", "29 01:00", "29 01:15", "29 01:30", "29 01:45", "29 02:00"]


def test_the_repeated_hour_of_autumn_has_no_quarters_of_its_own() -> None:
    times = fired("*/15 * * * *", "2026-10-25T00:30", "2026-10-25T02:15")
    assert times == ["25 00:30", "25 00:45", "25 02:00", "25 02:15"]


def test_a_time_is_never_due_twice_though_the_clock_is_put_back() -> None:
    trigger, seven = WallClock("every day at 07:00", "Europe/London"), dt.datetime(2026, 6, 1, 7, tzinfo=LONDON)
    assert trigger.get_next_fire_time(seven, seven - dt.timedelta(hours=2)) == seven + dt.timedelta(days=1)


def test_a_moment_at_which_it_is_due_counts() -> None:
    seven = dt.datetime(2026, 6, 1, 7, tzinfo=LONDON)
    assert WallClock("every day at 07:00", "Europe/London").get_next_fire_time(None, seven) == seven


def test_it_is_kept_as_what_was_written_and_is_the_same_again() -> None:
    trigger = WallClock("third Thursday at 09:45", "Europe/London")
    again = pickle.loads(pickle.dumps(trigger))
    assert again == trigger
    assert hash(again) == hash(trigger)
    assert repr(again) == "WallClock('third Thursday at 09:45', 'Europe/London')"
    assert again != WallClock("third Thursday at 09:46", "Europe/London")
    now = dt.datetime(2026, 6, 1, tzinfo=LONDON)
    assert again.get_next_fire_time(None, now) == trigger.get_next_fire_time(None, now)
