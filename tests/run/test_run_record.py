from __future__ import annotations

import datetime as dt
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from tiny_workshop import cell, edit, write_notebook

from pipeline.run import fingerprint
from pipeline.run.errors import NotebookFailed
from pipeline.run.record import (
    changed_notebooks,
    code_version,
    headline_facts,
    new_run_id,
    placeholder_count,
    read_record,
    write_record,
)
from pipeline.run.tasks import DEPENDENCIES, _open_database
from pipeline.store import Store

pytestmark = pytest.mark.unit


def test_a_run_is_named_by_its_time_in_utc_and_no_two_alike() -> None:
    started = dt.datetime(2026, 7, 1, 9, 15, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    one, other = new_run_id(started), new_run_id(started)
    assert one.startswith("20260701T081500Z-")
    assert one != other


def test_code_outside_a_checkout_has_only_the_package_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fingerprint, "PACKAGE", tmp_path / "pipeline")
    (tmp_path / "pipeline").mkdir()
    assert code_version().facts() == {"version": "0.1.0"}


def test_a_machine_without_git_has_only_the_package_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert code_version().facts() == {"version": "0.1.0"}


def test_a_notebook_that_was_changed_in_what_it_says_is_named_and_one_that_only_ran_is_not(tmp_path: Path) -> None:
    notebooks = tmp_path / "notebooks"
    tried, ran = (write_notebook(notebooks / name, [cell("levers = []")]) for name in ("tried.ipynb", "ran.ipynb"))
    git = ["git", "-C", str(tmp_path), "-c", "user.name=A", "-c", "user.email=a@example.org"]
    for words in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "first"]):
        subprocess.run([*git, *words], check=True, capture_output=True)
    assert changed_notebooks(notebooks) == []
    edit(tried, lambda book: book["cells"][0].update(source="levers = [1]"))
    edit(ran, lambda book: book["cells"][0].update(execution_count=3))
    assert changed_notebooks(notebooks) == ["tried.ipynb"]


def test_where_git_knows_of_no_notebooks_none_was_changed(tmp_path: Path) -> None:
    write_notebook(tmp_path / "any.ipynb", [cell("levers = []")])
    assert changed_notebooks(tmp_path) == []


def test_headlines_are_plain_values_and_none_where_no_notebook_wrote_them(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert headline_facts(store) == []
    store.write("headlines", pd.DataFrame({"key": ["gap"], "value": [1.25], "low": [None], "unit": ["WTE"]}))
    assert headline_facts(store) == [{"key": "gap", "value": 1.25, "low": None, "unit": "WTE"}]


def test_placeholders_are_unknown_unless_the_headlines_say() -> None:
    assert placeholder_count([{"key": "gap", "value": 2.0}]) is None
    assert placeholder_count([{"key": "placeholders", "value": 0.0}]) == 0


def test_a_record_that_cannot_be_read_is_as_none(tmp_path: Path) -> None:
    assert read_record(tmp_path) == {}
    (tmp_path / "run.json").write_text("{", encoding="utf-8")
    assert read_record(tmp_path) == {}
    write_record(tmp_path / "run.json", {"plan": "é"})
    assert read_record(tmp_path) == {"plan": "é"}


@pytest.mark.parametrize("damage", ["", "{", "[1"])
def test_a_damaged_record_of_what_was_done_is_started_afresh(tmp_path: Path, damage: str) -> None:
    path = tmp_path / DEPENDENCIES
    path.write_text(damage, encoding="utf-8")
    assert _open_database(path).get_values("ingest") == {}


def test_a_failure_without_cell_or_parameters_is_told_in_two_lines() -> None:
    failed = NotebookFailed(Path("notebooks/staff.ipynb"), "there is no such file")
    assert str(failed) == "The notebook staff.ipynb could not be run\nCause: there is no such file"
