"""Diagnostic Imaging Dataset, table 11: imaging tests done in a financial year by where the patient came from.

NHS England, one .xlsx a year; `_did` says what the dataset's tables have in common. The settings are the columns
between “Modality” and “Total”, as published (A&E, Day case, Inpatient, Outpatient, GP Direct Access and others);
the total is left out. Suppressed counts are missing, never zero. A table of part of a year is refused.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from pipeline.problems import InputRefused, Problem
from pipeline.sources import _did
from pipeline.sources._workbook import Sheet, open_workbook
from pipeline.sources._workbook_cells import clean
from pipeline.sources._workbook_table import Header, find_header, numbers
from pipeline.sources.reading import ReadOptions, Tables
from pipeline.tables import validate

TABLE = 11
CODE, TOTAL = "Org Code", "Total"


def read(path: Path, options: ReadOptions = ReadOptions()) -> Tables:
    """Activity by setting of a financial year: every provider, and England as ENG.

    Raises InputRefused with every cell that is neither a count nor a mark of the sheet's key and every row without a
    provider or modality.
    """
    sheet = _did.table_sheets(open_workbook(path), TABLE, options.sheet)[0]
    end, problems = _did.year_end(sheet)
    problems += _part_year(sheet)
    header, missing = find_header(sheet, [_did.REGION, CODE, _did.NAME, _did.MODALITY, TOTAL])
    problems += missing
    if header is None or missing:
        raise InputRefused(problems)
    settings = {column: header.cells[column] for column in _setting_columns(header)}
    problems += _setting_problems(header, settings)
    rows, wrong = _did.provider_rows(header, CODE, list(settings))
    counts, unread = numbers(header, list(rows["row"]), list(settings), _did.marks_of(sheet), whole=True)
    problems += wrong + unread + ([] if len(rows) else [header.no_rows()])
    if problems or end is None:
        raise InputRefused(problems)
    names = list(settings.values())
    counted = rows.join(pd.DataFrame(counts, columns=names, index=rows.index))
    activity = _did.together(counted, names).melt(
        ["provider", "modality", "row"], names, var_name="setting", value_name="tests"
    )
    activity = _did.lineage(_did.mapped(activity, options.mapping), sheet).drop(columns="modality")
    return {"activity_by_setting": validate("activity_by_setting", activity.assign(year_end=pd.Timestamp(end)))}


def recognise(path: Path) -> bool:
    """Whether the file is a workbook with table 11 of the Diagnostic Imaging Dataset."""
    return _did.holds_table(path, TABLE)


def _part_year(sheet: Sheet) -> list[Problem]:
    row, period = sheet.beside("Period:")
    if not re.search("[A-Za-z]", clean(period)):
        return []
    rule = "this is part of a year; use the table of a whole financial year"
    return [sheet.problem(rule, row, "Period:", clean(period))]


def _setting_columns(header: Header) -> list[int]:
    between = range(header.at[_did.MODALITY] + 1, header.at[TOTAL])
    return [column for column in between if header.cells[column]]


def _setting_problems(header: Header, settings: dict[int, str]) -> list[Problem]:
    if len(set(settings.values())) == len(settings) > 0:
        return []
    rule = "the columns between Modality and Total should be the patient source settings, each once"
    return [header.sheet.problem(rule, header.row, value=", ".join(settings.values()))]
