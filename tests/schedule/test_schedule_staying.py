"""A scheduler that stays: due runs are carried out, missed and doubled ones are said, a fault ends nothing."""

from __future__ import annotations

import datetime as dt
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.schedule import child, jobs
from pipeline.schedule.daemon import Daemon
from pipeline.schedule.state import State

pytestmark = pytest.mark.integration

Write = Callable[[str], Path]
DAILY = (
    "look_every_seconds: 0.1\ngrace_hours: 2\nruns: [{{name: daily, plans: eastmere, when: every day at {at:%H:%M}}}]"
)
HALF_A_DAY = dt.timedelta(hours=12)
PATIENCE = 60


@pytest.fixture(autouse=True)
def _apart(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    # Far from now, whenever that is: else it would be due by itself between the time that was missed and now.
    write(DAILY.format(at=dt.datetime.now(ZoneInfo("Europe/London")) + HALF_A_DAY))
    monkeypatch.setattr(child, "CHILD", child.Child())


@contextmanager
def staying(home: Path, command: Sequence[str], due: dt.timedelta) -> Iterator[tuple[Daemon, list[str]]]:
    """A scheduler at work whose entry was due a while ago, and what it says."""
    said: list[str] = []
    with Daemon(home, command, said.append) as daemon:
        daemon.scheduler.get_job("daily", jobs.RUNS).modify(next_run_time=dt.datetime.now(dt.UTC) - due)
        thread = threading.Thread(target=daemon.stay)
        thread.start()
        try:
            yield daemon, said
        finally:
            daemon.leave()
            thread.join()


def wait_for(said: list[str], words: str) -> None:
    give_up = time.monotonic() + PATIENCE
    while not any(words in line for line in said):
        assert time.monotonic() < give_up, said
        time.sleep(0.02)


def test_what_is_due_is_run_once_and_its_end_is_written_down(home: Path, command: list[str]) -> None:
    with staying(home, command, dt.timedelta(hours=1)) as (_, said):
        wait_for(said, "daily: eastmere is up to date, nothing to do.")
    assert (home / "ran.txt").read_text(encoding="utf-8") == "eastmere\n"
    assert State(home).cut_off() == []


def test_what_is_missed_by_more_than_the_grace_is_said_and_not_run(home: Path, command: list[str]) -> None:
    with staying(home, command, dt.timedelta(hours=3)) as (_, said):
        wait_for(said, "was missed by more than 2 hours and is left out.")
    assert not (home / "ran.txt").exists()
    assert State(home).cut_off() == []


def test_an_entry_that_is_due_again_while_it_runs_is_left_out_that_time(home: Path) -> None:
    begun = home / "begun"
    script = f"import pathlib, time; pathlib.Path({str(begun)!r}).touch(); time.sleep(60)"
    with staying(home, [sys.executable, "-c", script], dt.timedelta(minutes=1)) as (daemon, said):
        while not begun.exists():
            time.sleep(0.02)
        daemon.scheduler.get_job("daily", jobs.RUNS).modify(next_run_time=dt.datetime.now(dt.UTC))
        wait_for(said, "daily: is due again and is still running; this time is left out.")
        child.CHILD.stop()
        wait_for(said, "daily: eastmere was stopped; it begins again when the scheduler does.")
    assert State(home).cut_off() == ["daily"]


def test_it_ends_though_a_look_is_under_way(home: Path, command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    looking, ended = threading.Event(), threading.Event()

    def slow_look(daemon: Daemon) -> None:
        looking.set()
        time.sleep(0.3)
        daemon.scheduler.get_jobs()

    def stay_a_moment() -> None:
        with staying(home, command, -dt.timedelta(hours=1)) as (_, _said):
            looking.wait(PATIENCE)
        ended.set()

    monkeypatch.setattr(Daemon, "look", slow_look)
    threading.Thread(target=stay_a_moment, daemon=True).start()
    assert ended.wait(PATIENCE)


def test_a_command_that_is_not_there_ends_no_scheduler(home: Path) -> None:
    with staying(home, [str(home / "none")], dt.timedelta(minutes=1)) as (daemon, said):
        wait_for(said, "daily: something went wrong inside the program (FileNotFoundError")
        assert daemon.scheduler.get_job("daily", jobs.RUNS).next_run_time > dt.datetime.now(dt.UTC)
