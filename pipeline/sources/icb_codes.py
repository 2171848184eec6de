"""Codes of sub-ICB locations and former clinical commissioning groups (CCGs), with their integrated care board.

Three columns, one row a CCG, with a byte-order mark. It holds every CCG code that ever led to the board: those closed
long ago stand beside those still used as codes of sub-ICB locations, and the file does not say which is which. Nor
does it say its date: boards and codes are of the vintage of the download, so an older file names boards that have
merged since. A row with a remark in place of a code (“n/a not SBS client at present”) names no CCG: only its board is
taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from pipeline import tables
from pipeline.problems import InputRefused, Problem
from pipeline.sources._cells import cell_problems, codes, empty_cells
from pipeline.sources._text import has_columns, read_rows
from pipeline.sources.reading import ReadOptions, Tables

CCG, BOARD, NAME = COLUMNS = ("CCG Code", "ICB Code", "ICB NAME")
NO_CODE = "n/a"
UNSAID = ("region", "ons_code", "valid_from", "valid_to", "successor")


def read(path: Path, options: ReadOptions = ReadOptions()) -> Tables:  # noqa: ARG001
    """The CCG codes with their board, and the boards: organisations, kinds `ccg` and `icb`, without dates.

    The file gives CCGs no name: their code stands for it. Raises InputRefused for every code that is not one,
    every board with two names and every CCG with two boards.
    """
    rows = read_rows(path, required=COLUMNS)
    boards = rows.drop_duplicates([BOARD, NAME])
    ccgs = rows[~rows[CCG].str.casefold().str.startswith(NO_CODE)]
    problems = list(_faults(path, ccgs, boards))
    if problems:
        raise InputRefused(problems)
    frames = [
        _organisations(path, ccgs, kind="ccg", code=ccgs[CCG], name=ccgs[CCG], parent=ccgs[BOARD]),
        _organisations(path, boards, kind="icb", code=boards[BOARD], name=boards[NAME], parent=None),
    ]
    return {"organisations": tables.validate("organisations", pd.concat(frames, ignore_index=True))}


def recognise(path: Path) -> bool:
    """Whether the header has the three columns of the list."""
    return has_columns(path, COLUMNS)


def _organisations(path: Path, rows: pd.DataFrame, **said: object) -> pd.DataFrame:
    lineage = {"file": path.name, "sheet": "", "row": rows["row"]}
    return pd.DataFrame({**said, **dict.fromkeys(UNSAID), **lineage}).astype({"parent": "object"})


def _faults(path: Path, ccgs: pd.DataFrame, boards: pd.DataFrame) -> Iterator[Problem]:
    yield from codes(ccgs, CCG, path)[1]
    yield from codes(boards, BOARD, path)[1]
    yield from empty_cells(boards, [NAME], path)
    rule = "this board has another name in a row above; make the two the same"
    yield from cell_problems(boards[boards.duplicated(BOARD)], NAME, path, rule)
    rule = "this CCG is in a row above as well; keep one of them"
    yield from cell_problems(ccgs[ccgs.duplicated(CCG)], CCG, path, rule)
