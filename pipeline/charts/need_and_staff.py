"""Need and staff: staff in post so far, then staff needed against staff there will be, month by month."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.transforms import ScaledTranslation

from pipeline.charts.chart import Chart
from pipeline.charts.lettering import halo, listed, name_values, plain
from pipeline.charts.month_lines import (
    LETTER,
    LINE,
    End,
    by_month,
    inches,
    last_known,
    make_room,
    name_below,
    name_ends,
    name_months,
    refuse_crossed,
    said_so_far,
)
from pipeline.charts.theme import MUTED, SERIES, TEXT, look
from pipeline.charts.trends import month_starts

Says = Callable[[float], str]

PERCENTILES = ["p10", "p50", "p90"]
SHADE = 0.17
"""Share of a band's own colour in it: both show where they lie on one another, each with an edge of its own."""
APART = 9
"""Points from one to the other of two bands that are a single month each."""


class Band(NamedTuple):
    """How a band and its middle line look."""

    name: str
    colour: str
    style: str
    aside: int


BANDS = [Band("needed", SERIES[2], "--", -1), Band("there", SERIES[0], "-", 0)]


def need_and_staff(
    axes: Axes,
    past: pd.DataFrame,
    needed: pd.DataFrame,
    there: pd.DataFrame,
    says: Says,
    unit: str,
    *,
    planned: pd.DataFrame | None = None,
) -> Chart:
    """Staff in post, then a band each of staff needed and staff there will be, named with their figures at the end.

    `past` and `planned` have month and wte, `needed` and `there` month, p10, p50 and p90; each may be empty. The plan's
    line ends with a mark, and says when where that is before the last month. Months without a figure break their line.
    `says` writes a value in words and `unit` names it. The axis need not begin at zero. The table has a row a month
    with in_post, needed_p10 to needed_p90, there_p10 to there_p90 and planned, as far as known. Raises ValueError where
    nothing is known, a month is there twice, or a percentile is below a lower one.
    """
    table = _table(past, needed, there, planned)
    months = month_starts(table["month"])
    with look():
        _draw(axes, months, table)
        ends, plan = _ends(table, says), _plan_end(table, says)
        make_room(axes, table, ends)
        if plan is not None and not _name_within(axes, table, plan):
            ends.append(plan)
            make_room(axes, table, ends)
        name_ends(axes, months, ends)
        if (now := last_known(table, "in_post")) is not None:
            name_below(axes, table, "in_post", plain(f"in post {says(now[1])}"))
        name_values(axes.yaxis, says)
        # A name beside the upright axis would have to be read sideways.
        axes.set_title(plain(unit), fontsize=9, fontweight="normal", color=MUTED)
        name_months(axes, months)
        axes.grid(visible=False, axis="x")
    return Chart(_alt(table, says, unit), table.dropna(axis=1, how="all"))


def _table(past: pd.DataFrame, needed: pd.DataFrame, there: pd.DataFrame, planned: pd.DataFrame | None) -> pd.DataFrame:
    """All that is known of each month in a row, with a column of its own for each line and edge."""
    parts = [past[["month", "wte"]].rename(columns={"wte": "in_post"})]
    for band, frame in zip(BANDS, (needed, there), strict=True):
        refuse_crossed(frame[PERCENTILES].astype("float64"))
        parts.append(frame[["month", *PERCENTILES]].rename(columns=dict(zip(PERCENTILES, _columns(band), strict=True))))
    empty = past.head(0) if planned is None else planned
    return by_month([*parts, empty[["month", "wte"]].rename(columns={"wte": "planned"})], "a chart of need and staff")


def _columns(band: Band) -> list[str]:
    return [f"{band.name}_{percentile}" for percentile in PERCENTILES]


def _draw(axes: Axes, months: pd.Series, table: pd.DataFrame) -> None:
    for band in BANDS:
        _band(axes, months, table, band)
    # A single month has no line to draw, so it has a mark.
    single = "o" if table["in_post"].notna().sum() == 1 else ""
    axes.plot(months, table["in_post"], color=TEXT, linewidth=2.4, marker=single, markersize=5, label="in post")
    axes.plot(months, table["planned"], color=MUTED, linestyle="-.", linewidth=1.8, label="planned")
    if (last := last_known(table, "planned")) is not None:
        axes.plot([last[0].replace(day=1)], [last[1]], color=MUTED, marker="s", markersize=6, label="end of plan")


def _band(axes: Axes, months: pd.Series, table: pd.DataFrame, band: Band) -> None:
    low, middle, high = (table[column] for column in _columns(band))
    both = low.notna() & high.notna()
    look_of: dict[str, Any] = {"color": band.colour, "linestyle": band.style}
    if both.sum() > 1:
        axes.fill_between(months, low, high, color=band.colour, alpha=SHADE, linewidth=0, label=band.name)
        for edge in (low, high):
            axes.plot(months, edge, linewidth=0.7, label="_edge", **look_of)
    # Both bands of a single month would stand on one another.
    alone = middle.notna().sum() == 1
    aside = APART * band.aside / 72 if alone else 0
    shifted = axes.transData + ScaledTranslation(aside, 0, axes.figure.dpi_scale_trans)
    if both.sum() == 1:
        axes.vlines(months[both], low[both], high[both], color=band.colour, linewidth=3, transform=shifted)
    marked: dict[str, Any] = {"marker": "o" if alone else "", "markersize": 7, "markerfacecolor": "white"}
    axes.plot(months, middle, linewidth=2, transform=shifted, label=band.name, **look_of, **marked)


def _ends(table: pd.DataFrame, says: Says) -> list[End]:
    """The last known value of each line ahead with its name; below it the range."""
    ends = []
    for band in BANDS:
        if (known := last_known(table, f"{band.name}_p50")) is not None:
            between = _range(table, band, known[0], says)
            words = f"{band.name} {says(known[1])}" + (f"\n{between}" if between else "")
            ends.append(End(*known, plain(words), band.colour))
    return ends


def _plan_end(table: pd.DataFrame, says: Says) -> End | None:
    """The last month of the plan, and when that is where it is before the last month of all."""
    if (known := last_known(table, "planned")) is None:
        return None
    early = f" in {known[0]:%B %Y}" if known[0] < table["month"].max() else ""
    return End(*known, plain(f"planned {says(known[1])}{early}"), MUTED)


def _name_within(axes: Axes, table: pd.DataFrame, end: End) -> bool:
    """A name above all lines near the month of a line that ends early, where it fits beside that month.

    It stands on the side where the lines are lower; at the right edge its leader would run along other lines.
    """
    left, right = axes.get_xlim()
    days, at = date2num(month_starts(table["month"])), date2num(end.month.replace(day=1))
    reach = len(end.words) * LETTER * (right - left) / inches(axes)[0]
    sides = {"right": (at - reach, at), "left": (at, at + reach)}
    fits = {side: span for side, span in sides.items() if left < span[0] and span[1] < days.max()}
    tops = {
        side: float(table.loc[(days >= start) & (days <= stop)].drop(columns="month").max().max())
        for side, (start, stop) in fits.items()
    }
    if not tops:
        return False
    side = min(tops, key=lambda one: tops[one])
    place: dict[str, Any] = {"xytext": (0, 5), "textcoords": "offset points", "ha": side, "va": "bottom"}
    axes.annotate(end.words, (at, tops[side]), fontsize=8.5, color=end.colour, path_effects=halo(), **place)
    low, high = axes.get_ylim()
    line = (high - low) * LINE / inches(axes)[1]
    axes.set_ylim(low, max(high, tops[side] + 2 * line))
    axes.plot([at, at], [end.value, tops[side] + line / 3], color=end.colour, linewidth=0.7, label="_leader")
    return True


def _range(table: pd.DataFrame, band: Band, month: pd.Timestamp, says: Says) -> str:
    """The values from P10 to P90 of a month in words, nothing where they are not known or read the same."""
    low, _, high = table.set_index("month").loc[month, _columns(band)]
    known = pd.notna(low) and pd.notna(high) and says(low) != says(high)
    return f"{says(low)} to {says(high)}" if known else ""


def _alt(table: pd.DataFrame, says: Says, unit: str) -> str:
    parts = [words for words in (said_so_far(table, "in_post", "in post", says), _bands_said(table, says)) if words]
    told = f"{unit} by month: {'; '.join(parts)}." if parts else f"{unit} by month."
    if (last := last_known(table, "planned")) is None:
        return told
    row = table.set_index("month").loc[last[0]]
    then = [f"{says(row[f'{band.name}_p50'])} {band.name}" for band in BANDS if pd.notna(row[f"{band.name}_p50"])]
    against = f" against {listed(then)} then" if then else ""
    return f"{told} The plan has {says(last[1])} in {last[0]:%B %Y}{against}."


def _bands_said(table: pd.DataFrame, says: Says) -> str:
    """Both bands at their ends, with the month once where it is the same."""
    told, when = [], []
    for band in BANDS:
        if (known := last_known(table, f"{band.name}_p50")) is not None:
            between = _range(table, band, known[0], says)
            told.append(f"{says(known[1])} {band.name}" + (f" (P10 to P90 {between})" if between else ""))
            when.append(f"in {known[0]:%B %Y}")
    if len(set(when)) == 1:
        return f"{when[0]} {listed(told)}"
    return listed([f"{month} {words}" for month, words in zip(when, told, strict=True)])
