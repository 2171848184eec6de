"""One cell of an intake workbook as a value, or as the reason why it is none, said to the person who typed it."""

from __future__ import annotations

import calendar
import datetime as dt
import difflib
import re
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from pipeline.months import month_end
from pipeline.reference import limit
from pipeline.schema import Table
from pipeline.sources._cells import LARGEST_COUNT
from pipeline.sources._workbook_cells import clean, month_of
from pipeline.sources.intake.entry_checks import YES_NO
from pipeline.sources.intake.grid import ERROR, FORMULA, NO_SUCH_DATE, Entry
from pipeline.sources.intake.layout import kind_of

Parse = Callable[[Entry], Any]
"""The value of a cell. Raises Unreadable."""
MOST_WORDS_SHOWN = 12
MOST_LETTERS_SHOWN = 60

_NO_FIGURE = frozenset(
    {
        *("n/a", "n / a", "na", "n.a.", "not applicable", "not available", "no data", "missing", "blank"),
        *("not known", "unknown", "nk", "n/k", "?", "tbc", "tbd", "to be confirmed", "to follow", "awaited", "pending"),
    }
)
_NOUGHT = frozenset({"nil", "none", "zero", "nought", "no"})
_DASHES = frozenset("-–—−.*#_")
_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")
_GROUPED = re.compile(r"[+-]?\d{1,3}([, ’']\d{3})+(\.\d+)?")
_PERCENT = re.compile(r"([+-]?\d+(\.\d+)?)\s*(%|per ?cent)", re.IGNORECASE)
_ABOUT = re.compile(
    r"(approx(imately|\.)?|about|around|circa|c\.?|est(imated|\.)?|ca\.?|[~<>≈≤≥]=?|up to|over|under)\s*\d"
)
_RANGE = re.compile(r"\d[\d.,]*\s*(-|–|—|to)\s*\d[\d.,]*")
_WITH_UNIT = re.compile(r"[£$€]?\s*([+-]?\d[\d,]*\.?\d*)\s*[a-zA-Z£$€/ .()]*")
_DAY_SHAPES = (
    *("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y-%m-%d", "%d-%B-%Y", "%d-%b-%Y"),
    *("%d/%m/%y", "%d.%m.%y", "%d-%b-%y"),
)
"""Days as people type them, with dashes for spaces."""
_LIKE_A_DAY = re.compile(r"\d{1,2}([./-])\d{1,2}\1(\d{4}|\d{2})|\d{4}-\d{1,2}-\d{1,2}")


class Unreadable(Exception):
    """A cell does not hold what its column takes; the message says what to do."""


def parser(table: Table, column: str, words: Sequence[str] | None) -> Parse:
    """What reads the cells of a column. `words`: those it is limited to, where the workbook knows them."""
    kind = kind_of(table, column)
    required, unit = table.required(column), table.units()[column]
    if kind in ("month", "date"):
        return lambda entry: _date(_checked(entry), required, month=kind == "month")
    if kind in ("whole", "number", "share"):
        return lambda entry: _number(_checked(entry), required, unit, whole=kind == "whole")
    if kind == "flag":
        return lambda entry: _word(_text(_checked(entry)), YES_NO) == YES_NO[0]
    if kind == "code":
        return lambda entry: _text(_checked(entry)).upper()
    if words:
        return lambda entry: _word(_text(_checked(entry)), words)
    return lambda entry: _text(_checked(entry))


def shown(entry: Entry) -> str:
    """A cell as a problem shows it."""
    value = entry.value
    if isinstance(value, dt.date):
        return f"{value.day} {calendar.month_name[value.month]} {value.year}"
    text = clean(value)
    return text if len(text) <= MOST_LETTERS_SHOWN else f"{text[:MOST_LETTERS_SHOWN]}…"


def plain(text: str) -> str:
    """A word reduced to what two spellings of it share: lower case and single spaces."""
    return " ".join(text.split()).casefold()


def _checked(entry: Entry) -> Any:
    if entry.kind == FORMULA:
        raise Unreadable(
            "this is a formula, and what it gives may be out of date; copy the cell and paste it back as values"
        )
    if entry.kind == ERROR:
        raise Unreadable("the cell shows an error of Excel; type the value itself")
    if entry.kind == NO_SUCH_DATE:
        raise Unreadable("this is a number that is no date; type the date again, such as 30/09/2025")
    return entry.value


def _number(value: Any, required: bool, unit: str, *, whole: bool) -> float | int:
    if isinstance(value, bool):
        raise Unreadable("a number is expected, not yes or no")
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        raise Unreadable(
            "Excel holds a date or time here; set the format of the cell to Number and type the number again"
        )
    number = value if isinstance(value, float | int) else _number_in(str(value), required, unit)
    if not whole:
        return float(number)
    if number % 1:
        raise Unreadable(f"a whole number is expected ({unit}); the format of the cell may hide the decimals")
    if abs(number) > LARGEST_COUNT:
        raise Unreadable("the number is too large to be a count; type it again")
    return int(number)


def _number_in(text: str, required: bool, unit: str) -> float:
    """A number that Excel keeps as text, if it is one and nothing more."""
    text = clean(text)
    if _PLAIN.fullmatch(text):
        return float(text)
    raise Unreadable(_why_no_number(text, required, unit))


def _why_no_number(text: str, required: bool, unit: str) -> str:
    words = text.casefold()
    unknown = "leave the row out until the figure is known" if required else "leave the cell empty"
    if words in _NO_FIGURE:
        return f"a number is expected; {unknown}"
    if words in _NOUGHT:
        return f"a number is expected; type 0 if it is nought, and if it is not known {unknown}"
    if set(words) <= _DASHES:
        return f"a mark alone may mean nought or not known; type 0 if it is nought, and if it is not known {unknown}"
    if _GROUPED.fullmatch(text):
        return (
            f"this is text, not a number; type {re.sub(r'[^0-9.+-]', '', text)} as a number, without a comma or space"
        )
    if found := _PERCENT.fullmatch(text):
        return f"this is text, not a number; type {found[1]}% or {float(found[1]) / 100:g} as a number"
    if _ABOUT.match(words):
        return "type one number alone, the best there is, without a word or sign before it"
    if _RANGE.fullmatch(words):
        return "type one number alone, the best there is, not a range"
    if (found := _WITH_UNIT.fullmatch(text)) and found[1]:
        return f"type the number alone ({found[1].replace(',', '')}); the unit, {unit}, stands above the heading"
    return f"a number is expected ({unit}), without words"


def _date(value: Any, required: bool, *, month: bool) -> pd.Timestamp:
    if isinstance(value, str):
        raise Unreadable(_why_no_date(clean(value), required, month=month))
    if isinstance(value, bool) or not isinstance(value, dt.date):
        thing = "a time" if isinstance(value, dt.time | dt.timedelta) else "a number"
        raise Unreadable(
            f"this is {thing}, not a date; set the format of the cell to Date and type a date, such as 30/09/2025"
        )
    first, last = int(limit("first_year")), int(limit("last_year"))
    if not first <= value.year <= last:
        year_alone = "; type a whole date, such as 30/09/2025, not a year alone" if value.year < first else ""
        raise Unreadable(f"the year should lie between {first} and {last}{year_alone}")
    return pd.Timestamp(month_end(value.year, value.month) if month else dt.date(value.year, value.month, value.day))


def _why_no_date(text: str, required: bool, *, month: bool) -> str:
    thing = "a month" if month else "a date"
    if text.casefold() in _NO_FIGURE or set(text) <= _DASHES:
        unknown = "leave the row out until it is known" if required else "leave the cell empty"
        return f"{thing} is expected; {unknown}"
    day = _day_in(text)
    if day is None and _LIKE_A_DAY.fullmatch(text):
        return "there is no such day; check the day and the month"
    day = day or (month_of(text) if month else None)
    if day is not None:
        return f"this is text, not a date; type it again as {day:%d/%m/%Y}"
    form = "any date in it, such as 30/09/2025" if month else "such as 30/09/2025"
    return f"{thing} is expected: {form}"


def _day_in(text: str) -> dt.date | None:
    for shape in _DAY_SHAPES:
        try:
            return dt.datetime.strptime(text.replace(" ", "-"), shape).date()
        except ValueError:
            continue
    return None


def _text(value: Any) -> str:
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        raise Unreadable(
            "Excel has turned what was typed into a date or time; set the format of the cell to Text and type it again"
        )
    if isinstance(value, bool):
        raise Unreadable("Excel holds TRUE or FALSE here; set the format of the cell to Text and type the words again")
    return value if isinstance(value, str) else clean(value)


def _word(text: str, words: Sequence[str]) -> str:
    found = next((word for word in words if plain(word) == plain(text)), None)
    if found is None:
        raise Unreadable(_why_no_word(text, words))
    return found


def _why_no_word(text: str, words: Sequence[str]) -> str:
    if len(words) <= MOST_WORDS_SHOWN:
        allowed = f"allowed are {', '.join(words)}"
    else:
        allowed = f"allowed are the {len(words)} words of the list beside the cell"
    nearest = _nearest(plain(text), words)
    meant = f"did you mean “{nearest}”? " if nearest else ""
    return f"this is not in the list; {meant}{allowed if not meant else allowed[:1].upper() + allowed[1:]}"


def _nearest(text: str, words: Sequence[str]) -> str | None:
    spelled = {plain(word): word for word in words}
    inside = [word for word in spelled if word in text.split()]
    close = inside[:1] or difflib.get_close_matches(text, spelled, n=1)
    return spelled[close[0]] if close else None
