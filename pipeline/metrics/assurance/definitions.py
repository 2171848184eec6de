"""The triggers as they are written down: groups, triggers, metrics, thresholds and who is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import pandas as pd
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from pipeline.metrics.indicators.cards import cards
from pipeline.plan import Plan
from pipeline.problems import InputRefused
from pipeline.reference import FOLDER
from pipeline.yaml_file import fault, read_yaml

Part = TypeVar("Part")


def _some(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Refuses an empty list. Pydantic's own least length also calls a list empty whose parts are all refused."""
    if not parts:
        raise ValueError("should not be empty")
    return parts


Some = Annotated[tuple[Part, ...], AfterValidator(_some)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, allow_inf_nan=False)


class Told(_Part):
    """Who is told, and within how many days."""

    who: str = Field(min_length=1)
    days: int = Field(ge=1, le=365)


class Telling(_Part):
    """Who is told at amber and who at red."""

    amber: Told
    red: Told


class Metric(_Part):
    """One indicator with its thresholds. A value on a threshold has reached it."""

    indicator: str
    worse: Literal["above", "below"]
    amber: float
    red: float
    weight: float = Field(gt=0)
    source: str = Field(min_length=1)
    months: int = Field(default=1, ge=1, le=24)
    must: bool = False

    @field_validator("indicator")
    @classmethod
    def _is_known(cls, name: str) -> str:
        if name not in cards():
            raise ValueError(f"no indicator of that name; choose one of {', '.join(cards())}")
        return name

    @model_validator(mode="after")
    def _red_is_worse(self) -> Metric:
        if self.red < self.amber if self.worse == "above" else self.red > self.amber:
            raise ValueError(f"red ({self.red:g}) should be worse than amber ({self.amber:g}), or the same")
        return self


class Trigger(_Part):
    """One thing to be told of, from one or more metrics."""

    id: str = Field(min_length=1)
    title: str = Field(min_length=1)
    weight: float = Field(gt=0)
    tell: Telling
    metrics: Some[Metric]

    @model_validator(mode="after")
    def _indicators_differ(self) -> Trigger:
        names = [metric.indicator for metric in self.metrics]
        if len(set(names)) < len(names):
            raise ValueError(f"the trigger {self.id} names an indicator twice")
        return self


class Group(_Part):
    """A question of the board, answered by its triggers."""

    id: str = Field(min_length=1)
    question: str = Field(min_length=1)
    weight: float = Field(gt=0)
    why: str = Field(min_length=1)
    triggers: Some[Trigger]


class Assurance(_Part):
    """All groups."""

    groups: Some[Group]

    @model_validator(mode="after")
    def _ids_differ(self) -> Assurance:
        ids = [group.id for group in self.groups] + [trigger.id for _, trigger in self.triggers()]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"groups and triggers have ids of their own; twice there is {', '.join(twice)}")
        return self

    @model_validator(mode="after")
    def _names_differ(self) -> Assurance:
        """Rows of tables and charts are named by questions and titles: one given twice would stand for two things."""
        for names in ([group.question for group in self.groups], [trigger.title for _, trigger in self.triggers()]):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f"questions and titles differ from one another; twice there is {', '.join(twice)}")
        return self

    def triggers(self) -> Iterator[tuple[Group, Trigger]]:
        """Every trigger with its group, in order."""
        return ((group, trigger) for group in self.groups for trigger in group.triggers)

    def metrics(self) -> pd.DataFrame:
        """A row a metric: group, trigger, indicator, worse, amber, red, weight, months, must, source."""
        return pd.DataFrame(
            [
                {"group": group.id, "trigger": trigger.id, **metric.model_dump()}
                for group, trigger in self.triggers()
                for metric in trigger.metrics
            ]
        )


def plan_assurance(plan: Plan) -> Assurance:
    """The triggers of a plan: those of the file that plan.yaml names, or else the default ones.

    Raises InputRefused naming file, key and rule of everything wrong.
    """
    return read_assurance(plan.resolve(plan.file.assurance) if plan.file.assurance else FOLDER / "assurance.yaml")


def read_assurance(path: Path) -> Assurance:
    """The triggers of a file. Raises InputRefused naming every key that is wrong."""
    raw = read_yaml(path)
    try:
        return Assurance.model_validate(raw)
    except ValidationError as error:
        raise InputRefused(fault(path, detail) for detail in error.errors()) from error
