"""Tiny plans on which the real notebooks have run, each built once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest
from made_once import made_once
from notebook_runs import Made, build_tiny


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Made]:
    """Build a tiny plan by its name, or take the one that this or another process has built."""

    @cache
    def once(name: str) -> Made:
        return made_once(tmp_path_factory, f"tiny-{name}", lambda root: build_tiny(name, root))

    return once
