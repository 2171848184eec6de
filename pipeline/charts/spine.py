"""A profile of many indicators: where each value stands in the spread of others, better always to the right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from pipeline.charts.chart import Chart
from pipeline.charts.lettering import SMALL, listed, refuse_without
from pipeline.charts.theme import MUTED, RULE, SERIES, TEXT, look, wrapped

SPREAD = ["lowest", "p25", "p75", "highest"]
COLUMNS = ["group", "indicator", "value_said", "comparator_said", "standing", "value", "comparator", *SPREAD]
DIRECTIONS = ("higher", "lower", "neither")
NO_COMPARISON = "no comparison"

HEAD, GROUP, ROW, KEY = 0.5, 0.32, 0.34, 0.72
"""Inches of height: the heads of the columns, the name of a group, a row (two lines of letters), the key."""
WIDTH, VALUE, COMPARED, CENTRE, HALF = 100.0, 49.0, 63.0, 82.5, 16.0
"""Hundredths of the width: all of it, where the two columns of text end, the middle of the bars and half their span."""
LABEL_LETTERS, SAID_LETTERS = 38, 13
THICK = 0.17
"""Inches of height of a bar."""
HEADING_LETTERS, KEY_LETTERS = 78, 30


class Mark(NamedTuple):
    """Shape and colours of a standing."""

    marker: str
    fill: str
    edge: str


MARKS = {
    "better": Mark("D", SERIES[0], "white"),
    "similar": Mark("o", TEXT, "white"),
    "worse": Mark("s", SERIES[3], "white"),
    "higher": Mark("^", SERIES[2], "white"),
    "lower": Mark("v", SERIES[1], "white"),
    "not compared": Mark("o", "white", TEXT),
}


def spine_height(rows: int, groups: int) -> float:
    """Inches a figure needs for so many indicators and groups, with heads and key."""
    return HEAD + GROUP * groups + ROW * rows + KEY


def spine(axes: Axes, frame: pd.DataFrame, *, comparator: str) -> Chart:
    """One row an indicator: bar from lowest to highest, darker from P25 to P75, a mark for the value by its standing.

    `frame` has indicator, group, value, comparator, lowest, p25, p75 and highest (raw numbers, NaN where not known),
    direction (which way is better: "higher", "lower" or "neither"), standing ("better", "similar", "worse",
    "higher", "lower" or "not compared"), value_said and comparator_said (both as written). Each row has its own scale,
    set by what lies furthest from the comparator, which stands in the centre of all; where lower is better the row is
    mirrored. Rows of a group come together, groups in the order they first appear. Made for 7.2 inches of width and
    `spine_height`. Raises ValueError for no rows, a missing column, an unknown standing or direction.
    Source of the form: the spine charts of the public health profiles of England (OHID, Fingertips technical guidance).
    """
    refuse_without(frame, [*COLUMNS, "direction"], "A profile")
    _refuse(frame)
    groups = list(dict.fromkeys(frame["group"]))
    ordered = pd.concat([frame[frame["group"] == name] for name in groups], ignore_index=True)
    with look():
        axes.set_axis_off()
        axes.set_xlim(0, WIDTH)
        axes.set_ylim(HEAD + GROUP * len(groups) + ROW * len(ordered), 0)
        _heads(axes, comparator, set(ordered["direction"]))
        for top, item in _places(ordered):
            if isinstance(item, str):
                axes.text(0, top + GROUP * 0.6, wrapped(item, HEADING_LETTERS, 1), va="center", fontweight="bold")
                axes.hlines(top + GROUP, 0, WIDTH, color=MUTED, linewidth=1)
            else:
                _row(axes, top + ROW / 2, item)
                axes.hlines(top + ROW, 0, WIDTH, color=RULE, linewidth=0.8)
        _key(axes, ordered, comparator)
    return Chart(_alt(ordered, comparator), ordered[COLUMNS])


def _refuse(frame: pd.DataFrame) -> None:
    for column, allowed in (("standing", MARKS), ("direction", DIRECTIONS)):
        strange = sorted(set(frame[column]) - set(allowed))
        if strange:
            raise ValueError(f"A profile does not know the {column} {listed(strange)}.")


def _places(ordered: pd.DataFrame) -> Iterator[tuple[float, str | Mapping[Any, Any]]]:
    """The upper edge, in inches from the top, of each group's name and of each row below it."""
    top, group = HEAD, None
    for row in ordered.to_dict("records"):
        if row["group"] != group:
            group = row["group"]
            yield top, str(group)
            top += GROUP
        yield top, row
        top += ROW


def _heads(axes: Axes, comparator: str, directions: set[str]) -> None:
    look_of: dict[str, Any] = {"fontsize": 8.5, "va": "bottom", "linespacing": 1.05}
    height = HEAD - 0.04
    axes.text(0, height, "Indicator", **look_of)
    axes.text(VALUE, height, "Value", ha="right", **look_of)
    axes.text(COMPARED, height, wrapped(comparator, SAID_LETTERS, 3), ha="right", **look_of)
    axes.text(CENTRE - HALF, height, _side("← worse", "lower", directions), **look_of)
    axes.text(CENTRE + HALF, height, _side("better →", "higher", directions), ha="right", **look_of)


def _side(judged: str, neutral: str, directions: set[str]) -> str:
    """What a side of the bars means; where no way is better, its arrow goes with the plain word."""
    if directions == {"neither"}:
        return judged.replace("worse", neutral).replace("better", neutral)
    return f"{judged}\nor {neutral}" if "neither" in directions else judged


def _row(axes: Axes, middle: float, row: Mapping[Any, Any]) -> None:
    look_of: dict[str, Any] = {"fontsize": 8.5, "va": "center", "linespacing": 1.05}
    axes.text(0, middle, wrapped(row["indicator"], LABEL_LETTERS, 2), **look_of)
    axes.text(VALUE, middle, wrapped(row["value_said"], SAID_LETTERS, 2), ha="right", fontweight="bold", **look_of)
    axes.text(COMPARED, middle, wrapped(row["comparator_said"], SAID_LETTERS, 2), ha="right", **look_of)
    words = _instead(row)
    if words:
        axes.text(CENTRE, middle, words, ha="center", va="center", fontsize=SMALL, color=MUTED)
        return
    at = positions(row)
    if {"lowest", "highest"} <= at.keys():
        _bar(axes, middle, at["lowest"], at["highest"], fill=RULE, label="lowest to highest")
    if {"p25", "p75"} <= at.keys():
        _bar(axes, middle, at["p25"], at["p75"], fill=MUTED, label="p25 to p75")
    axes.vlines(CENTRE, middle - ROW / 2, middle + ROW / 2, color=TEXT, linewidth=1.4, zorder=3)
    if "value" in at:
        mark = MARKS[row["standing"]]
        axes.plot(
            [CENTRE + HALF * at["value"]], [middle], mark.marker, markersize=8, color=mark.fill,
            markeredgecolor=mark.edge, markeredgewidth=1.2, label=row["standing"], zorder=4, clip_on=False,
        )  # fmt: skip


def _bar(axes: Axes, middle: float, one: float, other: float, *, fill: str, label: str) -> None:
    left, right = sorted((CENTRE + HALF * one, CENTRE + HALF * other))
    axes.add_patch(
        Rectangle(
            (left, middle - THICK / 2), right - left, THICK, facecolor=fill, edgecolor=MUTED, linewidth=0.8, label=label
        )
    )


def _instead(row: Mapping[Any, Any]) -> str:
    """The words where a row has nothing to stand in: no comparator, or no others to make a spread."""
    if pd.isna(row["comparator"]):
        return NO_COMPARISON
    if pd.isna(row["lowest"]) or pd.isna(row["highest"]):
        return NO_COMPARISON if row["standing"] == "not compared" else f"{row['standing']}; spread not known"
    return ""


def positions(row: Mapping[Any, Any]) -> dict[str, float]:
    """Where the known numbers of a row stand, from -1 (worst, lowest) by 0 (the comparator) to 1 (best, highest)."""
    known = {name: float(row[name]) for name in ("value", *SPREAD) if pd.notna(row[name])}
    away = {name: number - float(row["comparator"]) for name, number in known.items()}
    span = max((abs(distance) for distance in away.values()), default=0.0) or 1.0
    sign = -1.0 if row["direction"] == "lower" else 1.0
    return {name: sign * distance / span for name, distance in away.items()}


def _key(axes: Axes, ordered: pd.DataFrame, comparator: str) -> None:
    """Below the rows: the standings that occur, then what the bars and the line are."""
    drawn = ordered[[not _instead(row) and pd.notna(row["value"]) for row in ordered.to_dict("records")]]
    handles: list[Any] = [
        Line2D(
            [],
            [],
            linestyle="",
            marker=mark.marker,
            color=mark.fill,
            markersize=7,
            label=name,
            markeredgecolor=TEXT if mark.fill == "white" else mark.fill,
        )
        for name, mark in MARKS.items()
        if name in set(drawn["standing"])
    ]
    handles += [
        Patch(facecolor=RULE, edgecolor=MUTED, linewidth=0.8, label="lowest to highest"),
        Patch(facecolor=MUTED, edgecolor=MUTED, linewidth=0.8, label="middle half of them"),
        Line2D([], [], color=TEXT, linewidth=1.4, label=wrapped(comparator, KEY_LETTERS, 1)),
    ]
    axes.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0, 0), ncols=4, frameon=False,
        fontsize=8.5, borderaxespad=0.3, borderpad=0, columnspacing=1.4, handletextpad=0.5,
    )  # fmt: skip


def _alt(ordered: pd.DataFrame, comparator: str) -> str:
    counts = ordered["standing"].value_counts()
    told = ", ".join(f"{counts[name]} {name}" for name in MARKS if name in counts)
    number = f"{len(ordered)} indicator{'' if len(ordered) == 1 else 's'}"
    return f"Profile of {number} against {comparator}: {told}.{_extremes(ordered)}"


def _extremes(ordered: pd.DataFrame) -> str:
    """The rows furthest to the right and to the left of the comparator, each with what it says."""
    at = pd.Series(
        {
            place: positions(row)["value"]
            for place, row in enumerate(ordered.to_dict("records"))
            if pd.notna(row["value"]) and not _instead(row) and row["direction"] != "neither"
        },
        dtype=float,
    )
    parts = []
    for found, side in ((at[at > 0], "better"), (-at[at < 0], "worse")):
        if len(found):
            row = ordered.iloc[found.idxmax()]
            said = f"{row['value_said']} against {row['comparator_said']}"
            parts.append(f"furthest on the {side} side is {row['indicator']}, {said}")
    told = listed(parts)
    return f" For its spread, {told}." if told else ""
