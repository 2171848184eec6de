"""The one door to papermill: runs a notebook to its end, or says plainly why it did not end.

papermill's own account of a run is not taken at its word: it reports cells of a killed kernel as completed and
passes over `sys.exit(0)`. What ran is what the kernel answered for, cell by cell.
"""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import nbformat
from jupyter_core.utils import ensure_event_loop
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from pipeline.run.errors import NotebookFailed
from pipeline.run.kernel import KERNEL_NAME, QUIET, Kernel, new_kernel
from pipeline.run.parameters import ParametersRefused, check, declared
from pipeline.run.stopper import Stopper
from pipeline.run.verdict import INJECTED, Answers, Fault, Node, judge
from pipeline.store import write_text_atomic

Result = TypeVar("Result")

LAUNCHES = 2
OUTPUT_WAIT = 60
"""Seconds a cell's output may lag behind its end; a busy machine needs more than nbclient's four."""


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
    place = fault.place(node) if fault else None
    if fault and not place:
        raise NotebookFailed(notebook, fault.cause, dict(parameters))
    write_text_atomic(partial, _text(_tidy(node, notebook, parameters)))
    if fault:
        raise NotebookFailed(notebook, fault.cause, dict(parameters), place, fault.problems, partial)
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


class _Door(Engine):  # type: ignore[misc]
    """papermill's engine with our kernel, our folder for it to work in, and our record of what it answered."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, *, run: _Run, kernel: Kernel, answers: Answers, **_: Any
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
        except (KeyboardInterrupt, SystemExit):
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


def _attempts(run: _Run, stop: Stopper) -> Fault | None:
    """One run, and a second if the kernel could not be started: nothing of the notebook has happened then."""
    cause = ""
    for launch in range(LAUNCHES):
        with new_kernel(run.environment, warm=launch == 0) as kernel, stop.watch(kernel):
            answers = Answers(stop, run.cell_timeout)
            error = _execute(run, kernel, answers)
            if answers.asked or error is None or stop.stopped:
                return judge(run.node, kernel, answers, error)
            cause = kernel.last_words() or str(error) or type(error).__name__
    return Fault(f"the Python that runs notebooks could not be started (tried {LAUNCHES} times): {cause}")


def _execute(run: _Run, kernel: Kernel, answers: Answers) -> Exception | None:
    try:
        _Door.execute_notebook(
            run.node, KERNEL_NAME, progress_bar=False, autosave_cell_every=0, run=run, kernel=kernel, answers=answers
        )
    except Exception as error:
        return error
    finally:
        kernel.close()
    return None


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
