"""Whether a notebook ran to its end, judged by what the kernel answered for each cell, and if not, why and where."""

from __future__ import annotations

import re
import signal
from dataclasses import dataclass, field
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import strip_color

from pipeline.problems import Problem
from pipeline.run.errors import CellPlace
from pipeline.run.inside import read_problems
from pipeline.run.kernel import Kernel
from pipeline.run.stopper import Stopped, Stopper

Node = Any
"""A notebook or cell as nbformat holds it."""

INJECTED = "injected-parameters"
"""Tag of the cell that papermill adds."""
CAUSE_LINES = 6
LINE_OF_CELL = re.compile(r"Cell In\[\d+\], line (\d+)")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Fault:
    """Why a run did not end well, and at which cell of the prepared notebook."""

    cause: str
    index: int | None = None
    at: int = 0
    problems: tuple[Problem, ...] = ()

    def place(self, node: Node) -> CellPlace | None:
        """Where in the notebook it was; None where no cell is to blame."""
        return None if self.index is None else _place(node, self.index, self.at)


@dataclass
class Answers:
    """What the kernel said of each cell, by the cell's place in the notebook; `cell_timeout` is what each is given."""

    stop: Stopper
    cell_timeout: int | None
    asked: list[int] = field(default_factory=list)
    replies: dict[int, dict[str, Any]] = field(default_factory=dict)

    def ask(self, cell_index: int, **_: Any) -> None:
        """Note that the kernel is about to be asked to run a cell, unless the run has been stopped."""
        if self.stop.stopped:
            raise Stopped
        self.asked.append(cell_index)

    def answer(self, cell_index: int, execute_reply: dict[str, Any], **_: Any) -> None:
        """Note what the kernel answered."""
        self.replies[cell_index] = execute_reply["content"]

    def ran(self, index: int) -> bool:
        """Whether the kernel answered that the cell ran to its end, and goes on."""
        reply = self.replies.get(index, {})
        return reply.get("status") == "ok" and not _asked_to_exit(reply)


def _asked_to_exit(reply: dict[str, Any]) -> bool:
    return any(payload.get("source") == "ask_exit" for payload in reply.get("payload", []))


def judge(node: Node, kernel: Kernel, answers: Answers, error: Exception | None) -> Fault | None:
    """Nothing where every code cell ran and answered that it did, else the first that did not and why."""
    if answers.stop.stopped:
        return Fault("the run was stopped", answers.asked[-1] if answers.asked else None)
    code = [index for index, cell in enumerate(node.cells) if cell.cell_type == "code" and cell.source.strip()]
    failed = next((index for index in code if not answers.ran(index)), None)
    if failed is None:
        return Fault(f"after the last cell: {_why_no_answer(error, answers, kernel)}") if error else None
    reply = answers.replies.get(failed)
    cause = _why_error(reply) if reply else _why_no_answer(error, answers, kernel)
    return Fault(cause, failed, _line_reached(reply), read_problems(kernel.folder))


def _line_reached(reply: dict[str, Any] | None) -> int:
    """The line of the cell that raised; 0 where the kernel does not say."""
    told = LINE_OF_CELL.search(strip_color("\n".join((reply or {}).get("traceback", []))))
    return int(told[1]) if told else 0


def _why_error(reply: dict[str, Any]) -> str:
    if _asked_to_exit(reply):
        return "the cell called exit() or quit(); a notebook must run to its last cell"
    name, value = reply.get("ename", "the cell was not run"), strip_color(reply.get("evalue", ""))
    if name == "SystemExit":
        return f"the cell called sys.exit({value}); a notebook must run to its last cell"
    if name == "InputRefused":
        return "the input cannot be used:"
    lines = f"{name}: {value}".removesuffix(": ").splitlines()
    return "\n".join(lines[:CAUSE_LINES] + (["…"] if len(lines) > CAUSE_LINES else []))


def _why_no_answer(error: Exception | None, answers: Answers, kernel: Kernel) -> str:
    if isinstance(error, CellTimeoutError):
        late = "IOPub" in str(error)
        return "its output did not arrive" if late else f"the cell took longer than its {answers.cell_timeout} seconds"
    if isinstance(error, DeadKernelError):
        return f"the Python process that ran the cell {_how_it_ended(kernel.exit_code)}"
    return f"{type(error).__name__}: {error}" if error else "the cell was not run"


def _how_it_ended(exit_code: int | None) -> str:
    if exit_code is None or exit_code >= 0:
        return f"ended before the cell did (exit code {exit_code})"
    if -exit_code == getattr(signal, "SIGKILL", None):
        return "was killed; most often the machine has run out of memory"
    return f"was ended by signal {-exit_code}"


def _place(node: Node, index: int, at: int) -> CellPlace:
    """The cell as the notebook's reader counts: the cell that papermill adds is not theirs."""
    own = [cell for cell in node.cells[:index] if INJECTED not in cell.metadata.get("tags", [])]
    words = "\n".join(cell.source for cell in own if cell.cell_type == "markdown")
    heading = (HEADING.findall(words) or [""])[-1]
    lines = [line.strip() for line in node.cells[index].source.splitlines()]
    if 0 < at <= len(lines):
        return CellPlace(len(own) + 1, heading, lines[at - 1], at)
    return CellPlace(len(own) + 1, heading, next((line for line in lines if line), ""))
