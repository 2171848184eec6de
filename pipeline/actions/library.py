"""The plan's list of actions, as its owners wrote it (docs/method.md, section 8)."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Any, Literal, get_args

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline.plan import PILLAR_NAMES, Pillar, Plan
from pipeline.problems import InputRefused, Problem
from pipeline.sources.rules.governance import Step, ids_of, order_problems, steps
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


def plan_actions(plan: Plan, table: pd.DataFrame | None = None) -> list[Action]:
    """The plan's actions: those of the file that plan.yaml names, then those of its table of actions.

    None where there is neither. Raises InputRefused naming each bad entry, repeated id, dependency on an action that is
    not there, and actions that wait for one another.
    """
    written, problems = _written(plan)
    sent = [] if table is None else [_action(row) for row in table.to_dict("records")]
    listed = [*written.values(), *sent]
    order = [*_written_steps(plan, written), *(steps(table) if table is not None else [])]
    problems += _repeats(order) + order_problems(order)
    if problems:
        raise InputRefused(problems)
    return listed


def _written(plan: Plan) -> tuple[dict[int, Action], list[Problem]]:
    """The actions of the file that plan.yaml names, by their place in it, and what is wrong with the others there."""
    if not plan.file.actions:
        return {}, []
    path = plan.resolve(plan.file.actions)
    raw = read_yaml(path)
    if not isinstance(raw, list):
        rule = "the file should be a list of actions, each starting with “- id:”"
        raise InputRefused([Problem(file=str(path), rule=rule)])
    actions: dict[int, Action] = {}
    problems: list[Problem] = []
    for number, entry in enumerate(raw):
        try:
            actions[number] = Action.model_validate(entry)
        except ValidationError as error:
            problems += [fault(path, detail, _SAYS, within=str(number)) for detail in error.errors()]
    return actions, problems


def _written_steps(plan: Plan, actions: Mapping[int, Action]) -> list[Step]:
    file = str(plan.resolve(plan.file.actions)) if plan.file.actions else ""
    return [
        Step(action.id, tuple(action.depends_on), Problem(file=file, key=f"{number}.depends_on", rule=""))
        for number, action in actions.items()
    ]


def _action(row: Mapping[Hashable, Any]) -> Action:
    """An action of the table, which its schema has checked."""
    return Action(
        **{name: row[name] for name in ("id", "title", "theme", "level", "owner", "profession", "measure")},
        pillars=[part.strip() for part in row["pillars"].split(",")],
        start=f"{row['start']:%Y-%m}",
        lead_months=int(row["lead_months"]),
        cost=Cost(recurrent=row["recurrent"], capital=row["capital"]),
        wte=Effect(low=row["wte_low"], central=row["wte"], high=row["wte_high"]),
        depends_on=list(ids_of(row["depends_on"])),
        evidence="" if pd.isna(row["evidence"]) else row["evidence"],
    )


def _repeats(order: list[Step]) -> list[Problem]:
    ids = [step.id for step in order]
    return [
        replace(step.id_place, value=step.id, rule="another action has this id")
        for number, step in enumerate(order)
        if step.id in ids[:number]
    ]


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
