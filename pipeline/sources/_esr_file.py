"""An extract of staff records as DuckDB sees it: looked at before it is opened, streamed, and never copied.

A file of a hundred million rows is read in bounded memory. Nothing leaves the engine but the distinct values of a
column and sums over groups: no row about a person is ever held, and what spills to disk is deleted.
"""

from __future__ import annotations

import csv
import gzip
import re
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from pipeline.problems import InputRefused, Problem
from pipeline.sources._text_file import HEAD_BYTES, refuse_what_is_not_text, refused

MEMORY = "1GB"
"""What the engine may hold before it spills; with Python and pandas beside it a process stays under 2 GB."""
THREADS = 2
COLUMNS = {
    "Effective Date": "effective_date",
    "Employer": "employer",
    "Staff Group": "staff_group",
    "Area of Work": "area",
    "Role": "role",
    "Pay Band": "pay_band",
    "Age Band": "age_band",
    "Assignment Category": "category",
    "FTE": "fte",
    "Primary Assignment": "is_primary",
}
"""The headings of an extract, all of them and no others, and the name of each in the code."""
_GZIP = b"\x1f\x8b"
_LINE = re.compile(r"(?:CSV Error on )?[Ll]ine:? ?(\d+)")
_MARK = "\ufeff"


@dataclass(frozen=True)
class Extract:
    """An extract that has been looked at: its path, and its columns by the names of the code, in the file's order."""

    path: Path
    names: tuple[str, ...]
    packed: bool

    def label(self, name: str) -> str:
        """The heading of a column."""
        return next(heading for heading, known in COLUMNS.items() if known == name)


def head_lines(path: Path) -> list[str]:
    """The whole lines at the head of a text file or a gzip of one. Raises InputRefused where it is neither."""
    content, packed = _head(path)
    if packed and not content:
        raise refused(path, "the gzip file is empty or damaged; export the extract again")
    refuse_what_is_not_text(path, content)
    if len(content) >= HEAD_BYTES:
        content = content[: content.rfind(b"\n") + 1] or content
    try:
        return content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise refused(path, "the file is not saved as UTF-8 text; save it as “CSV UTF-8”") from error


def headings(path: Path) -> list[str]:
    """The cells of the first line."""
    lines = head_lines(path)
    first = lines[0].removeprefix(_MARK) if lines else ""
    if first.count(";") > first.count(",") or first.count("\t") > first.count(","):
        raise refused(path, "the columns are parted by semicolons or tabs; save the file with commas (“CSV UTF-8”)")
    return [" ".join(cell.split()) for cell in next(csv.reader([first]), [])]


def is_packed(path: Path) -> bool:
    """Whether the file is a gzip."""
    with path.open("rb") as stream:
        return stream.read(2) == _GZIP


def _head(path: Path) -> tuple[bytes, bool]:
    if path.is_dir():
        raise refused(path, "this is a folder; the path of a file is expected")
    try:
        packed = is_packed(path)
        with gzip.open(path) if packed else path.open("rb") as stream:
            return stream.read(HEAD_BYTES), packed
    except FileNotFoundError as error:
        raise refused(path, "there is no file here; check the name and the folder") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise refused(path, "the gzip file is damaged or was cut short; export the extract again") from error
    except OSError as error:
        rule = f"the file cannot be opened ({error.strerror}); if another program has it open, close it there"
        raise refused(path, rule) from error


@contextmanager
def engine(extract: Extract) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB with the extract as the view `extract` (all text, with `row` as the file's rows count) and nothing else.

    No extension is loaded and no other file can be reached. Raises InputRefused where the rows cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="workforce-") as spill:
        settings = {
            "memory_limit": MEMORY,
            "threads": str(THREADS),
            "temp_directory": spill,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allowed_paths": f"['{_quoted(extract.path)}']",
            "allowed_directories": f"['{_quoted(Path(spill))}']",
        }
        connection = duckdb.connect(":memory:", config={})
        try:
            for name, value in settings.items():
                connection.execute(f"SET {name} = {value if value.startswith('[') else repr(value)}")
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            connection.execute(_view(extract))
            yield connection
        except (duckdb.InvalidInputException, duckdb.IOException, duckdb.ConversionException) as error:
            raise _unreadable(extract, str(error)) from error
        finally:
            connection.close()


def _quoted(path: Path) -> str:
    return str(path.resolve()).replace("'", "''")


def _view(extract: Extract) -> str:
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in extract.names)
    packing = "gzip" if extract.packed else "none"
    return (
        f"CREATE VIEW extract AS SELECT *, row_number() OVER () + 1 AS row FROM read_csv('{_quoted(extract.path)}', "
        f"auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', columns = {{{columns}}}, "
        f"strict_mode = true, null_padding = false, ignore_errors = false, compression = '{packing}')"
    )


def _unreadable(extract: Extract, said: str) -> InputRefused:
    line = _LINE.search(said)
    row = int(line[1]) if line else None
    if "utf-8" in said.casefold() or "unicode" in said.casefold():
        rule = "the row holds a character that is not UTF-8; save the file as “CSV UTF-8”"
    elif extract.packed and row is None:
        rule = "the gzip file is damaged or was cut short; export the extract again"
    elif row is None:
        rule = "the file cannot be read as a CSV; export the extract again"
    else:
        # What the engine says of a row repeats the row, which may be about a person.
        rule = f"the row does not have {len(extract.names)} cells, or a quotation mark in it is not closed"
    return InputRefused([Problem(str(extract.path), rule, row=row)])


SAMPLE_ROWS = 200_000
"""Rows looked at first. A column that tells rows apart shows itself there, before all its values are gathered."""


def distinct_in_sample(connection: duckdb.DuckDBPyConnection, names: Sequence[str]) -> pd.Series:
    """About how many distinct values each column has in the first rows, and their number under `rows`."""
    counts = ", ".join(f"approx_count_distinct({name}) AS {name}" for name in names)
    sample = f"SELECT count(*) AS rows, {counts} FROM (SELECT * FROM extract LIMIT {SAMPLE_ROWS})"
    return connection.execute(sample).df().iloc[0]


def distinct_values(connection: duckdb.DuckDBPyConnection, names: Sequence[str]) -> dict[str, pd.DataFrame]:
    """For each column its distinct values (value, rows, months, first_row), in the order in which they first appear.

    Missing cells are empty text. `months` is in about how many effective dates the value stands. One pass of the file.
    """
    trimmed = ", ".join(f"coalesce(trim({name}), '') AS {name}" for name in names)
    sets = ", ".join(f"({name})" for name in names)
    found = connection.execute(
        f"SELECT grouping({', '.join(names)}) AS places, coalesce({', '.join(names)}) AS value, count(*) AS rows, "
        f"approx_count_distinct(day) AS months, min(row) AS first_row "
        f"FROM (SELECT {trimmed}, effective_date AS day, row FROM extract) GROUP BY GROUPING SETS ({sets})"
    ).df()
    every = 2 ** len(names) - 1
    by_column = {name: every - 2 ** (len(names) - 1 - at) for at, name in enumerate(names)}
    return {
        name: found[found["places"] == place].drop(columns="places").sort_values("first_row", ignore_index=True)
        for name, place in by_column.items()
    }


def rows_where(connection: duckdb.DuckDBPyConnection, name: str, values: Sequence[str], most: int) -> list[int]:
    """The first rows, `most` at the most, in which a column holds one of these values."""
    found = connection.execute(
        f"SELECT row FROM extract WHERE coalesce(trim({name}), '') IN (SELECT unnest(?)) ORDER BY row LIMIT {most}",
        [list(values)],
    ).fetchall()
    return [int(row) for (row,) in found]
