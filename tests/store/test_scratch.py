"""Folders in passing: gone when done with, and gone by the next one where the process was killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.scratch import AGE, scratch_folder

pytestmark = pytest.mark.unit


def test_it_is_there_for_the_block_and_no_longer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with scratch_folder() as folder:
        (folder / "spilled").write_text("rows", encoding="utf-8")
        assert folder.parent == tmp_path
    assert not list(tmp_path.iterdir())


def test_those_of_killed_processes_go_and_those_of_others_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left, new, living, named = (
        tmp_path / f"workforce-{name}"
        for name in (f"{ended.pid}-left", f"{ended.pid}-new", f"{os.getpid()}-living", "test-named")
    )
    for folder in (left, new, living, named):
        folder.mkdir()
        (folder / "spilled").write_text("rows", encoding="utf-8")
    for folder in (left, living, named):
        os.utime(folder, (time.time() - 2 * AGE,) * 2)
    with scratch_folder():
        assert not left.exists()
    assert new.exists()
    assert living.exists()
    assert named.exists()
