"""The network taken away from a Python process: whoever asks for a host or a connection is refused and written down."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

HERE = Path(__file__).parent
TRIED = "WORKFORCE_TEST_TRIED_NETWORK"
"""Environment variable: the file in which every attempt is written down."""
_ASKING = {"socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname", "urllib.Request"}
_state = {"denied": False, "watched": False}


def deny() -> None:
    """Deny the network to this process from now on. Sockets that are files, by which kernels talk, stay."""
    _state["denied"] = True
    if not _state["watched"]:
        # A hook cannot be taken away again, so it is added once and asks whether it is wanted.
        sys.addaudithook(_watch)
        _state["watched"] = True


@contextmanager
def network_denied(tried: Path) -> Iterator[None]:
    """No network for this process, nor for any Python that it starts, for the length of the block."""
    places = os.pathsep.join([str(HERE / "no_network"), str(HERE), os.environ.get("PYTHONPATH", "")])
    with mock.patch.dict(os.environ, {TRIED: str(tried), "PYTHONPATH": places.rstrip(os.pathsep)}):
        deny()
        try:
            yield
        finally:
            _state["denied"] = False


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if not _state["denied"] or event not in _ASKING or _stays_here(event, args):
        return
    if tried := os.environ.get(TRIED):
        with Path(tried).open("a", encoding="utf-8") as log:
            log.write(f"{event} {args!r}\n")
    raise PermissionError(f"this test denies the network: {event} {args[1:]!r}")


def _stays_here(event: str, args: tuple[Any, ...]) -> bool:
    """Whether a connection is to a file of this machine, or an address holds what it stands for."""
    if event == "urllib.Request":
        return str(args[0]).startswith("data:")
    return event == "socket.connect" and isinstance(args[1], str | bytes)
