"""Broken text files and zips, and columns about people."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

from broken_collection import CORE5, DM01, SICKNESS, TRUSTS, add_source, broken
from small_files import (
    CORE5_HEADER,
    SICKNESS_HEADER,
    Rows,
    core5_row,
    replace_text,
    sickness_row,
    write_core5,
    write_dm01,
    write_sickness,
    write_text,
)


def write_zip(path: Path, *members: tuple[str, bytes]) -> Path:
    """A zip archive of these members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


@broken("core5.csv", "FTE", "missing")
def a_header_spelt_otherwise(plan: Path) -> None:
    replace_text(plan / CORE5, ",FTE,", ",FULL_TIME,")


@broken("sickness_2024-08.csv", "FTE_DAYS_AVAILABLE", "missing")
def a_column_left_out(plan: Path) -> None:
    lines = [",".join(line.split(",")[:9]) for line in (SICKNESS_HEADER, sickness_row("RZ1"), sickness_row("RZ2"))]
    write_text(plan / SICKNESS, *lines)


@broken("core5.csv", "row 3", "column “FTE”", "number", "Found: about ten")
def words_where_a_number_should_be(plan: Path) -> None:
    write_core5(plan / CORE5, core5_row("RZ1"), core5_row("RZ2", wte="about ten"))


@broken("core5.csv", "row 2", "column “HEADCOUNT”", "negative", "Found: -12")
def a_negative_headcount(plan: Path) -> None:
    write_core5(plan / CORE5, core5_row(headcount="-12"))


@broken("core5.csv", "row 2", "column “HEADCOUNT”", "whole number", "Found: 12.5")
def half_a_person(plan: Path) -> None:
    write_core5(plan / CORE5, core5_row(headcount="12.5"))


@broken("core5.csv", "row 2", "column “FTE”", "Found: 1e999")
def a_number_without_end(plan: Path) -> None:
    write_core5(plan / CORE5, core5_row(wte="1e999"))


@broken("core5.csv", "row 3", "column “DATA_MONTH”", "date", "Found: 31-Oct")
def a_date_without_a_year(plan: Path) -> None:
    write_core5(plan / CORE5, core5_row("RZ1"), core5_row("RZ2", month="31-Oct"))


@broken("core5.csv", "row 3", "column “DATA_MONTH”", "last day of a month", "Found: 2025-10-15")
def a_day_in_the_middle_of_the_month(plan: Path) -> None:
    write_core5(plan / CORE5, core5_row("RZ1"), core5_row("RZ2", month="2025-10-15"))


@broken("core5.csv", "row 3", "ORG_CODE", "3 to 9 capital letters and digits", "Found: rz2")
def an_organisation_code_in_small_letters(plan: Path) -> None:
    write_core5(plan / CORE5, core5_row("RZ1"), core5_row("RZ2").replace(",RZ2,", ",rz2,"))


@broken("core5.csv", "row 2", "column “FTE”", "row 3", "column “HEADCOUNT”", "2 problems")
def two_faults_in_one_file(plan: Path) -> None:
    write_core5(plan / CORE5, core5_row("RZ1", wte="ten"), core5_row("RZ2", headcount="-1"))


@broken("core5.csv", "sickness_2024-08.csv", "2 problems in 2 files")
def a_fault_in_each_of_two_files(plan: Path) -> None:
    write_core5(plan / CORE5, core5_row(wte="ten"))
    write_sickness(plan / SICKNESS, sickness_row(lost="many"))


@broken("core5.csv", "row 3", "repeats", "row 2")
def the_same_staff_twice_in_one_file(plan: Path) -> None:
    write_core5(plan / CORE5, core5_row(), core5_row())


@broken("sickness_copy.csv", "row 2", "repeats", "sickness_2024-08.csv row 2", "RZ1")
def the_same_month_in_two_files(plan: Path) -> None:
    shutil.copy(plan / SICKNESS, plan / "sickness_copy.csv")


@broken("map.geojson.js")
def a_map_that_is_a_program(plan: Path) -> None:
    write_text(plan / "map.geojson.js", "window.GOVUK.cdcGeojson = (function () { return document.cookie })()")
    add_source(plan, "cdc_map", "map.geojson.js")


@broken("core5.csv", "no rows below it")
def a_header_and_nothing_else(plan: Path) -> None:
    write_text(plan / CORE5, CORE5_HEADER)


@broken("core5.csv", "the file is empty")
def a_file_of_no_bytes(plan: Path) -> None:
    (plan / CORE5).write_bytes(b"")


@broken("core5.csv", "row 3")
def a_row_cut_short(plan: Path) -> None:
    write_text(plan / CORE5, CORE5_HEADER, core5_row("RZ1"), "2025-10-31,Organisation,Y90")


@broken("core5.csv", "UTF-16", "CSV UTF-8")
def a_file_saved_as_unicode_text(plan: Path) -> None:
    write_text(plan / CORE5, CORE5_HEADER, core5_row(), encoding="utf-16")


@broken("core5.csv", "Excel workbook")
def a_workbook_renamed_csv(plan: Path) -> None:
    shutil.copy(plan / DM01, plan / CORE5)


@broken("core5.csv", "PDF")
def a_pdf_renamed_csv(plan: Path) -> None:
    (plan / CORE5).write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")


@broken("core5.csv", "binary")
def noise_in_place_of_a_file(plan: Path) -> None:
    (plan / CORE5).write_bytes(bytes(range(256)) * 40)


@broken("core5.csv", "web page")
def an_error_page_saved_as_csv(plan: Path) -> None:
    write_text(plan / CORE5, "<!DOCTYPE html>", "<html><body>Sign in to continue</body></html>")


@broken("sickness_2025-01.csv", "January 2025", "August 2024")
def a_file_name_of_another_month(plan: Path) -> None:
    (plan / SICKNESS).rename(plan / "sickness_2025-01.csv")


@broken("etr.csv", "27 columns")
def a_file_of_another_kind(plan: Path) -> None:
    shutil.copy(plan / CORE5, plan / TRUSTS)


@broken("core5.csv", "column “Surname”", "names", "Only totals of staff")
def a_column_of_surnames(plan: Path) -> None:
    write_text(plan / CORE5, CORE5_HEADER + ",Surname", core5_row() + ",Ashdown")


@broken("core5.csv", "column “Date of birth”", "dates of birth")
def a_column_of_birthdays(plan: Path) -> None:
    write_text(plan / CORE5, CORE5_HEADER + ",Date of birth", core5_row() + ",01/02/1980")


@broken("core5.csv", "column “Reference”", "National Insurance numbers")
def national_insurance_numbers_under_another_heading(plan: Path) -> None:
    write_text(plan / CORE5, CORE5_HEADER + ",Reference", core5_row() + ",AB123456C")


@broken("sickness_2024-08.csv", "column “Employee Number”", "employee numbers")
def a_column_of_employee_numbers(plan: Path) -> None:
    write_text(plan / SICKNESS, SICKNESS_HEADER + ",Employee Number", sickness_row() + ",20012345")


@broken("dm01_2024-08.xlsx", "column “Patient name", "names")
def a_workbook_with_a_column_of_patients(plan: Path) -> None:
    def name_patients(rows: Rows) -> None:
        rows[13].append("Patient name")
        rows[16].append("Sam Ashdown")

    write_dm01(plan / DM01, name_patients)


@broken("patients.zip", "damaged", "download it again")
def a_zip_cut_short(plan: Path) -> None:
    write_zip(plan / "patients.zip", ("patients.csv", b"PUBLICATION,EXTRACT_DATE\n" * 500))
    whole = (plan / "patients.zip").read_bytes()
    (plan / "patients.zip").write_bytes(whole[: len(whole) // 2])
    add_source(plan, "gp_registered_patients", "patients.zip")


@broken("patients.zip", "unpacks to over", "times its size")
def a_zip_bomb(plan: Path) -> None:
    write_zip(plan / "patients.zip", ("patients.csv", b"0" * 50_000_000))
    add_source(plan, "gp_registered_patients", "patients.zip")


@broken("patients.zip", "exactly one CSV file", "one.csv, two.csv")
def a_zip_of_two_files(plan: Path) -> None:
    write_zip(plan / "patients.zip", ("one.csv", b"a,b\n1,2\n"), ("two.csv", b"a,b\n1,2\n"))
    add_source(plan, "gp_registered_patients", "patients.zip")


@broken("patients.zip", "protected by a password")
def a_zip_with_a_password(plan: Path) -> None:
    path = write_zip(plan / "patients.zip", ("patients.csv", b"a,b\n1,2\n"))
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(content))
    add_source(plan, "gp_registered_patients", "patients.zip")
