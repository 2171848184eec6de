"""What the canonical tables are built from: columns with units and rules, and the table itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas as pd
import pandera.pandas as pa

from pipeline.plan import PILLARS

OUTSIDE = "outside"
"""Pillar of a row that is known and deliberately not in the four diagnostic pillars."""
UNMAPPED = "unmapped"
"""Pillar of a row whose published label the mapping does not know."""
PILLAR_VALUES = [*PILLARS, OUTSIDE, UNMAPPED]
LINEAGE = ["file", "sheet", "row"]


@dataclass(frozen=True)
class Table:
    """A canonical table: its name, what it holds, its key and its schema."""

    name: str
    holds: str
    key: tuple[str, ...]
    schema: pa.DataFrameSchema

    @property
    def columns(self) -> list[str]:
        """The table's columns, in order."""
        return list(self.schema.columns)

    def units(self) -> dict[str, str]:
        """Unit of every column."""
        return {name: (column.metadata or {})["unit"] for name, column in self.schema.columns.items()}


def column(dtype: str, unit: str, holds: str, *checks: pa.Check, nullable: bool = False) -> pa.Column:
    """A column with its unit, what it holds and its checks."""
    return pa.Column(
        dtype, checks=list(checks), nullable=nullable, coerce=True, description=holds, metadata={"unit": unit}
    )


def rule(test: Callable[[pd.Series], pd.Series], says: str) -> pa.Check:
    """A check on a whole column, with what it says where it fails."""
    return pa.Check(test, ignore_na=True, error=says)


def month(holds: str = "month, as its last day") -> pa.Column:
    """A month, as its last day."""
    says = "a month is written as its last day"
    return column("datetime64[us]", "month end", holds, rule(lambda days: days.dt.is_month_end, says))


def day(holds: str, nullable: bool = False) -> pa.Column:
    """A date."""
    return column("datetime64[us]", "date", holds, nullable=nullable)


def text(holds: str, nullable: bool = False) -> pa.Column:
    """Words that are not empty."""
    says = "the cell should not be empty"
    return column("str", "text", holds, rule(lambda words: words.str.strip().str.len() > 0, says), nullable=nullable)


def code(holds: str, nullable: bool = False) -> pa.Column:
    """An organisation code."""
    says = "an organisation code is 3 to 9 capital letters and digits"
    # Workforce statistics write RYK-X for the first of two bodies that were given the code RYK.
    pattern = r"[A-Z0-9]{3,9}(-X)?"
    return column("str", "code", holds, rule(lambda codes: codes.str.fullmatch(pattern), says), nullable=nullable)


def one_of(holds: str, values: Iterable[str]) -> pa.Column:
    """One of a few words."""
    allowed = list(values)
    says = f"should be one of {', '.join(allowed)}"
    return column("str", "category", holds, rule(lambda words: words.isin(allowed), says))


def count(holds: str, unit: str, nullable: bool = False) -> pa.Column:
    """A whole number, not negative."""
    says = "a count cannot be negative"
    return column("Int64", unit, holds, rule(lambda numbers: numbers >= 0, says), nullable=nullable)


def amount(holds: str, unit: str, nullable: bool = False) -> pa.Column:
    """A number, not negative."""
    says = "an amount cannot be negative"
    return column("float64", unit, holds, rule(lambda numbers: numbers >= 0, says), nullable=nullable)


def flag(holds: str) -> pa.Column:
    """Yes, no or not known."""
    return column("boolean", "yes/no", holds, nullable=True)


def pillar() -> pa.Column:
    """The pillar of a row."""
    return one_of("diagnostic pillar, or outside, or unmapped", PILLAR_VALUES)


def table(name: str, holds: str, key: Iterable[str], /, **columns: pa.Column) -> Table:
    """A table with its key, its columns and the lineage that every table has."""
    lineage = {
        "file": text("name of the file the row was read from"),
        "sheet": column("str", "text", "sheet of the file; empty for a text file"),
        "row": count("row of the file, counted from 1", "row number"),
    }
    schema = pa.DataFrameSchema({**columns, **lineage}, name=name, strict=True, ordered=False)
    return Table(name, holds, tuple(key), schema)
