"""Population pyramid: women to the left, men to the right, oldest on top."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from pipeline.charts.chart import Chart
from pipeline.charts.theme import SERIES, look


def population_pyramid(axes: Axes, population: pd.DataFrame) -> Chart:
    """People by age band and sex from a frame with sex, age_band and persons; both sides on one scale.

    Raises ValueError without any age band.
    """
    if population.empty:
        raise ValueError("a pyramid needs at least one age band")
    wide = population.pivot_table(index="age_band", columns="sex", values="persons", aggfunc="sum", fill_value=0)
    wide = wide.reindex(columns=["female", "male"], fill_value=0).sort_index()
    limit = float(wide.to_numpy().max()) * 1.08 or 1
    with look():
        axes.barh(wide.index, -wide["female"], color=SERIES[0], height=0.82)
        axes.barh(wide.index, wide["male"], color=SERIES[1], height=0.82)
        axes.set_xlim(-limit, limit)
        axes.xaxis.set_major_locator(MaxNLocator(7))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda number, _: f"{abs(number):,.0f}"))
        axes.set_xlabel("People")
        axes.set_ylabel("Age")
        axes.text(0.02, 0.97, "Female", transform=axes.transAxes, va="top", fontweight="bold", color=SERIES[0])
        axes.text(0.98, 0.97, "Male", transform=axes.transAxes, va="top", ha="right", fontweight="bold")
        axes.grid(visible=False, axis="y")
        axes.tick_params(axis="y", labelsize=8, length=0)
    total = wide.sum(axis=1)
    alt = (
        f"Population pyramid of {total.sum():,.0f} people: the largest age band is {total.idxmax()} with "
        f"{total.max():,.0f}, and the smallest {total.idxmin()} with {total.min():,.0f}."
    )
    return Chart(alt, wide.reset_index())
