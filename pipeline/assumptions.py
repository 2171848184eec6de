"""Assumptions: numbers the model needs that are not in the plan's data, each with its unit, range, source and grade."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from pipeline.plan import Plan
from pipeline.problems import InputRefused, Problem
from pipeline.reference import FOLDER
from pipeline.table_problems import value_shown
from pipeline.yaml_file import fault, read_yaml

Grade = Literal["published", "derived", "measured", "placeholder", "choice"]
"""How good a figure is. `measured` is computed from the plan's own files; a `choice` changes nothing at its value."""
Scale = Literal["linear", "log", "logit", "cloglog"]
"""Where an assumption is normal and changes are added; `cloglog`, the log of the hazard, is for yearly chances."""


IDENTITY = ("item", "test", "profession")
"""What tells one assumption of a kind from another."""
_NEEDS: Mapping[str, set[str]] = {
    "unavailable": {"item"},
    "correlation": {"item"},
    "category_allowance": {"profession"},
    "minutes": {"test", "profession"},
    "points": {"test"},
    "list_hours": {"profession"},
    "activity_growth": {"test"},
    "activity_swing": {"test"},
    "exit_rate": {"item"},
    "early_leaving": {"item"},
    "training_odds": {"item"},
    "output_at_start": {"item"},
    "output_months": {"item"},
    "work_follows": {"test", "profession"},
    "work_moved": {"item", "profession"},
    "report_minutes": {"item"},
    "reports_moved": {"item"},
    "temporary_share": {"item"},
    "temporary_budget": {"item"},
}
StaffKind = Literal[
    "exit_rate",
    "transfers_within",
    "early_leaving",
    "time_to_hire",
    "vacancy_months",
    "vacancy_share",
    "hiring_pace",
    "promotion_pace",
    "recruits_abroad",
    "posts_growth",
    "hours_growth",
    "places_to_come",
    "training_odds",
    "gives_up",
    "output_at_start",
    "output_months",
    "recruits_abroad_kept",
    "temporary_share",
    "temporary_budget",
    "output_of_staff",
    "passport",
    "shared_bank",
]
"""Assumptions about staff over time."""
STAFF_KINDS: tuple[StaffKind, ...] = get_args(StaffKind)
WorkKind = Literal[
    "waiting_standard",
    "contract_hours_week",
    "weeks_year",
    "unavailable",
    "productivity_growth",
    "activity_growth",
    "activity_swing",
    "unmeasured_growth",
    "unmeasured_swing",
    "correlation",
    "category_allowance",
    "minutes",
    "points",
    "points_per_list",
    "list_hours",
    "work_follows",
    "other_work_growth",
    "activity_shock",
    "avoided",
    "list_cleared",
    "clear_months",
    "seen_in_time",
    "centres_to_come",
    "centres_later",
    "centre_hours_extra",
    "work_moved",
    "skill_mix_reached",
    "report_minutes",
    "reports_moved",
    "supervision",
]
"""Assumptions about work and the staff that it needs."""
KINDS: frozenset[str] = frozenset((*STAFF_KINDS, *get_args(WorkKind)))
"""Every kind there is."""
SHARES_OF_A_WHOLE = ("unavailable", "category_allowance")
"""Kinds whose shares are added up, all together or by profession, and leave something of the whole."""
_MAY_HAVE: Mapping[str, set[str]] = {"contract_hours_week": {"profession"}, "category_allowance": {"item"}}


def _fault(column: str, says: str) -> PydanticCustomError:
    """What is wrong with an assumption as a whole, said of the one of its parts that most likely has the slip."""
    return PydanticCustomError("assumption", says, {"column": column})


class Assumption(BaseModel):
    """One number the model uses. `low` and `high` are its 10th and 90th percentiles on the named scale."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, allow_inf_nan=False)

    kind: WorkKind | StaffKind
    item: str = ""
    test: str = ""
    profession: str = ""
    label: str = Field(min_length=1)
    unit: str = Field(min_length=1)
    value: float
    low: float | None = None
    high: float | None = None
    scale: Scale = "linear"
    grade: Grade
    range: Literal["published", "measured", "placeholder", "none"] = "none"
    source: str = ""
    link: str = ""
    from_date: dt.date = Field(validation_alias="from")
    note: str = ""
    owner: str = ""
    signed_off_by: str = ""
    signed_off_on: dt.date | None = None

    @model_validator(mode="after")
    def _is_of_what_its_kind_is_of(self) -> Assumption:
        needs = _NEEDS.get(self.kind, set())
        for part in IDENTITY:
            given = bool(getattr(self, part))
            if part in needs and not given:
                raise _fault(part, f"{self.kind} is for one {part}; say which, or the figure would not be used")
            if given and part not in needs | _MAY_HAVE.get(self.kind, set()):
                raise _fault(part, f"{self.kind} is not kept by {part}; leave it out, or the figure would not be used")
        return self

    @model_validator(mode="after")
    def _is_coherent(self) -> Assumption:
        if (self.low is None) != (self.high is None):
            raise _fault("low", "low and high are given together or not at all")
        if self.low is not None and self.high is not None and not self.low <= self.value <= self.high:
            raise _fault("value", "the value lies between low and high")
        if self.grade != "placeholder" and not self.source.strip():
            raise _fault("source", "a figure that is not a placeholder names its source")
        if bool(self.signed_off_by) != bool(self.signed_off_on):
            raise _fault("signed_off_on", "a sign-off has a name and a date (signed_off_by and signed_off_on)")
        return self

    @model_validator(mode="after")
    def _is_on_its_scale(self) -> Assumption:
        numbers = [number for number in (self.value, self.low, self.high) if number is not None]
        if self.scale == "log" and min(numbers) <= 0:
            raise _fault("scale", "on the log scale every number is above 0")
        if self.scale in ("logit", "cloglog") and not all(0 < number < 1 for number in numbers):
            raise _fault("scale", f"on the {self.scale} scale every number lies between 0 and 1")
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


def plan_assumptions(plan: Plan, standards: pd.DataFrame | None = None) -> Assumptions:
    """The plan's assumptions: the defaults, with its own in their place.

    `standards` is the canonical table of that name: its figures take the place of the defaults, and those of the file
    that plan.yaml names (standards) take the place of both. Raises InputRefused naming each bad entry and row, and
    shares of one kind that leave nothing of a whole.
    """
    sent, rows = _sent(standards) if standards is not None else ({}, {})
    path = plan.resolve(plan.file.standards) if plan.file.standards else None
    written = _read(path) if path else {}
    merged = {**default_assumptions(), **sent, **written}
    problems = [
        replace(_place_of(shares, written, path, rows), value=profession, rule=_too_much(total))
        for kind in SHARES_OF_A_WHOLE
        for profession, total in _totals(merged, kind).items()
        if total >= 1
        for shares in [[each for each in of_kind(merged, kind) if each.profession == profession]]
    ]
    if problems:
        raise InputRefused(problems)
    return merged


def _too_much(total: float) -> str:
    return f"these shares add up to {total:g}; they stay below 1"


def _place_of(
    shares: list[Assumption], written: Assumptions, path: Path | None, rows: Mapping[str, Problem]
) -> Problem:
    """Where to put shares right: the file that plan.yaml names where it gives one, else the last row that does."""
    if path is not None and any(each.key in written for each in shares):
        return Problem(file=str(path), key=shares[0].kind, rule="")
    return next(rows[each.key] for each in reversed(shares) if each.key in rows)


def _sent(standards: pd.DataFrame) -> tuple[Assumptions, dict[str, Problem]]:
    """The assumptions of a table of standards, and the place of each: a problem that has no rule yet."""
    found: Assumptions = {}
    places: dict[str, Problem] = {}
    problems: list[Problem] = []
    for row in standards.to_dict("records"):
        place = Problem(file=str(row["file"]), sheet=str(row["sheet"]), row=int(row["row"]), column="value", rule="")
        try:
            assumption = Assumption.model_validate(_entry(row))
        except ValidationError as error:
            problems += [_row_fault(place, row, detail) for detail in error.errors()]
            continue
        found[assumption.key], places[assumption.key] = assumption, place
    if problems:
        raise InputRefused(problems)
    return found, places


def _entry(row: Mapping[Hashable, Any]) -> dict[str, Any]:
    """A row of the table as an assumption is written; its range is as good as its value."""
    fields = [name for name in Assumption.model_fields if name in row and not pd.isna(row[name])]
    entry = {name: row[name].date() if isinstance(row[name], pd.Timestamp) else row[name] for name in fields}
    of_range = {"derived": "published"}.get(entry["grade"], entry["grade"])
    return {**entry, "range": of_range if "low" in entry else "none"}


def _row_fault(place: Problem, row: Mapping[Hashable, Any], detail: ErrorDetails) -> Problem:
    column = str(detail["loc"][0]) if detail["loc"] else str(detail["ctx"]["column"])
    return replace(place, column=column, value=value_shown(row[column]), rule=detail["msg"])


def _totals(assumptions: Assumptions, kind: str) -> dict[str, float]:
    """The sum of the values of a kind, by profession."""
    totals: dict[str, float] = {}
    for each in of_kind(assumptions, kind):
        totals[each.profession] = totals.get(each.profession, 0.0) + each.value
    return totals


def placeholders(assumptions: Assumptions) -> list[Assumption]:
    """Assumptions whose value stands in for a figure nobody has supplied."""
    return [assumption for assumption in assumptions.values() if assumption.is_placeholder]


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
