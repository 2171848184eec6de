"""A disk that is full in the middle of a run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tiny_workshop import lay_out

from pipeline.commands.plans import FAILED, NO_ROOM, attempt
from pipeline.run.record import read_record

pytestmark = [pytest.mark.notebook, pytest.mark.slow]

SIZE = "16m"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    if sys.platform != "linux" or os.geteuid() or subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("a small file system cannot be mounted here; it takes Linux and an administrator")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path, left: int) -> Path:
    """Fill the disk up to so many bytes."""
    status = os.statvfs(folder)
    filler = folder / "filler"
    filler.write_bytes(bytes(max(0, status.f_bavail * status.f_frsize - left)))
    return filler


@pytest.mark.parametrize("left", [0, 20_000, 60_000, 120_000])
def test_the_plan_fails_a_whole_report_stays_and_the_next_run_is_right(
    small_disk: Path, left: int, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = lay_out(small_disk / "shop")
    shop.build()
    (shop.plan / "numbers.csv").write_text("employer,wte\nRZ1,11\n", encoding="utf-8")
    filler = fill(small_disk, left)
    assert attempt(str(shop.plan), lambda _folder: shop.build()) == FAILED
    said = capsys.readouterr().err
    assert NO_ROOM in said or "No space left on device" in said
    facts = read_record(shop.report)
    assert (shop.report / "strategy.html").read_text(encoding="utf-8").endswith(f"] {facts['headlines']}")
    filler.unlink()
    shop.build()
    assert read_record(shop.report)["headlines"][0]["value"] == 11.0
