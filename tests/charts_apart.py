"""Whether the words of a drawn chart stand clear of one another and inside its figure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox


def boxes(figure: Figure, texts: Sequence[Text]) -> list[Bbox]:
    """Where the letters stand in pixels, once the figure is laid out."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    # Of an annotation only the letters: its leader line may well pass by others.
    return [Text.get_window_extent(text, canvas.get_renderer()) for text in texts]


def touching(figure: Figure, texts: Sequence[Text]) -> list[tuple[str, str]]:
    """The pairs of words that overlap."""
    placed = [(text, box) for text, box in zip(texts, boxes(figure, texts), strict=True) if text.get_text()]
    return [(one.get_text(), two.get_text()) for (one, a), (two, b) in combinations(placed, 2) if a.overlaps(b)]


def outside(figure: Figure, texts: Sequence[Text]) -> list[str]:
    """The words that the edge of the figure cuts."""
    edge = figure.bbox
    return [
        text.get_text()
        for text, box in zip(texts, boxes(figure, texts), strict=True)
        if box.x0 < edge.x0 - 1 or box.x1 > edge.x1 + 1 or box.y0 < edge.y0 - 1 or box.y1 > edge.y1 + 1
    ]
