"""Real files about places, people served and organisations.

Expected values were read from the files with grep and a text viewer; the comment gives the line of the file.
"""

from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from pipeline.sources import (
    cdc_map,
    cdc_operational,
    gp_practice_map,
    gp_registered_patients,
    hchs_organisation,
    icb_codes,
    ods_trusts,
)
from pipeline.sources.discover import Discovery, discover
from pipeline.sources.organisations import codes_of, combine, current_code, ons_to_code

pytestmark = pytest.mark.realdata

SERVICES = ["imaging", "endoscopy", "labs", "physiological", "other"]
DEVON_ONS = "E54000037"


@pytest.fixture(scope="module")
def centres(realdata: Path) -> pd.DataFrame:
    return cdc_map.read(realdata / "cdc" / "govuk_cdc.geojson.js")["cdc_sites"]


@pytest.fixture(scope="module")
def population(realdata: Path) -> pd.DataFrame:
    return gp_registered_patients.read(realdata / "gp" / "gp-reg-pat-prac-quin-age.zip")["population"]


@pytest.fixture(scope="module")
def practices(realdata: Path) -> pd.DataFrame:
    return gp_practice_map.read(realdata / "gp" / "gp-reg-pat-prac-map.zip")["organisations"]


@pytest.fixture(scope="module")
def trusts(realdata: Path) -> pd.DataFrame:
    return ods_trusts.read(realdata / "ods" / "etr_2025.csv")["organisations"]


@pytest.fixture(scope="module")
def ccgs(realdata: Path) -> pd.DataFrame:
    return icb_codes.read(realdata / "ods" / "ccg_icb_code.csv")["organisations"]


@pytest.fixture(scope="module")
def combined(
    realdata: Path, practices: pd.DataFrame, trusts: pd.DataFrame, ccgs: pd.DataFrame
) -> tuple[pd.DataFrame, list[str]]:
    workbook = hchs_organisation.read(realdata / "workforce" / "nhs_wf_england_org_2024-12.xlsx")["organisations"]
    return combine([workbook, practices, trusts, ccgs])


@pytest.fixture(scope="module")
def organisations(combined: tuple[pd.DataFrame, list[str]]) -> pd.DataFrame:
    return combined[0]


@pytest.fixture(scope="module")
def found(realdata: Path) -> Discovery:
    return discover(realdata)


def one(frame: pd.DataFrame, **cells: object) -> pd.Series:
    for column, value in cells.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1
    return frame.iloc[0]


@pytest.mark.parametrize(
    ("site", "services", "row"),
    [
        ("Devon and Torbay CDC", [True, True, True, True, True], 489),
        ("Devon Exeter Nightingale CDC", [True, False, True, True, True], 503),
        ("Plymouth CDC", [True, True, True, True, False], 1455),
    ],
)
def test_devons_three_centres_have_their_services_and_lines(
    centres: pd.DataFrame, site: str, services: list[bool], row: int
) -> None:
    centre = one(centres, site=site)
    assert centre[SERVICES].tolist() == services
    assert (centre["icb"], centre["open_12_7"], centre["row"]) == (DEVON_ONS, True, row)
    assert (centres["icb"] == DEVON_ONS).sum() == 3


def test_the_map_has_all_its_centres(centres: pd.DataFrame) -> None:
    # grep -c "name: '" and the like, over the whole file.
    assert len(centres) == 170
    assert centres[SERVICES].sum().to_dict() == {
        "imaging": 164,
        "endoscopy": 49,
        "labs": 124,
        "physiological": 154,
        "other": 80,
    }
    assert centres["open_12_7"].isna().sum() == 6
    # Line 1525 is in double quotation marks; line 1791 has a no-break space before CDC.
    assert one(centres, site="Queen Mary's Hospital Roehampton CDC")["row"] == 1525
    assert one(centres, site="Somerset West CDC")["row"] == 1791


def test_the_operational_list_gives_the_days_centres_opened(realdata: Path) -> None:
    sites = cdc_operational.read(realdata / "cdc" / "cdc_operational_2022-08-14.tsv")["cdc_sites"]
    assert len(sites) == 92
    assert sites["as_of"].unique().tolist() == [pd.Timestamp("2022-08-14")]
    exeter = one(sites, site="Devon Exeter Nightingale CDC")  # line 89
    assert (exeter["opened"], exeter["row"], exeter["region"]) == (pd.Timestamp("2021-07-01"), 89, "South West")
    wood_green = one(sites, site="Finchley Memorial Hospital CDC (Wood Green)")  # line 11: planned, after the list
    assert (wood_green["opened"], wood_green["row"]) == (pd.Timestamp("2022-08-25"), 11)
    assert one(sites, row=16)["site"] == "Queen Marys Hospital Roehampton CDC (Epsom)"
    assert sites["opened"].isna().sum() == 13  # HUB


@pytest.mark.parametrize(
    ("area", "sex", "age_band", "persons", "row"),
    [
        ("QJK", "female", "00-04", 23537, 605),
        ("QJK", "female", "05-09", 29060, 616),
        ("QJK", "male", "95+", 1038, 645),
        ("15N", "female", "00-04", 23537, 4991),
        ("Y56", "female", "00-04", 245751, 3),
    ],
)
def test_registered_people_of_an_area_are_those_of_the_line(
    population: pd.DataFrame, area: str, sex: str, age_band: str, persons: int, row: int
) -> None:
    band = one(population, area=area, sex=sex, age_band=age_band)
    assert (band["persons"], band["row"]) == (persons, row)


def test_devons_people_add_up_to_the_published_total_by_either_code(population: pd.DataFrame) -> None:
    by_area = population.groupby(["area", "sex"])["persons"].sum()
    assert by_area["QJK"].to_dict() == {"female": 658_071, "male": 634_164}  # lines 625 and 646
    assert by_area["15N"].sum() == 1_292_235  # line 4990; line 604 for QJK
    assert population["as_of"].unique().tolist() == [pd.Timestamp("2026-07-01")]
    # Two sexes of 20 age bands for 7 regions, 36 boards and 106 sub-locations.
    assert len(population) == 2 * 20 * (7 + 36 + 106)


def test_the_practice_map_puts_devon_in_its_place(practices: pd.DataFrame) -> None:
    board = one(practices, code="QJK")
    assert (board["name"], board["ons_code"], board["parent"]) == ("NHS Devon Integrated Care Board", DEVON_ONS, "Y58")
    location = one(practices, code="15N")  # first on line 4094
    assert (location["parent"], location["ons_code"], location["row"]) == ("QJK", "E38000230", 4094)
    honiton = one(practices, code="L83002")  # line 4094
    assert (honiton["name"], honiton["parent"], honiton["region"]) == ("HONITON SURGERY", "15N", "Y58")
    assert (practices["parent"] == "15N").sum() == 116
    assert practices["kind"].value_counts().to_dict() == {"practice": 6139, "sub_icb": 106, "icb": 36, "region": 7}


def test_the_register_has_devons_trusts_with_readable_names(trusts: pd.DataFrame) -> None:
    devon = trusts[trusts["parent"] == "QJK"].set_index("code")
    assert devon["name"].to_dict() == {
        "RA9": "Torbay and South Devon NHS Foundation Trust",  # line 14
        "RH8": "Royal Devon University Healthcare NHS Foundation Trust",  # line 59
        "RK9": "University Hospitals Plymouth NHS Trust",  # line 77
        "RWV": "Devon Partnership NHS Trust",  # line 160
        "RYF": "South Western Ambulance Service NHS Foundation Trust",  # line 201
    }
    assert devon["row"].tolist() == [14, 59, 77, 160, 201]
    assert devon.loc["RH8", "valid_from"] == pd.Timestamp("1993-04-01")
    assert len(trusts) == 210


def test_the_register_keeps_trusts_that_closed_and_those_that_opened(trusts: pd.DataFrame) -> None:
    assert one(trusts, code="RYK")["valid_to"] == pd.Timestamp("2024-09-30")  # line 204
    assert one(trusts, code="G6V2S")["valid_from"] == pd.Timestamp("2024-11-01")  # line 1
    assert trusts["valid_to"].notna().sum() == 5


def test_the_ccg_list_has_the_codes_that_led_to_devon(ccgs: pd.DataFrame) -> None:
    devon = ccgs[ccgs["parent"] == "QJK"]
    assert dict(zip(devon["code"], devon["row"], strict=True)) == {"15N": 115, "99P": 116, "99Q": 117}
    assert one(ccgs, code="QJK")["row"] == 115
    # 249 lines with the header; line 56 has a remark in place of a code.
    assert ccgs["kind"].value_counts().to_dict() == {"ccg": 248, "icb": 42}


@pytest.mark.slow
def test_boards_that_merged_lead_to_the_board_that_has_their_places(organisations: pd.DataFrame) -> None:
    boards = organisations[organisations["kind"] == "icb"]
    ended = boards[boards["valid_to"].notna()]
    assert dict(zip(ended["code"], ended["successor"].fillna("none"), strict=True)) == {
        "QH8": "D7T5G",
        "QHG": "S1Y5D",
        "QJG": "none",  # 06L and 07K are under T6Y0W, 06T under D7T5G
        "QM7": "none",  # 06K and 06N are under S1Y5D, 07H under D7T5G
        "QMJ": "Z9B2Z",
        "QMM": "T6Y0W",
        "QNQ": "none",  # D4U1Y is no longer in the map
        "QNX": "S9B9J",
        "QRV": "Z9B2Z",
        "QU9": "S0E4D",
        "QUE": "S1Y5D",
        "QXU": "S9B9J",
    }
    assert ended["valid_to"].unique().tolist() == [pd.Timestamp("2026-06-30")]
    assert len(boards) - len(ended) == 36


@pytest.mark.slow
def test_boards_without_a_single_successor_are_noted(combined: tuple[pd.DataFrame, list[str]]) -> None:
    notes = combined[1]
    assert len(notes) == 3
    assert ["(QJG)" in notes[0], "(QM7)" in notes[1], "(QNQ)" in notes[2]] == [True] * 3
    assert "NHS Essex Integrated Care Board (D7T5G) and NHS Central East Integrated Care Board (S1Y5D)" in notes[1]


@pytest.mark.slow
def test_a_plan_for_devon_finds_one_code_and_a_plan_for_a_merged_board_finds_both(organisations: pd.DataFrame) -> None:
    assert codes_of(organisations, ["QJK"]) == {"QJK"}
    assert codes_of(organisations, ["QUE"]) == {"QUE", "S1Y5D"}
    assert codes_of(organisations, ["S1Y5D"]) == {"S1Y5D", "QUE", "QHG"}
    assert current_code(organisations, "QRV") == "Z9B2Z"
    assert ons_to_code(organisations)[DEVON_ONS] == "QJK"


@pytest.mark.slow
def test_every_code_is_current_at_most_once_and_a_moved_place_keeps_its_past(organisations: pd.DataFrame) -> None:
    assert organisations[organisations["valid_to"].isna()]["code"].is_unique
    moved = organisations[organisations["code"] == "06K"]
    assert moved["parent"].tolist() == ["QM7", "S1Y5D"]  # line 179 of the CCG list, and the map
    assert moved["valid_to"].tolist() == [pd.Timestamp("2026-06-30"), pd.NaT]
    assert one(organisations, code="15N")["parent"] == "QJK"


@pytest.mark.slow
def test_trusts_of_the_register_and_the_workbook_are_one_row_each(organisations: pd.DataFrame) -> None:
    devon = organisations[(organisations["kind"] == "trust") & (organisations["parent"] == "QJK")]
    assert {"RA9", "RH8", "RK9", "RWV", "RYF"} <= set(devon["code"])
    assert devon["code"].is_unique
    assert one(devon, code="RH8")["valid_from"] == pd.Timestamp("1993-04-01")


def test_every_file_of_the_folder_is_given_to_its_reader(found: Discovery) -> None:
    assert {name: len(paths) for name, paths in found.found} == {
        "dm01_provider": 8,
        "hchs_organisation": 5,
        "hchs_core5": 1,
        "hchs_core3": 1,
        "did_modality": 5,
        "did_setting": 1,
        "did_turnaround": 1,
        "sickness_absence": 9,
        "cdc_map": 1,
        "cdc_operational": 1,
        "gp_registered_patients": 1,
        "gp_practice_map": 1,
        "ods_trusts": 1,
        "icb_codes": 1,
        "pay_afc": 1,
        "pay_medical": 1,
    }
    named = {name: {path.name for path in paths} for name, paths in found.found}
    assert named["gp_practice_map"] == {"gp-reg-pat-prac-map.zip"}
    assert named["pay_medical"] == {"nhspay_medical-scales.csv"}


def test_files_of_no_reader_are_listed(found: Discovery, realdata: Path) -> None:
    assert Counter(str(path.relative_to(realdata)) for path in found.unrecognised) == Counter(
        [
            "INDEX.md",
            "SHA256SUMS",
            "gp/fingertips-imd-2025-gp-practice.csv",
            "gp/gp_practice_workforce_year_5groups_heec.csv",
            "gp/pcn_individual_2022-06.csv",
            "ods/dim_organisation_ml20g2l.csv",
            "pay/nhspay_afc-awards.csv",
            "pay/nhspay_employer-rates.csv",
            "population/somerset_icb_qof_input.xlsx",
        ]
    )
