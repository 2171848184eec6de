"""Rows of a CSV or TSV file, every cell as text, with the line of the file that each row begins on.

What a reader of text files uses: `read_rows` to read, `header_of` or `has_columns` to recognise. Numbers and dates
are then taken from the cells by `_cells`.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.problems import InputRefused, Problem
from pipeline.reference import safety
from pipeline.sources._text_file import open_text
from pipeline.sources.person_level import person_level_problems, shown_headings

CHUNK_ROWS = 1_000
"""Rows turned into columns at a time: few enough to stay in the processor's cache, which halves the time taken."""
_DELIMITERS = {",": "commas", "\t": "tabs", ";": "semicolons", "|": "vertical bars"}

Record = tuple[int, list[str]]
"""The line a row begins on, and its cells."""


def read_rows(path: Path, *, delimiter: str = ",", required: Sequence[str] = (), header: bool = True) -> pd.DataFrame:
    """The rows of a text file, or of the one CSV file in a zip, as a frame of `str` columns and an integer `row`.

    `row` is the line on which the row begins, counted from 1. Cells lose the spaces around them; blank lines are
    passed over. Columns match `required` whatever their case and spacing and take its spelling; other columns are
    kept. Without a header the columns are named "1", "2", … as wide as the first row.

    Raises InputRefused with every fault of the file's shape, and for columns about identifiable people.
    """
    problems: list[Problem] = []
    with open_text(path) as stream:
        records = _records(path, stream, delimiter, problems)
        first = next(records, None)
        if first is None:
            raise InputRefused(problems or [Problem(str(path), "the file is empty; download or export it again")])
        _refuse_too_wide(path, first)
        names = _names(first[1], required) if header else [str(place + 1) for place in range(len(first[1]))]
        problems += _naming_problems(path, first, names, required, delimiter)
        frame, rows = _frame(path, records if header else chain([first], records), names, problems)
    problems[:0] = person_level_problems(frame, path)
    if not rows and not problems:
        problems.append(Problem(str(path), "the file has a header but no rows below it; download or export it again"))
    if problems:
        raise InputRefused(problems)
    return frame.assign(row=pd.Series(rows, dtype="int64"))


def header_of(path: Path, delimiter: str = ",") -> tuple[str, ...]:
    """The cells of the first row that is not blank; empty for whatever cannot be read. Cheap, and never raises."""
    try:
        with open_text(path, head_only=True) as stream:
            return next((tuple(cells) for _, cells in _records(path, stream, delimiter, [])), ())
    except InputRefused:
        return ()


def has_columns(path: Path, required: Sequence[str], delimiter: str = ",") -> bool:
    """Whether the header of a text file holds all these columns, whatever their case and spacing. Never raises."""
    return {_plain(name) for name in required} <= {_plain(name) for name in header_of(path, delimiter)}


def _records(path: Path, stream: TextIO, delimiter: str, problems: list[Problem]) -> Iterator[Record]:
    """Each row that is not blank. A quoted cell may run over several lines; one that never ends stops the reading."""
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    begins = 1
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        partner = "a quotation mark in the row that begins here has no partner; add it or take the other out"
        most = f"{csv.field_size_limit():,}"
        long = f"a cell of the row that begins here has more than {most} letters; a quotation mark may have no partner"
        problems.append(Problem(str(path), long if "field larger" in str(error) else partner, row=begins))


def _refuse_too_wide(path: Path, first: Record) -> None:
    row, cells = first
    if len(cells) > safety("text_columns"):
        rule = f"the first row has {len(cells):,} cells; the most that are read are {safety('text_columns'):,}"
        raise InputRefused([Problem(str(path), rule, row=row)])


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _names(cells: Sequence[str], required: Sequence[str]) -> list[str]:
    spelling = {_plain(name): name for name in required}
    tidy = [" ".join(cell.split()) or f"column {place}" for place, cell in enumerate(cells, start=1)]
    return [spelling.get(_plain(name), name) for name in tidy]


def _naming_problems(
    path: Path, first: Record, names: list[str], required: Sequence[str], delimiter: str
) -> Iterator[Problem]:
    missing = [name for name in required if name not in names]
    if missing:
        hint = delimiter_hint(first[1], delimiter)
        rule = f"{_listed('column', missing)} missing; check that this is the right file{hint}"
        yield Problem(str(path), rule, row=first[0], value=", ".join(shown_headings(names)))
    shown_of = {
        _plain(given): shown for shown, given in zip(reversed(shown_headings(names)), reversed(names), strict=True)
    }
    for name, times in Counter(_plain(name) for name in names).items():
        if times > 1:
            shown = shown_of[name]
            rule = f"{times} columns have this name, so it is not clear which to read; keep one of them"
            yield Problem(str(path), rule, row=first[0], column=shown)


def _listed(thing: str, names: Sequence[str]) -> str:
    return f"the {thing} {names[0]} is" if len(names) == 1 else f"the {thing}s {', '.join(names)} are"


def delimiter_hint(cells: Sequence[str], delimiter: str) -> str:
    """The end of a message where a header is one cell because another mark stands between its cells."""
    others = [words for mark, words in _DELIMITERS.items() if mark != delimiter and mark in cells[0]]
    if len(cells) > 1 or not others:
        return ""
    return f" and that its cells are separated by {_DELIMITERS.get(delimiter, delimiter)}, not {others[0]}"


def _frame(
    path: Path, records: Iterable[Record], names: list[str], problems: list[Problem]
) -> tuple[pd.DataFrame, list[int]]:
    """The rows of the right width as columns, and the line of each; rows of another width become problems."""
    tables, rows = [_columns([], len(names))], list[int]()
    records = iter(records)
    while chunk := list(islice(records, CHUNK_ROWS)):
        whole = [record for record in chunk if len(record[1]) == len(names)]
        problems += [_wrong_width(path, *record, len(names)) for record in chunk if len(record[1]) != len(names)]
        rows += [row for row, _ in whole]
        tables.append(_columns([cells for _, cells in whole], len(names)))
    frame = pa.concat_tables(tables).combine_chunks().to_pandas()
    frame.columns = pd.Index(names, dtype="str")
    return frame, rows


def _columns(cells: list[list[str]], width: int) -> pa.Table:
    columns = zip(*cells, strict=True) if cells else [()] * width
    arrays = [pc.utf8_trim_whitespace(pa.array(column, pa.large_string())) for column in columns]
    return pa.table(arrays, names=[str(place) for place in range(width)])


def _wrong_width(path: Path, row: int, cells: list[str], width: int) -> Problem:
    size = "few" if len(cells) < width else "many"
    rule = f"the row has too {size} cells, {len(cells)} where the first row has {width}; look for a stray or lost comma"
    return Problem(str(path), rule, row=row)
