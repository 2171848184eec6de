"""One process compiles the engine, and the others wait for it."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.model.supply.compiled import one_compiles

pytestmark = pytest.mark.integration

LONGEST = 60.0
MAKES = """\
import sys, time
from pathlib import Path
from pipeline.model.supply.compiled import one_compiles
kept, own = Path(sys.argv[1]), sys.argv[2]
(kept / f"{own}-there").touch()
with one_compiles("part", kept):
    (kept / f"{own}-in").touch()
    while own == "first" and not (kept / "go-on").exists():
        time.sleep(0.02)
    with (kept / "made").open("a") as made:
        made.write(f"{own} ")
"""
"""A process that makes a part: the first until it is told to go on, any other at once."""


def process(kept: Path, own: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", MAKES, str(kept), own], cwd=Path(__file__).parents[2])


def waited_for(path: Path) -> bool:
    late = time.monotonic() + LONGEST
    while not path.exists() and time.monotonic() < late:
        time.sleep(0.02)
    return path.exists()


def test_the_second_process_waits_until_the_first_has_made_it(tmp_path: Path) -> None:
    with process(tmp_path, "first") as first:
        assert waited_for(tmp_path / "first-in")
        with process(tmp_path, "second") as second:
            assert waited_for(tmp_path / "second-there")
            time.sleep(0.5)
            assert not (tmp_path / "second-in").exists()
            (tmp_path / "go-on").touch()
            assert (first.wait(LONGEST), second.wait(LONGEST)) == (0, 0)
    assert (tmp_path / "made").read_text(encoding="utf-8") == "first second "


def test_where_the_first_is_killed_the_next_makes_it(tmp_path: Path) -> None:
    with process(tmp_path, "first") as first:
        assert waited_for(tmp_path / "first-in")
        first.kill()
    assert not (tmp_path / "part.kept").exists()
    with one_compiles("part", tmp_path):
        assert not (tmp_path / "part.kept").exists()
    assert (tmp_path / "part.kept").exists()


def test_what_fails_is_not_taken_as_made(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), one_compiles("part", tmp_path):
        raise ZeroDivisionError
    assert not (tmp_path / "part.kept").exists()


def test_once_it_is_made_nobody_waits_for_anybody(tmp_path: Path) -> None:
    with one_compiles("part", tmp_path):
        assert not (tmp_path / "part.kept").exists()
    with one_compiles("part", tmp_path), one_compiles("part", tmp_path):
        assert (tmp_path / "part.kept").exists()
