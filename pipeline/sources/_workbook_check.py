"""What a file with the name of a workbook really is, found before a parser sees it.

A hostile or damaged file can make a parser fill the memory or end the process. So a .xlsx is looked through first: what
it unpacks to, its checksums, and what each part of it would become (`_workbook_part`). The look also finds cells that
hold an Excel error such as #REF!, which the parser would give as empty; in a .xls they are not found.
"""

from __future__ import annotations

import html
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from pipeline.problems import InputRefused, Problem
from pipeline.reference import safety
from pipeline.sources._workbook_part import Part, PartDamaged, PartRefused, look_through

AGAIN = "download it again from the publisher"
SAVE_AS = "open it in Excel and save it as an Excel workbook (.xlsx)"
PASSWORD = "the workbook is protected by a password; open it in Excel, remove the password and save it again"
DAMAGED = f"the workbook is damaged or was cut short, so it cannot be read; {AGAIN}"

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARK = b"\xef\xbb\xbf"
_OTHER_MARKS = (b"\xff\xfe", b"\xfe\xff")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# An .xls begins with BOF, perhaps a write-protection record, and FILEPASS if it is encrypted (Microsoft, [MS-XLS]).
_FILEPASS = re.compile(rb"\x09\x08\x10\x00\x00\x06\x05\x00.{12}(?:\x86\x00\x00\x00)?\x2f\x00", re.DOTALL)
_TEXT_CELL = b"\xfd\x00\x0a\x00"
"""How a cell begins that holds one of the workbook's shared texts ([MS-XLS], LabelSst)."""
_OTHER_BOOKS = ("xl/workbook.bin", "content.xml", "mimetype")
"""Parts by which a parser may take a zip file for a workbook of another kind."""
_WEB_PAGE = (b"<!doctype html", b"<html", b"<head", b"<body", b"<table", b"<div", b"<meta", b"<script")

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
    if size > safety("workbook_bytes"):
        most = safety("workbook_bytes") // 2**20
        return Checked(f"the file has {size // 2**20} MB, and no workbook of this kind is larger than {most} MB")
    with path.open("rb") as stream:
        start = stream.read(4096)
    if start.startswith(_ZIP):
        return _check_zip(path)
    if start.startswith(_OLE):
        return Checked(_old_problem(path.read_bytes()))
    return Checked(_other_kind(start))


def _old_problem(content: bytes) -> str:
    if _ENCRYPTED in content or _FILEPASS.search(content):
        return PASSWORD
    texts, most = content.count(_TEXT_CELL), safety("old_workbook_texts")
    return f"the workbook has {texts:,} cells of text; the most that is read is {most:,}" if texts > most else ""


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
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        KeyError,
        PartDamaged,
    ):
        return Checked(DAMAGED)


def _package_problem(package: zipfile.ZipFile) -> str:
    parts, names = package.infolist(), set(package.namelist())
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if unpacked > safety("workbook_unpacked_bytes") or unpacked > safety("workbook_packing_ratio") * max(packed, 1):
        size = f"{unpacked / 2**20:,.0f} MB from {packed / 2**20:,.1f} MB"
        return f"the file unpacks to far more than a workbook should ({size}), which can be an attack; {AGAIN}"
    if len(parts) > safety("workbook_parts"):
        return f"the file has {len(parts):,} parts, far more than a workbook should, which can be an attack; {AGAIN}"
    if "xl/workbook.xml" in names and _sheets_listed(package) > safety("workbook_sheets"):
        return f"the file names {_sheets_listed(package):,} sheets, far more than a workbook should; {AGAIN}"
    if "xl/workbook.xml" not in names or names.intersection(_OTHER_BOOKS):
        return f"this is a zip file but not an Excel workbook (.xlsx); unzip it, or {SAVE_AS}"
    return ""


def _sheets_listed(package: zipfile.ZipFile) -> int:
    return len(_SHEET.findall(_xml(package, "xl/workbook.xml")))


def _check_sheets(package: zipfile.ZipFile) -> Checked:
    names, errors, found = _sheet_names(package), Errors(), list[Part]()
    for part in package.infolist():
        # Reading a part to its end also checks its checksum and that it unpacks to no more than the size it states.
        content = package.read(part).removeprefix(_MARK)
        if content.lstrip()[:1] != b"<" and not content.startswith(_OTHER_MARKS):
            continue
        try:
            found.append(look_through(content))
        except PartRefused as refused:
            return Checked(_part_rule(names.get(part.filename), part.filename, str(refused)))
        errors.update({names[part.filename]: found[-1].errors} if part.filename in names else {})
    return Checked(_letters_problem(found), errors)


def _part_rule(sheet: str | None, part: str, fault: str) -> str:
    tidy = "delete the rows and columns beyond the table and save the workbook again"
    what = f"the sheet “{sheet}”" if sheet else f"a part of the workbook ({part})"
    return f"{what} {fault}; {tidy if fault.startswith('reaches') else SAVE_AS}"


def _letters_problem(parts: Sequence[Part]) -> str:
    """What is wrong with the texts that cells share, each as often as a cell repeats it."""
    longest = max((max(part.texts) for part in parts if part.texts), default=0)
    cells = sum(part.repeats.total() for part in parts)
    if cells * longest <= safety("workbook_letters"):
        return ""
    texts = next((part.texts for part in parts if part.texts), [])
    letters = sum(texts[place] * times for part in parts for place, times in part.repeats.items() if place < len(texts))
    if letters <= safety("workbook_letters"):
        return ""
    return (
        f"the cells hold {letters:,} letters in all, far more than a workbook should, which can be an attack; {AGAIN}"
    )


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
