"""The scheduler: what is due or was missed is run once, what was cut off begins again, a new schedule is taken up."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pipeline.problems import InputRefused
from pipeline.run import json_lines
from pipeline.schedule import jobs
from pipeline.schedule.daemon import Daemon
from pipeline.schedule.state import ScheduleBusy, State

pytestmark = pytest.mark.integration

Write = Callable[[str], Path]
NOW = dt.datetime.now(dt.UTC)
DAILY = "runs: [{name: daily, plans: all, when: every day at 07:00}]"
WATCHED = "runs: [{name: new files, plans: eastmere, watch: true, quiet_seconds: 30}]"
HALF_A_DAY = dt.timedelta(hours=12)
STARTED = {"run_id": "R1", "headlines": []}


class Desk:
    """A scheduler of the workspace, opened as often as a test likes, and what it said."""

    def __init__(self, home: Path, command: list[str]) -> None:
        self.home, self.command = home, command
        self.said: list[str] = []

    def open(self) -> Daemon:
        return Daemon(self.home, self.command, self.said.append)

    def ran(self) -> list[str]:
        """The plans that were run since the last time this was asked."""
        path = self.home / "ran.txt"
        found = path.read_text(encoding="utf-8").split() if path.is_file() else []
        path.unlink(missing_ok=True)
        return found

    def answer(self, **plans: dict[str, Any]) -> None:
        (self.home / "answers.json").write_text(
            json.dumps({"eastmere": {}, "northvale": {}, **plans}), encoding="utf-8"
        )

    def due(self, name: str = "daily") -> dt.datetime:
        with self.open() as daemon:
            found: dt.datetime = daemon.scheduler.get_job(name, jobs.RUNS).next_run_time
        return found

    def make_due(self, when: dt.datetime, name: str = "daily") -> None:
        """Have a job be due at a moment, as if the machine had slept since."""
        with self.open() as daemon:
            daemon.scheduler.get_job(name, jobs.RUNS).modify(next_run_time=when)

    def once(self, now: dt.datetime = NOW, wait: Callable[[float], None] = lambda _seconds: None) -> list[str]:
        with self.open() as daemon:
            daemon.once(now, wait)
        return self.ran()


@pytest.fixture
def desk(home: Path, command: list[str]) -> Desk:
    return Desk(home, command)


def daily_at(moment: dt.datetime) -> str:
    """A schedule of every day at the time of day of a moment."""
    at = moment.astimezone(ZoneInfo("Europe/London"))
    return f"runs: [{{name: daily, plans: all, when: every day at {at:%H:%M}}}]"


def ago(**how: float) -> dt.datetime:
    return NOW - dt.timedelta(**how)


class TestWhatIsDue:
    def test_nothing_is_run_before_its_time(self, desk: Desk, write: Write) -> None:
        write(DAILY)
        assert desk.once() == []

    def test_what_was_missed_while_the_machine_slept_is_run_once(self, desk: Desk, write: Write) -> None:
        write("runs: [{name: daily, plans: all, when: '*/5 * * * *'}]")
        desk.make_due(ago(hours=3))
        assert desk.once() == ["eastmere", "northvale"]
        assert desk.once() == []
        assert desk.due() > NOW

    def test_what_was_missed_by_more_than_the_grace_is_left_out_and_said(self, desk: Desk, write: Write) -> None:
        write(f"grace_hours: 2\n{daily_at(NOW + HALF_A_DAY)}")
        missed = ago(hours=3)
        desk.make_due(missed)
        assert desk.once() == []
        there = missed.astimezone(ZoneInfo("Europe/London"))
        assert f"the run of {there:%A} {there.day} {there:%B at %H:%M} was missed by more than 2 hours" in desk.said[0]
        assert desk.due() > NOW

    def test_of_what_was_missed_more_than_once_the_latest_counts(self, desk: Desk, write: Write) -> None:
        write(f"grace_hours: 2\n{daily_at(ago(hours=1))}")
        desk.make_due(ago(hours=25))
        assert desk.once() == ["eastmere", "northvale"]
        assert not any("was missed" in line for line in desk.said)

    def test_the_next_time_is_that_of_the_schedule(self, desk: Desk, write: Write) -> None:
        write(DAILY)
        desk.make_due(ago(minutes=1))
        desk.once()
        assert f"{desk.due():%H:%M}" == "07:00"


class TestARestart:
    def test_what_is_due_is_kept(self, desk: Desk, write: Write) -> None:
        write(DAILY)
        desk.make_due(ago(hours=3))
        assert desk.due() == ago(hours=3)

    def test_a_run_that_was_cut_off_begins_again(self, desk: Desk, write: Write) -> None:
        write(DAILY)
        desk.once()
        State(desk.home).begin("daily")
        soon = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)
        assert desk.once(soon) == ["eastmere", "northvale"]
        assert desk.said[0] == "daily: the last run was cut off; it begins again."
        assert desk.once(soon) == []

    def test_an_entry_that_is_gone_is_forgotten_with_its_cut_off_run(self, desk: Desk, write: Write) -> None:
        write(DAILY)
        desk.make_due(ago(hours=1))
        State(desk.home).begin("daily")
        write("runs: [{name: weekly, plans: all, when: every Monday at 07:00}]")
        assert desk.once() == []
        assert State(desk.home).cut_off() == []

    def test_a_job_that_is_due_too_late_after_a_wrong_clock_is_brought_forward(self, desk: Desk, write: Write) -> None:
        write(DAILY)
        desk.make_due(NOW + dt.timedelta(days=900))
        assert desk.due() < NOW + dt.timedelta(days=2)

    def test_a_damaged_store_is_begun_anew(self, desk: Desk, write: Write) -> None:
        write(DAILY)
        desk.once()
        State(desk.home).jobs.write_bytes(b"not a database at all" * 100)
        assert desk.due() > NOW

    def test_a_second_scheduler_of_the_same_workspace_is_refused(self, desk: Desk, write: Write) -> None:
        write(DAILY)
        with (
            desk.open(),
            pytest.raises(ScheduleBusy, match=r"is at work in .* already \(process \d+, since "),
            desk.open(),
        ):
            pass
        with desk.open():
            pass


class TestANewSchedule:
    def test_is_taken_up_while_the_scheduler_is_at_work(self, desk: Desk, write: Write) -> None:
        write(DAILY)
        with desk.open() as daemon:
            daemon.look()
            write("runs: [{name: weekly, plans: eastmere, when: every Monday at 07:00}]")
            daemon.look()
            assert [job.id for job in daemon.scheduler.get_jobs(jobs.RUNS)] == ["weekly"]
        assert desk.said == ["The schedule was changed, and is in force: 1 in it."]

    def test_that_cannot_be_used_is_said_once_and_the_last_one_stays(self, desk: Desk, write: Write) -> None:
        write(DAILY)
        with desk.open() as daemon:
            write("runs: [{name: weekly, plans: nowhere, when: every Monday at 07:00}]")
            daemon.look()
            daemon.look()
            assert [job.id for job in daemon.scheduler.get_jobs(jobs.RUNS)] == ["daily"]
        (said,) = desk.said
        assert said.startswith("The schedule was changed and cannot be used; the last one stays in force.\n")
        assert "key runs.0.plans.0: there is no plan of this name" in said

    def test_leaves_a_job_due_whose_time_is_the_same(self, desk: Desk, write: Write) -> None:
        write(DAILY)
        desk.make_due(ago(hours=1))
        write("runs: [{name: daily, plans: eastmere, when: every day at 07:00}]")
        assert desk.once() == ["eastmere"]

    def test_sets_a_job_whose_time_is_another_anew(self, desk: Desk, write: Write) -> None:
        write(DAILY)
        desk.make_due(ago(hours=1))
        write("runs: [{name: daily, plans: all, when: every day at 08:00}]")
        assert desk.once() == []
        assert f"{desk.due():%H:%M}" == "08:00"

    def test_that_cannot_be_used_at_the_start_is_refused(self, desk: Desk, write: Write) -> None:
        write("runs: []")
        with pytest.raises(InputRefused, match=r"key runs: should not be empty"):
            desk.open()


class TestWatchedPlans:
    def test_are_run_when_a_file_changed_and_not_otherwise(self, desk: Desk, write: Write) -> None:
        write(WATCHED)
        assert desk.once() == ["eastmere"]
        assert desk.once() == []
        (desk.home / "data" / "raw" / "eastmere" / "new.csv").write_text("a", encoding="utf-8")
        assert desk.once() == ["eastmere"]

    def test_are_not_run_while_a_file_is_being_written(self, desk: Desk, write: Write) -> None:
        write(WATCHED)
        file = desk.home / "data" / "raw" / "eastmere" / "new.csv"
        assert desk.once(wait=lambda _seconds: file.write_text("half", encoding="utf-8") and None) == []
        assert desk.said == ["new files: files of eastmere are still being written; they are looked at next time."]

    def test_are_run_by_a_scheduler_that_stays_once_they_are_quiet(self, desk: Desk, write: Write) -> None:
        write(WATCHED)
        with desk.open() as daemon:
            daemon.look(0.0)
            daemon.look(29.0)
            assert daemon.scheduler.get_jobs(jobs.PASSING) == []
            daemon.look(30.0)
            daemon.look(60.0)
            (job,) = daemon.scheduler.get_jobs(jobs.PASSING)
            assert job.kwargs["plans"] == ["eastmere"]


class TestHowPlansCameOut:
    @pytest.mark.parametrize(
        ("answer", "said"),
        [
            ({"end": "built", "record": STARTED}, "daily: eastmere has a new strategy."),
            ({"end": "fresh"}, "daily: eastmere is up to date, nothing to do."),
            ({"end": "failed", "cause": "Why.", "code": 2}, "daily: eastmere could not be finished. Why."),
            ({"end": "refused", "cause": "a.csv, row 3", "code": 3}, "daily: eastmere was refused. a.csv, row 3"),
            ({"end": "fault", "code": 1}, "daily: eastmere could not be finished."),
            (
                {"code": 3},
                "daily: eastmere was refused. Type `workforce check eastmere` to see what is wrong and where.",
            ),
            ({"code": 0}, "daily: eastmere is up to date, nothing to do."),
            ({"code": 0, "record": STARTED}, "daily: eastmere has a new strategy."),
            (
                {"code": 9},
                "daily: eastmere could not be finished. The run ended with code 9 and left no account of why.",
            ),
        ],
    )
    def test_is_said_and_written_down(self, desk: Desk, write: Write, answer: dict[str, Any], said: str) -> None:
        write("runs: [{name: daily, plans: eastmere, when: every day at 07:00}]")
        desk.make_due(ago(hours=1))
        desk.answer(eastmere=answer)
        desk.once()
        assert desk.said == [said]
        (line,) = json_lines.read(State(desk.home).log)
        assert (line["entry"], line["plan"]) == ("daily", "eastmere")

    def test_a_plan_that_is_gone_is_refused(self, desk: Desk, write: Write) -> None:
        write("runs: [{name: daily, plans: eastmere, when: every day at 07:00}]")
        desk.make_due(ago(hours=1))
        desk.answer(eastmere={"code": 2})
        with desk.open() as daemon:
            (desk.home / "data" / "raw" / "eastmere" / "plan.yaml").unlink()
            daemon.once(NOW)
        assert desk.said == ["daily: eastmere was refused. There is no plan of this name in data/raw any more."]

    def test_a_plan_that_somebody_else_is_running_is_tried_again_later(self, desk: Desk, write: Write) -> None:
        write(DAILY)
        desk.make_due(ago(hours=1))
        desk.answer(eastmere={"end": "busy"}, northvale={"end": "fresh"})
        with desk.open() as daemon:
            daemon.once(NOW)
            (job,) = daemon.scheduler.get_jobs(jobs.PASSING)
            assert job.kwargs["plans"] == ["eastmere"]
            wait = job.next_run_time - dt.datetime.now(dt.UTC)
            assert dt.timedelta(minutes=4) < wait <= dt.timedelta(minutes=5)
        assert State(desk.home).cut_off() == ["daily"]

    def test_a_run_that_was_killed_is_told_from_its_signal(self, desk: Desk, write: Write) -> None:
        write("runs: [{name: daily, plans: eastmere, when: every day at 07:00}]")
        desk.make_due(ago(hours=1))
        json_lines.append(desk.home / "data/processed/eastmere/log.jsonl", {"stage": "run", "state": "running"})
        script = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
        with Daemon(desk.home, [sys.executable, "-c", script], desk.said.append) as daemon:
            daemon.once(NOW)
        assert "ended by signal 9 and left no account of why; the machine may have run out of memory." in desk.said[0]

    def test_what_a_run_printed_is_kept(self, desk: Desk, write: Write) -> None:
        write(DAILY)
        desk.make_due(ago(hours=1))
        (desk.home / "answers.json").write_text("{}", encoding="utf-8")
        desk.once()
        assert "KeyError" in State(desk.home).output("daily").read_text(encoding="utf-8")
