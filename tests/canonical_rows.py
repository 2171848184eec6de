"""Rows of the canonical tables: each is the table's own example with some cells changed. All of it is invented."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pipeline.tables import TABLES, validate

WHOLE = {"share", "share_of_tests"}
"""Shares that add up to 1 over a group of rows: alone, a row has all of it."""

Intake = tuple[str, str, int, int | None]


def unchecked(name: str, *changes: Mapping[str, Any], file: str = "sent.csv", sheet: str = "") -> pd.DataFrame:
    """One row for each of the changes, from row 2 on, with dates as dates; not checked against the schema."""
    table = TABLES[name]
    example = {**table.example, **{column: 1.0 for column in WHOLE & set(table.columns)}}
    rows = [{**example, "file": file, "sheet": sheet, "row": row, **each} for row, each in enumerate(changes, start=2)]
    frame = pd.DataFrame(rows, columns=table.columns)
    days = [column for column in table.columns if str(table.schema.columns[column].dtype).startswith("datetime64")]
    return frame.assign(**{column: pd.to_datetime(frame[column]) for column in days})


def rows(name: str, *changes: Mapping[str, Any], file: str = "sent.csv", sheet: str = "") -> pd.DataFrame:
    """As `unchecked`, as the canonical table."""
    return validate(name, unchecked(name, *changes, file=file, sheet=sheet))


def intakes(*sent: Intake, months: int = 24, provider: str = "ZZU1") -> pd.DataFrame:
    """Route, month in which it begins, places and starters of each intake."""
    return rows(
        "training_intakes",
        *(
            {
                "route": route,
                "education_provider": provider,
                "starts_on": start,
                "ends_on": (pd.Timestamp(start) + pd.offsets.MonthEnd(months)).date().isoformat(),
                "places": places,
                "starters": starters,
            }
            for route, start, places, starters in sent
        ),
    )
