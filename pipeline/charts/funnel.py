"""Funnel plot: each organisation's value by its size, and how far chance alone would carry it from the average."""

from __future__ import annotations

from collections.abc import Callable
from math import log10
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.textpath import TextPath
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from pipeline.charts.chart import Chart
from pipeline.charts.lettering import SMALL, halo, listed, plain, refuse_without
from pipeline.charts.placement import Box, Place, place_labels, spread_out
from pipeline.charts.theme import MUTED, SERIES, TEXT, look, wrapped

Says = Callable[[float], str]

POINTS = ["label", "value", "size", "own", "outside"]
CURVE = ["size", "centre", "low_95", "high_95", "low_998", "high_998"]
LIMITS = {"low_95": "--", "high_95": "--", "low_998": "-", "high_998": "-"}
MILLION = 1_000_000
MANY_TIMES = 20
"""Where the largest is so many times the smallest, sizes stand on a log scale."""
STEPS = [1, 2, 5, 10]
"""Round steps between marks, so that few of them lose a figure when written."""
LABEL_LETTERS = 28
LABEL = FontProperties(family="DejaVu Sans", weight="bold", size=8.5)
LINE, SPARE = 11.0, 4.0
"""Points: height of a line of a label, and what its box has more than the letters need."""
AXES_SHARE = (0.76, 0.68)
"""Share of a figure's width and height that its axes have, a little less than they get."""
GAP = 0.022
"""Kept clear about a labelled point, as a share of the axes."""


class Mark(NamedTuple):
    """Shape of a point and what the key and the alternative text say of it."""

    marker: str
    name: str
    said: str


MARKS = {
    "": Mark("o", "within the limits", "within the limits"),
    "above": Mark("^", "above the limits", "above the limits"),
    "below": Mark("v", "below the limits", "below the limits"),
    "too few": Mark("X", "too few to judge", "too few to judge"),
}


def funnel(axes: Axes, points: pd.DataFrame, curve: pd.DataFrame, says: Says, unit: str, size_name: str) -> Chart:
    """Values by size about an average, with the limits of 95% and 99.8%; our own organisations filled and named.

    `points` has label, value, size (above zero), own (bool) and outside ("", "above", "below" or "too few"); `curve`
    has size, centre, low_95, high_95, low_998 and high_998, and may have no rows. Points without value or size are in
    the table and not in the picture. Sizes have a log scale where the largest is twenty times the smallest. The table
    is in the order of size. Raises ValueError for no rows, a missing column, an unknown word in outside, or nothing
    known. Source of the form: Spiegelhalter, Funnel plots for comparing institutional performance, Statistics in
    Medicine 2005, 24:1185-1202.
    """
    refuse_without(points, POINTS, "A funnel plot")
    ordered = points.sort_values(["size", "label"], kind="stable", ignore_index=True)
    known = ordered[ordered["size"].astype(float) > 0].dropna(subset=["value"])
    _refuse(points, known, curve)
    line = curve.sort_values("size").astype(float)
    with look():
        _scales(axes, known, line, says)
        _curves(axes, line, says)
        _dots(axes, known)
        _labels(axes, known)
        axes.set_xlabel(plain(size_name))
        axes.annotate(plain(unit), (0, 1), xycoords="axes fraction", xytext=(0, 6), textcoords="offset points")
        axes.grid(visible=False, axis="x")
        _key(axes, known)
    return Chart(_alt(ordered, known, line, says, unit, size_name), ordered[POINTS])


def _refuse(points: pd.DataFrame, known: pd.DataFrame, curve: pd.DataFrame) -> None:
    strange = sorted(set(points["outside"]) - set(MARKS))
    if strange:
        raise ValueError(f"A funnel plot does not know the word {listed(strange)} in outside.")
    missing = [name for name in CURVE if name not in curve.columns]
    if missing:
        raise ValueError(f"The curve of a funnel plot needs {listed(missing)}.")
    if known.empty:
        raise ValueError("A funnel plot has no point with both a value and a size above zero.")


def _size(number: float) -> str:
    """A size short enough to stand beside others: 30,000 or 3 million."""
    if number >= MILLION:
        return f"{number / MILLION:g} million"
    return f"{number:,.0f}" if number >= 1 else f"{number:g}"


def _scales(axes: Axes, known: pd.DataFrame, line: pd.DataFrame, says: Says) -> None:
    small, large = float(known["size"].min()), float(known["size"].max())
    if large >= small * MANY_TIMES:
        axes.set_xscale("log")
        axes.set_xlim(small * 0.8, large * 1.25)
        axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 3.0) if large < small * 1000 else (1.0,)))
        axes.xaxis.set_minor_locator(NullLocator())
    else:
        spare = (large - small) * 0.06 or small * 0.5
        axes.set_xlim(max(small - spare, 0.0), large + spare)
        axes.xaxis.set_major_locator(MaxNLocator(6, steps=STEPS))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda number, _: _size(number)))
    axes.set_ylim(*_heights(known, line[line["size"].between(*axes.get_xlim())]))
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=STEPS))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda number, _: says(number)))


def _heights(known: pd.DataFrame, line: pd.DataFrame) -> tuple[float, float]:
    """The values with some room; limits too, but the wide mouth of a funnel may not press the points together."""
    low, high = float(known["value"].min()), float(known["value"].max())
    span = high - low or abs(high) or 1.0
    bottom, top = low - span * 0.15, high + span * 0.15
    if line["low_998"].notna().any() and line["high_998"].notna().any():
        middle = line.iloc[(line["size"] - float(known["size"].median())).abs().argmin()]
        most = max(high - low, float(middle["high_998"] - middle["low_998"]))
        bottom = min(bottom, max(float(line["low_998"].min()), low - most))
        top = max(top, min(float(line["high_998"].max()), high + most))
    return (max(bottom, 0.0) if low >= 0 else bottom), top


def _curves(axes: Axes, line: pd.DataFrame, says: Says) -> None:
    axes.plot(line["size"], line["centre"], color=TEXT, linewidth=1.2, zorder=1)
    for column, style in LIMITS.items():
        axes.plot(line["size"], line[column], color=MUTED, linestyle=style, linewidth=1.1, zorder=1)
    if line.empty:
        return
    end = line[line["size"] <= axes.get_xlim()[1]].tail(1)
    end = (end if len(end) else line.tail(1)).iloc[0]
    names = {"high_998": "99.8%", "high_95": "95%", "centre": f"average {says(end['centre'])}"}
    low, high = axes.get_ylim()
    names = {column: words for column, words in names.items() if low <= end[column] <= high}
    shares = spread_out([(end[column] - low) / (high - low) for column in names], LINE / _points_of(axes)[1])
    for words, share in zip(names.values(), shares, strict=True):
        axes.annotate(
            plain(words),
            (1, share),
            xycoords="axes fraction",
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=SMALL,
        )


def _dots(axes: Axes, known: pd.DataFrame) -> None:
    for (own, outside), found in known.groupby(["own", "outside"], sort=True):
        axes.plot(
            found["size"].astype(float),
            found["value"].astype(float),
            linestyle="",
            zorder=4 if own else 2,
            clip_on=False,
            label=f"{'own' if own else 'other'} {outside}".strip(),
            **_look_of(bool(own), str(outside)),
        )


def _look_of(own: bool, outside: str) -> dict[str, Any]:
    return {
        "marker": MARKS[outside].marker,
        "markersize": 9 if own else 5,
        "color": SERIES[0] if own else MUTED,
        "markerfacecolor": SERIES[0] if own else "white",
        "markeredgecolor": "white" if own else MUTED,
        "markeredgewidth": 1.0,
    }


def _points_of(axes: Axes) -> Place:
    """Width and height of the axes in points, before they are laid out."""
    place = axes.get_position()
    shares = [min(one, most) for one, most in zip((place.width, place.height), AXES_SHARE, strict=True)]
    whole, dots = axes.figure.bbox, axes.figure.dpi
    return float(whole.width / dots * 72 * shares[0]), float(whole.height / dots * 72 * shares[1])


def _labels(axes: Axes, known: pd.DataFrame) -> None:
    own = known[known["own"].astype(bool)]
    names = [wrapped(name, LABEL_LETTERS, 3) for name in own["label"]]
    points = _shares(axes, own)
    width, height = _points_of(axes)
    sizes = [((_wide(name) + SPARE) / width, (len(name.splitlines()) * LINE + SPARE / 2) / height) for name in names]
    boxes = place_labels(points, sizes, _shares(axes, known[~known["own"].astype(bool)]), GAP)
    for name, point, box in zip(names, points, boxes, strict=True):
        _label(axes, name, point, box)


def _wide(name: str) -> float:
    """Width in points of the longest line of a label, measured on its letters."""
    lines = [line for line in name.splitlines() if line.strip()]
    return max((float(TextPath((0, 0), line, prop=LABEL).get_extents().width) for line in lines), default=0.0)


def _shares(axes: Axes, rows: pd.DataFrame) -> list[Place]:
    """Where points stand, as shares of the axes."""
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    scaled = log10 if axes.get_xscale() == "log" else float
    start, width = scaled(left), scaled(right) - scaled(left)
    return [
        ((scaled(size) - start) / width, (value - low) / (high - low))
        for size, value in zip(rows["size"].astype(float), rows["value"].astype(float), strict=True)
    ]


def _label(axes: Axes, name: str, point: Place, box: Box) -> None:
    """A name in its box, held to the side of its point, with a line to the point where it stands further off."""
    side = "left" if box.left >= point[0] else "right" if box.right <= point[0] else "center"
    anchor = {"left": box.left, "right": box.right, "center": (box.left + box.right) / 2}[side]
    axes.text(
        anchor, (box.bottom + box.top) / 2, name, transform=axes.transAxes, ha=side, va="center", fontproperties=LABEL,
        linespacing=1.05, zorder=5, path_effects=halo(),
    )  # fmt: skip
    if box.distance(point) > GAP * 1.5:
        start = box.nearest(point)[1]
        axes.plot(
            [anchor, point[0]],
            [start, point[1]],
            color=SERIES[0],
            linewidth=0.9,
            transform=axes.transAxes,
            label="_leader",
        )


def _key(axes: Axes, known: pd.DataFrame) -> None:
    """Below the axes: the shapes that occur, and which points are ours."""
    handles = [
        Line2D([], [], linestyle="", label=mark.name, **{**_look_of(False, outside), "markersize": 6})
        for outside, mark in MARKS.items()
        if outside in set(known["outside"])
    ]
    if known["own"].any():
        handles.append(Line2D([], [], linestyle="", label="ours: filled and named", **_look_of(True, "")))
    axes.figure.legend(handles=handles, loc="outside lower center", ncols=4, frameon=False, fontsize=8.5)


def _alt(ordered: pd.DataFrame, known: pd.DataFrame, line: pd.DataFrame, says: Says, unit: str, size_name: str) -> str:
    counts = known["outside"].value_counts()
    parts = [f"{counts.get(outside, 0)} {MARKS[outside].said}" for outside in ("above", "below")]
    parts += [f"{counts['too few']} {MARKS['too few'].said}"] if "too few" in counts else []
    about = f", about an average of {says(line['centre'].median())}" if line["centre"].notna().any() else ""
    number = f"{len(known)} point{'' if len(known) == 1 else 's'}"
    told = f"Funnel plot of {unit} by {size_name}: of {number}, {listed(parts)}{about}"
    if len(known) > 1:
        low, high = known.loc[known["value"].idxmin()], known.loc[known["value"].idxmax()]
        told += f"; values run from {says(low['value'])} ({low['label']}) to {says(high['value'])} ({high['label']})"
    return f"{told}.{_alt_of_own(ordered[ordered['own'].astype(bool)], known, says)}"


def _alt_of_own(own: pd.DataFrame, known: pd.DataFrame, says: Says) -> str:
    """Our own organisations by where they stand."""
    drawn = own.loc[own.index.intersection(known.index)]
    told = [
        f"{listed(_named(rows, says))} {mark.said}"
        for outside, mark in MARKS.items()
        if len(rows := drawn[drawn["outside"] == outside])
    ]
    absent = own.drop(drawn.index)["label"]
    told += [f"{listed(absent)} not known"] if len(absent) else []
    return f" Of our own: {'; '.join(told)}." if told else ""


def _named(rows: pd.DataFrame, says: Says) -> list[str]:
    return [f"{row['label']} ({says(row['value'])})" for row in rows.to_dict("records")]
