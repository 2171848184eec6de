"""Control charts (XmR): the values of each series by month, what is usual for it, and the months that are not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from pipeline.charts.chart import Chart
from pipeline.charts.lettering import PAGE_LETTERS, SMALL, halo, listed, plain, refuse_without
from pipeline.charts.theme import MUTED, SERIES, TEXT, look, wrapped
from pipeline.charts.trends import mark_months, month_starts

Says = Callable[[float], str]

COLUMNS = ["month", "value", "mean", "lower", "upper", "phase", "state"]
TOO_FEW = "too few months for limits"
ROOM = 0.12
"""Space above and below all that is drawn, as a share of what it spans."""
HALF_MONTH = pd.Timedelta(days=15)
APART = 0.24
"""How far the words on the target stand from the latest value, as a share of the height."""

INSIDE = 0.45
"""How far inside the axes those words end, as a share of that."""


class State(NamedTuple):
    """How the points of a state look, what the key calls them, and what the alternative text says of the latest."""

    marker: str
    colour: str
    name: str
    said: str


STATES = {
    "common": State("o", MUTED, "usual variation", "no signal of change"),
    "improving": State("D", SERIES[0], "improving", "a signal of improvement"),
    "concerning": State("s", SERIES[3], "concerning", "a signal of concern"),
    "high": State("^", SERIES[2], "unusually high", "an unusually high value"),
    "low": State("v", SERIES[1], "unusually low", "an unusually low value"),
}
"""Shapes tell the states apart without colour; blue for better and orange for worse is what NHS readers know."""
UNKNOWN = State(".", MUTED, "", TOO_FEW)


def xmr_panels(
    panels: Sequence[Axes],
    points: pd.DataFrame,
    series: str,
    says: Says,
    *,
    targets: Mapping[str, float] | None = None,
    target_name: str = "target",
) -> Chart:
    """A control chart for each value of `series`, in the frame's own order; axes need not begin at zero.

    `points` has `series`, month (month end), value, mean, lower, upper, phase and state: "common", "improving",
    "concerning", "high", "low", or "" where a series has too few months for limits. `says` writes a value in words;
    `targets` holds a value by series. The table behind it is the points, panel by panel and month by month.
    Raises ValueError for no rows, a missing column, an unknown state or another number of panels than series.
    The chart draws the limits and states it is given; it works none out.
    """
    refuse_without(points, [series, *COLUMNS], "A control chart")
    names = list(dict.fromkeys(points[series]))
    _refuse(points, names, panels)
    ordered = pd.concat([points[points[series] == name].sort_values("month") for name in names], ignore_index=True)
    with look():
        for axes, name in zip(panels, names, strict=True):
            target = (targets or {}).get(name, float("nan"))
            _panel(axes, ordered[ordered[series] == name], says, target, target_name)
            axes.set_title(wrapped(name, _letters(axes)))
        _key(panels[0], ordered)
    return Chart(_alt(ordered, series, says, names), ordered[[series, *COLUMNS]])


def _refuse(points: pd.DataFrame, names: list[str], panels: Sequence[Axes]) -> None:
    strange = sorted(set(points["state"]) - {*STATES, ""})
    if strange:
        raise ValueError(f"A control chart does not know the state {listed(strange)}.")
    if len(names) != len(panels):
        raise ValueError(f"A control chart needs one panel a series: {len(names)} series, {len(panels)} panels.")


def _letters(axes: Axes) -> int:
    place = axes.get_subplotspec()
    return PAGE_LETTERS // (place.get_gridspec().ncols if place else 1) - 3


def _panel(axes: Axes, rows: pd.DataFrame, says: Says, target: float, target_name: str) -> None:
    rows = rows.assign(month=month_starts(rows["month"]), value=rows["value"].astype(float))
    axes.plot(rows["month"], rows["value"], color=MUTED, linewidth=1.2, zorder=2)
    for _, phase in rows.groupby("phase", sort=True):
        _limits(axes, phase)
    for state, found in rows.dropna(subset=["value"]).groupby("state", sort=False):
        marker, colour, _, _ = STATES.get(str(state), UNKNOWN)
        size = 4.2 if state in ("common", "") else 5.4
        axes.plot(
            found["month"], found["value"], marker, color=colour, markersize=size, label=state, zorder=3, clip_on=False
        )
    _scale(axes, rows, says, target)
    _gutter(axes, rows, says, target, target_name)
    mark_months(axes, rows["month"].drop_duplicates())
    axes.grid(visible=False, axis="x")
    if rows["mean"].isna().all():
        axes.text(0.02, 0.98, TOO_FEW, transform=axes.transAxes, va="top", fontsize=SMALL, color=MUTED)


def _limits(axes: Axes, phase: pd.DataFrame) -> None:
    """Mean and limits of one phase; a new phase begins new lines, so that the step between them is seen."""
    for column, style, width in (("mean", "-", 1.0), ("lower", "--", 1.0), ("upper", "--", 1.0)):
        if phase[column].notna().any():
            colour = TEXT if column == "mean" else MUTED
            axes.plot(
                phase["month"], phase[column].astype(float), color=colour, linestyle=style, linewidth=width, zorder=1
            )


def _scale(axes: Axes, rows: pd.DataFrame, says: Says, target: float) -> None:
    """Room for limits, target and points; where no value is below zero the axis does not go there either.

    A limit can be worked out below nothing or, for a share, above all: no month can reach it, so the axis ends before.
    """
    seen = pd.concat([rows["value"], pd.Series([target])]).dropna()
    drawn = pd.concat([seen, rows["lower"].astype(float), rows["upper"].astype(float)]).dropna()
    low, high = (float(drawn.min()), float(drawn.max())) if len(drawn) else (0.0, 1.0)
    spare = (high - low) * ROOM or abs(high) * ROOM or 1.0
    bottom, top, whole = low - spare, high + spare, _whole(says)
    if len(seen) and seen.min() >= 0:
        bottom = max(bottom, 0.0)
    if len(seen) and seen.max() <= whole < top:
        top = whole + (whole - bottom) * 0.02
    if rows["mean"].isna().all():
        top += (top - bottom) * ROOM  # for the words that there are no limits
    axes.set_ylim(bottom, top)
    axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda number, _: says(number)))


def _whole(says: Says) -> float:
    """What all of something is where values are shares (1 or 100, by how they are written); endless where not."""
    return next((one for one in (1.0, 100.0) if says(one).replace(".0", "") == "100%"), float("inf"))


def _gutter(axes: Axes, rows: pd.DataFrame, says: Says, target: float, target_name: str) -> None:
    """The latest value beside its point and the target at the end of its line, apart from one another."""
    low, high = axes.get_ylim()
    known = rows.dropna(subset=["value"])
    latest = float("nan")
    if len(known):
        latest = float(known["value"].iloc[-1])
        _beside(axes, known["month"].iloc[-1], latest, says(latest), fontsize=9, fontweight="bold")
    if target == target:
        first, last = rows["month"].min(), rows["month"].max()
        if first == last:  # a single month has no length, and a line needs one
            first, last = first - HALF_MONTH, last + HALF_MONTH
        axes.plot([first, last], [target, target], color=TEXT, linestyle=":", linewidth=1.6, zorder=1)
        beside = len(known) and known["month"].iloc[-1] == rows["month"].max()
        height = _clear_of(latest if beside else float("nan"), target, low, high)
        _beside(axes, last, height, f"{target_name}\n{says(target)}", fontsize=SMALL, linespacing=1.0)


def _clear_of(latest: float, target: float, low: float, high: float) -> float:
    """Where the words on the target stand: at its line, inside the axes, and apart from the latest value."""
    apart = (high - low) * APART
    bottom, top = low + apart * INSIDE, high - apart * INSIDE
    wanted = min(max(target, bottom), top)
    if not abs(wanted - latest) < apart:
        return wanted
    above, below = latest + apart, latest - apart
    return below if above > top or (target < latest and below >= bottom) else above


def _beside(axes: Axes, when: object, height: float, words: str, **look_of: Any) -> None:
    axes.annotate(
        plain(words),
        (when, height),
        xytext=(7, 0),
        textcoords="offset points",
        va="center",
        path_effects=halo(),
        annotation_clip=False,
        **look_of,
    )


def _key(axes: Axes, points: pd.DataFrame) -> None:
    """One key a figure, below the panels, of the states and lines that occur."""
    found = set(points.loc[points["value"].notna(), "state"])
    handles = [
        Line2D([], [], marker=state.marker, color=state.colour, linestyle="", markersize=6, label=state.name)
        for name, state in STATES.items()
        if name in found
    ]
    if points["mean"].notna().any():
        handles.append(Line2D([], [], color=TEXT, linewidth=1, label="mean"))
        handles.append(Line2D([], [], color=MUTED, linestyle="--", linewidth=1, label="process limits"))
    if handles:
        axes.figure.legend(handles=handles, loc="outside lower center", ncols=5, frameon=False, fontsize=8.5)


def _alt(points: pd.DataFrame, series: str, says: Says, names: list[str]) -> str:
    known = points.dropna(subset=["value"])
    first, last = points["month"].min(), points["month"].max()
    when = f"from {first:%B %Y} to {last:%B %Y}" if first != last else f"of {first:%B %Y}"
    if known.empty:
        return f"Control charts {when}: no value is known."
    if len(names) == 1:
        return _alt_of_one(known, f"Control chart of {names[0]} {when}", says)
    latest = known.groupby(series, sort=False).tail(1)
    low, high = known.loc[known["value"].idxmin()], known.loc[known["value"].idxmax()]
    told = "; ".join([*_signals(latest, series, says), *_others(latest, len(names))])
    return (
        f"Control charts of {len(names)} series {when}: in the latest month of each, {told}. Values run from "
        f"{says(low['value'])} ({low[series]}) to {says(high['value'])} ({high[series]}); {_moves(known, series)}."
    )


def _alt_of_one(known: pd.DataFrame, start: str, says: Says) -> str:
    latest, low, high = known.iloc[-1], known["value"].min(), known["value"].max()
    said = STATES.get(latest["state"], UNKNOWN).said
    told = f"{start}: the latest value, {says(latest['value'])} in {latest['month']:%B %Y}, shows {said}."
    if latest["state"] not in STATES:
        told = f"{start}: the latest value is {says(latest['value'])} in {latest['month']:%B %Y}, with {said}."
    if len(known) == 1:
        return told
    return f"{told} Values began at {says(known['value'].iloc[0])} and ran from {says(low)} to {says(high)}."


def _signals(latest: pd.DataFrame, series: str, says: Says) -> list[str]:
    """Each series whose latest value is a signal, by kind of signal."""
    told = []
    for name, state in STATES.items():
        rows = latest[latest["state"] == name]
        if name != "common" and len(rows):
            each = listed(f"{row[series]} ({says(row['value'])})" for row in rows.to_dict("records"))
            told.append(f"{each} show{'s' if len(rows) == 1 else ''} {state.said}")
    return told


def _others(latest: pd.DataFrame, series: int) -> list[str]:
    usual, few = int((latest["state"] == "common").sum()), int((latest["state"] == "").sum())
    parts = [
        (usual, "shows no signal of change", "show no signal of change"),
        (few, f"has {TOO_FEW}", f"have {TOO_FEW}"),
        (series - len(latest), "has no value", "have no value"),
    ]
    return [f"{count} {one if count == 1 else many}" for count, one, many in parts if count]


def _moves(known: pd.DataFrame, series: str) -> str:
    ends = known.groupby(series, sort=False)["value"].agg(["first", "last", "size"])
    ends = ends[ends["size"] > 1]
    rose, fell = int((ends["last"] > ends["first"]).sum()), int((ends["last"] < ends["first"]).sum())
    return f"from first to last month {rose} rose and {fell} fell"
