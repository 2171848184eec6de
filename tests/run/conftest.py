"""Workshops for the tests of a run: one in which nothing has run, and copies of one that has been built."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tiny_workshop import Workshop, lay_out


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    """A workshop in which nothing has run yet."""
    return lay_out(tmp_path / "shop")


@pytest.fixture(scope="session")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """A workshop that has been built; copy it before changing it."""
    made = lay_out(tmp_path_factory.mktemp("built") / "shop")
    made.build()
    return made


@pytest.fixture
def built(built_once: Workshop, tmp_path: Path) -> Workshop:
    """A copy, free to change, of a workshop that has been built."""
    root = tmp_path / "shop"
    shutil.copytree(built_once.root, root)
    return Workshop(root)
