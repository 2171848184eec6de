"""What a notebook works with: its plan, the store of tables, and the stages before it brought up to date."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.plan import Plan, load_plan
from pipeline.problems import InputRefused, Problem
from pipeline.run.inside import TABLES_WRITTEN, at_the_door
from pipeline.run.kept import Kept
from pipeline.store import Origin, Store, TableRecord

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.run.comparison import Past


@dataclass(frozen=True)
class _ListedStore(Store):
    """A store that lists what is written to it, so that the run knows which tables are this stage's."""

    ledger: Path

    def write(self, name: str, frame: pd.DataFrame, origins: Sequence[Origin] = ()) -> TableRecord:
        """Write a table and list it."""
        record = super().write(name, frame, origins)
        with self.ledger.open("a", encoding="utf-8") as listed:
            listed.write(f"{name}\n")
        return record


@dataclass(frozen=True)
class Workbench:
    """A notebook's plan, its store of tables, what is kept of earlier runs, and the stage it is."""

    plan: Plan
    store: Store
    kept: Kept
    stage: str

    def tables(self) -> dict[str, pd.DataFrame]:
        """Every canonical table by name; one that the plan's files do not supply has no rows."""
        from pipeline.tables import TABLES, empty

        return {name: self.store.read(name) if self.store.has(name) else empty(name) for name in TABLES}

    def past(self) -> Past:
        """What this run is, and the past runs that it is compared with; for the notebook of changes."""
        from pipeline.run.comparison import read_past

        return read_past(self.plan, self.store, self.tables())

    def rule(self, *tables: str) -> str:
        """The strictest disclosure rule of the files behind these tables."""
        from pipeline.report.disclosure import strictest

        return strictest(self.store, *tables)


def open_plan(plan_folder: str, processed_folder: str, stage: str) -> Workbench:
    """Open a plan for the notebook of a stage: the first call of every notebook.

    Run by hand, it first brings the stages before up to date, saying so in a line each; in a run they are already.
    Raises InputRefused where the plan cannot be used.
    """
    plan = load_plan(Path(plan_folder))
    processed = Path(processed_folder).resolve()
    if processed.name != plan.slug:
        rule = f"the processed folder of the plan {plan.slug} should be named {plan.slug}; change processed_folder"
        raise InputRefused([Problem(file=str(processed), rule=rule)])
    if not at_the_door():
        _bring_up_to_date(plan, processed, stage)
    ledger = os.environ.get(TABLES_WRITTEN)
    store = _ListedStore(processed, Path(ledger)) if ledger else Store(processed)
    return Workbench(plan, store, Kept.beside(processed), stage)


def _bring_up_to_date(plan: Plan, processed: Path, stage: str) -> None:
    from pipeline.run.build import Event, prepare
    from pipeline.run.stages import stage_named

    def say(event: Event) -> None:
        if event.state == "running":
            print(f"Running {event.stage} first: {event.why}.")

    prepare(
        plan.folder,
        processed_root=processed.parent,
        notebooks_folder=_notebooks(stage_named(stage).notebook),
        stage=stage,
        progress=say,
    )


def _notebooks(name: str | None) -> Path:
    """The folder of the notebooks: where this one is running, or else beside the package."""
    beside = Path(__file__).resolve().parents[2] / "notebooks"
    return Path.cwd() if name and (Path.cwd() / name).is_file() else beside
