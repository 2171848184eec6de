from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from workbook_builder import Rows, quarter, quarter_row, write_xlsx

from pipeline.problems import InputRefused, Problem
from pipeline.sources import did_turnaround
from pipeline.sources.reading import ReadOptions

pytestmark = pytest.mark.unit

TRUST = ["Y90", "QZ1", "RZ1", "Northvale NHS Trust"]
ENGLAND_Q = ["", "", "", "England"]
REGION_Q = ["Y90", "", "", "Highmoor"]
SHARES = [0.9, 0.97, 0.01, 0.02, 1000, 0.3, 0.6, 0.8, 0.04, 0.05, 900]


def problems_of(path: Path, options: ReadOptions = ReadOptions()) -> list[Problem]:
    with pytest.raises(InputRefused) as caught:
        did_turnaround.read(path, options)
    assert {problem.file for problem in caught.value.problems} == {str(path)}
    return list(caught.value.problems)


def table_13(folder: Path, sheets: dict[str, Rows], hidden: list[str] | None = None) -> Path:
    return write_xlsx(folder / "did.xlsx", {"Title page": [["x"]], **sheets}, hidden=hidden or [])


def turnaround_of(path: Path) -> pd.DataFrame:
    return did_turnaround.read(path)["turnaround"].set_index(["provider", "setting", "band"]).sort_index()


def test_two_header_rows_give_the_setting_and_the_band(tmp_path: Path) -> None:
    path = table_13(tmp_path, {"2024-25 Q1": quarter(quarter_row(ENGLAND_Q, SHARES), quarter_row(TRUST, SHARES))})
    table = turnaround_of(path)
    assert len(table) == 2 * 9
    emergency, outpatient = table.loc["RZ1", "A&E / Admitted"], table.loc["RZ1", "OP / GP direct access"]
    assert emergency["share"].to_dict() == {"Same day": 0.9, "By next day": 0.97, "> 28 days": 0.01, "Not known": 0.02}
    assert set(outpatient.index) == {"By next day", "By 7 days", "By 14 days", "> 28 days", "Not known"}
    assert (set(emergency["cases"]), set(outpatient["cases"])) == ({1000}, {900})
    assert set(table["quarter_end"]) == {pd.Timestamp("2024-06-30")}
    assert (set(table.loc["ENG", "row"]), set(table.loc["RZ1", "row"]), set(table["test"])) == ({12}, {13}, {"CT"})


def test_rows_of_regions_are_left_out(tmp_path: Path) -> None:
    rows = [quarter_row(ENGLAND_Q, SHARES), quarter_row(REGION_Q, SHARES), quarter_row(TRUST, SHARES)]
    table = did_turnaround.read(table_13(tmp_path, {"2024-25 Q1": quarter(*rows)}))["turnaround"]
    assert set(table["provider"]) == {"ENG", "RZ1"}


def test_a_provider_without_a_code_is_not_taken_for_a_region(tmp_path: Path) -> None:
    rows = [quarter_row(TRUST, SHARES), quarter_row(["Y90", "QZ1", "", "Eastmere NHS Trust"], SHARES)]
    problems = problems_of(table_13(tmp_path, {"2024-25 Q1": quarter(*rows)}))
    assert [(p.sheet, p.row, p.value) for p in problems] == [("2024-25 Q1", 13, "Eastmere NHS Trust")]


@pytest.mark.parametrize("place", [["Y90", "", "", "Eastmere NHS Trust"], ["", "", "", "Eastmere NHS Trust"]])
def test_not_even_the_first_provider_without_a_code_is_taken_for_a_region(place: list[str], tmp_path: Path) -> None:
    rows = [quarter_row(ENGLAND_Q, SHARES), quarter_row(REGION_Q, SHARES), quarter_row(place, SHARES)]
    problems = problems_of(table_13(tmp_path, {"2024-25 Q1": quarter(*rows)}))
    assert [(p.row, p.value) for p in problems] == [(14, "Eastmere NHS Trust")]


@pytest.mark.parametrize(
    ("period", "end"),
    [
        ("2024/25 Apr-Jun", "2024-06-30"),
        ("2024/25 Jul-Sep", "2024-09-30"),
        ("2024/25 October to December", "2024-12-31"),
        ("2024/25 Jan-Mar", "2025-03-31"),
    ],
)
def test_the_quarter_is_read_from_the_period(period: str, end: str, tmp_path: Path) -> None:
    table = turnaround_of(table_13(tmp_path, {"Quarter": quarter(quarter_row(TRUST, SHARES), period=period)}))
    assert set(table["quarter_end"]) == {pd.Timestamp(end)}


@pytest.mark.parametrize("period", ["2024/25", "2024/25 Apr-Sep", "2024/25 May-Jul"])
def test_a_period_that_is_no_quarter_is_refused(period: str, tmp_path: Path) -> None:
    problems = problems_of(table_13(tmp_path, {"Q": quarter(quarter_row(TRUST, SHARES), period=period)}))
    assert [(problem.row, problem.value) for problem in problems] == [(3, period)]


def test_a_sheet_named_for_another_quarter_is_reported(tmp_path: Path) -> None:
    problems = problems_of(table_13(tmp_path, {"2024-25 Q2": quarter(quarter_row(TRUST, SHARES))}))
    assert "the sheet is named Q2, but its period is quarter 1" in problems[0].rule


def test_every_quarter_is_read_and_templates_that_were_never_filled_in_are_passed_over(tmp_path: Path) -> None:
    template: Rows = [
        [],
        ["Report turnaround bands - CT"],
        ["Period: 2021/22 Jan - Mar"],
        ["", "Code", "Region"],
        ["", "Y56"],
    ]
    sheets = {
        "2024-25 Q1": quarter(quarter_row(TRUST, SHARES)),
        "2024-25 Q2": quarter(quarter_row(TRUST, SHARES), period="2024/25 Jul-Sep"),
        "2024-25 Q3": quarter(period="2024/25 Oct-Dec"),
        "CT Q3": template,
    }
    table = turnaround_of(table_13(tmp_path, sheets, hidden=["CT Q3"]))
    assert set(table["quarter_end"]) == {pd.Timestamp("2024-06-30"), pd.Timestamp("2024-09-30")}


def test_a_workbook_of_which_no_quarter_has_rows_is_refused(tmp_path: Path) -> None:
    problems = problems_of(table_13(tmp_path, {"2024-25 Q1": quarter()}))
    assert "no quarter has rows below its header" in problems[0].rule


def test_a_plan_may_name_one_quarter(tmp_path: Path) -> None:
    sheets = {
        "A": quarter(quarter_row(TRUST, SHARES)),
        "B": quarter(quarter_row(TRUST, SHARES), period="2024/25 Jul-Sep"),
    }
    table = did_turnaround.read(table_13(tmp_path, sheets), ReadOptions(sheet="B"))["turnaround"]
    assert set(table["quarter_end"]) == {pd.Timestamp("2024-09-30")}


def test_no_cases_are_missing_where_the_key_says_that_a_dash_is_no_data(tmp_path: Path) -> None:
    numbers = ["", "", "", "", 0, 0, 0.5, 0.9, 0, 0, 900]
    table = turnaround_of(table_13(tmp_path, {"2024-25 Q1": quarter(quarter_row(TRUST, numbers))}))
    assert table.loc[("RZ1", "A&E / Admitted", "Same day"), ["share", "cases"]].isna().all()
    assert table.loc[("RZ1", "OP / GP direct access", "By next day"), ["share", "cases"]].tolist() == [0, 900]


def test_suppressed_cases_are_missing(tmp_path: Path) -> None:
    table = turnaround_of(
        table_13(tmp_path, {"2024-25 Q1": quarter(quarter_row(TRUST, ["", "", "", "", "*", *SHARES[5:]]))})
    )
    assert table.loc[("RZ1", "A&E / Admitted", "Same day"), ["share", "cases"]].isna().all()


def test_shares_of_a_provider_in_two_regions_are_weighted_by_their_cases(tmp_path: Path) -> None:
    north = quarter_row(["Y90", "", "NZ4", "Roving Scans"], [0.9, 1, 0, 0, 100, *SHARES[5:]])
    south = quarter_row(["Y91", "", "NZ4", "Roving Scans"], [0.5, "", 0, 0, 300, "", "", "", "", "", "*"])
    table = turnaround_of(table_13(tmp_path, {"2024-25 Q1": quarter(north, south)}))
    same_day = table.loc[("NZ4", "A&E / Admitted", "Same day")]
    assert (same_day["share"], same_day["cases"], same_day["row"]) == (pytest.approx(0.6), 400, 12)
    next_day = table.loc[("NZ4", "A&E / Admitted", "By next day")]
    assert (next_day["share"], next_day["cases"]) == (1, 400)
    assert table.loc[("NZ4", "OP / GP direct access", "By 7 days"), ["share", "cases"]].tolist() == [0.6, 900]


@pytest.mark.parametrize(
    ("place", "cell", "column", "says"),
    [
        (0, 91.1, "Same day (H)", "more than 1"),
        (0, -0.1, "Same day (H)", "negative"),
        (1, "most", "By next day (I)", "should be a number"),
        (4, 10.5, "Total cases (L)", "whole"),
    ],
)
def test_a_cell_that_is_no_share_or_count_is_reported(
    place: int, cell: Any, column: str, says: str, tmp_path: Path
) -> None:
    numbers = [*SHARES]
    numbers[place] = cell
    problems = problems_of(table_13(tmp_path, {"2024-25 Q1": quarter(quarter_row(TRUST, numbers))}))
    assert [(problem.row, problem.column, says in problem.rule) for problem in problems] == [(12, column, True)]


def test_bands_without_the_names_of_their_settings_are_reported(tmp_path: Path) -> None:
    sheet = quarter(quarter_row(TRUST, SHARES))
    sheet[8] = []
    problems = problems_of(table_13(tmp_path, {"2024-25 Q1": sheet}))
    assert any("twice in one patient source setting" in problem.rule for problem in problems)
    assert any("should stand under its name" in problem.rule for problem in problems)


def test_a_sheet_without_any_band_is_reported(tmp_path: Path) -> None:
    rows = [row[:7] for row in quarter(quarter_row(TRUST, SHARES))]
    problems = problems_of(table_13(tmp_path, {"2024-25 Q1": rows}))
    assert "no columns of turnaround bands" in problems[0].rule
