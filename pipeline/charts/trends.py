"""Lines over time, one series a panel, on the months they were counted in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import matplotlib.dates as mdates
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, MaxNLocator

from pipeline.charts.alt_words import NAMED, moved
from pipeline.charts.chart import Chart
from pipeline.charts.lettering import listed
from pipeline.charts.theme import MUTED, SERIES, look, wrapped

TITLE_WIDTH = 20
"""Letters of a panel's title on one line, three panels to a row."""
TWO_YEARS = 24
MOST_MARKS = 4
"""Years named on an axis, which are shorter than months and stand closer."""
EACH_NAMED = 3
"""Months up to which each has its own mark; left to itself the axis would count days."""


def trend_panels(
    panels: Sequence[Axes],
    frame: pd.DataFrame,
    series: str,
    when: str,
    value: str,
    says: Callable[[float], str],
    *,
    target: float | None = None,
    target_name: str = "",
) -> Chart:
    """A panel for each value of `series` in the frame's own order, each from zero, with first and last value written.

    `says` writes a value in words; `target` draws a dashed line that the first panel names.
    """
    names = list(dict.fromkeys(frame[series]))
    with look():
        for number, (axes, name) in enumerate(zip(panels, names, strict=True)):
            _panel(axes, frame[frame[series] == name].sort_values(when), when, value, says)
            axes.set_title(wrapped(name, TITLE_WIDTH))
            if target is not None:
                axes.axhline(target, color=MUTED, linestyle="--", linewidth=1)
                if number == 0:
                    axes.annotate(
                        target_name,
                        (0, target),
                        xycoords=("axes fraction", "data"),
                        xytext=(2, 3),
                        textcoords="offset points",
                        color=MUTED,
                        fontsize=8,
                    )
    return Chart(_alt(frame, series, when, value, says, names), frame[[series, when, value]].reset_index(drop=True))


def _panel(axes: Axes, rows: pd.DataFrame, when: str, value: str, says: Callable[[float], str]) -> None:
    rows = rows.assign(**{when: month_starts(rows[when])})
    axes.plot(rows[when], rows[value].astype(float), color=SERIES[0], linewidth=2)
    known = rows.dropna(subset=[value])
    top = float(known[value].max()) if len(known) else 1.0
    axes.set_ylim(0, top * 1.28 or 1)
    for nearby, place, align in _ends(known):
        when_at, value_at = nearby[when].iloc[place], float(nearby[value].iloc[place])
        axes.plot([when_at], [value_at], marker="o", color=SERIES[0], markersize=5)
        # Above the highest point nearby, so that the line never runs through the number.
        axes.annotate(
            says(value_at),
            (when_at, float(nearby[value].max())),
            xytext=(0, 6),
            textcoords="offset points",
            ha=align,
            fontweight="bold",
            fontsize=9,
            path_effects=[withStroke(linewidth=3, foreground="white")],
        )
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda number, _: says(number)))
    mark_months(axes, rows[when].drop_duplicates())
    axes.grid(visible=False, axis="x")


def month_starts(months: pd.Series) -> pd.Series:
    """The first day of each month, where it is drawn: a month end would stand at the mark of the month after it."""
    days: pd.Series = months.dt.to_period("M").dt.start_time
    return days


def mark_months(axes: Axes, months: pd.Series) -> None:
    """Name a few months on the axis, or each where there are three or fewer; years where there are more than two."""
    if len(months) <= EACH_NAMED:
        axes.set_xticks(list(months), labels=[f"{month:%b}\n{month:%Y}" for month in months])
        return
    first, last = months.min(), months.max()
    span = (last.year - first.year) * 12 + last.month - first.month + 1
    if span <= TWO_YEARS:
        step = next(step for step in (1, 2, 3, 4, 6, 12) if span <= step * EACH_NAMED)
        axes.xaxis.set_major_locator(mdates.MonthLocator(bymonth=range(1, 13, step)))
        axes.xaxis.set_major_formatter(mdates.DateFormatter("%b\n%Y"))
    else:
        step = next(step for step in (1, 2, 5, 10, 20) if span <= step * 12 * MOST_MARKS)
        axes.xaxis.set_major_locator(mdates.YearLocator(step))
        axes.xaxis.set_major_formatter(mdates.DateFormatter("%Y"))


def _ends(known: pd.DataFrame) -> list[tuple[pd.DataFrame, int, str]]:
    """The points near the first and the last one, which of them that is, and where its number stands."""
    if len(known) < 2:
        return [(known, 0, "center")] if len(known) else []
    quarter = max(1, len(known) // 4)
    return [(known.head(quarter), 0, "left"), (known.tail(quarter), -1, "right")]


def _alt(
    frame: pd.DataFrame, series: str, when: str, value: str, says: Callable[[float], str], names: list[object]
) -> str:
    known = [(name, frame[frame[series] == name].dropna(subset=[value]).sort_values(when)[value]) for name in names]
    lines = [(str(name), float(rows.iloc[0]), float(rows.iloc[-1]), len(rows)) for name, rows in known if len(rows)]
    first, last = frame[when].min(), frame[when].max()
    when_said = (
        "" if pd.isna(first) else f" from {first:%B %Y} to {last:%B %Y}" if first != last else f" of {first:%B %Y}"
    )
    if not lines:
        return f"Line charts{when_said}: no figure is known."
    if len(lines) > NAMED:
        return f"Line charts{when_said}{_summed_up(lines, says)}"
    return f"Line charts{when_said}: {'; '.join(_line_said(*line, says) for line in lines)}."


def _line_said(name: str, first: float, last: float, months: int, says: Callable[[float], str]) -> str:
    if months == 1:
        return f"{name} {says(first)}"
    way = moved(first, last, says)
    return f"{name} {way} at {says(last)}" if way == "unchanged" else f"{name} {way} from {says(first)} to {says(last)}"


def _summed_up(lines: list[tuple[str, float, float, int]], says: Callable[[float], str]) -> str:
    """Of many series: how many rose and fell, and which are highest and lowest now."""
    ways = [moved(first, last, says) for _, first, last, months in lines if months > 1]
    trend = listed([f"{ways.count(way)} {way}" for way in ("rose", "fell", "unchanged") if way in ways])
    high, low = (pick(lines, key=lambda line: line[2]) for pick in (max, min))
    told = f": {trend}" if trend else ""
    return (
        f", {len(lines)} series{told}. The latest value is highest for {high[0]}, {says(high[2])}, "
        f"and lowest for {low[0]}, {says(low[2])}."
    )
