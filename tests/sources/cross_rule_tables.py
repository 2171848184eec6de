"""What the cases of the rules between tables are made of: a plan, its tables, and rows that several cases share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from canonical_rows import rows

from pipeline.plan import Plan, PlanFile
from pipeline.sources.reading import Tables

Sent = Mapping[str, Sequence[Mapping[str, Any]]]
"""Tables by name: for each row, what is changed in the table's example."""
SHEET = "Sent"


def plan(**keys: Any) -> Plan:
    """A plan of one employer, from September 2025 for five years."""
    words = {
        "name": "Larkmere",
        "ics": ["Q4W"],
        "employers": {"ZZ1": "Larkmere", "ZZ2": "Thessick"},
        "education_providers": {"ZZU1": "University of Larkmere"},
        "base_month": "2025-09",
        "sources": [{"reader": "pay_afc", "path": "pay.csv"}],
        **keys,
    }
    return Plan(folder=Path("larkmere"), file=PlanFile.model_validate(words), sources=())


def tables(sent: Sent) -> Tables:
    """The canonical tables, each from a workbook of its name."""
    return {name: rows(name, *changes, file=f"{name}.xlsx", sheet=SHEET) for name, changes in sent.items()}


@dataclass(frozen=True)
class Case:
    """A rule: tables that keep it, the same with something broken, and the problem that is then the only one.

    `at` is table, row and column; `says` are words of the rule and `found` the value shown.
    """

    name: str
    kept: Sent
    broken: Sent
    at: tuple[str, int, str]
    says: tuple[str, ...]
    found: str


ORGANISATIONS = [
    {"code": "Q4W", "kind": "icb", "name": "Larkmere Board", "parent": None},
    {"code": "ZZ1"},
    {"code": "ZZ9", "valid_to": "2024-03-31", "name": "Old Corvane Trust"},
    {"code": "ZS1", "kind": "sub_icb", "name": "Larkmere Place"},
    {"code": "ZZ7", "parent": "QXX", "name": "Farmoor Trust", "kind": "other"},
]
HISTORY = {"month": "2025-08-31"}
LINE = [
    {"kind": "baseline", "month": "2025-03-31"},
    *({"kind": "planned", "month": f"2025-{month:02d}-{day}"} for month, day in ((10, 31), (11, 30), (12, 31))),
    *({"kind": "planned", "month": month} for month in ("2026-01-31", "2026-02-28", "2026-03-31")),
]
"""A line of the operational plan from the month after the base month to the end of its cycle."""
OLD_LINE = [{**row, "cycle": "2024/25", "month": f"{int(row['month'][:4]) - 1}{row['month'][4:]}"} for row in LINE]
"""The same a year before."""
EARLY = [
    {"cycle": "2024/25", "kind": "baseline", "month": "2024-02-29"},
    *({"cycle": "2024/25", "kind": "planned", "month": month} for month in ("2024-03-31", "2024-04-30")),
]
BOTH_SEXES = [
    {"year": year, "sex": sex, "age_band": age_band}
    for year in (2029, 2030)
    for sex in ("female", "male")
    for age_band in ("70-74", "75-79")
]
TEAM = {"month": "2025-08-31", "age_band": "All", "headcount": 40, "wte": 36.0}
ROOM: Sent = {"cdc_plans": [{}], "cdc_rooms": [{}]}
