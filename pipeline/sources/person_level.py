"""Refusal of data about identifiable people: the pipeline counts staff and never holds a record of one of them.

Columns are judged by their headings and by what their cells look like. A problem names the column and never
repeats a cell. What it cannot see: people in free text, names under a heading that says nothing of a person, and
records that carry only a pseudonym.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.problems import Problem

_RULE = (
    "this column holds, or looks as if it holds, {held}. Only totals of staff may come in, never records of people: "
    "take the column out, or send headcount and WTE by team, and delete this copy of the file. "
    "If the column is not about people, give it a heading that says what it is."
)
_ID = r"(number|num|no|nr|id|identifier|ref|reference)"
_PERSON = r"(staff|employee|person|worker|colleague|individual|applicant|candidate|patient|assignee)"
_ROLE = r"(line manager|manager|supervisor|consultant|clinician|doctor|nurse|radiographer|contact)"
_REGISTER = r"(gmc|gdc|hcpc|nmc|gphc|ahcs)"
# Headings are judged as lower-case words; a space between words is optional because many exports drop it.
_HEADINGS = {
    "people's names": (
        r"\b(first|second|last|middle|given|family|maiden|birth|christian|fore|sur) ?names?\b|\binitials\b"
        rf"|\b({_PERSON}|{_ROLE})( ?member)?s? ?(full ?)?names?\b|\bnames? of (the )?({_PERSON}|{_ROLE})s?\b"
    ),
    "dates of birth": r"\bdate ?of ?birth\b|\bbirth ?(date|day)\b|\bd ?o ?b\b",
    "National Insurance numbers": r"\b(ni|national ?insurance) ?(number|num|no|nr)\b|^national ?insurance$",
    "employee numbers": (
        rf"\b(employee|payroll|assignment|personnel|person|worker|individual|patient|applicant|candidate) ?{_ID}\b"
        rf"|\bstaff ?(member ?)?{_ID}\b(?! of)|\besr ?{_ID}\b|\bunique nhs identifier\b"
    ),
    "e-mail addresses": r"\be ?mails?\b",
    "home addresses or telephone numbers": (
        rf"\b(home|personal|private|residential|{_PERSON}) ?(post ?code|address|phone|telephone|tel|mobile)\b"
        r"|\bmobile ?(phone|telephone|tel|number|no)\b|\bnext ?of ?kin\b|\bemergency ?contact\b"
    ),
    "NHS numbers": r"\bnhs ?(number|num|no|nr)\b(?! of)",
    "professional registration numbers": rf"\b({_REGISTER}|professional) ?(registration ?|reg ?)?({_ID}|pin)\b",
    "bank or passport details": r"\bbank ?account\b|\bsort ?code\b|\bpassport\b|\bdriving ?licen[cs]e\b",
}
_UNLESS_OF_AN_ORGANISATION = {
    "people's names": r"\b(full|preferred) ?names?\b|\bknown ?as\b",
    "professional registration numbers": rf"\bregistration ?({_ID}|pin)\b",
}
_ORGANISATION = (
    r"\b(organi[sz]ation|provider|trust|site|practice|surgery|employer|service|company|charity|cqc|hospital|clinic"
    r"|supplier|centre|center|unit|department|vehicle)s?\b"
)
_EMAIL = r"[\w.+-]+@[\w-]+\.[\w.-]+"
_NI_NUMBER = r"(?:^|[^A-Z0-9])[ABCEGHJ-PRSTW-Z][ABCEGHJ-NPRSTW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D](?:$|[^A-Z0-9])"
_NHS_NUMBER = r"[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}"
_LIKELY_IDENTIFIER = rf"\bnhs\b|\b{_PERSON}\b|\b{_ID}\b|^(column )?[0-9]+$"
_REGISTERED_AS = r"([0-9]{7}|[0-9]{2}[A-L][0-9]{4}[A-Z]|[A-Z]{2}[0-9]{5,6})"
_TITLED = r"(mr|mrs|ms|miss|mx)\.? .+"
_NAME = r"([A-Z][A-Za-z'’-]+( [A-Z]\.?)?( [A-Z][A-Za-z'’-]+){1,2}|[A-Z][A-Za-z'’ -]+, ?[A-Z][A-Za-z. -]+)"
_POST = r"\b(job|position|role|post|band|grade|fte|wte|hours|contract)\b"
_AMOUNT = r"\b(fte|wte|headcount)\b"
_OTHER_DATE = (
    r"\b(start|starter|hire|hired|join|joined|end|leave|leaver|left|expiry|open|opened|close|valid|live|extract|month"
    r"|from|to)\b"
)
_DATE_FORMATS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d-%b-%Y", "%d %b %Y", "%d%b%Y", "%Y%m%d")
_BIRTH_YEARS = (1935, 2012)
_SPREAD_OF_BIRTHS = 15
"""Years: the births of a staff list spread over more, the dates of one publication over fewer."""
_MOST = 0.5


def person_level_problems(frame: pd.DataFrame, path: Path, sheet: str = "") -> list[Problem]:
    """One problem for each column that holds, or looks as if it holds, facts that identify people.

    `frame` may hold cells of any type, and one heading twice.
    """
    headings = [str(name) for name in frame.columns]
    each_a_person = _one_row_per_person(frame, headings)
    problems = []
    for place, shown in enumerate(shown_headings(headings)):
        words = _words(headings[place])
        held = _by_heading(words) or _by_content(words, frame.iloc[:, place], each_a_person)
        if held:
            problems.append(Problem(str(path), _RULE.format(held=held), sheet=sheet, column=shown))
    return problems


def is_person_level(problem: Problem) -> bool:
    """Whether a problem is that facts identify people: its file is then not to be copied or repeated anywhere."""
    return problem.rule.startswith(_RULE.partition("{")[0])


def shown_headings(headings: Sequence[str]) -> list[str]:
    """The headings as they may be printed: by place alone where a record stands in the place of the header."""
    if _by_content("", pd.Series(headings, dtype="str"), each_a_person=False):
        return [f"column {place}" for place in range(1, len(headings) + 1)]
    return list(headings)


def _words(heading: str) -> str:
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", heading)
    return " ".join(re.sub(r"[\W_]+", " ", re.sub(r"['’]s?\b", "", apart)).lower().split())


def _by_heading(words: str) -> str:
    found = [held for held, pattern in _HEADINGS.items() if re.search(pattern, words)]
    if not re.search(_ORGANISATION, words):
        found += [held for held, pattern in _UNLESS_OF_AN_ORGANISATION.items() if re.search(pattern, words)]
    return found[0] if found else ""


def _by_content(words: str, column: pd.Series, each_a_person: bool) -> str:
    cells = _distinct_text(column)
    if cells.empty:
        return ""
    for held, looks_like in _CONTENT.items():
        if looks_like(words, cells):
            return held
    if each_a_person and len(cells) >= _MOST * len(column):
        if re.fullmatch(rf"names?|{_PERSON}s?|{_ROLE}s?", words) and _share(cells, _NAME) >= _MOST:
            return "people's names"
        if not re.search(_OTHER_DATE, words) and _look_like_births(cells):
            return "dates of birth"
    return ""


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
    named = re.fullmatch(rf"{_REGISTER}|registration|pin", words)
    return bool(named) and _share(cells.str.upper(), _REGISTERED_AS) >= _MOST


def _are_titled_names(_words: str, cells: pd.Series) -> bool:
    return _share(cells.str.lower(), _TITLED) >= _MOST


_CONTENT: dict[str, Callable[[str, pd.Series], bool]] = {
    "e-mail addresses": _hold_emails,
    "National Insurance numbers": _hold_ni_numbers,
    "NHS numbers": _are_nhs_numbers,
    "professional registration numbers": _are_registrations,
    "people's names": _are_titled_names,
}


def _look_like_births(cells: pd.Series) -> bool:
    dates = pd.Series(pd.NaT, index=cells.index, dtype="datetime64[us]")
    for pattern in _DATE_FORMATS:
        dates = dates.fillna(pd.to_datetime(cells, format=pattern, errors="coerce"))
    years = dates.dt.year
    births = years.between(*_BIRTH_YEARS)
    return bool(births.mean() >= 0.9 and years.max() - years.min() > _SPREAD_OF_BIRTHS)


def _one_row_per_person(frame: pd.DataFrame, headings: Sequence[str]) -> bool:
    """Whether the rows describe posts or people, and none counts more than one."""
    words = [_words(heading) for heading in headings]
    amounts = [place for place, heading in enumerate(words) if re.search(_AMOUNT, heading)]
    return any(re.search(_POST, heading) for heading in words) and all(
        (pd.to_numeric(frame.iloc[:, place], errors="coerce").fillna(0) <= 1).all() for place in amounts
    )
