"""The employers' own extracts of staff records: one row for each assignment and month, compressed."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.synthetic.files import csv_text
from pipeline.synthetic.parameters import parameters
from pipeline.synthetic.people import history
from pipeline.synthetic.places import Trust, places
from pipeline.synthetic.recipe import Recipe
from pipeline.synthetic.records import AGE_STEP, FIXED_TERM, PERMANENT, people_of, slot_facts, smallest_employer
from pipeline.synthetic.settings import plain

NAMES = [
    "Effective Date",
    "Employer",
    "Staff Group",
    "Area of Work",
    "Role",
    "Pay Band",
    "Age Band",
    "Assignment Category",
    "FTE",
    "Primary Assignment",
]
COMPRESSION = 9
PLACES_OF_FTE = 5


def write_esr(folder: Path, recipe: Recipe) -> None:
    """An extract of every employer but the smallest, which has none to send."""
    for trust in places(recipe).employers:
        if trust.code != smallest_employer(recipe):
            path = folder / "workforce" / f"esr_{trust.code}.csv.gz"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_compressed(_text(recipe, trust)))


def lacking(trust: str) -> list[str]:
    """The months, written 2024-12, that an employer's extract lacks."""
    poor = parameters("planted")["poor_data"]
    return list(poor["extract_lacks"]) if poor["trust"] == trust else []


def _compressed(text: str) -> bytes:
    """The same bytes for the same text: no time and no file name."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=COMPRESSION, fileobj=buffer, mtime=0) as packed:
        packed.write(text.encode("utf-8"))
    return buffer.getvalue()


def _text(recipe: Recipe, trust: Trust) -> str:
    """The extract of an employer, with the records of a trust that merged into it."""
    facts = slot_facts(recipe)
    theirs = [trust.code, *(each.code for each in places(recipe).closed if each.successor == trust.code)]
    people = people_of(recipe, facts["employer"].isin(theirs), [])
    days = history(recipe).months
    gaps = [step for step, day in enumerate(days) if f"{day:%Y-%m}" in lacking(trust.code)]
    counted = _assignments(people[~people["step"].isin(gaps)])
    starts = _starts(facts)
    lines = [
        f"{days[step]:%Y-%m-%d},{starts[slot]},{_end(age, fixed, fte, primary)}\r\n" * number
        for step, slot, age, fixed, fte, primary, number in counted.itertuples(index=False)
    ]
    return csv_text([NAMES]) + "".join(lines)


def _assignments(people: pd.DataFrame) -> pd.DataFrame:
    """Assignments that look alike with their number: first roles, and the second roles of some."""
    first = people.assign(fte=people["worked"] - people["second"], primary=True)
    second = people[people["second"] > 0].assign(fte=lambda rows: rows["second"], primary=False)
    both = pd.concat([first, second], ignore_index=True)
    both = both.assign(age=both["age"] // AGE_STEP * AGE_STEP, fte=np.round(both["fte"], PLACES_OF_FTE))
    alike = ["step", "slot", "age", "fixed_term", "fte", "primary"]
    return both.groupby(alike, as_index=False).size()


def _starts(facts: pd.DataFrame) -> list[str]:
    """The middle of a line for each slot: employer, staff group, area of work, role and pay band."""
    bands = np.where(facts["kind"] == "doctors", facts["band"], "Band " + facts["band"])
    rows = zip(facts["employer"], facts["staff_group"], facts["area"], facts["level"].map(plain), bands, strict=True)
    return [csv_text([row], line_end="") for row in rows]


def _end(age: int, fixed: bool, fte: float, primary: bool) -> str:
    contract = FIXED_TERM if fixed else PERMANENT
    return f"{age}-{age + AGE_STEP - 1},{contract},{fte},{'Y' if primary else 'N'}"
