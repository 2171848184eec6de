"""The plan's list of actions, as its owners wrote it (docs/method.md, section 8)."""

from __future__ import annotations

from typing import Literal, get_args

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline.plan import PILLAR_NAMES, Pillar, Plan
from pipeline.problems import InputRefused, Problem
from pipeline.yaml_file import MONTH, fault, read_yaml

SHORT_TERM_BELOW, MEDIUM_TERM_TO = 12, 36
"""Months to full effect: short under 12, medium 12 to 36, long over 36."""

Theme = Literal["Leadership and culture", "Recruitment and retention", "Education and supply", "Workforce planning"]
THEMES: tuple[Theme, ...] = get_args(Theme)

_ID = r"^[A-Za-z0-9_-]{1,20}$"
_SAYS = {_ID: "an id is at most 20 letters, digits, - and _, without spaces"}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Cost(_Part):
    """Cost of an action in pounds: recurrent each year, capital once."""

    recurrent: float = Field(ge=0)
    capital: float = Field(ge=0)


class Effect(_Part):
    """The sender's own estimate of the effect on effective WTE, once in full."""

    low: float
    central: float
    high: float

    @model_validator(mode="after")
    def _in_order(self) -> Effect:
        if not self.low <= self.central <= self.high:
            raise ValueError("low, central and high go up")
        return self


class Action(_Part):
    """One action as its owner describes it."""

    id: str = Field(pattern=_ID)
    title: str = Field(min_length=1)
    theme: Theme
    level: Literal["ICS", "employer"]
    pillars: list[Pillar] = Field(min_length=1)
    owner: str = Field(min_length=1)
    start: str = Field(pattern=MONTH)
    lead_months: int = Field(ge=0, le=240)
    cost: Cost
    wte: Effect
    profession: str = Field(min_length=1)
    measure: str = Field(min_length=1)
    depends_on: list[str] = Field(default_factory=list)
    evidence: str = ""

    @property
    def term(self) -> str:
        """Short, medium or long, by the months to full effect."""
        if self.lead_months < SHORT_TERM_BELOW:
            return "short"
        return "medium" if self.lead_months <= MEDIUM_TERM_TO else "long"


def plan_actions(plan: Plan) -> list[Action]:
    """The plan's actions; none where the plan names no file.

    Raises InputRefused naming each bad entry, repeated id and dependency on an action that is not there.
    """
    if not plan.file.actions:
        return []
    path = plan.resolve(plan.file.actions)
    raw = read_yaml(path)
    if not isinstance(raw, list):
        raise InputRefused(
            [Problem(file=str(path), rule="the file should be a list of actions, each starting with “- id:”")]
        )
    actions: list[Action] = []
    problems: list[Problem] = []
    for number, entry in enumerate(raw):
        try:
            actions.append(Action.model_validate(entry))
        except ValidationError as error:
            problems += [fault(path, detail, _SAYS, within=str(number)) for detail in error.errors()]
    problems += _references(str(path), actions)
    if problems:
        raise InputRefused(problems)
    return actions


def _references(file: str, actions: list[Action]) -> list[Problem]:
    ids = [action.id for action in actions]
    repeated = [
        Problem(file=file, key=f"{number}.id", value=one, rule="another action has this id")
        for number, one in enumerate(ids)
        if one in ids[:number]
    ]
    unknown = [
        Problem(file=file, key=f"{number}.depends_on", value=other, rule="there is no action with this id")
        for number, action in enumerate(actions)
        for other in action.depends_on
        if other not in ids
    ]
    return repeated + unknown


def actions_table(actions: list[Action]) -> pd.DataFrame:
    """One row an action for the action plan: term, theme, level, what, who, when, cost, effect, measure."""
    return pd.DataFrame(
        [
            {
                "id": action.id,
                "title": action.title,
                "theme": action.theme,
                "level": action.level,
                "term": action.term,
                "pillars": ", ".join(PILLAR_NAMES[pillar] for pillar in action.pillars),
                "profession": action.profession,
                "owner": action.owner,
                "start": pd.Period(action.start, freq="M").to_timestamp(how="end").normalize(),
                "lead_months": action.lead_months,
                "recurrent": action.cost.recurrent,
                "capital": action.cost.capital,
                "wte_low": action.wte.low,
                "wte": action.wte.central,
                "wte_high": action.wte.high,
                "measure": action.measure,
                "depends_on": ", ".join(action.depends_on),
            }
            for action in sorted(actions, key=lambda action: (action.lead_months, action.id))
        ]
    )
