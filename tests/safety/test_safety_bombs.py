"""A file that would fill the memory, or never end, is refused in words before a parser sees it."""

from __future__ import annotations

import gc
import resource
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from bombs import BOMBS, workbook

from pipeline.problems import InputRefused
from pipeline.sources._text import read_rows
from pipeline.sources._workbook import open_workbook
from pipeline.sources.intake.grid import read_grids

pytestmark = pytest.mark.unit

SECONDS = 20
"""Far more than any of them takes, and far less than those took that were not refused."""
MEGABYTES = 400
"""What a refusal may add to the memory of the process at most."""


def refusal(read: Callable[[Path], object], path: Path) -> str:
    gc.collect()
    started, held = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(InputRefused) as caught:
        read(path)
    assert time.monotonic() - started < SECONDS
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held) / 1024 < MEGABYTES
    return str(caught.value)


@pytest.mark.parametrize("read", [open_workbook, read_grids], ids=["published", "returned"])
@pytest.mark.parametrize("name", BOMBS)
def test_a_workbook_that_is_a_bomb_is_refused_by_each_parser(
    name: str, read: Callable[[Path], object], tmp_path: Path
) -> None:
    write, says = BOMBS[name]
    assert says in refusal(read, write(tmp_path / "bomb.xlsx"))


def test_a_plain_workbook_written_the_same_way_is_read(tmp_path: Path) -> None:
    path = workbook(tmp_path / "good.xlsx")
    assert open_workbook(path).sheet("Provider").rows == [["a"]]
    assert read_grids(path)["Provider"].cells[1, 1].value == "a"


TEXTS = {
    "a line of megabytes": (
        "a,b\n1," + "x" * 5_000_000,
        "row 2: the line that begins here has more than 2,000,000 bytes",
    ),
    "a line of nothing but commas": ("a,b\n" + "," * 3_000_000, "more than 2,000,000 bytes"),
    "a hundred thousand columns": (",".join(f"a{n}" for n in range(100_000)) + "\n", "the first row has 100,000 cells"),
    "a cell of hundreds of thousands of letters": ("a,b\n1," + "x" * 300_000, "more than 131,072 letters"),
    "a quotation mark that is never closed": ('a,b\n1,"x\n' + "y,z\n" * 9, "has no partner"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_file_out_of_all_proportion_is_refused(name: str, tmp_path: Path) -> None:
    content, says = TEXTS[name]
    (tmp_path / "a.csv").write_text(content, encoding="utf-8")
    assert says in refusal(read_rows, tmp_path / "a.csv")


def test_a_zip_that_unpacks_to_a_thousand_times_its_size_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.csv", "a,b\n" + "1,2\n" * 5_000_000)
    assert "unpacks to over 200 times its size" in refusal(read_rows, tmp_path / "a.zip")
