"""Tiny plans on which the real notebooks have run, each built once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import pytest
from made_once import made_once
from notebook_runs import Made, build_tiny
from warm_kernels import warm_kernels


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Made]:
    """Build a tiny plan by its name, or take the one that this or another process has built."""

    @cache
    def once(name: str) -> Made:
        return made_once(tmp_path_factory, f"tiny-{name}", lambda root: build_tiny(name, root))

    return once


@pytest.fixture(scope="module", autouse=True)
def warm() -> Iterator[None]:
    """Notebooks are run in warm kernels, in these files alone."""
    with warm_kernels():
        yield
