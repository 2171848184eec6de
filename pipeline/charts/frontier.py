"""Frontier: what each option costs against what it closes, and which ones no other beats on both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise, product
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, MaxNLocator
from matplotlib.transforms import ScaledTranslation

from pipeline.charts.alt_words import NAMED, counted
from pipeline.charts.chart import Chart
from pipeline.charts.lettering import listed
from pipeline.charts.theme import MUTED, SERIES, TEXT, look, wrapped

COLUMNS = ["label", "x", "y", "chosen", "on_frontier"]
MOST_NAMED, LABEL_WIDTH = 8, 26
LETTER, LINE, POINT, KEY = 0.085, 0.17, 0.09, 0.22
"""Inches of a bold letter, a line of words, half a point, and from the plot up to the key."""
KINDS: dict[str, dict[str, Any]] = {
    "Chosen": {"marker": "D", "markersize": 10, "markerfacecolor": SERIES[2], "markeredgecolor": SERIES[2]},
    "Best for its cost": {"marker": "o", "markersize": 7, "markerfacecolor": SERIES[0], "markeredgecolor": SERIES[0]},
    "Another brings as much for less": {
        "marker": "o",
        "markersize": 7,
        "markerfacecolor": "white",
        "markeredgecolor": MUTED,
        "markeredgewidth": 1.3,
    },
}
NEAR = 0.15
_STEPS = (0.02, 0.12, 0.3, 0.6, 0.9, 1.3, 1.7)
AWAY = sorted(product(_STEPS, _STEPS), key=lambda away: (max(away), sum(away)))
"""Inches across and up that a name may stand away from its point, the nearest first; beyond NEAR it has a thin line."""
SIDES = ((-1, 1), (-1, 0), (0, 1), (1, 0), (1, -1), (0, -1), (1, 1), (-1, -1))
"""Right and up. Above and left of a staircase is always free, so it comes first."""
Box = tuple[float, float, float, float]
"""Left, bottom, right and top, in inches of the plot."""


class Place(NamedTuple):
    """On which side of its point a name stands (right and up are -1, 0 or 1), and how far away each way in inches."""

    right: int
    up: int
    across: float
    upward: float


def frontier(
    axes: Axes,
    frame: pd.DataFrame,
    says_x: Callable[[float], str],
    says_y: Callable[[float], str],
    x_unit: str,
    y_unit: str,
) -> Chart:
    """Options as points, a staircase along those that no other beats, and the names of up to eight.

    `frame` has label, x (cost), y (what is closed), chosen and on_frontier; an option without a figure is in the data
    and not drawn. The chosen ones are named first, then those on the frontier, then the others, each where it meets no
    point or other name; a name without such a place is left to the table. Raises ValueError without any option, and
    where one on the frontier costs more than another there and closes less.
    """
    options = frame[COLUMNS].reset_index(drop=True).astype({"x": "float64", "y": "float64"})
    known = options.dropna(subset=["x", "y"])
    if known.empty:
        raise ValueError("a frontier needs at least one option with both figures")
    edge = known[known["on_frontier"].astype(bool)].sort_values(["x", "y"])
    if (edge["y"].diff() < 0).any():
        raise ValueError("an option on the frontier costs more than another there and closes less")
    with look():
        axes.set_xlim(*_limits(known["x"], 0.12))
        axes.set_ylim(*_limits(known["y"], 0.18))
        axes.step(edge["x"], edge["y"], where="post", color=SERIES[0], linewidth=1.4)
        _draw_points(axes, known)
        _name_axes(axes, says_x, says_y, x_unit, y_unit)
        _name(axes, known, edge)
    return Chart(_alt(known, edge, says_x, says_y, x_unit, y_unit), options)


def _limits(values: pd.Series, spare: float) -> tuple[float, float]:
    """Ends of an axis that has zero on it, with room for names."""
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    span = high - low or 1.0
    return low - span * (spare if low < 0 else 0.04), high + span * spare


def _kind(known: pd.DataFrame) -> pd.Series:
    first, second, third = KINDS
    kinds = known["on_frontier"].astype(bool).map({True: second, False: third})
    return kinds.mask(known["chosen"].astype(bool), first)


def _draw_points(axes: Axes, known: pd.DataFrame) -> None:
    kinds = _kind(known)
    for kind, style in reversed(KINDS.items()):
        rows = known[kinds == kind]
        if len(rows):
            axes.plot(rows["x"], rows["y"], linestyle="none", label=kind, **style)
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        # Above the name of the upright axis, however long that is.
        bbox_transform=axes.transAxes + ScaledTranslation(0, KEY, axes.figure.dpi_scale_trans),
        ncols=3,
        frameon=False,
        fontsize=8.5,
        borderaxespad=0,
        reverse=True,
        handletextpad=0.2,
        columnspacing=1.2,
    )


def _name(axes: Axes, known: pd.DataFrame, edge: pd.DataFrame) -> None:
    """Names in the order of importance, the greatest y first within a kind."""
    rank = _kind(known).map({kind: number for number, kind in enumerate(KINDS)})
    first = known.assign(rank=rank).sort_values(["rank", "y", "x"], ascending=[True, False, True]).head(MOST_NAMED)
    to_inches, plot = _inches(axes)
    points = [_around(*to_inches(row.x, row.y), POINT, POINT) for row in known.itertuples()]
    names = [wrapped(label, LABEL_WIDTH) for label in first["label"]]
    middles = [to_inches(row.x, row.y) for row in first.itertuples()]
    stairs = _stairs([to_inches(row.x, row.y) for row in edge.itertuples()])
    for row, words, place in zip(first.itertuples(), names, _places(names, middles, points, stairs, plot), strict=True):
        if place is not None:
            _write(axes, row, words, place)


def _write(axes: Axes, row: Any, words: str, place: Place) -> None:
    right, up, across, upward = place
    back: dict[str, Any] = (
        {"arrowprops": {"arrowstyle": "-", "color": MUTED, "linewidth": 0.7}} if max(across, upward) > NEAR else {}
    )
    axes.annotate(
        words,
        (row.x, row.y),
        xytext=(72 * right * (POINT + across), 72 * up * (POINT + upward)),
        textcoords="offset points",
        ha=("right", "center", "left")[right + 1],
        va=("top", "center", "bottom")[up + 1],
        fontsize=8.5,
        fontweight="bold" if row.rank == 0 else "normal",
        color=TEXT,
        path_effects=[withStroke(linewidth=2, foreground="white")],
        **back,
    )


def _inches(axes: Axes) -> tuple[Callable[[float, float], tuple[float, float]], Box]:
    """Where a point of the data stands in the plot, and the plot itself."""
    # Only a layout with the ticks, their names and the key in it says how large the plot is.
    axes.figure.get_figure(root=True).draw_without_rendering()
    drawn = axes.get_window_extent()
    width, height = drawn.width / axes.figure.dpi, drawn.height / axes.figure.dpi
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()

    def to_inches(x: float, y: float) -> tuple[float, float]:
        return (x - left) / (right - left) * width, (y - bottom) / (top - bottom) * height

    return to_inches, (0.0, 0.0, width, height)


def _around(x: float, y: float, half_width: float, half_height: float) -> Box:
    return x - half_width, y - half_height, x + half_width, y + half_height


def _meets(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _inside(one: Box, plot: Box) -> bool:
    return one[0] >= plot[0] and one[1] >= plot[1] and one[2] <= plot[2] and one[3] <= plot[3]


def _stairs(points: Sequence[tuple[float, float]]) -> list[Box]:
    """The level and the upright part of each step, as thin boxes."""
    thin = 0.01
    return [
        box
        for (x, y), (next_x, next_y) in pairwise(points)
        for box in ((x, y - thin, next_x, y + thin), (next_x - thin, y, next_x + thin, next_y))
    ]


def _places(
    names: Sequence[str], points: Sequence[tuple[float, float]], taken: list[Box], stairs: Sequence[Box], plot: Box
) -> list[Place | None]:
    """The first free place for each name in turn, off the staircase if there is one, or None."""
    taken = list(taken)
    places: list[Place | None] = []
    for words, point in zip(names, points, strict=True):
        free = {
            place: box
            for place in (Place(*side, *away) for away, side in product(AWAY, SIDES))
            if _inside(box := _box(words, point, place), plot) and not any(_meets(box, other) for other in taken)
        }
        clear = [place for place, box in free.items() if not any(_meets(box, step) for step in stairs)]
        best = next(iter([*clear, *free]), None)
        taken += [free[best]] if best else []
        places.append(best)
    return places


def _box(words: str, point: tuple[float, float], place: Place) -> Box:
    """What a name covers when it stands on that side of its point."""
    lines = words.splitlines()
    half_width, half_height = max(map(len, lines)) * LETTER / 2, len(lines) * LINE / 2
    x = point[0] + place.right * (POINT + place.across + half_width)
    y = point[1] + place.up * (POINT + place.upward + half_height)
    return _around(x, y, half_width, half_height)


def _name_axes(
    axes: Axes, says_x: Callable[[float], str], says_y: Callable[[float], str], x_unit: str, y_unit: str
) -> None:
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda number, _: says_x(number)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda number, _: says_y(number)))
    axes.set_xlabel(x_unit)
    # A name beside the upright axis would have to be read sideways.
    axes.set_title(y_unit, fontsize=9, fontweight="normal", color=MUTED)


def _alt(
    known: pd.DataFrame,
    edge: pd.DataFrame,
    says_x: Callable[[float], str],
    says_y: Callable[[float], str],
    x_unit: str,
    y_unit: str,
) -> str:
    def told(row: Any) -> str:
        return f"{row.label} ({says_y(row.y)}, {says_x(row.x)})"

    options = list(edge.itertuples())
    ends = ", ".join(["none on the frontier"] * (not options) + [f"{len(options)} on the frontier"] * bool(options))
    if len(options) > 1:
        ends += f" from {told(options[0])} to {told(options[-1])}"
    chosen = [told(row) for row in known[known["chosen"].astype(bool)].itertuples()]
    picked = listed(chosen) if 0 < len(chosen) <= NAMED else counted(len(chosen), "option") if chosen else "none"
    return f"Scatter of {y_unit} against {x_unit} for {counted(len(known), 'option')}, {ends}. Chosen: {picked}."
