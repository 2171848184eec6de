"""Processed tables on disk: Parquet, written atomically, each with its checksum and where it came from."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.scratch import lives

if TYPE_CHECKING:
    import pandas as pd

DIGEST_CHUNK = 1 << 20
SEAL = "seal"
"""Key of a record's file that holds the checksum of the rest of it."""


class StoreError(Exception):
    """A processed table is missing or damaged; the message says how to make it again."""


@dataclass(frozen=True)
class Origin:
    """A source file of a table: what it was, byte for byte, and whose it is."""

    file: str
    sha256: str
    bytes: int
    reader: str
    title: str
    publisher: str
    licence: str
    page: str
    period: str
    disclosure: str


@dataclass(frozen=True)
class TableRecord:
    """What the store knows of a table it holds."""

    name: str
    rows: int
    columns: list[str]
    sha256: str
    written: str
    origins: list[Origin] = field(default_factory=list)


def file_sha256(path: Path) -> str:
    """Checksum of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(DIGEST_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def digest(value: object) -> str:
    """The checksum of a plain value, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode("utf-8")).hexdigest()


def sealed(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts with the checksum of what they say, so that one altered letter in their file is noticed."""
    return {SEAL: digest(dict(facts)), **facts}


def unsealed(text: str) -> dict[str, Any]:
    """The facts of a file that `sealed` made. Raises ValueError where it is damaged or was altered."""
    raw = json.loads(text)
    told = raw.pop(SEAL, None) if isinstance(raw, dict) else None
    if told is None or told != digest(raw):
        raise ValueError("the file was altered or is damaged")
    return dict(raw)


@contextlib.contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """A path to write to that takes the place of `path` only when the block ends without an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        yield partial
        with partial.open("rb+") as stream:
            os.fsync(stream.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def remove_halves(*folders: Path) -> list[Path]:
    """Remove what processes that were killed left half written in folders and below them; the files that went.

    What a process that lives is writing stays.
    """
    left = []
    for path in [path for folder in folders for path in folder.rglob(".*.partial")]:
        writer = path.name.removesuffix(".partial").rpartition(".")[2]
        if writer.isdecimal() and not lives(int(writer)):
            path.unlink(missing_ok=True)
            left.append(path)
    return left


def write_text_atomic(path: Path, text: str) -> None:
    """Write a text file whole or not at all."""
    with atomic_path(path) as partial:
        partial.write_text(text, encoding="utf-8")


@dataclass(frozen=True)
class Store:
    """The processed tables of one plan, in one folder."""

    folder: Path

    def write(self, name: str, frame: pd.DataFrame, origins: Sequence[Origin] = ()) -> TableRecord:
        """Write a table and its record; a reader sees the old table or the new one, never a part."""
        path = self._path(name)
        with atomic_path(path) as partial:
            frame.to_parquet(partial, compression="zstd", index=False)
            checksum = file_sha256(partial)
        record = TableRecord(
            name=name,
            rows=len(frame),
            columns=list(frame.columns),
            sha256=checksum,
            written=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            origins=list(origins),
        )
        write_text_atomic(path.with_suffix(".json"), json.dumps(sealed(asdict(record)), indent=1))
        return record

    def read(self, name: str) -> pd.DataFrame:
        """A table as it was written. Raises StoreError where it is missing or its bytes have changed."""
        # A run with nothing to do reads records only, and must not wait for pandas.
        import pandas as pd

        record = self.record(name)
        path = self._path(name)
        if not path.is_file() or file_sha256(path) != record.sha256:
            raise self._damaged(name)
        return pd.read_parquet(path)

    def record(self, name: str) -> TableRecord:
        """What is known of a table. Raises StoreError where there is none, or it was altered."""
        path = self._path(name).with_suffix(".json")
        if not path.is_file():
            raise StoreError(f"There is no processed table {name} in {self.folder}. Run the plan to make it.")
        try:
            raw = unsealed(path.read_text(encoding="utf-8"))
            return TableRecord(**{**raw, "origins": [Origin(**origin) for origin in raw["origins"]]})
        except (ValueError, TypeError, KeyError) as error:
            raise self._damaged(name) from error

    def has(self, name: str) -> bool:
        """Whether the store holds the table."""
        return self._path(name).is_file() and self._path(name).with_suffix(".json").is_file()

    def records(self) -> list[TableRecord]:
        """The record of every table held, by name."""
        return [self.record(path.stem) for path in sorted(self.folder.glob("*.parquet")) if self.has(path.stem)]

    def remove(self, name: str) -> None:
        """Forget a table that the plan no longer supplies."""
        self._path(name).unlink(missing_ok=True)
        self._path(name).with_suffix(".json").unlink(missing_ok=True)

    def remove_damaged(self) -> list[str]:
        """Forget the tables of which nothing certain is known; their names. Whoever wrote them writes them again."""
        damaged = []
        for path in sorted(self.folder.glob("*.parquet")):
            try:
                if self.has(path.stem):
                    self.record(path.stem)
            except StoreError:
                damaged.append(path.stem)
                self.remove(path.stem)
        return damaged

    def _damaged(self, name: str) -> StoreError:
        return StoreError(
            f"The processed table {name} in {self.folder} is damaged or was altered. Run the plan again to rebuild it."
        )

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.parquet"
