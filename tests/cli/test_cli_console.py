"""What is said at the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.console import MOST_SHOWN, counted, print_fault, print_problems, short
from pipeline.problems import Problem

pytestmark = pytest.mark.unit


def test_problems_are_listed_under_their_file_with_every_part_of_the_place(capsys: pytest.CaptureFixture[str]) -> None:
    print_problems(
        [
            Problem(file="b.csv", row=3, column="FTE", value="ten", rule="should be a number"),
            Problem(file="a.xls", sheet="Provider", row=17, rule="a count cannot be negative", value="-3"),
            Problem(file="b.csv", rule="the column HEADCOUNT is missing"),
        ]
    )
    assert capsys.readouterr().err == (
        "3 problems in 2 files:\n"
        "\na.xls\n"
        "  - sheet “Provider”, row 17: a count cannot be negative. Found: -3\n"
        "\nb.csv\n"
        "  - the column HEADCOUNT is missing\n"
        "  - row 3, column “FTE”: should be a number. Found: ten\n"
    )


def test_a_problem_of_a_plan_key_names_the_key(capsys: pytest.CaptureFixture[str]) -> None:
    print_problems([Problem(file="plan.yaml", key="base_month", rule="is needed")])
    assert "1 problem:\n\nplan.yaml\n  - key base_month: is needed\n" in capsys.readouterr().err


def test_thousands_of_problems_are_shown_in_part_and_then_counted(capsys: pytest.CaptureFixture[str]) -> None:
    print_problems(Problem(file="a.csv", row=row, rule="wrong") for row in range(5000, 0, -1))
    said = capsys.readouterr().err
    assert said.startswith("5,000 problems:\n\na.csv\n  - row 1: wrong\n  - row 2: wrong\n")
    assert said.count("  - ") == MOST_SHOWN
    assert said.endswith(f"  … and {5000 - MOST_SHOWN:,} more in this file\n")


def test_a_file_with_thousands_of_problems_does_not_hide_those_of_another(capsys: pytest.CaptureFixture[str]) -> None:
    many = [Problem(file="a.csv", row=row, rule="wrong") for row in range(1, 5001)]
    print_problems([*many, Problem(file="b.csv", rule="this file is empty")])
    assert "\nb.csv\n  - this file is empty\n" in capsys.readouterr().err


def test_a_cell_with_line_breaks_stays_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_problems([Problem(file="a.csv", row=1, value="two\nlines", rule="wrong")])
    assert "  - row 1: wrong. Found: two lines\n" in capsys.readouterr().err


def test_a_fault_is_one_line_and_its_details_are_in_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise KeyError("wte")
    except KeyError as error:
        print_fault(error, tmp_path / "faults")
    said = capsys.readouterr().err
    (details,) = (tmp_path / "faults").iterdir()
    assert said.count("\n") == 1
    assert "KeyError: 'wte'" in said
    assert str(details) in said
    assert "Traceback (most recent call last)" in details.read_text(encoding="utf-8")


def test_where_the_folder_of_faults_cannot_be_made_the_details_go_to_the_temporary_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "reports").write_text("a file where the folder should be", encoding="utf-8")
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    print_fault(ValueError("wrong"), tmp_path / "reports" / "faults")
    assert len(list((tmp_path / "temporary").iterdir())) == 1
    assert str(tmp_path / "temporary") in capsys.readouterr().err


def test_a_path_below_this_folder_is_shown_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert short(tmp_path / "reports" / "a.html") == str(Path("reports/a.html"))
    assert short("/elsewhere/a.html") == "/elsewhere/a.html"


@pytest.mark.parametrize(("number", "said"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (1200, "1,200 rows")])
def test_a_number_agrees_with_its_noun(number: int, said: str) -> None:
    assert counted(number, "row") == said
