"""Folders of a process's own for what it needs in passing, which go even where the process was killed."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = "workforce"
AGE = 3600.0
"""Seconds after which a folder whose process is not to be seen is left over. A process of another machine or container
that shares the folder cannot be seen from here, and needs its own for minutes at the most."""


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder that goes when the block ends; those that killed processes left behind go when it begins."""
    remove_left_folders()
    name = f"{PREFIX}-{os.getpid()}-"
    with tempfile.TemporaryDirectory(prefix=name, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def remove_left_folders() -> None:
    """Remove the folders of processes that have gone, as far as they are ours to remove."""
    old = time.time() - AGE
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}-*-*"):
        owner = folder.name.split("-")[1]
        if owner.isdecimal() and _is_older(folder, old) and not lives(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_older(folder: Path, moment: float) -> bool:
    try:
        return folder.stat().st_mtime < moment
    except FileNotFoundError:
        # Another process has just removed it.
        return False


def lives(process: int) -> bool:
    """Whether a process of this number is there to be seen."""
    # A run with nothing to remove must not wait for it.
    import psutil

    return bool(psutil.pid_exists(process))
