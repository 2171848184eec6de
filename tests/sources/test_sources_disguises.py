"""Facts about people are refused in whatever column they hide, and no message repeats a cell. All are invented."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from esr_files import HEADER, assert_repeats_none_of, line, refusal, saved
from small_files import SICKNESS_HEADER, Rows, dm01_row, sickness_row, write_dm01, write_text

from pipeline.problems import InputRefused
from pipeline.sources import dm01_provider, esr_extract, sickness_absence, table_csv
from pipeline.sources.person_level import person_level_problems

pytestmark = pytest.mark.unit

FIRST = ["Amara", "Bryn", "Chen", "Dilys", "Emeka", "Farida", "Gareth", "Hana", "Ioan", "Jolanta"]
LAST = ["Okafor", "Pughson", "Quillfeather", "Rasmitov", "Szymanskov", "Thorneby"]
PEOPLE = [(first, last) for last in LAST for first in FIRST]
NUMBERS = [20_417_733 + 91 * each for each in range(len(PEOPLE))]
NI = [f"{'abceghj'[each % 7]}{'klmnpr'[each % 6]}{123456 + 7919 * each % 800_000:06}" for each in range(len(PEOPLE))]
BIRTHS = [f"{each % 28 + 1:02}/{each % 12 + 1:02}/{1958 + each % 41}" for each in range(len(PEOPLE))]
POSTCODES = [f"TQ{each % 9 + 1} {each % 8 + 1}{'ABDE'[each % 4]}{'FGHJ'[each % 4]}" for each in range(len(PEOPLE))]
HASHES = [hashlib.sha256(f"{first}{last}".encode()).hexdigest() for first, last in PEOPLE]
TOKENS = [base64.b64encode(digest.encode())[:12].decode() for digest in HASHES]
EMAILS = [f"{first}.{last}@example.nhs.uk".lower() for first, last in PEOPLE]
SECRETS = [*FIRST, *LAST, *map(str, NUMBERS), *NI, *BIRTHS, *POSTCODES, *HASHES, *TOKENS, *EMAILS]


def names(form: str) -> list[str]:
    """The people's names in a form such as `{last}, {first}`."""
    return [form.format(first=first, last=last, f=first[0], l=last[0]) for first, last in PEOPLE]


def quoted(cells: list[str]) -> list[str]:
    return [f'"{cell}"' for cell in cells]


IN_FREE_TEXT: dict[str, list[str]] = {
    "names": names("{first} {last}"),
    "names in capitals, surname first": quoted([name.upper() for name in names("{last}, {first}")]),
    "names with initials": names("{f}. {last}"),
    "initials and a year of birth": [f"{first[0]}{last[0]}{1958 + each}" for each, (first, last) in enumerate(PEOPLE)],
    "initials alone": names("{f}{l}"),
    "surnames, some of them common": [LAST[0]] * 40 + LAST[1:] * 4,
    "names with titles": names("Dr {first} {last}"),
    "a name behind a job title": names("Radiographer {last} {first}"),
    "a name behind most job titles": [*names("Radiographer ({first} {last})")[:45], *["Radiographer"] * 15],
    "an employee number behind a job title": [f"Radiographer {number}" for number in NUMBERS],
    "employee numbers": [str(number) for number in NUMBERS],
    "short numbers behind a job title": [f"Radiographer {each:03}" for each in range(len(PEOPLE))],
    "National Insurance numbers": [number.upper() + "C" for number in NI],
    "National Insurance numbers in small letters without their last": NI,
    "National Insurance numbers behind a job title": [f"Radiographer {number[:4]} {number[4:]}" for number in NI],
    "hashes": HASHES,
    "short hashes": [digest[:8] for digest in HASHES],
    "hashes in base64": TOKENS,
    "e-mail addresses": EMAILS,
    "dates of birth": BIRTHS,
    "dates of birth in short": [birth.replace("/19", ".").replace("/", ".") for birth in BIRTHS],
    "postcodes": POSTCODES,
    "postcodes behind a ward": [f"Ward {code}" for code in POSTCODES],
}


def assert_refused(path: Path, column: str, secrets: list[str] = SECRETS) -> None:
    problems = refusal(path)
    assert column in {problem.column for problem in problems}
    assert all(problem.value == "" for problem in problems)
    assert_repeats_none_of(problems, secrets)


@pytest.mark.parametrize("disguise", IN_FREE_TEXT)
@pytest.mark.parametrize("heading", ["Role", "Area of Work"])
@pytest.mark.parametrize("months", [1, 12])
def test_nothing_about_people_comes_in_as_a_role_or_an_area(
    tmp_path: Path, disguise: str, heading: str, months: int
) -> None:
    column = heading.split()[0].casefold()
    rows = [
        line(effective=f"2024-{month:02}-15", **{column: cell})
        for month in range(1, months + 1)
        for cell in IN_FREE_TEXT[disguise]
    ]
    assert_refused(saved(tmp_path, *rows), heading)


@pytest.mark.parametrize("heading", [each for each in HEADER.split(",") if each not in ("Role", "Area of Work")])
@pytest.mark.parametrize("disguise", ["names", "employee numbers", "hashes", "dates of birth", "e-mail addresses"])
def test_nothing_about_people_comes_in_under_another_heading(tmp_path: Path, heading: str, disguise: str) -> None:
    rows = [line(**{heading.split()[0].casefold(): cell}) for cell in IN_FREE_TEXT[disguise]]
    assert_refused(saved(tmp_path, *rows), heading)


@pytest.mark.parametrize("cell", ["47", "1981", "14/02/1961", "AO1961", "30-31"])
def test_ages_and_births_do_not_come_in_as_age_bands(tmp_path: Path, cell: str) -> None:
    assert_refused(saved(tmp_path, line(), line(age=cell)), "Age Band", [cell])


def test_numbers_of_people_do_not_come_in_as_the_codes_of_many_employers_of_one(tmp_path: Path) -> None:
    codes = [f"Z{number % 100_000:05}" for number in NUMBERS]
    assert_refused(saved(tmp_path, *[line(employer=code) for code in codes]), "Employer", codes)


@pytest.mark.parametrize("code", ["AB123456C", "AB123456", "20417733"])
def test_the_number_of_a_person_does_not_come_in_as_an_employer_even_once(tmp_path: Path, code: str) -> None:
    assert_refused(saved(tmp_path, line(), line(employer=code)), "Employer", [code])


@pytest.mark.parametrize("heading", ["Ref", "Unit", "X1", "", "Team", "Employer Name", "Employee Number", "Nr."])
def test_a_further_column_is_refused_whatever_it_is_called(tmp_path: Path, heading: str) -> None:
    rows = [f"{line()},{first} {last}" for first, last in PEOPLE]
    assert_refused(saved(tmp_path, *rows, header=f"{HEADER},{heading}"), heading or "column 11")


def test_names_parted_over_two_columns_are_refused_in_both(tmp_path: Path) -> None:
    path = saved(tmp_path, *[line(role=first, area=last) for first, last in PEOPLE[5:]])
    assert {problem.column for problem in refusal(path)} == {"Role", "Area of Work"}
    assert_repeats_none_of(refusal(path), SECRETS)


def test_the_job_titles_and_areas_of_a_large_service_are_not_taken_for_people(tmp_path: Path) -> None:
    titles = ["Lead Radiographer CT", "Advanced Practitioner - MRI", "PACS Manager", "Sonographer (Band 7)"]
    rows = [line(role=title) for title in titles] + [line(role="Radiographer")] * 40
    assert esr_extract.read(saved(tmp_path, *rows))["staff"]["headcount"].sum() == 44


COMMON = [
    *("Jane Smith", "Mohammed Hussain", "Olu Adeyemi", "Agnieszka Nowak", "David Pugh", "Siobhan O'Neill"),
    *("Priya Patel", "Gareth Llewellyn", "Chidi Okafor", "Margaret Thistlewood-Hart", "Tom Baker", "Yusuf Demir"),
]
SURNAME_FIRST = [f"{last.upper()}, {first}" for first, last in map(str.split, COMMON)]
INNOCENT = ["Ref", "Unit", "X1", "Notes", "Column7"]
SHORT_BIRTHS = [f"{each + 1}.{each + 1}.{58 + 3 * each}" for each in range(len(COMMON))]
ANYWHERE: dict[str, list[str]] = {
    "names": COMMON,
    "names in capitals": [name.upper() for name in COMMON],
    "surname first": SURNAME_FIRST,
    "surname first with a title": [name.replace(", ", ", Mr ") for name in SURNAME_FIRST],
    "first names, the surnames in another column": [name.split()[0] for name in COMMON],
    "National Insurance numbers": [number.upper() + "D" for number in NI[: len(COMMON)]],
    "National Insurance numbers in small letters": [number + "d" for number in NI[: len(COMMON)]],
    "National Insurance numbers without their last letter": NI[: len(COMMON)],
    "National Insurance numbers with spaces": [
        " ".join([number[:2], number[2:4], number[4:6], number[6:]]) for number in NI[: len(COMMON)]
    ],
    "National Insurance numbers with dashes": [
        "-".join([number[:2], number[2:4], number[4:6], number[6:]]).upper() for number in NI[: len(COMMON)]
    ],
    "hashes": HASHES[: len(COMMON)],
    "short hashes": [f"{digest[:10]}a1f" for digest in HASHES[: len(COMMON)]],
    "base64": TOKENS[: len(COMMON)],
    "e-mail addresses": EMAILS[: len(COMMON)],
    "dates of birth": [f"{each + 1:02}/{each + 1:02}/{1958 + 3 * each}" for each in range(len(COMMON))],
    "dates of birth in short": SHORT_BIRTHS,
}


def personal_problems(read: Callable[[Path], object], path: Path, secrets: list[str]) -> list[str]:
    """The columns that a reader says hold facts about people, and that it repeats none of them."""
    with pytest.raises(InputRefused) as caught:
        read(path)
    personal = [problem for problem in caught.value.problems if "as if it holds" in problem.rule]
    assert_repeats_none_of(caught.value.problems, [secret for secret in secrets if len(secret) > 3])
    return [problem.column for problem in personal]


@pytest.mark.parametrize("heading", INNOCENT)
@pytest.mark.parametrize("disguise", ANYWHERE)
def test_a_column_of_people_is_refused_in_a_published_text_file(tmp_path: Path, disguise: str, heading: str) -> None:
    cells = ANYWHERE[disguise]
    lines = [f'{sickness_row()},"{cell}"' for cell in cells]
    path = write_text(tmp_path / "absence.csv", f"{SICKNESS_HEADER},{heading}", *lines)
    assert personal_problems(sickness_absence.read, path, cells) == [heading]


@pytest.mark.parametrize("disguise", ANYWHERE)
def test_a_column_of_people_is_refused_in_a_table_that_a_plan_sends(tmp_path: Path, disguise: str) -> None:
    cells = ANYWHERE[disguise]
    lines = [f'2025-09-30,ZZ1,imaging,Diagnostic radiographers,6,101.4,"{cell}"' for cell in cells]
    path = write_text(tmp_path / "posts.csv", "month,employer,pillar,profession,band,funded_wte,Unit", *lines)
    assert "Unit" in personal_problems(table_csv.read, path, cells)


@pytest.mark.parametrize("disguise", ANYWHERE)
@pytest.mark.parametrize("heading", ["Unit", ""])
def test_a_column_of_people_is_refused_in_a_published_workbook(tmp_path: Path, disguise: str, heading: str) -> None:
    cells = ANYWHERE[disguise]

    def add(rows: Rows) -> None:
        header = next(at for at, row in enumerate(rows) if "Provider Code" in row)
        first = dm01_row("RZ1", 1, "Magnetic Resonance Imaging", [100], [10, 20, 160])
        rows[header].append(heading)
        rows += [["", *first, cell] for cell in cells]

    path = write_dm01(tmp_path / "dm01_2024-08.xlsx", add)
    shown = personal_problems(dm01_provider.read, path, cells)
    assert len(shown) == 1
    assert shown[0] == heading or shown[0].startswith("column ")


def posts_of_one(extra: str, cells: list[object]) -> pd.DataFrame:
    """A list of posts, each of one person, with a further column."""
    size = len(cells)
    return pd.DataFrame({"Band": ["6"] * size, "FTE": ["1.0"] * size, extra: cells})


@pytest.mark.parametrize(
    "cells",
    [
        [str(number) for number in NUMBERS],
        NUMBERS,
        [float(number) for number in NUMBERS],
        [f"{number}-2" for number in NUMBERS],
        BIRTHS,
        [dt.date(1958 + each % 41, 3, each % 28 + 1) for each in range(60)],
        [dt.datetime(1958 + each % 41, 3, each % 28 + 1) for each in range(60)],
    ],
    ids=["employee numbers", "whole numbers", "numbers of Excel", "assignment numbers", "births", "dates", "times"],
)
@pytest.mark.parametrize("heading", [*INNOCENT, "Team"])
def test_numbers_and_births_are_refused_under_any_heading_where_a_row_is_a_person(
    cells: list[object], heading: str
) -> None:
    (problem,) = person_level_problems(posts_of_one(heading, cells), Path("posts.csv"))
    assert problem.column == heading
    assert_repeats_none_of([problem], map(str, cells))


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("Position Number", NUMBERS),
        ("Annual salary", [str(1_000_000 + number) for number in NUMBERS]),
        ("Start date", BIRTHS),
        ("Site", ["Victoria Hospital", "Albert Road Surgery", "Grace House", "Florence Park", "St Mary Centre"]),
        ("Place", ["Newton Abbot", "Kings Lynn", "Market Drayton", "Bishop Auckland", "Milton Keynes"]),
        ("Title", ["Lead Radiographer", "Senior Nurse", "Grade Six Scientist", "Sister Endoscopy", "Head Porter"]),
        ("Code", ["E54000037", "E54000042", "E54000011", "E06000001", "E06000002"]),
        ("Code", ["A81001", "B82005", "C83010", "RA901", "RH802"]),
        ("Area", ["Cardiac, Vascular", "Neurology, Adults", "Imaging, Acute", "Genetics, Rare", "Breast, Screening"]),
    ],
)
def test_posts_places_jobs_and_codes_are_not_taken_for_people(heading: str, cells: list[object]) -> None:
    assert person_level_problems(posts_of_one(heading, cells), Path("posts.csv")) == []
