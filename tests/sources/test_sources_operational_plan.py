"""The operational plan workbook: a column for each month, totals checked and left out, every slip told by its cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from workbook_builder import Rows, write_xls, write_xlsx

from pipeline.problems import InputRefused, Problem
from pipeline.sources import operational_plan
from pipeline.sources.catalogue import readers
from pipeline.sources.reading import ReadOptions

pytestmark = pytest.mark.unit

WORDS = ["Cycle", "Measure", "Organisation code", "Pillar"]
MONTHS: list[Any] = ["Mar-25", "Apr-25", "May-25"]
RADIOGRAPHERS = "Diagnostic radiographers"


def workforce() -> Rows:
    """Title in row 1, headings in row 3, data in rows 4 to 7, notes at the foot."""
    return [
        ["Operational plan: workforce"],
        [],
        [*WORDS, "Profession", *MONTHS],
        ["2025/26", "Baseline", "ZZ1", "imaging", RADIOGRAPHERS, 200.5, "", ""],
        ["2025/26", "Plan", "ZZ1", "imaging", RADIOGRAPHERS, "", 201.25, 203],
        ["2025/26", "Plan", "ZZ2", "imaging", RADIOGRAPHERS, "", 90, 91.5],
        ["2025/26", "Plan", "Total", "imaging", RADIOGRAPHERS, "", 291.3, 294.5],
        [],
        ["Notes: figures were agreed in March"],
    ]


def activity() -> Rows:
    return [
        [*WORDS, "Test", *MONTHS],
        ["2025/26", "Baseline", "ZZ1", "imaging", "CT", 5000, "", ""],
        ["2025/26", "Planned", "ZZ1", "imaging", "CT", "", 5100, "5,200"],
        ["2025/26", "Outturn", "ZZ1", "imaging", "CT", "", 5050, ""],
    ]


def write(folder: Path, **sheets: Rows) -> Path:
    return write_xlsx(folder / "plan.xlsx", sheets or {"Workforce": workforce(), "Activity": activity()})


def planned(folder: Path, rows: Rows) -> list[list[Any]]:
    """Kind, month, employer, WTE and row of a sheet of staff."""
    read = operational_plan.read(write(folder, Workforce=rows))["planned_wte"]
    shown = read.assign(month=read["month"].dt.strftime("%Y-%m-%d"))
    return shown[["kind", "month", "employer", "wte", "row"]].to_numpy().tolist()


def refusal(path: Path, options: ReadOptions = ReadOptions()) -> tuple[Problem, ...]:
    with pytest.raises(InputRefused) as caught:
        operational_plan.read(path, options)
    return caught.value.problems


GOOD = [
    ["baseline", "2025-03-31", "ZZ1", 200.5, 4],
    ["planned", "2025-04-30", "ZZ1", 201.25, 5],
    ["planned", "2025-05-31", "ZZ1", 203.0, 5],
    ["planned", "2025-04-30", "ZZ2", 90.0, 6],
    ["planned", "2025-05-31", "ZZ2", 91.5, 6],
]


def test_each_cell_of_a_month_is_a_row_and_totals_and_notes_are_left_out(tmp_path: Path) -> None:
    assert planned(tmp_path, workforce()) == GOOD


def test_both_sheets_are_read_together_and_tests_are_whole_numbers(tmp_path: Path) -> None:
    read = operational_plan.read(write(tmp_path))
    assert list(read) == ["planned_wte", "planned_activity"]
    assert read["planned_activity"][["kind", "tests"]].to_numpy().tolist() == [
        ["baseline", 5000],
        ["planned", 5100],
        ["planned", 5200],
        ["outturn", 5050],
    ]
    assert read["planned_activity"]["sheet"].unique().tolist() == ["Activity"]


@pytest.mark.parametrize("sheet", ["Workforce", "Activity"])
def test_either_sheet_alone_will_do_even_beside_an_empty_form_of_the_other(tmp_path: Path, sheet: str) -> None:
    whole = {"Workforce": workforce(), "Activity": activity()}
    forms = {"Workforce": workforce()[:3], "Activity": activity()[:1]}
    assert len(operational_plan.read(write(tmp_path, **{sheet: whole[sheet]}))) == 1
    assert len(operational_plan.read(write(tmp_path, **{**forms, sheet: whole[sheet]}))) == 1


def test_an_old_workbook_is_read_alike(tmp_path: Path) -> None:
    path = write_xls(tmp_path / "plan.xls", {"Workforce": workforce()})
    assert operational_plan.recognise(path)
    assert len(operational_plan.read(path)["planned_wte"]) == len(GOOD)


@pytest.mark.parametrize("months", [
    [dt.date(2025, 3, 31), dt.date(2025, 4, 1), dt.date(2025, 5, 15)],
    ["March 2025", "April 2025", "May 2025"],
    ["31/03/2025", "30/04/2025", "31/05/2025"],
    ["2025-03", "2025-04", "2025-05"],
])  # fmt: skip
def test_months_are_dates_or_text(tmp_path: Path, months: list[Any]) -> None:
    rows = workforce()
    rows[2][5:] = months
    assert planned(tmp_path, rows) == GOOD


@pytest.mark.parametrize("cycle", ["2025-26", "25/26", "2025/2026", "FY25/26", "2025–26"])
def test_a_cycle_is_known_however_it_is_typed(tmp_path: Path, cycle: str) -> None:
    rows = workforce()
    for row in rows[3:7]:
        row[0] = cycle
    read = operational_plan.read(write(tmp_path, Workforce=rows))["planned_wte"]
    assert read["cycle"].unique().tolist() == ["2025/26"]


def test_words_are_known_whatever_their_case_and_spelling(tmp_path: Path) -> None:
    rows = workforce()[:4]
    rows[3][1:5] = ["BASELINE", "zz1", "Laboratories", "healthcare scientists:  blood sciences"]
    (row,) = operational_plan.read(write(tmp_path, Workforce=rows))["planned_wte"].to_dict("records")
    assert (row["kind"], row["employer"], row["pillar"]) == ("baseline", "ZZ1", "labs")
    assert row["profession"] == "Healthcare scientists: blood sciences"


@pytest.mark.parametrize(("said", "kind"), [("Actual", "outturn"), ("outturn", "outturn"), ("PLANNED", "planned")])
def test_measures_have_two_names(tmp_path: Path, said: str, kind: str) -> None:
    rows = workforce()[:4]
    rows[3][1] = said
    assert [row[0] for row in planned(tmp_path, rows)] == [kind]


def test_a_total_of_everything_needs_no_pillar_or_profession(tmp_path: Path) -> None:
    rows = workforce()
    rows[6] = ["2025/26", "Plan", "ICB total", "", "All professions", "", 291.25, 294.5]
    assert planned(tmp_path, rows) == GOOD


def test_other_columns_of_words_and_a_total_of_the_months_are_left_out(tmp_path: Path) -> None:
    rows = workforce()
    rows[2] += ["Comment", "Total WTE"]
    rows[3] += ["agreed", 200.5]
    assert planned(tmp_path, rows) == GOOD


def test_hidden_columns_count_and_titles_may_be_merged(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Workforce")
        for number, row in enumerate(workforce()):
            sheet.write_row(number, 0, row)
        sheet.merge_range(0, 0, 0, 7, "Operational plan: workforce")
        sheet.set_column(6, 6, None, None, {"hidden": True})
    assert len(operational_plan.read(path)["planned_wte"]) == len(GOOD)


def test_a_row_without_any_figure_is_no_line_of_the_plan(tmp_path: Path) -> None:
    rows = workforce()
    rows[7] = ["Agreed by the board", "", "", "", "", "", "", ""]
    assert planned(tmp_path, rows) == GOOD


def test_the_file_is_recognised_by_this_reader_alone(tmp_path: Path) -> None:
    path = write(tmp_path)
    assert [name for name, module in readers().items() if module.recognise(path)] == ["operational_plan"]
    assert not operational_plan.recognise(write_xlsx(tmp_path / "other.xlsx", {"Workforce": [["Cycle", "Measure"]]}))
    assert not operational_plan.recognise(tmp_path / "nothing.xlsx")


def cell(row: int, column: str, value: Any) -> Callable[[Rows], None]:
    """A change of one cell, named as Excel names it."""

    def change(rows: Rows) -> None:
        rows[row - 1][ord(column) - ord("A")] = value

    return change


BROKEN: list[tuple[Callable[[Rows], None], int, str, str, str]] = [
    (cell(4, "A", "next year"), 4, "Cycle (A)", "a cycle is written as its financial year, 2025/26", "next year"),
    (cell(4, "A", "2025/27"), 4, "Cycle (A)", "a cycle is written as its financial year", "2025/27"),
    (cell(5, "A", ""), 5, "Cycle (A)", "the cell should not be empty; where cells are merged, write it in every", ""),
    (cell(5, "B", "Forecast"), 5, "Measure (B)", "a measure is Baseline, Plan or Outturn", "Forecast"),
    (cell(5, "C", "Larkmere!"), 5, "Organisation code (C)", "3 to 9 capital letters and digits, or Total", "Larkmere!"),
    (cell(5, "D", "Radiology"), 5, "Pillar (D)", "a pillar is endoscopy, imaging, laboratories", "Radiology"),
    (cell(5, "D", ""), 5, "Pillar (D)", "the cell should not be empty", ""),
    (
        cell(5, "E", "Radiographers (diagnostic)"),
        5,
        "Profession (E)",
        "mapping knows no profession",
        "Radiographers (diagnostic)",
    ),
    (
        cell(5, "E", "Diagnostic radiographer"),
        5,
        "Profession (E)",
        "did you mean “Diagnostic radiographers”?",
        "Diagnostic radiographer",
    ),
    (cell(5, "G", "-"), 5, "Apr-25 (G)", "should be a number, such as 1,234", "-"),
    (cell(5, "G", "n/a"), 5, "Apr-25 (G)", "should be a number", "n/a"),
    (cell(5, "G", "TBC"), 5, "Apr-25 (G)", "should be a number", "TBC"),
    (cell(5, "G", "201 wte"), 5, "Apr-25 (G)", "should be a number", "201 wte"),
    (cell(5, "G", "#REF!"), 5, "Apr-25 (G)", "should be a number", "#REF!"),
    (cell(5, "G", -1), 5, "Apr-25 (G)", "a number here cannot be negative", "-1"),
    (cell(7, "H", 300), 7, "May-25 (H)", "the rows that this total stands for add up to 294.50", "300"),
    (
        cell(6, "C", "ZZ1"),
        6,
        "",
        "this row repeats row 5; keep one of them",
        "2025/26, planned, ZZ1, imaging, Diagnostic radiographers",
    ),
    (cell(3, "H", "Apr-25"), 3, "Apr-25 (H)", "the column G is of April 2025 as well; keep one of them", "Apr-25"),
    (cell(3, "H", "M2"), 3, "M2 (H)", "its heading is no month; write it as Apr-25, or take the column out", "M2"),
    (cell(3, "D", "Area"), 3, "Pillar", "this column is missing from the header row", ""),
    (cell(3, "H", "Measure"), 3, "Measure", "the columns B and H both have this heading", ""),
]


@pytest.mark.parametrize(("change", "row", "column", "says", "found"), BROKEN)
def test_a_slip_is_told_by_sheet_and_cell(
    tmp_path: Path, change: Callable[[Rows], None], row: int, column: str, says: str, found: str
) -> None:
    rows = workforce()
    change(rows)
    (problem,) = refusal(write(tmp_path, Workforce=rows))
    assert (problem.sheet, problem.row, problem.column, problem.value) == ("Workforce", row, column, found)
    assert says in problem.rule


def test_a_fraction_of_a_test_is_refused(tmp_path: Path) -> None:
    rows = activity()
    rows[1][5] = 5000.5
    (problem,) = refusal(write(tmp_path, Activity=rows))
    assert (problem.row, problem.column) == (2, "Mar-25 (F)")
    assert "this is a count, so it should be a whole number" in problem.rule


def test_a_total_of_tests_is_exact(tmp_path: Path) -> None:
    rows = [*activity(), ["2025/26", "Plan", "Total", "imaging", "CT", "", 5101, ""]]
    (problem,) = refusal(write(tmp_path, Activity=rows))
    assert (problem.row, problem.column, problem.value) == (5, "Apr-25 (G)", "5101")
    assert "add up to 5,100; correct the total or the rows" in problem.rule


def test_a_total_may_be_off_by_the_rounding_of_what_it_adds_up_and_no_more(tmp_path: Path) -> None:
    rows = workforce()
    rows[6][6] = 291.4
    assert planned(tmp_path, rows) == GOOD
    rows[6][6] = 291.41
    assert [problem.column for problem in refusal(write(tmp_path, Workforce=rows))] == ["Apr-25 (G)"]


def test_slips_of_both_sheets_are_told_at_once(tmp_path: Path) -> None:
    staff, tests = workforce(), activity()
    staff[3][0], staff[4][6], tests[1][1] = "soon", "TBC", "Guess"
    found = refusal(write(tmp_path, Workforce=staff, Activity=tests))
    assert [(problem.sheet, problem.row, problem.column) for problem in found] == [
        ("Workforce", 5, "Apr-25 (G)"),
        ("Workforce", 4, "Cycle (A)"),
        ("Activity", 2, "Measure (B)"),
    ]


def test_headings_without_a_month_are_refused(tmp_path: Path) -> None:
    (problem,) = refusal(write(tmp_path, Workforce=[row[:5] for row in workforce()]))
    assert (problem.row, problem.rule) == (3, "no heading is a month; write each as Apr-25")


def test_a_workbook_without_either_sheet_or_any_figure_is_refused(tmp_path: Path) -> None:
    (problem,) = refusal(write(tmp_path, Plan=workforce()))
    assert "no figure stands in a sheet “Workforce” or “Activity”" in problem.rule
    assert "the sheets of this file are “Plan”" in problem.rule


def test_a_column_about_people_is_refused(tmp_path: Path) -> None:
    rows = workforce()
    rows[2].append("Surname")
    rows[3].append("Ashdown")
    assert ["names" in problem.rule for problem in refusal(write(tmp_path, Workforce=rows))] == [True]


def test_one_sheet_of_the_workbook_cannot_be_asked_for(tmp_path: Path) -> None:
    (problem,) = refusal(write(tmp_path), ReadOptions(sheet="Workforce"))
    assert "the sheets of this workbook are read together" in problem.rule
