"""Workbooks that are small on disk and large, endless or misleading to whoever opens them."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

SPREADSHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
ONE_CELL = '<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData>'
A_TEXT = "<si><t>a</t></si>"
TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
    'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
    f'ContentType="{WORKBOOK_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{WORKBOOK_TYPE}.worksheet+xml"/><Override '
    f'PartName="/xl/sharedStrings.xml" ContentType="{WORKBOOK_TYPE}.sharedStrings+xml"/></Types>'
)
TOP = (
    f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>'
)
LEADS = (
    f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/worksheet" '
    f'Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{OFFICE}/sharedStrings" '
    'Target="sharedStrings.xml"/></Relationships>'
)
A_SHEET = '<sheet name="Provider" sheetId="{n}" r:id="rId1"/>'


def laughs(root: str) -> str:
    """Nine entities, each ten times the one before it."""
    entities = "".join(f'<!ENTITY {chr(98 + level)} "{f"&{chr(97 + level)};" * 10}">' for level in range(9))
    return f'<!DOCTYPE {root} [<!ENTITY a "aaaaaaaaaa">{entities}]>'


def workbook(
    path: Path,
    sheet: str | bytes = ONE_CELL,
    texts: str = A_TEXT,
    *,
    before_sheet: str = "",
    before_texts: str = "",
    sheets: int = 1,
    more: Mapping[str, str | bytes] | None = None,
    packed: bool = True,
) -> Path:
    """A workbook of one sheet whose parts are written as given."""
    listed = "".join(A_SHEET.format(n=number) for number in range(1, sheets + 1))
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": TOP,
        "xl/workbook.xml": f'<workbook {SPREADSHEET} xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": LEADS,
        "xl/worksheets/sheet1.xml": sheet
        if isinstance(sheet, bytes)
        else f"{before_sheet}<worksheet {SPREADSHEET}>{sheet}</worksheet>",
        "xl/sharedStrings.xml": f"{before_texts}<sst {SPREADSHEET}>{texts}</sst>",
        **(more or {}),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path


def far(cell: str) -> str:
    """A sheet with one cell, written as given."""
    return f'<sheetData><row r="1">{cell}</row></sheetData>'


def _utf16(path: Path) -> Path:
    text = f'<?xml version="1.0" encoding="UTF-16"?><worksheet {SPREADSHEET}>{ONE_CELL}</worksheet>'
    return workbook(path, text.encode("utf-16"))


def _many_texts(path: Path, length: int, cells: int) -> Path:
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, cells + 1))
    return workbook(path, f"<sheetData>{rows}</sheetData>", f"<si><t>{'x' * length}</t></si>", packed=False)


def _formulas(path: Path) -> Path:
    cells = "".join(f'<c r="A{n}"><f t="shared" si="0"/><v>1</v></c>' for n in range(2, 30_000))
    first = f'<c r="A1"><f t="shared" si="0" ref="A1:A30000">{"1+" * 4000}1</f><v>1</v></c>'
    return workbook(path, f'<sheetData><row r="1">{first}{cells}</row></sheetData>', packed=False)


def _old(path: Path) -> Path:
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + b"\xfd\x00\x0a\x00" + 70_000 * b"\xfd\x00\x0a\x00"
    )
    return path


BOMBS = {
    "laughs in the texts": (
        lambda path: workbook(path, texts="<si><t>&j;</t></si>", before_texts=laughs("sst")),
        "DOCTYPE",
    ),
    "laughs in the sheet": (
        lambda path: workbook(path, before_sheet=laughs("worksheet")),
        "sheet “Provider” has a DOCTYPE",
    ),
    "an entity of a file": (
        lambda path: workbook(path, before_texts='<!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        "DOCTYPE",
    ),
    "a far cell with spaces": (lambda path: workbook(path, far('<c r = "XFD1048576"/>')), "reaches to cell XFD1048576"),
    "a far cell in small letters": (
        lambda path: workbook(path, far('<c r="xfd1048576"/>')),
        "reaches to cell XFD1048576",
    ),
    "a far cell in character numbers": (
        lambda path: workbook(path, far('<c r="&#88;FD1048576"/>')),
        "reaches to cell XFD1048576",
    ),
    "a far row of cells without places": (
        lambda path: workbook(path, f'<sheetData><row r="1048576">{"<c/>" * 16384}</row></sheetData>', packed=False),
        "reaches to cell XFD1048576",
    ),
    "a cell that is named as none is": (lambda path: workbook(path, far('<c r="AAAA1"/>')), "as Excel names none"),
    "a sheet in UTF-16": (_utf16, "is not written in UTF-8"),
    "a sheet said to be Latin-1": (
        lambda path: workbook(path, before_sheet='<?xml version="1.0" encoding="ISO-8859-1"?>'),
        "is not written in UTF-8",
    ),
    "a text longer than a cell": (lambda path: _many_texts(path, 40_000, 2), "a text of 40,000 letters"),
    "a text that all cells repeat": (lambda path: _many_texts(path, 30_000, 9_000), "270,000,000 letters in all"),
    "a formula that all cells repeat": (_formulas, "repeats a formula of 8,001 letters"),
    "merged cells without end": (
        lambda path: workbook(path, f'{ONE_CELL}<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
        "17,179,869,184 cells",
    ),
    "a link over all cells": (
        lambda path: workbook(path, f'{ONE_CELL}<hyperlinks><hyperlink ref="A1:XFD1048576"/></hyperlinks>'),
        "17,179,869,184 cells",
    ),
    "columns without end": (
        lambda path: workbook(path, f'<cols><col min="1" max="2000000000" hidden="1"/></cols>{ONE_CELL}'),
        "2,000,000,000 columns",
    ),
    "a sheet named a thousand times": (lambda path: workbook(path, sheets=1_000), "names 1,000 sheets"),
    "thousands of parts": (
        lambda path: workbook(path, more={f"x/{number}.xml": "" for number in range(5_000)}),
        "5,006 parts",
    ),
    "error cells that never end": (
        lambda path: workbook(path, far('<c r="A1" t="e">' * 60_000), packed=False),
        "damaged or was cut short",
    ),
    "another workbook inside": (lambda path: workbook(path, more={"content.xml": "<a/>"}), "not an Excel workbook"),
    "an old workbook of texts": (_old, "70,001 cells of text"),
}
"""By name: how each is written, and what its refusal says."""
