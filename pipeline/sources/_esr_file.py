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
from collections.abc import Iterator
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
        "CREATE VIEW extract AS SELECT * FROM (SELECT *, row_number() OVER () + 1 AS row "
        f"FROM read_csv('{_quoted(extract.path)}', auto_detect = false, header = true, delim = ',', quote = '\"', "
        f"escape = '\"', columns = {{{columns}}}, strict_mode = true, null_padding = false, ignore_errors = false, "
        # Spreadsheets leave rows of commas below the last.
        f"compression = '{packing}')) WHERE coalesce({', '.join(extract.names)}) IS NOT NULL"
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
_DATED = ("employer", "area", "role")
"""Columns of which it matters in which months a value stands."""


def distinct_in_sample(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """About how many distinct values each column has in the first rows."""
    counts = ", ".join(f"approx_count_distinct({name}) AS {name}" for name in COLUMNS.values())
    sample = f"SELECT {counts} FROM (SELECT * FROM extract LIMIT {SAMPLE_ROWS})"
    return dict(connection.execute(sample).df().iloc[0])


def count_values(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Go through the file once and count every column's distinct values; how many each column has.

    They are kept in the engine, for `values_of`.
    """
    names = ", ".join(COLUMNS.values())
    sets = ", ".join(f"({', '.join(_set_of(name))})" for name in COLUMNS.values())
    connection.execute(
        f"CREATE TEMP TABLE found AS SELECT grouping({names}) AS place, {names}, count(*) AS rows, "
        f"min(row) AS first_row FROM extract GROUP BY GROUPING SETS ({sets})"
    )
    counts = [f"count(DISTINCT {name}) FILTER (WHERE place = {_place(name)})" for name in COLUMNS.values()]
    found = connection.execute(f"SELECT {', '.join(counts)} FROM found").fetchall()
    return dict(zip(COLUMNS.values(), found[0], strict=True))


def values_of(connection: duckdb.DuckDBPyConnection, name: str) -> pd.DataFrame:
    """A column's distinct values (value, day, rows, first_row) in the order in which they first appear.

    A missing cell is empty text. Values are as the file spells them, once for each effective date where dates matter.
    """
    day = "effective_date" if name in _DATED else "''"
    return connection.execute(
        f"SELECT coalesce({name}, '') AS value, coalesce({day}, '') AS day, rows, first_row FROM found "
        f"WHERE place = {_place(name)} ORDER BY first_row"
    ).df()


def _set_of(name: str) -> list[str]:
    return [name, "effective_date"] if name in _DATED else [name]


def _place(name: str) -> int:
    """What `grouping` says of the rows that are grouped by this column: a bit for each of the others."""
    return sum(2**at for at, each in enumerate(reversed(COLUMNS.values())) if each not in _set_of(name))
