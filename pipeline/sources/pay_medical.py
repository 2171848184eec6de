"""Medical and dental pay scales, transcribed from NHS Employers and the other nations' circulars.

One CSV (nation, taxYear, grade, point, salary, table, source), one row for each point of a grade in a table of a
circular. A grade and point can stand in several tables (old and new contracts), so the table is kept as the scale.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.problems import InputRefused
from pipeline.sources._pay import NATION, POINT, SALARY, YEAR, pay_rows, pay_table
from pipeline.sources._text import has_columns
from pipeline.sources.reading import ReadOptions, Tables

GRADE, TABLE = "grade", "table"


def read(path: Path, options: ReadOptions = ReadOptions()) -> Tables:  # noqa: ARG001
    """The canonical `pay` table: pounds a year for each point of each grade. Raises InputRefused with every problem."""
    rows, problems = pay_rows(path, [GRADE, TABLE])
    if problems:
        raise InputRefused(problems)
    return {"pay": pay_table(rows.assign(scheme="medical", scale=rows[TABLE]), path)}


def recognise(path: Path) -> bool:
    """Whether the header is that of a file of medical scales."""
    return has_columns(path, [NATION, YEAR, GRADE, POINT, SALARY, TABLE])
