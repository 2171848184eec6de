"""What every rule between tables is made of: what it looks at, what it says, and how it names what breaks it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import pandas as pd

from pipeline.plan import Plan
from pipeline.problems import Problem
from pipeline.schema import Table, Vocabulary
from pipeline.sources.mapping import Mapping
from pipeline.sources.organisations import ever_placed_in
from pipeline.sources.reading import Tables
from pipeline.sources.vocabulary import Words, plan_words
from pipeline.table_problems import MANY_REPEATS, value_shown
from pipeline.tables import TABLES, empty
from pipeline.tables.published import ESR, LOCAL, RETURN

SENT = tuple(table for table in TABLES.values() if table.sent_by)
"""Tables that the plan's own people send; published files fill a few of them too."""
Row = dict[Hashable, Any]


@dataclass(frozen=True)
class Known:
    """What a rule looks at: the plan, its mapping, and all the tables that its files fill."""

    plan: Plan
    mapping: Mapping
    tables: Tables

    def rows(self, name: str) -> pd.DataFrame:
        """The rows of a table that the plan's own people sent; none where no file fills it."""
        held = self.any_rows(name)
        return held[held["dataset"].isin([ESR, RETURN, LOCAL])] if "dataset" in held else held

    def any_rows(self, name: str) -> pd.DataFrame:
        """The rows of a table, published ones too; none where no file fills it."""
        return self.tables[name] if name in self.tables else _no_rows(name)

    def has(self, names: Iterable[str]) -> bool:
        """Whether the plan's own people sent rows of any of these tables."""
        return any(len(self.rows(name)) for name in names)

    def limited(self, vocabulary: Vocabulary) -> Iterator[tuple[str, pd.DataFrame]]:
        """Every column limited to these words of the plan, with the rows sent of its table, where there are any."""
        for table, column in limited(vocabulary):
            rows = self.rows(table.name)
            if len(rows):
                yield column, rows

    @property
    def base_month(self) -> pd.Timestamp:
        """The month the plan starts from, as its last day."""
        return pd.Timestamp(self.plan.base_month)

    @cached_property
    def words(self) -> Words:
        """The words that the plan knows."""
        return plan_words(self.plan, self.mapping, self.tables)

    @cached_property
    def former(self) -> dict[str, str]:
        """Code and name of every organisation that was ever in the plan's ICS, as far as the files know them."""
        organisations = self.tables.get("organisations")
        return {} if organisations is None else ever_placed_in(organisations, self.plan.file.ics)


@dataclass(frozen=True)
class CrossRule:
    """A rule between tables: those it is about, what it says (a sentence of the data guide), and what breaks it."""

    tables: tuple[str, ...]
    says: str
    broken: Callable[[Known], Iterable[Problem]]


def limited(vocabulary: Vocabulary) -> Iterator[tuple[Table, str]]:
    """Every column of a table that is sent which is limited to these words of the plan."""
    for table in SENT:
        yield from ((table, column) for column in table.own_columns if table.vocabulary(column) == vocabulary)


def tables_limited(*vocabularies: Vocabulary) -> tuple[str, ...]:
    """The tables of `limited`, by name."""
    found = [table.name for vocabulary in vocabularies for table, _ in limited(vocabulary)]
    return tuple(dict.fromkeys(found))


def problems(
    rows: pd.DataFrame,
    column: str,
    says: str | Callable[[Row], str],
    value: str | Callable[[Row], str] | None = None,
) -> Iterator[Problem]:
    """A problem for each of the rows, said of one column; where many of a sheet are alike, for the first of them.

    `says` is the rule and `value` what was found (the cell, unless given), the same for all rows or told from each.
    """
    if rows.empty:
        return
    told: dict[tuple[str, str, str, str], list[int]] = defaultdict(list)
    for row in rows.to_dict("records"):
        rule = says if isinstance(says, str) else says(row)
        found = value_shown(row[column]) if value is None else value if isinstance(value, str) else value(row)
        told[str(row["file"]), str(row["sheet"]), rule, found].append(int(row["row"]))
    for (file, sheet, rule, found), lines in told.items():
        many = len(lines) > MANY_REPEATS
        more = f" ({len(lines) - 1:,} more rows of this sheet are alike)" if many else ""
        for line in lines[:1] if many else lines:
            yield Problem(file=file, sheet=sheet, row=line, column=column, value=found, rule=f"{rule}{more}")


def listed(words: Iterable[str], most: int = 12) -> str:
    """Words with commas between; of many, the first few."""
    every = list(words)
    return ", ".join(every[:most]) + (f" and {len(every) - most} more" if len(every) > most else "")


@cache
def _no_rows(name: str) -> pd.DataFrame:
    return empty(name)
