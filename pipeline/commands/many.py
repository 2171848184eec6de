"""Making the strategies of several plans side by side, and saying of each how it came out."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from pipeline.commands.making import leave_one, run_one
from pipeline.commands.plans import DONE, FAILED, NOTEBOOKS, attempt, code_now, find_plan
from pipeline.console import say
from pipeline.problems import InputRefused
from pipeline.run.errors import RunError
from pipeline.run.imports import CodeSnapshot
from pipeline.run.record import changed_notebooks


@dataclass(frozen=True)
class Making:
    """What is asked of every plan: as the options of `workforce run`.

    `home` is the folder it is asked from, `shared` the address of a workspace in shared storage, if that is where plans
    are, and `at_once` how many notebooks of a plan may run at the same time.
    """

    stage: str | None
    force: bool
    out: Path | None
    write_marked: bool
    home: Path
    shared: str = ""
    at_once: int | None = None


class Job(NamedTuple):
    """One plan and what is asked of it."""

    plan: str
    making: Making


class Said(NamedTuple):
    """How a plan came out: its exit code, and what there is to say of it on either stream."""

    code: int
    out: str
    error: str


def make(job: Job) -> int:
    """Make one plan's strategy here, saying how it goes; its exit code."""
    how = job.making
    if how.shared:
        from pipeline.commands.sharing import with_shared

        return with_shared(how.shared, job.plan, how.home, lambda: _make(job))
    return _make(job)


def _make(job: Job) -> int:
    how = job.making
    return attempt(
        job.plan, lambda folder: run_one(folder, how.stage, how.force, how.out, how.at_once), how.write_marked
    )


def make_elsewhere(job: Job) -> Said:
    """The same in a worker, which has no terminal and does one thing at a time."""
    out, error = io.StringIO(), io.StringIO()
    with contextlib.chdir(job.making.home), contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
        code = make(job)
    return Said(code, out.getvalue(), error.getvalue())


def make_all(plans: Sequence[str], making: Making, workers: int | None, address: str) -> Iterator[int]:
    """The exit code of every plan, those that are up to date or refused first, then each as it is done.

    `workers` are processes of this machine: as many as it has processors where None, and none but this one where 0.
    """
    jobs = [Job(plan, making) for plan in plans]
    if len(jobs) < 2 and not address:
        yield from map(make, jobs)
        return
    waiting = []
    code, changed = code_now(), changed_notebooks(NOTEBOOKS)
    for job in jobs:
        settled = _settle(job, code, changed)
        if settled is None:
            waiting.append(job)
        else:
            yield settled
    count = workers if workers is not None else min(len(waiting), os.cpu_count() or 1)
    if waiting and (address or count):
        yield from _shared_out(waiting, count, address)
    else:
        yield from map(make, waiting)


def _settle(job: Job, code: CodeSnapshot, changed: Sequence[str]) -> int | None:
    """The exit code of a plan that is up to date or refused, which is said; None of one that is to be made."""
    how = job.making
    if how.force or how.shared:
        return None
    try:
        return DONE if leave_one(find_plan(job.plan), how.stage, how.out, code, changed) else None
    except (InputRefused, RunError):
        return make(job)


def _shared_out(jobs: Sequence[Job], workers: int, address: str) -> Iterator[int]:
    from pipeline.run.fan_out import WorkersLost, fan_out

    processors = max(1, (os.cpu_count() or 1) // workers) if workers else None
    asked = [job._replace(making=replace(job.making, at_once=processors)) for job in jobs]
    for job, done in fan_out(asked, make_elsewhere, workers=workers, address=address):
        if isinstance(done, WorkersLost):
            say(f"{job.plan}: failed. {done} Its last good strategy stays.", to=sys.stderr)
            yield FAILED
            continue
        say(done.error, end="", to=sys.stderr)
        say(done.out, end="")
        yield done.code
