"""The door's side inside the kernel: carries the problems of a refused input out to the run that asked.

Loaded by the kernel as an IPython extension before the first cell. It must stay cheap to import.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.problems import InputRefused, Problem
from pipeline.run.memory import leave_peak

if TYPE_CHECKING:
    from IPython.core.interactiveshell import ExecutionResult

DOOR = "WORKFORCE_DOOR"
"""Environment variable, set only by the door: the folder through which the kernel answers."""
TABLES_WRITTEN = "WORKFORCE_TABLES_WRITTEN"
"""Environment variable of such a kernel: the file in which the tables its notebook writes are listed."""
PEAK = "WORKFORCE_PEAK_MEMORY"
"""Environment variable of such a kernel: the file in which it leaves the most memory that it has held."""
PROBLEMS = "problems.json"
SAME_EVERYWHERE = {"PYTHONHASHSEED": "0", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
"""Environment variables of every kernel: sets come in the same order in each, and a debugger keeps quiet."""


def at_the_door() -> bool:
    """Whether this process is a kernel that a run started, and not a notebook opened by hand."""
    return DOOR in os.environ


def load_ipython_extension(shell: Any) -> None:
    """Watch every cell of the kernel for an input that is refused, and for how much memory it took."""
    shell.events.register("post_run_cell", _keep_problems)
    if PEAK in os.environ:
        shell.events.register("post_run_cell", _keep_peak)


def _keep_problems(result: ExecutionResult) -> None:
    error = result.error_in_exec
    if isinstance(error, InputRefused):
        rows = [asdict(problem) for problem in error.problems]
        (Path(os.environ[DOOR]) / PROBLEMS).write_text(json.dumps(rows), encoding="utf-8")


def _keep_peak(_result: ExecutionResult) -> None:
    leave_peak(Path(os.environ[PEAK]))


def read_problems(folder: Path) -> tuple[Problem, ...]:
    """The problems that a kernel left in its folder; none if no input was refused."""
    path = folder / PROBLEMS
    if not path.is_file():
        return ()
    return tuple(Problem(**row) for row in json.loads(path.read_text(encoding="utf-8")))
