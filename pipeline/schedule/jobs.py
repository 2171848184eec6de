"""The jobs of a schedule, as APScheduler keeps them: those that have a time, in a store that outlives the process."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.job import Job
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import STATE_STOPPED
from sqlalchemy.exc import DatabaseError

from pipeline.schedule.file import Entry, ScheduleFile
from pipeline.schedule.state import State
from pipeline.schedule.trigger import WallClock

RUNS = "runs"
"""The store of jobs that have a time, and the executor of runs: one after another, so that no plan is run twice."""
PASSING = "passing"
"""The store of jobs that the next start of the scheduler makes anew."""
LOOKS = "looks"
"""The executor that looks at files."""
WORK = "pipeline.schedule.runs:run_entry"
HOUR = 3600
SOON = dt.timedelta(minutes=1)
AGAIN = dt.timedelta(minutes=5)
"""When a plan is tried again that somebody else was running."""


class OneByOne(ThreadPoolExecutor):  # type: ignore[misc]
    """Runs one after another. One that is waiting is written down as begun: it begins again if all this is cut off."""

    def __init__(self, state: State) -> None:
        super().__init__(1)
        self._state = state

    def submit_job(self, job: Job, run_times: list[dt.datetime]) -> None:
        """Take a run up, before APScheduler counts it as done."""
        self._state.begin(job.kwargs["entry"])
        super().submit_job(job, run_times)


class Scheduler(BackgroundScheduler):  # type: ignore[misc]
    """APScheduler's, but that it takes up nothing while it is shut down.

    It would hand what is due then to an executor that takes nothing any more, and count it as done. `pools` are its
    executors.
    """

    pools: dict[str, ThreadPoolExecutor]

    def _process_jobs(self) -> float | None:
        return None if self.state == STATE_STOPPED else super()._process_jobs()


def new_scheduler(state: State, zone: str) -> Scheduler:
    """A scheduler, paused, with the jobs that were kept; what is kept and cannot be read is begun anew."""
    try:
        return _opened(state, zone)
    except DatabaseError:
        # It holds nothing but when each entry is next due, which the schedule says as well.
        state.jobs.unlink()
        return _opened(state, zone)


def _opened(state: State, zone: str) -> Scheduler:
    kept = SQLAlchemyJobStore(url=f"sqlite:///{state.jobs.as_posix()}")
    pools = {RUNS: OneByOne(state), LOOKS: ThreadPoolExecutor(1)}
    scheduler = Scheduler(
        jobstores={RUNS: kept, PASSING: MemoryJobStore()},
        executors=pools,
        timezone=zone,
        daemon=True,
    )
    scheduler.pools = pools
    try:
        scheduler.start(paused=True)
    except BaseException:
        kept.engine.dispose()
        raise
    return scheduler


def work(home: Path, entry: str, plans: Sequence[str], command: Sequence[str]) -> dict[str, Any]:
    """What a job is given (runs.run_entry)."""
    return {"home": str(home), "entry": entry, "plans": list(plans), "command": list(command)}


def plans_of(entry: Entry) -> list[str]:
    """The plans of an entry as a job keeps them."""
    return [entry.plans] if isinstance(entry.plans, str) else list(entry.plans)


def sync(scheduler: BackgroundScheduler, schedule: ScheduleFile, home: Path, command: Sequence[str]) -> None:
    """Have the kept jobs be those of the schedule. One whose time is the same stays due when it was due."""
    wanted = {entry.name: entry for entry in schedule.runs if entry.when}
    there = {job.id: job for job in scheduler.get_jobs(RUNS)}
    for name in there.keys() - wanted.keys():
        scheduler.remove_job(name, RUNS)
    for name, entry in wanted.items():
        trigger = WallClock(str(entry.when), schedule.time_zone)
        how = {
            "kwargs": work(home, name, plans_of(entry), command),
            "misfire_grace_time": int(schedule.grace_hours * HOUR) or 1,
            "coalesce": True,
            "max_instances": 1,
            "executor": RUNS,
        }
        if name in there and there[name].trigger == trigger:
            there[name].modify(**how)
        else:
            scheduler.add_job(WORK, trigger, id=name, name=name, jobstore=RUNS, replace_existing=True, **how)


def is_in_time(job: Job, now: dt.datetime) -> bool:
    """Whether the latest of the times at which a job has been due is no later than its grace."""
    earliest = now - dt.timedelta(seconds=job.misfire_grace_time)
    if job.next_run_time >= earliest:
        return True
    since = job.trigger.get_next_fire_time(None, earliest)
    return since is not None and since <= now


def mend(scheduler: BackgroundScheduler, now: dt.datetime) -> None:
    """Bring forward jobs that are due later than they should be: the clock was wrong, and has been put back."""
    for job in scheduler.get_jobs(RUNS):
        next_due = job.trigger.get_next_fire_time(None, now)
        if next_due and next_due > now + SOON and job.next_run_time and job.next_run_time > next_due:
            job.modify(next_run_time=next_due)


def take_up(scheduler: BackgroundScheduler, state: State, schedule: ScheduleFile, now: dt.datetime) -> list[str]:
    """Have runs that were cut off begin again; the names of their entries."""
    timed = {entry.name for entry in schedule.runs if entry.when}
    cut_off = state.cut_off()
    for name in cut_off:
        if name in timed:
            scheduler.modify_job(name, RUNS, next_run_time=now)
        else:
            # A watched plan is found to have changed files, since it was not run to its end.
            state.end(name)
    return [name for name in cut_off if name in timed]


def run_soon(
    scheduler: BackgroundScheduler, kind: str, given: dict[str, Any], after: dt.timedelta = dt.timedelta()
) -> None:
    """Have plans run once, as soon as the runs before them are over, without a place in the store."""
    due = dt.datetime.now(dt.UTC) + after
    scheduler.add_job(
        WORK,
        "date",
        run_date=due,
        kwargs=given,
        id=f"{kind}:{given['entry']}",
        jobstore=PASSING,
        executor=RUNS,
        replace_existing=True,
        misfire_grace_time=None,
    )


def close(scheduler: Scheduler) -> None:
    """Let a scheduler end, and its store with it; what is under way is waited for."""
    scheduler.pause()
    # APScheduler would wait for its threads with its stores locked, and for ever if one of them then asks for a job.
    for pool in scheduler.pools.values():
        pool.shutdown(wait=True)
    scheduler.shutdown(wait=False)
