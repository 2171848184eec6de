"""The stages of a run, in one table: which notebook each runs, what it reads, what it promises to write."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SOME_TABLE = "*"
"""Promises at least one table, whichever the plan's files supply."""


@dataclass(frozen=True)
class Stage:
    """One step from a plan's files to its strategy. Every stage reads plan.yaml.

    `reads` are kinds of input: sources, mapping, standards, scenarios, actions, assurance and commentary (files the
    plan names), tables and notebooks (whatever the stages before it made), kept (forecasts of earlier base months),
    runs (past runs that it compares with) and sign_offs. `writes` are the tables it promises; others that it writes are
    its own as well, and each table belongs to one stage. Stages not `after` one another run side by side. A stage
    without a notebook renders the document.
    """

    name: str
    notebook: str | None
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    after: tuple[str, ...]


STAGES = (
    Stage("ingest", "ingest.ipynb", ("sources", "mapping"), (SOME_TABLE,), ()),
    Stage(
        "metrics",
        "metrics.ipynb",
        ("tables", "standards", "mapping", "assurance"),
        ("indicators", "assurance_triggers"),
        ("ingest",),
    ),
    Stage(
        "scenario",
        "scenario.ipynb",
        ("tables", "standards", "scenarios"),
        ("scenario_summary", "counted_today", "gap_at_horizon", "assumptions_in_use"),
        ("ingest",),
    ),
    Stage("evidence", "evidence.ipynb", ("tables", "standards", "scenarios", "kept"), (), ("ingest",)),
    Stage(
        "action_plan",
        "action_plan.ipynb",
        ("tables", "standards", "scenarios", "actions"),
        ("headlines",),
        ("metrics", "scenario"),
    ),
    Stage(
        "changes",
        "changes.ipynb",
        ("sources", "mapping", "standards", "scenarios", "actions", "assurance", "tables", "runs"),
        ("headline_moves",),
        ("action_plan",),
    ),
    Stage(
        "document",
        None,
        (
            *("sources", "mapping", "standards", "scenarios", "actions", "assurance", "commentary"),
            *("tables", "notebooks", "sign_offs"),
        ),
        (),
        ("evidence", "changes"),
    ),
)

BY_NAME = {stage.name: stage for stage in STAGES}
NOTEBOOK_STAGES = tuple(stage for stage in STAGES if stage.notebook)


def before(name: str) -> list[Stage]:
    """Every stage that must be up to date before this one, first things first."""
    wanted = set(BY_NAME[name].after)
    for stage in reversed(STAGES):
        if stage.name in wanted:
            wanted |= set(stage.after)
    return [stage for stage in STAGES if stage.name in wanted]


def needed(names: Iterable[str]) -> list[Stage]:
    """These stages and every stage before them, first things first."""
    wanted = {each for name in names for each in (name, *(stage.name for stage in before(name)))}
    return [stage for stage in STAGES if stage.name in wanted]


def stage_named(name: str) -> Stage:
    """A stage by its name. Raises ValueError naming those there are."""
    if name not in BY_NAME:
        raise ValueError(f"there is no stage {name}; the stages are {', '.join(BY_NAME)}")
    return BY_NAME[name]
