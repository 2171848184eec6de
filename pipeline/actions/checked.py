"""Effects of actions held against the levers there are, before anything is run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from pipeline.actions.library import Action
from pipeline.model.levers import levers
from pipeline.model.plan_scenarios import wrong_change
from pipeline.model.plan_setting import Setting
from pipeline.model.scenarios import Scenario
from pipeline.plan import Plan
from pipeline.problems import InputRefused, Problem

_NOT_TIMED = "this lever holds from the base month on and cannot begin with an action; choose another"
_OF_NOBODY = "there is no action with this id; correct it, or take the row out"


def check_effects(plan: Plan, tables: Mapping[str, pd.DataFrame], actions: Sequence[Action], setting: Setting) -> None:
    """Refuse what actions cannot do in the model.

    Raises InputRefused naming each effect whose lever there is not, has no times, is limited to staff to whom it cannot
    be, or leads where it may not go, and each effect or cost of an action that is not there.
    """
    places = effect_places(tables["action_effects"])
    problems = [*_strangers(tables, {action.id for action in actions}), *_wrong(plan, actions, setting, places)]
    if problems:
        raise InputRefused(problems)


def effect_places(effects: pd.DataFrame) -> dict[tuple[str, int], Problem]:
    """Where each effect of the canonical table stands, by action and number: a problem without its rule."""
    numbers = effects.groupby("action").cumcount()
    return {
        (str(row["action"]), int(number)): Problem(
            file=str(row["file"]), sheet=str(row["sheet"]), row=int(row["row"]), column="lever", rule=""
        )
        for number, row in zip(numbers, effects.to_dict("records"), strict=True)
    }


def _wrong(
    plan: Plan, actions: Sequence[Action], setting: Setting, places: Mapping[tuple[str, int], Problem]
) -> Iterator[Problem]:
    for action in actions:
        for number, effect in enumerate(action.effects):
            rule = _wrong_effect(action, number, plan, setting)
            if rule:
                yaml_place = Problem(
                    file=str(plan.resolve(plan.file.actions or "")), key=f"{action.id}.effects.{number}", rule=""
                )
                yield replace(places.get((action.id, number), yaml_place), value=effect.lever, rule=rule)


def _wrong_effect(action: Action, number: int, plan: Plan, setting: Setting) -> str:
    """What is wrong with an effect at its least and its most; empty where nothing is."""
    effect = action.effects[number]
    lever = levers().get(effect.lever)
    if lever is not None and not lever.timed:
        return _NOT_TIMED
    for size in ("high", "low"):
        change = effect.change(size, 0, 1.0)
        scenario = Scenario(name="effect", label=action.id, why="An effect of an action.", changes=[change])
        found = wrong_change(
            scenario, 0, setting.assumptions, setting.months, setting.implied, list(plan.file.employers)
        )
        if found:
            return found
    return ""


def _strangers(tables: Mapping[str, pd.DataFrame], known: set[str]) -> Iterator[Problem]:
    for name in ("action_effects", "action_costs"):
        for row in tables[name].to_dict("records"):
            if str(row["action"]) not in known:
                yield Problem(
                    file=str(row["file"]),
                    sheet=str(row["sheet"]),
                    row=int(row["row"]),
                    column="action",
                    value=str(row["action"]),
                    rule=_OF_NOBODY,
                )
