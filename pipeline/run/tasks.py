"""Stages as doit tasks: which are up to date, in what order, and side by side where they can be."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from doit.control import TaskControl
from doit.dependency import DatabaseException, Dependency, JsonDB
from doit.exceptions import TaskFailed
from doit.reporter import ZeroReporter
from doit.runner import MThreadRunner
from doit.task import Stream, Task

from pipeline.run.errors import RunError
from pipeline.run.made import Made
from pipeline.run.stages import STAGES, Stage
from pipeline.run.state import Run, StageResult
from pipeline.run.stopper import Stopper
from pipeline.run.work import carry_out
from pipeline.store import sealed, unsealed, write_text_atomic

DEPENDENCIES = ".doit.db.json"
ASKED = "it was asked for"
SIDE_BY_SIDE = max(sum(other.after == stage.after for other in STAGES) for stage in STAGES)
LAST_WAIT = 30.0
"""Seconds to wait, after an interrupt, for stages whose kernel has been ended."""


@dataclass(frozen=True)
class Event:
    """Something a run has to say of a stage, given in the thread that asked for the run."""

    stage: str
    state: Literal["running", "fresh", "built", "failed"]
    seconds: float = 0.0
    why: str = ""
    error: str = ""
    peak_memory_mb: float | None = None


Progress = Callable[[Event], None]


def run_stages(
    run: Run, stages: Sequence[Stage], *, force: bool, progress: Progress, at_once: int | None = None
) -> None:
    """Bring stages, given with all those before them, up to date. `run.results` says how each came out.

    A stage that fails stops those not yet begun; one that runs beside it is let end. Raises the first failure in
    the order of the stages.
    """
    crew = _Crew(run, force, progress)
    database = _open_database(run.processed / DEPENDENCIES)
    control = TaskControl([crew.task(stage) for stage in stages])
    control.process([stage.name for stage in stages])
    runner = MThreadRunner(
        database,
        _Reporter(crew, database),
        always_execute=force,
        stream=Stream(0),
        num_process=min(SIDE_BY_SIDE, at_once or SIDE_BY_SIDE),
    )
    try:
        runner.run_all(control.task_dispatcher())
    except BaseException:
        crew.stop()
        raise
    crew.raise_failure([stage.name for stage in stages])


def first_stale(run: Run, stages: Sequence[Stage] = STAGES) -> tuple[str, str] | None:
    """The first of these stages, those before them among them, that a run would carry out, and why; None if none."""
    database = _open_database(run.processed / DEPENDENCIES)
    for stage in stages:
        last = Made.from_values(database.get_values(stage.name))
        why = run.why_stale(stage, last, run.fingerprint(stage))
        if why or last is None:
            return stage.name, why
        run.made[stage.name] = last
    return None


def leave_as_it_is(run: Run, stages: Sequence[Stage], progress: Progress) -> None:
    """Say of stages that were all found up to date (first_stale) that they are."""
    for stage in stages:
        run.results[stage.name] = StageResult(stage.name, "fresh")
        progress(Event(stage.name, "fresh"))


class _Database(JsonDB):  # type: ignore[misc]
    """doit's own record, written whole and sealed: a run that is killed leaves no half of it, and damage is noticed."""

    def dump(self) -> None:
        write_text_atomic(Path(self.name), self.codec.encode(sealed(self._db)))

    def _load(self) -> dict[str, Any]:
        try:
            return unsealed(Path(self.name).read_text(encoding="utf-8"))
        except ValueError as error:
            raise DatabaseException(str(error)) from error


def _open_database(path: Path) -> Dependency:
    try:
        return Dependency(_Database, str(path))
    except DatabaseException:
        # It holds nothing that a run cannot make again.
        path.unlink()
        return Dependency(_Database, str(path))


@dataclass
class _Crew:
    """The stages at work: what each depends on now, what it made last, and what went wrong."""

    run: Run
    force: bool
    progress: Progress
    failures: dict[str, Exception] = field(default_factory=dict)
    now: dict[str, dict[str, str]] = field(default_factory=dict)
    last: dict[str, Made | None] = field(default_factory=dict)
    busy: list[str] = field(default_factory=list)
    stopper: Stopper = field(default_factory=Stopper)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    def task(self, stage: Stage) -> Task:
        """A stage as doit knows one. Its output is not captured: that would redirect the whole process."""
        return Task(
            stage.name,
            [lambda: self._act(stage)],
            task_dep=list(stage.after),
            uptodate=[lambda task, values: self._is_fresh(stage, values)],  # noqa: ARG005 - doit passes by these names
            io={"capture": False},
        )

    def _is_fresh(self, stage: Stage, values: Mapping[str, Any]) -> bool:
        last = Made.from_values(values)
        self.last[stage.name], self.now[stage.name] = last, self.run.fingerprint(stage)
        why = ASKED if self.force else self.run.why_stale(stage, last, self.now[stage.name])
        if last and not why:
            self.run.made[stage.name] = last
            return True
        self.run.why[stage.name] = why
        self.progress(Event(stage.name, "running", why=why))
        return False

    def _act(self, stage: Stage) -> dict[str, Any] | TaskFailed:
        with self._at_work(stage):
            try:
                made = carry_out(self.run, stage, self.now[stage.name], self.last[stage.name], self.stopper)
                with self._lock:
                    self.run.claim(stage, made)
            except Exception as error:
                self.failures[stage.name] = error
                return TaskFailed(str(error), report=False)
        return made.values()

    @contextmanager
    def _at_work(self, stage: Stage) -> Iterator[None]:
        self.busy.append(stage.name)
        try:
            yield
        finally:
            self.busy.remove(stage.name)

    def stop(self) -> None:
        """End the kernels at work and wait for their stages to let go of what they hold."""
        self.stopper.stop()
        give_up = time.monotonic() + LAST_WAIT
        while self.busy and time.monotonic() < give_up:
            time.sleep(0.05)

    def raise_failure(self, order: Sequence[str]) -> None:
        """Raise what went wrong first in the order of the stages, with the rest as notes."""
        failed = [self.failures[name] for name in order if name in self.failures]
        for other in failed[1:]:
            failed[0].add_note(str(other))
        if failed:
            raise failed[0]
        if len(self.run.results) < len(order):
            undone = [name for name in order if name not in self.run.results]
            raise RunError(f"The stages {', '.join(undone)} were not carried out, and no reason was given.")


class _Reporter(ZeroReporter):  # type: ignore[misc]
    """Passes on how each stage came out, and has each success recorded at once."""

    def __init__(self, crew: _Crew, database: Dependency) -> None:
        super().__init__(None, {})
        self._crew = crew
        self._database = database

    def skip_uptodate(self, task: Task) -> None:
        self._came_out(StageResult(task.name, "fresh"))

    def add_success(self, task: Task) -> None:
        self._database.backend.dump()
        why = self._crew.run.why[task.name]
        seconds, peak = round(task.values["seconds"], 2), task.values["peak_memory_mb"]
        self._came_out(StageResult(task.name, "built", seconds, why, peak))

    def add_failure(self, task: Task, _fail: object) -> None:
        self._came_out(StageResult(task.name, "failed", why=str(self._crew.failures.get(task.name, ""))))

    def runtime_error(self, message: str) -> None:
        raise RunError(message)

    def _came_out(self, result: StageResult) -> None:
        self._crew.run.results[result.name] = result
        error = str(self._crew.failures.get(result.name, ""))
        event = Event(result.name, result.status, result.seconds, result.why, error, result.peak_memory_mb)
        self._crew.progress(event)
