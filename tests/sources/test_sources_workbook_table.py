from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from workbook_builder import Rows, write_xlsx

from pipeline.sources._named_months import months_named
from pipeline.sources._workbook import open_workbook
from pipeline.sources._workbook_cells import (
    MISSING,
    ZERO,
    column_letter,
    column_number,
    financial_years_named,
    meanings,
    month_number,
    month_of,
)
from pipeline.sources._workbook_table import find_header, numbers

pytestmark = pytest.mark.unit


def sheet_of(rows: Rows, folder: Path):
    return open_workbook(write_xlsx(folder / "a.xlsx", {"Provider": rows})).sheet("Provider")


@pytest.mark.parametrize(("above", "before"), [(0, 0), (12, 1), (13, 1), (14, 3)])
def test_a_header_is_found_in_whatever_row_and_column_it_stands(above: int, before: int, tmp_path: Path) -> None:
    rows: Rows = [[]] * above + [[*[""] * before, " provider  CODE", "x", "Tests\n done"]]
    header, problems = find_header(sheet_of(rows, tmp_path), ["Provider Code", "Tests done"])
    assert header is not None
    assert (header.row, header.at, problems) == (above, {"Provider Code": before, "Tests done": before + 2}, [])


def test_a_missing_column_is_reported_with_those_that_were_found(tmp_path: Path) -> None:
    rows: Rows = [["Provider Code", "Provider Name", "Totl"]]
    _, problems = find_header(sheet_of(rows, tmp_path), ["Provider Code", "Provider Name", "Total"])
    assert [(problem.row, problem.column) for problem in problems] == [(1, "Total")]
    assert "the columns found are Provider Code, Provider Name, Totl" in problems[0].rule


def test_a_heading_that_stands_twice_is_reported_with_both_letters(tmp_path: Path) -> None:
    _, problems = find_header(sheet_of([["Code", "Total", "x", "total"]], tmp_path), ["Code", "Total"])
    assert ["the columns B and D both have this heading" in problem.rule for problem in problems] == [True]


def test_a_sheet_without_the_headings_has_no_header(tmp_path: Path) -> None:
    header, problems = find_header(sheet_of([["Code", "a"], ["b"]], tmp_path), ["Code", "Name"])
    assert header is None
    assert "no row has the expected headings (Code, Name)" in problems[0].rule


def test_a_column_of_people_is_refused_and_none_of_them_is_repeated(tmp_path: Path) -> None:
    rows: Rows = [["Code", "Tests", "Ref"], ["RZ1", 1, "sam.ashdown@example.org"]]
    _, problems = find_header(sheet_of(rows, tmp_path), ["Code", "Tests"])
    assert [(problem.sheet, problem.column) for problem in problems] == [("Provider", "Ref")]
    assert "sam" not in str(problems)


def test_an_address_below_the_table_is_not_taken_for_a_person(tmp_path: Path) -> None:
    rows: Rows = [["Region", "Code", "Tests"], ["Y90", "RZ1", 1], [], ["Notes:"], ["did@example.org"]]
    assert find_header(sheet_of(rows, tmp_path), ["Code", "Tests"])[1] == []


def test_a_table_ends_at_the_notes_below_it(tmp_path: Path) -> None:
    rows: Rows = [["Code", "Tests"], ["RZ1", 1], [], ["RZ2", 2], ["Notes:"], ["1. Rounded to 5.", 5], ["RZ3", 3]]
    header, _ = find_header(sheet_of(rows, tmp_path), ["Code", "Tests"])
    assert header is not None
    assert header.body([0, 1]) == [1, 3]


def block(cells: list[object], marks: dict[str, float], folder: Path, whole: bool = True, most: float | None = None):
    header, _ = find_header(
        sheet_of([["Code", "Tests"], *[["RZ1", cell] for cell in cells]], folder), ["Code", "Tests"]
    )
    assert header is not None
    values, problems = numbers(header, list(range(1, len(cells) + 1)), [1], marks, whole=whole, most=most)
    return values[:, 0], [(problem.row, problem.value, problem.rule) for problem in problems]


def test_numbers_are_read_from_numbers_and_from_text(tmp_path: Path) -> None:
    values, problems = block([1234, "1,234", " 12 ", "1,234,567", "+5", 0, "7.0"], {}, tmp_path)
    assert (list(values), problems) == ([1234, 1234, 12, 1234567, 5, 0, 7], [])


def test_marks_stand_for_zero_or_for_no_figure(tmp_path: Path) -> None:
    values, problems = block(
        ["-", "–", "*", ".", "", " "], {"-": ZERO, "*": MISSING, ".": MISSING, "": MISSING}, tmp_path
    )
    np.testing.assert_array_equal(values, [0, 0, np.nan, np.nan, np.nan, np.nan])
    assert problems == []


@pytest.mark.parametrize(
    "cell", ["n/a", "TBC", "12 wte", "1,23", "nan", "inf", "(5)", "5%", "-", True, dt.date(2024, 8, 1)]
)
def test_text_that_is_neither_number_nor_mark_is_reported(cell: object, tmp_path: Path) -> None:
    _, problems = block([3, cell], {"*": MISSING}, tmp_path)
    assert [
        (row, "should be a whole number, such as 1,234, or one of the marks “*” (no figure)" in rule)
        for row, _, rule in problems
    ] == [(3, True)]


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        (-3, "cannot be negative"),
        ("-3", "cannot be negative"),
        (2.5, "should be a whole number"),
        ("", "should not be empty"),
    ],
)
def test_a_count_is_a_whole_number_of_nought_or_more(cell: object, says: str, tmp_path: Path) -> None:
    _, problems = block([cell], {}, tmp_path)
    assert [says in rule for _, _, rule in problems] == [True]


def test_an_amount_may_have_decimals_but_not_pass_its_limit(tmp_path: Path) -> None:
    values, problems = block([0.5, 1, 91.1], {}, tmp_path, whole=False, most=1)
    assert list(values[:2]) == [0.5, 1]
    assert problems == [(4, "91.1", "a number here cannot be more than 1")]


def test_every_wrong_cell_of_a_block_is_reported_in_the_order_of_the_sheet(tmp_path: Path) -> None:
    _, problems = block(["x", 1, -1, "", 2.5], {}, tmp_path)
    assert [row for row, _, _ in problems] == [2, 4, 5, 6]


@pytest.mark.parametrize(
    ("cell", "month"),
    [
        (dt.date(2024, 8, 1), dt.date(2024, 8, 31)),
        (dt.datetime(2024, 2, 10, 12), dt.date(2024, 2, 29)),
        (45535.0, dt.date(2024, 8, 31)),
        (45505.0, dt.date(2024, 8, 31)),
        (45510.0, None),
        ("August 2024", dt.date(2024, 8, 31)),
        ("Aug-24", dt.date(2024, 8, 31)),
        ("SEPT 2024", dt.date(2024, 9, 30)),
        ("31/08/2024", dt.date(2024, 8, 31)),
        ("2024-08", dt.date(2024, 8, 31)),
        ("April to June 2024", dt.date(2024, 6, 30)),
        ("July 2024, revised August 2024", None),
        ("2018/19", None),
        ("summer", None),
        (12.0, None),
        (True, None),
    ],
)
def test_a_month_is_read_from_a_date_a_day_number_or_a_name(cell, month) -> None:
    assert month_of(cell) == month


@pytest.mark.parametrize(
    ("name", "months"),
    [
        ("Monthly-Diagnostics-Web-File-Provider-August-2024_2x.xls", {dt.date(2024, 8, 31)}),
        ("dm01_provider_2024-08.xls", {dt.date(2024, 8, 31)}),
        ("202408_dm01.xls", {dt.date(2024, 8, 31)}),
        ("NHS Workforce Statistics, March 2025 England and Organisation.xlsx", {dt.date(2025, 3, 31)}),
        ("workforce_mar25.xlsx", {dt.date(2025, 3, 31)}),
        ("published 10 Oct 10 2024.xlsx", set()),
        ("did_t1_2018-19.xlsx", set()),
        ("provider.xlsx", set()),
    ],
)
def test_the_months_of_a_file_name_are_found(name: str, months: set[dt.date]) -> None:
    assert months_named(name) == months


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2018/19", {2019}),
        ("did_t1_2018-19.xlsx", {2019}),
        ("DID 202425", {2025}),
        ("2024-11-27", set()),
        ("2019", set()),
    ],
)
def test_the_financial_years_of_a_text_are_found(text: str, years: set[int]) -> None:
    assert financial_years_named(text) == years


def test_the_names_of_months_are_numbered() -> None:
    assert [month_number(name) for name in ("Apr", "april", "Sept", "Mar ", "Marginal", "Year", "")] == [
        4,
        4,
        9,
        3,
        None,
        None,
        None,
    ]


def test_the_key_of_a_sheet_says_what_its_marks_mean() -> None:
    lines = [
        "- = zero activity submitted",
        "*= suppression: values of less than 3",
        "Blank cells = no data has been submitted",
        "See page 2",
    ]
    marks = meanings(lines)
    assert marks["-"] == 0
    assert {mark for mark, value in marks.items() if np.isnan(value)} == {"*", ""}


def test_columns_are_lettered_as_in_excel() -> None:
    assert [column_letter(column) for column in (0, 25, 26, 701, 702, 16383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
    assert [column_number(column_letter(column)) for column in (0, 25, 26, 16383)] == [0, 25, 26, 16383]


def test_an_excel_error_is_shown_and_not_taken_for_an_empty_cell(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "a.xlsx", {"Fine": [["Code", "Tests"]], "Provider": [["Code", "Tests"], ["RZ1", "#REF!"]]}
    )
    header, _ = find_header(open_workbook(path).sheet("Provider"), ["Code", "Tests"])
    assert header is not None
    _, problems = numbers(header, [1], [1], {"": MISSING}, whole=True)
    assert [(problem.row, problem.column, problem.value) for problem in problems] == [(2, "Tests (B)", "#REF!")]
