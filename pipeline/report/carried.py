"""The data of what a notebook showed, carried in its output beside the HTML: what the workbook is written from.

It is taken from the table as it is about to be written for a reader, so it has passed the disclosure door, and what is
hidden there is not in it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from pipeline.report import words
from pipeline.report.tables import Arranged, heading

MIME = "application/vnd.workforce.tables"
"""Kind of the output that holds the data, as one line of JSON: an executed notebook would give every value its own."""
DAYS = {"month", "date"}
Value = str | float | int | bool | dt.date | None


@dataclass(frozen=True)
class Column:
    """A column as a reader sees it: how its values are written (a format of `tables`), and which rows are hidden."""

    heading: str
    kind: str
    values: tuple[Value, ...]
    hidden: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Carried:
    """A table, or the data of a figure: its title, what else is said of it, and its columns, the row header first.

    `says` is a figure's description; `notes` stand below the table or the figure.
    """

    kind: Literal["Table", "Figure"]
    title: str
    says: str
    notes: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return len(self.columns[0].values)


def carry(kind: Literal["Table", "Figure"], title: str, shown: Arranged, *, note: str = "", says: str = "") -> Carried:
    """The data of a table that is about to be written. A hidden value is left out, whatever the frame holds there."""
    columns = tuple(_column(shown, name) for name in shown.frame.columns)
    notes = tuple(text.strip() for text in (note, shown.says) if text.strip())
    return Carried(kind, title, says, notes, columns)


def pack(carried: Iterable[Carried]) -> str:
    """Some of them as one line of text."""
    return json.dumps([_packed(each) for each in carried], ensure_ascii=False, separators=(",", ":"))


def unpack(text: str) -> tuple[Carried, ...]:
    """What `pack` packed."""
    return tuple(_unpacked(raw) for raw in json.loads(text))


def _column(shown: Arranged, name: Any) -> Column:
    hidden = frozenset(np.flatnonzero(shown.hidden[name].to_numpy(dtype=bool)).tolist())
    values = (None if row in hidden else _plain(value) for row, value in enumerate(shown.frame[name]))
    return Column(heading(name), shown.kinds[name], tuple(values), hidden)


def _plain(value: Any) -> Value:
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, list | tuple | set | dict):
        return str(value) if value else None
    if words.is_missing(value):
        return None
    if isinstance(value, pd.Timestamp | dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    return float(value) if isinstance(value, float | np.floating) else str(value)


def _packed(each: Carried) -> dict[str, Any]:
    columns = [
        {"heading": one.heading, "kind": one.kind, "values": [*map(_written, one.values)], "hidden": sorted(one.hidden)}
        for one in each.columns
    ]
    return {"kind": each.kind, "title": each.title, "says": each.says, "notes": each.notes, "columns": columns}


def _written(value: Value) -> str | float | int | bool | None:
    return value.isoformat() if isinstance(value, dt.date) else value


def _unpacked(raw: dict[str, Any]) -> Carried:
    columns = tuple(
        Column(one["heading"], one["kind"], _read(one["values"], one["kind"]), frozenset(one["hidden"]))
        for one in raw["columns"]
    )
    return Carried(raw["kind"], raw["title"], raw["says"], tuple(raw["notes"]), columns)


def _read(values: list[Any], kind: str) -> tuple[Value, ...]:
    return tuple(map(_day, values)) if kind in DAYS else tuple(values)


def _day(value: Value) -> Value:
    """A day that was written down; other words of a column of days stay as they are."""
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value
