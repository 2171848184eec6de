"""What was planned and what happened, month by month, one group a panel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, MaxNLocator

from pipeline.charts.alt_words import NAMED, moved
from pipeline.charts.chart import Chart
from pipeline.charts.theme import MUTED, SERIES, look, wrapped
from pipeline.charts.trends import mark_months, month_starts

NEARBY = 4
"""Months before the last that a number beside it would cover."""
ROOM = 0.35
"""Space above and below the lines, as a share of what they span."""


def plan_lines(panels: Sequence[Axes], frame: pd.DataFrame, series: str, says: Callable[[float], str]) -> Chart:
    """A dashed line planned and a whole line actual for each value of `series`; axes need not begin at zero.

    `frame` has `series`, month, planned and actual; months without an actual figure end or break its line.
    """
    names = list(dict.fromkeys(frame[series]))
    with look():
        for number, (axes, name) in enumerate(zip(panels, names, strict=True)):
            _panel(axes, frame[frame[series] == name].sort_values("month"), says, named=number == 0)
            axes.set_title(wrapped(name, 30))
    return Chart(_alt(frame, series, says), frame[[series, "month", "planned", "actual"]].reset_index(drop=True))


def _panel(axes: Axes, rows: pd.DataFrame, says: Callable[[float], str], *, named: bool) -> None:
    months = month_starts(rows["month"])
    planned, actual = rows["planned"].astype(float), rows["actual"].astype(float)
    # A single month has no line to draw, so each has a mark of its own shape.
    axes.plot(months, planned, color=MUTED, linestyle="--", marker="o", markersize=3, linewidth=1.6, label="Planned")
    axes.plot(months, actual, color=SERIES[0], marker="s", markersize=4, linewidth=2.2, label="Actual")
    both = pd.concat([planned, actual]).dropna()
    spare = float(both.max() - both.min()) * ROOM or float(both.max()) * 0.05 or 1
    axes.set_ylim(max(0.0, float(both.min()) - spare), float(both.max()) + spare)
    if actual.notna().any():
        end = actual.last_valid_index()
        nearby = pd.concat([actual.loc[:end].tail(NEARBY), planned.loc[:end].tail(NEARBY)])
        below = not actual.loc[end] > planned.loc[end]
        clear = nearby.min() if below else nearby.max()
        _write(axes, months.loc[end], float(actual.loc[end]), float(clear), says, below=below)
    if planned.notna().any():
        end = planned.last_valid_index()
        _write(axes, months.loc[end], float(planned.loc[end]), float(planned.loc[end]), says, below=False)
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda number, _: says(number)))
    mark_months(axes, months)
    axes.grid(visible=False, axis="x")
    if named:
        axes.legend(loc="best", frameon=False, fontsize=8.5, borderaxespad=0)


def _write(axes: Axes, when: object, value: float, clear: float, says: Callable[[float], str], *, below: bool) -> None:
    """A value in words beside its month, below or above the height that is clear of the lines."""
    axes.annotate(
        says(value),
        (when, clear),
        xytext=(0, -14 if below else 7),
        textcoords="offset points",
        ha="right",
        fontweight="bold",
        fontsize=9,
        path_effects=[withStroke(linewidth=3, foreground="white")],
    )


def _alt(frame: pd.DataFrame, series: str, says: Callable[[float], str]) -> str:
    known = frame.dropna(subset=["actual"]).sort_values("month").groupby(series, sort=False).tail(1)
    first, last = frame["month"].min(), frame["month"].max()
    when = f"from {first:%B %Y} to {last:%B %Y}" if first != last else f"of {first:%B %Y}"
    if len(known) > NAMED:
        return f"Lines of planned and actual WTE {when}. {_summed_up(known.dropna(subset=['planned']), series, says)}"
    parts = [f"{row[series]} {_against(row, says)} in {row['month']:%B %Y}" for row in known.to_dict("records")]
    told = f" Latest: {'; '.join(parts)}." if parts else " Nothing is known yet of what happened."
    return f"Lines of planned and actual WTE {when}.{told}"


def _summed_up(known: pd.DataFrame, series: str, says: Callable[[float], str]) -> str:
    """Of many groups: how many are below, at and above plan, and which are furthest from it."""
    if known.empty:
        return "No month has both."
    ways = [moved(row["planned"], row["actual"], says) for row in known.to_dict("records")]
    by = (known["actual"] - known["planned"]).sort_values(kind="stable")
    told = [f"{known.loc[place, series]}, {_against(known.loc[place], says)}" for place in (by.index[0], by.index[-1])]
    return (
        f"Latest: {ways.count('fell')} of {len(ways)} are below plan and {ways.count('rose')} above it, "
        f"from {told[0]}, to {told[1]}."
    )


def _against(row: Any, says: Callable[[float], str]) -> str:
    planned = f"{says(row['planned'])} planned" if pd.notna(row["planned"]) else "no known plan"
    return f"{says(row['actual'])} against {planned}"
