"""The cells of executed notebooks: what may go into the document, and what stops the build."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from pipeline.report.carried import MIME, Carried, unpack
from pipeline.report.chapters import TAG, chapters
from pipeline.report.display import MARK

_LAB_STYLE = re.compile(r"\A<style>.*?</style>", re.DOTALL)
_TRACE = "Traceback (most recent call last)"


class DocumentRefused(Exception):
    """The notebooks cannot be made into a document; the message lists every reason, by notebook and cell."""


def read_notebooks(paths: Mapping[str, Path]) -> dict[str, NotebookNode]:
    """Executed notebooks by stage. Raises DocumentRefused where a cell failed or showed what may not be published."""
    books = {stage: _read(path) for stage, path in paths.items()}
    refusals = [refusal for stage, book in books.items() for refusal in _refusals(stage, book)]
    if refusals:
        raise DocumentRefused("\n".join(refusals))
    return books


def _read(path: Path) -> NotebookNode:
    book: NotebookNode = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    return book


def by_chapter(books: Mapping[str, NotebookNode]) -> dict[str, list[NotebookNode]]:
    """The cells of each chapter, in the order of the notebooks and of their cells."""
    found: dict[str, list[NotebookNode]] = {chapter.id: [] for chapter in chapters()}
    for book in books.values():
        for cell in book.cells:
            for name in chapter_tags(cell):
                found[name].append(cell)
    return found


def after_words(cells: list[NotebookNode], more: list[NotebookNode]) -> list[NotebookNode]:
    """The cells with more of them after the last that says something in words; at the end where none does."""
    last = max((place for place, cell in enumerate(cells, start=1) if _says(cell)), default=len(cells))
    return [*cells[:last], *more, *cells[last:]]


def _says(cell: NotebookNode) -> bool:
    return any(kind_of(output) == "words" for output in shown_in([cell]))


def chapter_tags(cell: NotebookNode) -> list[str]:
    """The chapters a cell goes to."""
    return [tag.removeprefix(TAG) for tag in cell.metadata.get("tags", []) if tag.startswith(TAG)]


def is_ours(output: NotebookNode) -> bool:
    """Whether an output came through report/display.py."""
    return MARK in output.get("metadata", {}) and "text/html" in output.get("data", {})


def fragment(output: NotebookNode) -> str:
    """The HTML of an output of ours, without the style that JupyterLab needs."""
    return _LAB_STYLE.sub("", str(output.data["text/html"]))


def kind_of(output: NotebookNode) -> str:
    """What kind of thing an output of ours shows: figure, table, words, key_figures or several."""
    return str(output.metadata[MARK]["kind"])


def shown_in(cells: Iterable[NotebookNode]) -> list[NotebookNode]:
    """The outputs of ours in some cells, in their order."""
    return [output for cell in cells for output in cell.get("outputs", []) if is_ours(output)]


def carried_in(cells: Iterable[NotebookNode]) -> list[Carried]:
    """The data of what some cells show, in their order."""
    packed = [output.data[MIME] for output in shown_in(cells) if MIME in output.data]
    return [each for text in packed for each in unpack(str(text))]


def tagged(books: Mapping[str, NotebookNode], tag: str) -> list[NotebookNode]:
    """The cells of all notebooks that bear a tag."""
    return [cell for book in books.values() for cell in book.cells if tag in cell.metadata.get("tags", [])]


def _refusals(stage: str, book: NotebookNode) -> Iterator[str]:
    known = {chapter.id for chapter in chapters()}
    for number, cell in enumerate(book.cells, start=1):
        where = f"{stage}, cell {number}"
        for name in chapter_tags(cell):
            if name not in known:
                yield f"{where}: there is no chapter {name!r}; the chapters are {', '.join(sorted(known))}"
        if cell.cell_type == "code":
            yield from (f"{where}: {reason}" for reason in _code_refusals(cell))


def _code_refusals(cell: NotebookNode) -> Iterator[str]:
    tagged = bool(chapter_tags(cell))
    if tagged and cell.source.strip() and cell.execution_count is None:
        yield "the cell was not run, so the chapter would lack what it shows"
    for output in cell.outputs:
        yield from _output_refusals(output, tagged)


def _output_refusals(output: NotebookNode, tagged: bool) -> Iterator[str]:
    data = output.get("data", {})
    if output.output_type == "error":
        yield f"the cell failed: {output.ename}: {output.evalue}"
    elif _TRACE in str(output.get("text", "")) or _TRACE in str(data.get("text/plain", "")):
        yield "the cell shows a stack trace"
    elif data and not is_ours(output) and any(kind.startswith("image/") for kind in data):
        yield "the cell shows a picture without a description; show it with display.show"
    elif data and not is_ours(output) and tagged:
        yield "the cell shows something that did not come through report/display.py; use show, table or say"
