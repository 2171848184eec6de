"""How the engine is compiled: once, and again whenever its sources change.

The compiler keeps what it made on disk. By itself it would not notice a change in a file that another one uses, so what
it keeps lies in a folder named after all the engine's sources.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numba
from filelock import FileLock
from numba import config, njit

_HERE = Path(__file__).parent
_DIGITS = 16


def _folder() -> Path:
    sources = hashlib.sha256(numba.__version__.encode())
    for path in sorted(_HERE.glob("*.py")):
        sources.update(path.read_bytes())
    return _HERE / "__pycache__" / f"compiled-{sources.hexdigest()[:_DIGITS]}"


KEPT = _folder() if os.access(_HERE, os.W_OK) else None
"""Where it is kept; None where the compiler chooses."""
if KEPT:
    config.CACHE_DIR = str(KEPT)  # type: ignore[attr-defined]
_known: set[Path] = set()

compiled = njit(cache=True, nogil=True, error_model="numpy")
"""Compiled, and kept on disk. It runs without Python's lock, so threads run at the same time."""
summing = njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc"})
"""The same for sums, which may be taken in any order: several numbers are then added at a time."""
inlined = njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
"""Compiled into whatever calls it."""


@contextmanager
def one_compiles(part: str, kept: Path | None = None) -> Iterator[None]:
    """Around a call of a part of the engine: where it is not compiled yet, one process does it and the others wait.

    Compiling takes a minute or more, and stages that begin together would each do it. A process that is killed
    meanwhile lets the next one try.
    """
    folder = kept or KEPT
    if folder is None or (mark := folder / f"{part}.kept") in _known:
        yield
        return
    if not mark.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(mark.with_suffix(".lock")):
            if not mark.exists():
                yield
                mark.touch()
                _known.add(mark)
                return
    _known.add(mark)
    yield
