"""Small workbooks in the shapes that NHS publications have. All names and codes are invented."""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from small_files import DM01_HEADER, dm01_row

Rows = list[list[Any]]
SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
MONTHS = ["Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar"]
DID_KEY = ["* = suppression: values of less than 3 are suppressed", ". = no data has been submitted"]
GROUPS = ["Total", "HCHS Doctors", "Scientific, therapeutic & technical staff"]
SERIES = [dt.date(2024, 6, 30), dt.date(2024, 7, 31), dt.date(2024, 8, 31)]


def write_xlsx(path: Path, sheets: Mapping[str, Rows], hidden: Iterable[str] = ()) -> Path:
    """An .xlsx of these sheets. A text that begins with # is written as an Excel error."""
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for line, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, str) and cell.startswith("#"):
                        sheet.write_formula(line, column, "=1", None, cell)
                    else:
                        sheet.write(line, column, cell)
            if name in hidden:
                sheet.hide()
    return path


def write_xls(path: Path, sheets: Mapping[str, Rows]) -> Path:
    """A workbook of Excel 97 to 2003 with these sheets."""
    parts = [_xls_sheet(rows) for rows in sheets.values()]
    start = len(_xls_globals([(name, 0) for name in sheets]))
    offsets = [start + sum(map(len, parts[:place])) for place in range(len(parts))]
    stream = _xls_globals(list(zip(sheets, offsets, strict=True))) + b"".join(parts)
    path.write_bytes(compound_file({"Workbook": stream}))
    return path


def write_xls_with_password(path: Path) -> Path:
    """The beginning of an .xls that is encrypted: after FILEPASS nothing can be read."""
    filepass = _record(0x002F, struct.pack("<HHH", 1, 1, 1) + bytes(48))
    path.write_bytes(compound_file({"Workbook": _begin(0x0005) + filepass + _record(0x000A, b"")}))
    return path


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """An OLE compound file with these streams (Microsoft, [MS-CFB])."""
    contents = [content.ljust(-(-max(len(content), 4096) // SECTOR) * SECTOR, b"\0") for content in streams.values()]
    chain, starts = [FAT, END], []
    for content in contents:
        starts.append(len(chain))
        chain += [*range(len(chain) + 1, len(chain) + len(content) // SECTOR), END]
    entries = [_directory_entry("Root Entry", 5, END, 0, child=1)]
    for place, (name, content) in enumerate(zip(streams, contents, strict=True), start=1):
        right = place + 1 if place < len(streams) else FREE
        entries.append(_directory_entry(name, 2, starts[place - 1], len(content), right=right))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<9I", 0, 1, 1, 0, 4096, END, 0, END, 0) + struct.pack("<109I", 0, *[FREE] * 108)
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(SECTOR, b"\xff")
    return header + table + b"".join(entries).ljust(SECTOR, b"\0") + b"".join(contents)


def _directory_entry(name: str, kind: int, start: int, size: int, right: int = FREE, child: int = FREE) -> bytes:
    letters = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<HBBIII", len(letters), kind, 1, FREE, right, child)
    return letters.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _begin(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<4H2I", 0x0600, kind, 0, 0, 0, 6))


def _xls_globals(sheets: Sequence[tuple[str, int]]) -> bytes:
    bounds = [
        _record(0x0085, struct.pack("<IHBB", offset, 0, len(name), 1) + name.encode("utf-16-le"))
        for name, offset in sheets
    ]
    return _begin(0x0005) + b"".join(bounds) + _record(0x000A, b"")


def _xls_sheet(rows: Rows) -> bytes:
    records = [_xls_cell(line, column, cell) for line, row in enumerate(rows) for column, cell in enumerate(row)]
    return _begin(0x0010) + b"".join(records) + _record(0x000A, b"")


def _xls_cell(line: int, column: int, cell: object) -> bytes:
    if cell in ("", None):
        return b""
    if isinstance(cell, int | float):
        return _record(0x0203, struct.pack("<3Hd", line, column, 0, cell))
    text = str(cell)
    return _record(0x0204, struct.pack("<4HB", line, column, 0, len(text), 1) + text.encode("utf-16-le"))


def dm01(tests: Sequence[tuple[str, int, str, Sequence[int], Sequence[int]]], period: Any = "August 2024") -> Rows:
    """“Provider by Test” as published: column A blank, header in row 14, England in row 15, data from row 17.

    `tests`: trust, test ID, test, patients by week band (the rest are 0), and tests planned, unscheduled, waiting list.
    """
    rows = [dm01_row(*test) for test in tests]
    places: dict[str, Rows] = {}
    for row in rows:
        places.setdefault(row[2], []).append(row)
    data = [row for own in places.values() for row in [*own, _added(own, [*own[0][:4], 16, "Total"])]]
    top: Rows = [[] for _ in range(13)]
    top[1], top[4] = ["Title:", "Monthly Diagnostics"], ["Period:", period]
    return [["", *row] for row in [*top, DM01_HEADER, _added(rows, ["", "", "", "Total", "", ""]), [], *data]]


def _added(rows: Rows, label: list[Any]) -> list[Any]:
    sums = [
        sum(cells) if isinstance(cells[0], int) else cells[0] for cells in zip(*(row[6:] for row in rows), strict=True)
    ]
    return [*label, *sums]


def did(
    table: int,
    columns: Sequence[str],
    rows: Rows,
    *,
    period: str = "2018/19",
    header_row: int = 13,
    key: Sequence[str] = DID_KEY,
) -> Rows:
    """A “Provider” sheet of the Diagnostic Imaging Dataset: `rows` are region, code, name, modality and the numbers."""
    top: Rows = [[] for _ in range(header_row - 1)]
    top[1], top[3] = ["", "Title:", f"Table {table} DID - Count of Imaging Activity"], ["", "Period:", period]
    header = ["", "Region", "Org Code", "Provider name", "Modality", *columns]
    foot = [
        [],
        ["", "Notes:"],
        ["", "1. Totals may differ due to rounding"],
        [],
        ["", "Key"],
        *(["", line] for line in key),
    ]
    return [*top, header, *(["", *row] if row else [] for row in rows), *foot]


def quarter_row(
    place: Sequence[str], numbers: Sequence[Any], modality: str = "Computerized axial tomography"
) -> list[Any]:
    """A row of table 13. `place`: region, ICB, code and name; `numbers`: five cells of A&E, six of outpatients."""
    region, ics, code, name = place
    return [region, ics, "", code, name, modality, *numbers[:5], "", *numbers[5:]]


def quarter(*rows: list[Any], period: str = "2024/25 Apr-Jun") -> Rows:
    """A quarter's sheet of table 13: settings in row 9, bands in row 11, data from row 12."""
    gap, title = [""] * 5, "Report turnaround time band"
    top: Rows = [[] for _ in range(8)]
    top[0], top[2] = ["", "Title:", "Table 13 DID - Report turnaround bands"], ["", "Period:", period]
    settings = ["", "Contact:", "did@example.org", "", "", "", "", "A&E / Admitted", *gap, "OP / GP direct access"]
    bands = ["Same day", "By next day", "> 28 days", "Not known", "Total cases", ""]
    bands += ["By next day", "By 7 days", "By 14 days", "> 28 days", "Not known", "Total cases"]
    header = ["", "Region", "ICB", "Network", "Code", "Provider name", "Modality", *bands]
    key = [["", "Key"], ["", "*= suppression: fewer than 3 cases"], ["", "- = no data has been submitted"]]
    data = [["", *row] for row in rows]
    return [*top, settings, ["", *gap, "", title, *gap, title], header, *data, [], ["", "Notes:"], [], *key]


HCHS_PLACES = [
    "NHS England region code",
    "NHS England region name",
    "ICS code",
    "ICS name",
    "Organisation name",
    "Organisation code",
]
REGION_ROW, ICS_ROW = ["Y90", "Highmoor", "", "", "", ""], ["", "", "QZ1", "Northvale", "", ""]
OTHER_REGION_ROW = ["Y91", "Lowmoor", "", "", "", ""]


def organisation(code: str, name: str) -> list[Any]:
    """The six cells that name an organisation."""
    return ["", "", "", "", name, code]


def hchs(
    people: Mapping[str, Sequence[Any]],
    posts: Mapping[str, Sequence[Any]],
    people_by_month: Mapping[str, Sequence[Any]],
    posts_by_month: Mapping[str, Sequence[Any]],
    month: str = "August 2024",
) -> dict[str, Rows]:
    """The workbook's sheets. Numbers by organisation code: by staff group (GROUPS) of the month, and by month (SERIES).

    England is the sum of the organisations; RZ9 stands in a region without an ICS.
    """
    return {
        "Title sheet": [["NHS Hospital & Community Health Service (HCHS) monthly workforce statistics"]],
        "1. England": _hchs_england(people, posts, people_by_month, posts_by_month),
        "2. NHSE, Org & SG - HC": _hchs_sheet(2, GROUPS, people, month),
        "3. NHSE, Org & SG - FTE": _hchs_sheet(3, GROUPS, posts, month),
        "4. All Staff, NHSE & Org - HC": _hchs_sheet(4, SERIES, people_by_month),
        "5. All Staff, NHSE & Org - FTE": _hchs_sheet(5, SERIES, posts_by_month),
    }


def _sums(numbers: Mapping[str, Sequence[Any]]) -> list[Any]:
    return [
        sum(0 if isinstance(cell, str) else cell for cell in cells) for cells in zip(*numbers.values(), strict=True)
    ]


def _hchs_sheet(table: int, columns: Sequence[Any], numbers: Mapping[str, Sequence[Any]], month: str = "") -> Rows:
    names = {"RZ1": "Northvale NHS Foundation Trust", "QZ1": "NHS Northvale ICB", "RZ9": "Lowmoor NHS Trust"}
    of_ics = {code: cells for code, cells in numbers.items() if code != "RZ9"}
    data = [[*REGION_ROW, *_sums(of_ics)], [*ICS_ROW, *_sums(of_ics)]]
    data += [[*organisation(code, names.get(code, code)), *cells] for code, cells in of_ics.items()]
    if "RZ9" in numbers:
        data += [[], [*OTHER_REGION_ROW, *numbers["RZ9"]], [*organisation("RZ9", names["RZ9"]), *numbers["RZ9"]]]
    top = [[f"Table {table}: NHS Hospital & Community Health Service (HCHS) monthly workforce statistics"], []]
    top += [[f"{month} monthly data"]] if month else []
    england = ["", "England", "", "", "", "", *_sums(numbers)]
    foot = [[], ["Source: NHS Hospital & Community Health Service"], ["Notes:"], [" ' - ' denotes zero"]]
    return [*top, [*HCHS_PLACES, *columns], [], england, [], *data, *foot]


def _hchs_england(*numbers: Mapping[str, Sequence[Any]]) -> Rows:
    """Sheet 1. Only the total has a history here; the staff groups have the same number in every month."""
    people, posts, people_by_month, posts_by_month = map(_sums, numbers)
    labels = ["Total", "HCHS doctors", *GROUPS[2:]]
    changes = ["Latest Monthly Change", "Annual Change (%)"]
    rows: Rows = [["Table 1: HCHS staff for England"], ["England"], ["", "", *SERIES, *changes]]
    for section, groups, months in (
        ("HEADCOUNT", people, people_by_month),
        ("FULL TIME EQUIVALENT (FTE)", posts, posts_by_month),
    ):
        rows += [[section], ["", labels[0], *months, 5, 0.01], []]
        rows += [["", label, *[number] * 3, 0, 0] for label, number in zip(labels[1:], groups[1:], strict=True)]
    return [*rows, [], ["Source: NHS Hospital & Community Health Service"], ["Notes:"]]
