"""Roadmap: what is to be done as bars from the start to full effect, in groups, with today marked."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import DateFormatter, YearLocator, date2num
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from pipeline.charts.alt_words import counted
from pipeline.charts.chart import Chart
from pipeline.charts.theme import MUTED, SERIES, TEXT, look, wrapped

COLUMNS = ["group", "label", "starts", "in_full", "under_way"]
ROW, HEAD, AROUND = 0.36, 0.3, 0.85
"""Inches of a bar with its name, of the name of a group, and above and below the axes."""
LINE = 0.14
"""Inches of each line of a name beyond the second."""
LABEL_WIDTH, LABEL_LINES = 46, 4
WAYS: dict[bool, dict[str, Any]] = {
    False: {"facecolor": SERIES[0]},
    True: {"facecolor": SERIES[1], "hatch": "///", "edgecolor": "white"},
}


def roadmap_height(frame: pd.DataFrame) -> float:
    """Inches that a figure of these rows needs."""
    rows = sum(_height(_name(label)) for label in frame["label"])
    return rows + HEAD * int(frame["group"].nunique()) + AROUND


def _name(label: object) -> str:
    return wrapped(label, LABEL_WIDTH, LABEL_LINES)


def _height(name: str) -> float:
    return ROW + LINE * max(0, name.count("\n") - 1)


def roadmap(axes: Axes, frame: pd.DataFrame, *, today: dt.date) -> Chart:
    """Bars from the first day of the month of `starts` to `in_full` (days), under their `group`; hatched `under_way`.

    `frame` also has label; groups and rows stand in the order in which they come. Raises ValueError without rows, or
    where one is in full before it starts.
    """
    if frame.empty:
        raise ValueError("there is nothing to draw on the roadmap")
    if (frame["in_full"] < frame["starts"]).any():
        raise ValueError("a bar is in full before it starts")
    with look():
        height, ticks, names = 0.0, [], []
        for group, rows in frame.groupby("group", sort=False):
            axes.text(-0.01, height + HEAD * 0.62, str(group), transform=axes.get_yaxis_transform(), **_HEADING)
            height += HEAD
            for row in rows.itertuples():
                name = _name(row.label)
                middle = height + _height(name) / 2
                _bar(axes, row, middle)
                ticks.append(middle)
                names.append(name)
                height += _height(name)
        axes.axvline(date2num(today), color=TEXT, linewidth=1, linestyle="--")
        axes.set_ylim(height, 0)
        axes.set_yticks(ticks, labels=names, fontsize=8.5)
        axes.tick_params(axis="y", length=0)
        axes.xaxis.set_major_locator(YearLocator())
        axes.xaxis.set_major_formatter(DateFormatter("%Y"))
        axes.grid(axis="y", visible=False)
        _key(axes, frame, today)
    return Chart(_alt(frame, today), frame[COLUMNS].reset_index(drop=True))


_HEADING: dict[str, Any] = {"fontsize": 9, "fontweight": "bold", "color": TEXT, "va": "center", "ha": "right"}


def _bar(axes: Axes, row: Any, middle: float) -> None:
    # A month is dated by its last day, and what starts in it starts with it.
    starts, in_full = date2num(row.starts.to_period("M").start_time), date2num(row.in_full)
    axes.barh(middle, max(in_full - starts, 20), left=starts, height=0.18, **WAYS[bool(row.under_way)])
    axes.plot(in_full, middle, marker="D", markersize=5, color=MUTED)


def _key(axes: Axes, frame: pd.DataFrame, today: dt.date) -> None:
    names = {False: "To start", True: "Under way"}
    handles: list[Patch | Line2D] = [
        Patch(label=names[way], **WAYS[way]) for way in WAYS if (frame["under_way"] == way).any()
    ]
    handles += [
        Line2D([], [], marker="D", color=MUTED, linestyle="none", markersize=5, label="In full effect"),
        Line2D([], [], color=TEXT, linestyle="--", linewidth=1, label=f"Base month, {today:%B %Y}"),
    ]
    # Of the figure and not of the axes: beside long names it would leave the bars little room.
    axes.figure.legend(handles=handles, loc="outside upper left", ncols=4, frameon=False, fontsize=8.5)


def _alt(frame: pd.DataFrame, today: dt.date) -> str:
    first = frame.loc[frame["in_full"].idxmin()]
    last = frame.loc[frame["in_full"].idxmax()]
    under_way = int(frame["under_way"].sum())
    return (
        f"Roadmap of {counted(len(frame), 'action')}, {under_way} of them under way in {today:%B %Y}. "
        f"The first in full effect is {first['label']} ({first['in_full']:%B %Y}), the last {last['label']} "
        f"({last['in_full']:%B %Y})."
    )
