"""Tiny plans on which the real notebooks have run, each built once."""

from __future__ import annotations

import os
import pickle
import shutil
from collections.abc import Callable

import pytest
from filelock import FileLock
from notebook_runs import Made, build_tiny


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Made]:
    """Build a tiny plan by its name, or take the one that this or another worker has built."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    done: dict[str, Made] = {}

    def once(name: str) -> Made:
        root = shared / f"tiny-{name}"
        with FileLock(f"{root}.lock"):
            if not (root / "made.pickle").is_file():
                shutil.rmtree(root, ignore_errors=True)
                plan = build_tiny(name, root)
                (root / "made.pickle").write_bytes(pickle.dumps(plan))
            if name not in done:
                done[name] = pickle.loads((root / "made.pickle").read_bytes())
        return done[name]

    return once
