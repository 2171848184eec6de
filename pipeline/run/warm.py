"""Kernels that begin with their imports done, by a fork of one process that has them (docs/decisions/0031).

A kernel spends seconds on imports before its first cell. Where the system can fork, this process keeps another one
(warm_server) that has done them. Until that one is ready, where it cannot be had, and after any doubt, kernels begin
as ever: what a notebook gives is the same either way.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, cast

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from pipeline.run.fingerprint import PACKAGE
from pipeline.run.imports import modules, of_notebook

COLD = "WORKFORCE_COLD_KERNELS"
"""Environment variable that, set to anything, has every kernel begin as ever."""
PACKAGES = (
    *("duckdb", "ipykernel.kernelapp", "markdown_it", "matplotlib.pyplot", "matplotlib_inline.backend_inline"),
    *("numba", "numpy", "pandas", "pandera.pandas", "pyarrow.parquet", "pydantic", "scipy.special", "seaborn", "yaml"),
)
"""Packages that notebooks need and that are safe to import before a fork."""
AT_IMPORT = ("PYTHON", "MPL", "NUMBA", "NUMPY", "OMP_", "OPENBLAS", "MKL_", "BLIS", "TZ", "LC_", "LANG", "LD_", "ARROW")
"""How the names of environment variables begin that say how packages are imported."""
FORK_SECONDS = 10.0
"""Longest wait for a fork, which takes milliseconds."""
END_SECONDS = 2.0
"""Longest wait for the process to end by itself, its kernels first."""


@dataclass
class WarmKernel:
    """A forked kernel, as jupyter_client handles a process that it has started itself."""

    pid: int
    code: int | None = None
    ended: threading.Event = field(default_factory=threading.Event)
    stdin = stdout = stderr = None

    def poll(self) -> int | None:
        """How it ended; None if it has not."""
        return self.code

    def wait(self, timeout: float | None = None) -> int | None:
        """The same, once it has ended."""
        self.ended.wait(timeout)
        return self.code

    def send_signal(self, signum: int) -> None:
        """Send a signal, if it still runs."""
        if self.code is None:
            os.kill(self.pid, signum)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def end(self, code: int) -> None:
        """It has ended."""
        self.code = code
        self.ended.set()


class Server:
    """The process that has the imports, and the kernels that were forked from it."""

    def __init__(self, modules: Iterable[str], environment: Mapping[str, str], cwd: Path) -> None:
        self._code, self._seen = code_stamp(), seen_at_import(environment)
        self.ready = False
        self._kernels: dict[int, WarmKernel] = {}
        self._forked: dict[int, WarmKernel] = {}
        self._news = threading.Condition()
        self._asked = 0
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "pipeline.run.warm_server", str(theirs.fileno()), *modules],
                pass_fds=[theirs.fileno()],
                env=dict(environment),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._listener = threading.Thread(target=self._listen, name="warm-kernels", daemon=True)
        self._listener.start()

    @property
    def lost(self) -> bool:
        """Whether it has gone."""
        return self._process.poll() is not None

    @property
    def idle(self) -> bool:
        """Whether none of its kernels runs any more."""
        return self.lost or not self._kernels

    def holds(self, environment: Mapping[str, str]) -> bool:
        """Whether it is there, and what it imported is what a kernel in this environment would import now."""
        return not self.lost and self._seen == seen_at_import(environment) and self._code == code_stamp()

    def fork(self, arguments: Sequence[str], environment: Mapping[str, str], log: str, cwd: str) -> WarmKernel | None:
        """A kernel; None where it does not come in time."""
        with self._news:
            self._asked += 1
            mine = self._asked
            request = {"asked": mine, "arguments": list(arguments), "env": dict(environment), "log": log, "cwd": cwd}
            try:
                self._control.sendall(json.dumps(request).encode() + b"\n")
            except OSError:
                return None
            self._news.wait_for(lambda: mine in self._forked or self.lost, timeout=FORK_SECONDS)
            return self._forked.pop(mine, None)

    def close(self) -> None:
        """Let it go, with the kernels that still run."""
        with suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(END_SECONDS)
        # It may not be able to hear; its kernels end when they see that it has gone.
        self._process.kill()
        self._process.wait()
        self._listener.join()

    def _listen(self) -> None:
        # Where it is killed before it has read all that was asked of it, the connection is reset, not ended.
        with suppress(ConnectionResetError), self._control.makefile("rb") as lines:
            for line in lines:
                # What it was saying when it was killed is not a whole line.
                if line.endswith(b"\n"):
                    with self._news:
                        self._hear(json.loads(line))
                        self._news.notify_all()
        with self._news:
            self.ready = False
            for kernel in self._kernels.values():
                kernel.end(-signal.SIGKILL)
            self._news.notify_all()
        self._control.close()

    def _hear(self, said: dict[str, Any]) -> None:
        if "ready" in said:
            self.ready = True
        elif "forked" in said:
            kernel = WarmKernel(said["forked"])
            self._kernels[kernel.pid] = self._forked[said["asked"]] = kernel
        else:
            self._kernels.pop(said["ended"]).end(said["code"])


class WarmProvisioner(LocalProvisioner):
    """Starts a kernel by a fork where one can be had, and otherwise as ever."""

    async def launch_kernel(self, cmd: list[str], **how: Any) -> KernelConnectionInfo:
        """Start the kernel of a command."""
        usual = cmd[:3] == [sys.executable, "-m", "ipykernel_launcher"]
        kernel = warm_kernel(cmd[3:], how["env"], how["stdout"].name, Path(how["cwd"])) if usual else None
        if kernel is None:
            return await super().launch_kernel(cmd, **how)
        # It answers all that is asked of a process that was started from here.
        self.process = cast("subprocess.Popen[bytes]", kernel)
        self.pid, self.pgid, self.cwd = kernel.pid, kernel.pid, how["cwd"]
        return self.connection_info


_lock = threading.Lock()
_server: Server | None = None
_retired: list[Server] = []
"""Those that no kernel is asked of any more, whose last kernels still run."""


def warm_kernel(
    arguments: Sequence[str], environment: Mapping[str, str], log: str, notebooks: Path
) -> WarmKernel | None:
    """A kernel that works in a folder of notebooks, its imports done; None until there is a process that has them.

    The first call starts that process. What is imported ahead is what the notebooks import of the pipeline; it is
    imported anew when that code, or what an import goes by, has changed.
    """
    global _server
    if not possible():
        return None
    with _lock:
        if _server is not None and not _server.holds(environment):
            _retired.append(_server)
            _server = None
        _let_go(lambda server: server.idle)
        if _server is None:
            _server = Server([*PACKAGES, *imported(notebooks)], environment, notebooks)
        server = _server
    return server.fork(arguments, environment, log, str(notebooks)) if server.ready else None


@atexit.register
def end_server() -> None:
    """Let the process that has the imports go, if there is one."""
    global _server
    with _lock:
        if _server is not None:
            _retired.append(_server)
            _server = None
        _let_go(lambda _: True)


def _let_go(which: Callable[[Server], bool]) -> None:
    for server in [each for each in _retired if which(each)]:
        server.close()
        _retired.remove(server)


def possible() -> bool:
    """Whether kernels can be forked here: only where it has been tried."""
    return sys.platform == "linux" and hasattr(os, "pidfd_open") and not os.environ.get(COLD)


def seen_at_import(environment: Mapping[str, str]) -> dict[str, str]:
    """What packages look at in the environment when they are imported."""
    return {name: value for name, value in environment.items() if name.startswith(AT_IMPORT)}


@cache
def imported(notebooks: Path) -> tuple[str, ...]:
    """The modules of the pipeline that the notebooks of a folder import."""
    known = modules()
    found = {name for path in notebooks.glob("*.ipynb") for name in of_notebook(path, known)}
    return tuple(f"{PACKAGE.name}.{name}" for name in sorted(found - {""}))


def code_stamp() -> tuple[tuple[str, int, int], ...]:
    """What tells whether the pipeline's code has changed since it was imported: its files, their sizes and times."""
    files = ((path.as_posix(), path.stat()) for path in sorted(PACKAGE.rglob("*.py")))
    return tuple((name, status.st_size, status.st_mtime_ns) for name, status in files)
