"""A process that has imported what notebooks import, and forks a kernel whenever it is asked for one.

`python -m pipeline.run.warm_server DESCRIPTOR MODULE …`, started by pipeline.run.warm. Requests and answers are lines
of JSON on the socket of that descriptor; when it closes, the kernels that still run are ended and so is this process.
Nothing but the imports happens before a fork, so a kernel begins as an ordinary one does, only later in its life.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
import traceback
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

FAILED = 1
LARGEST = 1 << 16
"""Bytes read from the socket in a go."""


class Server:
    """Forks kernels and tells how they ended."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.kernels: dict[int, int] = {}
        self.selector = selectors.DefaultSelector()
        self.selector.register(control, selectors.EVENT_READ)
        self.unread = b""

    def serve(self) -> None:
        """Until nobody is left to serve."""
        self.tell(ready=True)
        while True:
            for key, _ in self.selector.select():
                if key.fileobj is not self.control:
                    self.bury(int(key.fd))
                    continue
                received = self.control.recv(LARGEST)
                if not received:
                    return
                for request in self.whole_lines(received):
                    self.fork(request)

    def whole_lines(self, received: bytes) -> Iterator[dict[str, Any]]:
        """The requests that have come whole."""
        *lines, self.unread = (self.unread + received).split(b"\n")
        yield from map(json.loads, lines)

    def fork(self, request: Mapping[str, Any]) -> None:
        """A kernel in a process group of its own."""
        with warnings.catch_warnings():
            # Python warns of threads; those of NumPy's library, all there are, are made anew after a fork.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if not pid:
            self.selector.close()
            self.control.close()
            be_a_kernel(request)
        own_group(pid)
        descriptor = os.pidfd_open(pid)
        self.kernels[descriptor] = pid
        self.selector.register(descriptor, selectors.EVENT_READ)
        self.tell(forked=pid, asked=request["asked"])

    def bury(self, descriptor: int) -> None:
        """Tell how a kernel ended."""
        pid = self.kernels.pop(descriptor)
        self.selector.unregister(descriptor)
        os.close(descriptor)
        _, status = os.waitpid(pid, 0)
        self.tell(ended=pid, code=os.waitstatus_to_exitcode(status))

    def tell(self, **said: Any) -> None:
        """Answer; whoever asked may have gone."""
        try:
            self.control.sendall(json.dumps(said).encode() + b"\n")
        except OSError:
            self.end()

    def end(self) -> NoReturn:
        """End the kernels that still run, and then this process."""
        for pid in self.kernels.values():
            end_group(pid)
        os._exit(0)


def own_group(pid: int) -> None:
    """Put a process into a group of its own. Both sides do, so that it is in one whichever comes first."""
    try:
        os.setpgid(pid, pid)
    except (PermissionError, ProcessLookupError):
        # It has one, or has ended already.
        return


def end_group(pid: int) -> None:
    """End a process and what it started, if it is still there."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        # It has ended by itself.
        return


def be_a_kernel(request: Mapping[str, Any]) -> NoReturn:
    """What the process that was forked does: all that `python -m ipykernel_launcher` would."""
    try:
        own_group(0)
        log = os.open(request["log"], os.O_WRONLY | os.O_APPEND)
        for stream in (1, 2):
            os.dup2(log, stream)
        os.environ.clear()
        os.environ.update(request["env"], JPY_PARENT_PID=str(os.getppid()))
        os.chdir(request["cwd"])
        from ipykernel.kernelapp import IPKernelApp

        # A kernel ends when its parent has. It reads which that is when it is imported, which was long ago.
        arguments = [*request["arguments"], f"--IPKernelApp.parent_handle={os.getppid()}"]
        sys.argv = ["ipykernel_launcher", *arguments]
        IPKernelApp.launch_instance(arguments)
    except BaseException:
        traceback.print_exc()
        os._exit(FAILED)
    os._exit(0)


def import_all(modules: Sequence[str]) -> None:
    """Import what can be imported; what cannot is said by the notebook that asks for it."""
    for module in modules:
        try:
            importlib.import_module(module)
        except Exception as error:
            print(f"{module} is not imported ahead: {error}", file=sys.stderr)


def main() -> None:
    """Import, then serve."""
    # As ipykernel_launcher does; the shell puts the folder in again.
    if Path(sys.path[0]) == Path.cwd():
        del sys.path[0]
    control = socket.socket(fileno=int(sys.argv[1]))
    control.set_inheritable(False)
    import_all(sys.argv[2:])
    # What is there now is never garbage, and looking at it would copy it in every kernel.
    gc.freeze()
    server = Server(control)
    server.serve()
    server.end()


if __name__ == "__main__":
    main()
