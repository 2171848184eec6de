"""The one door to papermill: runs a notebook to its end, or says plainly why it did not end.

papermill's own account of a run is not taken at its word: it reports cells of a killed kernel as completed and
passes over `sys.exit(0)`. What ran is what the kernel answered for, cell by cell.
"""

from __future__ import annotations

import asyncio
import copy
import json
import re
import signal
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import nbformat
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine
from papermill.exceptions import strip_color
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from pipeline.problems import Problem
from pipeline.run.errors import CellPlace, NotebookFailed
from pipeline.run.inside import read_problems
from pipeline.run.kernel import KERNEL_NAME, QUIET, Kernel, new_kernel
from pipeline.run.parameters import ParametersRefused, check, declared
from pipeline.run.stopper import Stopped, Stopper
from pipeline.store import write_text_atomic

Node = Any
"""A notebook or cell as nbformat holds it."""
Result = TypeVar("Result")

INJECTED = "injected-parameters"
LAUNCHES = 2
OUTPUT_WAIT = 60
"""Seconds a cell's output may lag behind its end; a busy machine needs more than nbclient's four."""
CAUSE_LINES = 6
LINE_OF_CELL = re.compile(r"Cell In\[\d+\], line (\d+)")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*$", re.MULTILINE)


def run_notebook(
    notebook: Path,
    output: Path,
    parameters: Mapping[str, object],
    *,
    cell_timeout: int | None = None,
    start_timeout: int = 60,
    environment: Mapping[str, str] | None = None,
    stopper: Stopper | None = None,
) -> None:
    """Run a notebook with parameters and write what it became to `output`, whole or not at all.

    The kernel is this Python, working in the notebook's own folder; timeouts are in seconds, `environment` is
    added to the kernel's. Raises NotebookFailed, leaving an earlier `output` as it was and what ran in
    `*.partial.ipynb` beside it.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    partial = output.with_suffix(".partial.ipynb")
    partial.unlink(missing_ok=True)
    node = _prepared(notebook, parameters)
    run = _Run(node, notebook, dict(parameters), cell_timeout, start_timeout, dict(environment or {}))
    fault = _in_own_thread(lambda stop: _attempts(run, stop), stopper or Stopper())
    write_text_atomic(partial, _text(_tidy(node, notebook, parameters)))
    if fault:
        raise NotebookFailed(
            notebook, fault.cause, dict(parameters), fault.place(node), problems=fault.problems, partial=partial
        )
    partial.replace(output)


@dataclass
class _Run:
    """One notebook to run and how."""

    node: Node
    notebook: Path
    parameters: dict[str, object]
    cell_timeout: int | None
    start_timeout: int
    environment: dict[str, str]


@dataclass(frozen=True)
class _Fault:
    """Why a run did not end well, and at which cell of the prepared notebook."""

    cause: str
    index: int | None = None
    at: int = 0
    problems: tuple[Problem, ...] = ()

    def place(self, node: Node) -> CellPlace | None:
        return None if self.index is None else _place(node, self.index, self.at)


@dataclass
class _Answers:
    """What the kernel said of each cell, by the cell's place in the notebook."""

    stop: Stopper
    asked: list[int] = field(default_factory=list)
    replies: dict[int, dict[str, Any]] = field(default_factory=dict)

    def ask(self, cell_index: int, **_: Any) -> None:
        if self.stop.stopped:
            raise Stopped
        self.asked.append(cell_index)

    def answer(self, cell_index: int, execute_reply: dict[str, Any], **_: Any) -> None:
        self.replies[cell_index] = execute_reply["content"]

    def ran(self, index: int) -> bool:
        reply = self.replies.get(index, {})
        return reply.get("status") == "ok" and not _asked_to_exit(reply)


def _asked_to_exit(reply: dict[str, Any]) -> bool:
    return any(payload.get("source") == "ask_exit" for payload in reply.get("payload", []))


class _Door(Engine):  # type: ignore[misc]
    """papermill's engine with our kernel, our folder for it to work in, and our record of what it answered."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, *, run: _Run, kernel: Kernel, answers: _Answers, **_: Any
    ) -> None:
        client = PapermillNotebookClient(
            nb_man,
            km=kernel.manager,
            kernel_name=kernel_name,
            log=QUIET,
            timeout=run.cell_timeout,
            startup_timeout=run.start_timeout,
            iopub_timeout=OUTPUT_WAIT,
            force_raise_errors=True,
            record_timing=False,
            skip_cells_with_tag="",
            shutdown_kernel="immediate",
            on_cell_execute=answers.ask,
            on_cell_executed=answers.answer,
        )
        client.execute(cleanup_kc=True, cwd=str(run.notebook.resolve().parent), **kernel.launch)


def _prepared(notebook: Path, parameters: Mapping[str, object]) -> Node:
    """The notebook with its parameters in place; refused before anything runs if they do not fit."""
    try:
        node = load_notebook_node(_read(notebook))
        check(parameters, declared(node.cells))
    except FileNotFoundError as error:
        raise NotebookFailed(notebook, f"there is no such file (looked for {notebook})", parameters) from error
    except ParametersRefused as error:
        raise NotebookFailed(notebook, str(error), parameters) from error
    except (_NotANotebook, ValueError, nbformat.ValidationError) as error:
        raise NotebookFailed(notebook, "the file is not a whole Jupyter notebook", parameters) from error
    if parameters:
        node = parameterize_notebook(node, dict(parameters), kernel_name=KERNEL_NAME, language="python")
    return node


class _NotANotebook(Exception):
    """JSON that is not a notebook of the format that papermill runs."""


def _read(notebook: Path) -> Node:
    text = notebook.read_text(encoding="utf-8")
    raw = json.loads(text)
    if not isinstance(raw, dict) or raw.get("nbformat") != nbformat.current_nbformat or "cells" not in raw:
        raise _NotANotebook
    return nbformat.reads(text, as_version=nbformat.current_nbformat)  # type: ignore[no-untyped-call]


def _text(node: Node) -> str:
    return f"{nbformat.writes(node)}\n"  # type: ignore[no-untyped-call]


def _in_own_thread(work: Callable[[Stopper], Result], stop: Stopper) -> Result:
    """Run `work` in a thread with an event loop of its own.

    The caller may have a loop running, as JupyterLab has, and its signal handlers stay its own. An interrupt
    of the caller ends the kernel and then the thread.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="notebook") as pool:
        future = pool.submit(_with_loop, lambda: work(stop))
        try:
            return future.result()
        except BaseException:
            stop.stop()
            raise


def _with_loop(work: Callable[[], Result]) -> Result:
    loop = ensure_event_loop(prefer_selector_loop=True)
    try:
        return work()
    finally:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        if left:
            loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
        asyncio.set_event_loop(None)


def _attempts(run: _Run, stop: Stopper) -> _Fault | None:
    """One run, and a second if the kernel could not be started: nothing of the notebook has happened then."""
    cause = ""
    for _ in range(LAUNCHES):
        with new_kernel(run.environment) as kernel, stop.watch(kernel):
            answers = _Answers(stop)
            error = _execute(run, kernel, answers)
            if answers.asked or error is None or stop.stopped:
                return _judge(run, kernel, answers, error)
            cause = kernel.last_words() or str(error) or type(error).__name__
    return _Fault(f"the Python that runs notebooks could not be started (tried {LAUNCHES} times): {cause}")


def _execute(run: _Run, kernel: Kernel, answers: _Answers) -> Exception | None:
    try:
        _Door.execute_notebook(
            run.node, KERNEL_NAME, progress_bar=False, autosave_cell_every=0, run=run, kernel=kernel, answers=answers
        )
    except Exception as error:
        return error
    finally:
        kernel.close()
    return None


def _judge(run: _Run, kernel: Kernel, answers: _Answers, error: Exception | None) -> _Fault | None:
    """Nothing where every code cell ran and answered that it did, else the first that did not and why."""
    if answers.stop.stopped:
        return _Fault("the run was stopped", answers.asked[-1] if answers.asked else None)
    code = [index for index, cell in enumerate(run.node.cells) if cell.cell_type == "code" and cell.source.strip()]
    failed = next((index for index in code if not answers.ran(index)), None)
    if failed is None:
        return _Fault(f"after the last cell: {_why_no_answer(error, run, kernel)}") if error else None
    reply = answers.replies.get(failed)
    cause = _why_error(reply) if reply else _why_no_answer(error, run, kernel)
    return _Fault(cause, failed, _line_reached(reply), read_problems(kernel.folder))


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


def _why_no_answer(error: Exception | None, run: _Run, kernel: Kernel) -> str:
    if isinstance(error, CellTimeoutError):
        return f"the cell took longer than the {run.cell_timeout} seconds it is given"
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


def _tidy(node: Node, notebook: Path, parameters: Mapping[str, object]) -> Node:
    """The executed notebook without times and paths of this machine: the same run writes the same bytes."""
    tidy = copy.deepcopy(node)
    tidy.metadata.pop("papermill", None)
    tidy.metadata["workforce"] = {"notebook": notebook.name, "parameters": json.loads(json.dumps(dict(parameters)))}
    for cell in tidy.cells:
        for timing in ("papermill", "execution"):
            cell.metadata.pop(timing, None)
        if INJECTED in cell.metadata.get("tags", []):
            cell["id"] = INJECTED
        if not cell.metadata.get("tags", True):
            cell.metadata.pop("tags")
    return tidy
