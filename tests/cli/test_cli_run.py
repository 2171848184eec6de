"""`workforce run`: what it asks of the pipeline and what it says of the result."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from small_files import write_good_plan

from pipeline.cli import main
from pipeline.commands.plans import CHECKOUT, DONE, FAILED, REFUSED
from pipeline.console import Stages
from pipeline.problems import InputRefused, Problem
from pipeline.run.build import Built, Event
from pipeline.run.errors import NotebookFailed, PlanBusy
from pipeline.run.stages import BY_NAME

pytestmark = pytest.mark.integration


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with two plans, and the current folder."""
    for name in ("northvale", "eastmere"):
        write_good_plan(tmp_path / "data" / "raw" / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


Asked = dict[str, Any]


def set_build(monkeypatch: pytest.MonkeyPatch, answer: Callable[[Path, Asked], Built]) -> list[tuple[Path, Asked]]:
    """Put an answer in the place of the pipeline; what was asked of it."""
    asked: list[tuple[Path, Asked]] = []

    def build(folder: Path, **options: Any) -> Built:
        asked.append((folder, options))
        return answer(folder, options)

    monkeypatch.setattr("pipeline.run.build.build", build)
    return asked


def made(folder: Path, options: Asked) -> Built:
    """A plan made from start to end, with a PDF."""
    for event in (Event("ingest", "running"), Event("ingest", "built", 1.26), Event("metrics", "fresh")):
        options["progress"](event)
    report = options["reports_root"] / folder.name
    beside = {"summary": report / "summary.pdf", "workbook": report / "strategy.xlsx"}
    return Built(folder.name, "built", (), report / "strategy.html", report / "strategy.pdf", beside=beside)


def test_a_run_says_where_the_strategy_is(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = set_build(monkeypatch, made)
    assert main(["run", "northvale"]) == DONE
    said = capsys.readouterr()
    assert said.out == (
        "northvale: made in 0 s.\n"
        f"  Strategy  {Path('reports/northvale/strategy.html')}\n"
        f"  PDF       {Path('reports/northvale/strategy.pdf')}\n"
        f"  Summary   {Path('reports/northvale/summary.pdf')}\n"
        f"  Workbook  {Path('reports/northvale/strategy.xlsx')}\n"
    )
    assert said.err == "northvale: ingest made in 1.3 s\n"
    (folder, options) = asked[0]
    assert folder.resolve() == home / "data" / "raw" / "northvale"
    assert options["processed_root"] == home / "data" / "processed"
    assert options["reports_root"] == home / "reports"
    assert options["notebooks_folder"] == CHECKOUT / "notebooks"
    assert (options["stage"], options["force"]) == (None, False)


@pytest.mark.usefixtures("home")
def test_stage_force_and_out_reach_the_pipeline(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = set_build(monkeypatch, lambda folder, _options: Built(folder.name, "built", ()))
    assert main(["run", "northvale", "--stage", "metrics", "--force", "--out", "shared"]) == DONE
    options = asked[0][1]
    assert (options["stage"], options["force"], options["reports_root"]) == ("metrics", True, Path("shared"))
    assert "Strategy  not made: the run was to stop after metrics" in capsys.readouterr().out


@pytest.mark.usefixtures("home")
def test_a_stage_that_does_not_exist_is_refused_with_those_that_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "northvale", "--stage", "bake"]) == REFUSED
    said = " ".join(capsys.readouterr().err.split())
    assert f"there is no stage “bake”; the stages are {', '.join(BY_NAME)}" in said


@pytest.mark.usefixtures("home")
def test_a_run_without_a_pdf_says_why(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    page = Path("strategy.html")
    set_build(monkeypatch, lambda folder, _options: Built(folder.name, "built", (), page, None, "Pango is missing"))
    assert main(["run", "northvale"]) == DONE
    assert "  PDF       not made: Pango is missing\n" in capsys.readouterr().out


@pytest.mark.usefixtures("home")
def test_a_run_with_nothing_to_do_says_so_and_shows_no_progress(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fresh(folder: Path, options: Asked) -> Built:
        options["progress"](Event("ingest", "fresh"))
        return Built(folder.name, "fresh", (), Path("strategy.html"))

    set_build(monkeypatch, fresh)
    assert main(["run", "northvale"]) == DONE
    said = capsys.readouterr()
    assert said.out.startswith("northvale: up to date, nothing to do.\n")
    assert said.err == ""


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (NotebookFailed(Path("metrics.ipynb"), cause="KeyError: 'wte'"), FAILED, "metrics.ipynb could not be run"),
        (PlanBusy("northvale", 4242, "10:15"), FAILED, "being run already (process 4242, since 10:15)"),
        (InputRefused([Problem(file="a.csv", row=3, rule="wrong")]), REFUSED, "a.csv\n  - row 3: wrong"),
    ],
    ids=["notebook", "busy", "refused"],
)
def test_a_run_that_cannot_be_finished_says_why_and_has_its_code(
    error: Exception, code: int, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(_folder: Path, _options: Asked) -> Built:
        raise error

    set_build(monkeypatch, fails)
    assert main(["run", "northvale"]) == code
    said = capsys.readouterr().err
    assert words in said
    assert "Traceback" not in said


@pytest.mark.usefixtures("home")
def test_a_plan_that_fails_does_not_stop_the_next(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def first_fails(folder: Path, options: Asked) -> Built:
        if folder.name == "northvale":
            raise InputRefused([Problem(file="a.csv", rule="wrong")])
        return made(folder, options)

    asked = set_build(monkeypatch, first_fails)
    assert main(["run", "northvale", "eastmere", "--workers", "0"]) == FAILED
    said = capsys.readouterr()
    assert [folder.name for folder, _ in asked] == ["northvale", "eastmere"]
    assert "eastmere: made in" in said.out
    assert "northvale: refused." in said.err


def test_on_a_terminal_a_bar_is_drawn_and_taken_away(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")
    with Stages("northvale", 5) as stages:
        stages.tell(Event("ingest", "running"))
        stages.tell(Event("ingest", "built", 1.0))
        stages.tell(Event("metrics", "running"))
    said = capsys.readouterr().err
    assert "northvale: metrics" in said
    assert "1/5" in said
    assert "made in" not in said
