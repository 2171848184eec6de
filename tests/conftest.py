"""Rules and fixtures that every test shares."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import settings
from made_once import made_once
from sample_runs import ROOT, SAMPLE, build_sample

from pipeline.plan import Plan, load_plan
from pipeline.run.build import Built
from pipeline.store import Store
from pipeline.tables import TABLES, empty

# A machine that is busy makes an example slow now and then, which is no fault of what is tested.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

LONGEST = [
    *("test_rendered_sample.py", "test_notebooks_run.py", "test_notebooks_supplied.py", "test_synthetic_sample.py"),
    *("test_realdata_devon_strategy.py", "test_intake_broken.py", "test_broken_inputs.py", "test_supply_chances.py"),
    *("test_evidence_recovery.py", "test_model_ahead_sample.py", "test_model_second_writing.py"),
    *("test_notebooks_changes.py", "test_run_approve.py", "test_rendered_portal.py", "test_schedule_process.py"),
    *("test_run_killed.py", "test_run_fan_out.py", "test_notebooks_hostile.py", "test_run_damage.py"),
]
"""Files of tests that take half a minute or more, the longest first."""
KINDS = {"unit", "integration", "notebook", "rendered", "realdata"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test says what kind it is, and only one kind; the longest files come first, then those of slow tests.

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
    begin = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: begin.get(item.path.name, len(LONGEST) + (item.path not in heavy)))


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


@pytest.fixture(scope="session")
def sample_plan() -> Plan:
    """The sample plan."""
    return load_plan(SAMPLE)


@pytest.fixture(scope="session")
def sample_ingested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the sample's files have been read; the whole of its strategy is built there as well (sample_strategy)."""

    def make(out: Path) -> Path:
        build_sample(out, "ingest")
        return out

    return made_once(tmp_path_factory, "sample", make)


@pytest.fixture(scope="session")
def sample_tables(sample_ingested: Path) -> dict[str, pd.DataFrame]:
    """Every canonical table of the sample, as its files give it; empty where no file does. Copy before changing one."""
    store = Store(sample_ingested / "processed" / "sample")
    return {name: store.read(name) if store.has(name) else empty(name) for name in TABLES}


@pytest.fixture(scope="session")
def sample_strategy(tmp_path_factory: pytest.TempPathFactory, sample_ingested: Path) -> Built:
    """The strategy of the sample plan, made through the real door and the real renderer."""
    return made_once(tmp_path_factory, "sample-strategy", lambda _: build_sample(sample_ingested))


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Headless Chromium; the test skips where there is none."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("there is no Chromium here; install chromium to test the pages in a browser")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield opened
        opened.close()
