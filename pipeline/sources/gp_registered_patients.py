"""Patients registered at a GP practice by sex and 5-year age, in a zip with one CSV file.

Each area has a row for each sex and age, a row `ALL` for each sex and one for both. The totals are not kept: they
check the others. Rows of regions, integrated care boards and sub-ICB locations are kept; rows of practices (`GP`) and
of primary care networks (`PCN`) are left out, because they count the same people again for another chapter. Traps:
ages are sorted as text (5_9 after 55_59); `95+` is open; boards are those of the extract date, with codes that older
files do not have; people are counted where they are registered, not where they live.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from pipeline import tables
from pipeline.problems import InputRefused, Problem
from pipeline.sources._cells import cell_problems, counts, dates
from pipeline.sources._text import has_columns, read_rows
from pipeline.sources.reading import ReadOptions, Tables

COLUMNS = ("EXTRACT_DATE", "ORG_TYPE", "ORG_CODE", "SEX", "AGE_GROUP_5", "NUMBER_OF_PATIENTS")
KINDS = {"Comm Region": "region", "ICB": "icb", "SUB_ICB_LOCATION_CODE": "sub_icb"}
LEFT_OUT = ["GP", "PCN"]
SEXES = {"FEMALE": "female", "MALE": "male"}
TOTAL = "ALL"
DAY = "%Y-%m-%d"
AGES = re.compile(r"(\d{1,2})_(\d{1,2})|(\d{2,3})\+")


def read(path: Path, options: ReadOptions = ReadOptions()) -> Tables:  # noqa: ARG001
    """Registered people by area, sex and age band: population.

    Raises InputRefused for cells that are not a day, an area, a sex, an age or a count, and for totals that
    the rows they are of do not make.
    """
    rows = read_rows(path, required=COLUMNS)
    rows = rows[~rows["ORG_TYPE"].isin(LEFT_OUT)]
    if rows.empty:
        rule = f"there are no rows of areas (ORG_TYPE {', '.join(KINDS)}), only of practices; download the whole file"
        raise InputRefused([Problem(file=str(path), column="ORG_TYPE", rule=rule)])
    people, problems = _people(path, rows)
    problems = problems or list(_sum_faults(path, people))
    if problems:
        raise InputRefused(problems)
    kept = people[(people["sex"] != TOTAL) & (people["age_band"] != TOTAL)]
    return {"population": tables.validate("population", kept)}


def recognise(path: Path) -> bool:
    """Whether the header has the columns of the publication by 5-year ages. Looks into a zip."""
    return has_columns(path, COLUMNS)


def _people(path: Path, rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    day, day_problems = dates(rows, "EXTRACT_DATE", path, [DAY])
    persons, count_problems = counts(rows, "NUMBER_OF_PATIENTS", path)
    ages = {label: _age_band(label) for label in rows["AGE_GROUP_5"].unique()}
    said = {
        "area_kind": rows["ORG_TYPE"].map(KINDS),
        "sex": rows["SEX"].map({**SEXES, TOTAL: TOTAL}),
        "age_band": rows["AGE_GROUP_5"].map(ages),
    }
    lineage = {"file": path.name, "sheet": "", "row": rows["row"]}
    people = pd.DataFrame({"as_of": day, "area": rows["ORG_CODE"], **said, "persons": persons, **lineage})
    return people, [*day_problems, *_label_problems(path, rows, people), *count_problems]


def _age_band(label: str) -> str | None:
    """The file's 0_4 as 00-04 and 95+ as it is."""
    found = AGES.fullmatch(label)
    if label == TOTAL or (found and found[3]):
        return label
    return f"{int(found[1]):02d}-{int(found[2]):02d}" if found else None


def _label_problems(path: Path, rows: pd.DataFrame, people: pd.DataFrame) -> Iterator[Problem]:
    rules = {
        "ORG_TYPE": ("area_kind", f"should be one of {', '.join([*KINDS, *LEFT_OUT])}"),
        "SEX": ("sex", f"should be one of {', '.join([*SEXES, TOTAL])}"),
        "AGE_GROUP_5": ("age_band", f"should be an age group such as 0_4 or 95+, or {TOTAL}"),
    }
    for column, (taken_as, rule) in rules.items():
        yield from cell_problems(rows[people[taken_as].isna()], column, path, rule)


def _sum_faults(path: Path, people: pd.DataFrame) -> Iterator[Problem]:
    area = ["as_of", "area_kind", "area"]
    by_age = people[(people["sex"] != TOTAL) & (people["age_band"] != TOTAL)]
    of_sex = people[(people["sex"] != TOTAL) & (people["age_band"] == TOTAL)]
    of_all = people[(people["sex"] == TOTAL) & (people["age_band"] == TOTAL)]
    yield from _differences(path, by_age, of_sex, [*area, "sex"], "the age groups")
    yield from _differences(path, of_sex, of_all, area, "the two sexes")


def _differences(path: Path, parts: pd.DataFrame, totals: pd.DataFrame, of: list[str], what: str) -> Iterator[Problem]:
    sums = parts.groupby(of, sort=False).agg(sum=("persons", "sum"), first=("row", "min"))
    compared = sums.join(totals.set_index(of)[["persons", "row"]], how="outer")
    for area, line in compared[(compared["sum"] != compared["persons"]).fillna(True)].iterrows():
        name = ", ".join(str(part) for part in area[2:])
        if pd.isna(line["persons"]) or pd.isna(line["sum"]):
            rule = f"{what} and their total ({TOTAL}) should both be there for {name}; download the whole file"
        else:
            rule = f"{what} of {name} should add up to the total; they add up to {line['sum']:,}"
        row = line["row"] if pd.notna(line["row"]) else line["first"]
        shown = "" if pd.isna(line["persons"]) else f"{line['persons']:,}"
        yield Problem(file=str(path), row=int(row), column=COLUMNS[-1], value=shown, rule=rule)
