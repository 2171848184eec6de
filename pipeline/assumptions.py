"""Assumptions: numbers the model needs that are not in the plan's data, each with its unit, range, source and grade."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline.plan import Plan
from pipeline.problems import InputRefused, Problem
from pipeline.reference import FOLDER
from pipeline.yaml_file import fault, read_yaml

Grade = Literal["published", "derived", "measured", "placeholder"]
"""How good a figure is. `measured` means computed from the plan's own files."""


class Assumption(BaseModel):
    """One number the model uses. `low` and `high` are its 10th and 90th percentiles on the named scale."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    kind: Literal[
        "waiting_standard",
        "contract_hours_week",
        "weeks_year",
        "unavailable",
        "productivity_growth",
        "activity_growth",
        "unmeasured_growth",
        "correlation",
        "category_allowance",
        "minutes",
        "points",
        "points_per_list",
        "list_hours",
    ]
    item: str = ""
    test: str = ""
    profession: str = ""
    label: str = Field(min_length=1)
    unit: str = Field(min_length=1)
    value: float
    low: float | None = None
    high: float | None = None
    scale: Literal["linear", "log", "logit"] = "linear"
    grade: Grade
    range: Literal["published", "measured", "placeholder", "none"] = "none"
    source: str = ""
    link: str = ""
    from_date: dt.date = Field(validation_alias="from")
    note: str = ""

    @model_validator(mode="after")
    def _is_coherent(self) -> Assumption:
        if (self.low is None) != (self.high is None):
            raise ValueError("low and high are given together or not at all")
        if self.low is not None and self.high is not None and not self.low <= self.value <= self.high:
            raise ValueError("the value lies between low and high")
        if self.grade != "placeholder" and not self.source.strip():
            raise ValueError("a figure that is not a placeholder names its source")
        numbers = [number for number in (self.value, self.low, self.high) if number is not None]
        if self.scale == "log" and min(numbers) <= 0:
            raise ValueError("on the log scale every number is above 0")
        if self.scale == "logit" and not all(0 < number < 1 for number in numbers):
            raise ValueError("on the logit scale every number lies between 0 and 1")
        return self

    @property
    def key(self) -> str:
        """What tells this assumption from every other."""
        return " / ".join(part for part in (self.kind, self.item, self.test, self.profession) if part)

    @property
    def is_placeholder(self) -> bool:
        """Whether the value stands in for a figure nobody has supplied."""
        return self.grade == "placeholder"


Assumptions = dict[str, Assumption]
"""Assumptions by key."""


@cache
def default_assumptions() -> Assumptions:
    """The assumptions the project ships."""
    return _read(FOLDER / "standards.yaml")


def plan_assumptions(plan: Plan) -> Assumptions:
    """The plan's assumptions: the defaults with the plan's own in their place.

    Raises InputRefused naming each bad entry of the plan's standards file.
    """
    if not plan.file.standards:
        return default_assumptions()
    path = plan.resolve(plan.file.standards)
    merged = {**default_assumptions(), **_read(path)}
    problems = [
        Problem(file=str(path), key=kind, value=profession, rule=f"these shares add up to {total:g}; they stay below 1")
        for kind in ("unavailable", "category_allowance")
        for profession, total in _totals(merged, kind).items()
        if total >= 1
    ]
    if problems:
        raise InputRefused(problems)
    return merged


def _totals(assumptions: Assumptions, kind: str) -> dict[str, float]:
    """The sum of the values of a kind, by profession."""
    totals: dict[str, float] = {}
    for each in of_kind(assumptions, kind):
        totals[each.profession] = totals.get(each.profession, 0.0) + each.value
    return totals


def of_kind(assumptions: Assumptions, kind: str) -> list[Assumption]:
    """The assumptions of one kind, in their order."""
    return [assumption for assumption in assumptions.values() if assumption.kind == kind]


def _read(path: Path) -> Assumptions:
    raw = read_yaml(path)
    if not isinstance(raw, list):
        raise InputRefused(
            [Problem(file=str(path), rule="the file should be a list of assumptions, each starting with “- kind:”")]
        )
    found: Assumptions = {}
    problems: list[Problem] = []
    for number, entry in enumerate(raw):
        try:
            assumption = Assumption.model_validate(entry)
        except ValidationError as error:
            problems += [fault(path, detail, within=_place(number, entry)) for detail in error.errors()]
            continue
        if assumption.key in found:
            problems.append(
                Problem(file=str(path), key=str(number), value=assumption.key, rule="this assumption is given twice")
            )
        found[assumption.key] = assumption
    if problems:
        raise InputRefused(problems)
    return found


def _place(number: int, entry: Any) -> str:
    name = entry.get("label") or entry.get("kind") if isinstance(entry, dict) else None
    return f"{number} ({name})" if name else str(number)
