"""Training timelines: a line a route, a bar an intake, and a marker where its people are expected in post."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import DateFormatter, YearLocator, date2num
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke

from pipeline.charts.alt_words import NAMED, counted
from pipeline.charts.chart import Chart
from pipeline.charts.lettering import listed
from pipeline.charts.theme import MUTED, RULE, SERIES, TEXT, look, wrapped

LANE, BAR, TEXT_LINE, GAP, STRIP = 0.15, 0.09, 0.15, 0.1, 0.24
"""Inches of a sub-lane, the bar in it, a line of a label, the space around a line, and the strip for today's name."""
AROUND = 0.75
"""Inches of a figure above and below its axes: the key and the years."""
LABEL_WIDTH, YEARS_NAMED = 25, 8
PLOT_SHARE, LETTER, MARKER_ROOM = 0.7, 0.072, 0.09
"""Share of the figure's width that the timelines have, and inches of a letter of 8 points and of a marker."""
BAR_ROOM, NUMBER_ROOM = 0.02, 0.075
"""Shares of the time shown that a sub-lane keeps free after an intake, and after one with a number beside it."""
KINDS: dict[str, dict[str, Any]] = {
    "begun": {"facecolor": SERIES[0], "edgecolor": SERIES[0], "label": "In training, begun"},
    "planned": {"facecolor": "#dbe6ef", "edgecolor": SERIES[0], "hatch": "/////", "label": "In training, planned"},
}
COLUMNS = ["group", "row", "starts", "ends", "arrives", "people", "kind"]


def gantt(axes: Axes, frame: pd.DataFrame, *, today: dt.date) -> Chart:
    """Intakes as bars from start to end, in lines by `row` under their `group`, in the frame's own order.

    `frame` has row, group, starts, ends, arrives (in post; may be missing), people (expected, in people; may be
    missing) and kind ("begun" or "planned"). Intakes of one line that overlap stand in sub-lanes. The figure is to be
    as high as `gantt_height` says. Raises ValueError without intakes, or where a start, an end or a kind makes no
    sense.
    """
    intakes, lines = _placed(_checked(frame))
    with look():
        _draw_bars(axes, intakes)
        first, last = _span(intakes, today)
        year = _year_width(axes, first, last)
        _draw_arrivals(axes, intakes, year)
        _draw_today(axes, today, first, last)
        axes.set_xlim(first, last + 365 * (LETTER * 5 / year))
        axes.set_ylim(lines["bottom"].max(), 0)
        _name_lines(axes, lines)
        _name_years(axes, first, last)
        _draw_key(axes, intakes)
    return Chart(_alt(intakes, pd.Timestamp(today)), intakes[COLUMNS].reset_index(drop=True))


def gantt_height(frame: pd.DataFrame) -> float:
    """Inches that a figure of these intakes needs, so that no bar hides another and no label runs into the next.

    Draw one figure for each group where the whole would be higher than a page.
    """
    return float(_placed(_checked(frame))[1]["bottom"].max()) + AROUND


def _checked(frame: pd.DataFrame) -> pd.DataFrame:
    if frame.empty:
        raise ValueError("there are no intakes to draw")
    if frame[["starts", "ends"]].isna().any(axis=None):
        raise ValueError("an intake has no start or no end, so its bar cannot be drawn")
    if (frame["ends"] < frame["starts"]).any():
        raise ValueError("an intake ends before it starts")
    if unknown := sorted(set(frame["kind"].astype(str)) - set(KINDS)):
        raise ValueError(f"the kind of an intake is begun or planned, not {', '.join(unknown)}")
    return frame


def _placed(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Intakes with lane and height (`y`), and the lines that they stand on with label, top, middle and bottom."""
    days = {name: pd.to_datetime(frame[name]) for name in ("starts", "ends", "arrives")}
    ordered = frame.assign(group=frame["group"].fillna(""), people=frame["people"].astype("float64"), **days)
    ordered = ordered.assign(until=ordered[["ends", "arrives"]].max(axis=1))
    span = float((ordered["until"].max() - ordered["starts"].min()).days)
    shares = ordered["people"].notna().map({True: NUMBER_ROOM, False: BAR_ROOM})
    room = pd.to_timedelta(shares * span, unit="D")
    groups = list(dict.fromkeys(ordered["group"]))
    placed, lines, top = [], [], STRIP
    for group in groups:
        if len(groups) > 1:
            lines.append((wrapped(str(group), LABEL_WIDTH), True, top, top + TEXT_LINE + GAP))
            top = lines[-1][3]
        inside = ordered[ordered["group"] == group]
        for name, rows in inside.groupby("row", sort=False):
            label = wrapped(name, LABEL_WIDTH)
            own = rows.sort_values(["starts", "until"], kind="stable")
            lane = pd.Series(_lanes(own["starts"], own["until"] + room.loc[own.index]), own.index)
            bars, text = (int(lane.max()) + 1) * LANE, len(label.splitlines()) * TEXT_LINE
            height = max(bars, text) + GAP
            placed.append(own.assign(lane=lane, y=top + (height - bars) / 2 + (lane + 0.5) * LANE))
            lines.append((label, False, top, top + height))
            top += height
    made = pd.DataFrame(lines, columns=["label", "heading", "top", "bottom"])
    return pd.concat(placed), made.assign(middle=(made["top"] + made["bottom"]) / 2)


def _lanes(starts: Iterable[pd.Timestamp], until: Iterable[pd.Timestamp]) -> list[int]:
    """The first sub-lane in which each intake, in order of start, meets none before it."""
    free: list[pd.Timestamp] = []
    lanes = []
    for start, end in zip(starts, until, strict=True):
        lane = next((number for number, since in enumerate(free) if since <= start), len(free))
        free[lane : lane + 1] = [end]
        lanes.append(lane)
    return lanes


def _span(intakes: pd.DataFrame, today: dt.date) -> tuple[float, float]:
    """First and last day on the axis: whole years from the first start, and today wherever it is."""
    first = min(intakes["starts"].min(), pd.Timestamp(today))
    last = max(intakes["until"].max(), pd.Timestamp(today))
    return date2num(pd.Timestamp(first.year, 1, 1)), date2num(last)


def _year_width(axes: Axes, first: float, last: float) -> float:
    """Inches of a year on the axis, about: the exact width is known only once all is drawn."""
    return float(axes.figure.bbox.width / axes.figure.dpi) * PLOT_SHARE / max(last - first, 1) * 365


def _draw_bars(axes: Axes, intakes: pd.DataFrame) -> None:
    for kind, style in KINDS.items():
        rows = intakes[intakes["kind"] == kind]
        starts, ends = date2num(rows["starts"]), date2num(rows["ends"])
        axes.barh(rows["y"], ends - starts, left=starts, height=BAR, linewidth=0.8, **style)


def _draw_arrivals(axes: Axes, intakes: pd.DataFrame, year: float) -> None:
    known = intakes.dropna(subset=["arrives"])
    arrives = date2num(known["arrives"])
    axes.hlines(known["y"], date2num(known["ends"]), arrives, color=MUTED, linewidth=1)
    axes.plot(arrives, known["y"], "D", color=SERIES[2], markersize=4.5, linestyle="none")
    for place, row in known.assign(room=_room_after(known)).dropna(subset=["people"]).iterrows():
        said = _people(row["people"])
        if row["room"] / 365 * year >= MARKER_ROOM + len(said) * LETTER:
            axes.annotate(
                said,
                (date2num(known["arrives"].loc[place]), row["y"]),
                xytext=(4.5, 0),
                textcoords="offset points",
                va="center_baseline",
                fontsize=8,
                path_effects=[withStroke(linewidth=2, foreground="white")],
            )


def _room_after(known: pd.DataFrame) -> pd.Series:
    """Days from each arrival to the next intake in its sub-lane; without end where none follows."""
    following = known.groupby(["group", "row", "lane"], sort=False)["starts"].shift(-1)
    days: pd.Series = (following - known["arrives"]).dt.days
    return days.fillna(float("inf"))


def _draw_today(axes: Axes, today: dt.date, first: float, last: float) -> None:
    day = date2num(today)
    axes.axvline(day, color=TEXT, linewidth=1.2, linestyle=(0, (4, 2)))
    late = day > (first + last) / 2
    axes.annotate(
        f"Today, {today.day} {today:%B %Y}",
        (day, 0),
        xytext=(-4 if late else 4, -9),
        textcoords="offset points",
        ha="right" if late else "left",
        va="center",
        fontsize=8.5,
        fontweight="bold",
    )


def _name_lines(axes: Axes, lines: pd.DataFrame) -> None:
    axes.set_yticks(list(lines["middle"]), labels=list(lines["label"]), fontsize=8.5)
    for tick, heading in zip(axes.get_yticklabels(), lines["heading"], strict=True):
        tick.set_fontweight("bold" if heading else "normal")
    axes.hlines(lines["top"], 0, 1, transform=axes.get_yaxis_transform(), color=RULE, linewidth=0.8)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")


def _name_years(axes: Axes, first: float, last: float) -> None:
    years = (last - first) / 365
    axes.xaxis.set_major_locator(YearLocator(max(1, -int(-years // YEARS_NAMED))))
    axes.xaxis.set_minor_locator(YearLocator(max(1, int(years // 40))))
    axes.xaxis.set_major_formatter(DateFormatter("%Y"))
    axes.grid(visible=True, axis="x", which="both")


def _draw_key(axes: Axes, intakes: pd.DataFrame) -> None:
    shown = [Patch(linewidth=0.8, **style) for kind, style in KINDS.items() if (intakes["kind"] == kind).any()]
    marker = Line2D(
        [], [], marker="D", color=SERIES[2], markersize=5, linestyle="none", label="In post, people expected"
    )
    handles = [*shown, marker] if intakes["arrives"].notna().any() else shown
    axes.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=3,
        frameon=False,
        fontsize=8.5,
        borderaxespad=0.2,
        columnspacing=1.4,
    )


def _people(value: float) -> str:
    """People expected: whole numbers, or one decimal under 10."""
    return f"{value:,.0f}" if abs(value) >= 9.95 else f"{value:.1f}"


def _alt(intakes: pd.DataFrame, today: pd.Timestamp) -> str:
    years = f"{intakes['starts'].min().year} to {intakes['until'].max().year}"
    routes = counted(intakes.groupby(["group", "row"]).ngroups, "route")
    planned = int((intakes["kind"] == "planned").sum())
    begin = f", {planned:,} yet to begin" if planned else ", all begun"
    told = f"Timeline of {counted(len(intakes), 'training intake')} on {routes}, {years}{begin}."
    ahead = intakes[intakes["arrives"] > today]
    if ahead.empty:
        return f"{told} Nobody is expected in post after {today:%B %Y}."
    largest = ahead.loc[ahead["people"].idxmax()] if ahead["people"].notna().any() else None
    then = "" if largest is None else f"; most, {_people(largest['people'])}, come from {_source(largest)}"
    return f"{told} {_next_said(ahead)}{then}."


def _next_said(ahead: pd.DataFrame) -> str:
    month = ahead["arrives"].min().to_period("M")
    soon = ahead[ahead["arrives"].dt.to_period("M") == month]
    names = list(dict.fromkeys(soon["row"].astype(str)))
    where = listed(names) if len(names) <= NAMED else counted(len(names), "route")
    people = f"{_people(soon['people'].sum())} people" if soon["people"].notna().any() else "people"
    return f"Next in post are {people} in {month:%B %Y} ({where})"


def _source(row: pd.Series) -> str:
    return f"{row['row']} in {row['arrives']:%B %Y}"
