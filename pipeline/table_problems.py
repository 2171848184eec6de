"""What is wrong with a table, said by file, sheet, row, column, value and rule."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import pandas as pd

from pipeline.plain_text import UNFIT, unfit
from pipeline.problems import Problem
from pipeline.reference import safety
from pipeline.schema import LINEAGE, Table

_KINDS = {"Int64": "a whole number", "float64": "a number", "datetime64": "a date", "boolean": "yes or no"}
_RULES = {
    "not_nullable": "the cell should not be empty",
    "column_in_dataframe": "the column is missing",
    "column_in_schema": "the table has no such column",
}


def failures(frame: pd.DataFrame, cases: pd.DataFrame) -> list[Problem]:
    """Every failure of a schema as a problem that names its place."""
    failed = cases.to_dict("records")
    wrong_type = {case["column"] for case in failed if _is_type_check(case)}
    return [
        _failure(frame, case)
        for case in failed
        # A column of the wrong type fails its other checks too, with Python's words and not ours.
        if _is_type_check(case) or case["column"] not in wrong_type
    ]


def _is_type_check(case: dict[Hashable, Any]) -> bool:
    return str(case["check"]).startswith(("coerce_dtype", "dtype"))


def _rule_of(case: dict[Hashable, Any]) -> str:
    check = str(case["check"])
    if _is_type_check(case):
        # A date's type is told with its unit, which is not always the one that the schema asks for.
        wanted = check.partition("(")[2].strip("')").partition("[")[0]
        return f"the cell should hold {_KINDS.get(wanted, 'another kind of value')}"
    return _RULES.get(check, check)


def _failure(frame: pd.DataFrame, case: dict[Hashable, Any]) -> Problem:
    column, value = str(case["column"] or ""), case["failure_case"]
    if case["check"] in ("column_in_dataframe", "column_in_schema"):
        column, value = str(value), None
    shown = "" if pd.isna(value) else value_shown(value)
    index = case["index"]
    if index is None or pd.isna(index) or not set(LINEAGE) <= set(frame.columns):
        files = ", ".join(sorted({str(file) for file in frame.get("file", [])}))
        return Problem(file=files, column=column, value=shown, rule=_rule_of(case))
    row = frame.loc[index]
    return Problem(
        file=str(row["file"]),
        sheet=str(row["sheet"]),
        row=int(row["row"]),
        column=column,
        value=shown,
        rule=_rule_of(case),
    )


def unfit_words(table: Table, frame: pd.DataFrame) -> Iterable[Problem]:
    """A problem for every cell of words that no page, file or terminal could show as it stands."""
    most = safety("text_letters")
    for name in table.columns:
        if not str(table.schema.columns[name].dtype).startswith("string"):
            continue
        words = [word for word in frame[name].dropna().unique() if len(word) > most or UNFIT.search(word)]
        for row in frame[frame[name].isin(words)].to_dict("records") if words else ():
            word = row[name]
            long = f"a cell of words has at most {most:,} letters; this one has {len(word):,}"
            rule = f"the cell holds {sign}; type it again without" if (sign := unfit(word)) else long
            yield Problem(str(row["file"]), rule, str(row["sheet"]), int(row["row"]), name, word)


def broken_rules(table: Table, frame: pd.DataFrame) -> Iterable[Problem]:
    """A problem for every row, or group of rows, that breaks a rule of the table on several columns."""
    for each in table.rules if len(frame) else ():
        broken = frame[~each.holds(frame).astype("boolean").fillna(False).to_numpy(dtype=bool)]
        for row in (broken.drop_duplicates(list(each.once_per)) if each.once_per else broken).to_dict("records"):
            shown = ", ".join(f"{name} {value_shown(row[name])}" for name in (*each.once_per, *each.columns))
            yield Problem(
                file=str(row["file"]),
                sheet=str(row["sheet"]),
                row=int(row["row"]),
                column=each.columns[0],
                value=shown,
                rule=each.says,
            )


def value_shown(value: Any) -> str:
    """A value as a problem shows it: a date as 2025-09-30, nothing as “empty”."""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return "empty" if pd.isna(value) else str(value)


MANY_REPEATS = 5
"""Repeats of one file's rows in another beyond which one problem names the pair of files and not every row."""


def repeated_keys(table: Table, frame: pd.DataFrame) -> Iterable[Problem]:
    """A problem for every row that repeats the key of another, or for each pair of files that share many."""
    key = list(table.key)
    repeats = frame[frame.duplicated(key)]
    if repeats.empty:
        return
    firsts = frame.drop_duplicates(key)[[*key, *LINEAGE]]
    pairs = repeats.merge(firsts, on=key, suffixes=("", "_first")).sort_values(["file", "sheet", "row"])
    for _, rows in pairs.groupby(["file", "file_first"], sort=False):
        shown = rows if len(rows) <= MANY_REPEATS else rows.head(1)
        for row in shown.to_dict("records"):
            yield _repeat(key, row, len(rows) if len(rows) > MANY_REPEATS else 1)


def _repeat(key: list[str], row: dict[Hashable, Any], repeats: int) -> Problem:
    sheet = f" sheet {row['sheet_first']}" if row["sheet_first"] else ""
    first = f"{row['file_first']}{sheet} row {row['row_first']}"
    rule = f"this row repeats {', '.join(key)} of {first}; keep one of them"
    if repeats > 1:
        rule = f"this row and {repeats - 1:,} more repeat rows of {row['file_first']}; keep one of the two files"
        if row["file"] == row["file_first"]:
            rule = f"this row and {repeats - 1:,} more repeat earlier rows of the same file; keep each row once"
    return Problem(
        file=str(row["file"]),
        sheet=str(row["sheet"]),
        row=int(row["row"]),
        value=", ".join(value_shown(row[column]) for column in key),
        rule=rule,
    )
