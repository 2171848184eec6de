"""The most memory that a process has held so far."""

from __future__ import annotations

import sys
from pathlib import Path

BYTES_IN_MB = 1e6
KILOBYTE = 1024
"""Linux counts in these; macOS counts in bytes."""


def peak_mb() -> float | None:
    """The most memory that this process has held, in MB; None where the system does not tell."""
    try:
        import resource
    except ImportError:
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(most * (1 if sys.platform == "darwin" else KILOBYTE) / BYTES_IN_MB, 1)


def leave_peak(path: Path) -> None:
    """Write down the most memory that this process has held, for another to read."""
    peak = peak_mb()
    if peak is not None:
        path.write_text(str(peak), encoding="utf-8")


def left_peak(path: Path) -> float | None:
    """What another process left of its peak; None where it left nothing that can be read."""
    try:
        return float(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
