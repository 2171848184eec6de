"""The list of all plans, reports/index.html: read from the records of runs and written after every command that runs.

A neighbour that cannot be read is named on the page and stops nothing. What has not changed is not written again.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.plan import PLAN_FILE
from pipeline.run.fingerprint import PACKAGE
from pipeline.run.record import RECORD
from pipeline.store import digest, write_text_atomic

PAGE = "index.html"
LOCK = ".portal.lock"
WAIT = 30.0
"""Seconds to wait for another run that writes the list."""
_HEAD = 2000
"""Letters of the page in which it says what it is and what it was made from."""
_MARK = re.compile(
    r'<meta name="generator" content="workforce: [^"]*">\s*<meta name="made-from" content="([0-9a-f]*)">'
)
_OWN = ("report/portal*.py", "report/templates/pages/portal*", "report/templates/pages/style.css", "run/portal*.py")
"""What of the pipeline makes the page."""


class PortalNotWritten(Exception):
    """The list of all plans could not be written; it says why."""


@dataclass(frozen=True)
class Rooms:
    """Where the reports are, and where the plans, their processed tables and what is kept of past runs are."""

    reports: Path
    raw: Path
    processed: Path
    kept: Path

    @classmethod
    def of(cls, home: Path, reports: Path | None = None) -> Rooms:
        """Those of a workspace, its reports elsewhere where that is said."""
        data = home / "data"
        return cls(reports or home / "reports", data / "raw", data / "processed", data / "kept")


def write_portal(rooms: Rooms) -> Path | None:
    """Write the list of all plans of a folder of reports, whole or not at all; None where it still holds.

    Raises PortalNotWritten where another run does not let go of it, or something else has its place, and OSError.
    """
    page = rooms.reports / PAGE
    if _mark_of(page) == mark(rooms):
        return None
    try:
        with FileLock(rooms.reports / LOCK, timeout=WAIT):
            now = mark(rooms)
            if _mark_of(page) == now:
                return None
            _write(rooms, page, now)
    except Timeout:
        raise PortalNotWritten(f"another run has been writing it for {WAIT:.0f} seconds") from None
    return page


def _write(rooms: Rooms, page: Path, now: str) -> None:
    from pipeline.report.portal import portal_page
    from pipeline.run.portal_plans import listed

    if page.exists() and _mark_of(page) is None:
        raise PortalNotWritten(f"{page} is a page of something else; move it away, or choose another place with --out")
    plans, unreadable = listed(rooms.reports, rooms.raw, rooms.processed, rooms.kept)
    write_text_atomic(page, portal_page(plans, unreadable, dt.datetime.now().astimezone(), now))


def mark(rooms: Rooms) -> str:
    """The checksum of what the page is made of, by the size and time of each file: nothing is read."""
    return digest([_touched(path) for path in sorted(_made_of(rooms))])


def _made_of(rooms: Rooms) -> Iterator[Path]:
    yield from rooms.reports.glob(f"*/{RECORD}")
    yield from rooms.reports.glob(f".previous/*/{RECORD}")
    yield from rooms.raw.glob(f"*/{PLAN_FILE}")
    yield from rooms.processed.glob(f"*/{RECORD}")
    yield from rooms.kept.glob("*/runs/*.json")
    yield from rooms.kept.glob("*/sign_offs.jsonl")
    yield PACKAGE / "reference" / "portal.yaml"
    for pattern in _OWN:
        yield from PACKAGE.glob(pattern)


def _touched(path: Path) -> list[object]:
    try:
        status = path.stat()
    except OSError:
        return [str(path)]
    return [str(path), status.st_size, status.st_mtime_ns]


def _mark_of(page: Path) -> str | None:
    """What the page that is there was made from; None where there is none or it is another page."""
    try:
        with page.open(encoding="utf-8", errors="replace") as stream:
            found = _MARK.search(stream.read(_HEAD))
    except OSError:
        return None
    return found[1] if found else None
