"""A workspace in shared storage: what a plan needs comes from there, and what a run makes goes back (docs/scale.md).

Any place that fsspec knows: a folder, s3://, gs://, abfs:// and others. It is laid out as a workspace is, but for
reports: each run's lies whole in a folder of its own, and two small files, each replaced in one go, say which is in
use. Whatever stops a run on the way, these still name a whole report.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline.plan import PLAN_FILE
from pipeline.run.checksums import CHECKSUMS
from pipeline.run.record import RECORD, read_facts, write_record
from pipeline.run.swap import report_files

FETCHED = ".fetched.json"
"""What was fetched, beside it: a file that has not changed in the shared place is not fetched again."""
LATEST = "latest.json"
"""Names the run whose report is in use."""
VERSIONS = 5
"""Reports kept of a plan: the one in use and those before it."""
ROOMS = ("data/raw", "data/kept", "data/processed")


@dataclass(frozen=True)
class Shared:
    """A workspace in shared storage, by its address."""

    address: str

    @property
    def _place(self) -> tuple[Any, PurePosixPath]:
        from fsspec.core import url_to_fs

        system, path = url_to_fs(self.address)
        return system, PurePosixPath(path)

    def has(self, plan: str) -> bool:
        """Whether there is a plan of this name."""
        system, root = self._place
        return bool(system.exists(str(root / "data/raw" / plan / PLAN_FILE)))

    def fetch(self, plan: str, home: Path) -> None:
        """Bring a plan, what is kept of it, what was made of it and its report in use into a workspace.

        What is no longer in the shared place goes from the workspace.
        """
        system, root = self._place
        for room in ROOMS:
            _fetch(system, root / room / plan, home / room / plan)
        in_use = self.in_use(plan)
        if in_use:
            _fetch(system, root / "reports" / plan / in_use, home / "reports" / plan)

    def in_use(self, plan: str) -> str:
        """The id of the run whose report is in use; empty where there is none."""
        system, root = self._place
        path = str(root / "reports" / plan / LATEST)
        return str(json.loads(system.cat_file(path))["run_id"]) if system.exists(path) else ""

    def give_back(self, plan: str, home: Path) -> None:
        """Put what a run made into the shared place, its report last."""
        system, root = self._place
        for room in ROOMS[1:]:
            _put(system, home / room / plan, root / room / plan)
        live = home / "reports" / plan
        run_id = str(read_facts(live / RECORD).get("run_id", ""))
        if run_id and run_id != self.in_use(plan):
            self._publish(system, root / "reports" / plan, live, run_id)

    def _publish(self, system: Any, place: PurePosixPath, live: Path, run_id: str) -> None:
        system.makedirs(str(place / run_id), exist_ok=True)
        for path in report_files(live):
            system.put_file(str(path), str(place / run_id / path.name))
        system.pipe_file(str(place / "index.html"), _pointing_to(run_id).encode("utf-8"))
        system.pipe_file(str(place / LATEST), json.dumps({"run_id": run_id}).encode("utf-8"))
        versions = sorted(path for path in system.ls(str(place), detail=False) if system.isdir(path))
        for path in versions[:-VERSIONS]:
            system.rm(path, recursive=True)


def _pointing_to(run_id: str) -> str:
    """A page that leads to the report in use."""
    page = f"{escape(run_id)}/strategy.html"
    return (
        f'<!doctype html><html lang="en-GB"><meta charset="utf-8"><title>Strategy</title>'
        f'<meta http-equiv="refresh" content="0; url={page}"><p><a href="{page}">The strategy in use</a></p></html>\n'
    )


def _fetch(system: Any, source: PurePosixPath, target: Path) -> None:
    """Make a folder hold what another one in the shared place holds, and remember what each file was."""
    found = {_inside(name, source): facts for name, facts in _files(system, source).items()}
    before = read_facts(target / FETCHED)
    now = {name: _mark(system, facts) for name, facts in found.items()}
    for name, mark in now.items():
        path = target / name
        if mark != before.get(name) or not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_name(f".{path.name}.partial")
            system.get_file(found[name]["name"], str(partial))
            partial.replace(path)
    for name in before.keys() - now.keys():
        (target / name).unlink(missing_ok=True)
    if now:
        write_record(target / FETCHED, now)


def _put(system: Any, source: Path, target: PurePosixPath) -> None:
    """Make a folder in the shared place hold what a folder here does, but for what belongs to this machine."""
    ours = {path.relative_to(source).as_posix(): path for path in source.rglob("*") if _is_to_go(path)}
    theirs = {_inside(name, target): facts for name, facts in _files(system, target).items()}
    before = read_facts(source / FETCHED)
    for name, path in ours.items():
        fetched = name in theirs and before.get(name) == _mark(system, theirs[name])
        if not (fetched and path.stat().st_mtime < (source / FETCHED).stat().st_mtime):
            system.makedirs(str((target / name).parent), exist_ok=True)
            system.put_file(str(path), str(target / name))
    for name in theirs.keys() - ours.keys():
        system.rm_file(theirs[name]["name"])
    now = {_inside(name, target): _mark(system, facts) for name, facts in _files(system, target).items()}
    if now:
        write_record(source / FETCHED, now)


def _is_to_go(path: Path) -> bool:
    """Locks and checksums are of this machine, and half a file is nobody's."""
    stays = path.name in (FETCHED, CHECKSUMS, ".lock", ".lock.json") or ".partial" in path.name
    return path.is_file() and not stays


def _files(system: Any, folder: PurePosixPath) -> dict[str, Mapping[str, Any]]:
    system.invalidate_cache()
    if not system.exists(str(folder)):
        return {}
    return {name: {**facts, "name": name} for name, facts in system.find(str(folder), detail=True).items()}


def _inside(name: str, folder: PurePosixPath) -> str:
    """A file's place in a folder. Raises ValueError for one that would lie outside it here."""
    inside = PurePosixPath(name).relative_to(folder)
    if ".." in inside.parts:
        raise ValueError(f"the name {name} leads out of its folder; rename it in the shared place")
    return inside.as_posix()


def _mark(system: Any, facts: Mapping[str, Any]) -> str:
    """What tells whether a file in the shared place is still the same."""
    return str(facts.get("ETag") or [facts["size"], str(system.modified(facts["name"]))])
