"""Cells of a sheet as text, numbers and months, with the marks that NHS publications put in the place of a number."""

from __future__ import annotations

import calendar
import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping

from pipeline.months import month_end
from pipeline.sources._named_months import MONTH_NUMBERS, months_named

Cell = str | int | float | bool | dt.date | dt.time | dt.timedelta
"""What a cell can hold (a dt.datetime is a dt.date)."""

MISSING = math.nan
ZERO = 0.0
Marks = Mapping[str, float]
"""Texts that stand for a number (ZERO) or for none (MISSING). The empty text is the empty cell."""

_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
_DASHES = str.maketrans("‐‑‒–—−", "------")
_FINANCIAL_YEAR = re.compile(r"(?<!\d)(20\d\d)\s*[-_/]?\s*(\d\d)(?!\d)")
_EXCEL_DAY_0 = dt.date(1899, 12, 30)
_FIRST_EXCEL_DAY, _LAST_EXCEL_DAY = 32874, 73050
"""Excel's day numbers of 1 January 1990 and 31 December 2099."""


def clean(cell: Cell) -> str:
    """A cell as text on one line; a whole number without its decimal point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def is_filled(cell: Cell) -> bool:
    """Whether a cell holds more than spaces."""
    return bool(cell.strip()) if isinstance(cell, str) else True


def heading(cell: Cell) -> str:
    """A heading reduced to what two spellings of it share: letters in lower case, no spaces."""
    return clean(cell).replace(" ", "").casefold()


def column_letter(column: int) -> str:
    """The letter of a column counted from 0: 0 is A, 26 is AA."""
    letters = ""
    while column >= 0:
        column, place = divmod(column, 26)
        letters = chr(ord("A") + place) + letters
        column -= 1
    return letters


def column_number(letters: str) -> int:
    """The column, counted from 0, of its letter."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def number_of(cell: Cell, marks: Marks) -> float | None:
    """A cell as a number: MISSING where its mark says so, None where it is neither a number nor a mark."""
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        return float(cell) if math.isfinite(cell) else None
    if not isinstance(cell, str):
        return None
    text = clean(cell).translate(_DASHES)
    if text in marks:
        return marks[text]
    return float(text.replace(",", "")) if _NUMBER.fullmatch(text) else None


def month_of(cell: Cell) -> dt.date | None:
    """The month end a cell names: an Excel date, its day number, or text such as “August 2024” or “2024-08”.

    A bare number is taken for Excel's day number only if that is a month's first or last day.
    """
    if isinstance(cell, dt.date):
        return month_end(cell.year, cell.month)
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        if not (cell == int(cell) and _FIRST_EXCEL_DAY <= cell <= _LAST_EXCEL_DAY):
            return None
        day = _EXCEL_DAY_0 + dt.timedelta(days=int(cell))
        return month_end(day.year, day.month) if 1 in (day.day, (day + dt.timedelta(days=1)).day) else None
    months = months_named(cell) if isinstance(cell, str) else set()
    return months.pop() if len(months) == 1 else None


def financial_years_named(text: str) -> set[int]:
    """The years in which the financial years of a text end: 2019 of “2018/19”, “2018-19” or “201819”."""
    years = ((int(start), int(end)) for start, end in _FINANCIAL_YEAR.findall(text))
    return {start + 1 for start, end in years if (start + 1) % 100 == end}


def month_number(name: Cell) -> int | None:
    """The number of a month's name, whole or in three letters: 4 of “Apr”."""
    text = clean(name).casefold()
    number = MONTH_NUMBERS.get(text[:3])
    return number if number and calendar.month_name[number].casefold().startswith(text) else None


def meanings(lines: Iterable[str]) -> dict[str, float]:
    """The marks that lines such as “- = zero activity submitted” explain; a line that explains none is passed over."""
    marks: dict[str, float] = {}
    for line in lines:
        mark, equals, meaning = (part.strip() for part in line.partition("="))
        mark = "" if mark.casefold().startswith("blank") else mark.translate(_DASHES)
        if equals and "zero" in meaning.casefold():
            marks[mark] = ZERO
        elif equals and any(word in meaning.casefold() for word in ("suppress", "no data", "not applicable")):
            marks[mark] = MISSING
    return marks
