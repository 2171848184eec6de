"""What a template holds: sheets, head rows, drop-downs, checks, protection; and who gets which rows."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pandas as pd
import pytest
from intake_books import BOARD, EMPLOYER, ESTABLISHMENT, HOST, TEACHER, WORDS, filled, frame
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation

from pipeline.plan import Plan, PlanFile
from pipeline.sources.intake.layout import FACTS, FIRST_ENTRY, HEADING_ROW, LISTS, READ_ME, template_column
from pipeline.sources.intake.senders import PlanSender, plan_senders, rows_of_sender, sheets_of
from pipeline.tables import TABLES

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    path = filled(tmp_path_factory.mktemp("template") / "employer.xlsx", establishment=ESTABLISHMENT)
    return openpyxl.load_workbook(path)


def check_of(book: Workbook, sheet: str, cell: str) -> DataValidation:
    (found,) = [each for each in book[sheet].data_validations.dataValidation if cell in each.sqref]
    return found


def test_a_workbook_has_a_read_me_a_sheet_for_each_table_of_its_sender_and_two_hidden_ones(book: Workbook) -> None:
    assert book.sheetnames == [READ_ME, *(table.title for table in sheets_of("employer")), FACTS, LISTS]
    assert {book[name].sheet_state for name in (FACTS, LISTS)} == {"veryHidden"}
    assert book.active == book[READ_ME]


def test_the_read_me_says_whom_it_is_from_what_to_do_and_that_nothing_is_to_be_about_a_person(book: Workbook) -> None:
    said = " ".join(str(cell) for row in book[READ_ME].values for cell in row if cell)
    for words in ("Northvale ICS", "Northvale University Hospitals (ZZ1)", "3 November 2025", "Save the workbook"):
        assert words in said
    for words in ("last day", "whole-time", "employee numbers", TABLES["establishment"].holds):
        assert words in said


@pytest.mark.parametrize("sender", [EMPLOYER, HOST, TEACHER, BOARD], ids=lambda sender: sender.kind)
def test_every_sheet_has_headings_with_help_unit_and_example_above_them(sender: PlanSender, tmp_path: Path) -> None:
    made = openpyxl.load_workbook(filled(tmp_path / "book.xlsx", sender))
    for table in sheets_of(sender.kind):
        rows = list(made[table.title].iter_rows(max_row=HEADING_ROW, values_only=True))
        assert rows[0][0] == table.title
        assert rows[HEADING_ROW - 1] == ("Your rows", *(table.labels()[column] for column in table.own_columns))
        margin = [row[0] for row in rows[3:6]]
        assert margin == ["What to write", "Unit", "Example, not read"]
        assert all(rows[3])
        assert all(rows[4])
        assert any(rows[5][1:])


def test_the_example_uses_the_senders_own_code(book: Workbook) -> None:
    assert book["Establishment"]["C6"].value == "ZZ1"


def test_drop_downs_lead_to_the_hidden_lists_by_name(book: Workbook) -> None:
    check = check_of(book, "Establishment", "E300")
    assert (check.type, check.formula1, check.errorStyle or "stop") == ("list", "list_profession", "stop")
    place = book.defined_names["list_profession"].attr_text
    column, last = place.split("$")[1], int(place.split("$")[-1])
    assert [book[LISTS][f"{column}{row}"].value for row in range(2, last + 1)] == WORDS["profession"]


@pytest.mark.parametrize(
    ("sheet", "cell", "kind", "low", "high"),
    [
        ("Establishment", "G100", "decimal", "0", "1000000000000"),
        ("Movements", "J100", "whole", "0", "1000000000000"),
        ("Establishment", "B100", "date", "32874", "73415"),
    ],
)
def test_numbers_and_dates_are_checked_as_they_are_typed(
    book: Workbook, sheet: str, cell: str, kind: str, low: str, high: str
) -> None:
    check = check_of(book, sheet, cell)
    assert (check.type, check.formula1, check.formula2) == (kind, low, high)
    assert "Unit:" in check.prompt
    assert "without words" in check.error


def test_every_column_has_a_message_that_excel_can_show(tmp_path: Path) -> None:
    for sender in (EMPLOYER, HOST, TEACHER, BOARD):
        made = openpyxl.load_workbook(filled(tmp_path / f"{sender.kind}.xlsx", sender))
        for table in sheets_of(sender.kind):
            checks = made[table.title].data_validations.dataValidation
            told = {
                column
                for check in checks
                for area in check.sqref.ranges
                for column in range(area.min_col, area.max_col + 1)
            }
            assert told == {template_column(table, column) for column in table.own_columns}
            assert all(0 < len(check.prompt) <= 255 and len(check.error) <= 255 for check in checks)


def test_centres_are_chosen_from_the_senders_own_sheet_of_centres(tmp_path: Path) -> None:
    made = openpyxl.load_workbook(filled(tmp_path / "host.xlsx", HOST))
    assert check_of(made, "CDC rooms", "B20").formula1 == "list_site"
    assert made.defined_names["list_site"].attr_text.startswith("'CDC plans'!$B$8:INDEX(")


def test_entries_are_open_and_headings_are_not(book: Workbook) -> None:
    sheet = book["Establishment"]
    assert sheet.protection.sheet
    assert not sheet.protection.password
    assert sheet[f"G{FIRST_ENTRY}"].protection.locked is False
    assert sheet.column_dimensions["G"].protection.locked is False
    assert sheet[f"G{HEADING_ROW}"].protection.locked is True
    assert sheet.row_dimensions[HEADING_ROW].protection.locked is True
    # openpyxl gives what is locked: what is open is False.
    locked = {name: getattr(sheet.protection, name) for name in ("sort", "autoFilter", "insertRows", "deleteRows")}
    assert locked == dict.fromkeys(locked, False)
    assert sheet.protection.insertColumns
    assert sheet.freeze_panes == f"A{FIRST_ENTRY}"
    assert sheet.auto_filter.ref.startswith(f"B{HEADING_ROW}:G")


def test_cells_that_nobody_has_used_are_open_too_since_only_open_rows_can_be_deleted(tmp_path: Path) -> None:
    with zipfile.ZipFile(filled(tmp_path / "a.xlsx")) as package:
        styles = ElementTree.fromstring(package.read("xl/styles.xml"))
    names = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    unused = styles.find("x:cellXfs/x:xf", names)
    assert unused is not None
    assert unused.get("applyProtection") == "1"
    assert [each.get("locked") for each in unused.findall("x:protection", names)] == ["0"]


def test_there_is_room_for_three_hundred_rows_more_and_for_half_as_many_again_in_a_long_table(tmp_path: Path) -> None:
    months = pd.date_range("1990-01-31", periods=1000, freq="ME")
    made = openpyxl.load_workbook(
        filled(
            tmp_path / "long.xlsx",
            activity=frame("activity", [{"month": month} for month in months]),
            establishment=ESTABLISHMENT,
        )
    )
    assert check_of(made, "Establishment", "G311").type == "decimal"
    assert check_of(made, "Activity", "F1507").type == "whole"


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = (filled(tmp_path / name / "a.xlsx", establishment=ESTABLISHMENT) for name in "12")
    assert first.read_bytes() == second.read_bytes()


def plan_of(**keys: object) -> Plan:
    told = {"name": "N", "ics": ["QZ1"], "employers": {"ZZ1": "One", "ZZ2": "Two"}, "base_month": "2025-09"}
    file = PlanFile.model_validate({**told, "sources": [{"reader": "pay_afc", "path": "a.csv"}], **keys})
    return Plan(Path("northvale"), file, ())


def test_there_is_a_sender_for_each_employer_host_education_provider_and_board() -> None:
    plan = plan_of(cdc_hosts=["ZZ2"], education_providers={"ZZU1": "University"}, ics=["QZ1", "QZ2"])
    assert [(sender.kind, sender.code, sender.name) for sender in plan_senders(plan)] == [
        ("employer", "ZZ1", "One"),
        ("employer", "ZZ2", "Two"),
        ("cdc_host", "ZZ2", "Two"),
        ("education_provider", "ZZU1", "University"),
        ("icb", "QZ1", "Integrated care board QZ1"),
        ("icb", "QZ2", "Integrated care board QZ2"),
    ]


def test_an_employer_gets_its_own_rows_of_what_employers_send() -> None:
    staff = frame("staff", [{}, {"employer": "ZZ2"}, {"dataset": "hchs"}, {"level": "Consultant"}])
    activity = frame("activity", [{}, {"dataset": "dm01"}, {"provider": "ZZ2"}])
    rows = rows_of_sender(EMPLOYER, {"staff": staff, "activity": activity, "risks": frame("risks", [{}])})
    assert {name: table["row"].tolist() for name, table in rows.items()} == {"staff": [8], "activity": [8]}


def test_a_host_gets_the_rows_of_its_own_centres() -> None:
    plans = frame("cdc_plans", [{"site": "A"}, {"site": "B", "host": "ZZ2"}])
    activity = frame("cdc_activity", [{"site": "B"}, {"site": "A"}])
    rows = rows_of_sender(HOST, {"cdc_plans": plans, "cdc_activity": activity})
    assert {name: table["site"].tolist() for name, table in rows.items()} == {"cdc_plans": ["A"], "cdc_activity": ["A"]}


def test_no_row_goes_to_two_senders_so_that_what_comes_back_never_repeats_itself() -> None:
    other = PlanSender("education_provider", "ZZU2", "College")
    senders = [TEACHER, other, BOARD, PlanSender("icb", "QZ2", "Board")]
    routes = frame("training_routes", [{"route": route} for route in ("alone", "shared", "nobody's", "elsewhere")])
    taught = [("alone", "ZZU1"), ("shared", "ZZU1"), ("shared", "ZZU2"), ("elsewhere", "ZZU9")]
    intakes = frame("training_intakes", [{"route": route, "education_provider": code} for route, code in taught])
    tables = {"training_routes": routes, "training_intakes": intakes, "risks": frame("risks", [{}])}
    got = {sender.code: rows_of_sender(sender, tables, senders) for sender in senders}
    assert {code: list(rows.get("training_routes", routes.head(0))["route"]) for code, rows in got.items()} == {
        "ZZU1": ["alone"],
        "ZZU2": [],
        "QZ1": ["shared", "nobody's", "elsewhere"],
        "QZ2": [],
    }
    assert {code: list(rows.get("training_intakes", intakes.head(0))["row"]) for code, rows in got.items()} == {
        "ZZU1": [8, 9],
        "ZZU2": [10],
        "QZ1": [11],
        "QZ2": [],
    }
    assert [code for code, rows in got.items() if "risks" in rows] == ["QZ1"]
