"""A tiny plan run through every stage with real kernels: what runs again, what does not, and what a failure leaves."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from tiny_workshop import CELLS, Copied, Workshop, copy_renderer, edit

from pipeline.problems import InputRefused
from pipeline.run import fingerprint, lock
from pipeline.run.errors import NotebookFailed, PlanBusy, StageFailed
from pipeline.run.lock import plan_lock
from pipeline.run.state import CAN_PRINT_NOW, COMMITTED_NOW, MISSING
from pipeline.store import Store

pytestmark = pytest.mark.notebook

ALL = ("ingest", "metrics", "scenario", "evidence", "action_plan", "changes", "document")
FRESH = dict.fromkeys(ALL, "fresh")
RUN = """
import signal
import sys
# A shell that runs in the background has its children ignore Ctrl-C, and Python then does too.
signal.signal(signal.SIGINT, signal.default_int_handler)
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tiny_workshop import Workshop
done = Workshop(Path(sys.argv[1])).build()
"""


def ran(*stages: str) -> dict[str, str]:
    return FRESH | dict.fromkeys(stages, "built")


def everything_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def record_of(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "run.json").read_text(encoding="utf-8")))


def comment(workshop: Workshop, words: str) -> None:
    """Change something that only the document reads."""
    (workshop.plan / "commentary").mkdir(exist_ok=True)
    (workshop.plan / "commentary" / "summary.md").write_text(words, encoding="utf-8")


class TestAFirstRun:
    def test_makes_every_stage_and_its_files(self, built_once: Workshop) -> None:
        record = record_of(built_once.report)
        assert [(stage["name"], stage["status"]) for stage in record["stages"]] == [(name, "built") for name in ALL]
        executed = sorted(path.name for path in (built_once.processed / "notebooks").iterdir())
        assert executed == [f"{name}.ipynb" for name in sorted(CELLS)]
        assert sorted(everything_in(built_once.report)) == ["board.pptx", "run.json", "strategy.html"]

    def test_records_what_it_was_made_from(self, built_once: Workshop) -> None:
        record = record_of(built_once.report)
        assert [(each["file"], each["kind"], each["bytes"]) for each in record["inputs"]] == [
            ("plan.yaml", "plan.yaml", (built_once.plan / "plan.yaml").stat().st_size),
            ("numbers.csv", "pay_afc", 25),
        ]
        assert record["parameters"] == {
            "plan_folder": "../data/raw/tiny",
            "processed_folder": "../data/processed/tiny",
        }
        assert record["packages"]["python"] == ".".join(map(str, sys.version_info[:3]))
        assert "pandas" in record["packages"]
        assert record["code"] == {"version": "0.1.0"}
        assert record["document"] == {
            "html": "strategy.html",
            "pdf": None,
            "pdf_note": "no PDF in this test",
            "beside": {"slides": "board.pptx"},
        }

    def test_records_the_headline_figures(self, built_once: Workshop) -> None:
        record = record_of(built_once.report)
        assert record["headlines"][0] == {
            "key": "staff",
            "label": "staff in post",
            "value": 7.0,
            "low": None,
            "high": None,
            "unit": "WTE",
        }
        assert record["placeholders"] == 3


class TestNothingRunsAgain:
    def test_when_nothing_has_changed(self, built: Workshop) -> None:
        before = everything_in(built.report)
        done = built.build()
        assert done.status == "fresh"
        assert {stage.name: stage.status for stage in done.stages} == FRESH
        assert (done.html, done.pdf, done.pdf_note) == (built.report / "strategy.html", None, "no PDF in this test")
        assert done.record == built.report / "run.json"
        assert everything_in(built.report) == before

    def test_when_a_notebook_is_opened_in_jupyterlab_and_saved_with_its_outputs(self, built: Workshop) -> None:
        def as_jupyterlab_saves(book: dict[str, Any]) -> None:
            for place, each in enumerate(book["cells"]):
                each["id"] = f"saved-{place}"
                each["source"] = each["source"].splitlines(keepends=True)
                each["metadata"] |= {"collapsed": False, "execution": {"iopub.status.busy": "2026-01-01T00:00:00Z"}}
                if each["cell_type"] == "code":
                    each["execution_count"] = 40 + place
                    each["outputs"] = [{"name": "stdout", "output_type": "stream", "text": ["7\n"]}]
            book["metadata"] |= {"language_info": {"name": "python", "version": "3.13.0"}, "widgets": {}}
            book["nbformat_minor"] = 4

        for stage in CELLS:
            edit(built.notebooks / f"{stage}.ipynb", as_jupyterlab_saves)
        assert built.statuses() == FRESH

    def test_and_no_heavy_package_is_loaded(self, built: Workshop) -> None:
        script = RUN + "print(done.status, sorted({'pandas', 'papermill', 'matplotlib', 'IPython'} & set(sys.modules)))"
        here = str(Path(__file__).parent)
        done = subprocess.run(
            [sys.executable, "-c", script, str(built.root), here],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        assert done.stdout == "fresh []\n"


class TestWhatHasChangedRunsAgain:
    def test_an_edited_notebook_and_what_depends_on_it(self, built: Workshop) -> None:
        built.rewrite("metrics", "print('another way', int(store.read('pay')['wte'].sum()))", CELLS["metrics"][1])
        done = {result.name: (result.status, result.why) for result in built.build().stages}
        assert done == {
            "ingest": ("fresh", ""),
            "metrics": ("built", "its notebook has changed"),
            "scenario": ("fresh", ""),
            "evidence": ("fresh", ""),
            "action_plan": ("fresh", ""),
            "changes": ("fresh", ""),
            "document": ("built", "a notebook it shows has changed"),
        }
        assert "another way 7" in (built.processed / "notebooks" / "metrics.ipynb").read_text(encoding="utf-8")

    def test_new_figures_reach_every_stage_that_reads_them(self, built: Workshop) -> None:
        (built.plan / "numbers.csv").write_text("employer,wte\nRZ1,3\nRZ1,5\n", encoding="utf-8")
        threads: set[int] = set()
        assert built.statuses(progress=lambda _: threads.add(threading.get_ident())) == ran(*ALL)
        assert threads == {threading.get_ident()}, "progress is told in the caller's thread"
        assert record_of(built.report)["headlines"][0]["value"] == 8.0
        assert record_of(built.reports / ".previous" / "tiny")["headlines"][0]["value"] == 7.0
        assert built.statuses() == FRESH

    def test_a_file_with_the_same_figures_reruns_nothing_that_reads_only_tables(self, built: Workshop) -> None:
        (built.plan / "numbers.csv").write_text("employer,wte\r\nRZ1,3\r\nRZ1,4\r\n", encoding="utf-8")
        assert built.statuses() == ran("ingest", "changes", "document")

    def test_a_table_that_was_lost_is_made_again_and_nothing_else(self, built: Workshop) -> None:
        (built.processed / "pay.parquet").unlink()
        before = everything_in(built.report)
        done = built.build()
        assert {stage.name: stage.status for stage in done.stages} == ran("ingest")
        assert done.stages[0].why == MISSING
        assert done.status == "built"
        assert everything_in(built.report) == before
        assert record_of(built.processed)["run_id"] != record_of(built.report)["run_id"]

    def test_what_is_asked_for_by_force(self, built: Workshop) -> None:
        done = built.build(stage="ingest", force=True)
        assert [(stage.name, stage.status, stage.why) for stage in done.stages] == [
            ("ingest", "built", "it was asked for")
        ]
        assert built.statuses() == FRESH

    def test_only_what_one_stage_needs(self, workshop: Workshop) -> None:
        done = workshop.build(stage="metrics")
        assert [(stage.name, stage.status) for stage in done.stages] == [("ingest", "built"), ("metrics", "built")]
        assert (done.html, done.record) == (None, None)
        assert not workshop.reports.exists()

    def test_a_table_that_a_notebook_no_longer_writes_is_forgotten(self, built: Workshop) -> None:
        built.rewrite("scenario", *CELLS["scenario"], "store.write('extra', store.read('pay'))")
        built.build(stage="scenario")
        assert (built.processed / "extra.parquet").is_file()
        built.rewrite("scenario", *CELLS["scenario"])
        built.build(stage="scenario")
        assert not list(built.processed.glob("extra.*"))


class TestTheDocumentAlone:
    """No notebook runs here: only the page is made again."""

    def test_is_made_again_when_the_commentary_changes(self, built: Workshop) -> None:
        comment(built, "Words of our own.")
        assert built.statuses() == ran("document")
        assert built.statuses() == FRESH

    @pytest.mark.parametrize("harm", ["delete", "alter"])
    def test_is_made_again_when_a_file_of_it_is_harmed(self, built: Workshop, harm: str) -> None:
        page = built.report / "strategy.html"
        whole = page.read_bytes()
        page.unlink() if harm == "delete" else page.write_bytes(whole[:5])
        assert built.statuses() == ran("document")
        assert page.read_bytes() == whole

    def test_is_made_in_another_folder_when_asked(self, built: Workshop, tmp_path: Path) -> None:
        shutil.copytree(built.reports, tmp_path / "elsewhere")
        built = Workshop(built.root, reports_root=tmp_path / "elsewhere")
        comment(built, "x")
        assert built.build().html == tmp_path / "elsewhere" / "tiny" / "strategy.html"

    def test_is_made_again_once_the_library_that_prints_is_there(
        self, built: Workshop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(fingerprint, "can_print", lambda: False)
        comment(built, "x")
        built.build()
        assert built.statuses() == FRESH
        monkeypatch.setattr(fingerprint, "can_print", lambda: True)
        assert built.build().stages[-1].why == CAN_PRINT_NOW
        assert built.statuses() == FRESH

    def test_is_made_again_once_the_code_it_was_made_from_is_committed(self, built: Workshop) -> None:
        def git(*words: str) -> None:
            who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
            subprocess.run(["git", *who, *words], cwd=built.root, check=True, capture_output=True)

        git("init")
        git("add", "pipeline", "notebooks")
        git("commit", "-m", "first")
        (built.notebooks / "draft.txt").write_text("not yet committed", encoding="utf-8")
        comment(built, "x")
        built.build()
        assert record_of(built.report)["code"]["dirty"] is True
        assert built.statuses() == FRESH
        git("add", "notebooks")
        git("commit", "-m", "second")
        assert built.build().stages[-1].why == COMMITTED_NOW
        code = record_of(built.report)["code"]
        assert code["dirty"] is False
        assert code["version"] == f"0.1.0 ({code['commit'][:10]})"
        assert built.statuses() == FRESH

    def test_is_given_the_facts_of_the_run(self, built: Workshop) -> None:
        given: dict[str, Any] = {}

        def keep_facts(plan: Any, notebooks: dict[str, Path], out: Path, facts: dict[str, Any], store: Store) -> Copied:
            given.update(facts, notebooks=list(notebooks), slug=plan.slug)
            return copy_renderer(plan, notebooks, out, facts, store)

        comment(built, "x")
        built.build(render=keep_facts)
        record = record_of(built.report)
        assert given["notebooks"] == list(ALL[:-1])
        assert (given["slug"], given["placeholders"]) == ("tiny", 3)
        for fact in ("run_id", "made", "code", "inputs", "headlines", "packages", "parameters"):
            assert given[fact] == record[fact]

    def test_is_given_what_the_notebooks_wrote_and_says_what_it_left_beside_the_page(self, built: Workshop) -> None:
        slides = built.report / "board.pptx"
        assert slides.read_text(encoding="utf-8") == "2 headlines"
        assert built.build().beside == {"slides": slides}

    @pytest.mark.parametrize("how", ["raises", "leaves nothing", "leaves an empty file", "leaves no slides"])
    def test_that_cannot_be_made_leaves_the_last_one_whole(self, built: Workshop, how: str) -> None:
        def broken(_plan: object, _notebooks: object, out: Path, _facts: object, _store: object) -> Copied:
            if how == "leaves no slides":
                (out / "strategy.html").write_text("whole", encoding="utf-8")
                return Copied(out / "strategy.html", None, "", {"slides": out / "board.pptx"})
            if how == "raises":
                (out / "half.html").write_text("half", encoding="utf-8")
                raise InputRefused([])
            if how == "leaves an empty file":
                (out / "strategy.html").touch()
            return Copied(out / "strategy.html", None, "")

        before = everything_in(built.report)
        comment(built, "x")
        with pytest.raises(ValueError if how == "raises" else StageFailed):
            built.build(render=broken)
        assert everything_in(built.report) == before
        assert not (built.reports / ".building" / "tiny").exists()
        assert record_of(built.processed)["stages"][-1]["status"] == "failed"
        assert built.statuses() == ran("document")


class TestAFailingStage:
    def test_leaves_the_last_good_report_and_keeps_what_did_succeed(self, built: Workshop) -> None:
        before = everything_in(built.report)
        built.rewrite("metrics", "print('new')", CELLS["metrics"][1])
        built.rewrite("scenario", "raise RuntimeError('no such profession')")
        with pytest.raises(NotebookFailed) as failed:
            built.build()
        assert failed.value.notebook.name == "scenario.ipynb"
        assert failed.value.cause == "RuntimeError: no such profession"
        assert everything_in(built.report) == before
        statuses = {stage["name"]: stage["status"] for stage in record_of(built.processed)["stages"]}
        assert statuses == {"ingest": "fresh", "metrics": "built", "scenario": "failed", "evidence": "fresh"}
        built.rewrite("scenario", *CELLS["scenario"])
        assert built.statuses() == ran("scenario", "document")

    def test_tells_both_failures_of_two_side_by_side(self, built: Workshop) -> None:
        meet = (
            "import pathlib, time\nhere = pathlib.Path('../data/meeting')\nhere.mkdir(exist_ok=True)\n"
            "(here / desk.stage).touch()\nlate = time.monotonic() + 30\n"
            "while len(list(here.iterdir())) < 2 and time.monotonic() < late: time.sleep(0.02)\n"
            "raise RuntimeError(f'{desk.stage} met {len(list(here.iterdir())) - 1}')"
        )
        for stage in ("metrics", "scenario"):
            built.rewrite(stage, meet)
        with pytest.raises(NotebookFailed) as failed:
            built.build()
        assert failed.value.cause == "RuntimeError: metrics met 1"
        assert "RuntimeError: scenario met 1" in failed.value.__notes__[0]

    def test_gives_every_problem_of_a_refused_input(self, built: Workshop) -> None:
        built.rewrite(
            "ingest",
            "from pipeline.problems import InputRefused, Problem\n"
            "raise InputRefused([Problem(file='numbers.csv', rule='not a number', row=row) for row in (2, 3)])",
        )
        with pytest.raises(InputRefused) as refused:
            built.build()
        assert [problem.row for problem in refused.value.problems] == [2, 3]

    @pytest.mark.parametrize(
        ("sources", "cause"),
        [
            (CELLS["scenario"][:1], "left no whole table scenario_summary, counted_today, gap_at_horizon"),
            (
                [*CELLS["scenario"], "(store.folder / 'counted_today.parquet').write_bytes(b'')"],
                "no whole table counted_today",
            ),
            ([*CELLS["scenario"], "store.write('pay', store.read('pay'))"], "it wrote the table pay, which the stage"),
        ],
    )
    def test_is_one_whose_notebook_does_not_leave_what_it_promises(
        self, built: Workshop, sources: list[str], cause: str
    ) -> None:
        built.rewrite("scenario", *sources)
        with pytest.raises(StageFailed, match=cause):
            built.build(stage="scenario")


class TestARunThatIsRefused:
    def test_because_of_its_plan_leaves_nothing(self, workshop: Workshop) -> None:
        (workshop.plan / "plan.yaml").write_text("name: x\nstray: 1\n", encoding="utf-8")
        with pytest.raises(InputRefused):
            workshop.build()
        assert not workshop.processed.exists()
        assert not workshop.reports.exists()

    def test_because_another_is_under_way(self, built: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(lock, "WAIT", 0.1)
        with plan_lock(built.processed, "tiny"), pytest.raises(PlanBusy, match=f"process {os.getpid()}"):
            built.build()

    def test_because_there_is_no_such_stage(self, built: Workshop) -> None:
        with pytest.raises(ValueError, match="there is no stage metric; the stages are ingest, metrics, scenario"):
            built.build(stage="metric")

    def test_because_a_notebook_is_not_there(self, built: Workshop) -> None:
        (built.notebooks / "metrics.ipynb").unlink()
        with pytest.raises(NotebookFailed, match="there is no such file"):
            built.build()


@pytest.mark.skipif(os.name != "posix", reason="other systems end a process in other ways")
@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_ended_leaves_no_kernel_and_can_be_run_again(built: Workshop, ended_by: signal.Signals) -> None:
    before = everything_in(built.report)
    pid = built.root / "kernel.pid"
    wait = f"import os, pathlib, time\npathlib.Path({str(pid)!r}).write_text(str(os.getpid()))\ntime.sleep(60)"
    built.rewrite("scenario", wait)
    here = str(Path(__file__).parent)
    with subprocess.Popen([sys.executable, "-c", RUN, str(built.root), here], stderr=subprocess.PIPE, text=True) as run:
        assert until(lambda: pid.is_file() and pid.read_text() != "")
        run.send_signal(ended_by)
        assert run.wait(timeout=120) == -ended_by
    assert until(lambda: not is_running(int(pid.read_text())))
    assert everything_in(built.report) == before
    built.rewrite("scenario", *CELLS["scenario"])
    assert built.statuses() == FRESH


def until(happens: Any) -> bool:
    late = time.monotonic() + 30
    while not happens() and time.monotonic() < late:
        time.sleep(0.05)
    return bool(happens())


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not (status.is_file() and status.read_text().rsplit(")", 1)[1].split()[0] == "Z")
