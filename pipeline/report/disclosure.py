"""The one door through which small numbers pass on their way to a reader.

This is primary suppression: each count is judged by itself. It does not yet hide a second cell where
a total and the cells beside it would give a hidden count away by subtraction.
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
        if not self.hide_to:
            return ""
        nearest = f"; other counts are rounded to the nearest {self.round_to}" if self.round_to > 1 else ""
        return (
            f"{HIDDEN} stands for a count from 1 to {self.hide_to}, hidden so that nobody can be identified{nearest}."
        )


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
) -> Disclosed:
    """Apply a rule to the counts of a table; draw, write and show the frame it returns, never the one it was given.

    `counts` are the columns to protect, by default every column of numbers. `derived` makes a rate or a
    difference again from the protected counts, since the rate of the true counts would give them away.
    `public` names columns of numbers that describe nobody. `threshold` (threshold_n only) is the smallest count shown.
    Raises ValueError where a column of numbers is in none of the three.
    """
    chosen = _rule(rule, threshold)
    makers = dict(derived or {})
    numbers = [name for name in frame.columns if _holds_numbers(frame[name]) and name not in LABEL_COLUMNS]
    counted = (
        [name for name in numbers if name not in makers and name not in public] if counts is None else list(counts)
    )
    _check_columns(frame, numbers, counted, makers, public)
    shown, hidden = frame.copy(), pd.DataFrame(False, index=frame.index, columns=frame.columns)
    if not chosen.hide_to:
        return Disclosed(shown, hidden, chosen.says)
    for name in counted:
        shown[name], hidden[name] = _judge(frame[name], chosen)
    any_hidden = hidden[counted].any(axis="columns")
    for name, make in makers.items():
        shown[name] = make(shown[counted]).astype("Float64")
        hidden[name] = any_hidden & shown[name].isna()
    return Disclosed(shown, hidden, chosen.says)


def too_few(people: float, rule: str) -> str:
    """What a sentence says instead of a number of people that a rule hides; empty where the number may be said."""
    hide_to = rules()[rule].hide_to
    return f"fewer than {hide_to + 1}" if 0 < people <= hide_to else ""


def _rule(name: str, threshold: int | None) -> Rule:
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


def _holds_numbers(column: pd.Series) -> bool:
    if pd.api.types.is_bool_dtype(column):
        return False
    if column.dtype == object:
        return any(isinstance(value, Number) and not isinstance(value, bool) for value in column)
    return bool(pd.api.types.is_numeric_dtype(column))


def _judge(column: pd.Series, rule: Rule) -> tuple[pd.Series, pd.Series]:
    numbers = pd.to_numeric(column).astype("Float64")
    size = numbers.abs()
    hidden = ((size > 0) & (size < rule.hide_to + 1)).fillna(False).astype(bool)
    nearest = np.sign(numbers) * np.floor(size / rule.round_to + 0.5) * rule.round_to
    rounded = nearest if rule.round_to > 1 else numbers
    whole = rounded.astype("Int64") if (rounded.dropna() % 1 == 0).all() else rounded
    return whole.mask(hidden), hidden
