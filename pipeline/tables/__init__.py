"""The canonical tables: one schema each, with units. The contract every room shares.

All tables are tidy. Months are month ends. WTE and headcount are separate columns and never mix.
Every row carries its lineage: the file, sheet and row it was read from.
"""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa

from pipeline.problems import InputRefused
from pipeline.schema import LINEAGE, OUTSIDE, PILLAR_VALUES, UNMAPPED, Table
from pipeline.table_problems import broken_rules, failures, repeated_keys, unfit_words
from pipeline.tables.capacity import CAPACITY
from pipeline.tables.governance import GOVERNANCE
from pipeline.tables.planning import PLANNING
from pipeline.tables.published import PUBLISHED, WEEK_BANDS
from pipeline.tables.workforce import WORKFORCE

__all__ = ["LINEAGE", "OUTSIDE", "PILLAR_VALUES", "TABLES", "UNMAPPED", "WEEK_BANDS", "Table", "empty", "validate"]

TABLES: dict[str, Table] = {table.name: table for table in (*PUBLISHED, *WORKFORCE, *PLANNING, *CAPACITY, *GOVERNANCE)}


def validate(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with the table's column order and types.

    Raises InputRefused naming file, sheet, row, column, value and rule of every failure, including words that cannot be
    shown, rules on several columns of a row and rows that repeat the table's key.
    """
    table = TABLES[name]
    try:
        checked = table.schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        raise InputRefused(failures(frame, error.failure_cases)) from error
    problems = [*unfit_words(table, checked), *broken_rules(table, checked), *repeated_keys(table, checked)]
    if problems:
        raise InputRefused(problems)
    return checked[table.columns].reset_index(drop=True)


def empty(name: str) -> pd.DataFrame:
    """The table with no rows."""
    table = TABLES[name]
    # Nothing is there to be checked, and a check of nothing takes as long as one of a small table.
    typed: pd.DataFrame = table.schema.coerce_dtype(pd.DataFrame({column: [] for column in table.columns}))
    return typed
