"""What a column's cells look like: numbers, names and dates that belong to one person, whatever the heading says."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from pipeline.sources._person_words import first_names, place_words, work_words

ID = r"(number|num|no|nr|id|identifier|ref|reference)"
PERSON = r"(staff|employee|person|worker|colleague|individual|applicant|candidate|patient|assignee)"
ROLE = r"(line manager|manager|supervisor|consultant|clinician|doctor|nurse|radiographer|contact)"
REGISTER = r"(gmc|gdc|hcpc|nmc|gphc|ahcs)"
_EMAIL = r"[\w.+-]+@[\w-]+\.[\w.-]+"
_NI_BEGINS = r"[ABCEGHJ-PRSTW-Z][ABCEGHJ-NPRSTW-Z](?:[ .-]?[0-9]{2}){3}"
_NI_NUMBER = rf"(?:^|[^A-Z0-9]){_NI_BEGINS}[ .-]?[A-D](?:$|[^A-Z0-9])"
_NHS_NUMBER = r"[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}"
_LIKELY_IDENTIFIER = rf"\bnhs\b|\b{PERSON}\b|\b{ID}\b|^(column )?[0-9]+$"
_REGISTERED_AS = r"([0-9]{7}|[0-9]{2}[A-L][0-9]{4}[A-Z]|[A-Z]{2}[0-9]{5,6})"
_TITLED = r"(mr|mrs|ms|miss|mx)\.? .+"
_NAME = r"([A-Z][A-Za-z'’-]+( [A-Z]\.?)?( [A-Z][A-Za-z'’-]+){1,2}|[A-Z][A-Za-z'’ -]+, ?[A-Z][A-Za-z. -]+)"
_SURNAME_FIRST = r"[A-Za-z'’-]+( [A-Za-z'’-]+)?, ?([A-Za-z]{2,6}\.? )?[A-Z][A-Za-z'’-]*\.?( [A-Z][A-Za-z'’-]*\.?)?"
_WORD = re.compile(r"[a-z'’-]+")
_TOKEN = r"(?=[^a-f]*[a-f][^a-f]*[a-f])(?=.*[0-9])[0-9a-f-]{8,}|(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])[A-Za-z0-9+/_=-]{10,}"
_NUMBER_OF_ONE = r"[0-9]{7,10}(-[0-9]{1,2})?"
_OTHER_NUMBER = (
    r"\b(pay|salary|cost|costs|budget|amount|total|hours|post|position|requisition|vacancy|phone|telephone)\b"
)
_OTHER_DATE = (
    r"\b(start|starter|hire|hired|join|joined|end|leave|leaver|left|expiry|open|opened|close|valid|live|extract|month"
    r"|from|to)\b"
)
_ANY_DATE = rf"{_OTHER_DATE}|\b(date|day|year|period|time|quarter|closed|effective|legal|operational|change|changed)\b"
_DATE_FORMATS = (
    *("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%Y%m%d"),
    *("%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%d%b%Y"),
)
_SHORT_FORMATS = ("%d/%m/%y", "%d.%m.%y", "%d-%m-%y", "%d-%b-%y")
_SHORTEST_DATE = 6
"""Characters of a date in the shortest of these formats, 1/1/90."""
_BIRTH_YEARS = (1935, 2012)
_SPREAD_OF_BIRTHS = 15
"""Years: the births of a staff list spread over more, the dates of one publication over fewer."""
_MOST = 0.5
_NEARLY_ALL = 0.9
_FEW = 3
"""Cells below which a look of names or numbers may be chance."""
_LOOKED_AT = 2_000
"""Distinct cells that are looked at for names, dates and codes: what fills a column shows in its first cells."""


def held_by_cells(words: str, column: pd.Series, each_a_person: bool) -> str:
    """What personal facts the cells hold, in words, or nothing.

    `words` is the heading in lower case; `each_a_person` says whether each row of the file is about one person.
    """
    cells = _distinct_text(column)
    if cells.empty:
        return ""
    for held, looks_like in _CONTENT.items():
        if looks_like(words, cells):
            return held
    first, own = cells.head(_LOOKED_AT), len(cells) / len(column)
    if _are_names(first):
        return "people's names"
    if own >= _MOST and len(cells) >= _FEW and _share(first, _TOKEN) >= _NEARLY_ALL:
        return "numbers that stand for people"
    if each_a_person:
        return _held_one_by_one(words, first, own)
    # Without a heading, dates over decades may be those of organisations.
    undated = not re.search(rf"{_ANY_DATE}|^(column )?[0-9]+$", words)
    return "dates of birth" if undated and own >= _MOST and _look_like_births(first) else ""


def _held_one_by_one(words: str, cells: pd.Series, own: float) -> str:
    """What cells hold where each row is a person; `own` is the share of rows with a cell of their own."""
    if own >= _MOST and re.fullmatch(rf"names?|{PERSON}s?|{ROLE}s?", words) and _share(cells, _NAME) >= _MOST:
        return "people's names"
    if own >= _MOST and not re.search(_OTHER_DATE, words) and _look_like_births(cells):
        return "dates of birth"
    numbers = own >= _NEARLY_ALL and len(cells) >= _FEW and not re.search(_OTHER_NUMBER, words)
    return "numbers that stand for people" if numbers and _share(cells, _NUMBER_OF_ONE) >= _NEARLY_ALL else ""


def _distinct_text(column: pd.Series) -> pd.Series:
    distinct = pd.Series(column.dropna().unique())
    if pd.api.types.is_float_dtype(distinct):
        # A number that Excel keeps as 9434765919.0 is read as it is shown; a fraction identifies nobody.
        distinct = distinct[distinct % 1 == 0].astype("int64")
    text = distinct.astype("str").str.strip()
    return text[text != ""]


def _share(cells: pd.Series, pattern: str) -> float:
    return float(cells.str.fullmatch(pattern).mean())


def _hold_emails(_words: str, cells: pd.Series) -> bool:
    return bool(cells.str.contains(_EMAIL).any())


def _hold_ni_numbers(_words: str, cells: pd.Series) -> bool:
    return bool(cells.str.upper().str.contains(_NI_NUMBER).any())


def _are_ni_numbers_cut_short(_words: str, cells: pd.Series) -> bool:
    short = cells.str.upper().str.fullmatch(_NI_BEGINS)
    return bool(short.sum() >= max(_FEW, _MOST * len(cells)))


def _are_nhs_numbers(words: str, cells: pd.Series) -> bool:
    valid = _valid_nhs_numbers(cells)
    # One ten-digit number in eleven passes the check by chance, so under a heading that gives no hint it takes several.
    enough = 1 if re.search(_LIKELY_IDENTIFIER, words) else 5
    return valid >= max(enough, _MOST * len(cells))


def _valid_nhs_numbers(cells: pd.Series) -> int:
    """How many cells pass the modulus 11 check of the NHS number (NHS Data Dictionary: NHS NUMBER)."""
    shaped = cells[cells.str.fullmatch(_NHS_NUMBER)].str.replace(r"[ -]", "", regex=True)
    digits = np.array([list(number) for number in shaped], dtype=np.int64).reshape(-1, 10)
    check = (11 - digits[:, :9] @ np.arange(10, 1, -1) % 11) % 11
    return int((check == digits[:, 9]).sum())


def _are_registrations(words: str, cells: pd.Series) -> bool:
    named = re.fullmatch(rf"{REGISTER}|registration|pin", words)
    return bool(named) and _share(cells.str.upper(), _REGISTERED_AS) >= _MOST


def _are_titled_names(_words: str, cells: pd.Series) -> bool:
    return _share(cells.str.lower(), _TITLED) >= _MOST


_CONTENT: dict[str, Callable[[str, pd.Series], bool]] = {
    "e-mail addresses": _hold_emails,
    "National Insurance numbers": lambda words, cells: (
        _hold_ni_numbers(words, cells) or _are_ni_numbers_cut_short(words, cells)
    ),
    "NHS numbers": _are_nhs_numbers,
    "professional registration numbers": _are_registrations,
    "people's names": _are_titled_names,
}


def _are_names(cells: pd.Series) -> bool:
    """Whether most cells are names of people: of their shape or one word, and many with a common first name."""
    called = [_called(cell) for cell in cells]
    return sum(called) >= max(_FEW, _MOST * len(cells))


def _called(cell: str) -> bool:
    """Whether a cell is a common first name, alone or beside a surname and no word of a job, a body or a place."""
    if not re.fullmatch(rf"{_NAME}|{_SURNAME_FIRST}|[A-Z][a-z]+|[A-Z]{{2,}}( [A-Z][A-Za-z'’-]+)+", cell):
        return False
    words = _WORD.findall(cell.casefold())
    other = place_words() | work_words()
    return not other.intersection(words) and bool(first_names().intersection(words))


def _look_like_births(cells: pd.Series) -> bool:
    days = cells.str.removesuffix(" 00:00:00")
    # Most columns hold words or counts: to try every format on them is a tenth of the time a plan takes to read.
    if (days.str.contains("[0-9]") & (days.str.len() >= _SHORTEST_DATE)).mean() < _NEARLY_ALL:
        return False
    years, short = _years(days, _DATE_FORMATS), _years(days, _SHORT_FORMATS)
    # Two digits of a year are read as those of a year to come where they are those of a birth.
    years = years.fillna(short.where(short <= _BIRTH_YEARS[1], short - 100))
    births = years.between(*_BIRTH_YEARS)
    return bool(births.mean() >= _NEARLY_ALL and years.max() - years.min() > _SPREAD_OF_BIRTHS)


def _years(days: pd.Series, formats: Sequence[str]) -> pd.Series:
    dates = pd.Series(pd.NaT, index=days.index, dtype="datetime64[us]")
    for pattern in formats:
        dates = dates.fillna(pd.to_datetime(days, format=pattern, errors="coerce"))
    return dates.dt.year
