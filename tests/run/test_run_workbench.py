from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from unittest import mock

import pandas as pd
import pytest
from jupyter_client.manager import start_new_kernel
from tiny_workshop import Workshop

from pipeline.problems import InputRefused
from pipeline.run import build
from pipeline.run.inside import DOOR, TABLES_WRITTEN
from pipeline.run.kept import Kept
from pipeline.run.workbench import Workbench, open_plan
from pipeline.store import Origin, Store
from pipeline.tables import TABLES

pytestmark = pytest.mark.notebook


def as_jupyterlab_would(notebook: Path) -> str:
    """Run a notebook's cells in a kernel of the usual kind, from the notebook's own folder; what they printed."""
    sources = [each["source"] for each in json.loads(notebook.read_text(encoding="utf-8"))["cells"]]
    said: list[str] = []
    manager, client = start_new_kernel(cwd=str(notebook.parent))
    try:
        for source in sources:
            reply = client.execute_interactive(
                source, timeout=60, output_hook=lambda message: said.append(printed(message))
            )
            assert reply["content"]["status"] == "ok", reply["content"]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return "".join(said)


def printed(message: dict[str, Any]) -> str:
    return str(message["content"]["text"]) if message["msg_type"] == "stream" else ""


def test_a_notebook_opened_in_a_fresh_clone_runs_from_top_to_bottom(workshop: Workshop) -> None:
    said = as_jupyterlab_would(workshop.notebooks / "metrics.ipynb")
    assert said == "Running ingest first: it has not been run to its end for this plan.\n7\n"
    assert Store(workshop.processed).read("pay")["wte"].tolist() == [3, 4]
    assert not (workshop.processed / "notebooks" / "metrics.ipynb").exists()
    assert not workshop.reports.exists()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the workbench asks to be brought up to date."""
    calls: list[dict[str, Any]] = []
    monkeypatch.setattr(build, "prepare", lambda folder, **how: calls.append({"folder": folder, **how}))
    return calls


def test_by_hand_the_stages_before_are_brought_up_to_date(
    workshop: Workshop, asked: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workshop.notebooks)
    desk = open_plan("../data/raw/tiny", "../data/processed/tiny", "scenario")
    assert (desk.plan.slug, desk.stage, desk.store.folder) == ("tiny", "scenario", workshop.processed)
    assert [(each["folder"], each["processed_root"], each["notebooks_folder"], each["stage"]) for each in asked] == [
        (workshop.plan, workshop.processed.parent, workshop.notebooks, "scenario")
    ]


def test_in_a_run_nothing_more_is_done_and_what_is_written_is_listed(
    workshop: Workshop, asked: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DOOR, str(workshop.root))
    monkeypatch.setenv(TABLES_WRITTEN, str(workshop.root / "listed"))
    desk = open_plan(str(workshop.plan), str(workshop.processed), "metrics")
    for name in ("one", "two"):
        desk.store.write(name, pd.DataFrame({"wte": [1.5]}))
    assert asked == []
    assert (workshop.root / "listed").read_text(encoding="utf-8").split() == ["one", "two"]
    assert desk.store.read("two")["wte"].tolist() == [1.5]


def test_a_table_that_no_file_supplies_is_there_with_no_rows(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DOOR, str(workshop.root))
    desk = open_plan(str(workshop.plan), str(workshop.processed), "metrics")
    desk.store.write("missing_returns", pd.DataFrame({"provider": ["RZ1"]}))
    tables = desk.tables()
    assert list(tables) == list(TABLES)
    assert tables["missing_returns"]["provider"].tolist() == ["RZ1"]
    assert len(tables["staff"]) == 0
    assert list(tables["staff"].columns) == TABLES["staff"].columns


def test_a_processed_folder_of_another_plan_is_refused(workshop: Workshop) -> None:
    with pytest.raises(InputRefused, match="the processed folder of the plan tiny should be named tiny"):
        open_plan(str(workshop.plan), str(workshop.processed.parent / "other"), "metrics")


def test_a_plan_that_cannot_be_used_is_refused(workshop: Workshop) -> None:
    (workshop.plan / "plan.yaml").unlink()
    with pytest.raises(InputRefused, match="there is no plan here"):
        open_plan(str(workshop.plan), str(workshop.processed), "metrics")


def test_the_strictest_disclosure_rule_of_a_tables_files_holds(tmp_path: Path) -> None:
    def origin(rule: str) -> Origin:
        return Origin("f", "0", 1, "r", "t", "p", "l", "w", "2025", rule)

    desk = Workbench(mock.Mock(), Store(tmp_path), Kept.beside(tmp_path), "metrics")
    desk.store.write("movements", pd.DataFrame({"a": [1]}), [origin("none"), origin("hes_2018")])
    desk.store.write("staff", pd.DataFrame({"a": [1]}), [origin("threshold_n")])
    assert desk.rule("movements") == "hes_2018"
    assert desk.rule("movements", "staff") == "threshold_n"
    assert desk.rule("absent") == "none"
