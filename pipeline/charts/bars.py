"""Horizontal bars, longest first, each with its value beside it."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from matplotlib.axes import Axes

from pipeline.charts.chart import Chart
from pipeline.charts.theme import SERIES, look, wrapped

LABEL_WIDTH = 66
"""Letters of a label on one line: bars stand close, so a label keeps to one."""


def bars(axes: Axes, frame: pd.DataFrame, label: str, value: str, says: Callable[[float], str], unit: str) -> Chart:
    """One bar a row of `frame`, from zero; `says` writes a value in words, `unit` names it on the axis.

    A row without a value has no bar. Raises ValueError where no row has one.
    """
    ordered = frame.dropna(subset=[value]).sort_values(value, ascending=True)
    if ordered.empty:
        raise ValueError(f"there is nothing to draw: no row has a value of {unit}")
    with look():
        drawn = axes.barh(
            [wrapped(name, LABEL_WIDTH) for name in ordered[label]], ordered[value], color=SERIES[0], height=0.66
        )
        axes.bar_label(drawn, labels=[says(number) for number in ordered[value]], padding=4)
        axes.set_xlim(0, float(ordered[value].max()) * 1.14 or 1)
        axes.set_xlabel(unit)
        axes.grid(visible=False, axis="y")
        axes.tick_params(axis="y", length=0)
    most, least = ordered.iloc[-1], ordered.iloc[0]
    alt = f"Bar chart of {unit}: {most[label]} has the most, {says(most[value])}"
    if len(ordered) > 1:
        alt += f", and {least[label]} the fewest, {says(least[value])}"
    return Chart(f"{alt}.", ordered[[label, value]].iloc[::-1].reset_index(drop=True))
