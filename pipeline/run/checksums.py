"""Checksums of files, remembered between runs so that a file that has not been touched is not read again."""

from __future__ import annotations

import json
import time
from pathlib import Path

from pipeline.store import file_sha256, sealed, unsealed, write_text_atomic

Touched = tuple[int, int, int, int]
"""Size, when the content changed, when anything about the file changed, and which file it is."""

CHECKSUMS = ".checksums.json"
"""Where, among a plan's tables, they are remembered."""
SETTLED = 2_000_000_000
"""Nanoseconds after which a change to a file is certain to show in its times, on the coarsest file system."""


class Checksums:
    """The checksum of any file by its content. `kept` is where they are remembered."""

    def __init__(self, kept: Path) -> None:
        self._kept = kept
        self._known: dict[str, tuple[Touched, str]] = {}
        self._used: dict[str, tuple[Touched, str]] = {}
        if kept.is_file():
            self._known = _read(kept)

    def of(self, path: Path) -> str:
        """The checksum of a file; empty where there is no such file."""
        try:
            status = path.stat()
        except OSError:
            return ""
        touched = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
        known = self._known.get(str(path))
        digest = known[1] if known and known[0] == touched else file_sha256(path)
        if time.time_ns() - max(status.st_mtime_ns, status.st_ctime_ns) > SETTLED:
            self._known[str(path)] = self._used[str(path)] = (touched, digest)
        return digest

    def save(self) -> None:
        """Remember the checksums that were asked for."""
        if self._used:
            write_text_atomic(self._kept, json.dumps(sealed({"files": self._used})))


def _read(kept: Path) -> dict[str, tuple[Touched, str]]:
    """What was remembered; nothing if the file is damaged, since every checksum can be worked out again."""
    try:
        raw = unsealed(kept.read_text(encoding="utf-8"))["files"]
        return {
            path: ((size, content, status, file), digest)
            for path, ((size, content, status, file), digest) in raw.items()
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}
