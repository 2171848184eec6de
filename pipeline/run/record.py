"""The record of a run: what ran, from which code and inputs, how long it took and what came of it."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import math
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import requires
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.plan import PLAN_FILE, Plan
from pipeline.run import fingerprint
from pipeline.run.checksums import Checksums
from pipeline.store import Store, write_text_atomic

RECORD = "run.json"
COMPARED = ".compared.json"
"""Where a run leaves, among the plan's tables, what it is and which past runs it is compared with."""
DISTRIBUTION = "diagnostic-workforce"
WATCHED = ("pipeline", "notebooks", "pyproject.toml", "requirements.lock")
"""What makes a checkout changed: a plan or a draft kept beside the code does not."""
GIT_SECONDS = 20
_ID_TIME = "%Y%m%dT%H%M%SZ"
CLOCK_MAY_DIFFER = dt.timedelta(minutes=2)
"""Two computers that share a folder may differ by so much and nobody need be told."""


@dataclass(frozen=True)
class Code:
    """The version of the code: the package's, and the commit with whether it was changed where git knows."""

    version: str
    commit: str = ""
    dirty: bool | None = None

    def facts(self) -> dict[str, Any]:
        """As the record holds it. `dirty` is absent where it is not known."""
        known = {"commit": self.commit, "dirty": self.dirty} if self.commit else {}
        return {"version": f"{self.version} ({self.commit[:10]})" if self.commit else self.version, **known}


def code_version() -> Code:
    """The version of the code that runs, from git if the package lies in a checkout that holds it."""
    root, package = fingerprint.PACKAGE.parent, fingerprint.PACKAGE.name
    commit = _git(root, "rev-parse", "HEAD") if _git(root, "ls-files", f"{package}/__init__.py") else None
    if not commit:
        return Code(__version__)
    changed = _git(root, "status", "--porcelain", "--", *WATCHED)
    return Code(__version__, commit, None if changed is None else bool(changed))


def changed_notebooks(notebooks: Path) -> list[str]:
    """The notebooks of a folder that say something else than their recorded version; none where git knows of none.

    JupyterLab saves by itself whatever is tried out at the top of one, and the next run is made with it.
    """
    differing = _git(notebooks, "diff", "--name-only", "--relative", "HEAD", "--", "*.ipynb")
    return [name for name in (differing or "").splitlines() if _says_else(notebooks, name)]


def _says_else(notebooks: Path, name: str) -> bool:
    recorded = _git(notebooks, "show", f"HEAD:./{name}")
    return recorded is not None and fingerprint.source_of(recorded) != fingerprint.notebook_source(notebooks / name)


def _git(root: Path, *words: str) -> str | None:
    """What git says; None where there is no git or no repository."""
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *words],
            capture_output=True,
            text=True,
            timeout=GIT_SECONDS,
            env=environment,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def new_run_id(started: dt.datetime, after: str = "") -> str:
    """A name for a run that sorts by time, 20251122T091500Z-3f9a1c, and behind the id of the run `after` if any.

    A clock that was put back would otherwise make the latest run look like an old one, which is compared with and
    cleared away as such.
    """
    day, before = started.astimezone(dt.UTC), time_of(after)
    with contextlib.suppress(OverflowError):
        day = max(day, before + dt.timedelta(seconds=1)) if before else day
    return f"{day:{_ID_TIME}}-{secrets.token_hex(3)}"


def time_of(run_id: str) -> dt.datetime | None:
    """When a run began, by its id; None for what is no id."""
    try:
        return dt.datetime.strptime(run_id.partition("-")[0], _ID_TIME).replace(tzinfo=dt.UTC)
    except ValueError:
        return None


def clock_note(started: dt.datetime, after: str) -> str:
    """What is said where the clock is behind that of the run before; empty where it is not."""
    before = time_of(after)
    if before is None or before - started <= CLOCK_MAY_DIFFER:
        return ""
    now = started.astimezone(dt.UTC)
    return (
        f"The computer's clock says {now:%d %B %Y %H:%M} (UTC), which is before the last run of this plan "
        f"({before:%d %B %Y %H:%M}). This run is taken for the later one; check the clock."
    )


def input_facts(plan: Plan, checksums: Checksums) -> list[dict[str, Any]]:
    """Every file a plan was made from, with reader, size and checksum."""
    named = [(PLAN_FILE, plan.folder / PLAN_FILE)]
    named += [
        (kind, path)
        for kind in ("mapping", "standards", "scenarios", "actions", "assurance", "commentary")
        for path in fingerprint.named_files(plan, kind)
    ]
    sources = [(source.reader, source.path) for source in plan.sources]
    return [
        {
            "file": fingerprint.file_name(plan, path),
            "kind": kind,
            "bytes": path.stat().st_size,
            "sha256": checksums.of(path),
        }
        for kind, path in [*named, *sources]
    ]


@cache
def package_facts() -> dict[str, str]:
    """Version of Python and of every package the project asks for."""
    asked = [line for line in requires(DISTRIBUTION) or [] if "extra ==" not in line]
    names = sorted(re.split(r"[\s\[<>=!~;]", line, maxsplit=1)[0] for line in asked)
    return {"python": ".".join(map(str, sys.version_info[:3])), **fingerprint.packages(tuple(names))}


def headline_facts(store: Store) -> list[dict[str, Any]]:
    """The headline figures of the plan; none where no notebook has written them."""
    if not store.has("headlines"):
        return []
    # To the last digit, unlike pandas' own JSON: later runs set their figures against these.
    rows = store.read("headlines").to_dict("records")
    return [{str(name): value if _is_written(value) else None for name, value in row.items()} for row in rows]


def _is_written(value: object) -> bool:
    """Whether JSON has a way to write a value: it has none for infinity."""
    return not isinstance(value, float) or math.isfinite(value)


def placeholder_count(headlines: Iterable[dict[str, Any]]) -> int | None:
    """How many assumptions stand in for a figure, from the headlines; None where they do not say."""
    found = [row["value"] for row in headlines if row.get("key") == "placeholders"]
    return int(found[0]) if found else None


def write_record(path: Path, facts: dict[str, Any]) -> None:
    """Write a run record whole."""
    write_text_atomic(path, json.dumps(facts, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def read_record(folder: Path) -> dict[str, Any]:
    """The record of the run that made what is in a folder; empty where there is none that can be read."""
    return read_facts(folder / RECORD)


def read_facts(path: Path) -> dict[str, Any]:
    """A record from its file; empty where there is none that can be read."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return raw if isinstance(raw, dict) else {}
