from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from pipeline.run import checksums
from pipeline.run.checksums import Checksums

pytestmark = pytest.mark.unit


def sha(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files whose content has been read."""
    read: list[Path] = []
    real = checksums.file_sha256
    monkeypatch.setattr(checksums, "file_sha256", lambda path: (read.append(path), real(path))[1])
    return read


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "numbers.csv"
    path.write_text("one", encoding="utf-8")
    return path


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if every file had last been changed long ago."""
    monkeypatch.setattr(checksums, "SETTLED", -1)


@pytest.mark.usefixtures("settled")
def test_a_file_that_has_not_been_touched_is_read_once(tmp_path: Path, file: Path, reads: list[Path]) -> None:
    for _ in range(2):
        known = Checksums(tmp_path / "kept.json")
        assert known.of(file) == sha("one")
        known.save()
    assert reads == [file]


@pytest.mark.usefixtures("settled")
def test_a_change_that_keeps_size_and_time_is_seen(tmp_path: Path, file: Path) -> None:
    known = Checksums(tmp_path / "kept.json")
    known.of(file)
    before = file.stat()
    file.write_text("two", encoding="utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_mtime_ns == before.st_mtime_ns
    assert known.of(file) == sha("two")


def test_a_file_changed_a_moment_ago_is_read_again_next_time(tmp_path: Path, file: Path, reads: list[Path]) -> None:
    for _ in range(2):
        known = Checksums(tmp_path / "kept.json")
        known.of(file)
        known.save()
    assert reads == [file, file]


def test_a_file_that_is_not_there_has_no_checksum(tmp_path: Path) -> None:
    assert Checksums(tmp_path / "kept.json").of(tmp_path / "nothing") == ""


@pytest.mark.parametrize("damage", ["", "[1]", '{"a": 3}', '{"a": [[1], "x"]}', "\ufeff{"])
def test_damaged_memory_is_started_afresh(tmp_path: Path, file: Path, damage: str) -> None:
    (tmp_path / "kept.json").write_text(damage, encoding="utf-8")
    assert Checksums(tmp_path / "kept.json").of(file) == sha("one")
