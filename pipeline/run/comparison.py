"""A run set against past runs: what each said, how far each headline moved and why, and what else is not the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from pipeline.assumptions import Assumptions
from pipeline.model.scenarios import Scenario
from pipeline.plan import Plan
from pipeline.report.differences import (
    assumptions_changed,
    covers_changed,
    files_changed,
    scenarios_changed,
)
from pipeline.report.moves import Marks, Moves, Told, moves
from pipeline.report.working_out import headlines_of, plan_inputs
from pipeline.run.kept import Kept
from pipeline.run.past_runs import PastRun, PastRuns
from pipeline.run.record import COMPARED, read_facts
from pipeline.store import Store


@dataclass(frozen=True, eq=False)
class Side:
    """One of two runs that are compared: its record, what it said and what it assumed."""

    facts: Mapping[str, Any]
    told: Told
    assumptions: Assumptions
    scenarios: Sequence[Scenario]


@dataclass(frozen=True, eq=False)
class Difference:
    """Two runs compared: the older one, how the headlines moved, and what of their inputs is not the same.

    `then` and `now` are their records; `files` and `assumptions` are tables (report.differences), `covers` and
    `scenarios` lists of what changed; `assumptions` is None where those of the older run cannot be read any more.
    `damaged` are tables that were kept of the older run and can no longer be used.
    """

    then: Mapping[str, Any]
    now: Mapping[str, Any]
    moves: Moves
    files: pd.DataFrame
    covers: list[tuple[str, str, str]]
    assumptions: pd.DataFrame | None
    scenarios: list[tuple[str, str]]
    damaged: list[str]


@dataclass(frozen=True, eq=False)
class Past:
    """This run, and those it is compared with: the last one and the last that was approved, where there are such.

    `altered` are the names of files of past runs that cannot be used. `same` says that both are one.
    """

    now: Side
    last: PastRun | None
    approved: PastRun | None
    altered: list[str]
    runs: PastRuns

    @property
    def same(self) -> bool:
        """Whether the last run says what the last approved one says."""
        return bool(self.last and self.approved and self.last.basis == self.approved.basis)

    def actions(self, run: PastRun | str) -> pd.DataFrame:
        """The actions that a past run listed (the canonical table). Raises ValueError as `since` does."""
        return (past_run(self.runs, run) if isinstance(run, str) else run).actions()

    def since(self, run: PastRun | str) -> Difference:
        """What changed since a past run, given as it is or by its id.

        Raises ValueError, naming those that are kept, where there is none of this id.
        """
        found = past_run(self.runs, run) if isinstance(run, str) else run
        return difference(found, self.now, self.now.told.marks.model)


def read_past(plan: Plan, store: Store, tables: Mapping[str, pd.DataFrame]) -> Past:
    """What a run left of itself for its notebook of changes, with the past runs that it named."""
    said = read_facts(store.folder / COMPARED)
    runs = PastRuns(Kept.beside(store.folder).folder)
    last, approved = (runs.named(said[name]) if said[name] else None for name in ("last", "approved"))
    inputs = plan_inputs(plan, tables)
    told = Told(store.read("headlines"), Marks(**said["now"]["basis"]), lambda: inputs)
    now = Side(said["now"], told, inputs.assumptions, inputs.scenarios)
    return Past(now, last, approved, said["altered"], runs)


def past_side(run: PastRun) -> Side:
    """A past run as one of two that are compared. Raises ValueError for assumptions that no code of today takes."""
    return Side(run.facts, run.told(), run.assumptions(), run.scenarios())


def past_run(runs: PastRuns, run_id: str) -> PastRun:
    """A past run by its id. Raises ValueError naming those that are kept."""
    found = runs.named(run_id)
    if found is None:
        known = "; ".join(f"{run.id} of {run.made}" for run in runs.runs())
        raise ValueError(f"no run {run_id} is kept; those kept are {known or 'none yet'}")
    return found


def difference(run: PastRun, now: Side, today: str) -> Difference:
    """A past run and a later one compared; `today` is the mark of the model of the code that runs."""
    draws, seed = int(now.facts.get("draws") or 1), int(now.facts.get("seed") or 0)
    moved = moves(run.told(), now.told, partial(headlines_of, draws=draws, seed=seed), today)
    try:
        assumed = assumptions_changed(run.assumptions(), now.assumptions)
        scenarios = scenarios_changed(run.scenarios(), now.scenarios)
    except ValueError:
        # An earlier version of the code may have written them otherwise; `moved` then says why it could not split.
        assumed, scenarios = None, []
    return Difference(
        then=run.facts,
        now=now.facts,
        moves=moved,
        files=files_changed(run.facts["inputs"], now.facts["inputs"]),
        covers=covers_changed(run.facts["settings"], now.facts["settings"]),
        assumptions=assumed,
        scenarios=scenarios,
        damaged=run.damage(),
    )
