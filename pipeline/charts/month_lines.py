"""What charts of lines over months share: one table, room for names right of the lines, and names that never meet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.patheffects import withStroke

from pipeline.charts.alt_words import moved
from pipeline.charts.trends import TWO_YEARS, month_starts
from pipeline.months import months_between

LETTER, BOLD, LINE, BESIDE, AROUND = 0.075, 1.2, 0.15, 0.25, 0.9
"""Inches of a letter (bold ones are so much wider), a line of words, before a name, and about the plot."""
YEARS_NAMED, MONTHS_NAMED = 6, 4
"""How many years or months the axis names at most."""
_BACK: dict[str, Any] = {"arrowstyle": "-", "linewidth": 0.7, "shrinkA": 1, "shrinkB": 0, "relpos": (0, 0.5)}


@dataclass(frozen=True)
class End:
    """The right end of a line, and its name."""

    month: pd.Timestamp
    value: float
    words: str
    colour: str


def by_month(parts: Sequence[pd.DataFrame], chart: str) -> pd.DataFrame:
    """All that is known of each month in a row, from frames with month and columns of their own.

    Raises ValueError where a month is there twice or no figure is known at all; `chart` names what is drawn.
    """
    known = [part.assign(month=pd.to_datetime(part["month"])).set_index("month").astype("float64") for part in parts]
    if any(part.index.has_duplicates for part in known):
        raise ValueError("a month is there twice")
    table = pd.concat(known, axis=1).sort_index()
    if table.isna().all(axis=None):
        raise ValueError(f"{chart} needs at least one month with a figure")
    return table.rename_axis("month").reset_index()


def refuse_crossed(percentiles: pd.DataFrame) -> None:
    """ValueError where a percentile is below one to its left, so that the band would cross itself."""
    if (percentiles.dropna(axis=1, how="all").diff(axis=1) < 0).any(axis=None):
        raise ValueError("a percentile is below a lower one, so the band would cross itself")


def last_known(table: pd.DataFrame, column: str) -> tuple[pd.Timestamp, float] | None:
    """The last month with a figure, and the figure."""
    known = table.dropna(subset=[column])
    return None if known.empty else (known["month"].iloc[-1], float(known[column].iloc[-1]))


def make_room(axes: Axes, table: pd.DataFrame, ends: Sequence[End]) -> None:
    """Leave space right of the lines for their names and below them for a line of words."""
    months, values = month_starts(table["month"]), table.drop(columns="month").to_numpy()
    width, height = inches(axes)
    letters = max((len(line) for end in ends for line in end.words.splitlines()), default=0)
    share = min((letters * LETTER + BESIDE) / width, 0.6) if ends else 0.02
    first, last = months.min(), months.max()
    # A month alone has one before and one after it.
    days = max((last - first).days, 60)
    start = first - pd.Timedelta(days=days * 0.02 if first < last else 30)
    axes.set_xlim(start, start + pd.Timedelta(days=days * 1.02 / (1 - share)))
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    span = max(high - low, abs(high) * 0.02) or 1.0
    axes.set_ylim(low - span * (0.06 + 1.5 * LINE / height), high + span * 0.06)


def inches(axes: Axes) -> tuple[float, float]:
    """Width and height of the plot, about: what the figure has without the room for ticks and their names."""
    figure = axes.figure
    return figure.bbox.width / figure.dpi - AROUND, max(figure.bbox.height / figure.dpi - AROUND, 1.0)


def name_ends(axes: Axes, months: pd.Series, ends: Sequence[End]) -> None:
    """Each name right of its line's end, moved until none meets another, with a thin line back to the end."""
    ends = sorted(ends, key=lambda end: end.value)
    low, high = axes.get_ylim()
    inch = (high - low) / inches(axes)[1]
    heights = [LINE * inch * len(end.words.splitlines()) for end in ends]
    left, right = axes.get_xlim()
    beside = date2num(months.max()) + (right - left) * 0.025
    for end, place in zip(ends, _spread([end.value for end in ends], heights, low, high), strict=True):
        axes.annotate(
            end.words,
            (date2num(end.month.replace(day=1)), end.value),
            xytext=(beside, place),
            va="center",
            color=end.colour,
            fontsize=8.5,
            path_effects=[withStroke(linewidth=2, foreground="white")],
            arrowprops=_BACK | {"color": end.colour},
        )


def name_below(axes: Axes, table: pd.DataFrame, column: str, words: str) -> None:
    """A name below the last point of a column's line and all lines near that, in bold."""
    known = table.dropna(subset=[column])
    months = month_starts(table["month"])
    left, right = axes.get_xlim()
    days, end = date2num(months), date2num(months.loc[known.index[-1]])
    reach = len(words) * LETTER * BOLD * (right - left) / inches(axes)[0]
    before = end - reach > left
    covered = (days >= end - reach) & (days <= end) if before else (days >= end) & (days <= end + reach)
    lowest = float(table.loc[covered].drop(columns="month").min().min())
    place: dict[str, Any] = {
        "xytext": (0, -5),
        "textcoords": "offset points",
        "ha": "right" if before else "left",
        "va": "top",
    }
    axes.annotate(words, (end, lowest), fontsize=8.5, fontweight="bold", **place)


def said_so_far(table: pd.DataFrame, column: str, name: str, says: Callable[[float], str]) -> str:
    """What a column did from its first known month to its last, in words; nothing where none is known."""
    known = table.dropna(subset=[column])
    if known.empty:
        return ""
    first, last = known.iloc[0], known.iloc[-1]
    if len(known) == 1:
        return f"{name} {says(last[column])} in {last['month']:%B %Y}"
    way = moved(first[column], last[column], says)
    ends = f"from {says(first[column])} in {first['month']:%B %Y} to {says(last[column])}"
    return f"{name} {way} {ends} in {last['month']:%B %Y}"


def name_months(axes: Axes, months: pd.Series) -> None:
    """Months or Januaries below the lines only, a few of them named, and none below the names of the lines."""
    span = months_between(months.min(), months.max()) + 1
    if span > TWO_YEARS:
        years = pd.date_range(months.min(), months.max(), freq="YS")
        shown = years[:: -(-len(years) // YEARS_NAMED)]
        axes.set_xticks(date2num(shown), labels=[f"{day:%Y}" for day in shown])
    else:
        shown = pd.date_range(months.min(), months.max(), freq="MS")[:: -(-span // MONTHS_NAMED)]
        axes.set_xticks(date2num(shown), labels=[f"{day:%b}\n{day:%Y}" for day in shown])


def _spread(values: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Middles of labels of these heights, as near to their rising values as leaves none over another.

    They are moved up from the bottom, then down from the top where the last would stand out of the picture.
    """
    places: list[float] = []
    floor = low
    for value, height in zip(values, heights, strict=True):
        places.append(max(value, floor + height / 2))
        floor = places[-1] + height / 2
    ceiling = high
    for number in reversed(range(len(places))):
        places[number] = min(places[number], ceiling - heights[number] / 2)
        ceiling = places[number] - heights[number] / 2
    return places
