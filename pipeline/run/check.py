"""Everything a plan names, read and tested without writing anything: what `workforce check` does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pipeline.actions.library import plan_actions
from pipeline.assumptions import default_assumptions, plan_assumptions
from pipeline.model.scenarios import plan_scenarios
from pipeline.plan import Plan, load_plan
from pipeline.problems import InputRefused, Problem
from pipeline.sources.ingest import Ingested, read_sources

Result = TypeVar("Result")


def check(folder: Path) -> tuple[Plan, Ingested]:
    """A plan and the tables its files hold.

    Raises InputRefused with every problem of plan.yaml, or else of all the files it names: data, mapping, standards,
    scenarios and actions.
    """
    plan = load_plan(folder)
    problems: list[Problem] = []
    assumptions = _tried(lambda: plan_assumptions(plan), problems) or default_assumptions()
    _tried(lambda: plan_scenarios(plan, assumptions), problems)
    _tried(lambda: plan_actions(plan), problems)
    ingested = _tried(lambda: read_sources(plan), problems)
    if problems or ingested is None:
        raise InputRefused(problems)
    return plan, ingested


def _tried(read: Callable[[], Result], problems: list[Problem]) -> Result | None:
    """What a reading gives, or nothing with its problems added to the list."""
    try:
        return read()
    except InputRefused as refused:
        problems += refused.problems
        return None
