"""Free text of staff records judged: whether the values of a column can be about one person each.

A value is judged by what it looks like and by how many share it, so that a heading of another name hides nothing. What
is said names the column and its rows and never repeats a cell.
"""

from __future__ import annotations

import re

import pandas as pd

from pipeline.reference import limit
from pipeline.sources._person_words import work_words

_PERSONAL = re.compile(
    r"\d{4,}"
    r"|[\w.+-]+@[\w-]+\.\w+"
    r"|\b[A-Z]{2} ?\d{2} ?\d{2} ?\d{2}( ?[A-D])?\b"
    r"|\b\d{1,2}[/. -]\d{1,2}[/. -]\d{2,4}\b"
    r"|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"
    r"|\b(?=\w*\d)(?=\w*[a-z])\w{10,}\b"
    r"|^(mr|mrs|ms|miss|mx|dr|prof)\b"
    r"|^[a-z'’-]+, ?[a-z]",
    re.IGNORECASE,
)
"""Numbers of people, e-mail addresses, National Insurance numbers, dates, postcodes, hashes, titles, “Smith, J”."""
_WORD = re.compile(r"[a-z]+")
_SINGLE = 1.5
"""Assignments a month up to which a value belongs to one person, with a month of overlap now and then."""
HELD = (
    "this column holds, or looks as if it holds, facts that tell people apart ({which}). Only what is the same for "
    "many people may stand here: take it out and delete this copy of the file. The cells are not shown"
)


def by_value(found: pd.DataFrame) -> pd.DataFrame:
    """Values (value, rows, months, first_row) from those of each day (value, day, rows, first_row)."""
    return (
        found.assign(value=found["value"].str.split().str.join(" "))
        .groupby("value", as_index=False, sort=False)
        .agg(rows=("rows", "sum"), months=("day", "nunique"), first_row=("first_row", "min"))
    )


def personal(values: pd.DataFrame, known: frozenset[str] = frozenset()) -> pd.DataFrame:
    """The rows of `values` (value, rows, months, first_row) that look as if they are about one person.

    `known` are labels, in lower case, that are certainly not.
    """
    text = values["value"]
    shared = values["rows"] / values["months"].clip(lower=1)
    looks = text.map(lambda value: bool(_PERSONAL.search(value)))
    unlike_work = ~text.map(lambda value: bool(work_words().intersection(_WORD.findall(value.casefold()))))
    lonely = unlike_work & (shared < limit("sharing_a_label"))
    return values[(looks | lonely) & (text != "") & ~text.str.casefold().isin(known)]


def tells_people_apart(values: pd.DataFrame, known: frozenset[str] = frozenset()) -> bool:
    """Whether most rows of a column hold a value that one assignment a month has to itself."""
    own = values["rows"] <= _SINGLE * values["months"]
    single = values[own & ~values["value"].str.casefold().isin(known)]
    return len(single) > limit("singular_values") and 2 * single["rows"].sum() > values["rows"].sum()


def may_be_shown(value: str) -> bool:
    """Whether a share of full time that breaks its rule can be repeated: 37.5 or -1 are about nobody, 1981 may be."""
    return bool(re.fullmatch(r"-?\d{1,2}[.,]\d|-\d", value))
