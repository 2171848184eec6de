"""What the scheduler remembers of a workspace, in data/.schedule: jobs, runs under way, what watched files were."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.run import json_lines
from pipeline.run.errors import PlanBusy, RunError
from pipeline.run.lock import plan_lock
from pipeline.store import write_text_atomic

FOLDER = Path("data") / ".schedule"
Snapshot = dict[str, tuple[int, int]]
"""Files by path: size in bytes and when the content changed, in nanoseconds."""


class ScheduleBusy(RunError):
    """Another scheduler is at work in the same workspace."""

    def __init__(self, home: Path, pid: int | None, since: str | None) -> None:
        who = f"process {pid}, since {since}" if pid else "another process"
        super().__init__(
            f"A scheduler is at work in {home} already ({who}). One is enough; stop that one first to start another."
        )


@dataclass(frozen=True)
class State:
    """The scheduler's folder in one workspace."""

    home: Path

    @property
    def folder(self) -> Path:
        """Where everything is kept."""
        return self.home / FOLDER

    @property
    def jobs(self) -> Path:
        """The job store (SQLite)."""
        return self.folder / "jobs.sqlite"

    @property
    def log(self) -> Path:
        """What the scheduler did, as JSON lines."""
        return self.folder / "log.jsonl"

    def output(self, entry: str) -> Path:
        """Where what the last run of an entry printed is kept."""
        return self.folder / "output" / f"{entry}.txt"

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Be the only scheduler of the workspace. Raises ScheduleBusy naming the process that is."""
        # Jobs are kept as Python objects, and what runs print can hold what was found in a file.
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with plan_lock(self.folder, "schedule", wait=0.0):
                yield
        except PlanBusy as busy:
            raise ScheduleBusy(self.home, busy.pid, busy.since) from busy

    def note(self, **facts: Any) -> None:
        """Write a line into the scheduler's log."""
        json_lines.append(
            self.log, {"time": dt.datetime.now().astimezone().isoformat(timespec="milliseconds"), **facts}
        )

    def begin(self, entry: str) -> None:
        """Remember that the runs of an entry are under way, so that one that is cut off is begun again."""
        write_text_atomic(self._begun(entry), "")

    def end(self, entry: str) -> None:
        """The runs of an entry came to their end."""
        self._begun(entry).unlink(missing_ok=True)

    def cut_off(self) -> list[str]:
        """The entries whose runs were under way when the scheduler ended."""
        return sorted(path.name for path in (self.folder / "begun").glob("[!.]*"))

    def handed(self) -> dict[str, Snapshot]:
        """What the files of each watched plan were when it was last run; nothing where that cannot be read."""
        try:
            raw = json.loads(self._watched.read_text(encoding="utf-8"))
            return {
                plan: {path: (size, changed) for path, (size, changed) in files.items()} for plan, files in raw.items()
            }
        except (OSError, ValueError, TypeError, AttributeError):
            return {}

    def keep_handed(self, handed: Mapping[str, Snapshot]) -> None:
        """Remember what the files of watched plans were."""
        write_text_atomic(self._watched, json.dumps(handed))

    @property
    def _watched(self) -> Path:
        return self.folder / "watched.json"

    def _begun(self, entry: str) -> Path:
        return self.folder / "begun" / entry
