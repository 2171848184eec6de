"""Frames with the columns that a sender fills in, in the types of the canonical tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from pipeline.sources.mapping import STAFF_SCHEMES, TEST_SCHEMES, default_mapping
from pipeline.synthetic.parameters import parameters
from pipeline.tables import TABLES, validate

Frames = dict[str, pd.DataFrame]
"""Frames by table."""
Row = Mapping[str, Any]
FIRST_ROW = 2


def own_frame(name: str, rows: Iterable[Row]) -> pd.DataFrame:
    """Rows as a frame with the columns of a table that its sender fills in.

    Raises InputRefused for a row that breaks the table's rules.
    """
    placed = [{**row, "file": name, "sheet": "", "row": number} for number, row in enumerate(rows, start=FIRST_ROW)]
    whole = pd.DataFrame(placed, columns=TABLES[name].columns)
    return validate(name, whole)[TABLES[name].own_columns]


def filled_frames(**rows: Iterable[Row]) -> Frames:
    """A frame of each table that has rows; a sender sends no empty sheet."""
    made = {name: own_frame(name, each) for name, each in rows.items()}
    return {name: frame for name, frame in made.items() if len(frame)}


def local_parameters(name: str) -> dict[str, Any]:
    """A file of parameters/local."""
    return parameters(f"local/{name}")


def pillar_of(name: str) -> str:
    """The pillar of a profession or test, by the project's mapping. Raises KeyError for a name it does not know."""
    return default_mapping().pillars_of((*TEST_SCHEMES, *STAFF_SCHEMES))[name]
