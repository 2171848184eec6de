"""What the two files of pay scales share: the nation, the tax year and the salary of a scale point."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipeline.problems import Problem
from pipeline.sources._cells import amounts, cell_problems, empty_cells
from pipeline.sources._text import read_rows
from pipeline.tables import TABLES, validate

NATION, YEAR, POINT, SALARY = "nation", "taxYear", "point", "salary"
NATIONS = ["england", "scotland", "wales", "northern-ireland"]


def pay_rows(path: Path, labels: list[str]) -> tuple[pd.DataFrame, list[Problem]]:
    """The rows of a file of pay scales, with `from_date`, `nation` and `salary` read, and their problems."""
    rows = read_rows(path, required=[NATION, YEAR, *labels, POINT, SALARY])
    rows[SALARY] = rows[SALARY].str.removeprefix("£")
    salary, problems = amounts(rows, SALARY, path)
    problems += cell_problems(rows[salary == 0], SALARY, path, "a salary is more than nothing")
    nation = rows[NATION].str.casefold().str.replace(" ", "-", regex=False)
    problems += cell_problems(rows[~nation.isin(NATIONS)], NATION, path, f"should be one of {', '.join(NATIONS)}")
    starts = _first_days(rows[YEAR])
    problems += cell_problems(rows[starts.isna()], YEAR, path, "a tax year is written like 2025-26")
    problems += empty_cells(rows, [*labels, POINT], path)
    return rows.assign(**{NATION: nation, SALARY: salary, "from_date": starts}), problems


def pay_table(rows: pd.DataFrame, path: Path) -> pd.DataFrame:
    """The canonical `pay` table of rows that hold its columns."""
    return validate("pay", rows.assign(file=path.name, sheet="")[TABLES["pay"].columns])


def _first_days(years: pd.Series) -> pd.Series:
    """1 April of each tax year such as 2025-26; missing where the second year does not follow the first."""
    parts = years.str.extract(r"^(20[0-9]{2})[-/](?:20)?([0-9]{2})$").astype("Float64")
    follows = ((parts[0] + 1) % 100 == parts[1]).fillna(False)
    first = parts[0].where(follows).astype("Int64").astype("str")
    return pd.to_datetime(first + "-04-01", format="%Y-%m-%d", errors="coerce").astype("datetime64[us]")
