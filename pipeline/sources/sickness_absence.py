"""NHS Sickness Absence Rates, by organisation: full-time-equivalent days lost and days available, all staff together.

One CSV a month, one row for each organisation.

Traps of the format:
- The DATE column says the month. A file whose name says another month is refused: one of the two is a mistake.
- The rate is a percentage rounded to two decimals. It is checked against the days and not kept: rates are pooled
  from days, never averaged.
- An integrated care board is an employer too, with its own row; rows for England, a region or an ICS as a whole are
  sums of the others and are left out.
- No staff group is given apart, so the rate of diagnostic staff cannot be had from this file.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipeline.problems import InputRefused, Problem
from pipeline.sources._cells import amounts, cell_problems, codes, file_name_problems, month_ends
from pipeline.sources._text import has_columns, read_rows
from pipeline.sources.reading import ReadOptions, Tables
from pipeline.tables import TABLES, validate

DATE, REGION, EMPLOYER, NAME, KIND = "DATE", "NHSE_REGION_CODE", "ORG_CODE", "ORG_NAME", "ORG_TYPE"
LOST, AVAILABLE, PERCENT = "FTE_DAYS_LOST", "FTE_DAYS_AVAILABLE", "SICKNESS_ABSENCE_RATE_PERCENT"
COLUMNS = [DATE, REGION, EMPLOYER, NAME, KIND, LOST, AVAILABLE, PERCENT]
DATE_FORMATS = ("%d/%m/%Y", "%Y-%m-%d")
PUBLISHED_DECIMALS = 2
"""Of the rate; more in a copy are binary residue (4.300000000000001), fewer were lost on the way."""
SUMS = ["england", "eng", "national", "total", "region", "nhse region", "ics", "integrated care system"]
"""What a row for more than one organisation has as its code, its name or its type."""


def read(path: Path, options: ReadOptions = ReadOptions()) -> Tables:  # noqa: ARG001
    """The canonical `absence` table: FTE days lost and available by month and organisation.

    Raises InputRefused with every problem of the file.
    """
    rows = _single_organisations(read_rows(path, required=COLUMNS), path)
    month, bad_months = month_ends(rows, DATE, path, DATE_FORMATS)
    employer, bad_codes = codes(rows, EMPLOYER, path)
    lost, bad_lost = amounts(rows, LOST, path)
    available, bad_available = amounts(rows, AVAILABLE, path)
    percent, bad_percent = amounts(rows, PERCENT, path)
    problems = [*bad_months, *file_name_problems(path, DATE, month), *bad_codes, *bad_lost, *bad_available]
    problems += [*bad_percent, *_contradictions(rows, lost, available, percent, path)]
    if problems:
        raise InputRefused(problems)
    absence = rows.assign(
        month=month, employer=employer, days_lost=lost, days_available=available, file=path.name, sheet=""
    )
    return {"absence": validate("absence", absence[TABLES["absence"].columns])}


def recognise(path: Path) -> bool:
    """Whether the header is that of a sickness absence file."""
    return has_columns(path, COLUMNS)


def _single_organisations(rows: pd.DataFrame, path: Path) -> pd.DataFrame:
    words = rows[[EMPLOYER, NAME, KIND]].apply(lambda cells: cells.str.casefold())
    sums = words.isin(SUMS).any(axis=1) | ((rows[EMPLOYER] == rows[REGION]) & (rows[EMPLOYER] != ""))
    if sums.all():
        raise InputRefused([Problem(str(path), "no row is of a single organisation; use the file by organisation")])
    return rows[~sums].reset_index(drop=True)


def _contradictions(
    rows: pd.DataFrame, lost: pd.Series, available: pd.Series, percent: pd.Series, path: Path
) -> list[Problem]:
    """Rows with more days lost than available, and rows whose published rate is not the rate of their days."""
    beyond = lost > available
    rate = 100 * lost / available.where(available > 0)
    wrong = ((rate - percent).abs() > _rounding(rows[PERCENT])) & ~beyond
    rule = f"the published rate is not {LOST} out of {AVAILABLE}; one of the three is wrong, download the file again"
    return [
        *cell_problems(
            rows[beyond], LOST, path, f"more days are lost than {AVAILABLE} holds; a column may be misplaced"
        ),
        *cell_problems(rows[wrong], PERCENT, path, rule),
    ]


def _rounding(rates: pd.Series) -> float:
    """Half of the last decimal that the file prints, and a margin for binary fractions."""
    decimals = rates.str.extract(r"\.([0-9]+)$")[0].str.len().fillna(0).max()
    return 0.5 * 0.1 ** min(int(decimals), PUBLISHED_DECIMALS) + 1e-9
