"""How much room text takes on a slide, so that it is set in letters that fit its box. Inches and points, no file."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from pipeline.report.words import shortened

LETTER, LINE = 0.5, 1.2
"""Width of a letter of Arial, on the whole, and height of a line, as shares of the size of the letters."""
BESIDE, ABOVE = 0.2, 0.1
"""Inches that a cell keeps free at its sides together, and above and below together."""
POINTS = 72
SPARE = 20
"""Letters that lines of whole words leave empty at their ends, more or less."""


def lines(text: str, width: float, size: float) -> int:
    """Lines that a text takes in so many inches."""
    letters = max(int(width * POINTS / (LETTER * size)), 1)
    return sum(max(len(textwrap.wrap(part, letters)), 1) for part in text.split("\n"))


def height(texts: Sequence[str], width: float, size: float, between: float = 0.5) -> float:
    """Inches that paragraphs take one below another, with a share of a line between them."""
    taken = sum(lines(text, width, size) for text in texts) + between * max(len(texts) - 1, 0)
    return taken * size * LINE / POINTS


def largest(texts: Sequence[str], width: float, high: float, sizes: Sequence[float]) -> float:
    """The largest size in which paragraphs fit a box; the smallest where they fit in none."""
    return next((size for size in sizes if height(texts, width, size) <= high), sizes[-1])


def cut_to_fit(texts: Sequence[str], width: float, high: float, size: float) -> list[str]:
    """Paragraphs as they are where they fit a box in letters of a size; or those that do, the last of them cut."""
    kept: list[str] = []
    for text in texts:
        if height([*kept, text], width, size) > high:
            left = int((high - height([*kept, ""], width, size)) * POINTS / (size * LINE)) + 1
            cut = shortened(text, max(left, 1) * int(width * POINTS / (LETTER * size)) - SPARE)
            return [*kept, cut] if height([*kept, cut], width, size) <= high or not kept else kept
        kept.append(text)
    return kept


def row_height(cells: Sequence[str], widths: Sequence[float], size: float) -> float:
    """Inches that a row of a table takes."""
    most = max(lines(cell, width - BESIDE, size) for cell, width in zip(cells, widths, strict=True))
    return most * size * LINE / POINTS + ABOVE


def rows_that_fit(
    rows: Sequence[Sequence[str]], widths: Sequence[float], high: float, sizes: Sequence[float]
) -> tuple[float, int]:
    """The largest size in which all rows of a table fit; or the smallest, and how many rows of it do."""
    for size in sizes:
        if sum(row_height(row, widths, size) for row in rows) <= high:
            return size, len(rows)
    taken, fitting = 0.0, 0
    for row in rows:
        taken += row_height(row, widths, sizes[-1])
        fitting += taken <= high
    return sizes[-1], max(fitting, 1)
