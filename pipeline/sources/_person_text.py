"""Whether a short text could be about one person: what it holds that singles one out, and which words are plain."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import numpy as np
import pandas as pd
import yaml

from pipeline.reference import FOLDER

NAMES, BIRTHS, EMAILS = "people's names", "dates of birth", "e-mail addresses"
NI_NUMBERS, NHS_NUMBERS, STAFF_NUMBERS = "National Insurance numbers", "NHS numbers", "employee numbers"
PSEUDONYMS, ADDRESSES = "pseudonyms of people", "home addresses or telephone numbers"
FREE_TEXT = "free text, which may be about people"
MOST_DIGITS = 2
"""Digits that a label may have: a band, a level or a year of training has one or two, a number of a person more."""
LONGEST_LABEL = 100
"""Characters: the longest label of the mapping has half as many, and patterns take long over very long texts."""
EMAIL = r"[\w.+-]+@[\w-]+\.[\w.-]+|[\w.+-]+ ?[\[(]at[\])] ?[\w-]+\.[\w.-]+|\b[\w-]+\.[\w.-]+ at [\w-]+\.[\w.]+"
_NI_PREFIX = r"(?!BG|GB|KN|NK|NT|TN|ZZ)[ABCEGHJ-PRSTW-Z][ABCEGHJ-NPRSTW-Z]"
_PAIRS = r"(?:[ .\-/]{0,2}[0-9]){6}"
NI_NUMBER = rf"(?:^|[^A-Z0-9]){_NI_PREFIX}{_PAIRS}[ .\-/]{{0,2}}[A-D](?:$|[^A-Z0-9])"
"""In capital letters, as every pattern of National Insurance numbers here."""
NI_NUMBER_UNENDED = rf"{_NI_PREFIX}{_PAIRS}"
"""Without its last letter, such as AB123456: alone in its cell, since order and asset numbers look alike."""
NHS_NUMBER = r"[0-9]([ .\-/]{0,2}[0-9]){9}"
TITLED = r"(mr|mrs|ms|miss|mx|dr|prof)\.? .+"
POSTCODE = r"\b[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}\b"
TELEPHONE = r"(\+44 ?|0)7([ \-]?[0-9]){9}"
DATE = (
    r"(?<![0-9])(?:[0-9]{1,2}[-/. ](?:[0-9]{1,2}|[a-z]{3,9})[-/. ](?:[0-9]{4}|[0-9]{2})"
    r"|[0-9]{4}[-/.][0-9]{2}[-/.][0-9]{2})"
    r"(?![0-9])"
)
HASH = (
    r"([0-9a-f]{2}[:-]?){16,64}|\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?"
    r"|(?=.*[0-9])(?=.*[A-Z])(?=.*[a-z])[A-Za-z0-9+/_-]{20,}={0,2}"
)
"""Hexadecimal or base64 of at least 15 bytes, or a UUID: what a name or number becomes when it is hashed."""


def plain_words(text: str) -> bool:
    """Whether every word of a text is one of harmless_words.yaml: it is then about a role, a service or a place."""
    return all(word in harmless_words() for word in words_of(text))


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, without marks and digits, look-alike forms made plain."""
    plain = unicodedata.normalize("NFKC", text).replace("’", "").replace("'", "")
    return re.findall(r"[^\W\d_]+", plain.casefold())


@cache
def _groups() -> dict[str, list[str]]:
    groups: dict[str, list[str]] = yaml.safe_load((FOLDER / "harmless_words.yaml").read_text(encoding="utf-8"))
    return groups


@cache
def harmless_words() -> frozenset[str]:
    """The words of job roles, services and places (reference/harmless_words.yaml)."""
    return frozenset(word for words in _groups().values() for word in words)


@cache
def work_words() -> frozenset[str]:
    """The words of occupations and services, of which a job title or an area of work has at least one."""
    return frozenset([*_groups()["people"], *_groups()["services"]])


def valid_nhs_numbers(cells: pd.Series) -> int:
    """How many cells pass the modulus 11 check of the NHS number (NHS Data Dictionary: NHS NUMBER)."""
    shaped = cells[cells.str.fullmatch(NHS_NUMBER)].str.replace(r"[^0-9]", "", regex=True)
    digits = np.array([list(number) for number in shaped], dtype=np.int64).reshape(-1, 10)
    check = (11 - digits[:, :9] @ np.arange(10, 1, -1) % 11) % 11
    return int((check == digits[:, 9]).sum())
