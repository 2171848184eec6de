"""How every figure looks: one set of colours, one type size, quiet axes."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib as mpl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

SERIES = ["#12436D", "#28A197", "#801650", "#F46A25"]
"""Government Analysis Function categorical order; never more than four on one pair of axes."""
TEXT, MUTED, RULE = "#212b32", "#4c6272", "#d8dde0"
LABEL_LINES = 5
"""Lines of a label before the rest is cut; the table under a figure has it in full."""

_STYLE = {
    "font.family": ["DejaVu Sans"],
    "font.size": 10,
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.edgecolor": MUTED,
    "axes.labelcolor": TEXT,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": RULE,
    "grid.linewidth": 0.8,
    "text.color": TEXT,
    "xtick.color": TEXT,
    "ytick.color": TEXT,
    "svg.fonttype": "path",
    "svg.hashsalt": "workforce",
    "figure.dpi": 100,
}


@contextmanager
def look() -> Iterator[None]:
    """The theme for the figures drawn inside the block."""
    with mpl.rc_context({**sns.axes_style("whitegrid"), **_STYLE}):
        yield


def wrapped(label: object, width: int = 34, lines: int = LABEL_LINES) -> str:
    """A label broken over lines and cut after a few, so that long names leave room for the chart.

    A dollar sign stays one: matplotlib would read what stands between two as a formula.
    """
    return textwrap.fill(str(label), width, max_lines=lines, placeholder=" …").replace("$", r"\$")


def figure(width: float = 7.2, height: float = 3.6) -> tuple[Figure, Axes]:
    """A figure with one pair of axes; sizes in inches."""
    with look():
        made = Figure(figsize=(width, height), layout="constrained")
        return made, made.add_subplot()


def panels(count: int, columns: int = 2, width: float = 7.2, row_height: float = 2.2) -> tuple[Figure, list[Axes]]:
    """A figure with `count` pairs of axes in rows of at most `columns`."""
    with look():
        columns = min(columns, count)
        rows = -(-count // columns)
        made = Figure(figsize=(width, row_height * rows), layout="constrained")
        return made, [made.add_subplot(rows, columns, number + 1) for number in range(count)]
