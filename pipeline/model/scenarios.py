"""Scenarios: files of additive changes to named assumptions, each on its own scale (docs/method.md, section 7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails

from pipeline.assumptions import Assumptions, of_kind
from pipeline.problems import InputRefused, Problem
from pipeline.reference import FOLDER
from pipeline.yaml_file import fault, read_yaml

_NAME = r"^[a-z][a-z0-9_]{0,39}$"
_SAYS = {
    _NAME: "a scenario's name is at most 40 small letters, digits and _, and starts with a letter",
    "extra_forbidden": "this key is not known; check its spelling against docs/levers.md",
    "finite_number": "should be a number",
}
_NO_SCENARIO = "a scenario is lines of `key: value`: name, label, why and changes; docs/levers.md has an example"
Target = Literal["low", "high", "plan", "horizon"]
TARGETS: Mapping[str, str] = {
    "low": "the low end of its range, the 10th percentile",
    "high": "the high end of its range, the 90th percentile",
    "plan": "what the operational plan supposes, for as long as that plan runs",
    "horizon": "the number of months that the plan looks ahead",
}
"""What each word that a change may move to stands for."""
AMOUNTS = ("add", "moves_to", "at_least")
"""The ways to say how much; a change gives one of them."""
Number = Annotated[float, Field(allow_inf_nan=False)]


@dataclass(frozen=True)
class Place:
    """The staff for whom a change holds: of an employer, a pillar or a profession; a part left empty means all."""

    employer: str = ""
    pillar: str = ""
    profession: str = ""

    def holds(self, other: Place) -> bool:
        """Whether the place takes in another, or the other is the same."""
        return all(own in ("", its) for own, its in zip(self._parts, other._parts, strict=True))

    @property
    def _parts(self) -> tuple[str, str, str]:
        return self.employer, self.pillar, self.profession

    def __bool__(self) -> bool:
        """Whether it is less than everywhere."""
        return any(self._parts)


class Change(BaseModel):
    """A change of the assumptions of a kind, each on its own scale. Give exactly one of add, moves_to and at_least."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    kind: str = Field(description="The lever: a kind of assumption of docs/levers.md.")
    item: str = Field(default="", description="Which part, such as leaving or sickness; left out, all of the kind.")
    test: str = Field(default="", description="The test, such as CT; left out, all of them.")
    profession: str = Field(default="", description="The profession; left out, all of them.")
    employer: str = Field(default="", description="The employer's code; left out, all of them.")
    pillar: str = Field(default="", description="The pillar, such as imaging; left out, all of them.")
    add: Number | None = Field(
        default=None,
        description="How much is added on the lever's own scale: docs/levers.md says what that means on each.",
    )
    moves_to: Number | Target | None = Field(
        default=None,
        description="The value it is moved to: a number, low or high (the ends of its range), plan (what the "
        "operational plan supposes) or horizon (months of the plan).",
    )
    at_least: Number | None = Field(
        default=None, description="The value it is moved to where it is not beyond it already."
    )
    after_months: int = Field(default=0, ge=0, description="Months after the base month before it begins.")
    over_months: int = Field(default=0, ge=0, description="Months over which it builds up, in even steps.")
    lasts_months: int | None = Field(default=None, ge=1, description="Months for which it lasts; left out, for good.")
    because: str = Field(default="", description="Where the figure comes from.")

    @field_validator("moves_to", mode="wrap")
    @classmethod
    def _moves_to_a_number_or_a_word(cls, value: Any, checked: ValidatorFunctionWrapHandler) -> Any:
        try:
            return checked(value)
        except ValidationError as error:
            raise ValueError(f"should be a number, or one of {', '.join(TARGETS)}") from error

    @model_validator(mode="after")
    def _says_one_amount(self) -> Change:
        if sum(getattr(self, amount) is not None for amount in AMOUNTS) != 1:
            raise ValueError("give one of add, moves_to and at_least")
        return self

    @property
    def timed(self) -> bool:
        """Whether it begins later than the base month, builds up, or ends."""
        return bool(self.after_months or self.over_months or self.lasts_months)

    def reaches(self, key: str, assumptions: Assumptions) -> bool:
        """Whether the change is meant for an assumption; a part left empty means every one.

        Where the kind has a figure for everybody and none of the change's profession, its staff are meant (`place`).
        """
        assumption = assumptions[key]
        wanted = [(self.item, assumption.item), (self.test, assumption.test), (self.profession, assumption.profession)]
        if self._names_staff(assumptions):
            wanted[-1] = ("", "") if not assumption.profession else (self.profession, assumption.profession)
        return assumption.kind == self.kind and all(part in ("", own) for part, own in wanted)

    def place(self, assumptions: Assumptions) -> Place:
        """The staff for whom alone the change holds."""
        return Place(self.employer, self.pillar, self.profession if self._names_staff(assumptions) else "")

    def _names_staff(self, assumptions: Assumptions) -> bool:
        professions = {each.profession for each in of_kind(assumptions, self.kind)}
        return bool(self.profession) and self.profession not in professions and "" in professions


class Scenario(BaseModel):
    """A named what-if. With no changes it is the baseline, bit for bit."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    name: str = Field(pattern=_NAME, description="Short name: small letters, digits and _.")
    label: str = Field(min_length=1, max_length=80, description="What a reader sees.")
    why: str = Field(min_length=1, description="What would have to happen for this to come true.")
    changes: list[Change] = Field(
        default_factory=list, description="What is changed, one entry for each lever and part; none is the baseline."
    )

    def and_also(self, changes: Iterable[Change]) -> Scenario:
        """The scenario with more changes, which its label says; a change of nothing leaves it as it is."""
        more = [change for change in changes if change.add != 0]
        if not more:
            return self
        said = ", ".join(_said(change) for change in more)
        return self.model_copy(update={"changes": [*self.changes, *more], "label": f"{self.label}, with {said}"})


def _said(change: Change) -> str:
    parts = (change.item, change.test, change.profession, change.pillar, change.employer)
    of = " ".join(part for part in parts if part)
    return " ".join(part for part in (change.kind.replace("_", " "), of, _amount_said(change)) if part)


def _amount_said(change: Change) -> str:
    if change.add is not None:
        return f"{change.add:+g}"
    return f"at {change.moves_to}" if change.moves_to is not None else f"at least {change.at_least:g}"


def in_words(path: Path, detail: ErrorDetails) -> Problem:
    """What is wrong with a scenario or a change, for whoever wrote it."""
    return fault(path, detail, _SAYS)


def read_scenario(path: Path) -> Scenario:
    """A scenario from its file. Raises InputRefused with everything that is wrong in it."""
    raw: Any = read_yaml(path)
    if not isinstance(raw, dict):
        raise InputRefused([Problem(file=str(path), rule=_NO_SCENARIO)])
    try:
        return Scenario.model_validate(raw)
    except ValidationError as error:
        raise InputRefused(in_words(path, detail) for detail in error.errors()) from error


@cache
def shipped_scenarios() -> tuple[Scenario, ...]:
    """The six scenarios that every plan has, the baseline first."""
    return tuple(read_scenario(path) for path in sorted((FOLDER / "scenarios").glob("*.yaml")))


BASELINE = shipped_scenarios()[0]
