"""What the canonical tables are built from: columns with units, rules and drop-downs, and the table itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import pandas as pd
import pandera.pandas as pa

from pipeline.plan import PILLARS

OUTSIDE = "outside"
"""Pillar of a row that is known and deliberately not in the four diagnostic pillars."""
UNMAPPED = "unmapped"
"""Pillar of a row whose published label the mapping does not know."""
PILLAR_VALUES = [*PILLARS, OUTSIDE, UNMAPPED]
LINEAGE = ["file", "sheet", "row"]

Sender = Literal["employer", "cdc_host", "education_provider", "icb"]
"""Who sends the plan a workbook of their own."""
SENDERS: tuple[Sender, ...] = get_args(Sender)
Vocabulary = Literal["employer", "provider", "profession", "test", "band", "site", "route"]
"""Words that a plan knows and a column may be limited to: its employers, the professions of its mapping …"""
_ACRONYMS = {"wte": "WTE", "cdc": "CDC", "icb": "ICB", "id": "ID", "gp": "GP", "pas": "PAs", "rvus": "RVUs"}


@dataclass(frozen=True)
class RowRule:
    """A rule on several columns of a row: `holds` gives True for each row that keeps it.

    A failure is said of the first of `columns`. With `once_per`, the rule is one of a group of rows that share those
    columns (shares that add up to 1), and is said once, of the group's first row.
    """

    columns: tuple[str, ...]
    holds: Callable[[pd.DataFrame], pd.Series]
    says: str
    once_per: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A canonical table: its name, what it holds, its key and its schema.

    `held_by` says who usually holds such figures; `sent_by` whose workbooks have a sheet for it; `example` is one row;
    `fixed` are the columns that nobody fills in, since what is sent always holds the same there.
    """

    name: str
    holds: str
    key: tuple[str, ...]
    schema: pa.DataFrameSchema
    held_by: str
    example: Mapping[str, object]
    sent_by: tuple[Sender, ...] = ()
    rules: tuple[RowRule, ...] = ()
    fixed: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> list[str]:
        """The table's columns, in order."""
        return list(self.schema.columns)

    @property
    def own_columns(self) -> list[str]:
        """The columns that a sender fills in."""
        return [column for column in self.columns if column not in LINEAGE and column not in self.fixed]

    @property
    def title(self) -> str:
        """The table's name as a heading: “Planned WTE”."""
        return words_of(self.name)

    def units(self) -> dict[str, str]:
        """Unit of every column."""
        return {name: (column.metadata or {})["unit"] for name, column in self.schema.columns.items()}

    def labels(self) -> dict[str, str]:
        """Every column as a heading: `funded_wte` is “Funded WTE”."""
        return {name: words_of(name) for name in self.columns}

    def allowed(self, column: str) -> list[str] | None:
        """The few words that a column may hold, or None where it may hold others."""
        return (self.schema.columns[column].metadata or {}).get("values")

    def vocabulary(self, column: str) -> Vocabulary | None:
        """The plan's words that a column is limited to, or None."""
        return (self.schema.columns[column].metadata or {}).get("vocabulary")

    def bounds(self, column: str) -> tuple[float | None, float | None]:
        """The smallest and the largest number that a column may hold; None where there is no such limit."""
        metadata = self.schema.columns[column].metadata or {}
        return metadata.get("low"), metadata.get("high")

    def required(self, column: str) -> bool:
        """Whether a cell of the column must be filled."""
        return not self.schema.columns[column].nullable

    @property
    def asked_columns(self) -> list[str]:
        """The columns that a sender fills in whose headings must be there."""
        return [column for column in self.own_columns if not self.may_lack(column)]

    def may_lack(self, column: str) -> bool:
        """Whether a file may do without the column, heading and all, as one made before there was such a column."""
        return bool((self.schema.columns[column].metadata or {}).get("may_lack"))


def words_of(name: str) -> str:
    """A name of the code as words: `funded_wte` is “Funded WTE”."""
    parts = name.split("_")
    shown = [_ACRONYMS.get(part, part) for part in parts]
    return " ".join([shown[0] if parts[0] in _ACRONYMS else shown[0].capitalize(), *shown[1:]])


def column(
    dtype: str,
    unit: str,
    holds: str,
    *checks: pa.Check,
    nullable: bool = False,
    values: list[str] | None = None,
    vocabulary: Vocabulary | None = None,
    low: float | None = None,
    high: float | None = None,
) -> pa.Column:
    """A column with its unit, what it holds, its checks, and the words or the numbers it may be limited to."""
    return pa.Column(
        dtype,
        checks=list(checks),
        nullable=nullable,
        coerce=True,
        description=holds,
        metadata={"unit": unit, "values": values, "vocabulary": vocabulary, "low": low, "high": high},
    )


def may_be_left_out(made: pa.Column) -> pa.Column:
    """A column that files need not have: it is empty where they do not."""
    made.nullable, made.metadata = True, {**(made.metadata or {}), "may_lack": True}
    return made


def rule(test: Callable[[pd.Series], pd.Series], says: str) -> pa.Check:
    """A check on a whole column, with what it says where it fails."""
    return pa.Check(test, ignore_na=True, error=says)


YEAR = r"20\d\d/\d\d"
"""How a financial year is written."""


def month(holds: str = "month, as its last day", nullable: bool = False) -> pa.Column:
    """A month, as its last day."""
    says = "a month is written as its last day"
    return column(
        "datetime64[us]", "month end", holds, rule(lambda days: days.dt.is_month_end, says), nullable=nullable
    )


def financial_year(holds: str) -> pa.Column:
    """A financial year, written 2025/26."""
    says = "a financial year is written with its two calendar years: 2025/26"
    follows = "the second year of a financial year follows the first: 2025/26"
    written = rule(lambda years: years.str.fullmatch(YEAR), says)
    return column("str", "financial year", holds, written, rule(_one_year, follows))


def _one_year(written: pd.Series) -> pd.Series:
    """Whether the second year follows the first; one that is written in another way is not asked."""
    years = written.str.extract(r"^20(\d\d)/(\d\d)$").astype("Float64")
    return ((years[0] + 1) % 100 == years[1]).fillna(True)


def day(holds: str, nullable: bool = False) -> pa.Column:
    """A date."""
    return column("datetime64[us]", "date", holds, nullable=nullable)


def text(holds: str, nullable: bool = False, vocabulary: Vocabulary | None = None) -> pa.Column:
    """Words that are not empty."""
    says = "the cell should not be empty"
    check = rule(lambda words: words.str.strip().str.len() > 0, says)
    return column("str", "text", holds, check, nullable=nullable, vocabulary=vocabulary)


def code(holds: str, nullable: bool = False, vocabulary: Vocabulary | None = None) -> pa.Column:
    """An organisation code."""
    says = "an organisation code is 3 to 9 capital letters and digits"
    # Workforce statistics write RYK-X for the first of two bodies that were given the code RYK.
    pattern = r"[A-Z0-9]{3,9}(-X)?"
    check = rule(lambda codes: codes.str.fullmatch(pattern), says)
    return column("str", "code", holds, check, nullable=nullable, vocabulary=vocabulary)


def one_of(holds: str, values: Iterable[str], nullable: bool = False) -> pa.Column:
    """One of a few words."""
    allowed = list(values)
    says = f"should be one of {', '.join(allowed)}"
    check = rule(lambda words: words.isin(allowed), says)
    return column("str", "category", holds, check, nullable=nullable, values=allowed)


def count(holds: str, unit: str, nullable: bool = False) -> pa.Column:
    """A whole number, not negative."""
    says = "a count cannot be negative"
    return column("Int64", unit, holds, rule(lambda numbers: numbers >= 0, says), nullable=nullable, low=0)


def amount(holds: str, unit: str, nullable: bool = False) -> pa.Column:
    """A number, not negative."""
    says = "an amount cannot be negative"
    return column("float64", unit, holds, rule(lambda numbers: numbers >= 0, says), nullable=nullable, low=0)


def between(holds: str, unit: str, low: float, high: float, nullable: bool = False) -> pa.Column:
    """A number between two others, both allowed."""
    says = f"should be a number from {low:g} to {high:g}"
    check = rule(lambda numbers: numbers.between(low, high), says)
    return column("float64", unit, holds, check, nullable=nullable, low=low, high=high)


def between_whole(holds: str, unit: str, low: int, high: int) -> pa.Column:
    """A whole number between two others, both allowed."""
    says = f"should be a whole number from {low} to {high}"
    return column("Int64", unit, holds, rule(lambda numbers: numbers.between(low, high), says), low=low, high=high)


def share(holds: str, of: str, nullable: bool = False) -> pa.Column:
    """A share, 0 to 1."""
    says = "a share lies between 0 and 1"
    check = rule(lambda shares: shares.between(0, 1), says)
    return column("float64", f"share of {of}", holds, check, nullable=nullable, low=0, high=1)


def number(holds: str, unit: str, nullable: bool = False) -> pa.Column:
    """A number of either sign."""
    return column("float64", unit, holds, nullable=nullable)


def scale(holds: str, last: int) -> pa.Column:
    """A whole number from 1 to `last`."""
    return between_whole(holds, f"1 to {last}", 1, last)


def flag(holds: str) -> pa.Column:
    """Yes, no or not known."""
    return column("boolean", "yes/no", holds, nullable=True)


def pillar() -> pa.Column:
    """The pillar of a row."""
    return one_of("diagnostic pillar, or outside, or unmapped", PILLAR_VALUES)


def own_pillar() -> pa.Column:
    """The pillar of a row that a sender fills in: one of the four."""
    return one_of("diagnostic pillar", PILLARS)


def employer(holds: str = "employing organisation", nullable: bool = False) -> pa.Column:
    """The code of one of the plan's employers."""
    return code(holds, nullable=nullable, vocabulary="employer")


def profession(holds: str = "profession, by the mapping's name") -> pa.Column:
    """A profession that the plan's mapping knows."""
    return text(holds, vocabulary="profession")


def counted_test(holds: str = "test, by the mapping's name", nullable: bool = False) -> pa.Column:
    """A test that the plan's mapping knows."""
    return text(holds, nullable=nullable, vocabulary="test")


def band(holds: str = "Agenda for Change band (2 to 9, 8a to 8d), medical grade, or All") -> pa.Column:
    """A band of the pay table."""
    return text(holds, vocabulary="band")


def lineage() -> dict[str, pa.Column]:
    """The columns that say where a row was read."""
    return {
        "file": text("name of the file the row was read from"),
        "sheet": column("str", "text", "sheet of the file; empty for a text file"),
        "row": count("row of the file, counted from 1", "row number"),
    }


def table(
    name: str,
    holds: str,
    key: Iterable[str],
    /,
    *,
    held_by: str,
    example: Mapping[str, Any],
    sent_by: Iterable[Sender] = (),
    rules: Iterable[RowRule] = (),
    fixed: Mapping[str, str] | None = None,
    columns: Mapping[str, pa.Column],
) -> Table:
    """A table with its key, its columns and the lineage that every table has."""
    schema = pa.DataFrameSchema({**columns, **lineage()}, name=name, strict=True, ordered=False)
    return Table(
        name, holds, tuple(key), schema, held_by, dict(example), tuple(sent_by), tuple(rules), dict(fixed or {})
    )
