"""What is kept of past runs, so that their headlines can be worked out again (docs/decisions/0028).

A run is one JSON file of what it said, what it covered and what it assumed, and the tables that it read, each a Parquet
file named by its checksum: runs of the same table share it. A file that was altered is noticed by its checksum.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.store import Store, StoreError, atomic_path, digest, file_sha256, write_text_atomic

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.assumptions import Assumptions
    from pipeline.model.scenarios import Scenario
    from pipeline.report.moves import Told
    from pipeline.report.working_out import Inputs

CHECKSUM = "sha256"
"""Key of a run's file that holds the checksum of the rest of it."""
FACTS = {"run_id", "made", "basis", "settings", "inputs", "tables", "assumptions", "scenarios", "headlines"}
"""What the file of a run has to hold."""


@dataclass(frozen=True)
class PastRun:
    """A run as it was kept: its `facts`, and the `folder` of what is kept for its plan."""

    folder: Path
    facts: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The run's id."""
        return str(self.facts["run_id"])

    @property
    def made(self) -> str:
        """The day on which it was made, in words."""
        return str(self.facts["made"])

    @property
    def basis(self) -> dict[str, str]:
        """The marks of what it was made from."""
        return dict(self.facts["basis"])

    @property
    def files(self) -> list[Path]:
        """The files of its tables."""
        return [_table_file(self.folder, checksum) for _, checksum in sorted(self.facts["tables"].items())]

    @cached_property
    def headlines(self) -> pd.DataFrame:
        """What it said (report.headlines)."""
        import pandas as pd

        from pipeline.report.headlines import COLUMNS

        frame = pd.DataFrame(self.facts["headlines"], columns=COLUMNS)
        return frame.astype({name: "float64" for name in ("value", "low", "high")})

    def told(self) -> Told:
        """The run as its headlines are compared."""
        from pipeline.report.moves import Marks, Told

        return Told(self.headlines, Marks(**self.basis), self.inputs)

    def inputs(self) -> Inputs:
        """What its headlines were made of.

        Raises StoreError for a table that is missing or was altered, and InputRefused or ValueError for what the
        code of today no longer takes.
        """
        from pipeline.plan import Plan, PlanFile
        from pipeline.report.working_out import Inputs
        from pipeline.tables import TABLES, empty, validate

        held: Mapping[str, str] = self.facts["tables"]
        tables = {
            name: validate(name, self._table(name, held[name])) if name in held else empty(name) for name in TABLES
        }
        plan = Plan(self.folder, PlanFile.model_validate(self.facts["settings"]), ())
        return Inputs(plan, tables, self.assumptions(), self.scenarios())

    def assumptions(self) -> Assumptions:
        """Its assumptions by key, with those that the code has come to need since at their default.

        Kinds that the code no longer knows are left out: what they did is the model's. Raises ValueError for others
        that it does not take.
        """
        from pipeline.assumptions import KINDS, Assumption, default_assumptions

        known = [each for each in self.facts["assumptions"] if each.get("kind") in KINDS]
        found = [Assumption.model_validate(each) for each in known]
        return {**default_assumptions(), **{each.key: each for each in found}}

    def scenarios(self) -> tuple[Scenario, ...]:
        """Its scenarios, the shipped ones first."""
        from pipeline.model.scenarios import Scenario

        return tuple(Scenario.model_validate(each) for each in self.facts["scenarios"])

    def actions(self) -> pd.DataFrame:
        """The actions that it listed, as the canonical table; none where that is damaged or of another shape."""
        from pipeline.problems import InputRefused
        from pipeline.tables import empty, validate

        held = self.facts["tables"].get("actions")
        try:
            return validate("actions", self._table("actions", held)) if held else empty("actions")
        except (StoreError, InputRefused, KeyError):
            return empty("actions")

    def damage(self) -> list[str]:
        """The tables of which what was kept is missing or was altered."""
        held: Mapping[str, str] = self.facts["tables"]
        return [name for name, checksum in sorted(held.items()) if not _is_whole(self.folder, checksum)]

    def _table(self, name: str, checksum: str) -> pd.DataFrame:
        import pandas as pd

        if not _is_whole(self.folder, checksum):
            raise StoreError(f"the table {name} that was kept of it is missing or was altered")
        return pd.read_parquet(_table_file(self.folder, checksum))


@dataclass(frozen=True)
class PastRuns:
    """The past runs of one plan, in data/kept/<plan>."""

    folder: Path

    def keep(self, facts: Mapping[str, Any], store: Store, approved: Collection[str] | None, most: int) -> None:
        """Keep a run: its tables first, its own file last, so that there is all of it or nothing.

        Then what the policy does not keep is removed: past `most` runs that differ, but for those `approved`. Where it
        is not known which were approved (None), nothing is removed.
        """
        for name, checksum in facts["tables"].items():
            if not _is_whole(self.folder, checksum):
                with atomic_path(_table_file(self.folder, checksum)) as partial:
                    shutil.copyfile(store.folder / f"{name}.parquet", partial)
        whole = {CHECKSUM: digest_of(facts), **facts}
        write_text_atomic(self._file(facts["run_id"]), json.dumps(whole, indent=1, ensure_ascii=False) + "\n")
        if approved is not None:
            self._prune(approved, most)

    def forget(self, run_id: str) -> None:
        """Forget a run that came to nothing."""
        self._file(run_id).unlink(missing_ok=True)

    def runs(self) -> list[PastRun]:
        """Every run that is kept and whole, newest first."""
        return [run for _, run in self.read() if run]

    def newest(self) -> str:
        """The id of the newest run that is kept and whole; empty where there is none."""
        return next((run.id for path in self._files() if (run := self._read(path))), "")

    def altered(self) -> list[str]:
        """The names of files of runs that are damaged or were altered, newest first."""
        return [name for name, run in self.read() if not run]

    def read(self) -> Iterator[tuple[str, PastRun | None]]:
        """The name of every file of a run, newest first, with the run; None where the file is damaged."""
        return ((path.name, self._read(path)) for path in self._files())

    def named(self, run_id: str) -> PastRun | None:
        """A run by its id, if it is kept."""
        return next((run for run in self.runs() if run.id == run_id), None)

    def _file(self, run_id: str) -> Path:
        return self.folder / "runs" / f"{run_id}.json"

    def _files(self) -> list[Path]:
        """Newest first: a run's id begins with its time."""
        return sorted((self.folder / "runs").glob("*.json"), reverse=True)

    def _read(self, path: Path) -> PastRun | None:
        """A run from its file; None where the file is damaged."""
        try:
            facts = json.loads(path.read_text(encoding="utf-8"))
            told = facts.pop(CHECKSUM)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        return PastRun(self.folder, facts) if told == digest_of(facts) and facts.keys() >= FACTS else None

    def _prune(self, approved: Collection[str], most: int) -> None:
        runs = self.runs()
        kept = {run.id for run in islice(_that_differ(runs), most)} | set(approved)
        for run in runs:
            if run.id not in kept:
                self.forget(run.id)
        if self.altered():
            # What a damaged file refers to cannot be known.
            return
        wanted = {path.name for run in runs if run.id in kept for path in run.files}
        for path in (self.folder / "tables").glob("*.parquet"):
            if path.name not in wanted:
                path.unlink()


def latest_other(
    runs: Iterable[PastRun], basis: Mapping[str, str], among: Collection[str] | None = None
) -> PastRun | None:
    """The first of some runs, newest first, that has another basis, of those named where `among` is given."""
    found = (run for run in runs if among is None or run.id in among)
    return next((run for run in found if run.basis != basis), None)


def digest_of(facts: Mapping[str, Any]) -> str:
    """The checksum of what a run's file says."""
    return digest(dict(facts))


def fingerprint_of(runs: Iterable[PastRun], altered: Iterable[str], checksum: Callable[[Path], str]) -> str:
    """The checksum of what a comparison with runs rests on: their facts, their tables as they now are, and damage."""
    return digest(
        [[[run.id, digest_of(run.facts), [checksum(path) for path in run.files]] for run in runs], [*altered]]
    )


def _that_differ(runs: Iterable[PastRun]) -> Iterator[PastRun]:
    """The newest of each row of runs of one basis: a report made anew of the same things says nothing new."""
    last: dict[str, str] | None = None
    for run in runs:
        if run.basis != last:
            yield run
        last = run.basis


def _table_file(folder: Path, checksum: str) -> Path:
    return folder / "tables" / f"{checksum}.parquet"


def _is_whole(folder: Path, checksum: str) -> bool:
    path = _table_file(folder, checksum)
    return path.is_file() and file_sha256(path) == checksum
