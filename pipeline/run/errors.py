"""What can go wrong in a run, said so that the reader knows what to do next.

A plan or input that cannot be used raises `pipeline.problems.InputRefused`; every error here is a run that
started from good input and could not be finished.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.problems import Problem


class RunError(Exception):
    """A run could not be finished. The last good report is still in place."""


@dataclass(frozen=True)
class CellPlace:
    """A place in a notebook as a person would find it.

    The cell's number counted from 1, the heading above it, and the line it stopped at (`at`, counted from 1 in the
    cell) or, where that is not known, its first line (`at` is 0).
    """

    number: int
    heading: str
    line: str
    at: int = 0

    def __str__(self) -> str:
        under = f" under “{self.heading}”" if self.heading else ""
        at = f", line {self.at}" if self.at else ""
        return f"cell {self.number}{under}{at}: {self.line}"


@dataclass(eq=False)
class NotebookFailed(RunError):
    """A notebook was refused before it ran, or did not run to its end.

    `cell` is None where no cell is to blame; `problems` holds what an InputRefused raised in a cell carried;
    `partial` is the notebook as far as it got.
    """

    notebook: Path
    cause: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    cell: CellPlace | None = None
    problems: tuple[Problem, ...] = ()
    partial: Path | None = None

    def __str__(self) -> str:
        where = f"stopped at {self.cell}" if self.cell else "could not be run"
        lines = [f"The notebook {self.notebook.name} {where}", f"Cause: {self.cause}"]
        lines += [f"  {problem}" for problem in self.problems]
        if self.parameters:
            given = ", ".join(f"{name} = {_shown(value)}" for name, value in self.parameters.items())
            lines.append(f"Parameters: {given}")
        if self.partial:
            lines.append(f"What ran is kept in {self.partial}")
        return "\n".join(lines)


class PlanBusy(RunError):
    """Another run of the same plan is under way."""

    def __init__(self, plan: str, pid: int | None, since: str | None) -> None:
        self.plan, self.pid, self.since = plan, pid, since
        who = f"process {pid}, since {since}" if pid else "another process"
        super().__init__(f"The plan {plan} is being run already ({who}). Wait for it to end, then run the plan again.")


class StageFailed(RunError):
    """A stage did not make what it should."""

    def __init__(self, stage: str, cause: str) -> None:
        self.stage, self.cause = stage, cause
        super().__init__(f"The stage {stage} failed.\nCause: {cause}")


class ReportInUse(RunError):
    """The finished report could not take its place because a file of the old one is open."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(
            f"The new report could not replace the one in {folder}. "
            "Close its files in other programs (a PDF viewer holds the file open), then run the plan again."
        )


def _shown(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        return repr(value)
