"""Every way a notebook can end badly, done to a real kernel."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import pytest
from tiny_workshop import cell, write_notebook

from pipeline.problems import Problem
from pipeline.run import kernel
from pipeline.run.errors import NotebookFailed
from pipeline.run.notebook import run_notebook
from pipeline.run.stopper import Stopper

pytestmark = pytest.mark.notebook

GIVEN = "words: str = 'none'  # what to say\ntimes: int = 1  # how often\n"
POSIX = os.name == "posix"


@dataclass
class Desk:
    """A folder with a notebook to run and a place for what it becomes."""

    folder: Path
    cells: list[dict[str, Any]] = field(default_factory=list)

    @property
    def notebook(self) -> Path:
        return self.folder / "notebooks" / "staff.ipynb"

    @property
    def output(self) -> Path:
        return self.folder / "out" / "staff.ipynb"

    @property
    def partial(self) -> Path:
        return self.folder / "out" / "staff.partial.ipynb"

    def write(self, *sources: str, tags: tuple[str, ...] = ()) -> None:
        title = cell("# Workforce\n\nWords.\n\n## Staff by pillar", kind="markdown")
        write_notebook(self.notebook, [cell(GIVEN, "parameters"), title, *(cell(each, *tags) for each in sources)])

    def run(self, *sources: str, tags: tuple[str, ...] = (), **how: Any) -> None:
        self.write(*sources, tags=tags)
        run_notebook(self.notebook, self.output, how.pop("parameters", {"words": "hello"}), **how)

    def failure(self, *sources: str, tags: tuple[str, ...] = (), **how: Any) -> NotebookFailed:
        with pytest.raises(NotebookFailed) as failed:
            self.run(*sources, tags=tags, **how)
        return failed.value


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def printed(path: Path) -> list[str]:
    book = nbformat.read(path, as_version=4)
    return [output["text"].strip() for each in book.cells for output in each.get("outputs", []) if "text" in output]


LOOK = """\
import json, os, pathlib, sys
door = pathlib.Path(os.environ['WORKFORCE_DOOR'])
print(json.dumps({
    'words': words, 'times': times, 'cwd': os.getcwd(), 'python': sys.executable,
    'transport': json.loads((door / 'kernel.json').read_text())['transport'],
    'history': get_ipython().history_manager.enabled, 'started': os.environ.get('USER_STARTUP', 'not run'),
    'door': str(door), 'said': os.environ['SAID'],
}))"""


@dataclass
class Looked:
    """What a notebook saw of the world it ran in, and the world afterwards."""

    desk: Desk
    saw: dict[str, Any]
    home: Path
    cwds: set[Path]
    before: tuple[Any, ...]
    after: tuple[Any, ...]


def process_state() -> tuple[Any, ...]:
    handlers = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    return Path.cwd(), dict(os.environ), handlers


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looked]:
    """One run on a machine whose user has a kernel of the same name, a start-up file and a profile of their own."""
    folder = tmp_path_factory.mktemp("looked")
    other = folder / "jupyter" / "kernels" / "python3"
    other.mkdir(parents=True)
    spec = {"argv": ["/no/such/python", "-f", "{connection_file}"], "display_name": "Other", "language": "python"}
    (other / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    startup = folder / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    marked = "import os\nos.environ['USER_STARTUP'] = 'run'\n"
    (startup / "mine.py").write_text(marked, encoding="utf-8")
    (folder / "startup.py").write_text(marked, encoding="utf-8")
    home = folder / "home"
    home.mkdir()
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("JUPYTER_PATH", str(folder / "jupyter"))
        patched.setenv("IPYTHONDIR", str(folder / "ipython"))
        patched.setenv("PYTHONSTARTUP", str(folder / "startup.py"))
        patched.setenv("HOME", str(home))
        desk = Desk(folder)
        desk.write(LOOK)
        before = process_state()
        ended, cwds = threading.Event(), set()
        watch = threading.Thread(target=lambda: [cwds.add(Path.cwd()) for _ in iter(lambda: ended.wait(0.002), True)])
        watch.start()
        run_notebook(desk.notebook, desk.output, {"words": 'é "x" \\'}, environment={"SAID": "so"})
        ended.set()
        watch.join()
        yield Looked(desk, json.loads(printed(desk.output)[0]), home, cwds, before, process_state())


def test_a_notebook_works_in_its_own_folder_with_its_parameters(looked: Looked) -> None:
    assert looked.saw["cwd"] == str(looked.desk.notebook.parent.resolve())
    assert (looked.saw["words"], looked.saw["times"], looked.saw["said"]) == ('é "x" \\', 1, "so")


def test_the_kernel_is_this_python_whatever_kernels_are_installed(looked: Looked) -> None:
    assert looked.saw["python"] == sys.executable


def test_nothing_of_the_users_own_settings_reaches_the_kernel(looked: Looked) -> None:
    assert (looked.saw["started"], looked.saw["history"]) == ("not run", False)
    assert [path.name for path in looked.home.rglob("*.sqlite")] == []
    assert not Path(looked.saw["door"]).exists()


@pytest.mark.skipif(not POSIX, reason="other systems have only the loopback network")
def test_the_kernel_is_not_on_the_network(looked: Looked) -> None:
    assert looked.saw["transport"] == "ipc"


def test_the_folder_environment_and_signal_handlers_of_the_process_are_untouched(looked: Looked) -> None:
    assert looked.after == looked.before
    assert looked.cwds == {Path.cwd()}


def test_the_executed_notebook_holds_its_outputs_and_nothing_of_the_machine(looked: Looked) -> None:
    book = json.loads(looked.desk.output.read_text(encoding="utf-8"))
    assert book["metadata"]["workforce"] == {"notebook": "staff.ipynb", "parameters": {"words": 'é "x" \\'}}
    assert sorted(book["metadata"]) == ["kernelspec", "language_info", "workforce"]
    assert [each["metadata"] for each in book["cells"]] == [
        {"tags": ["parameters"]},
        {"tags": ["injected-parameters"]},
        {},
        {},
    ]
    assert [each["execution_count"] for each in book["cells"] if each["cell_type"] == "code"] == [1, 2, 3]
    assert not looked.desk.partial.exists()


def test_the_same_run_writes_the_same_bytes(desk: Desk) -> None:
    written = []
    for _ in range(2):
        desk.run("print(words, {'b', 'a', 'c'})")
        written.append(desk.output.read_bytes())
    assert written[0] == written[1]


def test_a_killed_kernel_is_told_apart_from_a_notebook_that_completed(desk: Desk) -> None:
    failed = desk.failure("import os, signal", "os.kill(os.getpid(), signal.SIGKILL)", "print('after')")
    assert "was killed; most often the machine has run out of memory" in failed.cause
    assert failed.cell is not None
    assert (failed.cell.number, failed.cell.heading) == (4, "Staff by pillar")
    assert failed.cell.line == "os.kill(os.getpid(), signal.SIGKILL)"
    assert not desk.output.exists()


def test_a_cell_that_takes_too_long_is_stopped(desk: Desk) -> None:
    started = time.monotonic()
    failed = desk.failure("import time\ntime.sleep(60)", "print('after')", cell_timeout=1)
    assert failed.cause == "the cell took longer than its 1 seconds"
    assert failed.cell is not None
    assert failed.cell.number == 3
    assert time.monotonic() - started < 15


@pytest.mark.parametrize(
    ("source", "cause"),
    [
        ("import sys; sys.exit(0)", "the cell called sys.exit(0); a notebook must run to its last cell"),
        ("exit()", "the cell called exit() or quit(); a notebook must run to its last cell"),
        ("import os; os._exit(0)", "the Python process that ran the cell ended before the cell did (exit code 0)"),
    ],
)
def test_a_cell_that_leaves_early_fails_the_run(desk: Desk, source: str, cause: str) -> None:
    failed = desk.failure(source)
    assert failed.cause == cause
    assert failed.cell is not None
    assert failed.cell.line == source


def test_a_failure_is_told_in_a_few_lines_and_leaves_the_last_good_output(desk: Desk) -> None:
    desk.output.parent.mkdir()
    desk.output.write_text("the last good one", encoding="utf-8")
    failed = desk.failure("for band in range(3):\n    1 / 0", "print('after')")
    assert str(failed).splitlines() == [
        "The notebook staff.ipynb stopped at cell 3 under “Staff by pillar”, line 2: 1 / 0",
        "Cause: ZeroDivisionError: division by zero",
        'Parameters: words = "hello"',
        f"What ran is kept in {desk.partial}",
    ]
    assert desk.output.read_text(encoding="utf-8") == "the last good one"
    kept = json.loads(desk.partial.read_text(encoding="utf-8"))
    assert [output["ename"] for each in kept["cells"] for output in each.get("outputs", [])] == ["ZeroDivisionError"]


@pytest.mark.parametrize(
    ("tag", "cause"), [("raises-exception", "ValueError: no"), ("skip-execution", "ValueError: no")]
)
def test_no_tag_excuses_a_cell_from_running_to_its_end(desk: Desk, tag: str, cause: str) -> None:
    assert desk.failure("raise ValueError('no')", "print('after')", tags=(tag,)).cause == cause
    assert printed(desk.partial) == []


def test_every_problem_of_a_refused_input_comes_out_of_the_kernel_whole(desk: Desk) -> None:
    problems = (
        Problem(file="a.csv", rule="a count cannot be negative", sheet="", row=3, column="wte", value="-1"),
        Problem(file="plan.yaml", rule="“this” key: is not\nknown", key="sources.0"),
    )
    failed = desk.failure(f"from pipeline.problems import InputRefused, Problem\nraise InputRefused({problems!r})")
    assert failed.problems == problems
    assert str(problems[0]) in str(failed)


def test_two_notebooks_run_side_by_side_each_in_its_own_folder(tmp_path: Path) -> None:
    desks = [Desk(tmp_path / name) for name in ("one", "two")]
    meet = (
        "import os, pathlib, time\n"
        "(pathlib.Path(words) / pathlib.Path.cwd().parent.name).touch()\n"
        "late = time.monotonic() + 30\n"
        "while len(list(pathlib.Path(words).iterdir())) < 2 and time.monotonic() < late: time.sleep(0.02)\n"
        "print(os.getcwd(), len(list(pathlib.Path(words).iterdir())))"
    )
    meeting = tmp_path / "meeting"
    meeting.mkdir()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda each: each.run(meet, parameters={"words": str(meeting)}), desks))
    for each in desks:
        assert printed(each.output) == [f"{each.notebook.parent.resolve()} 2"]


def test_a_notebook_runs_where_an_event_loop_is_running_already(desk: Desk) -> None:
    async def from_a_notebook() -> None:
        desk.run("print(times)", parameters={})

    # In a thread of its own, since the browser of other tests may keep a loop running in this one.
    with ThreadPoolExecutor(1) as apart:
        apart.submit(lambda: asyncio.run(from_a_notebook())).result()
    assert printed(desk.output) == ["1"]


def test_a_stopped_run_ends_its_kernel(desk: Desk) -> None:
    stopper = Stopper()
    pid = desk.folder / "pid"
    timer = threading.Thread(target=lambda: (wait_for(pid), stopper.stop()))
    timer.start()
    source = f"import os, pathlib, time\npathlib.Path({str(pid)!r}).write_text(str(os.getpid()))\ntime.sleep(60)"
    assert desk.failure(source, stopper=stopper).cause == "the run was stopped"
    timer.join()
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


def wait_for(path: Path) -> None:
    late = time.monotonic() + 30
    while not (path.is_file() and path.read_text()) and time.monotonic() < late:
        time.sleep(0.02)


class TestAKernelThatDoesNotStart:
    def test_is_tried_again_once_and_then_told_plainly(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        tries = desk.folder / "tries"
        source = f"open({str(tries)!r}, 'a').write('x'); raise SystemExit('no room left')"
        monkeypatch.setattr(kernel, "command", lambda: [sys.executable, "-c", source])
        failed = desk.failure("print(1)")
        assert failed.cause == "the Python that runs notebooks could not be started (tried 2 times): no room left"
        assert failed.cell is None
        assert not desk.partial.exists()
        assert tries.read_text() == "xx"

    def test_is_forgiven_once(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        real, commands = kernel.command(), [[sys.executable, "-c", "raise SystemExit('once')"]]
        monkeypatch.setattr(kernel, "command", lambda: commands.pop() if commands else real)
        desk.run("print(words)")
        assert printed(desk.output) == ["hello"]

    def test_is_given_up_when_it_does_not_answer(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(kernel, "command", lambda: [sys.executable, "-c", "import time; time.sleep(60)"])
        started = time.monotonic()
        assert "could not be started (tried 2 times)" in desk.failure("print(1)", start_timeout=1).cause
        assert time.monotonic() - started < 10

    def test_is_told_plainly_when_there_is_no_such_program(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(kernel, "command", lambda: ["/no/such/python", "{connection_file}"])
        assert "No such file or directory: '/no/such/python'" in desk.failure("print(1)").cause


class TestRefusedBeforeAnythingRuns:
    @pytest.fixture(autouse=True)
    def _no_kernel(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def started() -> list[str]:
            raise AssertionError("a kernel was started")

        monkeypatch.setattr(kernel, "command", started)

    def test_an_unknown_parameter(self, desk: Desk) -> None:
        failed = desk.failure("print(1)", parameters={"word": "x"})
        assert failed.cause == "there is no parameter word; the notebook's parameters are words, times"
        assert str(failed).startswith("The notebook staff.ipynb could not be run\n")

    @pytest.mark.parametrize("value", ["3", Path("x")])
    def test_a_parameter_of_the_wrong_type(self, desk: Desk, value: object) -> None:
        assert "times " in desk.failure("print(1)", parameters={"times": value}).cause

    def test_a_notebook_without_a_parameters_cell(self, desk: Desk) -> None:
        write_notebook(desk.notebook, [cell("print(1)")])
        with pytest.raises(NotebookFailed, match="has no cell tagged “parameters”"):
            run_notebook(desk.notebook, desk.output, {})

    def test_a_notebook_that_is_not_there(self, desk: Desk) -> None:
        with pytest.raises(NotebookFailed, match="there is no such file"):
            run_notebook(desk.notebook, desk.output, {})

    @pytest.mark.parametrize("words", ["", "{", "[]", "{}", '{"nbformat": 3, "worksheets": []}', '{"nbformat": 4}'])
    def test_a_file_that_is_not_a_notebook(self, desk: Desk, words: str) -> None:
        desk.notebook.parent.mkdir()
        desk.notebook.write_text(words, encoding="utf-8")
        with pytest.raises(NotebookFailed, match="is not a whole Jupyter notebook"):
            run_notebook(desk.notebook, desk.output, {})
