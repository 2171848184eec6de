"""Which of the pipeline's modules each stage can come to use, so that only a change of those makes it run again.

Read off the code, not off a run: what a module imports, at its top or inside a function. Imports for type checkers are
left out, and so are those inside functions of the run room, which is at work in every stage for the sake of some: what
a stage has of these is in ALSO_BY.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from pipeline.run import fingerprint
from pipeline.run.checksums import Checksums
from pipeline.run.stages import Stage
from pipeline.store import digest

NOTEBOOK = ("run.inside", "run.notebook")
"""What every notebook is run with."""
DOCUMENT = ("report.compose", "run.work")
"""What makes the document."""
ALSO_BY = {"sources": "sources.", "kept": "evidence.kept_forecasts", "runs": "run.comparison"}
"""What a stage comes to use by what it reads: a module, or all of a room that are found by their names."""
LAZY = "run."
"""The room whose imports inside functions are not followed."""
DATA = {"reference/": "", "report/templates/": "report.compose"}
"""Files that are no code, and the module through which they are read; empty where any may."""

TYPING = re.compile(r"^if TYPE_CHECKING:\n(?:[ \t]+.*\n|\n)*", re.MULTILINE)
FROM = re.compile(r"^([ \t]*)from[ \t]+([\w.]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n]+)", re.MULTILINE)
PLAIN = re.compile(r"^([ \t]*)import[ \t]+([\w.]+)", re.MULTILINE)
NAME = re.compile(r"\w+")

Graph = Mapping[str, frozenset[str]]
"""The modules that each module imports; names are without the package's own."""


class CodeSnapshot:
    """The files of the pipeline and the notebooks as they are at one moment, by checksum.

    Every stage of every plan may be held against the same one, so that the files are looked for once.
    """

    def __init__(self, notebooks: Path, checksums: Checksums) -> None:
        self.notebooks = notebooks
        self.files: Mapping[str, str] = fingerprint.code_files(checksums)
        self._stages: dict[str, str] = {}
        self._notebooks: dict[str, str] = {}

    def of_stage(self, stage: Stage) -> str:
        """The checksum of every file of the pipeline that a stage can come to use."""
        if stage.name not in self._stages:
            used = used_by(stage, self.notebooks, graph(digest(self.files)))
            counted = {name: value for name, value in self.files.items() if _counts(name, used)}
            self._stages[stage.name] = digest(counted)
        return self._stages[stage.name]

    def of_notebook(self, name: str) -> str:
        """The checksum of what a notebook says and runs (fingerprint.notebook_source)."""
        if name not in self._notebooks:
            self._notebooks[name] = fingerprint.notebook_source(self.notebooks / name)
        return self._notebooks[name]


def _counts(file: str, used: frozenset[str]) -> bool:
    if file.endswith(".py"):
        return module_of(Path(file)) in used
    return any(file.startswith(folder) and (not through or through in used) for folder, through in DATA.items())


def used_by(stage: Stage, notebooks: Path, known: Graph) -> frozenset[str]:
    """The modules that a stage can come to use."""
    roots = {*NOTEBOOK, *of_notebook(notebooks / stage.notebook, known)} if stage.notebook else set(DOCUMENT)
    also = [ALSO_BY[kind] for kind in stage.reads if kind in ALSO_BY]
    roots |= {name for name in known for each in also if name == each or (each[-1] == "." and name.startswith(each))}
    return closure((roots | {""}) & known.keys(), known)


def closure(roots: Iterable[str], known: Graph) -> frozenset[str]:
    """These modules and all that they import, however far down."""
    seen: set[str] = set()
    ahead = list(roots)
    while ahead:
        name = ahead.pop()
        if name not in seen:
            seen.add(name)
            ahead += known[name]
    return frozenset(seen)


@lru_cache(maxsize=4)
def graph(code: str) -> Graph:  # noqa: ARG001 - it is what the answer holds for
    """What each module of the pipeline imports; `code` is the checksum of the pipeline's files."""
    files = modules()
    return {
        name: imported(path.read_text(encoding="utf-8"), files, at_top=name.startswith(LAZY))
        for name, path in files.items()
    }


def modules() -> dict[str, Path]:
    """Every module of the pipeline and its file."""
    package = fingerprint.PACKAGE
    return {module_of(path.relative_to(package)): path for path in sorted(package.rglob("*.py"))}


def module_of(path: Path) -> str:
    """The name of a module by its place in the package, without the package's own; that of the package is empty."""
    return ".".join(path.with_suffix("").parts).removesuffix("__init__").rstrip(".")


def imported(text: str, known: Iterable[str], *, at_top: bool = False) -> frozenset[str]:
    """The modules of the pipeline that a piece of code imports, with the packages that they are in."""
    text, package, found = TYPING.sub("", text), fingerprint.PACKAGE.name, {""}
    for indent, name in PLAIN.findall(text):
        if not (indent and at_top):
            found |= _with_packages(name)
    for indent, name, what in FROM.findall(text):
        if not (indent and at_top):
            found |= {each for part in NAME.findall(what) for each in _with_packages(f"{name}.{part}")}
    return frozenset({_own(name) for name in found if name.split(".")[0] in ("", package)} & set(known))


def _own(name: str) -> str:
    return name.removeprefix(fingerprint.PACKAGE.name).lstrip(".")


def _with_packages(name: str) -> set[str]:
    parts = name.split(".")
    return {".".join(parts[:length]) for length in range(1, len(parts) + 1)}


def of_notebook(notebook: Path, known: Iterable[str]) -> frozenset[str]:
    """The modules of the pipeline that a notebook imports; none where it cannot be read, which a run of it says."""
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    except (OSError, ValueError, KeyError, TypeError):
        return frozenset()
    return imported(text, known)
