"""The workbook: what its cells hold, and what no cell can do."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from small_boards import ENDLESS, HOSTILE, headlines

from pipeline.report import display, workbook
from pipeline.report.disclosure import Disclosed, protect
from pipeline.report.workbook_cells import LONGEST_CELL

pytestmark = pytest.mark.unit

COVER = (("Status", "DRAFT"), ("Run", "20251121T091500Z-a1b2c3"))
STARTS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(1)",
    "{=1+1}",
    "\t=1",
    "http://example.org",
    "mailto:a@example.org",
    "internal:'A'!A1",
]
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a workbook of tables, given as data frames with what `display.table` takes."""

    def written(*tables: pd.DataFrame | Disclosed, name: str = "strategy", **how: Any) -> Path:
        shown = [
            display.table(table, **{"caption": f"Caption {place}", **how}) for place, table in enumerate(tables, 1)
        ]
        sheets = [
            workbook.Sheet(f"Table 4.{place}", "4 Current workforce", one.held[0]) for place, one in enumerate(shown, 1)
        ]
        return write_sheets(tmp_path / f"{name}.xlsx", sheets)

    return written


def write_sheets(path: Path, sheets: Sequence[workbook.Sheet], cover: Sequence[tuple[str, str]] = COVER) -> Path:
    made = "2025-11-21T09:15:00+00:00"
    return workbook.write(path, cover, headlines(), sheets, title="Westmarch: strategy", made=made)


@pytest.mark.parametrize("columns", [1, 2, 12])
def test_notes_are_wrapped_over_the_columns_of_their_table_in_rows_that_hold_them(write: Write, columns: int) -> None:
    note = "What stands in a column, and how it was worked out. " * 15
    table = pd.DataFrame({f"Staff in post of year {number}": [number] for number in range(columns)})
    sheet = openpyxl.load_workbook(write(table, note=note))["Table 4.1"]
    (row,) = [cell.row for cell in sheet["A"] if cell.value == " ".join(note.split())]
    (across,) = [area for area in sheet.merged_cells.ranges if area.min_row == row]
    letters = [openpyxl.utils.get_column_letter(number) for number in range(across.min_col, across.max_col + 1)]
    width = sum(sheet.column_dimensions[name].width if number < columns else 8 for number, name in enumerate(letters))
    assert sheet.cell(row, 1).alignment.wrap_text
    assert sheet.row_dimensions[row].height >= 13 * len(note) / (width + 1)
    assert 55 <= width <= 170


def region(sheet: Any) -> list[list[Any]]:
    """The cells of the sheet's table, its headings first."""
    (table,) = sheet.tables.values()
    return [[cell for cell in row] for row in sheet[table.ref]]


def values(sheet: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in region(sheet)]


def test_numbers_are_numbers_and_days_are_days_in_the_formats_of_the_document(write: Write) -> None:
    frame = pd.DataFrame(
        {
            "pillar": ["imaging", "labs"],
            "wte": [1096.25, 4.25],
            "people": [1200, 5],
            "share": [0.1234, 1.0],
            "cost": [245000.4, -3.0],
            "ratio": [1.2512, 2.0],
            "month": pd.to_datetime(["2025-10-31", "2025-11-30"]),
            "day": [dt.date(2026, 4, 3), dt.date(1850, 1, 1)],
            "year": [2025, 2026],
        }
    )
    formats = {"share": "percent", "cost": "money", "ratio": "ratio", "day": "date"}
    sheet = openpyxl.load_workbook(write(frame, formats=formats))["Table 4.1"]
    heads, first, second = region(sheet)
    assert [cell.value for cell in heads][:3] == ["Pillar", "WTE", "People"]
    assert [(cell.value, cell.number_format) for cell in first] == [
        ("imaging", "General"),
        (1096.25, "#,##0"),
        (1200, "#,##0"),
        (0.1234, "0.0%"),
        (245000.4, "£#,##0;-£#,##0"),
        (1.2512, "#,##0.00"),
        (dt.datetime(2025, 10, 31), "mmmm yyyy"),
        (dt.datetime(2026, 4, 3), "d mmmm yyyy"),
        (2025, "General"),
    ]
    assert (second[1].value, second[1].number_format) == (4.25, "0.0")
    assert second[7].value == "1850-01-01"


def test_a_value_that_is_not_available_leaves_its_cell_empty(write: Write) -> None:
    frame = pd.DataFrame({"pillar": ["imaging", None], "wte": [None, 2.0], "people": [float("inf"), 1]})
    sheet = openpyxl.load_workbook(write(frame))["Table 4.1"]
    assert values(sheet)[1:] == [["imaging", None, None], [None, 2, 1]]


def test_a_hidden_cell_holds_the_mark_and_its_value_is_nowhere_in_the_file(write: Write) -> None:
    frame = pd.DataFrame({"employer": ["A", "B"], "people": [3, 4321], "wte": [1234.5, 50.0]})
    hidden = pd.DataFrame({"employer": False, "people": [True, False], "wte": [True, False]})
    path = write(Disclosed(frame, hidden, "* stands for a small count."))
    sheet = openpyxl.load_workbook(path)["Table 4.1"]
    assert values(sheet)[1:] == [["A", "*", "*"], ["B", 4321, 50]]
    assert sheet["A2"].value == "* stands for a small count."
    assert "1234.5" not in everything(path)
    assert "4321" in everything(path)


def test_what_a_rule_rounds_is_rounded_in_the_workbook(write: Write) -> None:
    frame = pd.DataFrame({"employer": ["A", "B"], "people": [3, 41]})
    sheet = openpyxl.load_workbook(write(protect(frame, rule="hes_2018")))["Table 4.1"]
    assert values(sheet)[1:] == [["A", "*"], ["B", 40]]


def everything(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


@pytest.mark.parametrize("text", [*STARTS, HOSTILE])
def test_text_that_looks_like_a_formula_or_an_address_is_text(write: Write, text: str) -> None:
    frame = pd.DataFrame({text: [text, "plain"], "wte": [1.0, 2.0]})
    path = write(frame, caption=text, note=text)
    book = openpyxl.load_workbook(path)
    kinds = {(cell.data_type, cell.value) for row in region(book["Table 4.1"]) for cell in row}
    assert {kind for kind, _ in kinds} == {"s", "n"}
    assert text.strip().rstrip("\x07 ") in {str(value).strip() for _, value in kinds}
    assert "<f>" not in everything(path)
    assert {target for _, _, target in links(book)} == {None}


def links(book: Any) -> list[tuple[str, str, str | None]]:
    """Every link: the sheet it is on, the place in the workbook that it leads to, or else the address."""
    cells = [(sheet.title, cell) for sheet in book for row in sheet.iter_rows() for cell in row]
    found = [(name, cell.hyperlink) for name, cell in cells if cell.hyperlink]
    return [(name, link.location, link.target) for name, link in found]


def test_the_only_links_are_those_from_sheet_to_sheet(write: Write) -> None:
    path = write(pd.DataFrame({"a": STARTS}), pd.DataFrame({"b": [1]}))
    book = openpyxl.load_workbook(path)
    assert {(sheet, location) for sheet, location, _ in links(book)} == {
        ("Cover", "'Contents'!A1"),
        ("Contents", "'Cover'!A1"),
        ("Contents", "'Table 4.1'!A1"),
        ("Contents", "'Table 4.2'!A1"),
        ("Key figures", "'Contents'!A1"),
        ("Table 4.1", "'Contents'!A1"),
        ("Table 4.2", "'Contents'!A1"),
    }
    assert "externalLink" not in everything(path)


def test_a_cell_of_forty_thousand_letters_is_cut_and_says_so(write: Write) -> None:
    (row,) = values(openpyxl.load_workbook(write(pd.DataFrame({"a": [ENDLESS], "b": [1]})))["Table 4.1"])[1:]
    assert len(row[0]) == LONGEST_CELL
    assert re.search(r"=word .* … \(\d+ letters more\)$", row[0])


def test_headings_are_told_apart_and_cut_to_what_excel_takes(write: Write) -> None:
    frame = pd.DataFrame([[1, 2, 3, 4]], columns=["Staff group", "staff_group", "STAFF GROUP", "[]:*?/\\" + "x" * 300])
    heads = values(openpyxl.load_workbook(write(frame))["Table 4.1"])[0]
    assert heads[:3] == ["Staff group", "Staff group (2)", "STAFF GROUP (3)"]
    assert heads[3].startswith("[]:*?/\\xxx")
    assert len(heads[3]) <= 255


def test_each_table_has_a_sheet_of_its_number_with_a_named_table_under_frozen_headings(write: Write) -> None:
    book = openpyxl.load_workbook(write(pd.DataFrame({"a": [1, 2]}), pd.DataFrame({"b": [3]}), note="Rounded."))
    assert book.sheetnames == ["Cover", "Contents", "Key figures", "Table 4.1", "Table 4.2"]
    sheet = book["Table 4.1"]
    assert [sheet["A1"].value, sheet["A2"].value] == ["Table 4.1. Caption 1", "Rounded."]
    assert list(sheet.tables) == ["Table_4_1"]
    assert sheet.freeze_panes == "B5"
    assert values(sheet) == [["A"], [1], [2]]


def test_a_table_without_rows_says_that_there_is_nothing_to_show(write: Write) -> None:
    sheet = openpyxl.load_workbook(write(pd.DataFrame({"a": [1]})[:0]))["Table 4.1"]
    assert values(sheet) == [["A"], ["There is nothing to show."]]


def test_the_cover_says_where_the_figures_come_from_and_the_contents_list_every_sheet(tmp_path: Path) -> None:
    (table,) = display.table(pd.DataFrame({"a": [1, 2, 3]}), caption="Staff").held
    cover = [*COVER, ("Board", HOSTILE)]
    path = write_sheets(tmp_path / "x.xlsx", [workbook.Sheet("Table 4.1", "4 Current workforce", table)], cover)
    book = openpyxl.load_workbook(path)
    told = {row[0].value: row[1].value for row in book["Cover"].iter_rows(min_row=3, max_row=5)}
    assert told == {"Status": "DRAFT", "Run": "20251121T091500Z-a1b2c3", "Board": HOSTILE.rstrip("\x07")}
    longest = max(book["Cover"].iter_rows(min_row=6), key=lambda row: len(str(row[1].value or "")))[1]
    of_one_line = 15
    assert book["Cover"].row_dimensions[longest.row].height > of_one_line
    listed = [[cell.value for cell in row] for row in book["Contents"].iter_rows(min_row=5)]
    assert listed == [["Table 4.1", "4 Current workforce", "Staff", "Table", 3]]
    assert book.properties.title == "Westmarch: strategy"
    assert book.custom_doc_props["Language"].value == "en-GB"


def test_headline_figures_are_written_each_in_its_unit(write: Write) -> None:
    sheet = openpyxl.load_workbook(write())["Key figures"]
    rows = [[(cell.value, cell.number_format) for cell in row[1:4]] for row in sheet.iter_rows(min_row=5)]
    assert rows[0] == [(1111.2, "#,##0"), (None, "General"), (None, "General")]
    assert rows[1][0] == (0.214, "0.0%")
    assert rows[2] == [(169.4, "#,##0"), (120.1, "#,##0"), (231, "#,##0")]


def test_the_same_strategy_gives_the_same_file(write: Write) -> None:
    frame = pd.DataFrame({"a": [1.5]})
    assert write(frame, name="one").read_bytes() == write(frame, name="two").read_bytes()


class TestNumbering:
    TABLES = (
        display.table(pd.DataFrame({"a": [1]}), caption="First & <second>").held[0],
        display.table(pd.DataFrame({"a": [1]}), caption="Third").held[0],
    )

    def test_takes_the_numbers_that_the_page_gives(self) -> None:
        labels = [("Table 4.1", "First & <second>"), ("Table 4.2", "Third")]
        assert [sheet.label for sheet in workbook.numbered(labels, self.TABLES, "4 Staff")] == [
            "Table 4.1",
            "Table 4.2",
        ]

    @pytest.mark.parametrize(
        "labels", [[("Table 4.1", "First & <second>")], [("Table 4.1", "Another"), ("Table 4.2", "Third")]]
    )
    def test_refuses_a_page_with_other_tables_than_came_with_their_data(self, labels: list[tuple[str, str]]) -> None:
        with pytest.raises(ValueError, match="did not come with its data; show it with"):
            workbook.numbered(labels, self.TABLES, "4 Staff")


def test_columns_of_figures_that_are_text_are_named_on_their_sheet(write: Write) -> None:
    frame = pd.DataFrame(
        {
            "indicator": ["1 a", "2 b"],
            "latest": ["3,438", "12.6%"],
            "range": ["3 to 4", "11.5% (10.0% to 12.0%)"],
            "cost": ["−£1,200", None],
            "month": ["September 2025", "October 2025"],
            "day": ["20 November 2025", "1 May 2026"],
            "year": ["2025/26", "2026/27"],
            "age_band": ["25-29", "75+"],
            "signed": ["2025-11-21", "2026-01-31"],
            "where": ["Ward 3", "2 of them, though nobody can say which of the two it was at the time"],
            "wte": [1.5, 2.5],
        }
    )
    (line,) = [
        cell.value
        for (cell, *_) in openpyxl.load_workbook(write(frame))["Table 4.1"].iter_rows(min_row=2, max_row=4)
        if cell.value and "text here" in cell.value
    ]
    assert line.endswith(": Latest, Range and Cost.")
    none = openpyxl.load_workbook(write(frame[["indicator", "where", "wte"]], name="none"))["Table 4.1"]
    assert none["A2"].value == "Back to the contents"
