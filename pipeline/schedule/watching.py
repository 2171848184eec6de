"""Watched plans: whether a file has changed, and whether all are still, so that no half-copied one is read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.plan import PLAN_FILE, load_plan
from pipeline.problems import InputRefused
from pipeline.run.fingerprint import named_files, source_files
from pipeline.schedule.state import Snapshot

KINDS = ("mapping", "standards", "scenarios", "actions", "assurance", "commentary")


@dataclass
class Watcher:
    """Which plans are to be run, from how their files looked each time.

    `handed` is how the files of a plan were when it was last run, and `seen` how they were last seen and since when.
    A plan that was never run is run at first sight.
    """

    handed: dict[str, Snapshot] = field(default_factory=dict)
    seen: dict[str, tuple[Snapshot, float]] = field(default_factory=dict)

    def is_due(self, plan: str, files: Snapshot, now: float, quiet: float) -> bool:
        """Whether files differ from those last run and have been the same for `quiet` seconds.

        `now` is in seconds, of a clock that is never put back.
        """
        before, since = self.seen.get(plan, ({}, now))
        if files != before or plan not in self.seen:
            self.seen[plan] = (files, now)
            since = now
        return bool(files) and files != self.handed.get(plan) and now - since >= quiet

    def hand(self, plan: str, files: Snapshot) -> None:
        """The plan was run, its files being as they are given."""
        self.handed[plan] = files


def look(folder: Path) -> Snapshot:
    """The input files of a plan as they are; every file of its folder while plan.yaml does not say which they are."""
    return snapshot(_inputs(folder))


def snapshot(files: Iterable[Path]) -> Snapshot:
    """Size of each file and when it changed, those that are gone left out."""
    found: Snapshot = {}
    for path in files:
        try:
            status = path.stat()
        except OSError:
            continue
        found[str(path)] = (status.st_size, status.st_mtime_ns)
    return found


def _inputs(folder: Path) -> list[Path]:
    try:
        plan = load_plan(folder)
    except InputRefused:
        return sorted(path for path in folder.rglob("*") if path.is_file())
    named = [path for kind in KINDS for path in named_files(plan, kind)]
    return sorted({plan.folder / PLAN_FILE, *source_files(plan), *named})
