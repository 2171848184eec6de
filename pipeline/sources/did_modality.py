"""Diagnostic Imaging Dataset, table 1: imaging tests done by modality, provider and month of a financial year.

NHS England, one .xlsx a year; `_did` says what the dataset's tables have in common. Traps of this one: “Period:”
names only the financial year, and the months are columns; in a provisional file the last column is “Year to date” and
the months to come are absent or blank, and they give no rows. The year's total is used as a check, within what rounding
and suppression allow, and left out. Suppressed and unsubmitted counts are missing, never zero. Ultrasound includes
obstetric scans, so it does not compare with DM01.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.months import add_months
from pipeline.problems import InputRefused, Problem
from pipeline.sources import _did
from pipeline.sources._workbook import open_workbook
from pipeline.sources._workbook_cells import Marks, clean, heading, month_number
from pipeline.sources._workbook_table import Header, Numbers, find_header, numbers
from pipeline.sources.reading import ReadOptions, Tables
from pipeline.tables import validate

TABLE = 1
CODE = "Org Code"
YEAR, YEAR_TO_DATE = "Year", "Year to date"


def read(path: Path, options: ReadOptions = ReadOptions()) -> Tables:
    """Activity of a financial year by month, data set `did`, type `all`: every provider, and England as ENG.

    Raises InputRefused with every cell that is neither a count nor a mark of the sheet's key, every row without a
    provider or modality, and every year's total that its months cannot make.
    """
    sheet = _did.table_sheets(open_workbook(path), TABLE, options.sheet)[0]
    end, problems = _did.year_end(sheet)
    header, missing = find_header(sheet, [_did.REGION, CODE, _did.NAME, _did.MODALITY])
    problems += missing
    if header is None or missing:
        raise InputRefused(problems)
    months = _month_columns(header)
    problems += _month_problems(header, months)
    rows, wrong = _did.provider_rows(header, CODE, list(months))
    marks = _did.marks_of(sheet)
    counts, unread = numbers(header, list(rows["row"]), list(months), marks, whole=True)
    problems += wrong + (unread or _year_problems(header, rows, counts, list(months), marks))
    if not np.isfinite(counts).any():
        problems.append(header.no_rows())
    if problems or end is None:
        raise InputRefused(problems)
    dates = [pd.Timestamp(add_months(end, place - 11)) for place in months.values()]
    counted = rows.join(pd.DataFrame(counts, columns=dates, index=rows.index))
    held = [date for date in dates if counted[date].notna().any()]
    activity = _did.together(counted, held).melt(
        ["provider", "modality", "row"], held, var_name="month", value_name="tests"
    )
    activity = _did.lineage(_did.mapped(activity, options.mapping), sheet).drop(columns="modality")
    return {"activity": validate("activity", activity.assign(dataset="did", type="all"))}


def recognise(path: Path) -> bool:
    """Whether the file is a workbook with table 1 of the Diagnostic Imaging Dataset."""
    return _did.holds_table(path, TABLE)


def _month_columns(header: Header) -> dict[int, int]:
    """The columns of the months, each with its place in the financial year: April is 0."""
    first = header.at[_did.MODALITY] + 1
    found = {column: month_number(header.cells[column]) for column in range(first, len(header.cells))}
    return {column: (month - 4) % 12 for column, month in found.items() if month is not None}


def _total_column(header: Header) -> int | None:
    totals = (heading(YEAR), heading(YEAR_TO_DATE))
    return next((column for column, cell in enumerate(header.cells) if heading(cell) in totals), None)


def _month_problems(header: Header, months: dict[int, int]) -> list[Problem]:
    total = _total_column(header)
    if total is None:
        rule = f"the column of the year's total ({YEAR} or {YEAR_TO_DATE}) is missing"
        return [header.sheet.problem(rule, header.row)]
    # A provisional table may stop before March, but the months up to its last one must all be there.
    whole_year = heading(header.cells[total]) == heading(YEAR)
    expected = list(range(12 if whole_year else max(months.values(), default=0) + 1))
    if sorted(months.values()) == expected:
        return []
    shown = ", ".join(cell for cell in header.cells if cell)
    rule = f"there should be one column for each month from April; the columns found are {shown}"
    return [header.sheet.problem(rule, header.row)]


def _year_problems(
    header: Header, rows: pd.DataFrame, counts: Numbers, months: list[int], marks: Marks
) -> list[Problem]:
    """Rows whose year is further from the sum of their months than rounding and suppression can take it."""
    column = _total_column(header)
    if column is None:
        return []
    lines = list(rows["row"])
    year, problems = numbers(header, lines, [column], marks, whole=True)
    suppressed = [sum(clean(header.sheet.rows[line][month]) == "*" for month in months) for line in lines]
    rounded = np.isfinite(counts).sum(axis=1) + 1
    allowed = _did.ROUNDING * rounded + _did.MOST_SUPPRESSED * np.array(suppressed, dtype=float)
    added = np.nansum(counts, axis=1)
    for place in np.flatnonzero(np.abs(year[:, 0] - added) > allowed):
        rule = f"the months of this row add up to {added[place]:,.0f}, which rounding does not explain; correct the row"
        shown = f"{year[place, 0]:,.0f}"
        problems.append(header.sheet.problem(rule, lines[place], header.name(column), shown))
    return problems
