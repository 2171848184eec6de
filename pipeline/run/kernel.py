"""One Jupyter kernel: the Python of this process, started apart from it and from the user's own settings."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync

from pipeline.run.inside import DOOR, SAME_EVERYWHERE
from pipeline.run.warm import WarmKernel, WarmProvisioner
from pipeline.scratch import scratch_folder

KERNEL_NAME = "python3"
LONGEST_SOCKET_FOLDER = 80
"""Unix limits the path of a socket to about 100 characters; below a longer folder the loopback network is used."""

QUIET = logging.getLogger("pipeline.run.kernel")
QUIET.addHandler(logging.NullHandler())
QUIET.propagate = False


def command() -> list[str]:
    """How to start a kernel: this interpreter, no history, and the door's own extension."""
    return [
        sys.executable,
        "-m",
        "ipykernel_launcher",
        "-f",
        "{connection_file}",
        "--HistoryManager.enabled=False",
        "--ext=pipeline.run.inside",
    ]


class _OwnSpec(KernelSpecManager):
    """Knows one kernel, whatever kernels are installed on the machine under the same name."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return KernelSpec(argv=command(), display_name=kernel_name, language="python")


class _Manager(AsyncKernelManager):
    """Keeps hold of the kernel's process, so that how it ended can be told after the clean-up."""

    process: subprocess.Popen[bytes] | WarmKernel | None = None

    async def start_kernel(self, **how: Any) -> None:  # type: ignore[override]
        await super().start_kernel(**how)
        self.process = getattr(self.provisioner, "process", None)


@dataclass
class Kernel:
    """A kernel that may be started once, its private folder and its log."""

    folder: Path
    log: IO[bytes]
    manager: _Manager
    extra: Mapping[str, str]

    @property
    def launch(self) -> dict[str, Any]:
        """What the kernel's process is started with."""
        return {"env": self._environment(), "stdout": self.log, "stderr": self.log}

    def _environment(self) -> dict[str, str]:
        own = {
            DOOR: str(self.folder),
            "IPYTHONDIR": str(self.folder),
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",
            **SAME_EVERYWHERE,
        }
        inherited = {name: value for name, value in os.environ.items() if name != "PYTHONSTARTUP"}
        return {**inherited, **own, **self.extra}

    @property
    def exit_code(self) -> int | None:
        """How the process ended: negative for the signal that ended it, None if it has not ended."""
        return self.manager.process.poll() if self.manager.process else None

    def kill(self) -> None:
        """End the kernel and what it started, from any thread."""
        process = self.manager.process
        if process is None or process.poll() is not None:
            return
        with suppress(ProcessLookupError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()

    def close(self) -> None:
        """End the kernel if it still runs and let go of its sockets. Call it in the thread that started it."""
        self.kill()
        run_sync(self._release)()

    async def _release(self) -> None:
        await self.manager.cleanup_resources()

    def last_words(self) -> str:
        """The last line the process wrote to its log, empty if it wrote none."""
        self.log.flush()
        lines = (self.folder / "kernel.log").read_text(encoding="utf-8", errors="replace").splitlines()
        return next((line.strip() for line in reversed(lines) if line.strip()), "")


@contextmanager
def new_kernel(extra: Mapping[str, str], *, warm: bool = True) -> Iterator[Kernel]:
    """A kernel in a folder of its own that goes when the block ends; `extra` is added to its environment.

    It is forked from a process that has its imports where there is one, unless `warm` is False.
    """
    with scratch_folder() as folder:
        manager = _Manager(
            kernel_name=KERNEL_NAME,
            kernel_spec_manager=_OwnSpec(),
            transport=_transport(folder),
            connection_file=str(folder / "kernel.json"),
            log=QUIET,
        )
        if warm:
            manager.provisioner = WarmProvisioner(
                kernel_id=manager.kernel_id, kernel_spec=manager.kernel_spec, parent=manager
            )
        with (folder / "kernel.log").open("wb") as log:
            yield Kernel(folder, log, manager, extra)


def _transport(folder: Path) -> str:
    """Sockets in the kernel's private folder where the system has them: nothing else can listen or connect."""
    return "ipc" if os.name == "posix" and len(str(folder)) <= LONGEST_SOCKET_FOLDER else "tcp"
