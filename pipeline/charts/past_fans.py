"""Forecasts made in months past, each as a fan from its own month, and the line of what came."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.patheffects import withStroke

from pipeline.charts.chart import Chart
from pipeline.charts.fan import OUTER
from pipeline.charts.lettering import name_values
from pipeline.charts.month_lines import End, by_month, make_room, name_ends, name_months, refuse_crossed
from pipeline.charts.theme import MUTED, SERIES, TEXT, look
from pipeline.charts.trends import month_starts

BAND = ["p10", "p50", "p90"]


def past_fans(axes: Axes, counted: pd.DataFrame, fans: pd.DataFrame, says: Callable[[float], str], unit: str) -> Chart:
    """What was counted (month and value) and fans that do not overlap (origin, month, p10, p50 and p90).

    `says` writes a value in words and `unit` names it. The axis need not begin at zero. Raises ValueError where there
    is no fan, or a percentile is below a lower one.
    """
    if fans.empty:
        raise ValueError("a chart of past forecasts needs at least one of them")
    refuse_crossed(fans[BAND])
    lines, fans = by_month([counted], "a chart of past forecasts"), fans.reset_index(drop=True)
    first = fans["origin"].min()
    with look():
        _draw(axes, lines, fans)
        last = fans.loc[fans["month"].idxmax()]
        ends = [
            End(last["month"], float(last["p50"]), f"Forecast {says(last['p50'])}", SERIES[0]),
            End(lines["month"].iloc[-1], float(lines["value"].iloc[-1]), f"Came {says(lines['value'].iloc[-1])}", TEXT),
        ]
        make_room(axes, _heights(lines, fans), ends)
        name_ends(axes, month_starts(lines["month"]), ends)
        _name_first(axes, fans[fans["origin"] == first], f"Forecast made in {first:%B %Y}")
        name_values(axes.yaxis, says)
        axes.set_title(unit, fontsize=9, fontweight="normal", color=MUTED)
        name_months(axes, month_starts(lines["month"]))
        axes.grid(visible=False, axis="x")
    return Chart(_alt(lines, fans, says, unit), _data(lines, fans))


def _draw(axes: Axes, lines: pd.DataFrame, fans: pd.DataFrame) -> None:
    for _, fan in fans.groupby("origin"):
        months = month_starts(fan["month"])
        axes.fill_between(months, fan["p10"], fan["p90"], color=OUTER, linewidth=0)
        for edge in ("p10", "p90"):
            axes.plot(months, fan[edge], color=SERIES[0], linewidth=0.7, linestyle=":")
        axes.plot(months, fan["p50"], color=SERIES[0], linewidth=1.6)
    axes.plot(month_starts(lines["month"]), lines["value"], color=TEXT, linewidth=2.4)


def _heights(lines: pd.DataFrame, fans: pd.DataFrame) -> pd.DataFrame:
    """All months and heights that the plot has to have room for."""
    return pd.concat([lines, fans[["month", *BAND]]], ignore_index=True)


def _name_first(axes: Axes, fan: pd.DataFrame, words: str) -> None:
    """The first fan is named where it ends, and the others are like it."""
    end = fan.iloc[-1]
    axes.annotate(
        words,
        (date2num(end["month"].replace(day=1)), end["p90"]),
        xytext=(0, 6),
        textcoords="offset points",
        ha="right",
        va="bottom",
        color=SERIES[0],
        fontsize=8.5,
        path_effects=[withStroke(linewidth=2, foreground="white")],
    )


def _data(lines: pd.DataFrame, fans: pd.DataFrame) -> pd.DataFrame:
    """Every month of every fan beside what was counted then."""
    both = fans.merge(lines.rename(columns={"value": "came"}), on="month", how="left")
    return both[["origin", "month", *BAND, "came"]].rename(columns={"origin": "forecast_made"}).reset_index(drop=True)


def _alt(lines: pd.DataFrame, fans: pd.DataFrame, says: Callable[[float], str], unit: str) -> str:
    ends = fans.loc[fans.groupby("origin")["month"].idxmax()].merge(lines, on="month")
    both = fans.merge(lines, on="month")
    ahead = both[both["month"] > both["origin"]]
    inside = int(ahead["value"].between(ahead["p10"], ahead["p90"]).sum())
    last = ends.iloc[-1] if len(ends) else None
    told = f"{unit} by month: {fans['origin'].nunique()} past forecasts and what came; of all months after a forecast "
    told += f"was made, what came lay inside the P10 to P90 band in {inside} of {len(ahead)}."
    if last is None:
        return told
    return (
        f"{told} The last forecast said {says(last['p50'])} for {last['month']:%B %Y} "
        f"(P10 to P90 {says(last['p10'])} to {says(last['p90'])}) and {says(last['value'])} came."
    )
