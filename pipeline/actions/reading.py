"""A plan's actions read: those of the file that plan.yaml names, and those of its tables."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
from pydantic import ValidationError

from pipeline.actions.effects import LeverEffect
from pipeline.actions.library import SAYS, Action, Cost, Estimate
from pipeline.plan import Plan
from pipeline.problems import InputRefused, Problem
from pipeline.sources.rules.governance import Step, ids_of, order_problems, steps
from pipeline.tables import empty
from pipeline.tables.governance import CAPACITIES
from pipeline.yaml_file import fault, read_yaml

SENT = ("actions", "action_effects", "action_costs")
"""The canonical tables that say what a plan's actions are."""


def plan_actions(plan: Plan, tables: Mapping[str, pd.DataFrame] | None = None) -> list[Action]:
    """The plan's actions: those of the file that plan.yaml names, then those of its tables of actions.

    `tables` are the canonical ones: actions, action_effects and action_costs. None where there is neither. Raises
    InputRefused naming each bad entry, repeated id, dependency or exclusion of an action that is not there, and actions
    that wait for one another.
    """
    written, problems = _written(plan)
    held = {name: (tables or {}).get(name, empty(name)) for name in SENT}
    effects, costs = effects_of(held["action_effects"]), _costs_of(held["action_costs"])
    sent = [
        _action(row, effects.get(str(row["id"]), []), costs.get(str(row["id"]), {}))
        for row in held["actions"].to_dict("records")
    ]
    listed = [*written.values(), *sent]
    order = [*_written_steps(plan, written), *steps(held["actions"])]
    problems += _repeats(order) + order_problems(order) + _excludes_nothing(listed, order)
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
            problems += [fault(path, detail, SAYS, within=str(number)) for detail in error.errors()]
    return actions, problems


def _written_steps(plan: Plan, actions: Mapping[int, Action]) -> list[Step]:
    file = str(plan.resolve(plan.file.actions)) if plan.file.actions else ""
    return [
        Step(action.id, tuple(action.depends_on), Problem(file=file, key=f"{number}.depends_on", rule=""))
        for number, action in actions.items()
    ]


def _action(row: Mapping[Hashable, Any], effects: list[LeverEffect], costs: dict[str, Cost]) -> Action:
    """An action of the table, which its schema has checked."""
    words = {name: row[name] for name in ("id", "title", "theme", "level", "owner", "profession", "measure")}
    shares = {name: 0.0 if pd.isna(row[name]) else float(row[name]) for name in (*CAPACITIES, "done")}
    months = {name: "" if pd.isna(row[name]) else f"{row[name]:%Y-%m}" for name in ("start", "ends")}
    return Action.model_validate(
        {
            **words,
            **shares,
            **months,
            "pillars": [part.strip() for part in row["pillars"].split(",")],
            "lead_months": int(row["lead_months"]),
            "cost": Cost(recurrent=row["recurrent"], capital=row["capital"]),
            "wte": Estimate(low=row["wte_low"], central=row["wte"], high=row["wte_high"]),
            "depends_on": list(ids_of(row["depends_on"])),
            "excludes": list(ids_of(row["excludes"])),
            "evidence": _said(row["evidence"]),
            "employer": _said(row["employer"]),
            "status": "proposed" if pd.isna(row["status"]) else row["status"],
            "effects": effects,
            "costs": costs,
        }
    )


def effects_of(table: pd.DataFrame) -> dict[str, list[LeverEffect]]:
    """The effects of each action, from the canonical table of effects."""
    found: dict[str, list[LeverEffect]] = {}
    for row in table.to_dict("records"):
        words = {name: _said(row[name]) for name in ("item", "test", "profession", "employer", "pillar")}
        months = {name: _whole(row[name]) for name in ("after_months", "lasts_months")}
        low, high = (None if pd.isna(row[name]) else float(row[name]) for name in ("low", "high"))
        kept = {name: row[name] for name in ("lever", "add", "grade", "because")}
        over = _whole(row["over_months"]) or 0
        effect = LeverEffect.model_validate({**kept, **words, **months, "low": low, "high": high, "over_months": over})
        found.setdefault(str(row["action"]), []).append(effect)
    return found


def _costs_of(table: pd.DataFrame) -> dict[str, dict[str, Cost]]:
    found: dict[str, dict[str, Cost]] = {}
    for row in table.itertuples():
        found.setdefault(str(row.action), {})[str(row.year)] = Cost(recurrent=row.recurrent, capital=row.capital)
    return found


def _said(cell: Any) -> Any:
    return "" if pd.isna(cell) else cell


def _whole(cell: Any) -> int | None:
    return None if pd.isna(cell) else int(cell)


def _excludes_nothing(listed: list[Action], order: list[Step]) -> list[Problem]:
    """Exclusions of actions that are not there."""
    known = {action.id for action in listed}
    places = {step.id: step.id_place for step in order}
    rule = "there is no action with this id to exclude; correct it, or take it out"
    return [
        replace(places[action.id], value=other, rule=rule)
        for action in listed
        for other in action.excludes
        if other not in known
    ]


def _repeats(order: list[Step]) -> list[Problem]:
    ids = [step.id for step in order]
    return [
        replace(step.id_place, value=step.id, rule="another action has this id")
        for number, step in enumerate(order)
        if step.id in ids[:number]
    ]
