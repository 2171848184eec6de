"""Everything a plan names, read and tested without writing anything: what `workforce check` does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pipeline.actions.checked import check_effects
from pipeline.actions.reading import plan_actions
from pipeline.assumptions import plan_assumptions
from pipeline.metrics.assurance.definitions import plan_assurance
from pipeline.metrics.scope import plan_scope
from pipeline.model.plan_scenarios import plan_scenarios
from pipeline.model.plan_setting import plan_setting
from pipeline.plan import Plan, load_plan
from pipeline.problems import InputRefused, Problem
from pipeline.reference import source_cards
from pipeline.report.commentary import notes
from pipeline.sources.ingest import Ingested, read_sources
from pipeline.sources.reading import Tables
from pipeline.tables import TABLES, empty

Result = TypeVar("Result")


def check(folder: Path) -> tuple[Plan, Ingested]:
    """A plan and the tables its files hold.

    Raises InputRefused with every problem of plan.yaml, or else of all the files it names: data, mapping, standards,
    scenarios, actions and assurance, and of the notes in its commentary folder.
    """
    plan = load_plan(folder)
    problems: list[Problem] = []
    _tried(lambda: notes(plan), problems)
    _tried(lambda: plan_assurance(plan), problems)
    ingested = _tried(lambda: read_sources(plan), problems)
    held = ingested.tables if ingested else {}
    _tried(lambda: plan_assumptions(plan, held.get("standards")), problems)
    if ingested is not None or not _fill(plan, "actions"):
        _tried(lambda: plan_actions(plan, held), problems)
    if ingested is not None and not problems:
        _tried(lambda: _scenarios_and_actions(plan, ingested.tables), problems)
    if problems or ingested is None:
        raise InputRefused(problems)
    return plan, ingested


def _fill(plan: Plan, table: str) -> bool:
    """Whether files of the plan may fill a table: where they are refused, what it would hold is not known."""
    return any(table in source_cards()[source.reader].yields for source in plan.sources)


def _scenarios_and_actions(plan: Plan, held: Tables) -> None:
    """The plan's scenarios and actions against the assumptions of a run, those that its files give among them."""
    tables = {name: held[name] if name in held else empty(name) for name in TABLES}
    scope = plan_scope(plan, held.get("organisations"))
    setting = plan_setting(plan, tables, scope)
    problems: list[Problem] = []
    _tried(lambda: plan_scenarios(plan, setting.assumptions, setting.implied), problems)
    _tried(lambda: check_effects(plan, tables, plan_actions(plan, tables), setting), problems)
    if problems:
        raise InputRefused(problems)


def _tried(read: Callable[[], Result], problems: list[Problem]) -> Result | None:
    """What a reading gives, or nothing with its problems added to the list."""
    try:
        return read()
    except InputRefused as refused:
        problems += refused.problems
        return None
