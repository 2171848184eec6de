"""Small waterfalls: how one total of each pillar becomes another, the same parts in every panel and one scale."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

from pipeline.charts.alt_words import NAMED
from pipeline.charts.chart import Chart
from pipeline.charts.lettering import name_values, plain
from pipeline.charts.theme import RULE, look, wrapped
from pipeline.charts.waterfall import level_bars, running_totals, value_limits

Says = Callable[[float], str]

SMALL_PART = 0.5
"""WTE from zero within which a change is not drawn: it would read as none beside whole posts."""
SMALLER = "Smaller parts"
"""The row of all changes that are small in every panel, where together they are not."""
ROW, HEAD, FOOT = 0.32, 0.5, 0.6
"""Inches of a row (two lines of its name), of the names of panels above, and of the axis with its words."""
NAME_LETTERS, LEAST_LETTERS = 23, 6
"""Letters of a part's name on one line, and of a panel's name on one at least."""
LETTERING: dict[str, Any] = {"fontsize": 9, "fontfamily": "DejaVu Sans"}
GAP = 4
"""Points between a panel and its amounts, and between two marks of an axis at least."""
BETWEEN = 16
"""Points about a panel that the layout keeps free."""


def small_waterfalls_height(table: pd.DataFrame) -> float:
    """Inches of height that a row of panels of this table needs, without the parts that are left out."""
    return HEAD + FOOT + ROW * len(_shown(_amounts(table)))


def small_waterfalls(panels: Sequence[Axes], table: pd.DataFrame, says: Says, says_change: Says, unit: str) -> Chart:
    """A panel for each column of `table` (WTE): its first row is the total before, its last the total after.

    The rows between are the changes, drawn in their order and named by the index; a missing one is none. Changes within
    half a WTE of zero in every column are left out, or are one row where their sum is more; one that is so small in
    some columns is not drawn there. The panels have one scale, only the first of a row names the parts, and amounts
    stand in a column right of each. `says` writes a total and `says_change` a change in words. The table behind it has
    every change. Raises ValueError for no column, fewer than two rows, a name that is there twice, a total that is
    missing, and changes that do not add up to the last row.
    """
    amounts = _amounts(table)
    shown = _shown(amounts)
    steps = [_steps(amounts, shown, name) for name in amounts]
    limits = value_limits(pd.concat(steps), 0.03)
    said = [_said(one, says, says_change) for one in steps]
    beside = max(_points(text) for words in said for text in words) + GAP
    names = [wrapped(name, NAME_LETTERS, 2) for name in shown.index]
    with look():
        for axes, name, one, words in zip(panels, amounts, steps, said, strict=True):
            room = _room(axes, names, beside)
            level_bars(axes, one, [row for row, text in enumerate(words) if not text])
            axes.set_xlim(*limits)
            _write(axes, words, beside)
            axes.set_title(_title(name, room + beside), **_lettering(bold=True))
            _name_rows(axes, names)
            _name_amounts(axes, says, room)
        # Once for all panels: below each a long unit would run into the next.
        panels[0].figure.supxlabel(plain(unit), fontsize=9)
    return Chart(_alt(amounts, says, says_change, unit), amounts.rename_axis("part").reset_index())


def _amounts(table: pd.DataFrame) -> pd.DataFrame:
    """The table with a number for every change; what is not known of a total is refused."""
    if len(table.columns) == 0 or len(table) < 2:
        raise ValueError("small waterfalls need at least one column, and a row each for the total before and after")
    if table.index.has_duplicates or table.columns.has_duplicates:
        raise ValueError("a part or a panel is there twice")
    amounts = table.astype("float64")
    amounts.iloc[1:-1] = amounts.iloc[1:-1].fillna(0)
    return amounts


def _small(amounts: pd.DataFrame) -> pd.Series:
    """Which rows are changes too small to draw in every panel."""
    small: pd.Series = (amounts.abs() < SMALL_PART).all(axis=1)
    small.iloc[[0, -1]] = False
    return small


def _shown(amounts: pd.DataFrame) -> pd.DataFrame:
    """The rows that are drawn, with one for all small changes where their sum is not small."""
    small = _small(amounts)
    together = amounts[small].sum()
    if (together.abs() < SMALL_PART).all():
        return amounts[~small]
    return pd.concat([amounts[~small].iloc[:-1], together.rename(SMALLER).to_frame().T, amounts.iloc[-1:]])


def _steps(amounts: pd.DataFrame, shown: pd.DataFrame, name: object) -> pd.DataFrame:
    """Where each drawn row of a panel begins and ends; checked with every change, drawn or not."""
    if SMALLER in shown.index:
        return running_totals(_frame(shown[name]))
    return running_totals(_frame(amounts[name]))[~_small(amounts).to_numpy()].reset_index(drop=True)


def _frame(column: pd.Series) -> pd.DataFrame:
    kinds = ["total", *["change"] * (len(column) - 2), "total"]
    return pd.DataFrame({"label": column.index.astype(str), "amount": column.to_numpy(), "kind": kinds})


def _said(steps: pd.DataFrame, says: Says, says_change: Says) -> list[str]:
    """Each amount in words, and nothing for a change too small to draw."""
    return [
        says(step.amount) if step.kind == "total" else says_change(step.amount) * (abs(step.amount) >= SMALL_PART)
        for step in steps.itertuples()
    ]


def _lettering(*, bold: bool) -> dict[str, Any]:
    return LETTERING | {"fontweight": "bold" if bold else "normal"}


@cache
def _points(text: str) -> float:
    """Width of the widest line of a text in bold, in points."""
    bold = FontProperties(family=LETTERING["fontfamily"], weight="bold")
    lines = [TextPath((0, 0), line, LETTERING["fontsize"], prop=bold) for line in text.splitlines() if line.strip()]
    return max((float(line.get_extents().width) for line in lines), default=0.0)


def _room(axes: Axes, names: Sequence[str], beside: float) -> float:
    """Points that the bars of a panel have from left to right, about."""
    columns = _columns(axes)
    width = axes.figure.bbox.width / axes.figure.dpi * 72 - max(_points(name) for name in names)
    return float(width / columns - beside - BETWEEN)


def _columns(axes: Axes) -> int:
    """How many panels stand side by side."""
    place = axes.get_subplotspec()
    return 1 if place is None else int(place.get_gridspec().ncols)


def _title(name: object, room: float) -> str:
    """A panel's name over its bars and amounts, in two lines of as many letters as have room there."""
    tried = (wrapped(name, letters, 2) for letters in range(len(str(name)) + 1, LEAST_LETTERS, -1))
    return next((title for title in tried if _points(title) <= room), wrapped(name, LEAST_LETTERS, 2))


def _write(axes: Axes, words: Sequence[str], beside: float) -> None:
    """Amounts below one another right of the bars, where no bar can reach them; totals in bold, all on rules."""
    for row, text in enumerate(words):
        axes.annotate(
            plain(text), (1, row), xycoords=("axes fraction", "data"), xytext=(beside, 0),
            textcoords="offset points", ha="right", va="center", annotation_clip=False,
            **_lettering(bold=row in (0, len(words) - 1)),
        )  # fmt: skip
    for edge in range(len(words) - 1):
        axes.axhline(edge + 0.5, color=RULE, linewidth=0.6, zorder=0, label="_rule")
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def _name_rows(axes: Axes, names: Sequence[str]) -> None:
    """The parts, once in a row of panels."""
    place = axes.get_subplotspec()
    first = place is None or place.is_first_col()
    axes.set_yticks(range(len(names)), labels=names if first else [""] * len(names), **_lettering(bold=False))
    for row in (0, -1):
        axes.get_yticklabels()[row].set_fontweight("bold")


def _name_amounts(axes: Axes, says: Says, room: float) -> None:
    """A few values of the axis, or zero alone where they have no room beside one another: the amounts are written."""
    name_values(axes.xaxis, says, 2 if _columns(axes) > 2 else 4)
    axes.tick_params(axis="x", labelsize=LETTERING["fontsize"])
    labels = [label.get_text() for label in axes.get_xticklabels()]
    if sum(_points(label) + GAP for label in labels) > room:
        axes.set_xticks([0], labels=[plain(says(0))])


def _alt(amounts: pd.DataFrame, says: Says, says_change: Says, unit: str) -> str:
    before, after = amounts.index[0], amounts.index[-1]
    start = f"Waterfalls of {unit} from {before} to {after}"
    if len(amounts.columns) <= NAMED:
        return f"{start}: {'; '.join(_panel_said(amounts[name], says, says_change) for name in amounts)}."
    ends = amounts.iloc[-1]
    high, low = (_panel_said(amounts[name], says, says_change) for name in (ends.idxmax(), ends.idxmin()))
    return f"{start}, {len(ends)} in all. The highest and the lowest end: {high}; {low}."


def _panel_said(column: pd.Series, says: Says, says_change: Says) -> str:
    """Both totals and the largest change that is drawn."""
    ends = f"{column.name} {says(column.iloc[0])} to {says(column.iloc[-1])}"
    changes = column.iloc[1:-1]
    if changes.empty or changes.abs().max() < SMALL_PART:
        return ends
    largest = changes.abs().idxmax()
    return f"{ends}, most by {largest} {says_change(changes[largest])}"
