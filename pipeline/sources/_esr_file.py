"""An extract of staff records as DuckDB sees it: looked at before it is opened, streamed, and never copied.

A file of a hundred million rows is read in bounded memory. Nothing leaves the engine but the distinct values of a
column and sums over groups: no row about a person is ever held, and what spills to disk is deleted.
"""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from pipeline.problems import InputRefused, Problem
from pipeline.scratch import scratch_folder
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
_GLOB = re.compile(r"([*?\[])")
_LINE = re.compile(r"csv error on line: (\d+)")
_MARK = "\ufeff"
_BLOCK = 1 << 20
_DAMAGED = "the gzip file is damaged or was cut short; export the extract again"
_FAILURES = (
    duckdb.InvalidInputException,
    duckdb.IOException,
    duckdb.ConversionException,
    duckdb.OutOfMemoryException,
    duckdb.PermissionException,
)
"""What the engine raises over a file, a name or a disk; anything else is a fault of this program."""


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
    if not first.strip():
        raise InputRefused([Problem(str(path), "the first line is empty; the header should stand in it", row=1)])
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
        raise refused(path, _DAMAGED) from error
    except OSError as error:
        rule = f"the file cannot be opened ({error.strerror}); if another program has it open, close it there"
        raise refused(path, rule) from error


def refuse_damaged(path: Path) -> None:
    """Refuse a gzip whose contents are not those that were packed, which the engine does not notice."""
    try:
        with gzip.open(path) as stream:
            while stream.read(_BLOCK):
                continue
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise refused(path, _DAMAGED) from error


@contextmanager
def engine(extract: Extract) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB with the extract as the view `extract` (all text, with `row` as the file's rows count) and nothing else.

    No extension is loaded and no other file can be reached. Raises InputRefused where the rows cannot be read.
    """
    with scratch_folder() as folder:
        spill = str(folder)
        settings = {
            "memory_limit": MEMORY,
            "threads": str(THREADS),
            "temp_directory": spill,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allowed_paths": f"[{_quoted(extract.path.resolve())}, {_quoted(_pattern(extract.path))}]",
            "allowed_directories": f"[{_quoted(spill)}]",
        }
        connection = duckdb.connect(":memory:")
        try:
            for name, value in settings.items():
                connection.execute(f"SET {name} = {value if value.startswith('[') else repr(value)}")
            _hide_progress(connection)
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            connection.execute(_view(extract))
            yield connection
        except _FAILURES as error:
            # What the engine says repeats the row, which may be about a person: it is not to be seen in a traceback.
            raise _unreadable(extract, error) from None
        finally:
            connection.close()


def _hide_progress(connection: duckdb.DuckDBPyConnection) -> None:
    # A notebook shows none; where its widgets are not installed, DuckDB refuses even to be told so.
    ((shown,),) = connection.execute("SELECT current_setting('enable_progress_bar')").fetchall()
    if shown:
        connection.execute("SET enable_progress_bar = false")


def _quoted(text: str | Path) -> str:
    return "'" + str(text).replace("'", "''") + "'"


def _pattern(path: Path) -> str:
    """The path as a pattern that no other file fits: the engine takes * ? and [ in a name for those of a pattern."""
    return _GLOB.sub(r"[\1]", str(path.resolve()))


def _view(extract: Extract) -> str:
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in extract.names)
    return (
        "CREATE VIEW extract AS SELECT * FROM (SELECT *, row_number() OVER () + 1 AS row "
        f"FROM read_csv({_quoted(_pattern(extract.path))}, auto_detect = false, header = true, delim = ',', "
        f"quote = '\"', escape = '\"', columns = {{{columns}}}, strict_mode = true, null_padding = false, "
        f"ignore_errors = false, compression = '{'gzip' if extract.packed else 'none'}')) "
        # Spreadsheets leave rows of commas below the last.
        f"WHERE coalesce({', '.join(extract.names)}) IS NOT NULL"
    )


def _unreadable(extract: Extract, error: Exception) -> InputRefused:
    said = str(error).replace(str(extract.path.resolve()), "").casefold()
    line = _LINE.search(said)
    return InputRefused([Problem(str(extract.path), _rule(error, said), row=int(line[1]) if line else None)])


def _rule(error: Exception, said: str) -> str:
    if isinstance(error, duckdb.OutOfMemoryException) or "no space left" in said:
        return "adding it up takes more room than the disk for temporary files has free; free some and try again"
    if isinstance(error, duckdb.PermissionException) or "no files found" in said:
        return "the file's name cannot be used; rename it with letters, digits, - and _"
    if "not utf-8 encoded" in said:
        return "the row holds a character that is not UTF-8; save the file as “CSV UTF-8”"
    if _LINE.search(said):
        return f"the row does not have {len(COLUMNS)} cells, is far too long, or a quotation mark in it is not closed"
    return "its lines end in two ways, as where files were put together; open it and save it as “CSV UTF-8”"


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
