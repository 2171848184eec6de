"""A run as a process of its own: whatever it does to itself, the scheduler goes on."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

COMMAND = (sys.executable, "-P", "-m", "pipeline", "run")
"""The same command as `workforce run`, by this Python; -P: whatever lies in the workspace is no part of the program."""
STOPPED = 130
"""The exit code of a run that was stopped."""
LET_END = 45.0
"""Seconds that a run has to put itself in order before it is ended: a little more than it waits for its notebooks."""


class Child:
    """The one run that a scheduler has under way, if any; it can be ended from another thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: subprocess.Popen[bytes] | None = None
        self.stopped = False

    def ready(self) -> None:
        """Let runs begin, after an earlier scheduler of this process had them stopped."""
        self.stopped = False

    def run(self, words: Sequence[str], home: Path, output: Path) -> int:
        """Run a command in a workspace, its output to a file, and give its exit code (minus a signal's number)."""
        output.parent.mkdir(parents=True, exist_ok=True)
        with output.open("wb") as file:
            with self._lock:
                if self.stopped:
                    return STOPPED
                # Its own session: Ctrl-C in the terminal reaches the scheduler, which then ends the run once.
                self._running = subprocess.Popen(
                    [*words],
                    cwd=home,
                    stdin=subprocess.DEVNULL,
                    stdout=file,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            # Whatever interrupts the wait, the run stays known, so that it can be ended.
            code = self._running.wait()
            self._running = None
            return STOPPED if self.stopped else code

    def stop(self) -> None:
        """Have the run put itself in order and end, and let no other begin."""
        with self._lock:
            self.stopped = True
            running = self._running
        if running is None or running.poll() is not None:
            return
        if sys.platform == "win32":
            running.terminate()
        else:
            running.send_signal(signal.SIGINT)
        try:
            running.wait(LET_END)
        except subprocess.TimeoutExpired:
            running.kill()


CHILD = Child()
"""Of this process: APScheduler finds what a job does by its name, and so does whoever ends it."""
