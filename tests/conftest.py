"""Rules and fixtures that every test shares."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# A machine that is busy makes an example slow now and then, which is no fault of what is tested.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

ROOT = Path(__file__).resolve().parents[1]
KINDS = {"unit", "integration", "notebook", "rendered", "realdata"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test says what kind it is, and only one kind; files of slow tests come first.

    Each file goes to one of several processes, so a slow one begun last would be waited for by all the others.
    """
    for item in items:
        kinds = KINDS & {marker.name for marker in item.iter_markers()}
        if len(kinds) != 1:
            raise pytest.UsageError(f"{item.nodeid} needs exactly one marker of {sorted(KINDS)}, has {sorted(kinds)}")
    heavy = {
        item.path
        for item in items
        if {"slow", "rendered", "realdata", "notebook"} & {m.name for m in item.iter_markers()}
    }
    items.sort(key=lambda item: item.path not in heavy)


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def realdata() -> Path:
    """The folder of real public files; the test skips where there is none."""
    folder = (ROOT / os.environ.get("WORKFORCE_REALDATA", "../shared/realdata")).resolve()
    if not folder.is_dir():
        pytest.skip(f"the public NHS files are not at {folder}; set WORKFORCE_REALDATA to test with them")
    return folder
