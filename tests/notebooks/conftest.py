"""Tiny plans on which the real notebooks have run, each built once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from notebook_runs import Made, build_tiny


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Made]:
    """Build a tiny plan by its name, or take the one that was built before."""
    done: dict[str, Made] = {}

    def once(name: str) -> Made:
        if name not in done:
            done[name] = build_tiny(name, tmp_path_factory.mktemp(name))
        return done[name]

    return once
