"""The words a plan knows, which columns that senders fill in are limited to: its employers, professions, tests …"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from collections.abc import Mapping as Map
from functools import cache

import pandas as pd

from pipeline.plan import PILLARS, Plan
from pipeline.reference import FOLDER
from pipeline.schema import Vocabulary
from pipeline.sources.mapping import STAFF_SCHEMES, TEST_SCHEMES, Mapping

ALL = "All"
BANDS = ("2", "3", "4", "5", "6", "7", "8a", "8b", "8c", "8d", "9")
"""Agenda for Change bands in use (NHS terms and conditions of service handbook; band 1 is closed)."""
Words = dict[Vocabulary, list[str]]


def plan_words(plan: Plan, mapping: Mapping, tables: Map[str, pd.DataFrame]) -> Words:
    """The words of a plan: from plan.yaml, its mapping, and the tables that its files have filled so far."""
    return words_of(plan.file.employers, mapping, tables)


def words_of(employers: Iterable[str], mapping: Mapping, tables: Map[str, pd.DataFrame]) -> Words:
    """As `plan_words`, for employers (codes) that are not in a plan yet."""
    codes = list(employers)
    return {
        "employer": codes,
        "provider": codes,
        "profession": _inside(mapping, STAFF_SCHEMES),
        "test": _inside(mapping, TEST_SCHEMES),
        "band": [*bands(tables), *_priced_grades(tables), ALL],
        "site": _distinct(tables, "cdc_plans", "site"),
        "route": _distinct(tables, "training_routes", "route"),
    }


def bands(tables: Map[str, pd.DataFrame]) -> list[str]:
    """Agenda for Change bands of the plan's pay table, or those in use where it has none."""
    pay = tables.get("pay")
    held = [] if pay is None else sorted(set(pay.loc[pay["scheme"] == "afc", "grade"]))
    return held or list(BANDS)


def _priced_grades(tables: Map[str, pd.DataFrame]) -> list[str]:
    """Medical grades that the plan's pay table prices, or all of them where it has no medical pay."""
    pay = tables.get("pay")
    priced = set() if pay is None else set(pay.loc[pay["scheme"] == "medical", "grade"])
    return [grade for grade, pay_grade in medical_grades().items() if not priced or pay_grade in priced]


@cache
def medical_grades() -> dict[str, str]:
    """Doctors' grades of the workforce statistics, and the pay grade of each (reference/medical_grades.csv)."""
    return {row["grade"]: row["pay_grade"] for row in _medical_rows()}


@cache
def medical_points() -> dict[str, str]:
    """How the pay points of each grade of doctors begin, where they are not all of the pay grade's."""
    return {row["grade"]: row["points"] for row in _medical_rows() if row["points"]}


def _medical_rows() -> list[dict[str, str]]:
    with (FOLDER / "medical_grades.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _inside(mapping: Mapping, schemes: tuple[str, ...]) -> list[str]:
    return [name for name, pillar in mapping.pillars_of(schemes).items() if pillar in PILLARS]


def _distinct(tables: Map[str, pd.DataFrame], table: str, column: str) -> list[str]:
    return sorted(set(tables[table][column])) if table in tables else []
