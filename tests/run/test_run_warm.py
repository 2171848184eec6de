"""Kernels that begin with their imports done, and every way in which one cannot be had."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from tiny_workshop import Workshop, cell, write_notebook

from pipeline.run import warm
from pipeline.run.notebook import run_notebook

pytestmark = [
    pytest.mark.notebook,
    pytest.mark.skipif(not warm.possible(), reason="kernels are forked on Linux alone"),
]

LOOK = """\
import os, sys, threading
print(os.getppid())
print(sys.path, os.getcwd(), hash("staff"), os.environ["MPLBACKEND"], sorted(os.environ), threading.active_count())
print(sys.argv[1::2], sys.flags, os.getpid() == os.getpgid(0))"""


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    """A notebook that says whose child its kernel is, and then what it finds."""
    return write_notebook(tmp_path / "look.ipynb", [cell("x: int = 1  # no matter", "parameters"), cell(LOOK)])


PACKAGES = warm.PACKAGES
END_SECONDS = 30.0
"""Longest wait for a thread to see that its process has gone."""


@pytest.fixture(autouse=True)
def _own_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test begins without one, has one that is soon ready, and takes none from those that follow."""
    monkeypatch.setattr(warm, "PACKAGES", ("ipykernel.kernelapp",))
    before, warm._server = warm._server, None
    yield
    warm.end_server()
    warm._server = before


def found(notebook: Path) -> list[str]:
    """The lines that the notebook prints."""
    run_notebook(notebook, notebook.with_name("out.ipynb"), {})
    book = nbformat.read(notebook.with_name("out.ipynb"), as_version=4)
    return str(book.cells[-1].outputs[0].text).splitlines()


def server() -> warm.Server:
    """The process that has the imports, once it is ready."""
    late = time.monotonic() + 60
    while not (warm._server and warm._server.ready) and time.monotonic() < late:
        time.sleep(0.02)
    assert warm._server is not None
    assert warm._server.ready
    return warm._server


def is_warm(lines: list[str]) -> bool:
    return int(lines[0]) == server()._process.pid


def test_the_first_begins_as_ever_and_the_next_warm_and_both_find_the_same(notebook: Path) -> None:
    cold = found(notebook)
    assert int(cold[0]) == os.getpid()
    server()
    warmed = found(notebook)
    assert is_warm(warmed)
    assert warmed[1:] == cold[1:]


def test_a_strategy_made_in_warm_kernels_is_that_made_in_cold_ones(
    workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as cold:
        cold.setenv(warm.COLD, "1")
        workshop.build()
    assert warm._server is None
    monkeypatch.setattr(warm, "PACKAGES", PACKAGES)
    before = executed(workshop)
    found(write_notebook(tmp_path / "any.ipynb", [cell("x: int = 1  # no matter", "parameters"), cell(LOOK)]))
    server()
    workshop.build(force=True)
    assert executed(workshop) == before


def executed(workshop: Workshop) -> dict[str, bytes]:
    """What the notebooks became and the tables that they wrote, but for the one that names the run."""
    files = [*workshop.processed.rglob("*.ipynb"), *workshop.processed.glob("*.parquet")]
    return {path.name: path.read_bytes() for path in files if "changes" not in path.name and "moves" not in path.name}


def test_where_the_process_was_lost_a_kernel_begins_as_ever(notebook: Path) -> None:
    found(notebook)
    before = server()
    os.kill(before._process.pid, signal.SIGKILL)
    assert waited(lambda: before.lost)
    assert int(found(notebook)[0]) == os.getpid()
    assert is_warm(found(notebook) if server() else [])


def test_where_a_fork_does_not_come_a_kernel_begins_as_ever(notebook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found(notebook)
    before = server()
    os.kill(before._process.pid, signal.SIGSTOP)
    monkeypatch.setattr(warm, "FORK_SECONDS", 0.2)
    assert int(found(notebook)[0]) == os.getpid()
    # What was asked of it is unread when it goes: the connection is reset, and that is an end like any other.
    os.kill(before._process.pid, signal.SIGKILL)
    before._listener.join(END_SECONDS)
    assert not before.ready
    assert before._control.fileno() == -1


@pytest.mark.parametrize("name", ["PYTHONPATH", "OPENBLAS_NUM_THREADS"])
def test_another_environment_is_not_given_what_was_imported_in_this_one(
    notebook: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    found(notebook)
    before = server()
    monkeypatch.setenv(name, "3")
    assert int(found(notebook)[0]) == os.getpid()
    assert is_warm(found(notebook) if server() else [])
    assert before.lost


def test_code_that_has_changed_is_imported_anew(notebook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found(notebook)
    before = server()
    monkeypatch.setattr(warm, "code_stamp", lambda: (("pipeline/words.py", 1, 2),))
    assert int(found(notebook)[0]) == os.getpid()
    assert is_warm(found(notebook) if server() else [])
    assert before.lost


def test_a_kernel_that_runs_while_the_code_changes_runs_to_its_end(
    notebook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = tmp_path / "begun", tmp_path / "go-on"
    waits = (
        f"import pathlib, time\npathlib.Path({str(begun)!r}).touch()\n"
        f"while not pathlib.Path({str(go_on)!r}).exists(): time.sleep(0.02)\nprint('done')"
    )
    slow = write_notebook(tmp_path / "slow.ipynb", [cell("x: int = 1  # no matter", "parameters"), cell(waits)])
    found(notebook)
    before = server()
    with ThreadPoolExecutor(1) as beside:
        running = beside.submit(run_notebook, slow, tmp_path / "slow-out.ipynb", {})
        assert waited(begun.exists)
        monkeypatch.setattr(warm, "code_stamp", lambda: (("pipeline/words.py", 1, 2),))
        assert int(found(notebook)[0]) == os.getpid()
        assert not before.lost
        go_on.touch()
        running.result()
    assert is_warm(found(notebook) if server() else [])
    assert before.lost


def test_what_notebooks_import_of_the_pipeline_is_imported_ahead(tmp_path: Path) -> None:
    imports = "import pandas\nimport pipeline.store\nfrom pipeline.months import add_months"
    write_notebook(tmp_path / "a.ipynb", [cell(imports)])
    write_notebook(tmp_path / "b.ipynb", [cell("%matplotlib inline"), cell("from pipeline.store import Store")])
    (tmp_path / "c.ipynb").write_text("no notebook", encoding="utf-8")
    assert warm.imported(tmp_path) == ("pipeline.months", "pipeline.store")


def test_nothing_is_left_when_whoever_runs_notebooks_is_killed(notebook: Path, tmp_path: Path) -> None:
    running = tmp_path / "pid"
    waits = f"import os, pathlib, time\npathlib.Path({str(running)!r}).write_text(str(os.getpid()))\ntime.sleep(60)"
    slow = write_notebook(tmp_path / "slow.ipynb", [cell("x: int = 1  # no matter", "parameters"), cell(waits)])
    lines = [
        "import time\nfrom pathlib import Path\nfrom pipeline.run import warm",
        "warm.PACKAGES = ('ipykernel.kernelapp',)",
        "from pipeline.run.notebook import run_notebook",
        f"run_notebook(Path({str(notebook)!r}), Path({str(tmp_path / 'out.ipynb')!r}), {{}})",
        "while not warm._server.ready: time.sleep(0.02)",
        "print(warm._server._process.pid, flush=True)",
        f"run_notebook(Path({str(slow)!r}), Path({str(tmp_path / 'slow-out.ipynb')!r}), {{}})",
    ]
    with subprocess.Popen([sys.executable, "-c", "\n".join(lines)], stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        serving = int(started.stdout.readline())
        assert waited(lambda: running.is_file() and bool(running.read_text()))
        kernel = int(running.read_text())
        assert parent(kernel) == serving
        started.kill()
    assert waited(lambda: gone(serving) and gone(kernel))


def waited(happened: object, seconds: float = 30.0) -> bool:
    late = time.monotonic() + seconds
    while time.monotonic() < late:
        if happened():  # type: ignore[operator]
            return True
        time.sleep(0.02)
    return False


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True
