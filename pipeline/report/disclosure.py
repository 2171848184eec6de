"""The one door through which small numbers pass on their way to a reader.

`protect` judges each count by itself and hides, as well, those cells that linked.py found to give a hidden count away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from numbers import Number

import numpy as np
import pandas as pd
import yaml

from pipeline.reference import FOLDER
from pipeline.store import Store

HIDDEN = "*"
LABEL_COLUMNS = {"year"}
"""Columns whose numbers name a row and count nobody."""

Derive = Callable[[pd.DataFrame], pd.Series]


@dataclass(frozen=True)
class Rule:
    """A named rule: counts from 1 to `hide_to` are hidden, others rounded to the nearest `round_to`."""

    name: str
    hide_to: int
    round_to: int
    source: str

    @property
    def says(self) -> str:
        """The sentence under a table that the rule was applied to."""
        return self.explained(further=False)

    def explained(self, *, further: bool) -> str:
        """The sentence under a table, where `further` cells are hidden that are not small, as well."""
        if not self.hide_to:
            return ""
        nearest = f"; other counts are rounded to the nearest {self.round_to}" if self.round_to > 1 else ""
        others = ", or for one by which such a count could be worked out" if further else ""
        return (
            f"{HIDDEN} stands for a count from 1 to {self.hide_to}{others}, hidden so that nobody can be "
            f"identified{nearest}."
        )

    def nearest(self, count: float) -> float:
        """The count as the rule rounds it."""
        if self.round_to <= 1:
            return count
        return float(np.sign(count) * np.floor(abs(count) / self.round_to + 0.5) * self.round_to)


@dataclass(frozen=True)
class Disclosed:
    """A table that may be shown: `frame` with hidden counts missing, `hidden` saying which, `says` for the reader."""

    frame: pd.DataFrame
    hidden: pd.DataFrame
    says: str


@cache
def rules() -> dict[str, Rule]:
    """The rules by name, from reference/disclosure.yaml."""
    raw = yaml.safe_load((FOLDER / "disclosure.yaml").read_text(encoding="utf-8"))
    return {name: Rule(name=name, **numbers) for name, numbers in raw.items()}


def protect(
    frame: pd.DataFrame,
    counts: Sequence[str] | None = None,
    *,
    rule: str,
    derived: Mapping[str, Derive] | None = None,
    public: Sequence[str] = (),
    threshold: int | None = None,
    also: pd.DataFrame | None = None,
) -> Disclosed:
    """Apply a rule to the counts of a table; draw, write and show the frame it returns, never the one it was given.

    `counts` are the columns to protect, by default every column of numbers. `derived` makes a rate or a
    difference again from the protected counts, since the rate of the true counts would give them away.
    `public` names columns of numbers that describe nobody. `threshold` (threshold_n only) is the smallest count shown.
    `also` has a column of True and False for counts of which further cells are hidden (linked.hidden_cells).
    Raises ValueError where a column of numbers is in none of the three.
    """
    chosen = named_rule(rule, threshold)
    makers = dict(derived or {})
    numbers = [name for name in frame.columns if holds_numbers(frame[name]) and name not in LABEL_COLUMNS]
    counted = (
        [name for name in numbers if name not in makers and name not in public] if counts is None else list(counts)
    )
    _check_columns(frame, numbers, counted, makers, public)
    shown, hidden = frame.copy(), pd.DataFrame(False, index=frame.index, columns=frame.columns)
    if not chosen.hide_to:
        return Disclosed(shown, hidden, chosen.says)
    further = pd.DataFrame(False, index=frame.index, columns=counted) if also is None else also.reindex(columns=counted)
    for name in counted:
        shown[name], hidden[name] = _judge(frame[name], chosen, further[name].fillna(False).astype(bool))
    any_hidden = hidden[counted].any(axis="columns")
    for name, make in makers.items():
        shown[name] = make(shown[counted]).astype("Float64")
        hidden[name] = any_hidden & shown[name].isna()
    more = hidden[counted] & ~_are_few(frame[counted], chosen)
    return Disclosed(shown, hidden, chosen.explained(further=bool(more.to_numpy().any())))


def strictest(store: Store, *tables: str) -> str:
    """The strictest rule of the files behind some tables, which plan.yaml or their source cards give."""
    held = [store.record(name) for name in tables if store.has(name)]
    named = {origin.disclosure for record in held for origin in record.origins}
    return max(sorted(named | {"none"}), key=lambda name: rules()[name].hide_to)


def too_few(people: float, rule: str) -> str:
    """What a sentence says instead of a number of people that a rule hides; empty where the number may be said."""
    hide_to = rules()[rule].hide_to
    return f"fewer than {hide_to + 1}" if 0 < people <= hide_to else ""


def named_rule(name: str, threshold: int | None = None) -> Rule:
    """The rule of a name, with another threshold where one is given. Raises ValueError where there is none."""
    if name not in rules():
        raise ValueError(f"no disclosure rule is called {name!r}; choose one of {', '.join(rules())}")
    chosen = rules()[name]
    if threshold is None:
        return chosen
    if name != "threshold_n" or threshold < 2:
        raise ValueError("a threshold is a number of 2 or more and belongs to the rule threshold_n")
    return replace(chosen, hide_to=threshold - 1)


def _check_columns(
    frame: pd.DataFrame,
    numbers: Sequence[str],
    counted: Sequence[str],
    makers: Mapping[str, Derive],
    public: Sequence[str],
) -> None:
    named = [*counted, *makers, *public]
    absent = [name for name in [*counted, *public] if name not in frame.columns]
    if absent:
        raise ValueError(f"the table has no column {', '.join(absent)}")
    loose = [name for name in numbers if name not in named]
    if loose:
        raise ValueError(
            f"{', '.join(loose)}: in a protected table a column of numbers is a count, derived from counts, or public"
        )


def holds_numbers(column: pd.Series) -> bool:
    """Whether a column is of numbers, however they are stored."""
    if pd.api.types.is_bool_dtype(column):
        return False
    if column.dtype == object:
        return any(isinstance(value, Number) and not isinstance(value, bool) for value in column)
    return bool(pd.api.types.is_numeric_dtype(column))


def _are_few(counts: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    size = counts.apply(lambda column: pd.to_numeric(column).astype("Float64").abs())
    few: pd.DataFrame = ((size > 0) & (size < rule.hide_to + 1)).fillna(False).astype(bool)
    return few


def _judge(column: pd.Series, rule: Rule, also: pd.Series) -> tuple[pd.Series, pd.Series]:
    numbers = pd.to_numeric(column).astype("Float64")
    hidden = _are_few(column.to_frame("count"), rule)["count"] | (also & numbers.notna() & (numbers != 0).fillna(False))
    rounded = numbers.map(rule.nearest, na_action="ignore").astype("Float64")
    whole = rounded.astype("Int64") if (rounded.dropna() % 1 == 0).all() else rounded
    return whole.mask(hidden), hidden
