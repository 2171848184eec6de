"""History of statuses: a row for each thing watched, a mark a month, told apart by shape as well as colour."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from pipeline.charts.alt_words import NAMED
from pipeline.charts.chart import Chart
from pipeline.charts.lettering import SMALL, listed, refuse_without
from pipeline.charts.theme import MUTED, SERIES, look, wrapped
from pipeline.charts.trends import mark_months, month_starts

ROW, AROUND = 0.36, 1.15
"""Inches of height of a row, and of the months and the key together."""
LABEL_WIDTH, LABEL_LINES = 40, 2
"""Letters of a line of a label, and lines that fit the height of a row; the table has the name in full."""


class Mark(NamedTuple):
    """How a status looks, and its name in the key."""

    marker: str
    colour: str
    name: str
    size: float


MARKS = {
    "green": Mark("o", SERIES[1], "green", 5),
    "amber": Mark("^", SERIES[3], "amber", 6),
    "red": Mark("s", SERIES[2], "red", 6),
    "not known": Mark("_", MUTED, "not known", 6),
}
"""Circle, triangle and square in colours that stay apart for those who see no red; best to worst."""


def status_grid_height(rows: int) -> float:
    """Inches that a figure of so many rows needs."""
    return AROUND + ROW * rows


def status_grid(axes: Axes, frame: pd.DataFrame, label: str) -> Chart:
    """Months from left to right, the values of `label` from the top in the frame's own order.

    `frame` has `label`, month and status (green, amber, red or not known). Raises ValueError for no rows, a missing
    column, another status or two statuses of one month. The table behind it is the frame.
    """
    refuse_without(frame, [label, "month", "status"], "A grid of statuses")
    strange = sorted(set(frame["status"]) - set(MARKS))
    if strange:
        raise ValueError(f"A grid of statuses does not know {listed(strange)}.")
    if frame.duplicated([label, "month"]).any():
        raise ValueError("A grid of statuses takes one status of each row and month.")
    names = list(dict.fromkeys(frame[label]))
    placed = frame.assign(height=frame[label].map({name: len(names) - place for place, name in enumerate(names)}))
    with look():
        for status, mark in MARKS.items():
            rows = placed[placed["status"] == status]
            axes.plot(
                month_starts(rows["month"]),
                rows["height"],
                mark.marker,
                color=mark.colour,
                markersize=mark.size,
                markeredgewidth=1.6 if mark.marker == "_" else 0.5,
            )
        axes.set_yticks(range(len(names), 0, -1), labels=[wrapped(name, LABEL_WIDTH, LABEL_LINES) for name in names])
        axes.set_ylim(0.4, len(names) + 0.6)
        axes.margins(x=0.02)
        mark_months(axes, month_starts(frame["month"]).drop_duplicates())
        axes.tick_params(axis="y", length=0, labelsize=9)
        axes.grid(visible=False, axis="x")
        _key(axes, set(frame["status"]))
    return Chart(_alt(frame, label, names), frame[[label, "month", "status"]].reset_index(drop=True))


def _key(axes: Axes, there: set[str]) -> None:
    handles = [
        Line2D([], [], linestyle="none", marker=mark.marker, color=mark.colour, markersize=mark.size, label=mark.name)
        for status, mark in MARKS.items()
        if status in there
    ]
    axes.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(0, 1), ncols=len(handles), frameon=False, fontsize=SMALL
    )


def _alt(frame: pd.DataFrame, label: str, names: list[str]) -> str:
    first, last = frame["month"].min(), frame["month"].max()
    known = frame[frame["status"].isin(list(MARKS))].sort_values("month").drop_duplicates(label, keep="last")
    latest = known.set_index(label)["status"]
    begun = frame[frame["month"] == first].set_index(label)["status"]
    red = [str(name) for name in names if latest.get(name) == "red"]
    turned = [name for name in names if latest.get(name) == "red" and begun.get(name) in ("green", "amber")]
    rest = [f"{len(red) - NAMED} more"] if len(red) > NAMED else []
    now = f"{listed([*red[:NAMED], *rest])} red" if red else "nothing red"
    since = f"; {len(turned)} of them turned red since {first:%B %Y}" if turned else ""
    when = "at the end" if (known["month"] == last).all() else "in the latest month known of each"
    rows = f"{len(names)} statuses" if len(names) > 1 else f"the status of {names[0]}"
    return f"Grid of {rows} by month to {last:%B %Y}: {when} {now}{since}."
