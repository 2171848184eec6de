"""Fan: what was counted, what is expected, and how far it may be out, month by month."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, MaxNLocator

from pipeline.charts.alt_words import moved
from pipeline.charts.chart import Chart
from pipeline.charts.theme import MUTED, SERIES, TEXT, look, wrapped
from pipeline.charts.trends import TWO_YEARS, month_starts
from pipeline.months import months_between

COLUMNS = ["month", "observed", "p10", "p25", "p50", "p75", "p90", "plan"]
OUTER, INNER = "#d0dae2", "#9fb3c4"
"""Tints of the first series colour; each band has an edge in the colour itself."""
LETTER, BOLD, LINE, BESIDE, AROUND = 0.075, 1.2, 0.15, 0.25, 0.9
"""Inches of a letter (bold ones are so much wider), a line of words, before a name, and about the plot."""
LABEL_WIDTH, YEARS_NAMED, MONTHS_NAMED = 24, 6, 4
"""Letters of a name on one line, and how many years or months the axis names at most."""
AHEAD = {"rose": "rises to", "fell": "falls to", "unchanged": "stays at"}
COLOURS = {"p50": SERIES[0], "plan": SERIES[2]}


_BACK: dict[str, Any] = {"arrowstyle": "-", "linewidth": 0.7, "shrinkA": 1, "shrinkB": 0, "relpos": (0, 0.5)}


@dataclass(frozen=True)
class End:
    """The right end of a line, and its name."""

    month: pd.Timestamp
    value: float
    words: str
    colour: str


def fan(
    axes: Axes,
    past: pd.DataFrame,
    ahead: pd.DataFrame,
    says: Callable[[float], str],
    unit: str,
    *,
    plan: pd.DataFrame | None = None,
    plan_name: str = "Operational plan",
) -> Chart:
    """A line of what was counted, then a median with the band from P10 to P90, all named at their right ends.

    `past` and `plan` have month and value, `ahead` has month, p10, p50 and p90, and may have p25 and p75; months
    without a figure break their line. `says` writes a value in words and `unit` names it. The axis need not begin at
    zero. Raises ValueError where nothing is known, or where a percentile is below a lower one.
    """
    table = _table(past, ahead, plan)
    months, ends = month_starts(table["month"]), _ends(table, says, plan_name)
    with look():
        _draw(axes, months, table)
        _make_room(axes, months, table, ends)
        _name_ends(axes, months, ends)
        _name_observed(axes, months, table, says)
        axes.yaxis.set_major_locator(MaxNLocator(5))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda number, _: says(number)))
        # A name beside the upright axis would have to be read sideways.
        axes.set_title(unit, fontsize=9, fontweight="normal", color=MUTED)
        _name_months(axes, months)
        axes.grid(visible=False, axis="x")
    return Chart(_alt(table, says, unit, plan_name), table.dropna(axis=1, how="all"))


def _table(past: pd.DataFrame, ahead: pd.DataFrame, plan: pd.DataFrame | None) -> pd.DataFrame:
    """All that is known of each month in a row, with a column of its own for each line."""
    parts = [past.rename(columns={"value": "observed"}), ahead]
    parts += [] if plan is None else [plan.rename(columns={"value": "plan"})]
    known = [part[[name for name in COLUMNS if name in part]].set_index("month").astype("float64") for part in parts]
    if any(part.index.has_duplicates for part in known):
        raise ValueError("a month is there twice")
    table = pd.concat(known, axis=1).sort_index().rename_axis("month").reset_index()
    table = table.reindex(columns=COLUMNS)
    if table[COLUMNS[1:]].isna().all(axis=None):
        raise ValueError("a fan needs at least one month with a figure")
    steps = table[["p10", "p25", "p50", "p75", "p90"]].dropna(axis=1, how="all")
    if (steps.diff(axis=1) < 0).any(axis=None):
        raise ValueError("a percentile is below a lower one, so the band would cross itself")
    return table


def _draw(axes: Axes, months: pd.Series, table: pd.DataFrame) -> None:
    for low, high, colour in (("p10", "p90", OUTER), ("p25", "p75", INNER)):
        both = table[[low, high]].notna().all(axis=1)
        if both.sum() == 1:
            width = 9 if low == "p10" else 18
            axes.vlines(months[both], table[low][both], table[high][both], color=colour, linewidth=width)
        elif both.any():
            axes.fill_between(months, table[low], table[high], color=colour, linewidth=0)
            for edge in (low, high):
                axes.plot(months, table[edge], color=SERIES[0], linewidth=0.7, linestyle=":")
    styles: dict[str, dict[str, Any]] = {
        "plan": {"color": SERIES[2], "linestyle": "--", "linewidth": 1.8},
        "p50": {"color": SERIES[0], "linestyle": "-", "linewidth": 1.6},
        "observed": {"color": TEXT, "linestyle": "-", "linewidth": 2.4},
    }
    for column, style in styles.items():
        known = table[column].notna()
        # A single month has no line to draw, so it has a mark.
        axes.plot(months, table[column], marker="o" if known.sum() == 1 else "", markersize=5, **style)


def _ends(table: pd.DataFrame, says: Callable[[float], str], plan_name: str) -> list[End]:
    """The last known value of each line ahead with its name, lowest first."""
    names = {"p10": "P10", "p25": "P25", "p50": "Median", "p75": "P75", "p90": "P90", "plan": plan_name}
    ends = []
    for column, name in names.items():
        known = table.dropna(subset=[column])
        if len(known):
            value = float(known[column].iloc[-1])
            words = wrapped(f"{name} {says(value)}", LABEL_WIDTH)
            ends.append(End(month_starts(known["month"]).iloc[-1], value, words, COLOURS.get(column, MUTED)))
    return sorted(ends, key=lambda end: end.value)


def _make_room(axes: Axes, months: pd.Series, table: pd.DataFrame, ends: Sequence[End]) -> None:
    """Leave space right of the lines for their names and below them for a line of words."""
    width, height = _inches(axes)
    letters = max((len(line) for end in ends for line in end.words.splitlines()), default=0)
    share = min((letters * LETTER + BESIDE) / width, 0.6) if ends else 0.02
    first, last = months.min(), months.max()
    # A month alone has one before and one after it.
    days = max((last - first).days, 60)
    start = first - pd.Timedelta(days=days * 0.02 if first < last else 30)
    axes.set_xlim(start, start + pd.Timedelta(days=days * 1.02 / (1 - share)))
    values = table[COLUMNS[1:]].to_numpy()
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    span = max(high - low, abs(high) * 0.02) or 1.0
    axes.set_ylim(low - span * (0.06 + 1.5 * LINE / height), high + span * 0.06)


def _inches(axes: Axes) -> tuple[float, float]:
    """Width and height of the plot, about: what the figure has without the room for ticks and their names."""
    figure = axes.figure
    return figure.bbox.width / figure.dpi - AROUND, max(figure.bbox.height / figure.dpi - AROUND, 1.0)


def _name_ends(axes: Axes, months: pd.Series, ends: Sequence[End]) -> None:
    """Each name right of its line's end, moved until none meets another, with a thin line back to the end."""
    low, high = axes.get_ylim()
    inch = (high - low) / _inches(axes)[1]
    heights = [LINE * inch * len(end.words.splitlines()) for end in ends]
    left, right = axes.get_xlim()
    beside = date2num(months.max()) + (right - left) * 0.025
    for end, place in zip(ends, _spread([end.value for end in ends], heights, low, high), strict=True):
        axes.annotate(
            end.words,
            (date2num(end.month), end.value),
            xytext=(beside, place),
            va="center",
            color=end.colour,
            fontsize=8.5,
            path_effects=[withStroke(linewidth=2, foreground="white")],
            arrowprops=_BACK | {"color": end.colour},
        )


def _name_observed(axes: Axes, months: pd.Series, table: pd.DataFrame, says: Callable[[float], str]) -> None:
    """The name and last value of what was counted, below its last point and all lines near that."""
    known = table.dropna(subset=["observed"])
    if known.empty:
        return
    words = f"Observed {says(float(known['observed'].iloc[-1]))}"
    left, right = axes.get_xlim()
    days, end = date2num(months), date2num(months.loc[known.index[-1]])
    reach = len(words) * LETTER * BOLD * (right - left) / _inches(axes)[0]
    before = end - reach > left
    covered = (days >= end - reach) & (days <= end) if before else (days >= end) & (days <= end + reach)
    lowest = float(table.loc[covered, COLUMNS[1:]].min().min())
    place: dict[str, Any] = {
        "xytext": (0, -5),
        "textcoords": "offset points",
        "ha": "right" if before else "left",
        "va": "top",
    }
    axes.annotate(words, (end, lowest), fontsize=8.5, fontweight="bold", **place)


def _name_months(axes: Axes, months: pd.Series) -> None:
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


def _alt(table: pd.DataFrame, says: Callable[[float], str], unit: str, plan_name: str) -> str:
    parts = [words for words in (_observed_said(table, says), _ahead_said(table, says)) if words]
    told = f"{unit} by month: {'; '.join(parts)}." if parts else f"{unit} by month."
    known = table.dropna(subset=["plan"])
    if known.empty:
        return told
    last = known.iloc[-1]
    where = ""
    if pd.notna(last["p10"]) and pd.notna(last["p90"]):
        side = "below" if last["plan"] < last["p10"] else "above" if last["plan"] > last["p90"] else "within"
        where = f", {side} that range" if side == "within" else f", {side} the range then"
    return f"{told} {plan_name} has {says(last['plan'])} in {last['month']:%B %Y}{where}."


def _observed_said(table: pd.DataFrame, says: Callable[[float], str]) -> str:
    known = table.dropna(subset=["observed"])
    if known.empty:
        return ""
    first, last = known.iloc[0], known.iloc[-1]
    if len(known) == 1:
        return f"observed {says(last['observed'])} in {last['month']:%B %Y}"
    way = moved(first["observed"], last["observed"], says)
    ends = f"from {says(first['observed'])} in {first['month']:%B %Y} to {says(last['observed'])}"
    return f"observed {way} {ends} in {last['month']:%B %Y}"


def _ahead_said(table: pd.DataFrame, says: Callable[[float], str]) -> str:
    known = table.dropna(subset=["p50"])
    if known.empty:
        return ""
    last = known.iloc[-1]
    band = f" (P10 to P90 {says(last['p10'])} to {says(last['p90'])})" if last[["p10", "p90"]].notna().all() else ""
    way = AHEAD[moved(known["p50"].iloc[0], last["p50"], says)] if len(known) > 1 else "is"
    return f"the median {way} {says(last['p50'])} in {last['month']:%B %Y}{band}"
