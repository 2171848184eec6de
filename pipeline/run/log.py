"""The log of a plan's runs: data/processed/<plan>/log.jsonl, one JSON object for each thing that happened.

Every line has `time` (ISO, with the offset of the clock), `run`, `plan`, `stage` (`run` for the run as a whole),
`state`, `seconds`, `why`, `error` and `peak_memory_mb`. The last line of a run has its `cause` as well: what went wrong
in words that hold nothing of the input, so that they may be sent.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.plan import PLAN_FILE, SAFE_NAME
from pipeline.problems import InputRefused, Problem
from pipeline.run import json_lines
from pipeline.run.errors import NotebookFailed, PlanBusy, RunError, StageFailed

if TYPE_CHECKING:
    from pipeline.run.tasks import Event

LOG = "log.jsonl"
WHOLE = "run"
"""What stands as the stage of a line about the run as a whole."""
ENDS = ("built", "fresh", "failed", "refused", "busy", "stopped", "fault")
"""How a run can end."""
LONGEST = 4000
"""Letters of an error that are written down."""
PLACES = 3
"""Places of a refused input that a cause names before it counts the rest."""


@dataclass
class RunLog:
    """The log of one plan, told what one run does. `path` is None where the plan's name is none for a folder."""

    path: Path | None
    plan: str
    run: str = ""
    end: str = "built"
    started: float = field(default_factory=time.monotonic)

    def begin(self, run_id: str) -> None:
        """The run begins, holding the plan's lock: the one moment at which nobody else puts the file aside."""
        self.run = run_id
        if self.path:
            _spared(lambda path: json_lines.rotate(path), self.path)
        self._write(WHOLE, "running")

    def tell(self, event: Event) -> None:
        """A stage has begun or come out."""
        self._write(event.stage, event.state, event.seconds, event.why, event.error, event.peak_memory_mb)

    def ended(self, state: str, error: str = "", cause: str = "") -> None:
        """The run is over."""
        self._write(WHOLE, state, time.monotonic() - self.started, "", error, None, {"cause": cause})

    def _write(
        self,
        stage: str,
        state: str,
        seconds: float = 0.0,
        why: str = "",
        error: str = "",
        peak: float | None = None,
        more: dict[str, Any] | None = None,
    ) -> None:
        if self.path is None or not self.path.parent.is_dir():
            # A plan that is refused before it ever ran leaves nothing behind.
            return
        now = dt.datetime.now().astimezone().isoformat(timespec="milliseconds")
        facts = {"time": now, "run": self.run, "plan": self.plan, "stage": stage, "state": state}
        told = {"seconds": round(seconds, 2), "why": why, "error": error[:LONGEST], "peak_memory_mb": peak}
        _spared(lambda path: json_lines.append(path, {**facts, **told, **(more or {})}), self.path)


@contextmanager
def logged(processed_root: Path, plan_folder: Path) -> Iterator[RunLog]:
    """The log of a run that is about to begin; how the block ends is written down as how the run ended."""
    folder = (plan_folder.parent if plan_folder.name == PLAN_FILE else plan_folder).resolve()
    log = RunLog(processed_root / folder.name / LOG if SAFE_NAME.match(folder.name) else None, folder.name)
    try:
        yield log
    except BaseException as error:
        log.ended(end_of(error), str(error) or type(error).__name__, cause_of(error))
        raise
    log.ended(log.end)


def end_of(error: BaseException) -> str:
    """How a run ended that an error ended."""
    ends = {InputRefused: "refused", PlanBusy: "busy", RunError: "failed", Exception: "fault"}
    return next((end for kind, end in ends.items() if isinstance(error, kind)), "stopped")


def cause_of(error: BaseException) -> str:
    """Why a run ended, in a few lines without anything that was found in an input: no cell, no value, no label."""
    if isinstance(error, InputRefused):
        return _refusal(error.problems)
    if isinstance(error, NotebookFailed):
        where = f"cell {error.cell.number}" if error.cell else "its start"
        kind = error.cause.split(":")[0].split("\n")[0]
        said = f" ({kind})" if kind.isidentifier() else ""
        return f"The notebook {error.notebook.name} stopped at {where}{said}."
    if isinstance(error, StageFailed):
        return f"The stage {error.stage} failed."
    if isinstance(error, RunError):
        return str(error)
    return f"Something went wrong inside the program ({type(error).__name__})." if isinstance(error, Exception) else ""


def last_end(processed: Path) -> dict[str, Any]:
    """The line with which the last run of a plan ended; empty where none is known."""
    found: dict[str, Any] = {}
    for facts in json_lines.read(processed / LOG):
        if facts.get("stage") == WHOLE and facts.get("state") in ENDS:
            found = facts
    return found


def _refusal(problems: tuple[Problem, ...]) -> str:
    places = list(dict.fromkeys(map(_place, problems)))
    more = f", and {len(places) - PLACES} more places" if len(places) > PLACES else ""
    number = f"{len(problems)} problems" if len(problems) > 1 else "1 problem"
    return f"{number} in what was sent: {'; '.join(places[:PLACES])}{more}."


def _place(problem: Problem) -> str:
    """Where a problem is: the file without its folders, sheet, row or cell, and key of plan.yaml."""
    parts = [Path(problem.file).name, f"sheet {problem.sheet}" if problem.sheet else ""]
    parts += [f"cell {problem.cell}" if problem.cell else f"row {problem.row}" if problem.row else ""]
    parts += [f"key {problem.key}" if problem.key else ""]
    return ", ".join(part for part in parts if part)


def _spared(write: Callable[[Path], None], path: Path) -> None:
    """Write to the log; a disk that does not take it is said, and does not stop a run that may still end well."""
    try:
        write(path)
    except OSError as error:
        logging.getLogger(__name__).warning("The log %s could not be written: %s", path, error)
