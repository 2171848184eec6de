"""Refusal of data about identifiable people: the pipeline counts staff and never holds a record of one of them.

Columns are judged by their headings and by what their cells look like. A problem names the column and never
repeats a cell. What it cannot see: people in free text, names that are not in the list of first names in files whose
rows count more than one person, and pseudonyms in such files that do not look like numbers of a machine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from pipeline.problems import Problem
from pipeline.sources._person_cells import ID, PERSON, REGISTER, ROLE, held_by_cells

_RULE = (
    "this column holds, or looks as if it holds, {held}. Only totals of staff may come in, never records of people: "
    "take the column out, or send headcount and WTE by team, and delete this copy of the file. "
    "If the column is not about people, give it a heading that says what it is."
)
# Headings are judged as lower-case words; a space between words is optional because many exports drop it.
_HEADINGS = {
    "people's names": (
        r"\b(first|second|last|middle|given|family|maiden|birth|christian|fore|sur) ?names?\b|\binitials\b"
        rf"|\b({PERSON}|{ROLE})( ?member)?s? ?(full ?)?names?\b|\bnames? of (the )?({PERSON}|{ROLE})s?\b"
    ),
    "dates of birth": r"\bdate ?of ?birth\b|\bbirth ?(date|day)\b|\bd ?o ?b\b",
    "National Insurance numbers": r"\b(ni|national ?insurance) ?(number|num|no|nr)\b|^national ?insurance$",
    "employee numbers": (
        rf"\b(employee|payroll|assignment|personnel|person|worker|individual|patient|applicant|candidate) ?{ID}\b"
        rf"|\bstaff ?(member ?)?{ID}\b(?! of)|\besr ?{ID}\b|\bunique nhs identifier\b"
    ),
    "e-mail addresses": r"\be ?mails?\b",
    "home addresses or telephone numbers": (
        rf"\b(home|personal|private|residential|{PERSON}) ?(post ?code|address|phone|telephone|tel|mobile)\b"
        r"|\bmobile ?(phone|telephone|tel|number|no)\b|\bnext ?of ?kin\b|\bemergency ?contact\b"
    ),
    "NHS numbers": r"\bnhs ?(number|num|no|nr)\b(?! of)",
    "professional registration numbers": rf"\b({REGISTER}|professional) ?(registration ?|reg ?)?({ID}|pin)\b",
    "bank or passport details": r"\bbank ?account\b|\bsort ?code\b|\bpassport\b|\bdriving ?licen[cs]e\b",
}
_UNLESS_OF_AN_ORGANISATION = {
    "people's names": r"\b(full|preferred) ?names?\b|\bknown ?as\b",
    "professional registration numbers": rf"\bregistration ?({ID}|pin)\b",
}
_ORGANISATION = (
    r"\b(organi[sz]ation|provider|trust|site|practice|surgery|employer|service|company|charity|cqc|hospital|clinic"
    r"|supplier|centre|center|unit|department|vehicle)s?\b"
)
_POST = r"\b(job|position|role|post|band|grade|fte|wte|hours|contract)\b"
_AMOUNT = r"\b(fte|wte|headcount)\b"


def person_level_problems(frame: pd.DataFrame, path: Path, sheet: str = "") -> list[Problem]:
    """One problem for each column that holds, or looks as if it holds, facts that identify people.

    `frame` may hold cells of any type, and one heading twice.
    """
    headings = [str(name) for name in frame.columns]
    each_a_person = _one_row_per_person(frame, headings)
    problems = []
    for place, shown in enumerate(shown_headings(headings)):
        words = _words(headings[place])
        held = _by_heading(words) or held_by_cells(words, frame.iloc[:, place], each_a_person)
        if held:
            problems.append(Problem(str(path), _RULE.format(held=held), sheet=sheet, column=shown))
    return problems


def is_person_level(problem: Problem) -> bool:
    """Whether a problem is that facts identify people: its file is then not to be copied or repeated anywhere."""
    return problem.rule.startswith(_RULE.partition("{")[0])


def shown_headings(headings: Sequence[str]) -> list[str]:
    """The headings as they may be printed: by place alone where a record stands in the place of the header."""
    if held_by_cells("", pd.Series(headings, dtype="str"), each_a_person=False):
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


def _one_row_per_person(frame: pd.DataFrame, headings: Sequence[str]) -> bool:
    """Whether the rows describe posts or people, and none counts more than one."""
    words = [_words(heading) for heading in headings]
    amounts = [place for place, heading in enumerate(words) if re.search(_AMOUNT, heading)]
    return any(re.search(_POST, heading) for heading in words) and all(
        (pd.to_numeric(frame.iloc[:, place], errors="coerce").fillna(0) <= 1).all() for place in amounts
    )
