from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from workbook_builder import Rows, dm01, write_xls, write_xlsx

from pipeline.problems import InputRefused, Problem
from pipeline.sources import dm01_provider
from pipeline.sources.mapping import Mapped, Mapping
from pipeline.sources.reading import ReadOptions, Tables

pytestmark = pytest.mark.unit

MRI, COLONOSCOPY = "Magnetic Resonance Imaging", "Colonoscopy"
AUGUST = pd.Timestamp("2024-08-31")
TESTS = [
    ("RZ1", 1, MRI, [100, 50, 20, 0, 0, 4, 5, 0, 0, 0, 0, 0, 0, 2], [10, 20, 160]),
    ("RZ1", 12, COLONOSCOPY, [30, 0, 0, 0, 0, 0, 1], [4, 0, 40]),
    ("RZ2", 1, MRI, [7], [0, 3, 9]),
]
NO_NOTES: Rows = [[], ["", "The following organisation did not submit data this month:"], [], ["", "Code", "Name"]]
HEADER, ENGLAND, FIRST = 13, 14, 16
"""Rows of the sheet, from 0: header, England, first provider."""
CODE, NAME, TEST, WAITING, WEEK_0, WEEK_13, PLANNED = 3, 4, 6, 7, 11, 24, 26


def workbook(folder: Path, rows: Rows, notes: Rows = NO_NOTES, name: str = "dm01_2024-08.xlsx") -> Path:
    sheets = {"Provider": [["x"]], "Provider by Test": rows, "Notes": notes}
    return write_xlsx(folder / name, sheets, hidden=["Notes"])


def changed(*cells: tuple[int, int, Any], period: Any = "August 2024") -> Rows:
    rows = dm01(TESTS, period)
    for row, column, value in cells:
        rows[row][column] = value
    return rows


def problems_of(path: Path, options: ReadOptions = ReadOptions()) -> list[Problem]:
    with pytest.raises(InputRefused) as caught:
        dm01_provider.read(path, options)
    assert {problem.file for problem in caught.value.problems} == {str(path)}
    return list(caught.value.problems)


def told(path: Path) -> list[tuple[int | None, str, str]]:
    return [(problem.row, problem.column, problem.value) for problem in problems_of(path)]


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    return dm01_provider.read(workbook(tmp_path, dm01(TESTS)))


def test_waiting_has_a_row_for_each_provider_and_test_with_its_week_bands(tables: Tables) -> None:
    waiting = tables["waiting"].set_index(["provider", "test"])
    assert list(waiting.index) == [("RZ1", "MRI"), ("RZ1", "Colonoscopy"), ("RZ2", "MRI")]
    mri = waiting.loc[("RZ1", "MRI")]
    assert (mri["month"], mri["pillar"]) == (AUGUST, "imaging")
    assert (mri["waiting"], mri["waiting_6_plus"], mri["waiting_13_plus"]) == (181, 7, 2)
    assert [mri[f"weeks_{week:02}"] for week in range(14)] == [100, 50, 20, 0, 0, 4, 5, 0, 0, 0, 0, 0, 0, 2]
    assert waiting.loc[("RZ1", "Colonoscopy"), "pillar"] == "endoscopy"


def test_activity_has_a_row_for_each_type(tables: Tables) -> None:
    activity = tables["activity"]
    assert set(activity["dataset"]) == {"dm01"}
    mri = activity[(activity["provider"] == "RZ1") & (activity["test"] == "MRI")].set_index("type")["tests"]
    assert mri.to_dict() == {"planned": 10, "unscheduled": 20, "waiting_list": 160}
    assert len(activity) == 9


def test_every_row_can_be_traced_to_its_cell(tables: Tables) -> None:
    rows = tables["waiting"][["file", "sheet", "row"]]
    assert rows["row"].tolist() == [17, 18, 20]
    assert set(rows["file"]) == {"dm01_2024-08.xlsx"}
    assert set(rows["sheet"]) == {"Provider by Test"}
    assert sorted(tables["activity"]["row"].unique()) == [17, 18, 20]


def test_the_total_test_and_the_england_row_are_checked_and_not_counted(tables: Tables) -> None:
    assert tables["waiting"]["waiting"].sum() == 181 + 31 + 7
    assert set(tables["waiting"]["provider"]) == {"RZ1", "RZ2"}
    assert "Total" not in set(tables["activity"]["test"])


def test_an_old_workbook_gives_the_same_tables(tables: Tables, tmp_path: Path) -> None:
    old = dm01_provider.read(write_xls(tmp_path / "dm01_2024-08.xls", {"Provider by Test": dm01(TESTS)}))
    new = tables["waiting"].drop(columns="file")
    pd.testing.assert_frame_equal(old["waiting"].drop(columns="file"), new)
    assert old["missing_returns"].empty


def test_columns_may_stand_elsewhere_and_in_another_order(tables: Tables, tmp_path: Path) -> None:
    rows = [["", "", *row[:7], *row[24:], *row[7:24]] if len(row) > 24 else ["", "", *row] for row in dm01(TESTS)]
    moved = dm01_provider.read(workbook(tmp_path, [[], *rows]))
    pd.testing.assert_frame_equal(moved["waiting"].drop(columns="row"), tables["waiting"].drop(columns="row"))
    assert moved["waiting"]["row"].tolist() == [18, 19, 21]


def test_a_trust_without_a_return_is_listed_and_not_zeroed(tmp_path: Path) -> None:
    notes = [*NO_NOTES, ["", "RZ5", "Eastmere NHS Foundation Trust"]]
    tables = dm01_provider.read(workbook(tmp_path, dm01(TESTS), notes))
    row = tables["missing_returns"].iloc[0]
    assert (row["provider"], row["name"], row["month"]) == ("RZ5", "Eastmere NHS Foundation Trust", AUGUST)
    assert (row["dataset"], row["sheet"], row["row"]) == ("dm01", "Notes", 5)
    assert "RZ5" not in set(tables["waiting"]["provider"])


def test_no_trust_without_a_return_gives_an_empty_table(tables: Tables) -> None:
    assert tables["missing_returns"].empty
    assert list(tables["missing_returns"].columns) == ["month", "provider", "name", "dataset", "file", "sheet", "row"]


def test_a_missing_return_without_a_code_or_a_name_is_reported(tmp_path: Path) -> None:
    notes = [*NO_NOTES, ["", "", "Eastmere NHS Foundation Trust"], ["", "RZ6", ""]]
    problems = problems_of(workbook(tmp_path, dm01(TESTS), notes))
    assert [(problem.sheet, problem.row, problem.value) for problem in problems] == [
        ("Notes", 5, "Eastmere NHS Foundation Trust"),
        ("Notes", 6, "RZ6"),
    ]


def test_missing_returns_named_in_prose_are_not_overlooked(tmp_path: Path) -> None:
    path = workbook(tmp_path, dm01(TESTS), [["Eastmere NHS Foundation Trust (RZ5) did not submit data"]])
    assert "under the headings Code and Name" in problems_of(path)[0].rule


def test_a_test_that_the_mapping_does_not_know_keeps_its_name_and_is_unmapped(tmp_path: Path) -> None:
    path = workbook(tmp_path, dm01([("RZ1", 17, "Capsule endoscopy", [1], [1, 1, 1])]))
    row = dm01_provider.read(path)["waiting"].iloc[0]
    assert (row["test"], row["pillar"]) == ("Capsule endoscopy", "unmapped")


def test_a_plan_may_map_a_test_its_own_way(tmp_path: Path) -> None:
    mapping = Mapping({("dm01_test", MRI.casefold()): Mapped("physiological", "Scans")})
    tables = dm01_provider.read(workbook(tmp_path, dm01(TESTS)), ReadOptions(mapping=mapping))
    rows = tables["waiting"].set_index("row")
    assert rows.loc[17, ["test", "pillar"]].tolist() == ["Scans", "physiological"]


@pytest.mark.parametrize("period", ["August 2024", dt.date(2024, 8, 31), 45535, "Aug-24"])
def test_the_month_may_be_text_or_an_excel_date(period: Any, tmp_path: Path) -> None:
    assert set(dm01_provider.read(workbook(tmp_path, dm01(TESTS, period)))["waiting"]["month"]) == {AUGUST}


def test_a_sheet_of_no_month_is_refused(tmp_path: Path) -> None:
    assert told(workbook(tmp_path, changed(period="Quarter 2"))) == [(5, "Period:", "Quarter 2")]


def test_a_file_name_that_says_another_month_is_reported(tmp_path: Path) -> None:
    problem = problems_of(workbook(tmp_path, dm01(TESTS), name="DM01-July-2024.xlsx"))[0]
    assert (problem.sheet, problem.row) == ("Provider by Test", 5)
    assert "named for July 2024, but this sheet is for August 2024" in problem.rule


def test_a_file_name_without_a_month_is_fine(tmp_path: Path) -> None:
    assert len(dm01_provider.read(workbook(tmp_path, dm01(TESTS), name="provider.xlsx"))["waiting"]) == 3


def test_words_in_a_count_are_reported_with_column_and_letter(tmp_path: Path) -> None:
    path = workbook(tmp_path, changed((FIRST, WAITING, "12 wte"), (FIRST + 1, PLANNED, "TBC")))
    assert told(path) == [
        (17, "Total Waiting List (H)", "12 wte"),
        (18, "Planned tests / procedures (AA)", "TBC"),
    ]


@pytest.mark.parametrize(
    ("value", "says"),
    [(-3, "cannot be negative"), (2.5, "whole number"), ("", "should not be empty"), ("#REF!", "whole number")],
)
def test_a_count_that_is_none_is_reported(value: Any, says: str, tmp_path: Path) -> None:
    problems = problems_of(workbook(tmp_path, changed((FIRST + 3, PLANNED, value))))
    assert [(problem.row, says in problem.rule) for problem in problems] == [(20, True)]


def test_counts_written_as_text_are_read(tmp_path: Path) -> None:
    path = workbook(tmp_path, changed((FIRST, WAITING, "181"), (FIRST, PLANNED, " 10 ")))
    assert dm01_provider.read(path)["waiting"].iloc[0]["waiting"] == 181


def test_a_missing_column_is_reported_with_the_columns_found(tmp_path: Path) -> None:
    problems = problems_of(workbook(tmp_path, changed((HEADER, WEEK_0, "under 1 week"))))
    assert [(problem.row, problem.column) for problem in problems] == [(14, "0 <01 weeks")]
    assert "the columns found are Regional Team Code, " in problems[0].rule
    assert "under 1 week" in problems[0].rule


def test_a_row_with_a_provider_but_no_code_is_reported(tmp_path: Path) -> None:
    problems = problems_of(workbook(tmp_path, changed((FIRST + 3, CODE, ""))))
    assert [(problem.row, problem.column) for problem in problems] == [(20, "Provider Code (D)")]
    assert "no provider code" in problems[0].rule


def test_a_row_without_a_test_is_reported(tmp_path: Path) -> None:
    problems = problems_of(workbook(tmp_path, changed((FIRST, TEST, ""))))
    assert [(problem.row, problem.column) for problem in problems] == [(17, "Diagnostic Test Name (G)")]


def test_a_row_that_repeats_another_is_reported(tmp_path: Path) -> None:
    problems = problems_of(workbook(tmp_path, changed((FIRST + 1, TEST, MRI))))
    assert [(problem.row, problem.value) for problem in problems] == [(18, f"RZ1, {MRI}")]
    assert "repeats row 17" in problems[0].rule


def test_week_bands_that_do_not_make_the_total_are_reported_once(tmp_path: Path) -> None:
    problems = problems_of(workbook(tmp_path, changed((FIRST, WEEK_13, 3))))
    assert [(problem.row, problem.column, problem.value) for problem in problems] == [
        (17, "Total Waiting List (H)", "181"),
        (17, "Number waiting 6+ Weeks (I)", "7"),
        (17, "Number waiting 13+ Weeks (J)", "2"),
    ]
    assert "add up to 182" in problems[0].rule


def test_a_provider_total_that_its_tests_do_not_make_is_reported(tmp_path: Path) -> None:
    problems = problems_of(workbook(tmp_path, changed((FIRST + 2, PLANNED, 15))))
    assert [(problem.row, problem.column, problem.value) for problem in problems] == [
        (19, "Planned tests / procedures (AA)", "15")
    ]
    assert "the tests of this provider add up to 14" in problems[0].rule


def test_a_lost_provider_is_noticed_by_the_england_row(tmp_path: Path) -> None:
    problems = problems_of(workbook(tmp_path, dm01(TESTS)[:-2]))
    assert {problem.row for problem in problems} == {15}
    waiting = next(problem for problem in problems if problem.column == "Total Waiting List (H)")
    assert (waiting.value, "all providers add up to 212" in waiting.rule) == ("219", True)


def test_a_lost_test_is_noticed_by_the_provider_total(tmp_path: Path) -> None:
    rows = dm01(TESTS)
    del rows[FIRST + 1]
    assert {problem.row for problem in problems_of(workbook(tmp_path, rows))} == {15, 18}


def test_a_sheet_with_a_header_only_is_refused(tmp_path: Path) -> None:
    rows = [row[:] for row in dm01(TESTS)[: HEADER + 1]]
    assert "no rows below it" in problems_of(workbook(tmp_path, rows))[0].rule


def test_every_problem_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    rows = changed((FIRST, WAITING, "n/a"), (FIRST + 3, CODE, ""), period="none")
    notes = [*NO_NOTES, ["", "RZ6", ""]]
    problems = problems_of(workbook(tmp_path, rows, notes))
    assert {(problem.sheet, problem.row) for problem in problems} == {
        ("Provider by Test", 5),
        ("Provider by Test", 17),
        ("Provider by Test", 20),
        ("Notes", 5),
    }


def test_a_plan_may_name_the_sheet(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"August": dm01(TESTS)})
    assert len(dm01_provider.read(path, ReadOptions(sheet="August"))["waiting"]) == 3
    assert "there is no sheet “Provider by Test”; the sheets of this file are “August”" in problems_of(path)[0].rule


@pytest.mark.parametrize(
    ("rows", "recognised"),
    [(lambda: dm01(TESTS), True), (lambda: changed((HEADER, PLANNED, "Planned")), False), (lambda: [["x"]], False)],
)
def test_a_workbook_is_recognised_by_its_sheet_and_headings(
    rows: Callable[[], Rows], recognised: bool, tmp_path: Path
) -> None:
    assert dm01_provider.recognise(workbook(tmp_path, rows(), name="anything.xlsx")) is recognised
