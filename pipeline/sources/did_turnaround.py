"""Diagnostic Imaging Dataset, table 13: imaging reports by time from test to report, a sheet a quarter.

NHS England, one .xlsx a year; `_did` says what the dataset's tables have in common. Traps of this one: the header is
two rows, the broad patient setting (A&E / Admitted, OP / GP direct access) standing once above the bands of its half;
the bands are cumulative (“By 7 days” holds “By next day”) and differ between the halves, so they never add up to 1;
hidden sheets, one a modality, are templates that were never filled in; the regions' rows have no code and are left
out. A total of cases that shows “-”, no data by the key, holds a 0: it is missing here, while a share of 0 is zero.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.months import add_months
from pipeline.problems import InputRefused, Problem
from pipeline.sources import _did
from pipeline.sources._workbook import Sheet, open_workbook
from pipeline.sources._workbook_cells import Cell, Marks, clean, heading, month_number
from pipeline.sources._workbook_table import Header, find_header, numbers
from pipeline.sources.reading import ReadOptions, Tables
from pipeline.tables import validate

TABLE = 13
CODE, CASES, BAND_TITLE = "Code", "Total cases", "Report turnaround time band"
HEADINGS_ABOVE = 3
"""Rows above the bands in which the settings are looked for; they stand two rows above."""

_SHEET_QUARTER = re.compile(r"\bQ([1-4])\b", re.IGNORECASE)


def read(path: Path, options: ReadOptions = ReadOptions()) -> Tables:
    """Turnaround of every quarter in the file: every provider, and England as ENG.

    Raises InputRefused with every cell that is no share, count or mark of the sheet's key, and every row without a
    provider or modality.
    """
    quarters = [_quarter(sheet) for sheet in _did.table_sheets(open_workbook(path), TABLE, options.sheet)]
    problems = [problem for _, found in quarters for problem in found]
    parts = [quarter for quarter, _ in quarters if len(quarter)]
    if not problems and not parts:
        problems = [Problem(file=str(path), rule="no quarter has rows below its header; download the file again")]
    if problems:
        raise InputRefused(problems)
    reports = _did.mapped(pd.concat(parts, ignore_index=True), options.mapping)
    return {"turnaround": validate("turnaround", reports.drop(columns="modality"))}


def recognise(path: Path) -> bool:
    """Whether the file is a workbook with table 13 of the Diagnostic Imaging Dataset."""
    return _did.holds_table(path, TABLE)


def _quarter(sheet: Sheet) -> tuple[pd.DataFrame, list[Problem]]:
    """A quarter's rows; none, and no problem, for a sheet that has a header only: a quarter still to come."""
    header, missing = find_header(sheet, [_did.REGION, CODE, _did.NAME, _did.MODALITY])
    if header is None or missing:
        return pd.DataFrame(), missing
    settings, problems = _settings(header)
    numbers_in = [column for bands in settings.values() for column in bands.values()]
    rows, wrong = _did.provider_rows(header, CODE, numbers_in, regions_above=True)
    if rows.empty and not wrong:
        return pd.DataFrame(), []
    end, undated = _quarter_end(sheet)
    problems += wrong + undated
    marks = _did.marks_of(sheet)
    halves = []
    for setting, bands in settings.items():
        half, unread = _half(header, rows, bands, marks)
        halves.append(half.assign(setting=setting))
        problems += unread
    if problems or end is None:
        return pd.DataFrame(), problems
    return _did.lineage(pd.concat(halves), sheet).assign(quarter_end=pd.Timestamp(end)), []


def _quarter_end(sheet: Sheet) -> tuple[dt.date | None, list[Problem]]:
    end, problems = _did.year_end(sheet)
    row, period = sheet.beside("Period:")
    months = [number for number in map(month_number, re.findall(r"[A-Za-z]+", clean(period))) if number]
    if len(months) != 2 or (months[0] - 4) % 3 or (months[1] - months[0]) % 12 != 2:
        rule = "the quarter should stand beside “Period:” above the table, as 2024/25 Apr-Jun"
        return None, [*problems, sheet.problem(rule, row, "Period:", clean(period))]
    quarter = (months[0] - 4) % 12 // 3 + 1
    named = _SHEET_QUARTER.search(sheet.name)
    if named and int(named.group(1)) != quarter:
        rule = f"the sheet is named Q{named.group(1)}, but its period is quarter {quarter}; correct one of them"
        problems.append(sheet.problem(rule, row, "Period:", clean(period)))
    return add_months(end, 3 * quarter - 12) if end else None, problems


def _settings(header: Header) -> tuple[dict[str, dict[str, int]], list[Problem]]:
    """The columns of each setting by band, the total of cases among them."""
    bands = [column for column in range(header.at[_did.MODALITY] + 1, len(header.cells)) if header.cells[column]]
    above = _heading_row(header)
    settings: dict[str, dict[str, int]] = {}
    repeats = []
    for column in bands:
        reach = range(column, header.at[_did.MODALITY], -1)
        setting = next((text for at in reach if (text := clean(above[at])) and text != BAND_TITLE), "")
        repeats += [column] if header.cells[column] in settings.setdefault(setting, {}) else []
        settings[setting][header.cells[column]] = column
    if not bands:
        rule = "there are no columns of turnaround bands to the right of Modality"
        return {}, [header.sheet.problem(rule, header.row)]
    rule = "this heading stands twice in one patient source setting; the setting should stand above its first column"
    problems = [header.sheet.problem(rule, header.row, header.name(column)) for column in repeats]
    for setting, columns in settings.items():
        if not setting or heading(CASES) not in map(heading, columns):
            rule = f"the bands of each patient source setting should stand under its name and end in “{CASES}”"
            problems.append(header.sheet.problem(rule, header.row, value=f"{setting}: {', '.join(columns)}"))
    return settings, problems


def _heading_row(header: Header) -> list[Cell]:
    """The nearest row above the bands that names the settings; an empty row if none does."""
    first = header.at[_did.MODALITY] + 1
    for number in range(header.row - 1, max(header.row - 1 - HEADINGS_ABOVE, -1), -1):
        row = header.sheet.rows[number]
        if any(text and text != BAND_TITLE for text in map(clean, row[first:])):
            return list(row)
    return [""] * len(header.cells)


def _half(
    header: Header, rows: pd.DataFrame, bands: dict[str, int], marks: Marks
) -> tuple[pd.DataFrame, list[Problem]]:
    """One setting's bands: a row for each provider, modality and band.

    Rows of one provider (its regions or names) are put together: cases are added, shares weighted by their cases.
    """
    lines = list(rows["row"])
    total = next((column for band, column in bands.items() if heading(band) == heading(CASES)), None)
    if total is None:
        return pd.DataFrame(), []
    shares_of = [band for band, column in bands.items() if column != total]
    cases, problems = numbers(header, lines, [total], marks, whole=True)
    shares, unread = numbers(header, lines, [bands[band] for band in shares_of], marks, whole=False, most=1)
    if np.isnan(marks.get("-", 0.0)):
        cases[cases == 0] = np.nan
    frame = rows.assign(cases=cases[:, 0]).join(pd.DataFrame(shares, columns=shares_of, index=rows.index))
    long = frame.melt(["provider", "modality", "row", "cases"], shares_of, var_name="band", value_name="share")
    return _together(long), problems + unread


def _together(rows: pd.DataFrame) -> pd.DataFrame:
    """One row for each provider, modality and band; `row` is the first of the rows put together."""
    key = ["provider", "modality", "band"]
    parts = rows.duplicated(key, keep=False)
    known = rows["cases"].where(rows["share"].notna())
    several = rows.assign(weight=known, reported=rows["share"] * known)[parts].groupby(key, sort=False)
    sums = several[["weight", "reported", "cases"]].sum(min_count=1)
    joined = sums.assign(share=sums["reported"] / sums["weight"], row=several["row"].first()).reset_index()
    return pd.concat([rows[~parts], joined[rows.columns]], ignore_index=True)
