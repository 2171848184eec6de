"""Which files a path or pattern of plan.yaml stands for."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_files import write_core5, write_plan

from pipeline.plan import load_plan

pytestmark = pytest.mark.unit


def names(folder: Path, path: str) -> list[str]:
    """The names of the files that a plan with this one source reads."""
    write_plan(folder, {path: "hchs_core5"})
    return [source.path.name for source in load_plan(folder).sources]


def test_a_pattern_stands_for_its_files_in_order(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv", "a.txt"):
        write_core5(tmp_path / "plan" / name)
    assert names(tmp_path / "plan", "*.csv") == ["a.csv", "b.csv"]


def test_what_excel_leaves_beside_an_open_workbook_is_passed_over(tmp_path: Path) -> None:
    for name in ("staff.xlsx", "~$staff.xlsx", ".staff.xlsx"):
        write_core5(tmp_path / "plan" / name)
    assert names(tmp_path / "plan", "*.xlsx") == ["staff.xlsx"]


def test_brackets_in_the_name_of_a_folder_are_not_a_pattern(tmp_path: Path) -> None:
    write_core5(tmp_path / "work [2025]" / "plan" / "a.csv")
    assert names(tmp_path / "work [2025]" / "plan", "*.csv") == ["a.csv"]


def test_brackets_from_the_environment_are_not_a_pattern(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_core5(tmp_path / "downloads [2025]" / "a.csv")
    monkeypatch.setenv("DOWNLOADS", str(tmp_path / "downloads [2025]"))
    assert names(tmp_path / "plan", "${DOWNLOADS}/*.csv") == ["a.csv"]


def test_a_file_whose_own_name_has_brackets_is_found_by_that_name(tmp_path: Path) -> None:
    write_core5(tmp_path / "plan" / "staff [final].csv")
    assert names(tmp_path / "plan", "staff [final].csv") == ["staff [final].csv"]


def test_two_stars_reach_into_folders(tmp_path: Path) -> None:
    for name in ("a.csv", "2024/b.csv", "2024/08/c.csv"):
        write_core5(tmp_path / "plan" / "files" / name)
    assert sorted(names(tmp_path / "plan", "files/**/*.csv")) == ["a.csv", "b.csv", "c.csv"]
