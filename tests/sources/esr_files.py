"""Small extracts of staff records. Every employer and person in them is invented."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from pipeline.problems import InputRefused, Problem
from pipeline.sources import esr_extract
from pipeline.sources._esr_file import COLUMNS

HEADER = ",".join(COLUMNS)
USUAL = {
    "Effective Date": "2025-09-30",
    "Employer": "ZZ1",
    "Staff Group": "Allied Health Professionals",
    "Area of Work": "Radiography (diagnostic)",
    "Role": "Radiographer",
    "Pay Band": "Band 6",
    "Age Band": "30-34",
    "Assignment Category": "Permanent",
    "FTE": "1.0",
    "Primary Assignment": "Y",
}


def line(**cells: str) -> str:
    """A row: the usual cells, and others by the first word of their heading (`area="Genetics"`)."""
    given = {heading: cells.pop(heading.split()[0].casefold(), usual) for heading, usual in USUAL.items()}
    assert not cells, f"no heading begins with {list(cells)}"
    return ",".join(given.values())


def saved(folder: Path, *lines: str, name: str = "extract.csv", header: str = HEADER) -> Path:
    """An extract of these rows."""
    return saved_bytes(folder, ("\n".join([header, *lines]) + "\n").encode(), name)


def saved_bytes(folder: Path, content: bytes, name: str = "extract.csv") -> Path:
    """A file of these bytes."""
    path = folder / name
    path.write_bytes(content)
    return path


def refusal(path: Path) -> tuple[Problem, ...]:
    """What the reader finds wrong with a file."""
    with pytest.raises(InputRefused) as caught:
        esr_extract.read(path)
    return caught.value.problems


def assert_repeats_none_of(problems: Iterable[Problem], secrets: Iterable[str]) -> None:
    """No message holds any part of these cells, whatever its case."""
    said = "\n".join(map(str, problems)).casefold()
    told = [secret for secret in secrets if secret.casefold() in said]
    assert not told
