"""Processed tables on disk: whole or not at all, with checksums and origins."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from pipeline.store import Origin, Store, StoreError, atomic_path, file_sha256, remove_halves
from pipeline.tables import empty

pytestmark = pytest.mark.unit

FRAME = pd.DataFrame({"month": pd.to_datetime(["2025-10-31"]), "wte": [1.5]})


def origin(path: Path) -> Origin:
    return Origin(path.name, file_sha256(path), 1, "pay_afc", "Pay", "NHS", "OGL", "https://x", "2025", "none")


def test_a_table_comes_back_as_it_was_with_its_record(tmp_path: Path) -> None:
    source = tmp_path / "pay.csv"
    source.write_text("x")
    store = Store(tmp_path / "processed")
    store.write("pay", FRAME, [origin(source)])
    pd.testing.assert_frame_equal(store.read("pay"), FRAME)
    record = store.record("pay")
    assert (record.rows, record.columns) == (1, ["month", "wte"])
    assert record.origins[0].sha256 == file_sha256(source)


def test_an_empty_table_keeps_its_types(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.write("staff", empty("staff"))
    assert store.read("staff").dtypes.equals(empty("staff").dtypes)


def test_a_changed_file_is_noticed(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.write("pay", FRAME)
    path = tmp_path / "pay.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(StoreError, match="Run the plan again"):
        store.read("pay")


def test_a_missing_table_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="Run the plan"):
        Store(tmp_path).read("pay")


def test_a_write_that_fails_leaves_the_old_table_and_no_litter(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.write("pay", FRAME)
    with pytest.raises(ValueError, match="odd"):
        store.write("pay", pd.DataFrame({"odd": [object()]}))
    pd.testing.assert_frame_equal(store.read("pay"), FRAME)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pay.json", "pay.parquet"]


def stop_half_way(path: Path) -> None:
    with atomic_path(path) as partial:
        partial.write_text("half")
        raise RuntimeError("stopped")


def test_a_partial_file_never_takes_the_place_of_the_whole_one(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("last good")
    with pytest.raises(RuntimeError):
        stop_half_way(path)
    assert path.read_text() == "last good"
    assert list(tmp_path.iterdir()) == [path]


def test_a_removed_table_is_gone(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.write("pay", FRAME)
    store.remove("pay")
    assert not store.has("pay")
    assert store.records() == []


def test_what_a_killed_process_left_half_written_goes_and_what_a_living_one_writes_stays(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    inside = tmp_path / "notebooks"
    inside.mkdir()
    left = inside / f".metrics.partial.ipynb.{ended.pid}.partial"
    living = tmp_path / f".pay.parquet.{os.getpid()}.partial"
    others = [inside / "metrics.partial.ipynb", tmp_path / ".own.partial"]
    for path in (left, living, *others):
        path.write_text("half", encoding="utf-8")
    assert remove_halves(tmp_path, tmp_path / "nowhere") == [left]
    assert not left.exists()
    assert all(path.exists() for path in (living, *others))
