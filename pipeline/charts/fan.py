"""Fan: what was counted, what is expected, and how far it may be out, month by month."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from pipeline.charts.alt_words import moved
from pipeline.charts.chart import Chart
from pipeline.charts.lettering import name_values
from pipeline.charts.month_lines import (
    End,
    by_month,
    last_known,
    make_room,
    name_below,
    name_ends,
    name_months,
    refuse_crossed,
    said_so_far,
)
from pipeline.charts.theme import MUTED, SERIES, TEXT, look, wrapped
from pipeline.charts.trends import month_starts

COLUMNS = ["month", "observed", "p10", "p25", "p50", "p75", "p90", "plan"]
OUTER, INNER = "#d0dae2", "#9fb3c4"
"""Tints of the first series colour; each band has an edge in the colour itself."""
LABEL_WIDTH = 24
"""Letters of a name on one line."""
AHEAD = {"rose": "rises to", "fell": "falls to", "unchanged": "stays at"}
COLOURS = {"p50": SERIES[0], "plan": SERIES[2]}


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
        make_room(axes, table, ends)
        name_ends(axes, months, ends)
        if (observed := last_known(table, "observed")) is not None:
            name_below(axes, table, "observed", f"Observed {says(observed[1])}")
        name_values(axes.yaxis, says)
        # A name beside the upright axis would have to be read sideways.
        axes.set_title(unit, fontsize=9, fontweight="normal", color=MUTED)
        name_months(axes, months)
        axes.grid(visible=False, axis="x")
    return Chart(_alt(table, says, unit, plan_name), table.dropna(axis=1, how="all"))


def _table(past: pd.DataFrame, ahead: pd.DataFrame, plan: pd.DataFrame | None) -> pd.DataFrame:
    """All that is known of each month in a row, with a column of its own for each line."""
    parts = [past.rename(columns={"value": "observed"}), ahead]
    parts += [] if plan is None else [plan.rename(columns={"value": "plan"})]
    table = by_month([part[[name for name in COLUMNS if name in part]] for part in parts], "a fan")
    table = table.reindex(columns=COLUMNS)
    refuse_crossed(table[["p10", "p25", "p50", "p75", "p90"]])
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
    """The last known value of each line ahead with its name."""
    names = {"p10": "P10", "p25": "P25", "p50": "Median", "p75": "P75", "p90": "P90", "plan": plan_name}
    ends = []
    for column, name in names.items():
        if (known := last_known(table, column)) is not None:
            words = wrapped(f"{name} {says(known[1])}", LABEL_WIDTH)
            ends.append(End(*known, words, COLOURS.get(column, MUTED)))
    return ends


def _alt(table: pd.DataFrame, says: Callable[[float], str], unit: str, plan_name: str) -> str:
    parts = [words for words in (said_so_far(table, "observed", "observed", says), _ahead_said(table, says)) if words]
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


def _ahead_said(table: pd.DataFrame, says: Callable[[float], str]) -> str:
    known = table.dropna(subset=["p50"])
    if known.empty:
        return ""
    last = known.iloc[-1]
    band = f" (P10 to P90 {says(last['p10'])} to {says(last['p90'])})" if last[["p10", "p90"]].notna().all() else ""
    way = AHEAD[moved(known["p50"].iloc[0], last["p50"], says)] if len(known) > 1 else "is"
    return f"the median {way} {says(last['p50'])} in {last['month']:%B %Y}{band}"
