"""The marked copy: comments and colour in the right cells, a list that leads there, and the sender's own work kept."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from broken_books import SHEET
from intake_books import ESTABLISHMENT, edited, filled, frame
from openpyxl.comments import Comment
from openpyxl.workbook.workbook import Workbook

from pipeline.problems import InputRefused, Problem
from pipeline.sources.intake.layout import TO_PUT_RIGHT
from pipeline.sources.intake.marked import write_marked
from pipeline.sources.intake.returned import read_returned

pytestmark = pytest.mark.integration
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def break_it(book: Workbook) -> None:
    """Three faults in cells, one of them with a note of the sender's; a heading, a sheet too many, one too few."""
    book[SHEET]["G9"], book[SHEET]["B10"], book["Movements"]["K8"] = "=12 wte", "Sept 25", 9
    book[SHEET]["G9"].data_type = "s"
    book[SHEET]["G9"].comment = Comment("as agreed in May", "Finance")
    book[SHEET]["F7"] = "Grade"
    book.create_sheet("Pivot")["B3"] = 1
    del book["Rooms"]


MARKED = {(SHEET, "G9"), (SHEET, "B10"), (SHEET, "F7"), ("Movements", "K8"), ("Pivot", "A1")}


@pytest.fixture
def returned(tmp_path: Path) -> Path:
    path = filled(tmp_path / "in" / "book.xlsx", establishment=ESTABLISHMENT, movements=frame("movements", [{}]))
    return edited(path, break_it)


def problems_of(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(InputRefused) as caught:
        read_returned(path)
    return caught.value.problems


def comments(path: Path) -> dict[tuple[str, str], str]:
    """The comments of a workbook by sheet and cell."""
    book = openpyxl.load_workbook(path)
    cells = (cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
    return {(cell.parent.title, cell.coordinate): cell.comment.text for cell in cells if cell.comment}


@pytest.fixture
def marked(returned: Path, tmp_path: Path) -> Path:
    return write_marked(returned, problems_of(returned), tmp_path / "out" / "marked.xlsx")


def test_each_offending_cell_has_a_comment_with_the_rule_and_a_colour(marked: Path) -> None:
    said = comments(marked)
    assert set(said) == MARKED
    assert said[SHEET, "B10"].startswith("PUT RIGHT: This is text, not a date; type it again as 30/09/2025")
    assert "Found: Sept 25" in said[SHEET, "B10"]
    book = openpyxl.load_workbook(marked)
    colours = {book[sheet][cell].fill.fgColor.rgb for sheet, cell in MARKED}
    assert len(colours) == 1
    assert book[SHEET]["G8"].fill.fgColor.rgb not in colours


def test_the_senders_note_values_lists_and_protection_stay(marked: Path, returned: Path) -> None:
    assert "as agreed in May" in comments(marked)[SHEET, "G9"]
    before, after = openpyxl.load_workbook(returned), openpyxl.load_workbook(marked)
    for sheet in before.worksheets:
        assert list(after[sheet.title].values) == list(sheet.values)
        assert after[sheet.title].sheet_state == sheet.sheet_state
        assert after[sheet.title].protection.sheet == sheet.protection.sheet
        checks, kept = (each.data_validations.dataValidation for each in (sheet, after[sheet.title]))
        assert [(check.formula1, str(check.sqref)) for check in kept] == [
            (check.formula1, str(check.sqref)) for check in checks
        ]
    assert after[SHEET]["G9"].data_type == "s"
    assert set(after.defined_names) == set(before.defined_names)


def test_the_first_sheet_lists_every_problem_with_a_link_to_its_cell(marked: Path, returned: Path) -> None:
    sheet = openpyxl.load_workbook(marked).worksheets[0]
    assert sheet.title == TO_PUT_RIGHT
    assert sheet["A1"].value == "6 things to put right in this workbook"
    listed = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=6)]
    assert [(row[1] or "", row[4]) for row in listed] == [(each.sheet, each.rule) for each in problems_of(returned)]
    links = {cell.hyperlink.location or cell.hyperlink.target for cell in sheet["C"] if cell.hyperlink}
    assert {link.removeprefix("#") for link in links} == {f"'{sheet}'!{cell}" for sheet, cell in MARKED}
    found = next(row for row in sheet.iter_rows(min_row=6) if row[5].value == "=12 wte")
    assert found[5].data_type == "s"


def test_the_original_is_untouched_and_nothing_is_written_beside_it(returned: Path, tmp_path: Path) -> None:
    before = returned.read_bytes()
    problems = problems_of(returned)
    with pytest.raises(ValueError, match="does not belong in the folder"):
        write_marked(returned, problems, returned.with_name("marked.xlsx"))
    write_marked(returned, problems, tmp_path / "out" / "marked.xlsx")
    assert returned.read_bytes() == before
    assert [path.name for path in returned.parent.iterdir()] == ["book.xlsx"]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["marked.xlsx"]


def test_a_marked_copy_that_was_put_right_is_read_and_can_be_marked_again(marked: Path, tmp_path: Path) -> None:
    def mend(book: Workbook) -> None:
        book[SHEET]["G9"], book[SHEET]["B10"] = 12, book[SHEET]["B9"].value
        book[SHEET]["F7"] = "Band"
        book["Movements"]["K8"] = 1.8
        book.create_sheet("Rooms")
        del book["Pivot"]

    again = edited(Path(shutil.copy(marked, tmp_path / "again.xlsx")), mend)
    assert [(problem.sheet, problem.cell) for problem in problems_of(again)] == [("Rooms", "B7")]
    remarked = write_marked(again, problems_of(again), tmp_path / "out" / "second.xlsx")
    assert comments(remarked).keys() == {("Rooms", "B7"), (SHEET, "G9")}
    assert comments(remarked)[SHEET, "G9"] == "as agreed in May"
    book = openpyxl.load_workbook(remarked)
    assert book.sheetnames.count(TO_PUT_RIGHT) == 1
    assert book[SHEET]["B10"].fill.fill_type is None
    assert (book[SHEET]["F7"].fill.fgColor.rgb, book[SHEET]["F7"].font.color.rgb) == ("00003087", "00FFFFFF")


@pytest.mark.parametrize(
    ("problem", "cell"),
    [
        (Problem("book.xlsx", "later", sheet="Establishment", row=9, column="funded_wte"), (SHEET, "G9")),
        (Problem("book.xlsx", "later", sheet="Establishment", row=9, column="Funded WTE"), (SHEET, "G9")),
        (Problem("book.xlsx", "later", sheet="Establishment", row=9), (SHEET, "B9")),
        (Problem("book.xlsx", "later", sheet="Establishment"), (SHEET, "A1")),
        (Problem("book.xlsx", "later", sheet="Movements", row=8, column="wte"), ("Movements", "K8")),
    ],
)
def test_problems_found_later_are_marked_by_row_and_name_of_the_column(
    problem: Problem, cell: tuple[str, str], tmp_path: Path
) -> None:
    path = filled(tmp_path / "in" / "book.xlsx", establishment=ESTABLISHMENT)
    out = write_marked(path, [problem, Problem("other.xlsx", "x", sheet=SHEET, cell="B8")], tmp_path / "out.xlsx")
    assert comments(out) == {cell: "PUT RIGHT: Later."}


def test_several_problems_of_one_cell_share_a_comment_and_merged_cells_have_theirs(tmp_path: Path) -> None:
    path = filled(tmp_path / "in" / "book.xlsx", establishment=ESTABLISHMENT)
    edited(path, lambda book: book[SHEET].merge_cells("G9:G10"))
    problems = [Problem(str(path), rule, sheet=SHEET, cell="G10") for rule in ("one", "two")]
    out = write_marked(path, problems, tmp_path / "out.xlsx")
    assert comments(out) == {(SHEET, "G9"): "PUT RIGHT: One.\nALSO: Two."}


def test_an_empty_cell_that_is_marked_can_still_be_filled_in(tmp_path: Path) -> None:
    path = filled(tmp_path / "in" / "book.xlsx", establishment=ESTABLISHMENT)
    out = write_marked(path, [Problem(str(path), "empty", sheet=SHEET, cell="B50")], tmp_path / "out.xlsx")
    cell = openpyxl.load_workbook(out)[SHEET]["B50"]
    assert cell.protection.locked is False
    assert cell.number_format == "mmm yyyy"


def converted(path: Path, to: Path) -> ElementTree.Element:
    """The workbook as LibreOffice saves it in its own format."""
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed (soffice), so nothing can be opened with it")
    home = f"-env:UserInstallation={(to / 'home').as_uri()}"
    command = ["soffice", home, "--headless", "--convert-to", "fods", "--outdir", str(to), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return ElementTree.parse(to / f"{path.stem}.fods").getroot()


def annotations(document: ElementTree.Element) -> dict[tuple[str, str], str]:
    """The comments of an OpenDocument spreadsheet by sheet and cell."""
    found = {}
    for sheet in document.iter(f"{TABLE}table"):
        row = 1
        for line in sheet.iter(f"{TABLE}table-row"):
            column = 0
            for cell in line:
                note = cell.find(f"{OFFICE}annotation")
                if note is not None:
                    text = "\n".join("".join(each.itertext()) for each in note.iter(f"{TEXT}p"))
                    found[sheet.get(f"{TABLE}name", ""), f"{chr(ord('A') + column)}{row}"] = text
                column += int(cell.get(f"{TABLE}number-columns-repeated", 1))
            row += int(line.get(f"{TABLE}number-rows-repeated", 1))
    return found


@pytest.mark.slow
def test_libreoffice_opens_the_marked_copy_with_the_comments_in_the_right_cells(marked: Path, tmp_path: Path) -> None:
    said = annotations(converted(marked, tmp_path))
    assert set(said) == MARKED
    assert "type it again as 30/09/2025" in said[SHEET, "B10"]


@pytest.mark.slow
def test_libreoffice_opens_the_template_with_its_drop_downs_and_checks(tmp_path: Path) -> None:
    document = converted(filled(tmp_path / "book.xlsx", establishment=ESTABLISHMENT), tmp_path)
    rules = {
        each.get(f"{TABLE}name"): each.get(f"{TABLE}condition", "")
        for each in document.iter(f"{TABLE}content-validation")
    }
    sheet = next(each for each in document.iter(f"{TABLE}table") if each.get(f"{TABLE}name") == SHEET)
    eighth = [cell for row in list(sheet.iter(f"{TABLE}table-row"))[7:8] for cell in row]
    told = [rules.get(cell.get(f"{TABLE}content-validation-name"), "") for cell in eighth[:7]]
    assert "list_profession" in told[4]
    assert "cell-content-is-date" in told[1]
    assert "cell-content-is-decimal-number" in told[6]
