"""Published text files on staff, sickness and pay. Every expected number was read from the file with grep and awk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from pipeline.problems import InputRefused
from pipeline.sources import hchs_core3, hchs_core5, pay_afc, pay_medical, sickness_absence
from pipeline.sources._text import header_of, read_rows

pytestmark = pytest.mark.realdata

READERS = {
    "hchs_core5": hchs_core5.recognise,
    "hchs_core3": hchs_core3.recognise,
    "sickness_absence": sickness_absence.recognise,
    "pay_afc": pay_afc.recognise,
    "pay_medical": pay_medical.recognise,
}
CORE5 = "workforce/core5_devon_diagnostic_excerpt_2025-10.csv"
CORE3 = "workforce/core3_devon_ra9_rk9_medical_excerpt_2025-10.csv"


def expected_reader(path: Path) -> str:
    names = {"core5": "hchs_core5", "core3": "hchs_core3", "nhspay_pay-scales": "pay_afc"}
    names |= {"nhspay_medical-scales": "pay_medical", "nhs_sickness_absence": "sickness_absence"}
    return next((reader for beginning, reader in names.items() if path.name.startswith(beginning)), "")


@pytest.fixture(scope="module")
def core5(realdata: Path) -> pd.DataFrame:
    return hchs_core5.read(realdata / CORE5)["staff"]


@pytest.fixture(scope="module")
def core3(realdata: Path) -> pd.DataFrame:
    return hchs_core3.read(realdata / CORE3)["staff"]


def at(frame: pd.DataFrame, row: int, *columns: str) -> list[object]:
    return frame.loc[frame["row"] == row, list(columns)].to_numpy().tolist()[0]


def claims(path: Path, readers: dict[str, Callable[[Path], bool]]) -> list[str]:
    return [name for name, recognise in readers.items() if recognise(path)]


def test_each_public_file_is_claimed_by_its_own_reader_and_no_other(realdata: Path) -> None:
    files = [path for path in realdata.rglob("*") if path.is_file()]
    assert {path.name: claims(path, READERS) for path in files} == {
        path.name: [expected_reader(path)] if expected_reader(path) else [] for path in files
    }


def test_no_public_text_file_is_taken_for_records_of_people(realdata: Path) -> None:
    texts = [path for path in realdata.rglob("*") if path.suffix in {".csv", ".tsv", ".zip"}]
    assert len(texts) >= 20
    for path in texts:
        delimiter = "\t" if path.suffix == ".tsv" else ","
        rows = read_rows(path, delimiter=delimiter, header=not path.name.startswith("etr"))
        assert len(rows) > 0, path.name


def test_an_excel_workbook_is_not_read_as_text(realdata: Path) -> None:
    for path in [*realdata.glob("dm01/*.xls"), *realdata.glob("did/*.xlsx")]:
        assert header_of(path) == ()
        with pytest.raises(InputRefused, match="this is an Excel workbook"):
            read_rows(path)


def test_every_row_of_core_5_is_kept(core5: pd.DataFrame) -> None:
    assert len(core5) == 302
    assert core5["wte"].sum() == pytest.approx(1736.06276)
    assert core5["headcount"].sum() == 1958
    assert core5["row"].tolist() == list(range(2, 304))


@pytest.mark.parametrize(
    ("employer", "rows", "wte", "headcount"),
    # RH8 rows 2 to 9, RA9 rows 158 to 163, RK9 rows 209 to 218 of 007_Radiography (diagnostic)
    [("RH8", 8, 165.21334, 190), ("RA9", 6, 84.072, 97), ("RK9", 10, 211.43628, 236)],
)
def test_registered_diagnostic_radiographers_of_devon(
    core5: pd.DataFrame, employer: str, rows: int, wte: float, headcount: int
) -> None:
    staff = core5[(core5["employer"] == employer) & (core5["profession"] == "Diagnostic radiographers")]
    assert (len(staff), staff["headcount"].sum()) == (rows, headcount)
    assert staff["wte"].sum() == pytest.approx(wte, abs=1e-5)
    assert set(staff["pillar"]) == {"imaging"}


def test_imaging_support_staff_are_not_radiographers(core5: pd.DataFrame) -> None:
    # Ten rows of RH8 under 018_Support to clinical staff, 007_Radiography (diagnostic).
    support = core5[core5["profession"] == "Imaging support staff"]
    assert (len(support), set(support["employer"]), support["headcount"].sum()) == (10, {"RH8"}, 111)
    assert support["wte"].sum() == pytest.approx(93.14399)


def test_single_rows_of_core_5(core5: pd.DataFrame) -> None:
    columns = ("employer", "staff_group", "discipline", "level", "band", "wte", "headcount")
    radiography = "Radiography (diagnostic)"
    ahp = "Allied health professionals"
    assert at(core5, 6, *columns) == ["RH8", ahp, radiography, "Therapist", "6", 73.87333, 87]
    assert at(core5, 162, *columns) == ["RA9", ahp, radiography, "Therapist", "7", 18.40667, 22]
    assert at(core5, 96, *columns) == ["RH8", "Support to AHPs", radiography, "Support Worker", "2", 27.92, 34]
    assert at(core5, 148, *columns) == [
        "RH8",
        "Support to healthcare scientists",
        "Clinical Engineering",
        "Healthcare Science Associate",
        "Non AfC Grade",
        0.8,
        1,
    ]


def test_healthcare_scientists_keep_their_discipline(core5: pd.DataFrame) -> None:
    # Thirteen rows of RK9, 022_Cellular Sciences; RK9 has no support rows in the excerpt.
    cellular = core5[(core5["employer"] == "RK9") & (core5["discipline"] == "Cellular Sciences")]
    assert (len(cellular), cellular["headcount"].sum()) == (13, 60)
    assert cellular["wte"].sum() == pytest.approx(56.29333)
    assert set(cellular["profession"]) == {"Healthcare scientists: cellular sciences"}


def test_every_row_of_core_3_is_kept(core3: pd.DataFrame) -> None:
    assert (len(core3), core3["headcount"].sum()) == (79, 511)
    assert core3["wte"].sum() == pytest.approx(469.30075)
    assert set(core3["month"]) == {pd.Timestamp(2025, 10, 31)}


def test_single_rows_of_core_3(core3: pd.DataFrame) -> None:
    columns = ("employer", "profession", "discipline", "level", "band", "wte", "headcount")
    radiology = ["Clinical radiologists", "Clinical radiology"]
    assert at(core3, 32, *columns) == ["RA9", *radiology, "Consultant", "Consultant", 20.535, 24]
    assert at(core3, 75, *columns) == ["RK9", *radiology, "Consultant", "Consultant", 53.68, 59]
    assert at(core3, 78, *columns) == ["RK9", *radiology, "Specialty Registrar", "Specialty Registrar", 56.15, 58]


def test_the_two_core_files_make_one_table_without_a_repeated_key(core5: pd.DataFrame, core3: pd.DataFrame) -> None:
    key = ["month", "employer", "staff_group", "profession", "discipline", "level", "band"]
    assert not pd.concat([core5, core3]).duplicated(key).any()


@pytest.mark.parametrize(
    ("month", "row", "employer", "lost", "available"),
    [
        ("2024-10", 3, "0CX", 1737.45988, 45625.47897),
        ("2024-10", 62, "RH8", 18999.46244, 372228.0078),
        ("2024-10", 61, "RA9", 10251.21364, 193367.97066),
        ("2024-04", 63, "RK9", 15928.55301, 299384.14982),
    ],
)
def test_single_rows_of_sickness_absence(
    realdata: Path, month: str, row: int, employer: str, lost: float, available: float
) -> None:
    absence = sickness_absence.read(realdata / "sickness" / f"nhs_sickness_absence_{month}.csv")["absence"]
    found = absence[absence["row"] == row]
    assert found["employer"].tolist() == [employer]
    assert found["days_lost"].tolist() == pytest.approx([lost], abs=1e-6)
    assert found["days_available"].tolist() == pytest.approx([available], abs=1e-6)


@pytest.mark.parametrize(
    ("month", "organisations", "lost", "available"),
    [("2024-10", 283, 2464974.35105, 45543429.81698), ("2024-12", 280, 2631161.24042, 45799594.34075)],
)
def test_sickness_days_of_all_organisations(
    realdata: Path, month: str, organisations: int, lost: float, available: float
) -> None:
    absence = sickness_absence.read(realdata / "sickness" / f"nhs_sickness_absence_{month}.csv")["absence"]
    assert len(absence) == organisations
    assert absence["days_lost"].sum() == pytest.approx(lost, abs=1e-4)
    assert absence["days_available"].sum() == pytest.approx(available, abs=1e-4)


def test_every_month_of_sickness_absence_is_read_and_agrees_with_its_name(realdata: Path) -> None:
    paths = sorted(realdata.glob("sickness/*.csv"))
    months = [set(sickness_absence.read(path)["absence"]["month"].dt.strftime("%Y-%m")) for path in paths]
    assert months == [{path.stem[-7:]} for path in paths]


def test_a_real_file_renamed_to_another_month_is_refused(realdata: Path, tmp_path: Path) -> None:
    renamed = tmp_path / "nhs_sickness_absence_2024-11.csv"
    renamed.write_bytes((realdata / "sickness" / "nhs_sickness_absence_2024-10.csv").read_bytes())
    with pytest.raises(InputRefused, match="says November 2024, but this column says October 2024"):
        sickness_absence.read(renamed)


@pytest.mark.parametrize(
    ("row", "point"),
    [
        (14, ["2025-04-01", "england", "7", "Year 2", 50273]),
        (41, ["2026-04-01", "england", "6", "Year 5+", 48117]),
        (95, ["2026-04-01", "scotland", "6", "Year 2", 45070]),
        (110, ["2026-04-01", "wales", "2", "Entry", 26300]),
    ],
)
def test_single_points_of_agenda_for_change(realdata: Path, row: int, point: list[object]) -> None:
    pay = pay_afc.read(realdata / "pay" / "nhspay_pay-scales.csv")["pay"]
    assert len(pay) == 110
    assert pay["salary"].sum() == 6_773_437
    date, *rest = at(pay, row, "from_date", "nation", "grade", "point", "salary")
    assert [str(date)[:10], *rest] == point


@pytest.mark.parametrize(
    ("row", "point"),
    [
        (2, ["england", "resident", "FY1 (nodal 1)", "Annex A s.1 Doctors in training basic pay (p5)", 40190]),
        (16, ["england", "consultant", "Threshold 1 yr 0", "Annex A s.2 Consultant (2003 contract) (p11)", 113565]),
        (88, ["wales", "str", "01", "Annex A s.1b Training grades basic pay (p5)", 50763]),
        (300, ["scotland", "spr", "9th", "Annex C basic salary scales", 77389]),
    ],
)
def test_single_points_of_medical_pay(realdata: Path, row: int, point: list[object]) -> None:
    pay = pay_medical.read(realdata / "pay" / "nhspay_medical-scales.csv")["pay"]
    assert len(pay) == 414
    assert at(pay, row, "nation", "grade", "point", "scale", "salary") == point
