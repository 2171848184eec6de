"""The collection of broken intake workbooks: what somebody did to a good one, and what must be said, cell by cell.

The good one is an employer's, with four rows of establishment (rows 8 to 11, columns B to G: month, employer, pillar,
profession, band, funded WTE), one of movements and one of staff.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from openpyxl.workbook.workbook import Workbook

Said = tuple[str, str, str]
"""Sheet, cell and words of the message."""
SHEET = "Establishment"


@dataclass(frozen=True)
class Broken:
    """One broken workbook: its name, what somebody did, and everything that must be said of it."""

    name: str
    does: Callable[[Workbook], object]
    says: tuple[Said, ...]


BROKEN: list[Broken] = []


def broken(*says: Said) -> Callable[[Callable[[Workbook], object]], Callable[[Workbook], object]]:
    """Add a broken workbook to the collection, under the name of the function that breaks it."""

    def add(does: Callable[[Workbook], object]) -> Callable[[Workbook], object]:
        BROKEN.append(Broken(does.__name__, does, says))
        return does

    return add


def typed(cell: str, value: Any, *words: str, sheet: str = SHEET, name: str) -> None:
    """Add a workbook in which somebody typed one thing into one cell."""

    def does(book: Workbook) -> None:
        book[sheet][cell] = value

    BROKEN.append(Broken(name, does, tuple((sheet, cell, each) for each in words)))


NUMBER = "G9"
typed(NUMBER, "1,234", "type 1234 as a number, without a comma", name="a comma in a number")
typed(NUMBER, "12 345.5", "type 12345.5 as a number", name="a space in a number")
typed(NUMBER, "12 wte", "type the number alone (12); the unit, WTE, stands above", name="a unit behind a number")
typed(NUMBER, "£40", "type the number alone (40)", name="a pound sign")
typed(NUMBER, "n/a", "leave the row out until the figure is known", name="not applicable")
typed(NUMBER, "TBC", "leave the row out until the figure is known", name="to be confirmed")
typed(NUMBER, "-", "may mean nought or not known; type 0 if it is nought", name="a dash")
typed(NUMBER, "nil", "type 0 if it is nought", name="nil")
typed(NUMBER, "approx 5", "one number alone, the best there is, without a word", name="about a number")
typed(NUMBER, "<5", "one number alone, the best there is, without a word or sign", name="a suppressed number")
typed(NUMBER, "5-7", "not a range", name="a range")
typed(NUMBER, "50%", "type 50% or 0.5 as a number", name="a percentage as text")
typed(NUMBER, "five", "a number is expected (WTE), without words", name="a number in words")
typed(NUMBER, True, "a number is expected, not yes or no", name="yes in a number")
typed(NUMBER, dt.datetime(2025, 9, 30), "set the format of the cell to Number", name="a date in a number")
typed(NUMBER, -2, "an amount cannot be negative", name="a negative amount")
typed(NUMBER, None, "the cell should not be empty", name="an empty cell")
typed(NUMBER, "=10+2", "this is a formula", name="a formula")
typed("J8", 2.5, "a whole number is expected (people)", sheet="Movements", name="half a person")
typed("J8", 1e17, "too large to be a count", sheet="Movements", name="a number beyond counting")
typed("J8", "n/a", "leave the cell empty", sheet="Staff", name="not applicable where a cell may be empty")
MONTH = "B9"
typed(MONTH, "Sept 25", "this is text, not a date; type it again as 30/09/2025", name="a month as text")
typed(MONTH, "30.09.2025", "type it again as 30/09/2025", name="a date with points")
typed(MONTH, "30 September 2025", "type it again as 30/09/2025", name="a date in words")
typed(MONTH, "31/09/2025", "there is no such day", name="a day that is not")
typed(MONTH, "soon", "a month is expected: any date in it", name="a word for a month")
typed(MONTH, "TBC", "leave the row out until it is known", name="a month to be confirmed")
typed(MONTH, dt.datetime(1905, 7, 17), "not a year alone", name="a year alone, which Excel makes 1905")
typed(MONTH, dt.datetime(2205, 9, 30), "between 1990 and 2100", name="a year far ahead")
typed(MONTH, dt.time(9, 30), "this is a time, not a date", name="a time for a month")
typed("E9", "Diagnostic radiographer", "did you mean “Diagnostic radiographers”?", name="a word nearly right")
typed("F9", "Band 6", "did you mean “6”? Allowed are the 13 words", name="a band with its word")
typed("F9", dt.datetime(2025, 10, 5), "set the format of the cell to Text", name="a band that Excel made a date")
typed("F9", True, "Excel holds TRUE or FALSE here", name="a band that is true")
typed("D9", "radiology", "allowed are endoscopy, imaging, labs, physiological", name="a word of no list")
typed("C9", "ZZ2", "this workbook is for Northvale University Hospitals", name="the row of another employer")
typed("I8", "retired", "did you mean “retirement”?", sheet="Movements", name="a reason mistyped")
typed(
    "I8", "newly qualified", "does not go with joiner or leaver", sheet="Movements", name="a reason that does not fit"
)
typed("K8", 5, "WTE is more than 1.2 for each person", sheet="Movements", name="more WTE than people")


@broken((SHEET, "G9", "the cell shows an error of Excel"))
def an_error_of_excel(book: Workbook) -> None:
    book[SHEET]["G9"] = "#REF!"
    book[SHEET]["G9"].data_type = "e"


@broken((SHEET, "B9", "this is a number, not a date"))
def a_number_for_a_month(book: Workbook) -> None:
    book[SHEET]["B9"] = 45930
    book[SHEET]["B9"].number_format = "0"


@broken((SHEET, "B9", "this is a number that is no date"))
def a_number_beyond_the_calendar(book: Workbook) -> None:
    book[SHEET]["B9"] = 9_999_999
    book[SHEET]["B9"].number_format = "dd/mm/yyyy"


@broken((SHEET, "G7", "the heading here should be “Funded WTE”"))
def a_heading_emptied(book: Workbook) -> None:
    book[SHEET]["G7"] = None


@broken((SHEET, "G7", "the heading is missing from this cell; type it again"))
def the_last_column_deleted(book: Workbook) -> None:
    book[SHEET].delete_cols(7)


@broken((SHEET, "G7", "the heading here should be “Funded WTE”"))
def a_heading_typed_over(book: Workbook) -> None:
    book[SHEET]["G7"] = "Posts"


@broken((SHEET, "F7", "the column “Band” is missing"))
def a_column_deleted(book: Workbook) -> None:
    book[SHEET].delete_cols(6)


@broken((SHEET, "H7", "not one of the template"))
def a_column_added(book: Workbook) -> None:
    book[SHEET]["H7"] = "Comments"
    book[SHEET]["H9"] = "to be checked"


@broken((SHEET, "D7", "not one of the template"))
def a_column_added_between_others(book: Workbook) -> None:
    book[SHEET].insert_cols(4)
    book[SHEET]["D7"] = "Site"


@broken((SHEET, "H7", "this heading stands in G7 as well"))
def a_heading_twice(book: Workbook) -> None:
    book[SHEET]["H7"] = "Funded WTE"
    book[SHEET]["H8"] = 12


@broken((SHEET, "B7", "this column was moved, and its list and checks stayed behind in column F"))
def a_column_moved(book: Workbook) -> None:
    sheet = book[SHEET]
    for row in range(7, 12):
        values = [sheet.cell(row, column).value for column in range(2, 8)]
        for column, value in enumerate([values[4], *values[:4], values[5]], start=2):
            sheet.cell(row, column).value = value


@broken((SHEET, "B7", "no row has the headings of this sheet (Month, Employer,"))
def no_headings_at_all(book: Workbook) -> None:
    book[SHEET].delete_rows(7)


@broken((SHEET, "G9", "the cells G9 to G10 are merged into one; unmerge them"))
def cells_merged(book: Workbook) -> None:
    book[SHEET].merge_cells("G9:G10")


@broken((SHEET, "B7", "the cells B7 to C7 are merged"))
def headings_merged(book: Workbook) -> None:
    book[SHEET].merge_cells("B7:C7")


@broken((SHEET, "B9", "hidden rows hold entries (row 9, 10)"))
def rows_hidden(book: Workbook) -> None:
    book[SHEET].row_dimensions[9].hidden = True
    book[SHEET].row_dimensions[10].hidden = True


@broken((SHEET, "F7", "this column is hidden and holds entries"))
def a_column_hidden(book: Workbook) -> None:
    book[SHEET].column_dimensions["F"].hidden = True


@broken((SHEET, "A8", "this sheet is hidden and holds entries"))
def a_sheet_hidden(book: Workbook) -> None:
    book[SHEET].sheet_state = "hidden"


@broken((SHEET, "J10", "column J has no heading, so what stands in it from here on would not be read"))
def entries_beside_the_table(book: Workbook) -> None:
    book[SHEET]["J10"] = 12
    book[SHEET]["J11"] = 13


@broken((SHEET, "A9", "column A has no heading"))
def entries_in_the_margin(book: Workbook) -> None:
    book[SHEET]["A9"] = "new"


@broken((SHEET, "G200", "type the number alone (7)"))
def an_entry_far_below_the_others(book: Workbook) -> None:
    for column, value in zip(
        "BCDEFG", [dt.datetime(2025, 9, 1), "ZZ1", "imaging", "Sonographers", 6, "7 posts"], strict=True
    ):
        book[SHEET][f"{column}200"] = value


@broken((SHEET, "B12", "this is a row of totals; delete it"))
def a_row_of_totals(book: Workbook) -> None:
    book[SHEET]["B12"], book[SHEET]["G12"] = "Total:", "=SUM(G8:G11)"


@broken((SHEET, "B13", "the rest of this row is empty"))
def a_remark_below_the_table(book: Workbook) -> None:
    book[SHEET]["B13"] = "Source: ledger"


@broken((SHEET, "B12", "this row repeats month, employer, profession, band of book.xlsx sheet Establishment row 8"))
def a_row_twice(book: Workbook) -> None:
    for column in "BCDEFG":
        book[SHEET][f"{column}12"] = book[SHEET][f"{column}8"].value
    book[SHEET]["B12"].number_format = "mmm yyyy"


@broken(("", "", "the sheet “Rooms” is missing; copy it from the template"))
def a_sheet_deleted(book: Workbook) -> None:
    del book["Rooms"]


@broken(("Rooms 2025", "A1", "this sheet should be called “Rooms”; rename it"))
def a_sheet_renamed(book: Workbook) -> None:
    book["Rooms"].title = "Rooms 2025"


@broken(("Pivot", "A1", "this sheet is not one of the template"))
def a_sheet_added(book: Workbook) -> None:
    book.create_sheet("Pivot")["B3"] = 12


@broken(("CDC plans", "A1", "this sheet is for another kind of sender (host of community diagnostic centres)"))
def a_sheet_of_another_sender(book: Workbook) -> None:
    book.create_sheet("CDC plans")["A1"] = "CDC plans"


@broken(("", "", "made by another version of this program"))
def a_workbook_of_another_version(book: Workbook) -> None:
    book["workforce_facts"]["B2"] = "99"


@broken((SHEET, "H7", "National Insurance numbers"))
def a_column_about_people(book: Workbook) -> None:
    book[SHEET]["H7"] = "NI number"
    book[SHEET]["H9"] = "QQ123456C"


@broken((SHEET, "H7", "National Insurance numbers"))
def a_column_about_people_under_another_name(book: Workbook) -> None:
    book[SHEET]["H7"] = "Reference"
    book[SHEET]["H9"] = "AB123456C"


@broken(("Staff list", "B1", "people's names"))
def a_list_of_staff_on_a_sheet_of_its_own(book: Workbook) -> None:
    sheet = book.create_sheet("Staff list")
    sheet.append(["Grade", "Surname"])
    sheet.append(["6", "Featherstonehaugh"])


@broken(
    (SHEET, "B8", "there is no such day"),
    (SHEET, "G8", "type the number alone (12)"),
    (SHEET, "F9", "did you mean “6”"),
    (SHEET, "G10", "an amount cannot be negative"),
    (SHEET, "G11", "this is a formula"),
    (SHEET, "B12", "this row repeats"),
    ("Movements", "K8", "WTE is more than 1.2"),
    ("Pivot", "A1", "not one of the template"),
    ("", "", "the sheet “Rooms” is missing"),
)
def everything_at_once(book: Workbook) -> None:
    sheet = book[SHEET]
    for column in "BCDEFG":
        sheet[f"{column}12"] = sheet[f"{column}11"].value
    sheet["B8"], sheet["G8"], sheet["F9"], sheet["G10"], sheet["G11"] = "31.02.2025", "12 wte", "band 6", -1, "=G8"
    book["Movements"]["K8"] = 9
    book.create_sheet("Pivot")["B3"] = 1
    del book["Rooms"]
