"""One run of one plan: its folders, what it has found out so far, and whether a stage is up to date."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Protocol

from pipeline.plan import Plan
from pipeline.problems import InputRefused
from pipeline.run import fingerprint, past_runs
from pipeline.run.basis import basis
from pipeline.run.checksums import CHECKSUMS, Checksums
from pipeline.run.errors import StageFailed
from pipeline.run.imports import CodeSnapshot
from pipeline.run.kept import Kept
from pipeline.run.made import Made
from pipeline.run.past_runs import PastRun, PastRuns, latest_other
from pipeline.run.record import clock_note, code_version, new_run_id
from pipeline.run.sign_offs import SignOff, SignOffs
from pipeline.run.stages import Stage, before
from pipeline.run.swap import Shelf
from pipeline.store import Store, digest

READS_FILES = "ingest"
"""The stage whose tables are what the plan's files say."""
MISSING = "something it made is missing or has been altered"
CAN_PRINT_NOW = "the PDF could not be made before and can be now"
COMMITTED_NOW = "it was made from changed code that has been committed since"


class Rendered(Protocol):
    """What a renderer gives back."""

    @property
    def html(self) -> Path: ...  # noqa: D102
    @property
    def pdf(self) -> Path | None: ...  # noqa: D102
    @property
    def pdf_note(self) -> str: ...  # noqa: D102
    @property
    def beside(self) -> Mapping[str, Path]: ...  # noqa: D102


Renderer = Callable[[Plan, dict[str, Path], Path, dict[str, Any], Store], Rendered]


@dataclass(frozen=True)
class StageResult:
    """How a stage came out of a run, how long it took, why it ran and the most memory that it held."""

    name: str
    status: Literal["fresh", "built", "failed"]
    seconds: float = 0.0
    why: str = ""
    peak_memory_mb: float | None = None


@dataclass(frozen=True)
class Compared:
    """Which past runs a run is compared with: the last of another basis, the last such that was approved, if any.

    `basis` are the marks of the run itself, `altered` the names of files of past runs that cannot be used.
    """

    basis: dict[str, str]
    last: PastRun | None
    approved: PastRun | None
    altered: tuple[str, ...]

    def fingerprint(self, checksums: Checksums) -> str:
        """The checksum of all of that, down to the tables that were kept."""
        return past_runs.fingerprint_of(
            [each for each in (self.last, self.approved) if each], self.altered, checksums.of
        )


@dataclass
class Run:
    """What the stages of one run share.

    `made` and `results` hold the stages that are up to date or done, `why` the reason of each that had to run. `code`
    is what the stages are held against, read where none is given.
    """

    plan: Plan
    processed: Path
    notebooks: Path
    shelf: Shelf
    render: Renderer
    started: dt.datetime = field(default_factory=lambda: dt.datetime.now().astimezone())
    made: dict[str, Made] = field(default_factory=dict)
    results: dict[str, StageResult] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)
    code: CodeSnapshot | None = None

    def __post_init__(self) -> None:
        self.store = Store(self.processed)
        self.kept = Kept.beside(self.processed)
        self.past = PastRuns(self.kept.folder)
        before = self.past.newest()
        self.id = new_run_id(self.started, before)
        self.clock_note = clock_note(self.started, before)
        self.sign_offs = SignOffs(self.kept.folder)
        self.checksums = Checksums(self.processed / CHECKSUMS)

    def executed(self, stage: Stage) -> Path:
        """Where the notebook of a stage is kept once it has run."""
        return self.processed / "notebooks" / f"{stage.name}.ipynb"

    def folder(self, stage: Stage) -> Path:
        """The folder that the files of a stage are in."""
        return self.processed if stage.notebook else self.shelf.live

    @cached_property
    def parameters(self) -> dict[str, str]:
        """What every notebook is given: where the plan is and where its tables go, as seen from the notebook."""
        return {"plan_folder": self._seen(self.plan.folder), "processed_folder": self._seen(self.processed)}

    def _seen(self, folder: Path) -> str:
        """A path from the notebooks' folder, so that what they show names no machine; whole where it lies elsewhere."""
        home = self.notebooks.parent
        return Path(os.path.relpath(folder, self.notebooks)).as_posix() if folder.is_relative_to(home) else str(folder)

    @cached_property
    def _plan_words(self) -> str:
        return fingerprint.plan_words(self.plan)

    def fingerprint(self, stage: Stage) -> dict[str, str]:
        """What the stage's result depends on, as checksums. The stages before it must be up to date."""
        code = self._code()
        libraries = fingerprint.NUMERIC if stage.notebook else fingerprint.NUMERIC + fingerprint.RENDERING
        parts = {
            "plan": self._plan_words,
            "code": code.of_stage(stage),
            "packages": digest([sys.version_info[:2], fingerprint.packages(libraries)]),
            "files": digest(fingerprint.files(self.plan, self._inputs(stage), self.checksums)),
        }
        if stage.notebook:
            parts["notebook"] = code.of_notebook(stage.notebook)
            parts["parameters"] = digest(self.parameters)
        earlier = {each.name: self.made[each.name] for each in before(stage.name)}
        if "tables" in stage.reads:
            parts["tables"] = digest({name: made.tables for name, made in earlier.items()})
        if "notebooks" in stage.reads:
            parts["notebooks"] = digest({name: made.files for name, made in earlier.items()})
        if "runs" in stage.reads:
            parts["runs"] = self.compared.fingerprint(self.checksums)
        if "sign_offs" in stage.reads:
            parts["sign_offs"] = self.checksums.of(self.sign_offs.path)
        return parts

    @property
    def basis(self) -> dict[str, str]:
        """The marks of what this run's headlines are made of, once the files have been read."""
        return basis(self.plan, self.made[READS_FILES].tables, self._code(), self.checksums)

    @cached_property
    def compared(self) -> Compared:
        """The past runs that this one is compared with, once the files have been read."""
        now, past = self.basis, dict(self.past.read())
        whole = [run for run in past.values() if run]
        approved = [each.run_id for each in self.signed]
        return Compared(
            basis=now,
            last=latest_other(whole, now),
            approved=latest_other(whole, now, approved),
            altered=tuple(name for name, run in past.items() if not run),
        )

    @property
    def signed(self) -> list[SignOff]:
        """The sign-offs of the plan, oldest first; none where their history was altered."""
        try:
            return self.sign_offs.all()
        except InputRefused:
            return []

    def _code(self) -> CodeSnapshot:
        # A stage that ends in another thread may take it away in between.
        self.code = code = self.code or CodeSnapshot(self.notebooks, self.checksums)
        return code

    def _inputs(self, stage: Stage) -> list[Path]:
        sources = fingerprint.source_files(self.plan) if "sources" in stage.reads else []
        kinds = ("mapping", "standards", "scenarios", "actions", "assurance", "commentary")
        own = [path for kind in kinds if kind in stage.reads for path in fingerprint.named_files(self.plan, kind)]
        kept = self.kept.files(before=self.plan.base_month) if "kept" in stage.reads else []
        return sources + own + kept

    def why_stale(self, stage: Stage, last: Made | None, now: Mapping[str, str]) -> str:
        """Why a stage must run; empty where what it made last still holds."""
        changed = fingerprint.why_stale(last.fingerprint if last else None, now)
        if changed or last is None:
            return changed
        if not last.is_intact(self.store, self.folder(stage), self.checksums):
            return MISSING
        if last.marks.get("without_printing") and fingerprint.can_print():
            return CAN_PRINT_NOW
        if last.marks.get("from_changed_code") and code_version().dirty is False:
            return COMMITTED_NOW
        return ""

    def claim(self, stage: Stage, made: Made) -> None:
        """Take what a stage made, unless another has written one of its tables: each would find its own altered."""
        for name, other in self.made.items():
            both = sorted(set(made.tables) & set(other.tables)) if name != stage.name else []
            if both:
                cause = f"it wrote the table {both[0]}, which the stage {name} writes; give one of them another name"
                raise StageFailed(stage.name, cause)
        self.made[stage.name] = made
        # While it was at work somebody may have changed the code that the next one will run.
        self.code = None
