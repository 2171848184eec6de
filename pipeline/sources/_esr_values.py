"""What the cells of an extract of staff records mean: each column's distinct values, and what is wrong with them.

Work is done on distinct values, of which even a hundred million rows have few.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pandas as pd

from pipeline.months import month_end
from pipeline.reference import FOLDER, limit
from pipeline.sources._words import nearest
from pipeline.sources.vocabulary import BANDS, medical_grades

NOT_KNOWN = "Not known"
AGE_BANDS = ("Under 20", *(f"{age}-{age + 4}" for age in range(20, 75, 5)), "75+")
_DATES = ("%Y-%m-%d", "%d/%m/%Y")
_YEARS = (1990, 2100)
_CODE = re.compile(r"(?=[0-9]*[A-Z])(?![A-Z]{2}[0-9]{6})[A-Z0-9]{3,9}")
"""An organisation's code has a letter, as an employee number has not, and is no National Insurance number."""
_NUMBER = re.compile(r"[0-9]*\.?[0-9]+")
_YES_NO = {"y": True, "yes": True, "n": False, "no": False}
_OTHER_GRADES = ("Other", "Non-AfC", "VSM")
"""Pay outside Agenda for Change and doctors' grades: very senior managers and local scales."""
_UNDER_20 = {"under 20", "<20", "15-19", "16-19", "18-19"}
_OVER_75 = {"75+", "75 and over", "over 75", "75-79"}


@dataclass(frozen=True)
class Meaning:
    """What the value of a cell means, or the rule that it breaks."""

    value: object = None
    rule: str = ""


@dataclass(frozen=True)
class StaffGroup:
    """One of the groups of staff records: what published statistics call it, and which labels its areas are."""

    name: str
    scheme: str


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@cache
def staff_groups() -> dict[str, StaffGroup]:
    """The groups of staff records by name in lower case (reference/esr_staff_groups.csv)."""
    return {
        row["esr_group"].casefold(): StaffGroup(row["staff_group"], row["scheme"])
        for row in _rows("esr_staff_groups.csv")
    }


@cache
def categories() -> dict[str, tuple[str, bool]]:
    """By assignment category in lower case: the contract, and whether it counts as staff in post."""
    return {
        row["category"].casefold(): (row["contract"], row["counted"] == "yes") for row in _rows("esr_categories.csv")
    }


def day(text: str) -> dt.date | None:
    """The day that a date is, or None for what is no date of staff records."""
    for form in _DATES:
        try:
            found = dt.datetime.strptime(text, form).date()
        except ValueError:
            continue
        if _YEARS[0] <= found.year <= _YEARS[1]:
            return found
    return None


def date(text: str) -> Meaning:
    """The month end of the month in which a day lies."""
    found = day(text)
    if found is None:
        return Meaning(rule="a date such as 2025-09-30 or 30/09/2025 is expected")
    return Meaning(pd.Timestamp(month_end(found.year, found.month)))


def employer(text: str) -> Meaning:
    """An organisation code."""
    known = _CODE.fullmatch(text)
    return (
        Meaning(text)
        if known
        else Meaning(rule="an organisation code is 3 to 9 capital letters and digits, such as RH8")
    )


def staff_group(text: str) -> Meaning:
    """A staff group of the electronic staff record."""
    known = staff_groups().get(text.casefold())
    names = [row["esr_group"] for row in _rows("esr_staff_groups.csv")]
    return Meaning(known) if known else Meaning(rule=f"should be a staff group of the records: {', '.join(names)}")


def pay_band(text: str) -> Meaning:
    """A band as 6 or 8a, or a doctor's grade."""
    plain = re.sub(r"^band\s*", "", text, flags=re.IGNORECASE).strip()
    known = {name.casefold(): name for name in (*BANDS, *medical_grades(), *_OTHER_GRADES)}
    found = known.get(plain.casefold())
    rule = "should be a band such as Band 6 or 8a, a doctor's grade such as Consultant, or Other"
    return Meaning(found) if found else Meaning(rule=rule + nearest(plain, list(known.values())))


def age_band(text: str) -> Meaning:
    """A five-year age band."""
    plain = text.replace("–", "-").replace(" ", "") if re.match(r"\d", text) else text
    folded = plain.casefold()
    if folded in _UNDER_20:
        return Meaning("Under 20")
    if folded in _OVER_75:
        return Meaning("75+")
    if folded == NOT_KNOWN.casefold():
        return Meaning(NOT_KNOWN)
    rule = f"should be a five-year age band ({AGE_BANDS[0]}, {AGE_BANDS[1]} … {AGE_BANDS[-1]}) or {NOT_KNOWN}"
    return Meaning(plain) if plain in AGE_BANDS else Meaning(rule=rule)


def category(text: str) -> Meaning:
    """The contract of an assignment, and whether it counts as staff in post."""
    known = categories().get(text.casefold())
    names = ", ".join(row["category"] for row in _rows("esr_categories.csv"))
    return Meaning(known) if known else Meaning(rule=f"should be an assignment category of the records: {names}")


def fte(text: str) -> Meaning:
    """A share of full time, in bounds."""
    most = limit("wte_a_head")
    rule = f"should be a share of full time from 0 to {most:g}"
    if not _NUMBER.fullmatch(text):
        return Meaning(rule=rule)
    return Meaning(float(text)) if float(text) <= most else Meaning(rule=rule)


def is_primary(text: str) -> Meaning:
    """Whether the assignment is the person's first."""
    known = _YES_NO.get(text.casefold())
    return Meaning(rule="should be Y or N") if known is None else Meaning(known)


READINGS: dict[str, Callable[[str], Meaning]] = {
    "effective_date": date,
    "employer": employer,
    "staff_group": staff_group,
    "pay_band": pay_band,
    "age_band": age_band,
    "category": category,
    "fte": fte,
    "is_primary": is_primary,
}
"""How each column with a fixed set of words or numbers is read. Area and role are free text: see `_esr_people`."""
