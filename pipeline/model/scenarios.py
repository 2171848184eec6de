"""Scenarios: files of additive changes to named assumptions, each on its own scale (docs/method.md, section 7)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline.assumptions import Assumptions
from pipeline.problems import InputRefused
from pipeline.reference import FOLDER
from pipeline.yaml_file import fault, read_yaml

_NAME = r"^[a-z][a-z0-9_]{0,39}$"
_SAYS = {_NAME: "a scenario's name is at most 40 small letters, digits and _, and starts with a letter"}
Target = Literal["low", "high", "plan", "horizon"]


class Change(BaseModel):
    """A change of the assumptions of a kind, each on its own scale. One of add, moves_to and at_least is given."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str = Field(description="Kind of assumption: a lever of docs/levers.md.")
    item: str = Field(default="", description="Which part, such as leaving or sickness; left out, all of the kind.")
    test: str = Field(default="", description="The test; left out, all of them.")
    profession: str = Field(default="", description="The profession; left out, all of them.")
    add: float | None = Field(
        default=None, allow_inf_nan=False, description="Added on the assumption's own scale (linear, log, logit …)."
    )
    moves_to: float | Target | None = Field(
        default=None,
        description="The value it is moved to: a number, low or high (the ends of its range), plan (what the "
        "operational plan supposes) or horizon (months of the plan).",
    )
    at_least: float | None = Field(
        default=None, allow_inf_nan=False, description="The value it is moved to where it is not beyond it already."
    )
    after_months: int = Field(default=0, ge=0, description="Months after the base month before it begins.")
    over_months: int = Field(default=0, ge=0, description="Months over which it builds up, in even steps.")
    lasts_months: int | None = Field(default=None, ge=1, description="Months for which it lasts; left out, for good.")
    because: str = Field(default="", description="Where the figure comes from.")

    @model_validator(mode="after")
    def _says_one_amount(self) -> Change:
        if sum(amount is not None for amount in (self.add, self.moves_to, self.at_least)) != 1:
            raise ValueError("give one of add, moves_to and at_least")
        return self

    @property
    def timed(self) -> bool:
        """Whether it begins later than the base month, builds up, or ends."""
        return bool(self.after_months or self.over_months or self.lasts_months)

    def reaches(self, key: str, assumptions: Assumptions) -> bool:
        """Whether the change is meant for an assumption; a part left empty means every one."""
        assumption = assumptions[key]
        wanted = [(self.item, assumption.item), (self.test, assumption.test), (self.profession, assumption.profession)]
        return assumption.kind == self.kind and all(part in ("", own) for part, own in wanted)


class Scenario(BaseModel):
    """A named what-if. With no changes it is the baseline, bit for bit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=_NAME, description="Short name: small letters, digits and _.")
    label: str = Field(min_length=1, max_length=80, description="What a reader sees.")
    why: str = Field(min_length=1, description="What would have to happen for this to come true.")
    changes: list[Change] = Field(default_factory=list)

    def and_also(self, changes: Iterable[Change]) -> Scenario:
        """The scenario with more changes, which its label says; a change of nothing leaves it as it is."""
        more = [change for change in changes if change.add != 0]
        if not more:
            return self
        said = ", ".join(_said(change) for change in more)
        return self.model_copy(update={"changes": [*self.changes, *more], "label": f"{self.label}, with {said}"})


def _said(change: Change) -> str:
    of = " ".join(part for part in (change.item, change.test, change.profession) if part)
    return " ".join(part for part in (change.kind.replace("_", " "), of, _amount(change)) if part)


def _amount(change: Change) -> str:
    if change.add is not None:
        return f"{change.add:+g}"
    return f"at {change.moves_to}" if change.at_least is None else f"at least {change.at_least:g}"


def read_scenario(path: Path) -> Scenario:
    """A scenario from its file. Raises InputRefused with everything that is wrong in it."""
    raw: Any = read_yaml(path)
    try:
        return Scenario.model_validate(raw)
    except ValidationError as error:
        raise InputRefused(fault(path, detail, _SAYS) for detail in error.errors()) from error


@cache
def shipped_scenarios() -> tuple[Scenario, ...]:
    """The six scenarios that every plan has, the baseline first."""
    return tuple(read_scenario(path) for path in sorted((FOLDER / "scenarios").glob("*.yaml")))


BASELINE = shipped_scenarios()[0]
