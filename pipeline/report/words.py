"""Numbers, dates and lists as they read in a sentence. Missing values are said, never printed as nan."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

import pandas as pd

from pipeline.months import month_name

NOT_AVAILABLE = "not available"
MINUS = "−"
_MILLION, _THOUSAND = 1e6, 1e3
_ANY_FLOAT = Context(prec=400, rounding=ROUND_HALF_UP)
"""Digits enough for the largest float there is."""
_CUT = " … ({number} letters more)"
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&])")


def wte(value: Any) -> str:
    """Whole-time equivalents: whole numbers, or one decimal under 10."""
    return NOT_AVAILABLE if is_missing(value) else _grouped(wte_written(value))


def wte_written(value: Any) -> Decimal:
    """The number that whole-time equivalents are written as, so that what is said to add up does so as it is read."""
    one_decimal = rounded(value, 1)
    return one_decimal if 0 < abs(one_decimal) < 10 else rounded(value, 0)


def count(value: Any) -> str:
    """A whole number with thousands separators: 12,345."""
    return NOT_AVAILABLE if is_missing(value) else _grouped(rounded(value, 0))


def percent(value: Any) -> str:
    """A share (0 to 1) as a percentage with one decimal: 0.1234 is 12.3%."""
    return NOT_AVAILABLE if is_missing(value) else f"{_grouped(rounded(_decimal(value) * 100, 1))}%"


def money(value: Any) -> str:
    """Pounds, to the pound: £1,234."""
    if is_missing(value):
        return NOT_AVAILABLE
    pounds = _grouped(rounded(value, 0))
    return f"{MINUS}£{pounds[1:]}" if pounds.startswith(MINUS) else f"£{pounds}"


def pounds(value: Any) -> str:
    """Pounds as a board reads them: £152.3 million, or to the thousand under a million, or to the pound under that."""
    if is_missing(value) or abs(float(value)) < _THOUSAND:
        return money(value)
    if abs(float(value)) < _MILLION:
        return money(float(rounded(float(value) / _THOUSAND, 0)) * _THOUSAND)
    written = f"{abs(rounded(float(value) / _MILLION, 1)):,}"
    return f"{MINUS if value < 0 else ''}£{written} million"


def ratio(value: Any) -> str:
    """A ratio with two decimals: 1.25."""
    return NOT_AVAILABLE if is_missing(value) else _grouped(rounded(value, 2))


def month(value: Any) -> str:
    """A month as a reader would say it: October 2025."""
    return NOT_AVAILABLE if is_missing(value) else month_name(_day(value))


def date(value: Any) -> str:
    """A day as a reader would say it: 3 October 2025."""
    return NOT_AVAILABLE if is_missing(value) else f"{_day(value).day} {month_name(_day(value))}"


def plural(number: Any, singular: str, several: str | None = None) -> str:
    """A count and its noun, singular or plural: 1 scanner, 2 scanners, 3 bodies."""
    return f"{count(number)} {singular if number == 1 else several or _plural_of(singular)}"


def people(number: Any) -> str:
    """A count of people: 1 person, 2 people."""
    return plural(number, "person", "people")


def join(items: Iterable[str], word: str = "and") -> str:
    """A list in a sentence: a, b and c."""
    *first, last = list(items) or [""]
    return f"{', '.join(first)} {word} {last}" if first else last


def change(old: Any, new: Any, say: Callable[[Any], str] = wte) -> str:
    """What a figure did: "up from 350 to 362 (3.4%)". Shares change by percentage points.

    `say` is the word function of the figure (wte, count, percent, money, ratio).
    """
    if is_missing(old) or is_missing(new):
        return f"{say(new)} (before: {say(old)})"
    before, after = say(old), say(new)
    if before == after:
        return f"{'unchanged' if old == new else 'little changed'} at {after}"
    return f"{'up' if new > old else 'down'} from {before} to {after}{_by_how_much(old, new, say)}"


def signed(say: Callable[[Any], str]) -> Callable[[Any], str]:
    """A word function that writes a difference with its sign: +3, −3, and 0 without one."""

    def said(value: Any) -> str:
        written = say(value)
        return f"+{written}" if not is_missing(value) and value > 0 and written != say(0) else written

    return said


def plain(text: object) -> str:
    """Text from an input file made safe for a Markdown sentence: shown as it stands, with no formatting."""
    return _MARKDOWN.sub(r"\\\1", " ".join(str(text).split()))


def bounded(text: object, most: int) -> str:
    """A text of at most `most` letters, as a file can hold it; where some had to be cut, it says how many."""
    whole = writable(text)
    if len(whole) <= most:
        return whole
    kept = most - len(_CUT.format(number=len(whole)))
    return whole[:kept] + _CUT.format(number=len(whole) - kept)


def shortened(text: object, most: int) -> str:
    """A text on one line of at most `most` letters; where some had to go, it ends after a whole word and with "…"."""
    whole = " ".join(writable(text).split())
    if len(whole) <= most:
        return whole
    cut = whole[: most - 1]
    ends = cut.rfind(" ")
    return f"{(cut[:ends] if ends > most // 2 else cut).rstrip(' ,;:')}…"


def writable(text: object) -> str:
    """A text without the signs that no XML file can hold, such as control characters."""
    return _NOT_IN_XML.sub("", str(text))


def lower(text: object) -> str:
    """A name as it stands inside a sentence; abbreviations keep their capitals."""
    words_of = str(text)
    is_abbreviation = words_of[1:2].isupper()
    return words_of if is_abbreviation else words_of[:1].lower() + words_of[1:]


def is_missing(value: Any) -> bool:
    """Whether a single value is missing (None, NaN, NaT, NA) or not a number at all (infinity)."""
    return bool(pd.isna(value)) or value in (float("inf"), float("-inf"))


def rounded(value: Any, places: int) -> Decimal:
    """A number rounded half away from zero, with no negative zero."""
    number = _decimal(value).quantize(Decimal(1).scaleb(-places), context=_ANY_FLOAT)
    return number if number else abs(number)


def _by_how_much(old: Any, new: Any, say: Callable[[Any], str]) -> str:
    size = abs(_decimal(new) - _decimal(old))
    if say is percent:
        points = rounded(size * 100, 1)
        return f" ({points} percentage point{'' if points == 1 else 's'})"
    return f" ({percent(size / abs(_decimal(old)))})" if old else ""


def _decimal(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _grouped(number: Decimal) -> str:
    return f"{number:,}".replace("-", MINUS)


def _day(value: Any) -> dt.date:
    day: dt.date = pd.Timestamp(value).date()
    return day


def _plural_of(noun: str) -> str:
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "z", "ch", "sh")) else f"{noun}s"
