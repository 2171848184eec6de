from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from workbook_builder import MONTHS, Rows, did, quarter, write_xlsx

from pipeline.problems import InputRefused, Problem
from pipeline.sources import did_modality, did_setting, did_turnaround
from pipeline.sources.reading import ReadOptions

pytestmark = pytest.mark.unit

CT, SONO = "Computerized Axial Tomography", "Diagnostic Ultrasonography"
ENGLAND = ["-", "-", "ENGLAND"]
NORTHVALE, EASTMERE = ["Y90", "RZ1", "Northvale NHS Trust"], ["Y90", "RZ2", "Eastmere NHS Trust"]
FIRST = 15
"""Row, from 0, of the first provider: under the header in row 13, England in row 14 and a blank row."""


def year(first: int = 100, step: int = 5) -> list[Any]:
    months = [first + step * place for place in range(12)]
    return [*months, sum(months)]


def rows_of(*provider_rows: list[Any]) -> Rows:
    return [[*ENGLAND, CT, *year(1000)], [], *provider_rows]


def table_1(folder: Path, rows: Rows, columns: list[str] | None = None, name: str = "did.xlsx", **more: Any) -> Path:
    return write_xlsx(folder / name, {"Provider": did(1, columns or [*MONTHS, "Year"], rows, **more)})


def problems_of(reader: Any, path: Path, options: ReadOptions = ReadOptions()) -> list[Problem]:
    with pytest.raises(InputRefused) as caught:
        reader.read(path, options)
    assert {problem.file for problem in caught.value.problems} == {str(path)}
    return list(caught.value.problems)


def by_month(path: Path, provider: str, test: str = "CT") -> dict[str, Any]:
    activity = did_modality.read(path)["activity"]
    rows = activity[(activity["provider"] == provider) & (activity["test"] == test)]
    return dict(zip(rows["month"].dt.strftime("%Y-%m"), rows["tests"], strict=True))


def test_the_months_of_a_financial_year_run_from_april_to_march(tmp_path: Path) -> None:
    path = table_1(tmp_path, rows_of([*NORTHVALE, CT, *year()]))
    months = by_month(path, "RZ1")
    assert (months["2018-04"], months["2018-12"], months["2019-01"], months["2019-03"]) == (100, 140, 145, 155)
    assert len(months) == 12


def test_england_is_kept_as_a_provider_of_its_own_and_the_year_is_not_a_month(tmp_path: Path) -> None:
    path = table_1(tmp_path, rows_of([*NORTHVALE, CT, *year()]))
    activity = did_modality.read(path)["activity"]
    assert set(activity["provider"]) == {"ENG", "RZ1"}
    assert by_month(path, "ENG")["2018-04"] == 1000
    assert len(activity) == 24
    assert {*activity["dataset"], *activity["type"], *activity["pillar"]} == {"did", "all", "imaging"}
    assert activity[["file", "sheet", "row"]].drop_duplicates().values.tolist() == [
        ["did.xlsx", "Provider", 14],
        ["did.xlsx", "Provider", 16],
    ]


@pytest.mark.parametrize("header_row", [13, 14, 11])
def test_the_header_row_may_move(header_row: int, tmp_path: Path) -> None:
    path = table_1(tmp_path, rows_of([*NORTHVALE, CT, *year()]), header_row=header_row)
    assert by_month(path, "RZ1")["2018-04"] == 100
    assert did_modality.read(path)["activity"]["row"].max() == header_row + 3


def test_suppressed_and_unsubmitted_counts_are_missing_and_not_zero(tmp_path: Path) -> None:
    months = by_month(table_1(tmp_path, rows_of([*NORTHVALE, CT, "*", ".", "", 0, *[10] * 8, 80])), "RZ1")
    assert [months[month] is pd.NA for month in ("2018-04", "2018-05", "2018-06")] == [True, True, True]
    assert (months["2018-07"], months["2018-08"]) == (0, 10)


def test_a_dash_means_what_the_key_of_that_year_says(tmp_path: Path) -> None:
    rows = rows_of([*NORTHVALE, CT, "-", *[10] * 11, 110])
    zero = table_1(tmp_path, rows, key=["- = zero activity submitted"], name="zero.xlsx")
    none = table_1(tmp_path, rows, key=["- = no data has been submitted"], name="none.xlsx")
    assert by_month(zero, "RZ1")["2018-04"] == 0
    assert by_month(none, "RZ1")["2018-04"] is pd.NA


def test_a_dash_that_no_key_explains_is_reported(tmp_path: Path) -> None:
    problems = problems_of(did_modality, table_1(tmp_path, rows_of([*NORTHVALE, CT, "-", *[10] * 11, 110])))
    assert [(problem.row, problem.column, problem.value) for problem in problems] == [(16, "Apr (F)", "-")]
    assert "one of the marks “*” (no figure), “.” (no figure)" in problems[0].rule


def test_a_provider_with_a_row_for_each_region_is_one_provider(tmp_path: Path) -> None:
    north = ["Y90", "NZ4", "Roving Scans", CT, 10, "*", ".", *[5] * 9, 55]
    south = ["Y91", "NZ4", "Roving Scans", CT, 20, 30, ".", *[5] * 9, 95]
    path = table_1(tmp_path, rows_of(north, south))
    months = by_month(path, "NZ4")
    assert (months["2018-04"], months["2018-05"], months["2018-07"]) == (30, 30, 10)
    assert months["2018-06"] is pd.NA
    activity = did_modality.read(path)["activity"]
    assert set(activity.loc[activity["provider"] == "NZ4", "row"]) == {16}


def test_a_trust_that_changed_its_name_in_the_year_is_one_provider(tmp_path: Path) -> None:
    before = ["Y90", "RZ1", "Northvale Hospitals", CT, *[10] * 7, *[""] * 5, 70]
    after = ["Y90", "RZ1", "Northvale Teaching", CT, *[""] * 7, *[20] * 5, 100]
    months = by_month(table_1(tmp_path, rows_of(before, after)), "RZ1")
    assert (months["2018-10"], months["2018-11"]) == (10, 20)
    assert len(months) == 12


def test_a_row_given_twice_is_reported(tmp_path: Path) -> None:
    problems = problems_of(did_modality, table_1(tmp_path, rows_of(*[[*NORTHVALE, CT, *year()]] * 2)))
    assert [problem.row for problem in problems] == [17]
    assert "repeats row 16" in problems[0].rule


def test_months_still_to_come_give_no_rows(tmp_path: Path) -> None:
    rows = [[*ENGLAND, CT, 10, 20, 30, *[""] * 9, 60], [], [*NORTHVALE, CT, 5, ".", 10, *[""] * 9, 15]]
    months = by_month(table_1(tmp_path, rows, [*MONTHS, "Year to date"]), "RZ1")
    assert list(months) == ["2018-04", "2018-05", "2018-06"]
    assert months["2018-05"] is pd.NA


def test_a_part_year_may_leave_out_the_columns_to_come(tmp_path: Path) -> None:
    rows = [[*ENGLAND, CT, 10, 20, 30], [], [*NORTHVALE, CT, 5, 5, 10]]
    assert list(by_month(table_1(tmp_path, rows, ["Apr", "May", "Year to date"]), "RZ1")) == ["2018-04", "2018-05"]


@pytest.mark.parametrize("columns", [["Apr", "Jun", "Year to date"], [*MONTHS[:11], "Year"], [*MONTHS, "Mar", "Year"]])
def test_a_month_that_is_missing_or_twice_is_reported(columns: list[str], tmp_path: Path) -> None:
    numbers = [10] * (len(columns) - 1)
    path = table_1(tmp_path, rows_of([*NORTHVALE, CT, *numbers, sum(numbers)]), columns)
    assert any(
        "one column for each month from April; the columns found are Region" in p.rule
        for p in problems_of(did_modality, path)
    )


def test_a_missing_total_of_the_year_is_reported(tmp_path: Path) -> None:
    path = table_1(tmp_path, rows_of([*NORTHVALE, CT, *year()]), [*MONTHS, "Sum"])
    assert ["(Year or Year to date) is missing" in problem.rule for problem in problems_of(did_modality, path)] == [
        True
    ]


def test_a_year_may_differ_from_its_months_by_rounding_and_suppression(tmp_path: Path) -> None:
    rounded = [*NORTHVALE, CT, *[10] * 12, 150]
    suppressed = [*EASTMERE, CT, *["*"] * 12, 25]
    assert by_month(table_1(tmp_path, rows_of(rounded, suppressed)), "RZ1")["2018-04"] == 10


def test_a_year_that_rounding_cannot_explain_is_reported(tmp_path: Path) -> None:
    problems = problems_of(did_modality, table_1(tmp_path, rows_of([*NORTHVALE, CT, *[10] * 12, 155])))
    assert [(problem.row, problem.column, problem.value) for problem in problems] == [(16, "Year (R)", "155")]
    assert "add up to 120" in problems[0].rule


@pytest.mark.parametrize(
    ("cell", "says"), [("n/a", "whole number"), (-5, "negative"), (2.5, "whole"), ("#N/A", "whole")]
)
def test_a_cell_that_is_no_count_is_reported(cell: Any, says: str, tmp_path: Path) -> None:
    problems = problems_of(did_modality, table_1(tmp_path, rows_of([*NORTHVALE, CT, cell, *year()[1:]])))
    assert [(problem.row, problem.column, says in problem.rule) for problem in problems] == [(16, "Apr (F)", True)]


def test_a_provider_without_a_code_is_reported(tmp_path: Path) -> None:
    lost = ["Y90", "", "Eastmere NHS Trust", CT, *year()]
    for rows, line in ((rows_of([*NORTHVALE, CT, *year()], lost), 17), (rows_of(lost, [*NORTHVALE, CT, *year()]), 16)):
        problems = problems_of(did_modality, table_1(tmp_path, rows))
        assert [(p.row, p.column, p.value) for p in problems] == [(line, "Org Code (C)", "Eastmere NHS Trust")]


def test_a_missing_column_is_reported_with_those_found(tmp_path: Path) -> None:
    sheet = did(1, [*MONTHS, "Year"], rows_of([*NORTHVALE, CT, *year()]))
    sheet[12][4] = "Exam"
    problems = problems_of(did_modality, write_xlsx(tmp_path / "did.xlsx", {"Provider": sheet}))
    assert [(problem.row, problem.column) for problem in problems] == [(13, "Modality")]
    assert "the columns found are Region, Org Code, Provider name, Exam, Apr" in problems[0].rule


@pytest.mark.parametrize("period", ["2018", "last year", "", "2018/20"])
def test_a_sheet_of_no_financial_year_is_refused(period: str, tmp_path: Path) -> None:
    problems = problems_of(did_modality, table_1(tmp_path, rows_of([*NORTHVALE, CT, *year()]), period=period))
    assert [(problem.row, problem.column, problem.value) for problem in problems] == [(4, "Period:", period)]


def test_a_file_name_that_says_another_year_is_reported(tmp_path: Path) -> None:
    path = table_1(tmp_path, rows_of([*NORTHVALE, CT, *year()]), name="DID-Table-1-2019-20.xlsx")
    assert "named for 2019/20, but this sheet is for 2018/19" in problems_of(did_modality, path)[0].rule


def test_a_modality_that_the_mapping_does_not_know_is_kept_unmapped(tmp_path: Path) -> None:
    path = table_1(tmp_path, rows_of([*NORTHVALE, "Terahertz imaging", *year()]))
    activity = did_modality.read(path)["activity"]
    assert set(activity.loc[activity["provider"] == "RZ1", "test"]) == {"Terahertz imaging"}
    assert set(activity.loc[activity["provider"] == "RZ1", "pillar"]) == {"unmapped"}


def test_another_table_of_the_dataset_is_refused_by_its_number(tmp_path: Path) -> None:
    rows = did(12, [*MONTHS, "Year"], rows_of([*NORTHVALE, CT, *year()]))
    problems = problems_of(did_modality, write_xlsx(tmp_path / "did.xlsx", {"Provider": rows}))
    assert "no sheet has the title “Table 1 DID …”; it holds table 12" in problems[0].rule


def test_a_table_without_numbers_is_refused(tmp_path: Path) -> None:
    problems = problems_of(did_modality, table_1(tmp_path, []))
    assert ["no rows below it" in problem.rule for problem in problems] == [True]


SETTINGS = ["A&E", "Day case", "Inpatient", "GP Direct Access", "Total"]
ZERO_KEY = ["- = zero activity submitted", "* = suppression: values of less than 3 are suppressed"]


def table_11(folder: Path, rows: Rows, columns: list[str] | None = None, **more: Any) -> Path:
    return write_xlsx(
        folder / "did.xlsx",
        {"Title page": [["x"]], "Provider": did(11, columns or SETTINGS, rows, key=ZERO_KEY, **more)},
    )


def test_settings_are_the_columns_between_modality_and_total(tmp_path: Path) -> None:
    rows = [[*ENGLAND, CT, 500, 20, 300, 100, 920], [], [*NORTHVALE, CT, 50, "-", "*", 10, 60]]
    table = did_setting.read(table_11(tmp_path, rows))["activity_by_setting"]
    assert set(table["year_end"]) == {pd.Timestamp("2019-03-31")}
    found = table[table["provider"] == "RZ1"].set_index("setting")["tests"]
    assert list(found.index) == SETTINGS[:-1]
    assert (found["A&E"], found["Day case"], found["Inpatient"] is pd.NA) == (50, 0, True)
    england = table[(table["provider"] == "ENG") & (table["setting"] == "A&E")].iloc[0]
    assert (england["tests"], england["test"], england["pillar"], england["row"]) == (500, "CT", "imaging", 14)


def test_settings_of_a_provider_in_two_regions_are_added(tmp_path: Path) -> None:
    rows = [
        ["Y90", "NZ4", "Roving Scans", CT, 10, 0, 0, "*", 10],
        ["Y91", "NZ4", "Roving Scans", CT, 20, 5, 0, "*", 25],
    ]
    table = did_setting.read(table_11(tmp_path, rows))["activity_by_setting"].set_index("setting")["tests"]
    assert (table["A&E"], table["Day case"], table["GP Direct Access"] is pd.NA) == (30, 5, True)


def test_a_setting_that_stands_twice_is_reported(tmp_path: Path) -> None:
    path = table_11(tmp_path, [[*NORTHVALE, CT, 1, 2, 3]], ["A&E", "A&E", "Total"])
    assert "the patient source settings, each once" in problems_of(did_setting, path)[0].rule


def test_settings_of_part_of_a_year_are_refused(tmp_path: Path) -> None:
    path = table_11(tmp_path, [[*NORTHVALE, CT, 1, 2, 3, 4, 10]], period="2018/19 Apr-Sep")
    problem = problems_of(did_setting, path)[0]
    assert (problem.row, problem.value, "part of a year" in problem.rule) == (4, "2018/19 Apr-Sep", True)


def test_settings_report_text_in_a_count_and_rows_without_a_modality(tmp_path: Path) -> None:
    rows = [[*NORTHVALE, CT, 1, "few", 3, 4, 10], [*EASTMERE, "", 1, 2, 3, 4, 10]]
    problems = problems_of(did_setting, table_11(tmp_path, rows))
    assert [(problem.row, problem.value) for problem in problems] == [(15, "Eastmere NHS Trust"), (14, "few")]


def test_a_table_of_settings_without_rows_is_refused(tmp_path: Path) -> None:
    assert "no rows below it" in problems_of(did_setting, table_11(tmp_path, []))[0].rule


def test_each_reader_recognises_its_table_by_the_title_and_no_other(tmp_path: Path) -> None:
    paths = [
        table_1(tmp_path, rows_of([*NORTHVALE, CT, *year()]), name="a.xlsx"),
        write_xlsx(tmp_path / "b.xlsx", {"Provider": did(11, SETTINGS, [])}),
        write_xlsx(tmp_path / "c.xlsx", {"Title page": [["x"]], "2024-25 Q1": quarter()}),
        write_xlsx(tmp_path / "d.xlsx", {"Provider": did(12, [*MONTHS, "Year"], [])}),
    ]
    readers = (did_modality, did_setting, did_turnaround)
    assert [[reader.recognise(path) for reader in readers] for path in paths] == [
        [True, False, False],
        [False, True, False],
        [False, False, True],
        [False, False, False],
    ]
