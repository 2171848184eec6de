"""Scenarios: files of additive changes to named assumptions, each on its own scale (docs/method.md, section 7)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.assumptions import Assumptions
from pipeline.model.draws import Draws, shifted
from pipeline.plan import Plan
from pipeline.problems import InputRefused, Problem
from pipeline.yaml_file import fault, read_yaml

_NAME = r"^[a-z][a-z0-9_]{0,39}$"
_SAYS = {_NAME: "a scenario's name is at most 40 small letters, digits and _, and starts with a letter"}


class Change(BaseModel):
    """An amount to add to the assumptions of a kind, each on its own scale (linear, log or logit)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str
    item: str = ""
    test: str = ""
    profession: str = ""
    add: float = Field(allow_inf_nan=False)

    def reaches(self, key: str, assumptions: Assumptions) -> bool:
        """Whether the change is meant for an assumption; a part left empty means every one."""
        assumption = assumptions[key]
        wanted = [(self.item, assumption.item), (self.test, assumption.test), (self.profession, assumption.profession)]
        return assumption.kind == self.kind and all(part in ("", own) for part, own in wanted)


class Scenario(BaseModel):
    """A named what-if. With no changes it is the baseline, bit for bit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=_NAME)
    label: str = Field(min_length=1, max_length=80)
    why: str = Field(min_length=1, description="What would have to happen for this to come true.")
    changes: list[Change] = Field(default_factory=list)

    def and_also(self, change: Change) -> Scenario:
        """The scenario with one more change, which its label says; a change of nothing leaves it as it is."""
        if not change.add:
            return self
        label = f"{self.label}, with {change.kind.replace('_', ' ')} {change.add:+g}"
        return self.model_copy(update={"changes": [*self.changes, change], "label": label})


BASELINE = Scenario(
    name="trend",
    label="Present trends go on",
    why="Tests go on growing at the rate measured in the plan's own files, or stay level where none could be measured; "
    "output per WTE grows at its long-run rate.",
)


def growth_lever(extra_growth: float) -> Change:
    """More growth of every test a year, on the log scale. Raises ValueError beyond -1 to 1: 1 is nearly three times."""
    if not -1 <= extra_growth <= 1:
        raise ValueError(
            f"extra_growth is {extra_growth:g}; it is added to yearly growth, so 0.02 is about two percentage points a "
            "year more, and it should lie between -1 and 1"
        )
    return Change(kind="activity_growth", add=extra_growth)


def plan_scenarios(plan: Plan, assumptions: Assumptions) -> list[Scenario]:
    """The baseline and every scenario file of the plan.

    Raises InputRefused naming each bad entry, each change that reaches no assumption and each repeated name or label.
    """
    scenarios, problems = [BASELINE], []
    for name in plan.file.scenarios:
        path = plan.resolve(name)
        scenario = _read(path)
        problems += list(_dead_changes(path, scenario, assumptions))
        problems += list(_repeats(path, scenario, scenarios))
        scenarios.append(scenario)
    if problems:
        raise InputRefused(problems)
    return scenarios


def apply(scenario: Scenario, draws: Draws, assumptions: Assumptions) -> Draws:
    """The draws with the scenario's changes added; the draws given are left as they are."""
    changed = dict(draws)
    for change in scenario.changes:
        for key in draws:
            if change.reaches(key, assumptions):
                changed[key] = shifted(changed[key], change.add, assumptions[key].scale)
    return changed


def _read(path: Path) -> Scenario:
    raw: Any = read_yaml(path)
    try:
        return Scenario.model_validate(raw)
    except ValidationError as error:
        raise InputRefused(fault(path, detail, _SAYS) for detail in error.errors()) from error


def _repeats(path: Path, scenario: Scenario, known: list[Scenario]) -> list[Problem]:
    """A label is what a reader tells two scenarios apart by, as a name is for a file."""
    return [
        Problem(file=str(path), key=key, value=getattr(scenario, key), rule=f"another scenario has this {key}")
        for key in ("name", "label")
        if getattr(scenario, key) in {getattr(other, key) for other in known}
    ]


def _dead_changes(path: Path, scenario: Scenario, assumptions: Assumptions) -> list[Problem]:
    rule = "this change reaches no assumption; check kind, item, test and profession"
    return [
        Problem(file=str(path), key=f"changes.{number}", value=change.kind, rule=rule)
        for number, change in enumerate(scenario.changes)
        if not any(change.reaches(key, assumptions) for key in assumptions)
    ]
