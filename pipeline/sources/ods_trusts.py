"""NHS trusts of the Organisation Data Service: the file `etr`.

A text file without a header, 27 columns wide. Column 1 is the code, 2 the name, 3 the region, 4 the integrated care
board, 5 to 10 the address, 11 the day the trust opened and 12 the day it closed (20241101, or empty). Traps: names in
capitals, written here as a reader would; trusts that have closed stay in the file; Welsh trusts are in it too, under
a region and a board that England does not have; other files of the service (practices, sites) have the same shape, so
the codes and the word Trust in the names tell them apart. A code may be taken over: its opening day is then the older
trust's.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from pipeline import tables
from pipeline.problems import InputRefused, Problem
from pipeline.sources._cells import cell_problems, dates, empty_cells
from pipeline.sources._text import header_of, read_rows
from pipeline.sources.reading import ReadOptions, Tables

WIDTH = 27
CODE, NAME, REGION, BOARD, OPENED, CLOSED = "1", "2", "3", "4", "11", "12"
TRUST_CODE = re.compile(r"[A-Z0-9]{3}|[A-Z][A-Z0-9]{4}")
DAY = re.compile(r"\d{8}")
WRITTEN = "%Y%m%d"
SMALL = {"and", "at", "for", "in", "of", "on", "the", "under", "upon", "with"}
CAPITALS = {"nhs", "uk"}


def read(path: Path, options: ReadOptions = ReadOptions()) -> Tables:  # noqa: ARG001
    """The trusts of the file: organisations, kind `trust`, with their board, region and days of opening and closing.

    Raises InputRefused where the file has not 27 columns, and for every code, name or day that is not one.
    """
    frame = read_rows(path, header=False)
    if frame.shape[1] - 1 != WIDTH:
        rule = f"the file should have {WIDTH} columns and no header, as the Organisation Data Service gives it"
        raise InputRefused([Problem(file=str(path), rule=rule, value=f"{frame.shape[1] - 1} columns")])
    opened, problems = dates(frame, OPENED, path, [WRITTEN])
    closed, closed_problems = dates(frame[frame[CLOSED] != ""], CLOSED, path, [WRITTEN])
    problems += [*closed_problems, *_name_problems(path, frame)]
    if problems:
        raise InputRefused(problems)
    trusts = pd.DataFrame(
        {
            "code": frame[CODE],
            "name": frame[NAME].map(readable_name),
            "kind": "trust",
            "parent": frame[BOARD].replace("", None),
            "region": frame[REGION].replace("", None),
            "ons_code": None,
            "valid_from": opened,
            "valid_to": closed.reindex(frame.index),
            "successor": None,
            "file": path.name,
            "sheet": "",
            "row": frame["row"],
        }
    )
    return {"organisations": tables.validate("organisations", trusts)}


def recognise(path: Path) -> bool:
    """Whether the first row is a trust's: 27 columns with a trust's code, the word Trust in the name and a day."""
    first = header_of(path)
    return (
        len(first) == WIDTH
        and TRUST_CODE.fullmatch(first[0]) is not None
        and "TRUST" in first[1].upper().split()
        and DAY.fullmatch(first[10]) is not None
    )


def _name_problems(path: Path, frame: pd.DataFrame) -> list[Problem]:
    rule = "should be a trust's code: 3 letters and digits, or 5 that begin with a letter"
    strange = frame[~frame[CODE].str.fullmatch(TRUST_CODE)]
    return [*cell_problems(strange, CODE, path, rule), *empty_cells(frame, [NAME], path)]


def readable_name(name: str) -> str:
    """A name in capitals as a reader would write it: Guy's and St Thomas' NHS Foundation Trust.

    A name that is not in capitals stays as it is.
    """
    if name != name.upper():
        return name
    return re.sub(r"\w+(?:'\w+)*", lambda match: _readable_word(match[0], first=match.start() == 0), name)


def _readable_word(word: str, first: bool) -> str:
    lower = word.lower()
    if lower in CAPITALS:
        return word
    if lower in SMALL and not first:
        return lower
    before, mark, after = lower.partition("'")
    # O'Neill, but Guy's.
    return before.capitalize() + mark + (after.capitalize() if len(before) == 1 else after)
