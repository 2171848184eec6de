"""What a finished strategy says, read back from its files: tables as grids of words, all else as sentences."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl

_TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
_CAPTION = re.compile(r"<caption>(.*?)</caption>", re.DOTALL)
_HEAD = re.compile(r'<th scope="col"[^>]*>(.*?)</th>', re.DOTALL)
_BODY = re.compile(r"<tbody>(.*?)</tbody>", re.DOTALL)
_ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
_CELL = re.compile(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", re.DOTALL)
_UNREAD = re.compile(r'<(style|head|script)\b.*?</\1>|<pre class="code">.*?</pre>', re.DOTALL)
_FIGURE = re.compile(r'<img\b[^>]*?\balt="([^"]*)"')
_TITLE = re.compile(r'aria-label="Figure: ([^"]*)"')
_BLOCK = re.compile(
    r"</?(?:p|li|ul|ol|h[1-6]|div|figure|figcaption|details|summary|section|pre|td|th|tr|table|br)\b[^>]*>"
)
_TAG = re.compile(r"<[^>]+>")
_STOP = re.compile(r"(?<=[.;!?])\s+(?=[A-Z*“(\d])")


@dataclass(frozen=True)
class Grid:
    """A table as it reads: where it is, its caption, its headings and the words of each row."""

    where: str
    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Sentence:
    """A sentence as it reads, where it is, and the title of the figure that it describes."""

    where: str
    text: str
    figure: str = ""


def of_page(name: str, page: str) -> Iterator[Grid | Sentence]:
    """The tables, descriptions of figures and sentences of a page."""
    body = _UNREAD.sub(" ", page)
    for found in _TABLE.finditer(body):
        yield _grid(name, found[0])
    rest = _TABLE.sub(" ", body)
    titles = [_text(title) for title in _TITLE.findall(rest)]
    alts = _FIGURE.findall(rest)
    for place, alt in enumerate(alts):
        title = titles[place] if len(titles) == len(alts) else ""
        yield from sentences(f"{name}, the description of the figure “{title}”", html.unescape(alt), title)
    for block in _BLOCK.split(rest):
        yield from sentences(name, _text(block))


def sentences(where: str, text: str, figure: str = "") -> Iterator[Sentence]:
    """A passage sentence by sentence."""
    for part in _STOP.split(" ".join(text.split())):
        if part:
            yield Sentence(where, part, figure)


def of_workbook(path: Path) -> Iterator[Grid | Sentence]:
    """The tables of a workbook as workbook.write lays them out, numbers as they are in the cells."""
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    for sheet in book.worksheets:
        rows = [tuple("" if cell is None else str(cell) for cell in row) for row in sheet.iter_rows(values_only=True)]
        title = rows[0][0] if rows else ""
        top = next((place for place, row in enumerate(rows) if "Back to the" in row[0]), len(rows)) + 1
        for row in rows[1:top]:
            yield from sentences(f"{path.name}, sheet {sheet.title}", row[0], title)
        if len(rows) > top:
            heads = tuple(" ".join(head.split()) for head in rows[top])
            yield Grid(f"{path.name}, sheet {sheet.title}", title, heads, tuple(rows[top + 1 :]))
    book.close()


def of_slides(path: Path) -> Iterator[Grid | Sentence]:
    """The tables, charts, descriptions, passages and notes of slides."""
    from pptx import Presentation

    for number, slide in enumerate(Presentation(str(path)).slides, start=1):
        where = f"{path.name}, slide {number}"
        title = slide.shapes.title.text_frame.text if slide.shapes.title else ""
        for shape in slide.shapes:
            yield from _of_shape(where, title, shape)
        yield from sentences(f"{where}, notes", slide.notes_slide.notes_text_frame.text)


def _of_shape(where: str, title: str, shape: Any) -> Iterator[Grid | Sentence]:
    described = shape._element.xpath(".//p:cNvPr/@descr")
    for text in described:
        yield from sentences(f"{where}, a description", str(text), shape.name or title)
    if shape.has_text_frame:
        for paragraph in shape.text_frame.paragraphs:
            yield from sentences(where, paragraph.text)
    elif getattr(shape, "has_table", False) and shape.has_table:
        rows = [tuple(cell.text_frame.text for cell in row.cells) for row in shape.table.rows]
        yield Grid(where, f"{title} {shape.name}", rows[0], tuple(rows[1:]))
    elif getattr(shape, "has_chart", False) and shape.has_chart:
        yield _chart(where, f"{title} {shape.name}", shape.chart)


def _chart(where: str, caption: str, chart: Any) -> Grid:
    (plot, *_) = chart.plots
    series = [(each.name, list(each.values)) for each in plot.series]
    rows: Sequence[tuple[str, ...]] = [
        (str(category), *("" if values[place] is None else str(values[place]) for _, values in series))
        for place, category in enumerate(plot.categories)
    ]
    return Grid(f"{where}, a chart", caption, ("", *(name for name, _ in series)), tuple(rows))


def _grid(name: str, table: str) -> Grid:
    caption = _CAPTION.search(table)
    body = _BODY.search(table)
    title = _text(caption[1]) if caption else ""
    rows = tuple(tuple(_text(cell) for cell in _CELL.findall(row)) for row in _ROW.findall(body[1] if body else ""))
    return Grid(f"{name}, “{title}”", title, tuple(_text(head) for head in _HEAD.findall(table)), rows)


def _text(piece: str) -> str:
    return " ".join(html.unescape(_TAG.sub("", piece)).split())
