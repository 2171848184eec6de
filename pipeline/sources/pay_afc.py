"""Agenda for Change pay scales, transcribed from NHS Employers and the other nations' circulars.

One CSV (nation, taxYear, band, point, salary, source), one row for each point of a band in a tax year. Salaries are for
a full-time year, without high cost area supplements. Files of pay awards and of employers' pension rates stand beside
it in the same collection; they have other columns and are not claimed.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.problems import InputRefused
from pipeline.sources._cells import cell_problems
from pipeline.sources._pay import NATION, POINT, SALARY, YEAR, pay_rows, pay_table
from pipeline.sources._text import has_columns
from pipeline.sources.reading import ReadOptions, Tables

BAND = "band"


def read(path: Path, options: ReadOptions = ReadOptions()) -> Tables:  # noqa: ARG001
    """The canonical `pay` table: pounds a year for each point of each band. Raises InputRefused with every problem."""
    rows, problems = pay_rows(path, [BAND])
    band = rows[BAND].str.replace(r"^[Bb]and ", "", regex=True).str.lower()
    known = band.str.fullmatch(r"[1-9]|8[a-d]") | (band == "")
    problems += cell_problems(rows[~known], BAND, path, "a band is 1 to 9, or 8a to 8d")
    if problems:
        raise InputRefused(problems)
    return {"pay": pay_table(rows.assign(scheme="afc", grade=band, scale="All"), path)}


def recognise(path: Path) -> bool:
    """Whether the header is that of a file of Agenda for Change scales."""
    return has_columns(path, [NATION, YEAR, BAND, POINT, SALARY]) and not has_columns(path, ["grade"])
