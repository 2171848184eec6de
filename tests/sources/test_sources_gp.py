import zipfile
from pathlib import Path

import pandas as pd
import pytest

from pipeline.problems import InputRefused
from pipeline.sources import gp_practice_map, gp_registered_patients

pytestmark = pytest.mark.unit

PATIENTS_HEADER = "PUBLICATION,EXTRACT_DATE,ORG_TYPE,ORG_CODE,ONS_CODE,POSTCODE,SEX,AGE_GROUP_5,NUMBER_OF_PATIENTS"
MAP_HEADER = (
    "PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,PRACTICE_POSTCODE,PCN_CODE,PCN_NAME,ONS_SUB_ICB_LOCATION_CODE,"
    "SUB_ICB_LOCATION_CODE,SUB_ICB_LOCATION_NAME,ONS_ICB_CODE,ICB_CODE,ICB_NAME,ONS_COMM_REGION_CODE,COMM_REGION_CODE,"
    "COMM_REGION_NAME,SUPPLIER_NAME"
)


def zipped(tmp_path: Path, header: str, lines: list[str]) -> Path:
    path = tmp_path / "gp.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("gp.csv", "\r\n".join([header, *lines]) + "\r\n")
    return path


def problems(reader, path: Path) -> list[tuple[int | None, str, str, str]]:
    with pytest.raises(InputRefused) as refused:
        reader.read(path)
    return [(problem.row, problem.column, problem.value, problem.rule) for problem in refused.value.problems]


def counted(kind: str = "ICB", area: str = "QAA", **changed: str) -> list[str]:
    """One area of six people: two girls, a woman of 95 or more, and three men of 30 to 34."""
    people = {
        "ALL,ALL": "6",
        "FEMALE,0_4": "2",
        "FEMALE,95+": "1",
        "FEMALE,ALL": "3",
        "MALE,30_34": "3",
        "MALE,ALL": "3",
        **changed,
    }
    return [
        f"GP_PRAC_PAT_LIST,2026-07-01,{kind},{area},E54,,{who},{number}" for who, number in people.items() if number
    ]


def patients(tmp_path: Path, *lines: str) -> Path:
    return zipped(tmp_path, PATIENTS_HEADER, list(lines))


def test_people_are_read_by_area_sex_and_age_without_the_totals(tmp_path: Path) -> None:
    path = patients(tmp_path, *counted())
    population = gp_registered_patients.read(path)["population"]
    assert gp_registered_patients.recognise(path)
    assert population[["sex", "age_band", "persons", "row"]].values.tolist() == [
        ["female", "00-04", 2, 3],
        ["female", "95+", 1, 4],
        ["male", "30-34", 3, 6],
    ]
    assert population["as_of"].unique().tolist() == [pd.Timestamp("2026-07-01")]
    assert population["area"].unique().tolist() == ["QAA"]


def test_regions_boards_and_sub_locations_are_kept_and_practices_and_networks_are_not(tmp_path: Path) -> None:
    kinds = {"Comm Region": "Y58", "ICB": "QAA", "SUB_ICB_LOCATION_CODE": "15N", "GP": "A81001", "PCN": "U89141"}
    lines = [line for kind, area in kinds.items() for line in counted(kind, area)]
    population = gp_registered_patients.read(patients(tmp_path, *lines))["population"]
    assert dict(zip(population["area"], population["area_kind"], strict=True)) == {
        "Y58": "region",
        "QAA": "icb",
        "15N": "sub_icb",
    }


def test_ages_that_do_not_make_their_total_are_refused_at_the_total(tmp_path: Path) -> None:
    path = patients(tmp_path, *counted(), *counted(area="QBB", **{"FEMALE,0_4": "3"}))
    assert problems(gp_registered_patients, path) == [
        (11, "NUMBER_OF_PATIENTS", "3", "the age groups of QBB, female should add up to the total; they add up to 4")
    ]


def test_sexes_that_do_not_make_their_total_are_refused_at_the_total(tmp_path: Path) -> None:
    path = patients(tmp_path, *counted(**{"ALL,ALL": "1007"}))
    assert problems(gp_registered_patients, path) == [
        (2, "NUMBER_OF_PATIENTS", "1,007", "the two sexes of QAA should add up to the total; they add up to 6")
    ]


@pytest.mark.parametrize("lost", ["ALL,ALL", "FEMALE,ALL"])
def test_a_total_that_is_missing_is_refused_because_nothing_checks_the_rest(tmp_path: Path, lost: str) -> None:
    found = problems(gp_registered_patients, patients(tmp_path, *counted(**{lost: ""})))
    assert any("should both be there for QAA" in rule for *_, rule in found)


def test_every_cell_that_is_not_what_it_should_be_is_refused(tmp_path: Path) -> None:
    path = patients(
        tmp_path,
        "GP_PRAC_PAT_LIST,01/07/2026,ICB,QAA,E54,,FEMALE,0_4,2",
        "GP_PRAC_PAT_LIST,2026-07-01,CCG,QAA,E54,,FEMALE,0_4,2",
        "GP_PRAC_PAT_LIST,2026-07-01,ICB,QAA,E54,,UNKNOWN,0_4,2",
        "GP_PRAC_PAT_LIST,2026-07-01,ICB,QAA,E54,,FEMALE,babies,2",
        "GP_PRAC_PAT_LIST,2026-07-01,ICB,QAA,E54,,FEMALE,0_4,-2",
        "GP_PRAC_PAT_LIST,2026-07-01,ICB,QAA,E54,,FEMALE,5_9,some",
    )
    assert [found[:3] for found in problems(gp_registered_patients, path)] == [
        (2, "EXTRACT_DATE", "01/07/2026"),
        (3, "ORG_TYPE", "CCG"),
        (4, "SEX", "UNKNOWN"),
        (5, "AGE_GROUP_5", "babies"),
        (6, "NUMBER_OF_PATIENTS", "-2"),
        (7, "NUMBER_OF_PATIENTS", "some"),
    ]


def test_a_row_given_twice_is_refused(tmp_path: Path) -> None:
    lines = counted(**{"ALL,ALL": "8", "FEMALE,ALL": "5"})
    with pytest.raises(InputRefused, match="repeats as_of, area, sex, age_band"):
        gp_registered_patients.read(patients(tmp_path, *lines, lines[1]))


def test_a_file_of_practices_alone_is_refused_and_says_why(tmp_path: Path) -> None:
    path = patients(tmp_path, *counted("GP", "A81001"))
    assert "only of practices" in problems(gp_registered_patients, path)[0][3]


def practice(code: str = "A81001", **changed: str) -> str:
    cells = dict(zip(MAP_HEADER.split(","), [""] * 17, strict=True))
    cells |= {
        "EXTRACT_DATE": "01Jul2026",
        "PRACTICE_CODE": code,
        "PRACTICE_NAME": "A SURGERY",
        "SUB_ICB_LOCATION_CODE": "15N",
        "SUB_ICB_LOCATION_NAME": "NHS Somewhere ICB - 15N",
        "ONS_SUB_ICB_LOCATION_CODE": "E38000230",
        "ICB_CODE": "QAA",
        "ICB_NAME": "NHS Somewhere Integrated Care Board",
        "ONS_ICB_CODE": "E54000037",
        "COMM_REGION_CODE": "Y58",
        "COMM_REGION_NAME": "South West",
        "ONS_COMM_REGION_CODE": "E40000006",
        **changed,
    }
    return ",".join(cells.values())


def practice_map(tmp_path: Path, *lines: str) -> Path:
    return zipped(tmp_path, MAP_HEADER, list(lines))


def test_the_map_lists_region_board_sub_location_and_practice_each_under_the_next(tmp_path: Path) -> None:
    path = practice_map(tmp_path, practice(), practice("A81002"))
    organisations = gp_practice_map.read(path)["organisations"]
    assert gp_practice_map.recognise(path)
    shown = organisations[["code", "kind", "parent", "region", "ons_code", "row"]].astype(object)
    assert shown.where(shown.notna(), None).values.tolist() == [
        ["Y58", "region", None, None, "E40000006", 2],
        ["QAA", "icb", "Y58", "Y58", "E54000037", 2],
        ["15N", "sub_icb", "QAA", "Y58", "E38000230", 2],
        ["A81001", "practice", "15N", "Y58", None, 2],
        ["A81002", "practice", "15N", "Y58", None, 3],
    ]
    assert organisations["valid_from"].unique().tolist() == [pd.Timestamp("2026-07-01")]
    assert organisations["valid_to"].isna().all()


def test_a_sub_location_under_two_boards_is_refused(tmp_path: Path) -> None:
    path = practice_map(tmp_path, practice(), practice("A81002"), practice("A81003", ICB_CODE="QBB", ICB_NAME="Other"))
    assert [found[:3] for found in problems(gp_practice_map, path)] == [(4, "SUB_ICB_LOCATION_CODE", "15N")]


def test_a_board_with_two_ons_codes_is_refused(tmp_path: Path) -> None:
    path = practice_map(tmp_path, practice(), practice("A81002", ONS_ICB_CODE="E54000001"))
    ((row, column, value, rule),) = problems(gp_practice_map, path)
    assert (row, column, value) == (3, "ICB_CODE", "QAA")
    assert "ONS_ICB_CODE" in rule


def test_a_practice_listed_twice_an_empty_cell_and_a_day_that_is_not_one_are_refused(tmp_path: Path) -> None:
    path = practice_map(
        tmp_path, practice(), practice(), practice("A81002", ICB_NAME=""), practice("A81003", EXTRACT_DATE="July")
    )
    assert [found[:3] for found in problems(gp_practice_map, path)] == [
        (5, "EXTRACT_DATE", "July"),
        (4, "ICB_NAME", ""),
        (3, "PRACTICE_CODE", "A81001"),
        (4, "ICB_CODE", "QAA"),
    ]


@pytest.mark.parametrize("reader", [gp_registered_patients, gp_practice_map])
def test_a_zip_that_is_damaged_or_holds_something_else_is_not_recognised_and_is_refused(tmp_path: Path, reader) -> None:
    damaged = practice_map(tmp_path, practice())
    damaged.write_bytes(damaged.read_bytes()[:60])
    assert not reader.recognise(damaged)
    with pytest.raises(InputRefused):
        reader.read(damaged)
    other = zipped(tmp_path, "A,B", ["1,2"])
    assert not reader.recognise(other)
    assert "missing" in problems(reader, other)[0][3]


def test_each_zip_is_recognised_by_its_own_reader_only(tmp_path: Path) -> None:
    assert not gp_registered_patients.recognise(practice_map(tmp_path, practice()))
    assert not gp_practice_map.recognise(patients(tmp_path, *counted()))
