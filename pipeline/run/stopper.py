"""Ending, from one thread, the notebooks that run in others."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Killable(Protocol):
    """Something that runs and can be ended from any thread."""

    def kill(self) -> None:
        """End it; nothing happens if it has ended."""


class Stopped(Exception):
    """The run was told to stop before or while the notebook ran."""


class Stopper:
    """Ends, from another thread, every kernel that runs under it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: list[Killable] = []
        self.stopped = False

    def stop(self) -> None:
        """End the kernels that run and let no other start."""
        with self._lock:
            self.stopped = True
            for each in self._running:
                each.kill()

    @contextmanager
    def watch(self, running: Killable) -> Iterator[None]:
        """Have the kernel ended when the run is stopped."""
        with self._lock:
            if self.stopped:
                raise Stopped
            self._running.append(running)
        try:
            yield
        finally:
            with self._lock:
                self._running.remove(running)
