"""Work that the tests give to workers, which import it by this name."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from tiny_workshop import Workshop


def build_tiny(root: str) -> str:
    """Run a tiny plan for real; the id of its run."""
    shop = Workshop(Path(root))
    built = shop.build()
    assert built.record is not None
    return built.record.read_text(encoding="utf-8")


def number_and_process(number: int) -> tuple[int, int]:
    """A little work, and who did it."""
    time.sleep(0.1)
    return number, os.getpid()


def die_or_number(what: int) -> int:
    """Work of which one piece ends its worker every time."""
    if what < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return what
