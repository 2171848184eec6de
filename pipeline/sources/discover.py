"""Finding, in a folder of downloads, the files that the pipeline can read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.problems import InputRefused, Problem
from pipeline.sources.catalogue import Reader, readers


@dataclass(frozen=True)
class Discovery:
    """What a folder holds: the files of each reader, in the order of the source cards, and the files of none."""

    found: tuple[tuple[str, tuple[Path, ...]], ...]
    unrecognised: tuple[Path, ...]


def discover(folder: Path) -> Discovery:
    """Sort a folder and its subfolders by reader, judging each file by its content. Hidden files are passed over.

    Raises InputRefused where there is no such folder, and RuntimeError if two readers claim one file:
    that is a fault of the readers, not of the file.
    """
    if not folder.is_dir():
        raise InputRefused([Problem(file=str(folder), rule="there is no folder here; check the path")])
    known = readers()
    claims = {path: _claimant(path, known) for path in _files(folder)}
    found = ((name, tuple(path for path, claimant in claims.items() if claimant == name)) for name in known)
    return Discovery(
        found=tuple((name, paths) for name, paths in found if paths),
        unrecognised=tuple(path for path, claimant in claims.items() if claimant is None),
    )


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not any(_hidden(part) for part in path.relative_to(folder).parts):
            yield path


def _hidden(name: str) -> bool:
    # Excel leaves "~$name.xlsx" beside an open workbook, and Windows does not show it.
    return name.startswith((".", "~$"))


def _claimant(path: Path, known: dict[str, Reader]) -> str | None:
    claims = [name for name, module in known.items() if module.recognise(path)]
    if len(claims) > 1:
        raise RuntimeError(f"the readers {' and '.join(claims)} both claim {path}")
    return claims[0] if claims else None
