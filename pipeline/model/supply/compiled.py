"""How the engine is compiled: once, and again whenever its sources change.

The compiler keeps what it made on disk. By itself it would not notice a change in a file that another one uses, so what
it keeps lies in a folder named after all the engine's sources.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numba
from numba import config, njit

_HERE = Path(__file__).parent
_DIGITS = 16


def _folder() -> Path:
    sources = hashlib.sha256(numba.__version__.encode())
    for path in sorted(_HERE.glob("*.py")):
        sources.update(path.read_bytes())
    return _HERE / "__pycache__" / f"compiled-{sources.hexdigest()[:_DIGITS]}"


if os.access(_HERE, os.W_OK):
    config.CACHE_DIR = str(_folder())  # type: ignore[attr-defined]

compiled = njit(cache=True, nogil=True, error_model="numpy")
"""Compiled, and kept on disk. It runs without Python's lock, so threads run at the same time."""
summing = njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc"})
"""The same for sums, which may be taken in any order: several numbers are then added at a time."""
inlined = njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
"""Compiled into whatever calls it."""
