"""Core 5 and Core 3: who is registered, who is support, and what keeps two rows apart."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from pipeline.problems import InputRefused, Problem
from pipeline.sources import hchs_core3, hchs_core5
from pipeline.sources.mapping import Mapped, Mapping
from pipeline.sources.reading import ReadOptions
from pipeline.tables import TABLES

pytestmark = pytest.mark.unit

RADIOGRAPHERS = {
    "DATA_MONTH": "2025-10-31",
    "DATA_LEVEL": "Organisation",
    "ORG_CODE": "XA1",
    "ORG_NAME": "Invented Hospitals",
    "MAIN_STAFF_GROUP": "001_Professionally qualified clinical staff",
    "STAFF_GROUP_1": "014_Scientific, therapeutic & technical staff",
    "STAFF_GROUP_2": "015_Allied health professionals",
    "CARE_SETTING": "007_Radiography (diagnostic)",
    "LEVEL": "004_Therapist",
    "GRADE": "Band 6",
    "FTE": "41.78",
    "HEADCOUNT": "44",
}
SUPPORT = {
    "MAIN_STAFF_GROUP": "018_Support to clinical staff",
    "STAFF_GROUP_1": "029_Support to ST&T staff",
    "STAFF_GROUP_2": "030_Support to AHPs",
    "LEVEL": "103_Assistant",
    "GRADE": "Band 3",
}
RADIOLOGISTS = {
    "DATA_MONTH": "2025-10-31",
    "DATA_LEVEL": "Organisation",
    "ORG_CODE": "XA1",
    "SPECIALTY_GROUP": "Radiology group",
    "SPECIALTY": "Clinical radiology",
    "STAFF_GROUP_1": "HCHS doctors - Specialty Registrar",
    "GRADE": "Specialty Registrar",
    "FTE": "9.6875",
    "HEADCOUNT": "10",
}


def saved(folder: Path, *rows: dict[str, str], name: str = "core_2025-10.csv") -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def staff_of(folder: Path, *changes: dict[str, str]) -> pd.DataFrame:
    return hchs_core5.read(saved(folder, *({**RADIOGRAPHERS, **change} for change in changes)))["staff"]


def problems_of(folder: Path, *changes: dict[str, str], name: str = "core_2025-10.csv") -> tuple[Problem, ...]:
    with pytest.raises(InputRefused) as refusal:
        hchs_core5.read(saved(folder, *({**RADIOGRAPHERS, **change} for change in changes), name=name))
    return refusal.value.problems


def test_a_row_becomes_staff_without_its_numbers(tmp_path: Path) -> None:
    (row,) = staff_of(tmp_path, {}).to_dict("records")
    assert row == {
        "month": pd.Timestamp(2025, 10, 31),
        "employer": "XA1",
        "dataset": "hchs",
        "pillar": "imaging",
        "staff_group": "Allied health professionals",
        "profession": "Diagnostic radiographers",
        "discipline": "Radiography (diagnostic)",
        "level": "Therapist",
        "band": "6",
        "age_band": "All",
        "contract": "All",
        "headcount": 44,
        "wte": 41.78,
        "file": "core_2025-10.csv",
        "sheet": "",
        "row": 2,
    }


def test_one_care_setting_is_registered_or_support_by_the_main_staff_group(tmp_path: Path) -> None:
    staff = staff_of(tmp_path, {}, SUPPORT)
    assert staff["profession"].tolist() == ["Diagnostic radiographers", "Imaging support staff"]
    assert staff["discipline"].tolist() == ["Radiography (diagnostic)"] * 2
    assert staff["staff_group"].tolist() == ["Allied health professionals", "Support to AHPs"]


def test_managers_of_the_organisation_are_no_support_staff_of_a_service(tmp_path: Path) -> None:
    change = {"MAIN_STAFF_GROUP": "035_NHS infrastructure support", "CARE_SETTING": "007_Radiography (diagnostic)"}
    staff = staff_of(tmp_path, change)
    assert staff[["pillar", "profession"]].to_numpy().tolist() == [["unmapped", "Radiography (diagnostic)"]]


def test_a_care_setting_outside_the_mapping_is_kept_as_unmapped(tmp_path: Path) -> None:
    staff = staff_of(tmp_path, {"STAFF_GROUP_2": "003_Nurses - adult", "CARE_SETTING": "001_Adult and General"})
    assert staff[["pillar", "profession", "wte"]].to_numpy().tolist() == [["unmapped", "Adult and General", 41.78]]


def test_the_plans_own_mapping_decides(tmp_path: Path) -> None:
    mapping = Mapping({("care_setting", "radiography (diagnostic)"): Mapped("outside", "Elsewhere")})
    staff = hchs_core5.read(saved(tmp_path, RADIOGRAPHERS), ReadOptions(mapping=mapping))["staff"]
    assert staff[["pillar", "profession"]].to_numpy().tolist() == [["outside", "Elsewhere"]]


@pytest.mark.parametrize(
    ("grade", "band"),
    [
        ("Band 5", "5"),
        ("Band 8a", "8a"),
        ("Band 9", "9"),
        ("Non AfC Grade", "Non AfC Grade"),
        ("Very Senior Manager", "Very Senior Manager"),
    ],
)
def test_bands_lose_the_word_and_other_grades_keep_their_name(tmp_path: Path, grade: str, band: str) -> None:
    assert staff_of(tmp_path, {"GRADE": grade})["band"].tolist() == [band]


def test_levels_are_known_by_their_words_and_not_their_numbers(tmp_path: Path) -> None:
    other = {**SUPPORT, "STAFF_GROUP_2": "032_Support to healthcare scientists", "CARE_SETTING": "020_Blood Sciences"}
    staff = staff_of(tmp_path, {**SUPPORT, "LEVEL": "106_Support Worker"}, {**other, "LEVEL": "106_Trainee Biomedical"})
    assert staff["level"].tolist() == ["Support Worker", "Trainee Biomedical"]


def test_rows_that_only_their_numbers_tell_apart_keep_the_number_and_are_not_added_up(tmp_path: Path) -> None:
    first, second = {**SUPPORT, "LEVEL": "106_Support Worker"}, {**SUPPORT, "LEVEL": "111_Support Worker"}
    staff = staff_of(tmp_path, {**first, "FTE": "1"}, {**second, "FTE": "2"}, {**first, "FTE": "4", "GRADE": "Band 2"})
    assert staff[["level", "band", "wte"]].to_numpy().tolist() == [
        ["106_Support Worker", "3", 1.0],
        ["111_Support Worker", "3", 2.0],
        ["Support Worker", "2", 4.0],
    ]
    assert set(staff["discipline"]) == {"Radiography (diagnostic)"}


def test_a_row_published_twice_is_refused_and_names_both(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, {}, {"FTE": "3"})
    assert problem.row == 3
    assert "of core_2025-10.csv row 2; keep one of them" in problem.rule


def test_totals_of_england_regions_and_systems_are_left_out(tmp_path: Path) -> None:
    levels = [{"DATA_LEVEL": "England", "ORG_CODE": ""}, {"DATA_LEVEL": "NHSE region", "ORG_CODE": "", "FTE": "."}]
    staff = staff_of(tmp_path, *levels, {}, {"DATA_LEVEL": "ICS", "ORG_CODE": "QAA"})
    assert staff[["employer", "row"]].to_numpy().tolist() == [["XA1", 4]]


def test_a_file_of_totals_alone_says_which_file_is_needed(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, {"DATA_LEVEL": "England"}, {"DATA_LEVEL": "ICS"})
    assert (problem.column, problem.value) == ("DATA_LEVEL", "England, ICS")
    assert "goes down to organisations" in problem.rule


def test_more_wte_than_people_is_taken_as_published(tmp_path: Path) -> None:
    assert staff_of(tmp_path, {"FTE": "59.1125", "HEADCOUNT": "58"})[["wte", "headcount"]].to_numpy().tolist() == [
        [59.1125, 58]
    ]


def test_every_problem_of_every_row_is_reported_at_once(tmp_path: Path) -> None:
    problems = problems_of(
        tmp_path,
        {"FTE": "12 wte"},
        {"HEADCOUNT": "-4"},
        {"ORG_CODE": "Torbay"},
        {"DATA_MONTH": "October"},
        {"CARE_SETTING": ""},
        {"MAIN_STAFF_GROUP": "099_Robots"},
        {"MAIN_STAFF_GROUP": "099_Robots", "LEVEL": "1_x"},
    )
    assert {(problem.row, problem.column, problem.value) for problem in problems} == {
        (2, "FTE", "12 wte"),
        (3, "HEADCOUNT", "-4"),
        (4, "ORG_CODE", "Torbay"),
        (5, "DATA_MONTH", "October"),
        (6, "CARE_SETTING", ""),
        (7, "MAIN_STAFF_GROUP", "099_Robots"),
    }


def test_a_file_named_after_another_month_is_refused(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, {}, name="Core 5 - org, Nov-25.csv")
    assert (problem.column, problem.value) == ("DATA_MONTH", "October 2025")
    assert "says November 2025" in problem.rule


def test_doctors_take_specialty_as_discipline_and_grade_as_level_and_band(tmp_path: Path) -> None:
    (row,) = hchs_core3.read(saved(tmp_path, RADIOLOGISTS))["staff"].to_dict("records")
    assert {name: row[name] for name in TABLES["staff"].key} == {
        "month": pd.Timestamp(2025, 10, 31),
        "employer": "XA1",
        "dataset": "hchs",
        "staff_group": "HCHS doctors",
        "profession": "Clinical radiologists",
        "discipline": "Clinical radiology",
        "level": "Specialty Registrar",
        "band": "Specialty Registrar",
        "age_band": "All",
        "contract": "All",
    }
    assert (row["pillar"], row["wte"], row["headcount"], row["row"]) == ("imaging", 9.6875, 10, 2)


def test_a_specialty_outside_the_mapping_is_kept_as_unmapped(tmp_path: Path) -> None:
    staff = hchs_core3.read(saved(tmp_path, {**RADIOLOGISTS, "SPECIALTY": "Palliative medicine"}))["staff"]
    assert staff[["pillar", "profession"]].to_numpy().tolist() == [["unmapped", "Palliative medicine"]]


def test_one_specialty_in_two_groups_is_kept_apart(tmp_path: Path) -> None:
    path = saved(tmp_path, RADIOLOGISTS, {**RADIOLOGISTS, "SPECIALTY_GROUP": "Dental group"})
    assert hchs_core3.read(path)["staff"]["discipline"].tolist() == [
        "Clinical radiology (Radiology group)",
        "Clinical radiology (Dental group)",
    ]


def test_problems_of_doctors_are_reported_at_once(tmp_path: Path) -> None:
    path = saved(tmp_path, {**RADIOLOGISTS, "FTE": "-1"}, {**RADIOLOGISTS, "HEADCOUNT": "two"})
    with pytest.raises(InputRefused) as refusal:
        hchs_core3.read(path)
    assert [(problem.row, problem.column) for problem in refusal.value.problems] == [(2, "FTE"), (3, "HEADCOUNT")]


def test_each_reader_recognises_its_own_header_and_not_the_others(tmp_path: Path) -> None:
    core5, core3 = saved(tmp_path, RADIOGRAPHERS), saved(tmp_path, RADIOLOGISTS, name="anything.txt")
    assert (hchs_core5.recognise(core5), hchs_core3.recognise(core5)) == (True, False)
    assert (hchs_core5.recognise(core3), hchs_core3.recognise(core3)) == (False, True)
    assert not hchs_core5.recognise(tmp_path / "absent.csv")


def test_reading_one_kind_as_the_other_names_the_missing_columns(tmp_path: Path) -> None:
    with pytest.raises(
        InputRefused, match="the columns MAIN_STAFF_GROUP, STAFF_GROUP_2, CARE_SETTING, LEVEL are missing"
    ):
        hchs_core5.read(saved(tmp_path, RADIOLOGISTS))
