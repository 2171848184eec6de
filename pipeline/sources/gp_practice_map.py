"""Which board each GP practice is in, on the extract date: a zip with one CSV file, one row a practice.

Each row names the practice, its primary care network, sub-ICB location, integrated care board and region, the last
three with ONS codes. So the file is also the list of the boards and sub-locations of its date, and the only one with
their ONS codes. Primary care networks are left out: no chapter uses them. Names of practices are in capitals, as
published. The extract date is the first day on which the file knows a code, not the day on which the code began.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from pipeline import tables
from pipeline.problems import InputRefused, Problem
from pipeline.sources._cells import cell_problems, dates, empty_cells
from pipeline.sources._text import has_columns, read_rows
from pipeline.sources.reading import ReadOptions, Tables

DAY = "%d%b%Y"
DATE, REGION = "EXTRACT_DATE", "COMM_REGION_CODE"


class _Level(NamedTuple):
    kind: str
    code: str
    name: str
    ons_code: str
    parent: str


LEVELS = (
    _Level("region", REGION, "COMM_REGION_NAME", "ONS_COMM_REGION_CODE", ""),
    _Level("icb", "ICB_CODE", "ICB_NAME", "ONS_ICB_CODE", REGION),
    _Level("sub_icb", "SUB_ICB_LOCATION_CODE", "SUB_ICB_LOCATION_NAME", "ONS_SUB_ICB_LOCATION_CODE", "ICB_CODE"),
    _Level("practice", "PRACTICE_CODE", "PRACTICE_NAME", "", "SUB_ICB_LOCATION_CODE"),
)
COLUMNS = tuple(dict.fromkeys([DATE, *(column for level in LEVELS for column in level[1:] if column)]))
"""The columns that the organisations are made of. Every row fills all of them."""


def read(path: Path, options: ReadOptions = ReadOptions()) -> Tables:  # noqa: ARG001
    """Regions, boards, sub-ICB locations and practices of one date: organisations.

    The lineage of each is the first row that has it. Raises InputRefused for empty cells, days that are not one,
    practices listed twice, and codes that two rows describe differently.
    """
    rows = read_rows(path, required=COLUMNS)
    day, problems = dates(rows, DATE, path, [DAY])
    problems += _faults(path, rows)
    if problems:
        raise InputRefused(problems)
    rows = rows.assign(day=day)
    frame = pd.concat([_organisations(path, rows, level) for level in LEVELS], ignore_index=True)
    return {"organisations": tables.validate("organisations", frame)}


def recognise(path: Path) -> bool:
    """Whether the header has the columns of the map, with boards and sub-ICB locations. Looks into a zip."""
    return has_columns(path, COLUMNS)


def _organisations(path: Path, rows: pd.DataFrame, level: _Level) -> pd.DataFrame:
    each = rows.drop_duplicates([DATE, level.code])
    blank = pd.Series(None, index=each.index, dtype="str")
    return pd.DataFrame(
        {
            "code": each[level.code],
            "name": each[level.name],
            "kind": level.kind,
            "parent": each[level.parent] if level.parent else blank,
            "region": each[REGION] if level.parent else blank,
            "ons_code": each[level.ons_code] if level.ons_code else blank,
            "valid_from": each["day"],
            "valid_to": pd.NaT,
            "successor": blank,
            "file": path.name,
            "sheet": "",
            "row": each["row"],
        }
    )


def _faults(path: Path, rows: pd.DataFrame) -> Iterator[Problem]:
    yield from empty_cells(rows, COLUMNS[1:], path)
    twice = rows[rows.duplicated([DATE, "PRACTICE_CODE"])]
    yield from cell_problems(twice, "PRACTICE_CODE", path, "this practice is in a row above as well; keep one of them")
    for level in LEVELS[:-1]:
        yield from _contradictions(path, rows, level)


def _contradictions(path: Path, rows: pd.DataFrame, level: _Level) -> Iterator[Problem]:
    said = [column for column in level[2:] if column]
    each = rows.drop_duplicates([DATE, level.code, *said])
    rule = f"another row describes this code with a different {' or '.join(said)}; correct the row that is wrong"
    yield from cell_problems(each[each.duplicated([DATE, level.code])], level.code, path, rule)
