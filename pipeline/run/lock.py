"""One run of a plan at a time."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.run.errors import PlanBusy

WAIT = 3.0
"""Seconds to wait for another run that may be about to end."""


@contextmanager
def plan_lock(folder: Path, plan: str, wait: float | None = None) -> Iterator[None]:
    """Hold a plan's lock, kept in its processed folder, for the length of the block.

    The operating system lets go of it if the process dies. Raises PlanBusy, naming the process that holds it
    and since when, if it is not free within `wait` seconds (WAIT if none is given).
    """
    folder.mkdir(parents=True, exist_ok=True)
    holder = folder / ".lock.json"
    lock = FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=WAIT if wait is None else wait)
    except Timeout as error:
        raise PlanBusy(plan, *_read(holder)) from error
    try:
        since = dt.datetime.now().astimezone().isoformat(sep=" ", timespec="seconds")
        holder.write_text(json.dumps({"pid": os.getpid(), "since": since}), encoding="utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _read(holder: Path) -> tuple[int | None, str | None]:
    """Who holds the lock; nothing known in the moment before it is written down."""
    try:
        raw = json.loads(holder.read_text(encoding="utf-8"))
        return int(raw["pid"]), str(raw["since"])
    except (OSError, ValueError, KeyError):
        return None, None


def held_by(folder: Path) -> tuple[int | None, str | None, bool] | None:
    """Which process wrote that it runs a plan, since when, and whether it still does; None where no run said so.

    A run that was killed leaves its note behind. Whether it is alive is told by the lock itself, which is tried for a
    moment only and where there is a note.
    """
    holder = folder / ".lock.json"
    if not holder.is_file():
        return None
    pid, since = _read(holder)
    try:
        with FileLock(folder / ".lock", timeout=0):
            return pid, since, False
    except OSError:
        # It is taken (Timeout), or cannot be tried, as on a share that is read-only: then the note is believed.
        return pid, since, True
