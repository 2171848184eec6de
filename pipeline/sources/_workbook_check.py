"""What a file with the name of a workbook really is, found before a parser sees it.

A hostile or damaged file can make a parser fill the memory or end the process. So a .xlsx is looked through first: what
it unpacks to, its checksums, and the furthest cell of each sheet. The look also finds cells that hold an Excel
error such as #REF!, which the parser would give as empty; in a .xls they are not found.
"""

from __future__ import annotations

import html
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from pipeline.problems import InputRefused, Problem
from pipeline.sources._workbook_cells import column_number

MAX_FILE_BYTES = 100 * 2**20
"""The largest of the published workbooks is about 2 MB; a file fifty times that is something else."""
MAX_UNPACKED_BYTES = 400 * 2**20
"""The largest of them unpacks to 12 MB; thirty times that would already strain a laptop's memory."""
MAX_PACKING_RATIO = 150
"""Published workbooks unpack to 5 or 6 times their size, no part of one to more than 13; a zip bomb to 1,000 times."""
MAX_CELLS = 10_000_000
"""A sheet is held whole, from A1 to its furthest cell; the largest published one has 150,000 cells."""

AGAIN = "download it again from the publisher"
SAVE_AS = "open it in Excel and save it as an Excel workbook (.xlsx)"
PASSWORD = "the workbook is protected by a password; open it in Excel, remove the password and save it again"
DAMAGED = f"the workbook is damaged or was cut short, so it cannot be read; {AGAIN}"

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# An .xls begins with BOF, perhaps a write-protection record, and FILEPASS if it is encrypted (Microsoft, [MS-XLS]).
_FILEPASS = re.compile(rb"\x09\x08\x10\x00\x00\x06\x05\x00.{12}(?:\x86\x00\x00\x00)?\x2f\x00", re.DOTALL)
_WEB_PAGE = (b"<!doctype html", b"<html", b"<head", b"<body", b"<table", b"<div", b"<meta", b"<script")

# A sheet without such a cell ends before column AAA and row 10,000, which is within MAX_CELLS.
_FAR_CELL = re.compile(rb"""\sr=["'](?:[A-Z]{3}|[A-Z]{1,2}\d{5})""")
_CELL_PLACE = re.compile(rb"""\sr=["']([A-Z]{1,3})(\d{1,7})["']""")
_ERROR_CELL = re.compile(rb"""<c\s+r="([A-Z]{1,3})(\d{1,7})"[^>]*\st="e"[^>/]*>.*?<v>([^<]*)</v>""")
_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")

Errors = dict[str, dict[tuple[int, int], str]]
"""By sheet, the cells that hold an Excel error: row and column from 0, and what the cell shows."""


@dataclass(frozen=True)
class Checked:
    """What is wrong with a file, or nothing; and where its sheets hold Excel errors."""

    rule: str = ""
    errors: Errors = field(default_factory=dict)


def check_file(path: Path) -> Errors:
    """Where the sheets of a workbook hold Excel errors. Raises InputRefused if the file is no workbook fit to open."""
    try:
        state = path.stat()
        folder = Checked("this is a folder; the path of a file is expected")
        checked = folder if path.is_dir() else _check(path, state.st_size, state.st_mtime_ns)
    except FileNotFoundError:
        checked = Checked("there is no file here; check the name and the folder")
    except OSError as error:
        checked = Checked(f"the file cannot be opened ({error.strerror}); close it in Excel and try again")
    if checked.rule:
        raise InputRefused([Problem(file=str(path), rule=checked.rule)])
    return checked.errors


# Every reader looks at each file of a folder in turn, and the content needs checking only once.
@lru_cache(maxsize=4)
def _check(path: Path, size: int, _changed: int) -> Checked:
    if size == 0:
        return Checked(f"the file is empty (0 bytes); {AGAIN}")
    if size > MAX_FILE_BYTES:
        most = MAX_FILE_BYTES // 2**20
        return Checked(f"the file has {size // 2**20} MB, and no workbook of this kind is larger than {most} MB")
    with path.open("rb") as stream:
        start = stream.read(4096)
    if start.startswith(_ZIP):
        return _check_zip(path)
    if start.startswith(_OLE):
        content = path.read_bytes()
        return Checked(PASSWORD if _ENCRYPTED in content or _FILEPASS.search(content) else "")
    return Checked(_other_kind(start))


def _other_kind(start: bytes) -> str:
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(_WEB_PAGE) or b"<html" in text:
        return f"this is a web page with the name of a workbook; {AGAIN}, or {SAVE_AS}"
    if text.startswith(b"<?xml"):
        return f"this is an XML file with the name of a workbook; {SAVE_AS}"
    if text.startswith(b"%pdf"):
        return "this is a PDF with the name of a workbook; download the Excel file of the same publication"
    if b"\0" not in start and any(mark in start for mark in (b",", b"\t", b";")):
        return f"this is a text (CSV) file with the name of a workbook; {AGAIN}, or {SAVE_AS}"
    return f"this is not an Excel workbook; {AGAIN}"


def _check_zip(path: Path) -> Checked:
    try:
        with zipfile.ZipFile(path) as package:
            rule = _package_problem(package)
            return Checked(rule) if rule else _check_sheets(package)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, KeyError):
        return Checked(DAMAGED)


def _package_problem(package: zipfile.ZipFile) -> str:
    parts = package.infolist()
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if unpacked > MAX_UNPACKED_BYTES or unpacked > MAX_PACKING_RATIO * max(packed, 1):
        size = f"{unpacked / 2**20:,.0f} MB from {packed / 2**20:,.1f} MB"
        return f"the file unpacks to far more than a workbook should ({size}), which can be an attack; {AGAIN}"
    if "xl/workbook.xml" not in package.namelist():
        return f"this is a zip file but not an Excel workbook (.xlsx); unzip it, or {SAVE_AS}"
    return ""


def _check_sheets(package: zipfile.ZipFile) -> Checked:
    names, errors = _sheet_names(package), Errors()
    for part in package.infolist():
        # Reading a part to its end also checks its checksum and that it unpacks to no more than the size it states.
        content = package.read(part)
        if part.filename in names:
            sheet = names[part.filename]
            if corner := _too_far(content):
                tidy = "delete the rows and columns beyond the table and save the workbook again"
                return Checked(f"the sheet “{sheet}” reaches to cell {corner}; {tidy}")
            errors[sheet] = _error_cells(content)
    return Checked(errors=errors)


def _sheet_names(package: zipfile.ZipFile) -> dict[str, str]:
    """The name of the sheet that each part of the package holds."""
    relations = (_attributes(tag) for tag in _RELATION.findall(_xml(package, "xl/_rels/workbook.xml.rels")))
    parts = {relation["Id"]: _part(relation["Target"]) for relation in relations}
    sheets = (_attributes(tag) for tag in _SHEET.findall(_xml(package, "xl/workbook.xml")))
    return {parts[sheet["id"]]: sheet["name"] for sheet in sheets}


def _xml(package: zipfile.ZipFile, part: str) -> str:
    return package.read(part).decode("utf-8", "replace")


def _part(target: str) -> str:
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _attributes(tag: str) -> dict[str, str]:
    pairs = re.findall(r"""(?:\w+:)?(\w+)\s*=\s*(?:"([^"]*)"|'([^']*)')""", tag)
    return {name: html.unescape(double or single) for name, double, single in pairs}


def _too_far(sheet: bytes) -> str:
    """The bottom right corner of a sheet that would hold too many cells, as Excel names it."""
    if not _FAR_CELL.search(sheet):
        return ""
    places = _CELL_PLACE.findall(sheet)
    column = max((letters.decode() for letters in {letters for letters, _ in places}), key=column_number, default="A")
    last = max((int(row) for row in {row for _, row in places}), default=1)
    return f"{column}{last}" if (column_number(column) + 1) * last > MAX_CELLS else ""


def _error_cells(sheet: bytes) -> dict[tuple[int, int], str]:
    if b't="e"' not in sheet:
        return {}
    found = _ERROR_CELL.findall(sheet)
    return {(int(row) - 1, column_number(column.decode())): shown.decode() for column, row, shown in found}
