"""Words that tell names of people from names of jobs, bodies and places."""

from __future__ import annotations

import csv
from functools import cache

from pipeline.reference import FOLDER


@cache
def work_words() -> frozenset[str]:
    """Words of which a job title or an area of work has at least one (reference/work_words.csv)."""
    return _column("work_words.csv", "word")


@cache
def place_words() -> frozenset[str]:
    """Words of the names of places and bodies, many of which begin as a person's does (reference/place_words.csv)."""
    return _column("place_words.csv", "word")


@cache
def first_names() -> frozenset[str]:
    """First names common among people who work in Britain (reference/first_names.csv)."""
    return _column("first_names.csv", "name")


def _column(file: str, column: str) -> frozenset[str]:
    with (FOLDER / file).open(encoding="utf-8", newline="") as stream:
        return frozenset(row[column] for row in csv.DictReader(stream))
