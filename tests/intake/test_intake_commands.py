"""`workforce template`, and --write-marked of check and run: what they write, say and end with."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from broken_books import SHEET
from intake_books import edited
from openpyxl.workbook.workbook import Workbook
from small_files import CORE5_HEADER, core5_row, write_good_plan, write_text

from pipeline.cli import main
from pipeline.commands.plans import DONE, REFUSED
from pipeline.plan import load_plan
from pipeline.problems import Problem
from pipeline.run.intake import mark_workbooks
from pipeline.sources.ingest import read_sources

pytestmark = pytest.mark.integration
ROW = [dt.datetime(2025, 9, 1), "RZ1", "imaging", "Diagnostic radiographers", "6", 101.4]
MARK_IT = "Add --write-marked for a copy of each intake workbook with these cells marked."


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with one good plan, and the current folder."""
    write_good_plan(tmp_path / "data" / "raw" / "northvale")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fill_in(book: Workbook, row: int = 8, **cells: object) -> None:
    """One row of establishment as a sender would type it."""
    for letter, value in zip("BCDEFG", ROW, strict=True):
        book[SHEET][f"{letter}{row}"] = cells.get(letter, value)


def send_back(home: Path, **cells: object) -> Path:
    """The plan with the workbook of its employer filled in and named in plan.yaml."""
    assert main(["template", "northvale"]) == DONE
    plan = home / "data" / "raw" / "northvale"
    path = plan / "intake" / "from RZ1.xlsx"
    path.parent.mkdir()
    (home / "reports" / "templates" / "northvale" / "employer-RZ1.xlsx").rename(path)
    text = (plan / "plan.yaml").read_text(encoding="utf-8")
    entry = "- reader: intake_workbook\n  path: intake/*.xlsx\n"
    (plan / "plan.yaml").write_text(text + entry, encoding="utf-8")
    return edited(path, lambda book: fill_in(book, **cells))


def test_template_writes_a_workbook_for_each_sender_and_says_whom_to_send_it_to(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["template", "northvale"]) == DONE
    said = capsys.readouterr().out
    folder = home / "reports" / "templates" / "northvale"
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["employer-RZ1.xlsx", "employer-RZ2.xlsx", "icb-QZ1.xlsx"]
    for words in ("3 workbooks in reports/templates/northvale", *names, "(RZ1), employer", "intake_workbook"):
        assert words in said
    assert "data/raw/northvale/intake" in said


def test_templates_may_go_elsewhere_but_never_into_the_plan(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["template", "northvale", "--out", "shared"]) == DONE
    assert (home / "shared" / "northvale" / "icb-QZ1.xlsx").is_file()
    before = sorted(home.rglob("data/**/*"))
    assert main(["template", "northvale", "--out", "data/raw"]) == REFUSED
    assert "holds only its input" in capsys.readouterr().err
    assert sorted(home.rglob("data/**/*")) == before


def test_a_plan_whose_files_are_refused_gets_no_templates(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_text(home / "data" / "raw" / "northvale" / "core5.csv", CORE5_HEADER, core5_row(wte="ten"))
    assert main(["template", "northvale"]) == REFUSED
    assert "Found: ten" in capsys.readouterr().err
    assert not (home / "reports").exists()


def test_what_was_sent_back_is_read_and_carried_into_the_next_template(home: Path) -> None:
    send_back(home)
    assert main(["check", "northvale"]) == DONE
    held = read_sources(load_plan(home / "data" / "raw" / "northvale"))
    assert held.tables["establishment"]["funded_wte"].tolist() == [101.4]
    (origin,) = held.origins["establishment"]
    assert (origin.file, origin.period) == ("from RZ1.xlsx", "September 2025")
    assert (origin.publisher, origin.licence) == ("the plan's own senders", "the sender's own data")
    assert main(["template", "northvale"]) == DONE
    book = openpyxl.load_workbook(home / "reports" / "templates" / "northvale" / "employer-RZ1.xlsx")
    carried = [book[SHEET][f"{letter}8"].value for letter in "BCDEFG"]
    assert carried == [dt.datetime(2025, 9, 30), *ROW[1:]]


def test_a_made_up_workbook_is_credited_to_nobody(home: Path) -> None:
    send_back(home)
    plan = home / "data" / "raw" / "northvale" / "plan.yaml"
    plan.write_text(plan.read_text(encoding="utf-8") + "  fictional: true\n", encoding="utf-8")
    (origin,) = read_sources(load_plan(plan.parent)).origins["establishment"]
    assert (origin.publisher, origin.licence) == ("Fictional", "Fictional data, MIT")


def test_a_refusal_of_an_intake_workbook_says_that_it_can_be_marked(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    send_back(home, G="12 wte")
    assert main(["check", "northvale"]) == REFUSED
    said = capsys.readouterr().err
    assert "sheet “Establishment”, cell G8 (Funded WTE): type the number alone (12)" in said
    assert MARK_IT in said
    assert not (home / "reports" / "templates" / "northvale" / "marked").exists()


@pytest.mark.parametrize("command", ["check", "run"])
def test_write_marked_writes_a_marked_copy_and_says_where(
    command: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = send_back(home, G="12 wte")
    before = path.read_bytes()
    assert main([command, "northvale", "--write-marked"]) == REFUSED
    copy = home / "reports" / "templates" / "northvale" / "marked" / "from RZ1-marked.xlsx"
    said = capsys.readouterr().err
    assert "Marked copy of from RZ1.xlsx: reports/templates/northvale/marked/from RZ1-marked.xlsx" in said
    assert MARK_IT not in said
    assert "PUT RIGHT" in openpyxl.load_workbook(copy)[SHEET]["G8"].comment.text
    assert path.read_bytes() == before


def test_a_workbook_about_people_is_not_copied(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = send_back(home)

    def add_people(book: Workbook) -> None:
        book[SHEET]["H7"], book[SHEET]["H8"] = "Surname", "Featherstonehaugh"

    edited(path, add_people)
    assert main(["check", "northvale", "--write-marked"]) == REFUSED
    said = capsys.readouterr().err
    assert "not made: it holds, or seems to hold, facts about people; delete it and ask for another" in said
    assert "Featherstonehaugh" not in said
    assert not (home / "reports" / "templates" / "northvale" / "marked").exists()


def test_a_workbook_that_cannot_be_opened_or_a_place_that_cannot_be_written_is_said(home: Path) -> None:
    path = send_back(home)
    (home / "taken").write_text("a file where a folder should be", encoding="utf-8")
    problem = Problem(str(path), "wrong", sheet=SHEET, cell="G8")
    (taken,) = mark_workbooks([path], [problem], home / "taken" / "marked")
    path.write_bytes(path.read_bytes()[:3000])
    (cut,) = mark_workbooks([path], [problem], home / "marked")
    assert (taken.copy, cut.copy) == (None, None)
    assert "could not be written" in taken.reason
    assert cut.reason == "it cannot be opened"


def test_a_refusal_that_is_not_of_an_intake_workbook_says_nothing_of_marking(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_text(home / "data" / "raw" / "northvale" / "core5.csv", CORE5_HEADER, core5_row(wte="ten"))
    assert main(["check", "northvale", "--write-marked"]) == REFUSED
    assert "arked" not in capsys.readouterr().err
