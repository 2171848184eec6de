"""The readers by name: one module of this package for each source card.

Importing the catalogue imports no reader, so that naming the readers stays quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from pipeline.reference import source_cards

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.sources.reading import ReadOptions, Tables


class Reader(Protocol):
    """What the module of a reader offers."""

    def read(self, path: Path, options: ReadOptions = ...) -> Tables:
        """The canonical tables of one file."""

    def recognise(self, path: Path) -> bool:
        """Whether the file looks like one of this format."""


def reader(name: str) -> Reader:
    """The reader of a name in sources.yaml. Raises KeyError for a name that has no card."""
    if name not in source_cards():
        raise KeyError(f"{name} is not a reader; the readers are {', '.join(source_cards())}")
    return cast(Reader, import_module(f"pipeline.sources.{name}"))


def readers() -> dict[str, Reader]:
    """Every reader by name, in the order of the source cards."""
    return {name: reader(name) for name in source_cards()}
