"""A dot for the middle and a bar for the range, one row a label, about a line at zero or another reference."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from pipeline.charts.chart import Chart
from pipeline.charts.theme import MUTED, SERIES, look, wrapped

NEAR_ZERO = 0.05
"""Part of the axis about zero in which a value stands right of its bar: above it, the line at zero would cross it."""


def ranges(
    axes: Axes, frame: pd.DataFrame, label: str, says: Callable[[float], str], unit: str, bar: str = "P10 to P90"
) -> Chart:
    """P10 to P90 as a bar and P50 as a dot from a frame with `label`, p10, p50 and p90; above zero is a shortage.

    `bar` says what the bars are where they are another interval. A row without p50 is not drawn. Raises ValueError
    where none has one.
    """
    frame = frame.dropna(subset=["p50"])
    if frame.empty:
        raise ValueError(f"there is nothing to draw: no row has a middle value of {unit}")
    ordered = frame.iloc[::-1]
    names = ordered[label].map(wrapped)
    with look():
        axes.hlines(names, ordered["p10"], ordered["p90"], color=SERIES[0], linewidth=6, alpha=0.45)
        axes.plot(ordered["p50"], names, "o", color=SERIES[0], markersize=7)
        near = NEAR_ZERO * (max(ordered["p90"].max(), 0.0) - min(ordered["p10"].min(), 0.0))
        for name, middle, end in zip(names, ordered["p50"], ordered["p90"], strict=True):
            beside = abs(middle) <= near
            axes.annotate(
                says(middle),
                (max(end, 0.0) if beside else middle, name),
                xytext=(8, 0) if beside else (0, 8),
                textcoords="offset points",
                ha="left" if beside else "center",
                va="center" if beside else "baseline",
                fontweight="bold",
                fontsize=9,
                path_effects=[withStroke(linewidth=3, foreground="white")],
            )
        axes.axvline(0, color=MUTED, linewidth=1.2)
        axes.set_xlabel(unit)
        axes.margins(x=0.08, y=0.6 / max(len(ordered), 1))
        axes.grid(visible=False, axis="y")
        axes.tick_params(axis="y", length=0)
    worst, best = frame.loc[frame["p50"].idxmax()], frame.loc[frame["p50"].idxmin()]
    least = f"; the smallest of {len(frame)} is {best[label]}, {says(best['p50'])}" if len(frame) > 1 else ""
    alt = (
        f"Ranges of {unit}: the largest is {worst[label]}, {says(worst['p50'])} "
        f"({bar} {says(worst['p10'])} to {says(worst['p90'])}){least}."
    )
    return Chart(alt, frame[[label, "p10", "p50", "p90"]].reset_index(drop=True))
