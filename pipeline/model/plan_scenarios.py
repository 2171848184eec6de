"""The scenarios of a plan: the six that ship and its own files, checked before anything runs (section 7)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from pipeline.assumptions import SHARES_OF_A_WHOLE, Assumptions, of_kind
from pipeline.model.draws import central
from pipeline.model.levers import Lever, levers
from pipeline.model.paths import Implied, leads_outside, paths
from pipeline.model.scenarios import Change, Scenario, in_words, read_scenario, shipped_scenarios
from pipeline.plan import PILLARS, Plan
from pipeline.problems import InputRefused, Problem

PLAN_SCENARIO = "operational_plan"
"""The scenario that a plan without an operational plan on file does not have."""


REPORTED_IN_PLACE_OF = ("minutes", "work_follows")
_REACHES_NOTHING = "this change reaches no assumption; check kind, item, test and profession"
_REPORTED = " (where every employer says who reports a test, the minutes of its reports are moved with report_minutes)"


def plan_scenarios(plan: Plan, assumptions: Assumptions, implied: Implied) -> list[Scenario]:
    """The shipped scenarios and every scenario file of the plan.

    Where the operational plan supposes nothing, its scenario is left out. Raises InputRefused naming each bad entry of
    the plan's files, each change that reaches no assumption or leads where its lever may not go, and each repeated name
    or label.
    """
    scenarios = [each for each in shipped_scenarios() if implied.values or each.name != PLAN_SCENARIO]
    problems: list[Problem] = []
    for name in plan.file.scenarios:
        path = plan.resolve(name)
        try:
            scenario = read_scenario(path)
        except InputRefused as refused:
            problems += refused.problems
            continue
        for number in range(len(scenario.changes)):
            rule = wrong_change(
                scenario, number, assumptions, plan.file.horizon_months, implied, list(plan.file.employers)
            )
            if rule:
                kind = scenario.changes[number].kind
                problems.append(Problem(file=str(path), key=f"changes.{number}", value=kind, rule=rule))
        problems += _repeats(path, scenario, scenarios)
        scenarios.append(scenario)
    if problems:
        raise InputRefused(problems)
    return scenarios


def levers_set(
    settings: list[dict[str, Any]],
    assumptions: Assumptions,
    months: int,
    implied: Implied,
    employers: Collection[str] = (),
) -> list[Change]:
    """The changes set at the top of a notebook.

    Raises ValueError in plain words for one that is no change, reaches no assumption or leads where it may not go.
    """
    try:
        changes = [Change.model_validate(setting) for setting in settings]
    except ValidationError as error:
        said = "; ".join(_in_words(detail) for detail in error.errors())
        raise ValueError(
            f"a lever is written as {{'kind': 'exit_rate', 'item': 'leaving', 'add': -0.1}}: {said}"
        ) from error
    scenario = Scenario(name="levers", label="levers", why="Set at the top of the notebook.", changes=changes)
    wrong = [
        f"{change.kind}: {rule}"
        for number, change in enumerate(changes)
        if (rule := wrong_change(scenario, number, assumptions, months, implied, employers))
    ]
    if wrong:
        raise ValueError("; ".join(wrong))
    return changes


def _in_words(detail: ErrorDetails) -> str:
    problem = in_words(Path("levers"), detail)
    return f"{problem.key} {problem.rule}".strip()


def wrong_change(
    scenario: Scenario,
    number: int,
    assumptions: Assumptions,
    months: int,
    implied: Implied,
    employers: Collection[str],
) -> str:
    """What is wrong with a change of a scenario, those before it included; empty where nothing is."""
    change = scenario.changes[number]
    lever = levers().get(change.kind)
    if lever is None:
        return "there is no such lever; docs/levers.md lists what there is"
    if not any(change.reaches(key, assumptions) for key in assumptions):
        return _REACHES_NOTHING + (_REPORTED if change.kind in REPORTED_IN_PLACE_OF else "")
    if wrong := _misplaced(change, lever, assumptions, employers):
        return wrong
    if change.timed and not lever.timed:
        return "this lever holds from the base month on; leave out after_months, over_months and lasts_months"
    so_far = scenario.model_copy(update={"changes": scenario.changes[: number + 1]})
    reached = {key: each for key, each in assumptions.items() if change.reaches(key, assumptions)}
    outside = next(iter(leads_outside(so_far, reached, months, implied)), "")
    return outside or _no_time_left(so_far, change.kind, assumptions, months, implied)


def _misplaced(change: Change, lever: Lever, assumptions: Assumptions, employers: Collection[str]) -> str:
    """Whether a change is limited to staff to whom it cannot be limited, in words; empty where it is not."""
    place = change.place(assumptions)
    if lever.placed == "nobody" and place:
        return "this lever holds for everybody; leave out employer and pillar, and a profession it has no figure for"
    if lever.placed == "employer" and (place.pillar or place.profession):
        return "this lever can be limited to an employer, and to no pillar or profession of its own"
    if lever.placed == "profession" and place.employer:
        return "this lever can be limited to a pillar or a profession, and to no employer"
    if place.employer and place.employer not in employers:
        return f"there is no employer {place.employer} in the plan; its employers are {', '.join(sorted(employers))}"
    if place.pillar and place.pillar not in PILLARS:
        return f"there is no pillar {place.pillar}; the pillars are {', '.join(PILLARS)}"
    return ""


def _no_time_left(scenario: Scenario, kind: str, assumptions: Assumptions, months: int, implied: Implied) -> str:
    """Shares of a whole that a scenario leads to take all of it in some month; empty where they do not."""
    if kind not in SHARES_OF_A_WHOLE:
        return ""
    own = {each.key: each for each in of_kind(assumptions, kind)}
    moved = paths(scenario, central(own), own, months, implied)
    for profession in {each.profession for each in own.values()}:
        for there in (moved, *(moved.at_place(place) for place, _ in moved.placed)):
            shares = [there.at(key) for key, each in own.items() if each.profession == profession]
            total = max(float(month) for month in np.sum(np.broadcast_arrays(*shares), axis=0)[:, 0])
            if total >= 1:
                return f"with this the shares of {kind} add up to {total:.4g}; they stay below 1"
    return ""


def _repeats(path: Path, scenario: Scenario, known: list[Scenario]) -> Iterator[Problem]:
    """A label is what a reader tells two scenarios apart by, as a name is for a file."""
    for key in ("name", "label"):
        if getattr(scenario, key) in {getattr(other, key) for other in known}:
            rule = f"another scenario has this {key}"
            yield Problem(file=str(path), key=key, value=getattr(scenario, key), rule=rule)
