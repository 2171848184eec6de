"""Random canonical rows that a sender could have sent, made from the schemas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
from hypothesis import strategies as st
from intake_books import WORDS, frame

from pipeline.plan import PILLARS
from pipeline.reference import limit
from pipeline.schema import Table
from pipeline.sources.intake.layout import DEFINED_IN, kind_of
from pipeline.sources.intake.senders import PlanSender, own_column, sheets_of
from pipeline.sources.person_level import person_level_problems
from pipeline.tables.workforce import JOINED_BY, LEFT_BY

Row = dict[str, Any]
ODD = [
    "=1+1",
    "+44",
    "@home",
    "-",
    "'quoted'",
    '"both"',
    "TRUE",
    "#REF!",
    "0042",
    "1,5",
    "5-9",
    "n/a",
    "café ☕ 数",
    "x" * 2000,
]
"""Texts that a spreadsheet program might take for something else."""
# No control characters, which Excel cannot hold, and no others that it or XML would change.
LETTERS = st.characters(exclude_categories=("C", "Zl", "Zp"), exclude_characters="\x85\xa0_")
UNUSUAL = [0.0, 0.1 + 0.2, 1 / 3, 1e-9, 123456.789, 2.5]


def _harmless(text: str) -> bool:
    return not person_level_problems(pd.DataFrame({"Words": [text]}), __file__)  # type: ignore[arg-type]


TEXTS = st.one_of(
    st.sampled_from(ODD), st.text(LETTERS, min_size=1, max_size=30).map(str.strip).filter(bool).filter(_harmless)
)
CODES = st.text("ABCXYZ0189", min_size=3, max_size=6)
SHAPED: dict[str, st.SearchStrategy[str]] = {
    "financial year": st.integers(15, 40).map(lambda year: f"20{year}/{(year + 1) % 100:02}"),
    "id": st.text("abcXYZ019_-", min_size=1, max_size=20),
    "list": st.lists(st.sampled_from(PILLARS), min_size=1, max_size=3, unique=True).map(", ".join),
}


def cells(table: Table, column: str, sender: PlanSender, sites: list[str]) -> st.SearchStrategy[Any]:
    """Values that a column may hold."""
    kind, unit, vocabulary = kind_of(table, column), table.units()[column], table.vocabulary(column)
    low, high = table.bounds(column)
    first, last = int(limit("first_year")), int(limit("last_year"))
    days = st.dates(pd.Timestamp(first, 1, 1).date(), pd.Timestamp(last, 12, 31).date()).map(pd.Timestamp)
    if column == own_column(sender.kind, table):
        return st.just(sender.code)
    if vocabulary in DEFINED_IN and DEFINED_IN[vocabulary] != table.name:
        return st.sampled_from(sites) if vocabulary == "site" else TEXTS
    values: st.SearchStrategy[Any] = {
        "month": days.map(lambda day: day + pd.offsets.MonthEnd(0)),
        "date": days,
        "whole": st.integers(int(low or 0), int(high if high is not None else 10**6)),
        "flag": st.booleans(),
        "code": CODES,
        "text": SHAPED.get(unit, TEXTS),
        "word": st.sampled_from(table.allowed(column) or WORDS.get(vocabulary or "test") or ["any"]),
    }.get(kind, numbers(low, high))
    return values if table.required(column) else st.none() | values


def numbers(low: float | None, high: float | None) -> st.SearchStrategy[float]:
    """Numbers with few and with many digits."""
    least, most = -1e6 if low is None else low, 1e6 if high is None else high
    usual = [number for number in UNUSUAL if least <= number <= most]
    spread = st.floats(least, most, allow_nan=False, allow_subnormal=False)
    return st.one_of(spread, st.sampled_from(usual)) if usual else spread


def _movement(row: Row) -> None:
    row["reason"] = (JOINED_BY if row["kind"] == "joiner" else LEFT_BY)[len(row["age_band"]) % 7]
    _wte(row)


def _wte(row: Row) -> None:
    if row["headcount"] is not None:
        row["wte"] = min(row["wte"], row["headcount"] * 1.1)


def _intake(row: Row) -> None:
    # An intake that began in the last months of the calendar allowed would end beyond it.
    row["starts_on"] = min(row["starts_on"], pd.Timestamp(int(limit("last_year")) - 1, 12, 31))
    row["ends_on"] = max(row["ends_on"], row["starts_on"] + pd.offsets.MonthEnd(6))


def _centre(row: Row) -> None:
    row["opening"] = max(row["opening"], row["planned_opening"])


def _standard(row: Row) -> None:
    if row["low"] is None or row["high"] is None:
        row["low"] = row["high"] = None
    else:
        row["low"], row["value"], row["high"] = sorted([row["low"], row["value"], row["high"]])
    row["source"] = row["source"] or "a source"
    row["signed_off_on"] = None if row["signed_off_by"] is None else pd.Timestamp("2025-05-14")


def _late(row: Row) -> None:
    if row["over_28_days"] is not None:
        row["over_28_days"] = min(row["over_28_days"], row["reports"])


def _redeployed(row: Row) -> None:
    row["redeployed_from"] = row["redeployed_from"] or "ZZ2"


def _estimates(row: Row) -> None:
    row["wte_low"], row["wte"], row["wte_high"] = sorted([row["wte_low"], row["wte"], row["wte_high"]])


def _action(row: Row) -> None:
    _estimates(row)
    row["employer"] = row["employer"] or "ZZ2"
    row["ends"] = None if row["ends"] is None else max(row["ends"], row["start"])
    row["done"] = None if row["status"] in ("proposed", "agreed") else row["done"]


def _effect(row: Row) -> None:
    if row["low"] is None or row["high"] is None:
        row["low"] = row["high"] = None
    else:
        row["low"], row["add"], row["high"] = sorted([row["low"], row["add"], row["high"]])


def _risk(row: Row) -> None:
    if row["event"] is None or row["level"] is None:
        row |= dict.fromkeys(["event", "level", "by_month", "profession", "employer"])
        return
    row["level"] = min(abs(row["level"]), 1.0)
    if row["event"] in ("leavers_above", "retired_above"):
        row["by_month"] = None


MEND: dict[str, Callable[[Row], None]] = {
    "staff": _wte,
    "movements": _movement,
    "training_intakes": _intake,
    "cdc_plans": _centre,
    "cdc_staffing": _redeployed,
    "standards": _standard,
    "reporting": _late,
    "actions": _action,
    "action_effects": _effect,
    "risks": _risk,
}
"""What makes a random row keep the rules of its table."""
SHARES = {"skill_mix": ("share", ["pillar", "work"]), "cdc_rooms": ("share_of_tests", ["site"])}


@st.composite
def submissions(draw: st.DrawFn, sender: PlanSender) -> dict[str, pd.DataFrame]:
    """The canonical tables of a sender, each with a few rows or none."""
    tables: dict[str, pd.DataFrame] = {}
    for table in sheets_of(sender.kind):
        sites = list(tables["cdc_plans"]["site"]) if "cdc_plans" in tables else []
        if sender.kind == "cdc_host" and table.name != "cdc_plans" and not sites:
            continue
        row = st.fixed_dictionaries({column: cells(table, column, sender, sites) for column in table.own_columns})
        rows = _kept(table, draw(st.lists(row, max_size=3)))
        if rows:
            tables[table.name] = frame(table.name, rows)
    return tables


def _kept(table: Table, rows: list[Row]) -> list[Row]:
    """Rows that keep the rules of their table and repeat no key."""
    for row in rows:
        MEND.get(table.name, lambda _: None)(row)
    key = [column for column in table.key if column in table.own_columns]
    told = {tuple(_folded(row[column]) for column in key): row for row in rows}
    kept = list(told.values())
    if table.name in SHARES:
        share, of = SHARES[table.name]
        groups = [tuple(row[column] for column in of) for row in kept]
        for row, group in zip(kept, groups, strict=True):
            row[share] = 1 / groups.count(group)
    return kept


def _folded(value: Any) -> Any:
    # Words that differ in case or spaces alone are one word to whoever fills the sheet in.
    return " ".join(value.split()).casefold() if isinstance(value, str) else value
