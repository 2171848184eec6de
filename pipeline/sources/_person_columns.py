"""Whether the distinct cells of a column look like facts about people, whatever stands above them."""

from __future__ import annotations

import re

import pandas as pd

from pipeline.sources._person_text import (
    ADDRESSES,
    BIRTHS,
    DATE,
    EMAIL,
    EMAILS,
    HASH,
    NAMES,
    NHS_NUMBERS,
    NI_NUMBER,
    NI_NUMBER_UNENDED,
    NI_NUMBERS,
    POSTCODE,
    PSEUDONYMS,
    STAFF_NUMBERS,
    TELEPHONE,
    plain_words,
    valid_nhs_numbers,
    words_of,
)

PERSON = r"(staff|employee|person|worker|colleague|individual|applicant|candidate|patient|assignee)"
ROLE = r"(line manager|manager|supervisor|consultant|clinician|doctor|nurse|radiographer|contact)"
REGISTER = r"(gmc|gdc|hcpc|nmc|gphc|ahcs)"
IDENTIFIER = r"(number|num|no|nr|id|identifier|ref|reference)"
REGISTRATIONS = "professional registration numbers"
JUDGED_CELLS = 5_000
"""Cells that stand for a column of very many: evenly spaced, since a share is asked for."""
MOST = 0.5
"""Share of the cells that have to look alike."""
FEWEST = 3
"""Cells that have to look alike where two could by chance."""
NEAR_UNIQUE = 0.8
"""Distinct cells for each filled one, above which a column tells rows apart."""
SPREAD_OF_BIRTHS = 15
"""Years: the births of a staff list spread over more, the dates of one publication over fewer."""
_BIRTH_YEARS = (1935, 2012)
_DATE_FORMATS = (
    *("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d %m %Y", "%d-%b-%Y", "%d %b %Y", "%d%b%Y", "%d %B %Y"),
    *("%Y%m%d", "%Y/%m/%d"),
)
_SHORT_DATE = r"([0-9]{1,2})[-/. ]([0-9]{1,2}|[A-Za-z]{3})[-/. ]([0-9]{2})"
_THIS_CENTURY = 15
"""A year of two digits up to this one is of this century; those who work were born before, or soon after its turn."""
_LIKELY_IDENTIFIER = rf"\bnhs\b|\b{PERSON}\b|\b{IDENTIFIER}\b|^(column )?[0-9]+$"
_REGISTERED_AS = r"([0-9]{7}|[0-9]{2}[A-L][0-9]{4}[A-Z]|[A-Z]{2}[0-9]{5,6})"
_TITLED = r"(mr|mrs|ms|miss|mx)\.? .+"
_WORD = r"[A-Z][A-Za-z'’-]+"
_NAME = rf"({_WORD}( [A-Z]\.?)?( {_WORD}){{1,2}}|[A-Z][A-Za-z'’ -]+, ?[A-Z][A-Za-z. -]+)"
_INITIALS_AND_NAME = rf"([A-Z]\.? ?){{1,3}} ?[A-Z][a-z'’-]+|{_WORD},? ?([A-Z]\.? ?){{1,3}}"
_LISTED_NAME = rf"{_WORD}([ -]{_WORD})?, ?[A-Z][A-Za-z.'’ -]*"
_PERSON_AND_BIRTH = rf"(?P<who>[A-Za-z][A-Za-z.,'’ -]*?)[ ,;:/(_-]*(?P<birth>{DATE.replace('a-z', 'A-Za-z')})\)?"
_INITIALS_AND_BIRTH = r"(?P<who>[A-Za-z]\.? ?[A-Za-z]\.? ?([A-Za-z]\.?)?)[ /_-]*(?P<birth>(19[3-9]|200)[0-9])"
_OTHER_DATE = (
    r"\b(start|starter|hire|hired|join|joined|end|leave|leaver|left|expiry|open|opened|close|valid|live|extract|month"
    r"|from|to)\b"
)
_NO_PERSON = (
    r"\b(posts?|positions?|vacanc(y|ies)|salary|pay|costs?|budget|amount|value|price|account|ledger|subjective|totals?"
    r"|sum|codes?|wards?|sites?|rooms?)\b"
)
"""Headings of figures and codes that differ from post to post without saying who holds it."""
_PLACE = (
    r"\b(town|city|county|country|address|place|location|locality|area|ward|district|region|site|organi[sz]ation)\b"
)
"""Headings of places, which are written with a comma too: “Bath, Somerset”."""


def held_in_any_table(words: str, cells: pd.Series) -> str:
    """What the cells under a heading of these words hold about people; empty where nothing."""
    some = _some(cells)
    if cells.str.contains(EMAIL).any():
        return EMAILS
    if cells.str.upper().str.contains(NI_NUMBER).any() or _alike(some.str.upper(), NI_NUMBER_UNENDED):
        return NI_NUMBERS
    if _are_nhs_numbers(words, some):
        return NHS_NUMBERS
    if re.fullmatch(rf"{REGISTER}|registration|pin", words) and share(some.str.upper(), _REGISTERED_AS) >= MOST:
        return REGISTRATIONS
    if share(some.str.lower(), _TITLED) >= MOST or (not re.search(_PLACE, words) and _are_listed_names(some)):
        return NAMES
    if _alike(some, HASH):
        return PSEUDONYMS
    return BIRTHS if _are_people_with_births(some) else ""


def held_in_table_of_people(words: str, cells: pd.Series, near_unique: bool) -> str:
    """The same where each row of the table is a person, and so almost any text of its own may name them."""
    some = _some(cells)
    if re.fullmatch(rf"names?|{PERSON}s?|{ROLE}s?", words) and share(some, _NAME) >= MOST:
        return NAMES
    a_date = bool(re.search(_OTHER_DATE, words))
    if not a_date and _look_like_births(some):
        return BIRTHS
    if not near_unique or len(some) < FEWEST:
        return ""
    if share(some, rf"{_NAME}|{_INITIALS_AND_NAME}") >= MOST and _no_plain_words(some):
        return NAMES
    if share(some.str.upper(), rf".*{POSTCODE}.*") >= MOST or share(some, TELEPHONE) >= MOST:
        return ADDRESSES
    of_posts = a_date or re.search(_NO_PERSON, words)
    return STAFF_NUMBERS if not of_posts and _are_numbers_of_people(some) else ""


def share(cells: pd.Series, pattern: str) -> float:
    """Share of the cells that a pattern matches whole."""
    return float(cells.str.fullmatch(pattern).mean())


def _some(cells: pd.Series) -> pd.Series:
    return cells.iloc[:: -(-len(cells) // JUDGED_CELLS)]


def _alike(cells: pd.Series, pattern: str) -> bool:
    return len(cells) >= FEWEST and share(cells, pattern) >= MOST


def _are_nhs_numbers(words: str, cells: pd.Series) -> bool:
    # One ten-digit number in eleven passes the check by chance, so under a heading that gives no hint it takes several.
    enough = 1 if re.search(_LIKELY_IDENTIFIER, words) else 5
    return valid_nhs_numbers(cells) >= max(enough, MOST * len(cells))


def _are_listed_names(cells: pd.Series) -> bool:
    """Names as lists have them, “SMITH, John”; a place and its county look alike but for a word such as hospital."""
    return _alike(cells, _LISTED_NAME) and _no_plain_words(cells)


def _no_plain_words(cells: pd.Series) -> bool:
    strange = cells.map(lambda cell: not any(plain_words(word) for word in words_of(cell) if len(word) > 1))
    return float(strange.mean()) >= MOST


def _are_numbers_of_people(cells: pd.Series) -> bool:
    """Numbers of five digits and more, alone or beside words, that are no dates and no amounts."""
    joined = cells.str.replace(r"(?<=[0-9])[ .\-/](?=[0-9])", "", regex=True)
    numbered = joined.str.contains(r"[0-9]{5,}") & ~cells.str.casefold().str.contains(DATE)
    return float((numbered & ~cells.str.contains(r"[£€$%]|\.[0-9]{1,2}$")).mean()) >= MOST


def _are_people_with_births(cells: pd.Series) -> bool:
    """A name or initials with a birth: “SmithJ 12/03/1981”, “JS1981”."""
    for pattern in (_PERSON_AND_BIRTH, _INITIALS_AND_BIRTH):
        parts = cells.str.extract(rf"^(?:{pattern})$")[["who", "birth"]].dropna()
        if len(parts) >= max(FEWEST, MOST * len(cells)) and parts["who"].nunique() >= FEWEST:
            years = _days(parts["birth"]).dt.year.fillna(pd.to_numeric(parts["birth"], errors="coerce"))
            if _spread_like_births(years):
                return True
    return False


def _look_like_births(cells: pd.Series) -> bool:
    return _spread_like_births(_days(cells).dt.year)


def _spread_like_births(years: pd.Series) -> bool:
    return bool(years.between(*_BIRTH_YEARS).mean() >= 0.9 and years.max() - years.min() > SPREAD_OF_BIRTHS)


def _days(cells: pd.Series) -> pd.Series:
    whole = cells.str.replace(_SHORT_DATE, _with_century, regex=True)
    days = pd.Series(pd.NaT, index=cells.index, dtype="datetime64[us]")
    for pattern in _DATE_FORMATS:
        days = days.fillna(pd.to_datetime(whole, format=pattern, errors="coerce"))
    return days


def _with_century(found: re.Match[str]) -> str:
    if found.group() != found.string:
        return found.group()
    day, month, year = found.groups()
    month = month if month.isdigit() else f"-{month}-"
    century = "20" if int(year) <= _THIS_CENTURY else "19"
    return f"{day}-{month}-{century}{year}".replace("--", "-")
