"""Every broken plan is refused in words its owner can act on, without a traceback and with nothing written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import broken_plan_files
import broken_text_files
import broken_workbooks
import pytest
from broken_collection import BROKEN, CORE5, PLAN, Broken, add_source
from small_files import CORE5_HEADER, core5_row, write_did_turnaround, write_good_plan, write_text

from pipeline.cli import main
from pipeline.commands.plans import DONE, REFUSED

pytestmark = pytest.mark.integration


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with one good plan, and the current folder."""
    write_good_plan(tmp_path / "data" / "raw" / "northvale")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NHS_DOWNLOADS", raising=False)
    return tmp_path


def contents(folder: Path) -> dict[str, int]:
    """Every path below a folder, with when it was last changed."""
    return {str(path.relative_to(folder)): path.lstat().st_mtime_ns for path in folder.rglob("*")}


def refusal(home: Path, capsys: pytest.CaptureFixture[str], plan: str = "northvale") -> str:
    """What `workforce check` says of a plan that it must refuse, with every promise of a refusal kept."""
    before = contents(home)
    assert main(["check", plan]) == REFUSED
    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err
    assert contents(home) == before
    return " ".join(said.err.split())


def test_the_collection_is_whole_and_names_each_fault_once() -> None:
    modules = {case.breaks.__module__ for case in BROKEN}
    assert modules == {module.__name__ for module in (broken_plan_files, broken_text_files, broken_workbooks)}
    assert len({case.name for case in BROKEN}) == len(BROKEN) >= 80


@pytest.mark.usefixtures("home")
def test_the_plan_that_they_break_is_good() -> None:
    assert main(["check", "northvale"]) == DONE


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_a_broken_plan_is_refused_with_what_is_wrong_and_where(
    case: Broken, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case.breaks(home / "data" / "raw" / "northvale")
    started = time.monotonic()
    said = refusal(home, capsys)
    assert [words for words in case.says if words not in said] == [], said
    assert not re.search(r"\b(DataFrame|dtype|Series|NoneType|KeyError|ValueError|nan|NaT)\b", said), said
    assert time.monotonic() - started < 10


def test_a_share_of_the_whole_is_read(home: Path) -> None:
    plan = home / "data" / "raw" / "northvale"
    write_did_turnaround(plan / "did_t13_2024-25.xlsx", share=1.0)
    add_source(plan, "did_turnaround", "did_t13_2024-25.xlsx")
    assert main(["check", "northvale"]) == DONE


def test_a_plan_folder_with_a_space_in_its_name_is_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_good_plan(home / "data" / "raw" / "my plan")
    assert "letters, digits, - and _" in refusal(home, capsys, str(folder))


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_a_ring_of_links_is_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, other = (home / "data" / "raw" / "northvale" / name for name in (CORE5, "other.csv"))
    file.unlink()
    file.symlink_to(other)
    other.symlink_to(file)
    assert "core5.csv" in refusal(home, capsys)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is locked to the administrator")
def test_a_file_that_may_not_be_opened_is_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "data" / "raw" / "northvale" / CORE5).chmod(0)
    assert "core5.csv" in refusal(home, capsys)


def test_run_refuses_what_check_refuses(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_text(home / "data" / "raw" / "northvale" / CORE5, CORE5_HEADER, core5_row(wte="ten"))
    assert main(["run", "northvale"]) == REFUSED
    said = capsys.readouterr()
    assert "Found: ten" in said.err
    assert "Traceback" not in said.err
    assert not list(home.glob("data/processed/**/*.parquet"))
    assert not list(home.glob("reports/**/*.html"))


def test_a_plan_that_names_a_program_runs_nothing(home: Path) -> None:
    plan = home / "data" / "raw" / "northvale" / PLAN
    text = plan.read_text(encoding="utf-8")
    plan.write_text(f"harm: !!python/object/apply:os.mkdir [harm-done]\n{text}", encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "pipeline", "check", str(plan.parent)], cwd=home, capture_output=True, text=True
    )
    assert ended.returncode == REFUSED
    assert not (home / "harm-done").exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_the_encodings_that_excel_saves_are_read(home: Path, encoding: str, end: str) -> None:
    row = core5_row().replace("Northvale University", "Nórthvale University")
    write_text(home / "data" / "raw" / "northvale" / CORE5, CORE5_HEADER, row, encoding=encoding, end=end)
    assert main(["check", "northvale"]) == DONE
