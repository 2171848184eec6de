"""The command line as a person meets it: help, names of plans, exit codes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from small_files import write_good_plan

from pipeline.cli import main
from pipeline.commands.plans import CHECKOUT, DONE, FAILED, FAULT, REFUSED, find_plan, workspace, workspace_of, worst
from pipeline.problems import InputRefused
from pipeline.reference import source_cards

pytestmark = pytest.mark.integration


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty workspace, and the current folder."""
    (tmp_path / "data" / "raw").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def command(*words: str, cwd: Path = CHECKOUT, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "pipeline", *words],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize(
    "words",
    [[], ["new"], ["check"], ["run"], ["status"], ["serve"], ["approve"], ["compare"], ["template"], ["sources"]],
)
def test_every_command_teaches_by_example_and_tells_its_exit_codes(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--help"]) == DONE
    said = " ".join(capsys.readouterr().out.split())
    assert "3: an input was refused" in said
    if words:
        assert f"workforce {words[0]}" in said.partition("Example")[2]


def test_the_command_alone_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == DONE
    assert "Usage" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words", [["bake"], ["run"], ["new", "devon", "--from", "."], ["check", "a", "--colour"], ["run", "a", "--stage"]]
)
def test_a_command_that_is_not_understood_is_refused_and_points_to_the_help(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == REFUSED
    assert "--help" in capsys.readouterr().err


def test_sources_lists_every_reader_with_what_it_supplies_and_where_to_download_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["sources"]) == DONE
    said = capsys.readouterr().out
    for card in source_cards().values():
        for words in (f"{card.name}\n", card.title, card.supplies, card.page, card.publisher, ", ".join(card.yields)):
            assert words in said


def test_a_plan_is_found_by_name_by_folder_and_by_its_file(home: Path) -> None:
    folder = write_good_plan(home / "data" / "raw" / "northvale")
    assert find_plan("northvale").resolve() == folder
    assert find_plan("data/raw/northvale").resolve() == folder
    assert find_plan(str(folder / "plan.yaml")) == folder


def test_a_folder_of_the_same_name_without_a_plan_does_not_hide_the_plan(home: Path) -> None:
    folder = write_good_plan(home / "data" / "raw" / "northvale")
    (home / "northvale").mkdir()
    assert find_plan("northvale").resolve() == folder


def test_a_plan_that_is_not_there_is_refused_with_the_names_of_those_that_are(home: Path) -> None:
    write_good_plan(home / "data" / "raw" / "northvale")
    write_good_plan(home / "data" / "raw" / "eastmere")
    with pytest.raises(InputRefused, match="the plans in data/raw are: eastmere, northvale"):
        find_plan("northvail")


def test_a_plan_that_is_not_there_ends_with_code_3(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "nowhere"]) == REFUSED
    assert main(["run", "nowhere"]) == REFUSED
    assert "Traceback" not in capsys.readouterr().err
    assert sorted(path.name for path in home.iterdir()) == ["data"]


def test_the_workspace_is_here_where_plans_are_here_and_the_checkout_elsewhere(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert workspace() == home
    (home / "elsewhere").mkdir()
    monkeypatch.chdir(home / "elsewhere")
    assert workspace() == CHECKOUT


def test_results_go_beside_the_data_folder_that_holds_the_plan(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "elsewhere").mkdir()
    monkeypatch.chdir(home / "elsewhere")
    assert workspace_of(home / "data" / "raw" / "northvale") == home
    assert workspace_of(home / "loose-plan") == home / "elsewhere"


@pytest.mark.parametrize(
    ("codes", "together"),
    [
        ([DONE, DONE], DONE),
        ([REFUSED], REFUSED),
        ([REFUSED, REFUSED], REFUSED),
        ([DONE, REFUSED], FAILED),
        ([FAULT], FAULT),
        ([FAULT, REFUSED], FAILED),
        ([DONE, FAILED, DONE], FAILED),
    ],
)
def test_several_plans_end_with_one_code(codes: list[int], together: int) -> None:
    assert worst(codes) == together


def test_check_says_what_a_good_plan_holds_and_writes_nothing(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_good_plan(home / "data" / "raw" / "northvale")
    before = sorted(home.rglob("*"))
    assert main(["check", "northvale"]) == DONE
    said = capsys.readouterr().out
    assert said.startswith("northvale: all good. 4 files read.\n")
    rows = dict(line.split(maxsplit=1) for line in said.splitlines()[1:] if line.endswith(("row", "rows")))
    assert rows["staff"] == "2 rows"
    assert rows["absence"] == "2 rows"
    assert rows["organisations"] == "2 rows"
    assert sorted(home.rglob("*")) == before


def test_one_bad_plan_does_not_stop_the_others(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = write_good_plan(home / "data" / "raw" / "bad")
    (bad / "core5.csv").unlink()
    write_good_plan(home / "data" / "raw" / "good")
    assert main(["check", "bad", "good"]) == FAILED
    said = capsys.readouterr()
    assert said.out.startswith("good: all good.")
    assert "bad: refused. 1 problem:" in said.err
    assert "core5.csv" in said.err


def test_a_fault_of_the_program_is_one_line_with_code_1_and_its_details_are_kept(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(_plan: object) -> None:
        raise ZeroDivisionError("division by zero")

    write_good_plan(home / "data" / "raw" / "northvale")
    monkeypatch.setattr("pipeline.run.check.read_sources", fails)
    assert main(["check", "northvale"]) == FAULT
    said = capsys.readouterr().err
    (details,) = (home / "reports" / "faults").iterdir()
    assert said.count("\n") == 1
    assert "ZeroDivisionError" in said
    assert details.name in said
    assert "in fails" in details.read_text(encoding="utf-8")


def test_an_interrupt_ends_quietly(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_plan: object) -> None:
        raise KeyboardInterrupt

    write_good_plan(home / "data" / "raw" / "northvale")
    monkeypatch.setattr("pipeline.run.check.read_sources", interrupted)
    assert main(["check", "northvale"]) == 130
    assert "Traceback" not in capsys.readouterr().err


def test_python_dash_m_pipeline_is_the_command(home: Path) -> None:
    ended = command("check", "nowhere", cwd=home)
    assert ended.returncode == REFUSED
    assert "there is no plan" in ended.stderr


def test_a_terminal_without_curly_quotes_shows_question_marks_and_does_not_fail(home: Path) -> None:
    folder = write_good_plan(home / "data" / "raw" / "northvale")
    (folder / "core5.csv").write_text("wrong\n", encoding="utf-8")
    ended = command("check", "northvale", cwd=home, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert ended.returncode == REFUSED
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("words", ["[]", "['--help']", "['sources']", "['check', 'nowhere']"])
def test_a_command_that_reads_no_table_imports_no_heavy_package(words: str) -> None:
    heavy = {"pandas", "numpy", "matplotlib", "papermill", "nbconvert", "weasyprint", "IPython", "duckdb"}
    script = f"import sys, pipeline.cli; pipeline.cli.main({words}); print(sorted({heavy} & sys.modules.keys()))"
    ended = subprocess.run([sys.executable, "-c", script], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == "[]"


def test_the_notebooks_open_with_the_python_of_runs_and_its_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[list[str], dict[str, str]]] = []

    def run(words: list[str], env: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
        asked.append((words, env))
        return subprocess.CompletedProcess(words, DONE)

    monkeypatch.setattr("pipeline.commands.looking.subprocess.run", run)
    assert main(["lab"]) == DONE
    ((words, env),) = asked
    assert words == [sys.executable, "-m", "jupyter", "lab", str(CHECKOUT / "notebooks")]
    assert env["PYTHONHASHSEED"] == "0"
