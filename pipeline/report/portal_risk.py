"""In which order plans are listed: the plan most at risk first (reference/portal.yaml)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from pipeline.reference import FOLDER
from pipeline.report.portal_record import Listed, Record

GAP, STAFF = "gap_gross_horizon", "staff_in_post"
"""The headlines that a plan's gap and present staff are."""


@dataclass(frozen=True)
class Level:
    """A level of risk: its place from the most at risk, its name, what it says of a plan and why it stands there."""

    place: int
    key: str
    label: str
    says: str
    why: str
    gap_from: float | None = None


@cache
def portal_settings() -> dict[str, Any]:
    """What portal.yaml says."""
    raw: dict[str, Any] = yaml.load((FOLDER / "portal.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return raw


@cache
def levels() -> dict[str, Level]:
    """The levels of risk by key, the most at risk first."""
    return {each["key"]: Level(place, **each) for place, each in enumerate(portal_settings()["levels"])}


def level_of(plan: Listed) -> Level:
    """The level of risk of a plan."""
    known, failed = levels(), bool(plan.failure or plan.refused)
    if plan.record is None:
        return known["no_figure" if failed else "not_begun"]
    share = gap_share(plan.record)
    if failed:
        return known["failed"]
    if share is None:
        return known["no_gap"]
    return next((level for level in known.values() if level.gap_from and share >= level.gap_from), known["low"])


def gap_share(record: Record) -> float | None:
    """The gap at the end of the plan as a share of the staff in post; None where one of them is not known."""
    gap, staff = record.figures.get(GAP), record.figures.get(STAFF)
    if gap is None or staff is None or not staff.value or gap.value is None:
        return None
    return gap.value / staff.value


def by_risk(plans: Iterable[Listed]) -> list[Listed]:
    """Plans in the order of their risk; those alike by name."""
    return sorted(plans, key=_rank)


def _rank(plan: Listed) -> tuple[int, float, float, str]:
    share = gap_share(plan.record) if plan.record else None
    chance = plan.record.published.chance_short if plan.record and plan.record.published else None
    return level_of(plan).place, -(share or 0.0), -(chance or 0.0), plan.name.casefold()
