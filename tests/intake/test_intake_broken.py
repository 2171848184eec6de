"""A returned workbook is refused with everything that is wrong with it, by sheet and cell, and with nothing else."""

from __future__ import annotations

import datetime as dt
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest
from broken_books import BROKEN, SHEET, Broken
from intake_books import EMPLOYER, ESTABLISHMENT, HOST, TEACHER, edited, filled, frame
from openpyxl.workbook.workbook import Workbook

from pipeline.problems import InputRefused, Problem
from pipeline.sources import intake_workbook
from pipeline.sources.intake.layout import FACTS, LISTS
from pipeline.sources.intake.returned import read_returned
from pipeline.sources.reading import ReadOptions

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = {"establishment": ESTABLISHMENT, "movements": frame("movements", [{}]), "staff": frame("staff", [{}])}
    return filled(tmp_path_factory.mktemp("good") / "book.xlsx", **rows)


@pytest.fixture
def book(good: Path, tmp_path: Path) -> Path:
    """A good workbook to break."""
    return Path(shutil.copy(good, tmp_path / "book.xlsx"))


def refused(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(InputRefused) as caught:
        read_returned(path)
    return caught.value.problems


def test_the_workbook_that_they_break_is_good(book: Path) -> None:
    assert set(read_returned(edited(book, lambda _: None))) == {"establishment", "movements", "staff"}


def test_the_collection_names_each_fault_once() -> None:
    assert len({case.name for case in BROKEN}) == len(BROKEN) >= 40


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_a_broken_workbook_is_refused_with_each_fault_in_its_cell_and_nothing_else(case: Broken, book: Path) -> None:
    problems = refused(edited(book, case.does))
    left = list(problems)
    for sheet, cell, words in case.says:
        found = [each for each in left if (each.sheet, each.cell) == (sheet, cell) and words in each.rule]
        assert found, f"{sheet} {cell} {words}: {problems}"
        left.remove(found[0])
    assert left == []
    assert {problem.file for problem in problems} == {str(book)}


def test_a_problem_is_shown_with_file_sheet_cell_heading_and_what_was_found(book: Path) -> None:
    def does(changed: Workbook) -> None:
        changed[SHEET]["G9"] = "12 wte"

    (problem,) = refused(edited(book, does))
    assert str(problem) == (
        f"{book}, sheet “Establishment”, cell G9 (Funded WTE): type the number alone (12); the unit, WTE, stands above "
        "the heading. Found: 12 wte"
    )


@pytest.mark.parametrize(
    ("cell", "value", "column", "read"),
    [
        ("B9", dt.datetime(2025, 9, 1), "month", dt.datetime(2025, 9, 30)),
        ("B9", dt.datetime(2024, 2, 14, 13, 5), "month", dt.datetime(2024, 2, 29)),
        ("C9", None, "employer", "ZZ1"),
        ("C9", " zz1 ", "employer", "ZZ1"),
        ("D9", "Imaging", "pillar", "imaging"),
        ("E9", "  diagnostic   RADIOGRAPHERS ", "profession", "Diagnostic radiographers"),
        ("F9", 6, "band", "6"),
        ("F9", "8B", "band", "8b"),
        ("G9", "12.5", "funded_wte", 12.5),
        ("G9", 0, "funded_wte", 0.0),
    ],
)
def test_what_can_only_mean_one_thing_is_forgiven(
    book: Path, cell: str, value: object, column: str, read: object
) -> None:
    def does(changed: Workbook) -> None:
        changed[SHEET][cell] = value

    assert read_returned(edited(book, does))["establishment"][column][1] == read


def shifted(changed: Workbook) -> None:
    changed[SHEET].insert_rows(8, 3)


def empty_sheet(changed: Workbook) -> None:
    changed.create_sheet("Sheet1")


def code_filled_down(changed: Workbook) -> None:
    for row in range(12, 300):
        changed[SHEET][f"C{row}"] = "ZZ1"


def headings_retyped(changed: Workbook) -> None:
    changed[SHEET]["G7"] = " funded  wte"


def example_changed(changed: Workbook) -> None:
    changed[SHEET]["G6"] = "twelve"


def margin_deleted(changed: Workbook) -> None:
    changed[SHEET].delete_cols(1)


def head_deleted(changed: Workbook) -> None:
    changed[SHEET].delete_rows(1, 5)


def empty_column_between(changed: Workbook) -> None:
    changed[SHEET].insert_cols(4)


def empty_row_hidden(changed: Workbook) -> None:
    changed[SHEET].row_dimensions[50].hidden = True


def sheets_turned_round(changed: Workbook) -> None:
    changed.move_sheet("Reporting", -8)


def title_retyped(changed: Workbook) -> None:
    changed[SHEET].title = "ESTABLISHMENT "


@pytest.mark.parametrize(
    "does",
    [
        *(shifted, empty_sheet, code_filled_down, headings_retyped, example_changed, margin_deleted, head_deleted),
        *(empty_column_between, empty_row_hidden, sheets_turned_round, title_retyped),
    ],
)
def test_changes_that_lose_nothing_are_forgiven(book: Path, does: object) -> None:
    read = read_returned(edited(book, does))["establishment"]  # type: ignore[arg-type]
    assert read["band"].tolist() == ["5", "6", "7", "8a"]


def test_nothing_about_a_person_is_repeated_whichever_column_it_stands_in(book: Path) -> None:
    def does(changed: Workbook) -> None:
        for cell, value in {
            "H7": "NI number",
            "H9": "AB123456C",
            "E9": "Featherstonehaugh, Jo",
            "G9": "12345 x",
        }.items():
            changed[SHEET][cell] = value

    problems = refused(edited(book, does))
    assert {problem.cell for problem in problems} == {"H7", "E9", "G9"}
    said = " ".join(map(str, problems))
    assert not [secret for secret in ("AB123456C", "Featherstonehaugh", "12345") if secret in said]


def test_a_record_of_a_person_in_place_of_the_headings_is_not_repeated(book: Path) -> None:
    def does(changed: Workbook) -> None:
        changed[SHEET]["H7"], changed[SHEET]["H8"] = "jo.featherstonehaugh@example.org", "x"

    said = " ".join(map(str, refused(edited(book, does))))
    assert "featherstonehaugh" not in said


def test_a_centre_that_is_not_on_the_sheet_of_centres_is_refused(tmp_path: Path) -> None:
    plans = frame("cdc_plans", [{"site": "Gateway CDC"}])
    path = filled(tmp_path / "host.xlsx", HOST, cdc_plans=plans, cdc_activity=frame("cdc_activity", [{}]))
    (problem,) = refused(path)
    assert (problem.sheet, problem.cell) == ("CDC activity", "C8")
    assert "did you mean “Gateway CDC”" in problem.rule


def test_shares_that_do_not_add_up_are_said_once_and_not_where_one_of_them_is_wrong_itself(tmp_path: Path) -> None:
    plans = frame("cdc_plans", [{"site": site} for site in ("A", "B")])
    rooms = [("A", "CT", 0.5), ("A", "MRI", 0.5), ("B", "CT", 0.4), ("B", "MRI", 0.6)]
    told = frame("cdc_rooms", [{"site": site, "test": test, "share_of_tests": share} for site, test, share in rooms])
    path = filled(tmp_path / "host.xlsx", HOST, cdc_plans=plans, cdc_rooms=told)

    def does(changed: Workbook) -> None:
        changed["CDC rooms"]["G8"], changed["CDC rooms"]["G10"] = "half", 0.5

    problems = refused(edited(path, does))
    assert [(problem.cell, problem.rule) for problem in problems] == [
        ("G8", "a number is expected (share of the centre's tests), without words"),
        ("G10", "the shares of one site should add up to 1"),
    ]


def test_a_teacher_may_name_a_route_of_the_board(tmp_path: Path) -> None:
    path = filled(tmp_path / "teacher.xlsx", TEACHER, training_intakes=frame("training_intakes", [{}]))
    assert len(read_returned(path)["training_intakes"]) == 1


def copied(path: Path, *leave_out: str) -> Path:
    """The workbook without some sheets, as if the others had been copied into a new one."""

    def does(changed: Workbook) -> None:
        for name in leave_out:
            del changed[name]

    return edited(path, does)


def test_sheets_copied_into_a_new_workbook_are_read_without_the_hidden_facts(book: Path) -> None:
    path = copied(book, FACTS, LISTS, "Read me", "Rooms", "Reporting")
    assert set(read_returned(path)) == {"establishment", "movements", "staff"}
    assert intake_workbook.recognise(path)


def test_a_workbook_without_any_sheet_of_the_template_is_refused_in_one_sentence(tmp_path: Path) -> None:
    other = openpyxl.Workbook()
    other.save(tmp_path / "other.xlsx")
    (problem,) = refused(tmp_path / "other.xlsx")
    assert "no sheet here is one of the intake workbook" in problem.rule
    assert not intake_workbook.recognise(tmp_path / "other.xlsx")


def test_a_workbook_is_recognised_by_its_hidden_facts(book: Path, tmp_path: Path) -> None:
    assert intake_workbook.recognise(book)
    (tmp_path / "words.xlsx").write_text("words", encoding="utf-8")
    for other in (tmp_path / "words.xlsx", tmp_path, tmp_path / "nowhere.xlsx"):
        assert not intake_workbook.recognise(other)


def test_a_sheet_cannot_be_asked_for(book: Path) -> None:
    with pytest.raises(InputRefused, match="the sheets of this workbook are read together"):
        intake_workbook.read(book, ReadOptions(sheet="Staff"))


def test_files_that_are_no_workbook_are_refused_in_words(book: Path, tmp_path: Path) -> None:
    old, cut, empty = tmp_path / "old.xls", tmp_path / "cut.xlsx", tmp_path / "empty.xlsx"
    old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000))
    cut.write_bytes(book.read_bytes()[:5000])
    empty.touch()
    assert "save it as an Excel workbook (.xlsx)" in refused(old)[0].rule
    assert "damaged or was cut short" in refused(cut)[0].rule
    assert "the file is empty" in refused(empty)[0].rule


def test_a_workbook_that_is_whole_but_makes_no_sense_is_damaged(book: Path, tmp_path: Path) -> None:
    odd = tmp_path / "odd.xlsx"
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(odd, "w") as copy:
        for part in source.namelist():
            copy.writestr(part, "<oops" if part == "xl/styles.xml" else source.read(part))
    (problem,) = refused(odd)
    assert "damaged or was cut short" in problem.rule


def test_the_senders_name_and_code_are_in_the_message_of_a_strange_row(book: Path) -> None:
    def does(changed: Workbook) -> None:
        changed[SHEET]["C9"] = "ZZ2"

    (problem,) = refused(edited(book, does))
    assert EMPLOYER.name in problem.rule
    assert problem.value == "ZZ2"
