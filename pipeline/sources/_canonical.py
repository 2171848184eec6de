"""Canonical tables of cells that people typed: words put in the pipeline's spelling, everything wrong told at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from pipeline.problems import InputRefused, Problem
from pipeline.schema import Table
from pipeline.sources._words import band_named, cycle_named, name_in, pillar_named, spelled
from pipeline.sources.mapping import STAFF_SCHEMES, TEST_SCHEMES, Mapping
from pipeline.tables import TABLES, validate


def checked(name: str, frame: pd.DataFrame, problems: Sequence[Problem]) -> pd.DataFrame:
    """The frame as a canonical table, given what is already known to be wrong with its cells.

    Raises InputRefused with those problems and all others; a cell that has one is not said to be empty as well, and
    rows that add up to a whole are judged only where each of them is good.
    """
    if not problems:
        return validate(name, frame)
    broken = {(problem.row, problem.column) for problem in problems}
    others = [problem for problem in _refusals(name, frame) if (problem.row, problem.column) not in broken]
    bad = {problem.row for problem in [*problems, *others]}
    of_groups = {rule.says for rule in TABLES[name].rules if rule.once_per}
    rest = _refusals(name, frame[~frame["row"].isin(bad)])
    raise InputRefused([*problems, *others, *(problem for problem in rest if problem.rule not in of_groups)])


def _refusals(name: str, frame: pd.DataFrame) -> Iterable[Problem]:
    try:
        validate(name, frame)
    except InputRefused as refused:
        return refused.problems
    return ()


def in_our_spelling(table: Table, column: str, word: str, mapping: Mapping) -> str:
    """A word typed into a column as the pipeline spells it, or as it is where the pipeline does not know it."""
    allowed, vocabulary, unit = table.allowed(column), table.vocabulary(column), table.units()[column]
    if column in ("pillar", "pillars"):
        return ", ".join(pillar_named(part) or part.strip() for part in word.split(","))
    if allowed:
        return spelled(word, allowed) or word
    if vocabulary in ("profession", "test"):
        return name_in(mapping, STAFF_SCHEMES if vocabulary == "profession" else TEST_SCHEMES, word) or word
    if vocabulary == "band":
        return band_named(word) or word
    if unit == "financial year":
        return cycle_named(word) or word
    return word.upper() if unit == "code" else word
