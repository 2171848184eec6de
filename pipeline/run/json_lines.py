"""A file of JSON lines that processes only add to: a line that a crash left half-written harms no other."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

MOST_BYTES = 1_000_000
"""Size past which a file is put aside: some thousands of runs, and still opened at once by any editor."""
PUT_ASIDE = 3
"""Files put aside that are kept."""


def append(path: Path, facts: Mapping[str, Any]) -> None:
    """Add one line. Raises OSError where the disk does not take it.

    The line goes out in one piece, so that those of two processes do not mix; a half line of a process that was killed
    is ended first.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps(facts, ensure_ascii=False).encode("utf-8", errors="replace") + b"\n"
    with path.open("ab+", buffering=0) as file:
        if file.seek(0, os.SEEK_END):
            file.seek(-1, os.SEEK_END)
            line = line if file.read(1) == b"\n" else b"\n" + line
        file.write(line)


def read(path: Path) -> Iterator[dict[str, Any]]:
    """Every whole line, oldest first; none where there is no file."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError:
        return
    for line in lines:
        try:
            facts = json.loads(line)
        except ValueError:
            continue
        if isinstance(facts, dict):
            yield facts


def rotate(path: Path, most: int = MOST_BYTES) -> None:
    """Put the file aside where it has grown past `most` bytes: log.jsonl becomes log.1.jsonl, that log.2.jsonl."""
    if not path.is_file() or path.stat().st_size <= most:
        return
    names = [path, *(path.with_name(f"{path.stem}.{number}{path.suffix}") for number in range(1, PUT_ASIDE + 1))]
    for older, newer in zip(reversed(names), reversed(names[:-1]), strict=False):
        if newer.exists():
            newer.replace(older)
