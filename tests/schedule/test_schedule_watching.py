"""Watched plans: run when a file has changed and all are still, and never while one is being written."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_files import write_good_plan

from pipeline.schedule.state import State
from pipeline.schedule.watching import Watcher, look, snapshot

pytestmark = pytest.mark.unit

ONE, TWO, THREE = {"a.csv": (1, 1)}, {"a.csv": (2, 2)}, {"a.csv": (3, 3)}


def test_a_plan_is_run_at_first_sight_once_it_is_quiet_and_then_no_more() -> None:
    watcher = Watcher()
    assert [watcher.is_due("p", ONE, now, 30) for now in (0, 29, 30)] == [False, False, True]
    watcher.hand("p", ONE)
    assert [watcher.is_due("p", ONE, now, 30) for now in (35, 1000)] == [False, False]


def test_a_file_that_is_being_copied_is_waited_for() -> None:
    watcher = Watcher({"p": ONE})
    growing = [(0, ONE), (5, TWO), (30, THREE), (59, THREE), (60, THREE)]
    assert [watcher.is_due("p", files, now, 30) for now, files in growing] == [False, False, False, False, True]


def test_a_change_while_the_plan_is_run_is_noticed_afterwards() -> None:
    watcher = Watcher()
    watcher.is_due("p", ONE, 0, 10)
    assert watcher.is_due("p", ONE, 10, 10)
    watcher.is_due("p", TWO, 15, 10)
    watcher.hand("p", ONE)
    assert [watcher.is_due("p", TWO, now, 10) for now in (20, 25)] == [False, True]


def test_a_file_that_is_put_back_as_it_was_asks_for_nothing() -> None:
    watcher = Watcher({"p": ONE})
    assert [watcher.is_due("p", files, now, 1) for now, files in ((0, TWO), (0.5, ONE), (9, ONE))] == [False] * 3


def test_a_plan_without_files_is_never_run() -> None:
    assert not Watcher().is_due("p", {}, 1000, 0)


def test_what_was_run_is_remembered_and_damage_forgets_it(home: Path) -> None:
    state = State(home)
    state.keep_handed({"new files/eastmere": ONE})
    assert state.handed() == {"new files/eastmere": {"a.csv": (1, 1)}}
    (state.folder / "watched.json").write_text("[", encoding="utf-8")
    assert state.handed() == {}


def test_the_files_of_a_plan_are_those_it_names_and_nothing_beside_them(tmp_path: Path) -> None:
    folder = tmp_path / "plan"
    write_good_plan(folder)
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    assert {Path(path).name for path in look(folder)} == {
        *("plan.yaml", "etr.csv", "core5.csv", "sickness_2024-08.csv", "dm01_2024-08.xlsx")
    }
    before = look(folder)
    (folder / "dm01_2024-09.xlsx").write_bytes(b"new")
    assert look(folder) != before


def test_while_a_plan_cannot_be_read_every_file_of_its_folder_counts(home: Path) -> None:
    folder = home / "data" / "raw" / "eastmere"
    (folder / "in").mkdir()
    (folder / "in" / "a.csv").write_text("a", encoding="utf-8")
    assert {Path(path).name for path in look(folder)} == {"plan.yaml", "a.csv"}


def test_a_file_that_goes_while_it_is_looked_at_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("abc", encoding="utf-8")
    assert [size for size, _ in snapshot([tmp_path / "a", tmp_path / "b"]).values()] == [3]
