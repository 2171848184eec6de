"""Assumptions that are varied together, and the numbers by which sensitivity is worked out (sensitivity.yaml)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from pipeline.assumptions import Assumption, Assumptions
from pipeline.model.draws import streams_of
from pipeline.reference import FOLDER


class Group(BaseModel):
    """Assumptions that one decision or one piece of evidence would settle; `says` is how a sentence names them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    says: str
    kinds: tuple[str, ...]


class _Number(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    value: float | tuple[float, ...]
    unit: str
    why: str


@cache
def _file() -> tuple[tuple[Group, ...], dict[str, _Number]]:
    raw = yaml.safe_load((FOLDER / "sensitivity.yaml").read_text(encoding="utf-8"))
    numbers = TypeAdapter(dict[str, _Number]).validate_python(raw["numbers"])
    return TypeAdapter(tuple[Group, ...]).validate_python(raw["groups"]), numbers


def groups() -> tuple[Group, ...]:
    """All groups, in the order of the file."""
    return _file()[0]


def number(name: str) -> float:
    """A number by which sensitivity is worked out."""
    value = _file()[1][name].value
    if isinstance(value, tuple):
        raise TypeError(f"{name} of sensitivity.yaml is a list of numbers")
    return value


def numbers(name: str) -> tuple[float, ...]:
    """A list of numbers by which sensitivity is worked out."""
    value = _file()[1][name].value
    return value if isinstance(value, tuple) else (value,)


def group_of(assumption: Assumption) -> Group:
    """The group of an assumption: that of its item where one names it, else that of its kind.

    Raises LookupError where it is in no group or in several.
    """
    for name in (f"{assumption.kind} / {assumption.item}", assumption.kind):
        found = [group for group in groups() if name in group.kinds]
        if len(found) > 1:
            raise LookupError(f"{name} is in more than one group of sensitivity.yaml")
        if found:
            return found[0]
    raise LookupError(f"{assumption.kind} is in no group of sensitivity.yaml")


def streams_by_group(assumptions: Assumptions) -> dict[str, Sequence[str]]:
    """The streams of random numbers behind the ranged assumptions of each group, by the group's name.

    Groups without a range are left out. Raises LookupError where two groups share a stream: they would not be
    independent, and no share of the whole could be given to either.
    """
    owner: dict[str, str] = {}
    for each in assumptions.values():
        for stream in streams_of(each, assumptions):
            if owner.setdefault(stream, group_of(each).name) != group_of(each).name:
                raise LookupError(f"{stream} moves assumptions of two groups of sensitivity.yaml")
    return {
        group.name: of_group
        for group in groups()
        if (of_group := [stream for stream, name in owner.items() if name == group.name])
    }
