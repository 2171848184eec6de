"""Broken workbooks."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path

from broken_collection import CORE5, DM01, PLAN, add_source, broken
from small_files import Rows, dm01_rows, replace_text, write_did_turnaround, write_dm01, write_workbook


def change_dm01(plan: Path, row: int, column: int, value: object) -> None:
    """The plan's DM01 workbook with one cell changed: its row as Excel numbers it, its column from 0."""

    def put(rows: Rows) -> None:
        rows[row - 1][column] = value

    write_dm01(plan / DM01, put)


@broken("dm01_2024-08.xlsx", "sheet “Provider by Test”", "row 14", "column “Total Waiting List”", "missing")
def a_workbook_with_another_heading(plan: Path) -> None:
    change_dm01(plan, 14, 7, "Waiting")


@broken("dm01_2024-08.xlsx", "sheet “Provider by Test”", "row 17", "Total Waiting List (H)", "number", "Found: n/a")
def words_in_a_cell_of_a_workbook(plan: Path) -> None:
    change_dm01(plan, 17, 7, "n/a")


@broken("dm01_2024-08.xlsx", "sheet “Provider by Test”", "row 17", "cannot be negative", "Found: -3")
def a_negative_cell_of_a_workbook(plan: Path) -> None:
    change_dm01(plan, 17, 8, -3)


@broken("dm01_2024-08.xlsx", "row 17", "Total Waiting List (H)", "week bands", "add up to 175", "Found: 180")
def a_total_that_is_not_the_sum(plan: Path) -> None:
    change_dm01(plan, 17, 7, 180)


@broken("did_t13_2024-25.xlsx", "sheet “2024-25 Q1”", "row 12", "Same day", "cannot be more than 1", "Found: 1.5")
def a_share_over_one(plan: Path) -> None:
    write_did_turnaround(plan / "did_t13_2024-25.xlsx", share=1.5)
    add_source(plan, "did_turnaround", "did_t13_2024-25.xlsx")


@broken("dm01_2024-08.xlsx", "row 17", "no provider code")
def a_row_of_no_provider(plan: Path) -> None:
    change_dm01(plan, 17, 3, "")


@broken("dm01_2024-08.xlsx", "Period:", "August 2024", "Found: summer")
def a_workbook_of_no_month(plan: Path) -> None:
    change_dm01(plan, 5, 2, "summer")


@broken("dm01_copy.xlsx", "row 17", "repeats", "dm01_2024-08.xlsx")
def the_same_month_in_two_workbooks(plan: Path) -> None:
    shutil.copy(plan / DM01, plan / "dm01_copy.xlsx")


@broken("dm01_2024-08.xlsx", "named for August 2024", "September 2024")
def a_workbook_whose_name_says_another_month(plan: Path) -> None:
    write_dm01(plan / DM01, period="September 2024")


@broken("dm01_2024-08.xlsx", "there is no sheet “Provider by Test”", "“Provider”")
def a_workbook_without_the_sheet(plan: Path) -> None:
    write_workbook(plan / DM01, {"Provider": dm01_rows()})


@broken("dm01_2024-08.xlsx", "there is no sheet “Trusts”", "“Provider by Test”")
def a_sheet_that_is_not_there(plan: Path) -> None:
    text = (plan / PLAN).read_text(encoding="utf-8")
    (plan / PLAN).write_text(text + "  sheet: Trusts\n", encoding="utf-8")


@broken("dm01_2024-08.xlsx", "sheet “Notes”", "headings")
def the_wrong_sheet(plan: Path) -> None:
    text = (plan / PLAN).read_text(encoding="utf-8")
    (plan / PLAN).write_text(text + "  sheet: Notes\n", encoding="utf-8")


@broken("dm01_2024-08.xlsx", "damaged or was cut short", "download it again")
def a_workbook_cut_short(plan: Path) -> None:
    whole = (plan / DM01).read_bytes()
    (plan / DM01).write_bytes(whole[: len(whole) // 2])


@broken("dm01_2024-08.xlsx", "empty (0 bytes)")
def a_workbook_of_no_bytes(plan: Path) -> None:
    (plan / DM01).write_bytes(b"")


@broken("dm01_2024-08.xlsx", "unpack")
def a_workbook_bomb(plan: Path) -> None:
    with zipfile.ZipFile(plan / DM01) as good:
        members = [(name, good.read(name)) for name in good.namelist()]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content + b" " * 100_000_000 if name.endswith("sheet2.xml") else content)
    (plan / DM01).write_bytes(packed.getvalue())


@broken("dm01.xls", "web page")
def a_web_page_saved_as_xls(plan: Path) -> None:
    (plan / "dm01.xls").write_text("<html><table><tr><td>DM01</td></tr></table></html>", encoding="utf-8")
    replace_text(plan / PLAN, "dm01_*.xlsx", "dm01.xls")


@broken("dm01.xls", "a text (CSV) file with the name of a workbook")
def a_csv_renamed_xls(plan: Path) -> None:
    shutil.copy(plan / CORE5, plan / "dm01.xls")
    replace_text(plan / PLAN, "dm01_*.xlsx", "dm01.xls")


@broken("dm01_2024-08.xlsx", "protected by a password", "remove the password")
def a_workbook_with_a_password(plan: Path) -> None:
    # Excel wraps an encrypted workbook in an OLE file with a stream of this name.
    stream = "EncryptedPackage".encode("utf-16-le")
    (plan / DM01).write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1016 + stream + b"\0" * 2048)
