"""What is kept of past runs: whole, shared, pruned, and noticed where it was altered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tiny_workshop import Workshop

from pipeline.problems import InputRefused
from pipeline.run import fingerprint
from pipeline.run.build import prepare
from pipeline.run.compare import KeptPlan, is_run, kept_plan
from pipeline.run.past_runs import PastRuns, latest_other
from pipeline.run.record import COMPARED, read_facts
from pipeline.store import Store, StoreError

pytestmark = pytest.mark.integration


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "processed" / "tiny")
    store.write("pay", pd.DataFrame({"a": [1]}))
    store.write("other", pd.DataFrame({"a": [2]}))
    return store


@pytest.fixture
def past(tmp_path: Path) -> PastRuns:
    return PastRuns(tmp_path / "kept" / "tiny")


def run_id(number: int) -> str:
    return f"2025110{number}T090000Z-00000{number}"


def facts(number: int, basis: str, store: Store, *tables: str) -> dict[str, Any]:
    """What a run would keep of itself."""
    return {
        "run_id": run_id(number),
        "made": f"{number} November 2025",
        "basis": {"model": basis},
        "settings": {},
        "inputs": [],
        "tables": {name: store.record(name).sha256 for name in tables},
        "assumptions": [],
        "scenarios": [],
        "headlines": [{"key": "gap", "value": 0.1 + 0.2, "low": None}],
    }


def ids(past: PastRuns) -> list[str]:
    return [run.id for run in past.runs()]


def test_a_run_comes_back_to_the_last_digit(past: PastRuns, store: Store) -> None:
    past.keep(facts(1, "a", store, "pay"), store, [], 5)
    (run,) = past.runs()
    assert run.headlines["value"].tolist() == [0.1 + 0.2]
    assert run.damage() == []


def test_tables_that_did_not_change_are_kept_once_and_those_of_no_run_not_at_all(past: PastRuns, store: Store) -> None:
    past.keep(facts(1, "a", store, "pay", "other"), store, [], 1)
    past.keep(facts(2, "b", store, "pay"), store, [], 1)
    assert ids(past) == [run_id(2)]
    assert [path.stem for path in (past.folder / "tables").iterdir()] == [store.record("pay").sha256]


def test_runs_that_differ_are_kept_up_to_a_number_and_those_signed_off_for_good(past: PastRuns, store: Store) -> None:
    for number, basis in enumerate("abbca", start=1):
        past.keep(facts(number, basis, store, "pay"), store, [run_id(1)], 2)
    assert ids(past) == [run_id(5), run_id(4), run_id(1)]


def test_nothing_is_removed_while_it_is_not_known_what_was_signed_off(past: PastRuns, store: Store) -> None:
    for number, basis in enumerate("abc", start=1):
        past.keep(facts(number, basis, store, "pay"), store, None, 1)
    assert len(ids(past)) == 3


def test_the_run_to_compare_with_is_the_newest_of_another_basis(past: PastRuns, store: Store) -> None:
    for number, basis in enumerate("abcc", start=1):
        past.keep(facts(number, basis, store, "pay"), store, [run_id(1)], 9)
    assert (found := latest_other(past.runs(), {"model": "c"}))
    assert found.id == run_id(2)
    assert (signed := latest_other(past.runs(), {"model": "c"}, [run_id(1)]))
    assert signed.id == run_id(1)
    assert latest_other(past.runs(), {"model": "a"}, [run_id(1)]) is None


def test_a_file_of_a_run_that_was_altered_is_named_and_not_used(past: PastRuns, store: Store) -> None:
    past.keep(facts(1, "a", store, "pay"), store, [], 5)
    past.keep(facts(2, "b", store, "other"), store, [], 5)
    path = past.folder / "runs" / f"{run_id(1)}.json"
    path.write_text(path.read_text(encoding="utf-8").replace("1 November", "2 November"), encoding="utf-8")
    assert ids(past) == [run_id(2)]
    assert past.altered() == [path.name]
    past.keep(facts(3, "c", store, "other"), store, [], 1)
    assert (past.folder / "tables" / f"{store.record('pay').sha256}.parquet").is_file(), "it may yet be put back"


def test_a_table_that_was_altered_is_named_and_put_right_by_the_next_run_that_has_it(
    past: PastRuns, store: Store
) -> None:
    past.keep(facts(1, "a", store, "pay"), store, [], 5)
    (table,) = past.runs()[0].files
    table.write_bytes(b"other")
    (run,) = past.runs()
    assert run.damage() == ["pay"]
    with pytest.raises(StoreError, match="the table pay that was kept of it is missing or was altered"):
        run._table("pay", store.record("pay").sha256)
    past.keep(facts(2, "b", store, "pay"), store, [], 5)
    assert run.damage() == []


@pytest.mark.parametrize(("word", "number"), [("last", 3), ("previous", 1), (run_id(1), 1)])
def test_a_run_is_found_by_its_id_or_by_a_word(past: PastRuns, store: Store, word: str, number: int) -> None:
    for each, basis in enumerate("abb", start=1):
        past.keep(facts(each, basis, store, "pay"), store, [run_id(1)], 9)
    assert KeptPlan(past.folder).find(word).id == run_id(number)
    assert is_run(word)


def test_a_run_that_is_not_kept_is_refused_with_those_that_are(past: PastRuns, store: Store) -> None:
    past.keep(facts(1, "a", store, "pay"), store, [], 5)
    kept = f"those kept are: {run_id(1)}  made on 1 November 2025"
    with pytest.raises(InputRefused, match=kept):
        KeptPlan(past.folder).find(run_id(9))
    with pytest.raises(InputRefused, match="there is not the one that was last signed off"):
        KeptPlan(past.folder).find("approved")


def test_the_plan_is_the_one_that_has_the_runs_or_has_to_be_said(past: PastRuns, store: Store, tmp_path: Path) -> None:
    root = tmp_path / "kept"
    with pytest.raises(InputRefused, match="no plan has a run that is kept yet"):
        kept_plan(root, "", ["previous", "last"])
    past.keep(facts(1, "a", store, "pay"), store, [], 5)
    assert kept_plan(root, "", ["previous", "last"]).folder == past.folder
    PastRuns(root / "other").keep(facts(2, "a", store, "pay"), store, [], 5)
    with pytest.raises(InputRefused, match=r"say which plan is meant.*the plans with runs are: other, tiny"):
        kept_plan(root, "", ["previous", "last"])
    assert kept_plan(root, "", ["last", run_id(2)]).folder == root / "other"
    assert kept_plan(root, "data/raw/tiny", ["previous", "last"]).folder == past.folder
    with pytest.raises(InputRefused, match="no run of a plan of this name is kept; the plans with runs are"):
        kept_plan(root, "devon", ["previous", "last"])


def test_a_run_is_kept_as_its_report_takes_its_place_and_forgotten_if_it_does_not(
    built: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    past = PastRuns(built.root / "data" / "kept" / "tiny")
    (first,) = past.runs()
    record = json.loads((built.report / "run.json").read_text(encoding="utf-8"))
    assert first.id == record["run_id"]
    assert first.facts["headlines"] == record["headlines"]
    (built.plan / "numbers.csv").write_text("employer,wte\nRZ1,9\n", encoding="utf-8")
    monkeypatch.setattr("pipeline.run.swap.Shelf.swap", lambda _: (_ for _ in ()).throw(OSError("in use")))
    with pytest.raises(OSError, match="in use"):
        built.build()
    assert ids(past) == [first.id]


def test_a_notebook_opened_by_hand_is_told_which_run_to_compare_with(
    built: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first,) = PastRuns(built.root / "data" / "kept" / "tiny").runs()
    (built.plan / "numbers.csv").write_text("employer,wte\nRZ1,9\n", encoding="utf-8")
    monkeypatch.setattr(fingerprint, "PACKAGE", built.package)
    prepare(built.plan, processed_root=built.processed.parent, notebooks_folder=built.notebooks, stage="changes")
    said = read_facts(built.processed / COMPARED)
    assert (said["last"], said["approved"], said["altered"]) == (first.id, None, [])
    assert said["now"]["basis"]["files"] != first.basis["files"]
    assert said["now"]["basis"]["model"] == first.basis["model"]
