"""Three bars a group: staff needed, staff planned and staff there will be, with the ranges of what is not certain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from pipeline.charts.alt_words import NAMED
from pipeline.charts.chart import Chart
from pipeline.charts.lettering import listed, name_values, plain, refuse_without
from pipeline.charts.theme import MUTED, SERIES, TEXT, look, wrapped

Says = Callable[[float], str]

NO_PLAN, NOT_KNOWN = "no plan", "not known"
BAR, STEP, HEAD, GAP, FOOT = 0.2, 0.25, 0.27, 0.14, 0.75
"""Inches of a bar, from one to the next, of a group's name, between groups, and of the axis with its words."""
PANEL = HEAD + 3 * STEP + GAP
TITLE_LETTERS = 54
"""Letters of a group's name, which stands on one line over its bars."""
PARTS: dict[str, dict[str, Any]] = {
    "needed": {"facecolor": "white", "edgecolor": SERIES[2], "hatch": "/////"},
    "planned": {"facecolor": "white", "edgecolor": MUTED},
    "there": {"facecolor": SERIES[0], "edgecolor": SERIES[0]},
}
"""Hatched, hollow and filled, from the top; the colours are those of the lines by month."""
COLUMNS = ["needed_p10", "needed_p50", "needed_p90", "planned", "there_p10", "there_p50", "there_p90"]


def three_bars_height(groups: int) -> float:
    """Inches a figure of the width of a page needs for so many groups."""
    return FOOT + groups * PANEL


def three_bars(axes: Axes, frame: pd.DataFrame, group: str, says: Says, unit: str) -> Chart:
    """Bars from zero of staff needed, planned and there for each `group`, in the order of the frame, each named.

    `frame` has `group`, needed_p10, needed_p50, needed_p90, planned, there_p10, there_p50 and there_p90; a group
    without a plan has NaN, two bars and the words "no plan". Bars are medians, whiskers go from P10 to P90 where both
    are known. `says` writes a value in words. Raises ValueError for no rows, a missing column or no known value.
    """
    refuse_without(frame, [group, *COLUMNS], "A chart of three bars")
    table = frame[[group, *COLUMNS]].reset_index(drop=True).astype(dict.fromkeys(COLUMNS, "float64"))
    if table[COLUMNS].isna().all(axis=None):
        raise ValueError("A chart of three bars has no known value to draw.")
    with look():
        for number, row in enumerate(table.to_dict("records")):
            _group(axes, number * PANEL, str(row[group]), row)
        _scale(axes, table, says)
        axes.set_xlabel(plain(unit))
        axes.axvline(0, color=TEXT, linewidth=1)
        # Left of the bars no whisker can reach the words, and a narrow screen shows them first.
        axes.set_yticks(*_names(table, says), fontsize=9.5)
        axes.tick_params(axis="y", length=0)
        axes.grid(visible=False, axis="y")
        axes.spines["left"].set_visible(False)
    return Chart(_alt(table, group, says, unit), table)


def _group(axes: Axes, top: float, name: str, row: Mapping[str, Any]) -> None:
    """The name of a group, then its three bars below one another."""
    axes.annotate(
        wrapped(name, TITLE_LETTERS, 1), (0, top + HEAD / 2), xycoords=("axes fraction", "data"), va="center",
        fontsize=10, fontweight="bold",
    )  # fmt: skip
    for place, (part, style) in enumerate(PARTS.items()):
        height = _height(top, place)
        low, middle, high = _values(row, part)
        if middle == middle:
            axes.barh(height, middle, height=BAR, linewidth=1, label=part, **style)
        if low == low and high == high:
            _whisker(axes, low, high, height)


def _height(top: float, place: int) -> float:
    return top + HEAD + (place + 0.5) * STEP


def _names(table: pd.DataFrame, says: Says) -> tuple[list[float], list[str]]:
    """Where each bar stands, and its word and figure."""
    named = [
        (_height(number * PANEL, place), plain(_said(row, part, says)))
        for number, row in enumerate(table.to_dict("records"))
        for place, part in enumerate(PARTS)
    ]
    return [height for height, _ in named], [words for _, words in named]


def _values(row: Mapping[str, Any], part: str) -> tuple[float, float, float]:
    """P10, P50 and P90 of a part; what is planned has no range."""
    if part == "planned":
        return float("nan"), row["planned"], float("nan")
    return row[f"{part}_p10"], row[f"{part}_p50"], row[f"{part}_p90"]


def _said(row: Mapping[str, Any], part: str, says: Says) -> str:
    value = _values(row, part)[1]
    if value == value:
        return f"{part} {says(value)}"
    return NO_PLAN if part == "planned" else f"{part} {NOT_KNOWN}"


def _whisker(axes: Axes, low: float, high: float, height: float) -> None:
    """A line from P10 to P90 with caps, in white outside so that it shows on a bar as well."""
    around = [withStroke(linewidth=3.4, foreground="white")]
    axes.plot([low, high], [height, height], color=TEXT, linewidth=1.4, path_effects=around, label="_whisker")
    axes.plot(
        [low, high], [height, height], linestyle="", marker="|", markersize=8, markeredgewidth=1.4, color=TEXT,
        path_effects=around, label="_caps",
    )  # fmt: skip


def _scale(axes: Axes, table: pd.DataFrame, says: Says) -> None:
    """Zero is always on the axis, and what is furthest from it not on the edge."""
    low, high = min(0.0, float(table[COLUMNS].min().min())), max(0.0, float(table[COLUMNS].max().max()))
    spare = (high - low or 1.0) * 0.03
    axes.set_xlim(low - spare if low < 0 else 0, high + spare)
    axes.set_ylim(len(table) * PANEL, 0)
    name_values(axes.xaxis, says)


def _alt(table: pd.DataFrame, group: str, says: Says, unit: str) -> str:
    """Every bar of a few groups; then, of any number, the group where need is furthest above staff there will be."""
    rows = table.to_dict("records")
    told = [f"{row[group]} {listed([_said(row, part, says) for part in PARTS])}" for row in rows]
    start = f"Bars of {unit}: {'; '.join(told)}." if len(rows) <= NAMED else f"Bars of {unit} for {len(rows)} groups."
    short = (table["needed_p50"] - table["there_p50"]).dropna()
    if short.empty:
        return start
    if short.max() <= 0:
        return f"{start} In no group is more needed than there."
    lead = "Needed is furthest above there in" if (short > 0).sum() > 1 else "Needed is above there in"
    row = rows[short.idxmax()]
    return f"{start} {lead} {row[group]}, {listed([_with_range(row, part, says) for part in ('needed', 'there')])}."


def _with_range(row: Mapping[str, Any], part: str, says: Says) -> str:
    low, _, high = _values(row, part)
    between = f" (P10 to P90 {says(low)} to {says(high)})" if low == low and high == high else ""
    return f"{_said(row, part, says)}{between}"
