"""Tornado: how far each assumption moves a total, widest on top."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from matplotlib.axes import Axes

from pipeline.charts.chart import Chart
from pipeline.charts.theme import MUTED, SERIES, look, wrapped


def tornado(axes: Axes, frame: pd.DataFrame, says: Callable[[float], str], unit: str) -> Chart:
    """Bars from the total at each assumption's low to its high, about the centre line.

    `frame` has assumption, at_low, at_high and centre, widest first. Raises ValueError without any.
    """
    if frame.empty:
        raise ValueError("a tornado needs at least one assumption")
    ordered = frame.iloc[::-1]
    centre = float(frame["centre"].iloc[0])
    names = ordered["assumption"].map(wrapped)
    with look():
        for column, colour, name in (
            ("at_low", SERIES[1], "at its low end"),
            ("at_high", SERIES[0], "at its high end"),
        ):
            axes.barh(names, ordered[column] - centre, left=centre, color=colour, height=0.62, label=name)
        axes.axvline(centre, color=MUTED, linewidth=1.2)
        axes.set_xlabel(unit)
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False, fontsize=9)
        axes.grid(visible=False, axis="y")
        axes.tick_params(axis="y", length=0)
    top = frame.iloc[0]
    least = f"; of {len(frame)}, {frame['assumption'].iloc[-1]} moves it least" if len(frame) > 1 else ""
    alt = (
        f"Tornado of {unit} about {says(centre)}: {top['assumption']} moves it most, "
        f"from {says(min(top['at_low'], top['at_high']))} to {says(max(top['at_low'], top['at_high']))}{least}."
    )
    return Chart(alt, frame[["assumption", "at_low", "at_high"]].reset_index(drop=True))
