"""Lines over months, one a series, each named with its last value at its right end."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from matplotlib.axes import Axes

from pipeline.charts.alt_words import moved
from pipeline.charts.chart import Chart
from pipeline.charts.lettering import name_values, plain
from pipeline.charts.month_lines import End, by_month, last_known, make_room, name_ends, name_months
from pipeline.charts.theme import MUTED, SERIES, look, wrapped
from pipeline.charts.trends import month_starts

NBSP = "\N{NO-BREAK SPACE}"
NAME_LETTERS, NAME_LINES = 22, 4
"""Letters in a line of a name at the end of a line, and lines of it at most."""
STYLES = ["-", "--", "-.", ":"]
"""Lines are told apart by these where colours are not seen."""


def month_series(
    axes: Axes, frame: pd.DataFrame, series: str, value: str, says: Callable[[float], str], unit: str
) -> Chart:
    """A line for each value of `series`, in the frame's own order; it has `series`, month and `value`.

    `says` writes a value in words and `unit` names it. The axis need not begin at zero. The table has a row a month and
    a column a series. Raises ValueError for more than four lines, for a month of a line that is there twice, and where
    nothing is known.
    """
    names = [str(name) for name in dict.fromkeys(frame[series])]
    if len(names) > len(SERIES):
        raise ValueError(f"a chart of lines by month has at most {len(SERIES)} lines, and {len(names)} are given")
    parts = [frame.loc[frame[series] == name, ["month", value]].rename(columns={value: name}) for name in names]
    table = by_month(parts, "a chart of lines by month")
    months = month_starts(table["month"])
    with look():
        ends = []
        for number, name in enumerate(names):
            colour = SERIES[number % len(SERIES)]
            style = STYLES[number % len(STYLES)]
            axes.plot(months, table[name], color=colour, linestyle=style, linewidth=2, label=name)
            if (known := last_known(table, name)) is not None:
                ends.append(End(*known, _named(name, says(known[1])), colour))
        make_room(axes, table, ends)
        name_ends(axes, months, ends)
        name_values(axes.yaxis, says)
        axes.set_title(plain(unit), fontsize=9, fontweight="normal", color=MUTED)
        name_months(axes, months)
        axes.grid(visible=False, axis="x")
    return Chart(_alt(table, names, says, unit), table)


def _named(name: str, value: str) -> str:
    """A line's name and last value over lines of few letters, so that the lines have most of the chart's width."""
    return wrapped(f"{name} {value.replace(' ', NBSP)}", NAME_LETTERS, NAME_LINES)


def _alt(table: pd.DataFrame, names: list[str], says: Callable[[float], str], unit: str) -> str:
    """What each line does from its first month to its last."""
    known = [(name, table.dropna(subset=[name])[name]) for name in names if table[name].notna().any()]
    first, last = table["month"].min(), table["month"].max()
    told = [_said(name, float(values.iloc[0]), float(values.iloc[-1]), says) for name, values in known]
    return f"{unit} from {first:%B %Y} to {last:%B %Y}: {'; '.join(told)}."


def _said(name: str, first: float, last: float, says: Callable[[float], str]) -> str:
    way = moved(first, last, says)
    return f"{name} stays at {says(last)}" if way == "unchanged" else f"{name} {way} from {says(first)} to {says(last)}"
