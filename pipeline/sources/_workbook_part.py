"""One XML part of a workbook gone through without building anything: how far it reaches and what it would unpack to.

A few bytes can stand for cells, columns or letters by the billion: a cell at the far corner, a merged or linked range,
a text that every cell repeats, an entity of entities. All are counted here, as the parsers that follow would meet them,
whatever the spelling of the part. Excel writes no DOCTYPE and nothing but UTF-8, so a part with another is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from xml.parsers import expat

from pipeline.reference import safety
from pipeline.sources._workbook_cells import column_letter, column_number

_PLACE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_OTHER_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\0")
_HOLDS_CELLS = (b"sheetData", b"sst")
LONGEST_FORMULA = 8192
"""Letters that Excel allows a formula."""

Errors = dict[tuple[int, int], str]


class PartRefused(Exception):
    """A part that no program should build. The message ends the sentence “the sheet … ”."""


class PartDamaged(Exception):
    """A part that is no XML."""


@dataclass
class Part:
    """What a part holds: its furthest row and column (from 0), Excel errors, and texts, its own or by their number."""

    last_row: int = -1
    last_column: int = -1
    errors: Errors = field(default_factory=dict)
    texts: list[int] = field(default_factory=list)
    repeats: Counter[int] = field(default_factory=Counter)
    covered: int = 0
    formulas: int = 0
    longest_formula: int = 0

    @property
    def corner(self) -> str:
        """Its furthest cell, as Excel names it."""
        return f"{column_letter(self.last_column)}{self.last_row + 1}"


def look_through(content: bytes) -> Part:
    """What an XML part holds.

    Raises PartRefused for one that would fill the memory, or is written as Excel writes none; PartDamaged for one that
    is not XML, unless it can hold neither cells nor texts.
    """
    reader = _Reader()
    if content.startswith(_OTHER_MARKS):
        raise PartRefused("is not written in UTF-8, as every workbook is")
    try:
        reader.parser.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        if any(word in content for word in _HOLDS_CELLS):
            raise PartDamaged from error
    _refuse_too_much(reader.part)
    return reader.part


def _refuse_too_much(part: Part) -> None:
    if (part.last_row + 1) * (part.last_column + 1) > safety("sheet_cells"):
        raise PartRefused(f"reaches to cell {part.corner}")
    if part.covered > safety("covered_cells"):
        raise PartRefused(f"has merged or linked ranges of {part.covered:,} cells")
    if part.formulas * part.longest_formula > safety("workbook_letters"):
        raise PartRefused(f"repeats a formula of {part.longest_formula:,} letters in {part.formulas:,} cells")


class _Reader:
    """Handlers of expat's, which gather what a part holds."""

    def __init__(self) -> None:
        self.part = Part()
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._say
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.XmlDeclHandler = self._declared
        self._row = self._column = -1
        self._kind = ""
        self._said: list[str] | None = None

    def _start(self, name: str, has: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "c":
            self._cell(has)
        elif tag == "row":
            self._row, self._column = _number(has["r"]) - 1 if "r" in has else self._row + 1, -1
        elif tag in ("v", "si", "f"):
            self._said = []
            self.part.formulas += tag == "f"
        elif tag in ("mergeCell", "hyperlink"):
            self.part.covered += _area(has.get("ref", ""))
        elif tag == "col" and _number(has.get("max", "1")) > safety("sheet_columns"):
            raise PartRefused(f"speaks of {_number(has['max']):,} columns")

    def _cell(self, has: dict[str, str]) -> None:
        self._kind = has.get("t", "")
        if "r" in has:
            self._row, self._column = _place(has["r"])
        else:
            self._column += 1
        self.part.last_row = max(self.part.last_row, self._row)
        self.part.last_column = max(self.part.last_column, self._column)

    def _say(self, text: str) -> None:
        if self._said is not None:
            self._said.append(text)

    def _end(self, name: str) -> None:
        tag = name.rpartition(":")[2]
        if self._said is None or tag not in ("v", "si", "f"):
            return
        text, self._said = "".join(self._said), None
        if tag == "si":
            self.part.texts.append(_not_too_long(text, safety("cell_letters"), "text"))
        elif tag == "f":
            length = _not_too_long(text, LONGEST_FORMULA, "formula")
            self.part.longest_formula = max(self.part.longest_formula, length)
        elif self._kind == "e":
            self.part.errors[self._row, self._column] = text
        elif self._kind == "s":
            self.part.repeats[_number(text)] += 1

    def _doctype(self, *_: object) -> None:
        raise PartRefused("has a DOCTYPE, which no workbook has and which can be an attack")

    def _declared(self, _version: str, encoding: str | None, _alone: int) -> None:
        if (encoding or "utf-8").casefold() not in ("utf-8", "utf8"):
            raise PartRefused("is not written in UTF-8, as every workbook is")


def _number(text: str) -> int:
    digits = text.strip()
    if not digits.isascii() or not digits.isdigit() or len(digits) > 10:
        raise PartRefused(f"has {digits[:20]} where a number should stand")
    return int(digits)


def _place(text: str) -> tuple[int, int]:
    """Row and column, from 0, of a cell that is named as Excel names it."""
    found = _PLACE.fullmatch(text.replace("$", ""))
    if not found:
        raise PartRefused(f"has a cell named {text[:20]}, as Excel names none")
    return int(found[2]) - 1, column_number(found[1].upper())


def _area(ref: str) -> int:
    corners = [_place(corner) for corner in ref.split(":")] if ref else []
    if len(corners) < 2:
        return len(corners)
    (top, left), (bottom, right) = corners[:2]
    return (abs(bottom - top) + 1) * (abs(right - left) + 1)


def _not_too_long(text: str, most: int, what: str) -> int:
    if len(text) > most:
        raise PartRefused(f"has a {what} of {len(text):,} letters, and Excel allows {most:,}")
    return len(text)
