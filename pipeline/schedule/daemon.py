"""The scheduler of a workspace: what is due is run, what changed is noticed, and how it came out is told."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_EXECUTED,
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_MISSED,
    JobExecutionEvent,
    JobSubmissionEvent,
)

from pipeline.problems import InputRefused
from pipeline.schedule import child, jobs
from pipeline.schedule.file import SCHEDULE_FILE, Entry, ScheduleFile, load_schedule
from pipeline.schedule.outcome import Outcome
from pipeline.schedule.runs import run_entry
from pipeline.schedule.state import Snapshot, State
from pipeline.schedule.watching import Watcher, look, snapshot

Say = Callable[[str], None]
LOOK = "look"


class Daemon:
    """The scheduler of one workspace. `command` runs the plans named after it; `say` is told what happens.

    To be used as a context, in which it is the only one of its workspace: raises ScheduleBusy, and InputRefused for a
    schedule that cannot be used.
    """

    def __init__(self, home: Path, command: Sequence[str] = child.COMMAND, say: Say = print) -> None:
        self.home, self.command, self.say = home.resolve(), tuple(command), say
        self.state = State(self.home)
        self.schedule: ScheduleFile = load_schedule(self.home)
        self._written = self._signature()
        self._watcher = Watcher(self.state.handed())
        self._in_hand: dict[str, dict[str, Snapshot]] = {}
        self._held = contextlib.ExitStack()
        self._over = threading.Event()

    def __enter__(self) -> Daemon:
        with contextlib.ExitStack() as held:
            held.enter_context(self.state.lock())
            child.CHILD.ready()
            self.scheduler = jobs.new_scheduler(self.state, self.schedule.time_zone)
            held.callback(jobs.close, self.scheduler)
            _quiet()
            now = dt.datetime.now(dt.UTC)
            jobs.sync(self.scheduler, self.schedule, self.home, self.command)
            jobs.mend(self.scheduler, now)
            for name in jobs.take_up(self.scheduler, self.state, self.schedule, now):
                self.say(f"{name}: the last run was cut off; it begins again.")
            self._held = held.pop_all()
        return self

    def __exit__(self, *_error: object) -> None:
        child.CHILD.stop()
        self._held.close()

    def stay(self) -> None:
        """Carry out what is due as it falls due, until `leave` is called or the process is told to stop."""
        how_jobs_end = EVENT_JOB_EXECUTED | EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES
        self.scheduler.add_listener(self._heard, how_jobs_end)
        # It also wakes a machine that slept to what it missed: a timer for the next run would go on sleeping.
        every = self.schedule.look_every_seconds
        how = {"id": LOOK, "jobstore": jobs.PASSING, "executor": jobs.LOOKS, "coalesce": True}
        self.scheduler.add_job(self.look, "interval", seconds=every, misfire_grace_time=None, **how)
        self.scheduler.resume()
        while not self._over.wait(1.0):
            continue

    def leave(self) -> None:
        """Have `stay` return."""
        self._over.set()

    def once(self, now: dt.datetime, wait: Callable[[float], None] = time.sleep) -> list[Outcome]:
        """Carry out what is due or was missed at a moment, and what watched files ask for; how all of it came out."""
        outcomes: list[Outcome] = []
        for job in [
            job for job in self.scheduler.get_jobs(jobs.RUNS) if job.next_run_time and job.next_run_time <= now
        ]:
            if jobs.is_in_time(job, now):
                outcomes += self._run(job.kwargs)
            else:
                self._missed(job.id, job.next_run_time)
            # Kept only now: a run that is cut off is still due.
            job.modify(next_run_time=job.trigger.get_next_fire_time(now, now))
        for entry in self.schedule.runs:
            if entry.watch:
                outcomes += self._run_changed(entry, wait)
        return outcomes

    def look(self, now: float | None = None) -> None:
        """See whether the schedule or the files of a watched plan have changed, and have those plans run."""
        at = time.monotonic() if now is None else now
        self._reload()
        jobs.mend(self.scheduler, dt.datetime.now(dt.UTC))
        for entry in self.schedule.runs:
            if entry.watch and entry.name not in self._in_hand:
                due = self._due(entry, at)
                if due:
                    self._in_hand[entry.name] = due
                    jobs.run_soon(self.scheduler, "changed", self._work(entry.name, list(due)))

    def came_out(self, entry: str, outcomes: Sequence[Outcome]) -> None:
        """Say, write down and tell how the plans of an entry came out, and see to what is left of it."""
        from pipeline.schedule.notify import tell

        for outcome in outcomes:
            cause = f" {outcome.cause}" if outcome.cause else ""
            self.say(f"{entry}: {outcome.plan} {_SAID[outcome.state]}.{cause}")
            self._note(entry=entry, plan=outcome.plan, state=outcome.state, error=outcome.cause)
        try:
            self._settle(entry, outcomes)
        except OSError as error:
            self._fault(entry, error)
        tell(self.home, self.schedule.notify, outcomes, self.say)

    def _settle(self, entry: str, outcomes: Sequence[Outcome]) -> None:
        """Remember the files of watched plans that were run; have those tried again that somebody else was running."""
        left = [outcome.plan for outcome in outcomes if outcome.state in ("busy", "stopped")]
        watched = self._in_hand.pop(entry, None)
        if watched is None:
            if left and not child.CHILD.stopped:
                jobs.run_soon(self.scheduler, "again", self._work(entry, left), jobs.AGAIN)
            return
        for plan, files in watched.items():
            if plan in left:
                self._watcher.seen.pop(_key(entry, plan), None)
            else:
                self._watcher.hand(_key(entry, plan), files)
        self.state.keep_handed(self._watcher.handed)

    def _due(self, entry: Entry, now: float) -> dict[str, Snapshot]:
        """The watched plans of an entry that are to be run, with their files as they are."""
        raw = self.home / "data" / "raw"
        found = {plan: look(raw / plan) for plan in entry.plans_now(raw)}
        quiet = entry.quiet_seconds
        return {
            plan: files
            for plan, files in found.items()
            if self._watcher.is_due(_key(entry.name, plan), files, now, quiet)
        }

    def _run_changed(self, entry: Entry, wait: Callable[[float], None]) -> list[Outcome]:
        """Run the watched plans of an entry whose files differ from those last run, once they are still."""
        raw = self.home / "data" / "raw"
        changed = {plan: look(raw / plan) for plan in entry.plans_now(raw)}
        known = self._watcher.handed
        changed = {
            plan: files for plan, files in changed.items() if files and files != known.get(_key(entry.name, plan))
        }
        if not changed:
            return []
        wait(entry.quiet_seconds)
        still = {plan: files for plan, files in changed.items() if look(raw / plan) == files}
        for plan in changed.keys() - still.keys():
            self.say(f"{entry.name}: files of {plan} are still being written; they are looked at next time.")
        if not still:
            return []
        self._in_hand[entry.name] = still
        return self._run(self._work(entry.name, list(still)))

    def _run(self, given: dict[str, Any]) -> list[Outcome]:
        outcomes = run_entry(**given)
        self.came_out(given["entry"], outcomes)
        return outcomes

    def _work(self, entry: str, plans: Sequence[str]) -> dict[str, Any]:
        return jobs.work(self.home, entry, plans, self.command)

    def _reload(self) -> None:
        """Take up a schedule that was written anew; one that cannot be used is said once, and the last one stays."""
        written = self._signature()
        if written == self._written:
            return
        self._written = written
        try:
            self.schedule = load_schedule(self.home)
        except InputRefused as refused:
            self.say(f"The schedule was changed and cannot be used; the last one stays in force.\n{refused}")
            return
        jobs.sync(self.scheduler, self.schedule, self.home, self.command)
        self.say(f"The schedule was changed, and is in force: {len(self.schedule.runs)} in it.")

    def _signature(self) -> Snapshot:
        return snapshot([self.home / SCHEDULE_FILE])

    def _heard(self, event: JobExecutionEvent | JobSubmissionEvent) -> None:
        """Deal with what APScheduler says of a job."""
        entry = str(event.job_id).partition(":")[2] or str(event.job_id)
        try:
            if event.code == EVENT_JOB_MISSED:
                self._missed(entry, event.scheduled_run_time)
            elif event.code == EVENT_JOB_MAX_INSTANCES:
                self.say(f"{entry}: is due again and is still running; this time is left out.")
            elif event.code == EVENT_JOB_ERROR:
                self._let_go(entry)
                self._fault(entry, event.exception)
            elif event.job_id != LOOK:
                self.came_out(entry, event.retval)
        except Exception as error:  # Whatever goes wrong after a run, the next one is due all the same.
            self._fault(entry, error)

    def _missed(self, entry: str, due: dt.datetime) -> None:
        self.state.end(entry)
        when = due.astimezone(self.schedule.zone)
        self.say(
            f"{entry}: the run of {when:%A} {when.day} {when:%B at %H:%M} was missed by more than "
            f"{self.schedule.grace_hours:g} hours and is left out."
        )
        self._note(entry=entry, state="missed", due=when.isoformat())

    def _fault(self, entry: str, error: BaseException) -> None:
        self.say(f"{entry}: something went wrong inside the program ({type(error).__name__}: {error}).")
        self._note(entry=entry, state="fault", error=f"{type(error).__name__}: {error}")

    def _note(self, **facts: Any) -> None:
        # The same was said already: a full disk must not keep people from being told.
        with contextlib.suppress(OSError):
            self.state.note(**facts)

    def _let_go(self, entry: str) -> None:
        """Watched plans that came to no end are looked at anew: once they have been quiet again, they are run again."""
        for plan in self._in_hand.pop(entry, {}):
            self._watcher.seen.pop(_key(entry, plan), None)


_SAID = {
    "made": "has a new strategy",
    "fresh": "is up to date, nothing to do",
    "failed": "could not be finished",
    "refused": "was refused",
    "busy": "is being run by somebody else; it is tried again in a while",
    "stopped": "was stopped; it begins again when the scheduler does",
}


def _key(entry: str, plan: str) -> str:
    return f"{entry}/{plan}"


def _quiet() -> None:
    """APScheduler's own account of jobs is said here in plain words; its warnings of anything else stay."""
    logging.getLogger("apscheduler.executors").setLevel(logging.CRITICAL + 1)
    logging.getLogger("apscheduler.scheduler").addFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    return "maximum number of running" not in record.msg
