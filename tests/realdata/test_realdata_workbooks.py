"""The published workbooks. The numbers were read from them with xlrd and openpyxl; sheet and row stand beside each."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pipeline.sources import did_modality, did_setting, did_turnaround, dm01_provider, hchs_organisation
from pipeline.sources.catalogue import readers
from pipeline.sources.reading import Tables

pytestmark = pytest.mark.realdata

STT, SUPPORT_TO_STT = "Scientific, therapeutic & technical staff", "Support to ST&T staff"


def existing(path: Path) -> Path:
    if not path.is_file():
        pytest.skip(f"{path.name} is not in the folder of public files")
    return path


@pytest.fixture(scope="module")
def august(realdata: Path) -> Tables:
    return dm01_provider.read(existing(realdata / "dm01" / "dm01_provider_2024-08.xls"))


@pytest.fixture(scope="module")
def imaging_2018(realdata: Path) -> pd.DataFrame:
    table = did_modality.read(existing(realdata / "did" / "did_t1_2018-19.xlsx"))["activity"]
    return table.set_index(["provider", "test", "month"]).sort_index()


@pytest.fixture(scope="module")
def imaging_2022(realdata: Path) -> pd.DataFrame:
    table = did_modality.read(existing(realdata / "did" / "did_t1_2022-23.xlsx"))["activity"]
    return table.set_index(["provider", "test", "month"]).sort_index()


@pytest.fixture(scope="module")
def settings(realdata: Path) -> pd.DataFrame:
    table = did_setting.read(existing(realdata / "did" / "did_t11_2021-22.xlsx"))["activity_by_setting"]
    return table.set_index(["provider", "test", "setting"]).sort_index()


@pytest.fixture(scope="module")
def reports(realdata: Path) -> pd.DataFrame:
    table = did_turnaround.read(existing(realdata / "did" / "did_t13_2024-25.xlsx"))["turnaround"]
    return table.set_index(["provider", "test", "quarter_end", "setting", "band"]).sort_index()


@pytest.fixture(scope="module")
def workforce(realdata: Path) -> Tables:
    return hchs_organisation.read(existing(realdata / "workforce" / "nhs_wf_england_org_2024-08.xlsx"))


@pytest.fixture(scope="module")
def staff(workforce: Tables) -> pd.DataFrame:
    return workforce["staff_groups"].set_index(["employer", "staff_group", "month"]).sort_index()


def test_dm01_adds_up_to_england(august: Tables) -> None:
    # “Provider by Test”, row 15 (the row Total, which is not read as a provider).
    sums = august["waiting"][["waiting", "waiting_6_plus", "waiting_13_plus", "weeks_00", "weeks_12"]].sum()
    assert sums.tolist() == [1_562_141, 374_205, 131_391, 298_583, 19_166]
    done = august["activity"].groupby("type")["tests"].sum()
    assert done.to_dict() == {"planned": 254_901, "unscheduled": 512_277, "waiting_list": 1_584_952}
    assert august["missing_returns"].empty


@pytest.mark.parametrize(
    ("provider", "test", "row", "waiting", "six", "thirteen"),
    [
        ("RH8", "MRI", 601, 3722, 1367, 323),
        ("RA9", "Echocardiography", 694, 1114, 472, 157),
        ("RK9", "Colonoscopy", 743, 1071, 680, 431),
    ],
)
def test_dm01_waits_of_devon(
    august: Tables, provider: str, test: str, row: int, waiting: int, six: int, thirteen: int
) -> None:
    # “Provider by Test”, the row given, columns H, I and J.
    found = august["waiting"].set_index(["provider", "test"]).loc[(provider, test)]
    assert found[["waiting", "waiting_6_plus", "waiting_13_plus", "row"]].tolist() == [waiting, six, thirteen, row]
    assert (found["month"], found["sheet"]) == (pd.Timestamp("2024-08-31"), "Provider by Test")


def test_dm01_activity_of_devon(august: Tables) -> None:
    # “Provider by Test”, row 601 (RH8, Magnetic Resonance Imaging), columns AA to AC.
    done = august["activity"].set_index(["provider", "test", "type"])["tests"].sort_index()
    assert done.loc[("RH8", "MRI")].to_dict() == {"planned": 354, "unscheduled": 142, "waiting_list": 2361}


def test_every_dm01_workbook_reads_and_every_test_has_a_pillar(realdata: Path) -> None:
    files = sorted((realdata / "dm01").glob("dm01_provider_*.xls"))
    if not files:
        pytest.skip("there is no DM01 workbook in the folder of public files")
    for path in files:
        waiting = dm01_provider.read(path)["waiting"]
        assert set(waiting["pillar"]) == {"imaging", "physiological", "endoscopy"}
        assert waiting["month"].dt.strftime("%Y-%m").unique().tolist() == [path.stem[-7:]]
        assert waiting["test"].nunique() == 15


def test_imaging_of_england_by_month(imaging_2018: pd.DataFrame) -> None:
    # “Provider”, row 14: CT in England, April 454,510 to March 494,920; the year, 5,665,930, is their sum.
    ct = imaging_2018.loc[("ENG", "CT"), "tests"]
    assert (ct.loc["2018-04-30"], ct.loc["2019-03-31"], ct.sum(), len(ct)) == (454_510, 494_920, 5_665_930, 12)


@pytest.mark.parametrize(
    ("provider", "test", "month", "tests", "row"),
    [
        ("RH8", "CT", "2018-04-30", 2600, 1042),
        ("RA9", "MRI", "2018-12-31", 1270, 1084),
        ("RK9", "MRI", "2018-10-31", 2705, 1100),
    ],
)
def test_imaging_of_devon(
    imaging_2018: pd.DataFrame, provider: str, test: str, month: str, tests: int, row: int
) -> None:
    # “Provider”, the row given.
    found = imaging_2018.loc[(provider, test, pd.Timestamp(month))]
    assert found[["tests", "row"]].tolist() == [tests, row]


def test_a_provider_with_a_row_for_each_region_is_added_up(imaging_2018: pd.DataFrame) -> None:
    # “Provider”, rows 47, 423, 767, 958 and 1118 (NT9, MRI): 3,445 + 2,120 + 1,275 + 230 + 1,155 in April.
    assert imaging_2018.loc[("NT9", "MRI", pd.Timestamp("2018-04-30")), "tests"] == 8225


def test_a_month_that_torbay_did_not_submit_is_missing(imaging_2022: pd.DataFrame) -> None:
    # “Provider”, row 330 (RA9, CT): February 2,615, March blank (no data has been submitted).
    ct = imaging_2022.loc[("RA9", "CT"), "tests"]
    assert ct.loc["2023-02-28"] == 2615
    assert pd.isna(ct.loc["2023-03-31"])


def test_a_trust_that_changed_its_name_in_the_year_keeps_all_its_months(imaging_2022: pd.DataFrame) -> None:
    # “Provider”, row 1174 (Mid Yorkshire Hospitals, to October) and 1181 (Mid Yorkshire Teaching, from November).
    ct = imaging_2022.loc[("RXF", "CT"), "tests"]
    assert (ct.loc["2022-10-31"], ct.loc["2022-11-30"], ct.sum()) == (6025, 6135, 40_925 + 30_615)


def test_imaging_by_setting(settings: pd.DataFrame) -> None:
    # “Provider”, row 14 (England, CT), 300 (RH8, MRI), 338 (RA9, MRI; Day case is suppressed) and 362 (RK9, MRI).
    england = settings.loc[("ENG", "CT"), "tests"]
    assert england[["A&E", "Outpatient", "GP Direct Access"]].tolist() == [2_045_625, 2_508_505, 362_910]
    assert settings.loc[("RH8", "MRI", "Outpatient"), "tests"] == 13_545
    assert settings.loc[("RH8", "MRI", "Other Health Care Provider"), "tests"] == 0
    assert pd.isna(settings.loc[("RA9", "MRI", "Day case"), "tests"])
    assert settings.loc[("RK9", "MRI", "GP Direct Access"), ["tests", "row"]].tolist() == [5595, 362]
    assert set(settings["year_end"]) == {pd.Timestamp("2022-03-31")}


def test_report_turnaround(reports: pd.DataFrame) -> None:
    # “2024-25 Q1”, row 12 (England, CT), 328 (RH8, CT), 362 (RA9, CT); “2024-25 Q4”, row 389 (RK9, MRI).
    june, march = pd.Timestamp("2024-06-30"), pd.Timestamp("2025-03-31")
    emergency, outpatient = "A&E / Admitted", "OP / GP direct access"
    wanted = ["share", "cases", "row"]
    assert reports.loc[("ENG", "CT", june, emergency, "By next day"), wanted].tolist() == [0.974, 1_134_835, 12]
    assert reports.loc[("ENG", "CT", june, outpatient, "> 28 days"), wanted].tolist() == [0.046, 935_685, 12]
    assert reports.loc[("RH8", "CT", june, emergency, "Same day"), wanted].tolist() == [0.972, 9240, 328]
    assert reports.loc[("RA9", "CT", june, outpatient, "By 14 days"), wanted].tolist() == [
        pytest.approx(0.946),
        4570,
        362,
    ]
    assert reports.loc[("RK9", "MRI", march, outpatient, "By 7 days"), wanted].tolist() == [0.639, 7145, 389]


def test_turnaround_of_a_provider_in_several_regions_is_weighted(reports: pd.DataFrame) -> None:
    # “2024-25 Q1”, rows 82, 265, 397, 572, 764, 892 and 1079 (NT9, PET), columns N (By next day) and S (Total cases).
    cases = [1765, 4600, 6525, 5900, 4225, 1885, 6935]
    shares = [0.373, 0.444, 0.681, 0.281, 0.476, 0.301, 0.365]
    key = ("NT9", "PET-CT", pd.Timestamp("2024-06-30"), "OP / GP direct access", "By next day")
    found = reports.loc[key]
    assert found["cases"] == sum(cases)
    assert found["share"] == pytest.approx(sum(a * b for a, b in zip(cases, shares, strict=True)) / sum(cases))
    # Its A&E half shows “-”, no data by the key, over a 0 (column L).
    assert pd.isna(reports.loc[(*key[:3], "A&E / Admitted", "By next day"), "cases"])


def test_every_quarter_is_read_and_no_region_is_a_provider(reports: pd.DataFrame) -> None:
    quarters = reports.index.get_level_values("quarter_end").unique()
    assert sorted(quarters.strftime("%Y-%m")) == ["2024-06", "2024-09", "2024-12", "2025-03"]
    assert not reports.index.get_level_values("provider").str.match(r"Y\d\d").any()


def test_staff_groups_of_england(staff: pd.DataFrame) -> None:
    # “3. NHSE, Org & SG - FTE”, row 8; “1. England”, row 65 (ST&T, September 2009) and 70 (support to ST&T).
    august, first = pd.Timestamp("2024-08-31"), pd.Timestamp("2009-09-30")
    assert staff.loc[("ENG", "Total", august), ["headcount", "wte"]].tolist() == [1_511_723, 1_348_583.87699]
    assert staff.loc[("ENG", STT, august), ["headcount", "wte"]].tolist() == [195_133, 172_165.24157]
    assert staff.loc[("ENG", SUPPORT_TO_STT, august), "wte"] == 86_247.23773
    assert staff.loc[("ENG", STT, first), ["headcount", "wte", "row"]].tolist() == [137_252, 118_916.7914, 65]
    assert staff.loc[("ENG", SUPPORT_TO_STT, first), ["wte", "row"]].tolist() == [48_594.41205, 70]


@pytest.mark.parametrize(
    ("employer", "row", "headcount", "wte"),
    [("RH8", 61, 13_152, 11_390.50353), ("RA9", 63, 7361, 6274.54474), ("RK9", 64, 10_810, 9550.71062)],
)
def test_staff_of_devon(staff: pd.DataFrame, employer: str, row: int, headcount: int, wte: float) -> None:
    # “2. NHSE, Org & SG - HC” and “3. NHSE, Org & SG - FTE”, the row given, column G.
    found = staff.loc[(employer, "Total", pd.Timestamp("2024-08-31"))]
    assert found[["headcount", "wte", "row"]].tolist() == [headcount, wte, row]


@pytest.mark.parametrize(
    ("employer", "headcount", "wte", "support"),
    [("RH8", 1745, 1496.8581, 784.7206), ("RA9", 1126, 962.05058, 538.09729), ("RK9", 1273, 1132.27918, 552.92029)],
)
def test_scientific_staff_of_devon(
    staff: pd.DataFrame, employer: str, headcount: int, wte: float, support: float
) -> None:
    # The same sheets and rows, column W (scientific, therapeutic & technical) and AA (support to it).
    found = staff.loc[employer].xs(pd.Timestamp("2024-08-31"), level="month")
    assert found.loc[STT, ["headcount", "wte"]].tolist() == [headcount, wte]
    assert found.loc[SUPPORT_TO_STT, "wte"] == support


def test_the_series_since_2009(staff: pd.DataFrame) -> None:
    # “4. All Staff, NHSE & Org - HC” and “5. All Staff, NHSE & Org - FTE”, rows 144 (RH8), 149 (RK9), 148 (TAL: staff
    # until June 2014, then zero), 439 (RYK-X) and 441 (RYK: zero until August 2020).
    first, july = pd.Timestamp("2009-09-30"), pd.Timestamp("2017-07-31")
    assert staff.loc[("RH8", "Total", first), ["headcount", "wte", "row"]].tolist() == [5657, 4888.50847, 144]
    assert staff.loc[("RK9", "Total", july), ["headcount", "wte"]].tolist() == [6787, 5975.21058]
    assert staff.loc[("RYK-X", "Total", first), "wte"] == 1095.74178
    assert staff.loc[("RK9", "Total")].shape[0] == 180
    assert staff.loc[("TAL", "Total")].index.max() == pd.Timestamp("2014-06-30")
    assert staff.loc[("RYK", "Total")].index.min() == pd.Timestamp("2020-09-30")


def test_devon_is_one_ics_of_the_south_west(workforce: Tables) -> None:
    # “3. NHSE, Org & SG - FTE”, rows 57 (Y58), 58 (QJK) and 59 to 64.
    organisations = workforce["organisations"].set_index("code")
    devon = organisations[organisations["parent"] == "QJK"]
    assert {"RH8", "RA9", "RK9"} <= set(devon.index)
    assert set(devon["region"]) == {"Y58"}
    assert organisations.loc["QJK", ["name", "kind", "parent"]].tolist() == ["Devon", "icb", "Y58"]
    assert organisations["kind"].value_counts()[["icb", "region"]].tolist() == [42, 7]


def test_the_workbooks_of_other_months_read_and_restate_the_same_series(realdata: Path, staff: pd.DataFrame) -> None:
    later = hchs_organisation.read(existing(realdata / "workforce" / "nhs_wf_england_org_2024-12.xlsx"))["staff_groups"]
    series = later.set_index(["employer", "staff_group", "month"]).sort_index().loc[("RH8", "Total")]
    shared = staff.loc[("RH8", "Total"), "wte"]
    assert len(shared) == 180
    assert series["wte"].loc[shared.index].tolist() == shared.tolist()


def test_every_workbook_is_claimed_by_its_own_reader_alone(realdata: Path) -> None:
    expected = {
        "dm01_provider": "dm01_provider_*.xls",
        "did_modality": "did_t1_*.xlsx",
        "did_setting": "did_t11_*.xlsx",
        "did_turnaround": "did_t13_*.xlsx",
        "hchs_organisation": "nhs_wf_england_org_*.xlsx",
    }
    modules = readers()
    for name, pattern in expected.items():
        for path in sorted(realdata.rglob(pattern))[:2]:
            assert [reader for reader, module in modules.items() if module.recognise(path)] == [name]


def test_no_reader_of_workbooks_claims_another_public_file(realdata: Path) -> None:
    workbooks = (dm01_provider, did_modality, did_setting, did_turnaround, hchs_organisation)
    others = [
        path for path in realdata.rglob("*") if path.is_file() and path.parent.name not in ("dm01", "did", "workforce")
    ]
    assert [path.name for path in others if any(reader.recognise(path) for reader in workbooks)] == []
