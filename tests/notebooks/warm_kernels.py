"""Kernels that begin with the outside packages imported, by a fork of one process that has them.

A notebook of a tiny plan takes less long than those imports. How an ordinary kernel begins is tested with the sample,
the real plans and in tests/run; imports of the project's own modules are each kernel's own here as well. None of these
kernels has a network: nothing that a notebook does may ask for one.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import ModuleType
from typing import IO, Any
from unittest import mock

from network_denied import deny

PACKAGES = [
    *("duckdb", "ipykernel.kernelapp", "markdown_it", "matplotlib.pyplot", "matplotlib_inline.backend_inline", "numba"),
    *("numpy", "pandas", "pandera.pandas", "pyarrow.parquet", "pydantic", "scipy.special", "seaborn", "yaml"),
]
CONTEXT = multiprocessing.get_context("forkserver" if sys.platform == "linux" else None)


@contextmanager
def warm_kernels() -> Iterator[None]:
    """Every kernel that is started in the block is warm; on other systems than Linux they begin as ever."""
    if sys.platform != "linux":
        yield
        return
    CONTEXT.set_forkserver_preload(PACKAGES)
    # The process that is forked takes this from the environment in which the first kernel is asked for.
    with (
        mock.patch.dict(os.environ, {"PYTHONHASHSEED": "0"}),
        mock.patch("jupyter_client.provisioning.local_provisioner.launch_kernel", _launch),
    ):
        yield


class _Process:
    """A forked process as jupyter_client handles one that it has started itself."""

    stdin = stdout = stderr = None

    def __init__(self, process: BaseProcess) -> None:
        self._process = process
        self.pid = process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int | None:
        self._process.join(timeout)
        return self.poll()

    def send_signal(self, signal: int) -> None:
        if self.poll() is None and self.pid:
            os.kill(self.pid, signal)

    def kill(self) -> None:
        self._process.kill()

    def terminate(self) -> None:
        self._process.terminate()


def _launch(command: Sequence[str], *, env: Mapping[str, str], stdout: IO[bytes], cwd: str, **_: Any) -> _Process:
    """Start the kernel of a command, `python -m ipykernel_launcher` and its arguments, in a group of its own."""
    ours, its = CONTEXT.Pipe(duplex=False)
    process = CONTEXT.Process(target=_be_a_kernel, args=(list(command[3:]), dict(env), stdout.name, cwd, its))
    # Otherwise the new process would run again whatever runs the tests.
    with mock.patch.dict(sys.modules, {"__main__": ModuleType("__main__")}):
        process.start()
    its.close()
    # Until it has left this process's group, whatever ended the kernel would end the tests too.
    ours.recv()
    ours.close()
    return _Process(process)


def _be_a_kernel(arguments: list[str], environment: dict[str, str], log: str, folder: str, started: Connection) -> None:
    os.setsid()
    started.send(True)
    started.close()
    # A kernel ends when the process that started it does; that is the one that was forked.
    os.environ.clear()
    os.environ.update(environment, JPY_PARENT_PID=str(os.getppid()))
    os.chdir(folder)
    deny()
    sys.path.insert(0, folder)
    written = os.open(log, os.O_WRONLY | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(written, stream)
    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.launch_instance(arguments)
