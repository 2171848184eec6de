"""What a stage made: the tables and files it left, remembered by checksum and checked before they are relied on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pipeline.run.checksums import Checksums
from pipeline.store import Store, StoreError


@dataclass(frozen=True)
class Made:
    """The result of a stage: what it was made from (a fingerprint), its tables, its files and what it took.

    Tables and files are checksums by name; files are named from the folder they lie in. `marks` are facts on which
    a result may need making again although nothing it was made from has changed.
    """

    fingerprint: dict[str, str]
    tables: dict[str, str]
    files: dict[str, str]
    seconds: float
    marks: dict[str, bool] = field(default_factory=dict)
    peak_memory_mb: float | None = None

    def values(self) -> dict[str, Any]:
        """As doit remembers it."""
        return asdict(self)

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Made | None:
        """What doit remembers of a stage; None where it never ran or ran under another version of this record."""
        try:
            return cls(**values)
        except TypeError:
            return None

    def is_intact(self, store: Store, folder: Path, checksums: Checksums) -> bool:
        """Whether all of it is still there, byte for byte."""
        tables = all(table_checksum(store, name, checksums) == digest for name, digest in self.tables.items())
        return tables and all(checksums.of(folder / name) == digest for name, digest in self.files.items())


def table_checksum(store: Store, name: str, checksums: Checksums) -> str:
    """The checksum of a table's rows; empty where the table or its record is missing or they disagree."""
    if not store.has(name):
        return ""
    try:
        recorded = store.record(name).sha256
    except StoreError:
        return ""
    return recorded if checksums.of(store.folder / f"{name}.parquet") == recorded else ""


def file_checksums(folder: Path, files: Iterable[Path], checksums: Checksums) -> dict[str, str]:
    """Checksums of files by their place in a folder."""
    return {path.relative_to(folder).as_posix(): checksums.of(path) for path in files}
