"""Numbers, dates and codes from the cells of a text file: each gives the values and what is wrong with them.

`rows` is a frame of `read_rows`. Work is done once for each distinct cell, so that large files stay quick. A cell with
a problem becomes a missing value; the reader raises when it has gathered the problems of all its columns.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.months import month_name
from pipeline.problems import Problem
from pipeline.sources._named_months import months_named

Parsed = tuple[pd.Series, list[Problem]]
"""The values of a column, and its problems."""

LARGEST_COUNT = 2**53
"""Beyond this a whole number read by way of a float is no longer exact; no count in the NHS comes near it."""
_EMPTY = "the cell should not be empty"
_NUMBER = r"[+-]?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)?(\.[0-9]*)?([eE][+-]?[0-9]+)?"
_CODE = r"[A-Z0-9]{3,9}"
_EXAMPLE = dt.date(2024, 4, 30)


def amounts(rows: pd.DataFrame, column: str, path: Path, *, dash_is_zero: bool = False, signed: bool = False) -> Parsed:
    """A column of amounts as float64: "1,234.5" is read; text and, unless `signed`, negative amounts are problems.

    `dash_is_zero` reads "-" as 0, as some NHS publications write it.
    """
    places, text = _distinct(rows[column])
    numbers = _numbers(text, dash_is_zero)
    rules = [_EMPTY, "a number is expected, without words or units", "an amount cannot be negative"]
    negative = (numbers < 0) & (not signed)
    faults = np.select([text == "", numbers.isna(), negative], rules, "")
    return _parsed(rows, column, path, places, numbers, faults)


def counts(rows: pd.DataFrame, column: str, path: Path, *, dash_is_zero: bool = False) -> Parsed:
    """A column of counts as Int64: "1,234" and "12.0" are read; text, fractions and negative counts are problems."""
    places, text = _distinct(rows[column])
    numbers = _numbers(text, dash_is_zero)
    rules = [
        _EMPTY,
        "a whole number is expected, without words or units",
        "a count cannot be negative",
        "a count is a whole number",
        "the number is too large to be a count",
    ]
    broken = [text == "", numbers.isna(), numbers < 0, numbers % 1 != 0, numbers > LARGEST_COUNT]
    faults = np.select(broken, rules, "")
    return _parsed(rows, column, path, places, numbers.mask(faults != "").astype("Int64"), faults)


def dates(rows: pd.DataFrame, column: str, path: Path, formats: Sequence[str]) -> Parsed:
    """A column of dates as datetime64[us], in any of the `strptime` formats given."""
    places, text = _distinct(rows[column])
    days = pd.Series(pd.NaT, index=text.index, dtype="datetime64[us]")
    for form in formats:
        days = days.fillna(pd.to_datetime(text, format=form, errors="coerce"))
    like = " or ".join(_EXAMPLE.strftime(form) for form in formats)
    faults = np.select([text == "", days.isna()], [_EMPTY, f"a date written like {like} is expected"], "")
    return _parsed(rows, column, path, places, days, faults)


def month_ends(rows: pd.DataFrame, column: str, path: Path, formats: Sequence[str]) -> Parsed:
    """As `dates`, and each date must be the last day of its month."""
    days, problems = dates(rows, column, path, formats)
    inside = days.notna() & ~days.dt.is_month_end
    rule = "the last day of a month is expected, as the publication writes its months"
    return days.mask(inside), problems + cell_problems(rows[inside], column, path, rule)


def codes(rows: pd.DataFrame, column: str, path: Path) -> Parsed:
    """A column of organisation codes, as text."""
    places, text = _distinct(rows[column])
    rules = [_EMPTY, "an organisation code is 3 to 9 capital letters and digits"]
    faults = np.select([text == "", ~text.str.fullmatch(_CODE)], rules, "")
    return _parsed(rows, column, path, places, text, faults)


def empty_cells(rows: pd.DataFrame, columns: Sequence[str], path: Path) -> list[Problem]:
    """A problem for each empty cell of columns that must be filled."""
    return [problem for column in columns for problem in cell_problems(rows[rows[column] == ""], column, path, _EMPTY)]


def cell_problems(rows: pd.DataFrame, column: str, path: Path, rule: str) -> list[Problem]:
    """The same problem for each of the rows given."""
    cells = zip(rows["row"], rows[column], strict=True)
    return [Problem(str(path), rule, row=int(row), column=column, value=str(cell)) for row, cell in cells]


def file_name_problems(path: Path, column: str, days: pd.Series) -> list[Problem]:
    """A problem where the file's name says a month that its date column does not hold: the column is the truth."""
    held = sorted({day.date() for day in days.dropna().unique().tolist()})
    strange = [month for month in sorted(months_named(path.stem)) if held and month not in held]
    if not strange:
        return []
    shown = month_name(held[0]) if len(held) == 1 else f"{month_name(held[0])} to {month_name(held[-1])}"
    rule = (
        f"the name of the file says {month_name(strange[0])}, but this column says {shown}; "
        "find out which month it is, then rename the file or download it again"
    )
    return [Problem(str(path), rule, column=column, value=shown)]


def _distinct(cells: pd.Series) -> tuple[np.ndarray, pd.Series]:
    """Where in the distinct cells each cell is, and the distinct cells."""
    places, distinct = pd.factorize(cells)
    return places, pd.Series(distinct, dtype="str")


def _numbers(text: pd.Series, dash_is_zero: bool) -> pd.Series:
    if dash_is_zero:
        text = text.mask(text == "-", "0")
    plain = text.where(text.str.fullmatch(_NUMBER), "").str.replace(",", "", regex=False)
    return pd.to_numeric(plain, errors="coerce").astype("float64").replace([np.inf, -np.inf], np.nan)


def _parsed(
    rows: pd.DataFrame, column: str, path: Path, places: np.ndarray, values: pd.Series, faults: np.ndarray
) -> Parsed:
    problems: list[Problem] = []
    for rule in filter(None, np.unique(faults)):
        problems += cell_problems(rows[faults[places] == rule], column, path, str(rule))
    spread = values.mask(faults != "").take(places)
    return spread.set_axis(rows.index), sorted(problems, key=lambda problem: problem.row or 0)
