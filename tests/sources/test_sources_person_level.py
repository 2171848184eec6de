"""Records of people are refused, by their headings or by their cells, and never repeated. The people are invented."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pipeline.problems import InputRefused
from pipeline.sources._text import read_rows
from pipeline.sources.person_level import person_level_problems

pytestmark = pytest.mark.unit

HERE = Path("upload.csv")
VALID_NHS_NUMBERS = ["943 476 5919", "450-557-7104", "4010232137", "9434765870", "5990128088"]


def held_in(heading: str, cells: list[object] | None = None, **beside: list[object]) -> str:
    """What the column under a heading is said to hold; empty if nothing personal."""
    frame = pd.DataFrame({heading: cells or ["RH8"], **beside})
    found = [problem for problem in person_level_problems(frame, HERE) if problem.column == heading]
    return found[0].rule.split("as if it holds, ")[1].split(". Only")[0] if found else ""


@pytest.mark.parametrize(
    ("heading", "held"),
    [
        ("First Name", "people's names"),
        ("LAST_NAME", "people's names"),
        ("surname", "people's names"),
        ("Sur-name", "people's names"),
        ("Forename(s)", "people's names"),
        ("Full name", "people's names"),
        ("employeeFullName", "people's names"),
        ("Employee's Name", "people's names"),
        ("Staff member name", "people's names"),
        ("Line Manager Name", "people's names"),
        ("Name of employee", "people's names"),
        ("Known as", "people's names"),
        ("Date of Birth", "dates of birth"),
        ("date_of_birth", "dates of birth"),
        ("DateOfBirth", "dates of birth"),
        ("Birth-date", "dates of birth"),
        ("D.O.B.", "dates of birth"),
        ("dob", "dates of birth"),
        ("NI number", "National Insurance numbers"),
        ("NINO", "National Insurance numbers"),
        ("NINumber", "National Insurance numbers"),
        ("National Insurance No.", "National Insurance numbers"),
        ("National Insurance", "National Insurance numbers"),
        ("Employee Number", "employee numbers"),
        ("employee_id", "employee numbers"),
        ("EmployeeID", "employee numbers"),
        ("ASSIGNMENT NUMBER", "employee numbers"),
        ("Payroll no", "employee numbers"),
        ("Staff Number", "employee numbers"),
        ("staffid", "employee numbers"),
        ("Unique NHS Identifier", "employee numbers"),
        ("ESR ID", "employee numbers"),
        ("ESR person number", "employee numbers"),
        ("E-mail", "e-mail addresses"),
        ("Work email address", "e-mail addresses"),
        ("Home Address", "home addresses or telephone numbers"),
        ("home_postcode", "home addresses or telephone numbers"),
        ("Mobile no", "home addresses or telephone numbers"),
        ("NHS Number", "NHS numbers"),
        ("nhs_no", "NHS numbers"),
        ("NHSNumber", "NHS numbers"),
        ("GMC number", "professional registration numbers"),
        ("GMCNo", "professional registration numbers"),
        ("HCPC Registration Number", "professional registration numbers"),
        ("NMC PIN", "professional registration numbers"),
        ("Professional registration no.", "professional registration numbers"),
        ("Registration Number", "professional registration numbers"),
        ("Bank account", "bank or passport details"),
    ],
)
def test_a_heading_about_people_is_refused_however_it_is_written(heading: str, held: str) -> None:
    assert held_in(heading) == held


@pytest.mark.parametrize(
    "heading",
    [
        "Organisation name",
        "ORG_NAME",
        "Provider Name",
        "PRACTICE_NAME",
        "name",
        "Site name",
        "Diagnostic Test Name",
        "Staff group name",
        "NHSE_REGION_NAME",
        "Staff numbers",
        "Number of staff",
        "NUMBER_OF_PATIENTS",
        "Employees",
        "Patient numbers",
        "Number of employees",
        "Staff group code",
        "STAFF_ROLE",
        "Consultant",
        "Bank staff",
        "Postcode",
        "address",
        "Mobile scanners",
        "Date",
        "Start date",
        "Births",
        "Age band",
        "CQC registration number",
        "Provider registration number",
        "HCPC registered",
        "ESR organisation",
        "Nominal code",
        "UNIQUE_IDENTIFIER",
        "Adobe",
        "Unit number",
        "Employer national insurance",
        "National Insurance contributions",
        "Provider full name",
        "Trust known as",
    ],
)
def test_a_heading_about_organisations_or_totals_is_not_refused(heading: str) -> None:
    assert held_in(heading) == ""


def test_an_email_address_is_refused_under_any_heading() -> None:
    assert held_in("contact", ["Radiology", "ask amara.okafor@example.nhs.uk"]) == "e-mail addresses"


@pytest.mark.parametrize("cell", ["AB123456C", "ab 12 34 56 c", "ref AB123456C, band 5"])
def test_a_national_insurance_number_is_refused_under_any_heading(cell: str) -> None:
    assert held_in("note", ["", cell]) == "National Insurance numbers"


@pytest.mark.parametrize("cell", ["A81001", "E54000037", "RH8", "DA123456C", "AB1234567C", "XAB123456C", "AO123456A"])
def test_codes_of_organisations_and_malformed_numbers_are_not_national_insurance_numbers(cell: str) -> None:
    assert held_in("note", [cell]) == ""


def test_nhs_numbers_are_known_by_their_check_digit_under_a_heading_that_hints_at_them() -> None:
    assert held_in("Patient", VALID_NHS_NUMBERS[:1]) == "NHS numbers"
    assert held_in("local id", [4010232137, 9434765870]) == "NHS numbers"
    assert held_in("local id", [4010232137.0, 9434765870.0, None]) == "NHS numbers"
    assert held_in("local id", [4010232138, 9434765871]) == ""


def test_under_a_heading_without_a_hint_it_takes_several_nhs_numbers() -> None:
    assert held_in("column", VALID_NHS_NUMBERS) == "NHS numbers"
    assert held_in("salary", VALID_NHS_NUMBERS[:1]) == ""


@pytest.mark.parametrize("cells", [["7123456", "6012345"], ["12A3456E"], ["ra12345", "CS12345"]])
def test_registration_numbers_are_known_under_the_name_of_their_register(cells: list[object]) -> None:
    assert held_in("HCPC", cells) == "professional registration numbers"
    assert held_in("Code", cells) == ""


def test_names_with_titles_are_refused() -> None:
    assert held_in("Lead", ["Ms A Okafor", "Mr. Bryn Pugh", "vacant"]) == "people's names"


def test_a_bare_name_is_refused_where_each_row_is_a_person() -> None:
    names: list[object] = ["Amara Okafor", "Pugh, Bryn", "Chen T. Li"]
    assert held_in("Name", names, band=["5", "6", "7"], wte=["1", "0.6", "0.8"]) == "people's names"


def test_a_bare_name_is_fine_where_rows_are_places_or_totals() -> None:
    assert held_in("Name", ["Queens Park", "Torbay Hospital"], postcode=["TQ2 7AA", "TQ1 1AA"]) == ""
    assert held_in("Name", ["Amara House", "Queens Park"], band=["5", "6"], wte=["12.4", "3"]) == ""


def test_dates_spread_like_births_are_refused_where_each_row_is_a_person() -> None:
    births: list[object] = ["14/02/1961", "03/09/1975", "30/11/1999", "21/06/1988"]
    bands: list[object] = ["5", "6", "7", "5"]
    assert held_in("Date", births, Grade=bands) == "dates of birth"
    assert held_in("Start date", births, Grade=bands) == ""
    assert held_in("Date", births) == ""
    assert held_in("Date", births, Grade=bands, Headcount=[12, 1, 4, 2]) == ""
    assert held_in("Date", ["30/04/2024", "31/05/2024", "30/06/2024", "31/07/2024"], Grade=bands) == ""


def test_the_problem_names_sheet_and_column_and_repeats_no_cell() -> None:
    frame = pd.DataFrame({"Team": ["CT"], "Surname": ["Okafor"], "Contact": ["amara.okafor@example.nhs.uk"]})
    problems = person_level_problems(frame, Path("in/upload.xlsx"), "Staff")
    assert [(p.file, p.sheet, p.column, p.value) for p in problems] == [
        ("in/upload.xlsx", "Staff", "Surname", ""),
        ("in/upload.xlsx", "Staff", "Contact", ""),
    ]
    assert "Okafor" not in str(problems)
    assert "take the column out, or send headcount and WTE by team" in problems[0].rule


def test_two_columns_of_one_heading_are_both_judged() -> None:
    frame = pd.DataFrame([["CT", "x@example.org"]], columns=["Team", "Team"])
    assert len(person_level_problems(frame, HERE)) == 1


def test_cells_of_any_type_are_judged() -> None:
    frame = pd.DataFrame(
        {
            "month": pd.to_datetime(["2024-04-30", "2024-05-31"]),
            "wte": [1.5, None],
            "flag": pd.array([True, None], dtype="boolean"),
            "mixed": [3, "x"],
            "none": [None, None],
        }
    )
    assert person_level_problems(frame, HERE) == []


def test_a_frame_without_rows_is_judged_by_its_headings() -> None:
    assert [p.column for p in person_level_problems(pd.DataFrame(columns=["Band", "Surname"]), HERE)] == ["Surname"]


def test_every_text_reader_refuses_records_of_people_before_anything_else(tmp_path: Path) -> None:
    path = tmp_path / "staff.csv"
    path.write_text("Surname,Date of birth,Band\nOkafor,14/02/1961,6\n")
    with pytest.raises(InputRefused) as refusal:
        read_rows(path, required=["ORG_CODE"])
    assert [problem.column for problem in refusal.value.problems] == ["Surname", "Date of birth", ""]
    assert "Okafor" not in str(refusal.value)


def test_a_record_that_stands_in_place_of_the_header_is_not_repeated(tmp_path: Path) -> None:
    path = tmp_path / "staff.csv"
    path.write_text("Okafor,amara.okafor@example.nhs.uk,6\nPugh,bryn.pugh@example.nhs.uk,7\n")
    with pytest.raises(InputRefused) as refusal:
        read_rows(path, required=["ORG_CODE"])
    assert [(problem.column, problem.value) for problem in refusal.value.problems] == [
        ("column 2", ""),
        ("", "column 1, column 2, column 3"),
    ]
    assert "kafor" not in str(refusal.value)
