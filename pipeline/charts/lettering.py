"""Words on and about a chart that several charts write alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import pandas as pd
from matplotlib.axis import Axis
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

SMALL = 8
"""Points; no letter of a chart is smaller."""
PAGE_LETTERS = 80
"""Letters of a title across the whole width of a page."""


def halo() -> list[withStroke]:
    """White round letters, so that a line beneath does not run through them."""
    return [withStroke(linewidth=3, foreground="white")]


def listed(parts: Iterable[str]) -> str:
    """Words in a row: a; a and b; a, b and c."""
    *first, last = list(parts) or [""]
    return f"{', '.join(first)} and {last}" if first else last


def plain(text: str) -> str:
    """Words as they are, however many lines: matplotlib would read what stands between two dollars as a formula."""
    return text.replace("$", r"\$")


def name_values(axis: Axis, says: Callable[[float], str], most: int = 5) -> None:
    """A few round values of an axis in words, none twice: of values that read the same one has a mark."""
    low, high = sorted(axis.get_view_interval())
    marks = MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    shown = sorted((mark for mark in marks if low <= mark <= high), key=abs, reverse=True)
    named = {plain(says(mark)): mark for mark in shown}
    axis.set_ticks(list(named.values()), labels=list(named))


def refuse_without(frame: pd.DataFrame, columns: Sequence[str], chart: str) -> None:
    """ValueError where a chart has no rows to draw or lacks a column, with the names of what is missing."""
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise ValueError(f"{chart} needs the column{'s' if len(missing) > 1 else ''} {listed(missing)}.")
    if frame.empty:
        raise ValueError(f"{chart} has no rows to draw.")
