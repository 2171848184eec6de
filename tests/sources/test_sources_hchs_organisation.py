from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from workbook_builder import SERIES, Rows, hchs, write_xlsx

from pipeline.problems import InputRefused, Problem
from pipeline.sources import hchs_organisation
from pipeline.sources.reading import ReadOptions, Tables

pytestmark = pytest.mark.unit

STT = "Scientific, therapeutic & technical staff"
ENGLAND, HC, FTE, HC_SERIES, FTE_SERIES = (
    "1. England",
    "2. NHSE, Org & SG - HC",
    "3. NHSE, Org & SG - FTE",
    "4. All Staff, NHSE & Org - HC",
    "5. All Staff, NHSE & Org - FTE",
)
JUNE, JULY, AUGUST = (pd.Timestamp(month) for month in SERIES)
PEOPLE = {"RZ1": [100, 20, 30], "QZ1": [10, 0, 1], "RZ9": [50, 5, 9]}
POSTS = {"RZ1": [90.5, 18.25, 26.5], "QZ1": [8.25, 0, 0.3], "RZ9": [45, 4.5, 8]}
PEOPLE_SERIES = {"RZ1": [98, 99, 100], "QZ1": [0, 9, 10], "RZ9": [50, 50, 50], "RZ5": [12, 0, 0], "RYK-X": [7, 7, 0]}
POSTS_SERIES = {
    "RZ1": [88, 89.5, 90.5],
    "QZ1": [0, 7.5, 8.25],
    "RZ9": [45, 45, 45],
    "RZ5": [10, 0, 0],
    "RYK-X": [6, 6, 0],
}


def sheets(**changed: dict[str, list[Any]] | str) -> dict[str, Rows]:
    numbers: dict[str, Any] = {
        "people": PEOPLE,
        "posts": POSTS,
        "people_by_month": PEOPLE_SERIES,
        "posts_by_month": POSTS_SERIES,
        **changed,
    }
    return hchs(**numbers)


def workbook(folder: Path, content: dict[str, Rows] | None = None, name: str = "workforce_2024-08.xlsx") -> Path:
    return write_xlsx(folder / name, content or sheets())


def problems_of(path: Path, options: ReadOptions = ReadOptions()) -> list[Problem]:
    with pytest.raises(InputRefused) as caught:
        hchs_organisation.read(path, options)
    assert {problem.file for problem in caught.value.problems} == {str(path)}
    return list(caught.value.problems)


def line_of(rows: Rows, text: str) -> int:
    return next(place for place, row in enumerate(rows) if text in row)


def staff(tables: Tables) -> pd.DataFrame:
    return tables["staff_groups"].set_index(["month", "employer", "staff_group"]).sort_index()


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    return hchs_organisation.read(workbook(tmp_path))


def test_the_month_has_headcount_and_wte_of_every_staff_group(tables: Tables) -> None:
    groups = staff(tables).loc[(AUGUST, "RZ1")]
    assert groups["headcount"].to_dict() == {"Total": 100, "HCHS Doctors": 20, STT: 30}
    assert groups["wte"].to_dict() == {"Total": 90.5, "HCHS Doctors": 18.25, STT: 26.5}


def test_the_series_has_the_total_of_every_month(tables: Tables) -> None:
    totals = staff(tables).xs(("RZ1", "Total"), level=("employer", "staff_group"))
    assert totals["headcount"].tolist() == [98, 99, 100]
    assert totals["wte"].tolist() == [88, 89.5, 90.5]


def test_england_is_an_employer_with_every_group_and_month(tables: Tables) -> None:
    england = staff(tables).xs("ENG", level="employer")
    assert england.loc[(AUGUST, STT)].loc[["headcount", "wte"]].tolist() == [40, 34.8]
    assert england.loc[(JUNE, STT)].loc[["headcount", "wte"]].tolist() == [40, 34.8]
    assert england.loc[(JULY, "Total")].loc[["headcount", "wte"]].tolist() == [165, 148]
    assert len(england) == 9


def test_rows_of_regions_and_ics_are_not_employers(tables: Tables) -> None:
    assert set(tables["staff_groups"]["employer"]) == {"ENG", "RZ1", "QZ1", "RZ9", "RZ5", "RYK-X"}
    assert staff(tables).loc[(AUGUST, "QZ1", "Total"), "headcount"] == 10


def test_a_figure_that_stands_on_several_sheets_is_kept_once(tables: Tables) -> None:
    assert not tables["staff_groups"].duplicated(["month", "employer", "staff_group"]).any()
    assert staff(tables).loc[(AUGUST, "RZ1", "Total"), "sheet"] == FTE


def test_every_row_can_be_traced_to_its_fte(tables: Tables) -> None:
    content = sheets()
    rows = staff(tables)
    of_month = rows.loc[(AUGUST, "RZ1", STT)]
    assert (of_month["file"], of_month["sheet"]) == ("workforce_2024-08.xlsx", FTE)
    assert of_month["row"] == line_of(content[FTE], "RZ1") + 1
    of_series = rows.loc[(JUNE, "RZ5", "Total")]
    assert (of_series["sheet"], of_series["row"]) == (FTE_SERIES, line_of(content[FTE_SERIES], "RZ5") + 1)
    of_england = rows.loc[(JUNE, "ENG", STT)]
    lines = [place for place, row in enumerate(content[ENGLAND]) if STT in row]
    assert (of_england["sheet"], of_england["row"]) == (ENGLAND, lines[1] + 1)


def test_months_in_which_an_organisation_did_not_exist_are_left_out(tables: Tables) -> None:
    totals = staff(tables).xs("Total", level="staff_group")
    assert totals.xs("RZ5", level="employer").index.tolist() == [JUNE]
    assert totals.xs("QZ1", level="employer").index.tolist() == [JULY, AUGUST]


def test_a_month_without_staff_between_two_with_staff_is_zero(tmp_path: Path) -> None:
    content = sheets(
        people_by_month={**PEOPLE_SERIES, "RZ1": [98, 0, 100]}, posts_by_month={**POSTS_SERIES, "RZ1": [88, 0, 90.5]}
    )
    july = staff(hchs_organisation.read(workbook(tmp_path, content))).loc[(JULY, "RZ1", "Total")]
    assert (july["headcount"], july["wte"]) == (0, 0)


def test_the_first_of_two_holders_of_a_code_keeps_its_mark(tables: Tables) -> None:
    assert staff(tables).loc[(JUNE, "RYK-X", "Total"), "headcount"] == 7


def test_spellings_of_a_staff_group_are_made_one(tables: Tables) -> None:
    assert set(tables["staff_groups"]["staff_group"]) == {"Total", "HCHS Doctors", STT}
    assert staff(tables).loc[(JUNE, "ENG", "HCHS Doctors"), "headcount"] == 25


def test_dash_is_zero_nought_is_unknown_and_dot_is_not_applicable(tmp_path: Path) -> None:
    people = {**PEOPLE, "RZ1": [100, "-", "."]}
    posts = {**POSTS, "RZ1": [90.5, "-", "0"], "RZ9": [45, ".", 8]}
    rows = staff(hchs_organisation.read(workbook(tmp_path, sheets(people=people, posts=posts))))
    assert rows.loc[(AUGUST, "RZ1", "HCHS Doctors"), ["headcount", "wte"]].tolist() == [0, 0]
    assert rows.loc[(AUGUST, "RZ1", STT), ["headcount", "wte"]].isna().all()
    assert rows.loc[(AUGUST, "RZ9", "HCHS Doctors"), ["headcount", "wte"]].isna().tolist() == [False, True]


def test_a_number_under_a_half_that_excel_shows_as_nought_is_kept(tables: Tables) -> None:
    assert staff(tables).loc[(AUGUST, "QZ1", STT), "wte"] == 0.3


def test_organisations_have_the_ics_and_region_named_above_them(tables: Tables) -> None:
    found = tables["organisations"].set_index("code")
    assert found.loc["RZ1", ["kind", "parent", "region"]].tolist() == ["trust", "QZ1", "Y90"]
    assert found.loc["QZ1", ["name", "kind", "parent", "region"]].tolist() == ["Northvale", "icb", "Y90", "Y90"]
    assert found.loc["Y90", ["name", "kind", "region"]].tolist() == ["Highmoor", "region", "Y90"]
    assert found.index.tolist() == ["Y90", "QZ1", "RZ1", "Y91", "RZ9", "RZ5", "RYK-X"]
    open_now = found.drop(index=["RZ5", "RYK-X"])
    assert set(open_now["valid_from"]) == {AUGUST}
    assert open_now["valid_to"].isna().all()


def test_an_organisation_that_has_closed_is_kept_with_its_last_month_with_staff(tables: Tables) -> None:
    closed = tables["organisations"].set_index("code").loc["RZ5"]
    assert (closed["parent"], closed["valid_from"], closed["valid_to"]) == ("QZ1", JUNE, JUNE)


def test_an_organisation_of_a_region_without_an_ics_does_not_fall_to_the_last_one(tables: Tables) -> None:
    found = tables["organisations"].set_index("code")
    assert found.loc["RZ9", "region"] == "Y91"
    assert pd.isna(found.loc["RZ9", "parent"])


def test_region_and_ics_may_also_stand_on_every_row(tables: Tables, tmp_path: Path) -> None:
    content = sheets()
    for name in (HC, FTE):
        row = content[name][line_of(content[name], "RZ1")]
        row[:4] = ["Y90", "Highmoor", "QZ1", "Northvale"]
    again = hchs_organisation.read(workbook(tmp_path, content))
    pd.testing.assert_frame_equal(again["organisations"], tables["organisations"])


def test_the_blank_that_a_pivot_table_leaves_is_no_name(tables: Tables, tmp_path: Path) -> None:
    content = sheets()
    content[HC_SERIES][line_of(content[HC_SERIES], "QZ1")][4] = "(blank)"
    again = hchs_organisation.read(workbook(tmp_path, content))
    pd.testing.assert_frame_equal(again["staff_groups"], tables["staff_groups"])


@pytest.mark.parametrize("lead", [0, 3])
def test_header_rows_may_move(lead: int, tables: Tables, tmp_path: Path) -> None:
    content = {name: [*rows[:1], *[[]] * lead, *rows[1:]] for name, rows in sheets().items()}
    again = hchs_organisation.read(workbook(tmp_path, content))
    assert again["staff_groups"]["wte"].tolist() == tables["staff_groups"]["wte"].tolist()


@pytest.mark.parametrize("month", [45535, "31/08/2024", "August 2024", dt.datetime(2024, 8, 1)])
def test_months_may_be_dates_day_numbers_or_text(month: Any, tables: Tables, tmp_path: Path) -> None:
    content = sheets()
    for name in (ENGLAND, HC_SERIES, FTE_SERIES):
        row = content[name][line_of(content[name], SERIES[2])]
        row[row.index(SERIES[2])] = month
    again = hchs_organisation.read(workbook(tmp_path, content))
    pd.testing.assert_frame_equal(again["staff_groups"], tables["staff_groups"])


def changed(name: str, mark: Any, column: int, value: Any) -> dict[str, Rows]:
    content = sheets()
    content[name][line_of(content[name], mark)][column] = value
    return content


@pytest.mark.parametrize("name", [HC, FTE, HC_SERIES, FTE_SERIES])
@pytest.mark.parametrize(
    ("value", "says"), [("n/a", "number, such as"), (-1, "negative"), ("", "not be empty"), ("#N/A", "number")]
)
def test_a_cell_that_is_no_number_or_mark_is_reported(name: str, value: Any, says: str, tmp_path: Path) -> None:
    content = changed(name, "RZ1", 8, value)
    problems = problems_of(workbook(tmp_path, content))
    assert [(p.sheet, p.row, p.column[-3:], says in p.rule) for p in problems] == [
        (name, line_of(content[name], "RZ1") + 1, "(I)", True)
    ]


@pytest.mark.parametrize("name", [HC, HC_SERIES])
def test_a_headcount_is_a_whole_number(name: str, tmp_path: Path) -> None:
    problems = problems_of(workbook(tmp_path, changed(name, "RZ1", 7, 19.5)))
    assert [(problem.sheet, problem.value, "whole number" in problem.rule) for problem in problems] == [
        (name, "19.5", True)
    ]


def test_a_bad_cell_of_england_is_reported(tmp_path: Path) -> None:
    problems = problems_of(workbook(tmp_path, changed(ENGLAND, "Total", 3, "tbc")))
    assert [(p.sheet, p.column, p.value) for p in problems] == [(ENGLAND, "2024-07-31 (D)", "tbc")]


@pytest.mark.parametrize("name", [HC, FTE, HC_SERIES, FTE_SERIES])
def test_a_missing_column_is_reported_with_those_found(name: str, tmp_path: Path) -> None:
    problems = problems_of(workbook(tmp_path, changed(name, "Organisation code", 5, "Code")))
    assert [(problem.sheet, problem.column) for problem in problems] == [(name, "Organisation code")]
    assert "the columns found are NHS England region code, " in problems[0].rule


@pytest.mark.parametrize("name", [HC, FTE, HC_SERIES, FTE_SERIES])
def test_a_row_without_a_code_is_reported(name: str, tmp_path: Path) -> None:
    problems = problems_of(workbook(tmp_path, changed(name, "RZ9", 5, "")))
    assert [(problem.sheet, problem.column, problem.value) for problem in problems] == [
        (name, "Organisation code", "Lowmoor NHS Trust")
    ]
    assert "no organisation, ICS or region code" in problems[0].rule


@pytest.mark.parametrize("name", [HC, FTE, HC_SERIES, FTE_SERIES])
def test_an_organisation_that_stands_twice_is_reported(name: str, tmp_path: Path) -> None:
    content = sheets()
    line = line_of(content[name], "RZ1")
    content[name].insert(line + 1, [*content[name][line]])
    problems = problems_of(workbook(tmp_path, content))
    assert [(problem.sheet, problem.row, problem.value) for problem in problems] == [(name, line + 2, "RZ1")]


def test_a_month_that_has_two_columns_is_reported(tmp_path: Path) -> None:
    problems = problems_of(workbook(tmp_path, changed(FTE_SERIES, SERIES[1], 7, SERIES[0])))
    assert [(p.sheet, p.column, "two columns" in p.rule) for p in problems] == [(FTE_SERIES, "2024-06-30 (H)", True)]


def test_a_heading_of_the_series_that_is_no_month_is_reported(tmp_path: Path) -> None:
    problems = problems_of(workbook(tmp_path, changed(HC_SERIES, SERIES[1], 7, "Change")))
    assert [(p.sheet, p.column, "should be a month end" in p.rule) for p in problems] == [
        (HC_SERIES, "Change (H)", True)
    ]


@pytest.mark.parametrize(("name", "mark"), [(HC, "HCHS Doctors"), (HC_SERIES, SERIES[1])])
def test_a_column_that_lost_its_heading_is_reported(name: str, mark: Any, tmp_path: Path) -> None:
    problems = problems_of(workbook(tmp_path, changed(name, mark, 7, "")))
    assert [(p.sheet, p.column, "has no heading" in p.rule) for p in problems] == [(name, "H", True)]


def test_a_staff_group_with_two_columns_is_reported(tmp_path: Path) -> None:
    problems = problems_of(workbook(tmp_path, changed(FTE, "HCHS Doctors", 8, "HCHS doctors")))
    assert [(p.sheet, p.column) for p in problems] == [(FTE, "HCHS doctors (I)")]


def test_an_organisation_that_is_on_one_sheet_only_is_reported(tmp_path: Path) -> None:
    content = sheets()
    del content[HC][line_of(content[HC], "QZ1") + 2]
    problems = problems_of(workbook(tmp_path, content))
    assert [(p.sheet, p.value, f"but not on “{HC}”" in p.rule) for p in problems] == [(FTE, "QZ1", True)]


def test_a_staff_group_that_is_on_one_sheet_only_is_reported_for_both(tmp_path: Path) -> None:
    problems = problems_of(workbook(tmp_path, changed(FTE, "HCHS Doctors", 7, "Doctors")))
    assert [(p.sheet, p.column) for p in problems] == [(HC, "HCHS Doctors"), (FTE, "Doctors")]


@pytest.mark.parametrize(("name", "column", "says"), [(FTE, STT, "34.80000"), (FTE_SERIES, "August 2024", "143.75000")])
def test_a_lost_row_is_noticed_by_the_fte_of_england(name: str, column: str, says: str, tmp_path: Path) -> None:
    content = sheets()
    for sheet in (HC, FTE) if name == FTE else (HC_SERIES, FTE_SERIES):
        del content[sheet][line_of(content[sheet], "RZ9")]
    problems = [problem for problem in problems_of(workbook(tmp_path, content)) if problem.column == column]
    assert [(p.sheet, p.value, "so rows are missing" in p.rule) for p in problems] == [(name, says, True)]


def test_sheets_that_contradict_each_other_are_reported(tmp_path: Path) -> None:
    problems = problems_of(workbook(tmp_path, changed(HC_SERIES, "RZ1", 8, 101)))
    assert [(p.sheet, p.column, p.value) for p in problems] == [
        (FTE_SERIES, "Total, August 2024", "101 people, 90.50000 FTE")
    ]
    assert f"the sheet “{FTE}”" in problems[0].rule
    assert "says 100 people, 90.50000 FTE for RZ1" in problems[0].rule


def test_england_that_differs_between_its_sheets_is_reported(tmp_path: Path) -> None:
    content = sheets()
    lines = [place for place, row in enumerate(content[ENGLAND]) if STT in row]
    content[ENGLAND][lines[0]][4] = 41
    problems = problems_of(workbook(tmp_path, content))
    assert [(p.sheet, p.row, p.column) for p in problems] == [(ENGLAND, lines[1] + 1, f"{STT}, August 2024")]


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_a_missing_sheet_is_reported_with_the_sheets_there_are(number: int, tmp_path: Path) -> None:
    content = {name: rows for name, rows in sheets().items() if not name.startswith(f"{number}.")}
    problems = problems_of(workbook(tmp_path, content))
    assert len(problems) == 1
    assert f"no sheet has the title “Table {number} (" in problems[0].rule
    assert "the sheets of this file are “Title sheet”, " in problems[0].rule


def test_sheets_of_different_months_are_reported(tmp_path: Path) -> None:
    content = sheets()
    line = line_of(content[FTE], "August 2024 monthly data")
    content[FTE][line] = ["July 2024 monthly data"]
    problems = problems_of(workbook(tmp_path, content, name="workforce.xlsx"))
    assert [(p.sheet, p.row) for p in problems] == [(FTE, line + 1)]
    assert f"for July 2024, but “{HC}” is for August 2024" in problems[0].rule


@pytest.mark.parametrize("text", ["monthly data", "Summer monthly data", "Organisations"])
def test_a_sheet_of_no_month_is_refused(text: str, tmp_path: Path) -> None:
    content = changed(HC, "August 2024 monthly data", 0, text)
    assert "as “August 2024 monthly data”" in problems_of(workbook(tmp_path, content))[0].rule


def test_a_file_name_that_says_another_month_is_reported(tmp_path: Path) -> None:
    problems = problems_of(workbook(tmp_path, name="NHS Workforce Statistics, July 2024.xlsx"))
    assert {p.sheet for p in problems} == {HC, FTE}
    assert "named for July 2024, but this sheet is for August 2024" in problems[0].rule


def test_a_sheet_of_england_without_its_sections_is_refused(tmp_path: Path) -> None:
    problems = problems_of(workbook(tmp_path, changed(ENGLAND, "FULL TIME EQUIVALENT (FTE)", 0, "WTE")))
    assert any("HEADCOUNT and FULL TIME EQUIVALENT should stand one above the other" in p.rule for p in problems)


def test_a_sheet_of_england_without_months_is_refused(tmp_path: Path) -> None:
    content = sheets()
    content[ENGLAND][line_of(content[ENGLAND], SERIES[0])] = ["", "", "first", "second", "third"]
    assert "there should be a row of month ends" in problems_of(workbook(tmp_path, content))[0].rule


@pytest.mark.parametrize("name", [HC, FTE, HC_SERIES, FTE_SERIES])
def test_a_sheet_with_a_header_only_is_refused(name: str, tmp_path: Path) -> None:
    content = sheets()
    content[name] = content[name][: line_of(content[name], "Organisation code") + 1]
    assert ["no rows below it" in problem.rule for problem in problems_of(workbook(tmp_path, content))] == [True]


def test_a_plan_cannot_name_one_of_the_sheets(tmp_path: Path) -> None:
    problems = problems_of(workbook(tmp_path), ReadOptions(sheet=FTE))
    assert "take “sheet” out of this source" in problems[0].rule


@pytest.mark.parametrize(
    ("content", "recognised"),
    [
        (sheets, True),
        (lambda: {name: rows for name, rows in sheets().items() if name != FTE}, False),
        (lambda: changed(FTE, "Organisation code", 5, "Code"), False),
        (lambda: {"Data": [["Month", "Organisation code", "Organisation name"]]}, False),
    ],
)
def test_a_workbook_is_recognised_by_its_sheets_and_headings(
    content: Callable[[], dict[str, Rows]], recognised: bool, tmp_path: Path
) -> None:
    assert hchs_organisation.recognise(workbook(tmp_path, content(), name="anything.xlsx")) is recognised
