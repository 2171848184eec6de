"""The headlines from all that they are made of: the calculation of a run without its chapters.

A run reaches them through its notebooks; this is the same calculation in one call, so that the headlines can be worked
out again from what an earlier run was made from (docs/method.md, "What changed").
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from pipeline.assumptions import Assumptions, plan_assumptions
from pipeline.metrics import waits, workforce
from pipeline.metrics.scope import plan_scope
from pipeline.model.ahead import start
from pipeline.model.draws import draw_assumptions
from pipeline.model.gap_ahead import beyond_whole, summary
from pipeline.model.outcome import Outcome, outcome
from pipeline.model.plan_setting import Setting, Tables, plan_setting
from pipeline.model.scenarios import Scenario, read_scenario, shipped_scenarios
from pipeline.plan import Plan
from pipeline.report.assumption_words import register
from pipeline.report.headlines import headlines

LARGEST = "largest_growth"
"""The scenario from which staff needed beyond the operational plan are worked out."""


@dataclass(frozen=True, eq=False)
class Inputs:
    """All that headlines are made of.

    `plan` says what is covered (employers, pillars, months), `tables` are canonical tables by name, each of them there,
    `assumptions` those of plan_assumptions, `scenarios` the shipped ones first.
    """

    plan: Plan
    tables: Tables
    assumptions: Assumptions
    scenarios: tuple[Scenario, ...]

    def assuming(self, other: Inputs) -> Inputs:
        """These data with the assumptions and scenarios of others."""
        return replace(self, assumptions=other.assumptions, scenarios=other.scenarios)


def plan_inputs(plan: Plan, tables: Tables) -> Inputs:
    """What the headlines of a plan are made of. Raises InputRefused for a bad standard or scenario."""
    return Inputs(plan, tables, plan_assumptions(plan, tables["standards"]), scenarios_of(plan))


def scenarios_of(plan: Plan) -> tuple[Scenario, ...]:
    """The shipped scenarios and those of the plan's own files. Raises InputRefused for a bad file."""
    return (*shipped_scenarios(), *(read_scenario(plan.resolve(name)) for name in plan.file.scenarios))


def headlines_of(inputs: Inputs, draws: int, seed: int) -> pd.DataFrame:
    """The headlines (report.headlines) in so many draws from a seed: those that a run made of these inputs prints."""
    plan, tables = inputs.plan, inputs.tables
    scope = plan_scope(plan, tables["organisations"])
    setting = plan_setting(plan, tables, scope, inputs.assumptions)
    first, largest = _outcomes(setting, inputs.scenarios, draws, seed)
    lists = waits.waits_by(scope.covers(tables["waiting"]), scope.employers, ["month", "pillar"])
    return headlines(
        workforce.current_staff(tables["staff"], scope),
        waits.latest(lists),
        summary([first] if first else []),
        beyond_whole(largest, setting) if largest else pd.DataFrame(),
        register(setting.figures),
        scope,
    )


def _outcomes(
    setting: Setting, scenarios: tuple[Scenario, ...], draws: int, seed: int
) -> tuple[Outcome | None, Outcome | None]:
    """The first scenario and the one of the largest growth, the only ones that headlines are taken from."""
    if setting.staff is None:
        return None, None
    base = draw_assumptions(setting.assumptions, draws, seed)
    begin = start(setting, base)
    wanted = [scenarios[0], next((each for each in scenarios if each.name == LARGEST), None)]
    first, largest = (outcome(setting, each, base, begin, seed) if each else None for each in wanted)
    return first, largest
