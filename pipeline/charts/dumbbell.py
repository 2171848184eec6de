"""Two values a row joined by a line, with the difference between them at the right edge."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from pipeline.charts.chart import Chart
from pipeline.charts.lettering import SMALL, halo, listed, plain, refuse_without
from pipeline.charts.theme import MUTED, SERIES, look, wrapped

Says = Callable[[float], str]

FIRST, SECOND = SERIES[2], SERIES[0]
NOT_KNOWN = "not known"
NAMES = (-1.2, -0.72)
"""Heights, in rows, of the names above the first row: one over the other, so that long ones cannot meet."""
ROOM = 0.16
"""Space to the left and right of the marks for their values, as a share of what they span."""


def dumbbell(
    axes: Axes,
    frame: pd.DataFrame,
    label: str,
    says: Says,
    *,
    first: str,
    second: str,
    first_name: str,
    second_name: str,
    unit: str,
    says_change: Says,
) -> Chart:
    """A circle for the column `first` and a square for `second`, one row a `label`, in the order of the frame.

    `says` writes a value and `says_change` a difference, second less first, with its sign, in words. A row without one
    of the two has only the other mark and no difference. The axis need not begin at zero. The table is the frame's
    label, first, second and the difference. Raises ValueError for no rows, a missing column or no known value.
    Source of the form: Cleveland and McGill, Graphical Perception, JASA 1984, 79:531-554 (dot charts).
    """
    refuse_without(frame, [label, first, second], "A dumbbell chart")
    table = frame[[label, first, second]].reset_index(drop=True).astype({first: float, second: float})
    if table[[first, second]].isna().all(axis=None):
        raise ValueError("A dumbbell chart has no known value to draw.")
    table["difference"] = table[second] - table[first]
    with look():
        _scale(axes, table, first, second, says)
        for place, row in enumerate(table.to_dict("records")):
            _row(axes, place, row[first], row[second], says)
            _difference(axes, place, row["difference"], says_change)
        _head(axes, table, (first, first_name), (second, second_name))
        axes.set_yticks(range(len(table)), labels=[wrapped(name) for name in table[label]])
        axes.set_xlabel(plain(unit))
        axes.grid(visible=False, axis="y")
        axes.tick_params(axis="y", length=0, labelsize=9)
    names = {"label": label, "first": first, "second": second, "first_name": first_name, "second_name": second_name}
    return Chart(_alt(table, names, says, says_change, unit), table)


def _scale(axes: Axes, table: pd.DataFrame, first: str, second: str, says: Says) -> None:
    """Room for values left and right of the marks; where none is below zero no number below zero is marked."""
    known = table[[first, second]].stack().dropna()
    low, high = float(known.min()), float(known.max())
    spare = (high - low) * ROOM or abs(high) * ROOM or 1.0
    axes.set_xlim(low - spare, high + spare)
    axes.set_ylim(len(table) - 0.4, NAMES[0] - 0.4)
    marks = MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(low, high)
    floor = 0.0 if low >= 0 else low - spare
    axes.set_xticks([mark for mark in marks if max(floor, low - spare) <= mark <= high + spare])
    axes.xaxis.set_major_formatter(FuncFormatter(lambda number, _: says(number)))


def _row(axes: Axes, place: int, one: float, other: float, says: Says) -> None:
    if one == one and other == other:
        axes.plot([one, other], [place, place], color=MUTED, linewidth=2, zorder=2, label="_joined")
    # The circle is the larger and hollow, so that the square shows inside it where the two are the same.
    axes.plot(
        [one], [place], "o", markersize=10.5, color=FIRST, markerfacecolor="white", markeredgewidth=2, zorder=3,
        label="first",
    )  # fmt: skip
    axes.plot([other], [place], "s", markersize=6, color=SECOND, zorder=4, label="second")
    known = sorted({value for value in (one, other) if value == value})
    for value, side in zip(known, ("right", "left") if len(known) == 2 else ("left",), strict=False):
        axes.annotate(
            plain(says(value)),
            (value, place),
            xytext=(-8 if side == "right" else 8, 0),
            textcoords="offset points",
            ha=side,
            va="center",
            fontsize=8.5,
            path_effects=halo(),
        )


def _difference(axes: Axes, place: int, difference: float, says_change: Says) -> None:
    known = difference == difference
    axes.annotate(
        plain(says_change(difference)) if known else NOT_KNOWN,
        (1, place),
        xycoords=("axes fraction", "data"),
        xytext=(8, 0),
        textcoords="offset points",
        va="center",
        fontsize=9 if known else SMALL,
        fontweight="bold" if known else "normal",
        color=SECOND if known else MUTED,
        annotation_clip=False,
    )


def _head(axes: Axes, table: pd.DataFrame, *columns: tuple[str, str]) -> None:
    """Each name with its mark, over the mark of the first row, or of the first row that has one."""
    left, right = axes.get_xlim()
    for (column, name), sign, colour, height in zip(columns, ("○", "■"), (FIRST, SECOND), NAMES, strict=True):
        known = table[column].dropna()
        at = float(known.iloc[0]) if len(known) else (left + right) / 2
        # Towards the middle of the axes, so that a long name stays inside.
        before = at < (left + right) / 2
        words = f"{sign} {plain(name)}" if before else f"{plain(name)} {sign}"
        axes.annotate(
            words, (at, height), xytext=(-4 if before else 10, 0), textcoords="offset points",
            ha="left" if before else "right", va="center", fontsize=9, fontweight="bold", color=colour,
            path_effects=halo(),
        )  # fmt: skip
        if len(known) and known.index[0] == 0:
            axes.plot([at, at], [height + 0.22, -0.25], color=colour, linewidth=0.8, zorder=1, label="_leader")
    axes.annotate(
        "Difference", (1, NAMES[1]), xycoords=("axes fraction", "data"), xytext=(8, 0), textcoords="offset points",
        va="center", fontsize=SMALL, annotation_clip=False,
    )  # fmt: skip


def _alt(table: pd.DataFrame, names: Mapping[str, str], says: Says, says_change: Says, unit: str) -> str:
    both = table.dropna(subset=["difference"])
    start = (
        f"Dumbbell chart of {unit} for {len(table)} row{'' if len(table) == 1 else 's'}, from {names['first_name']} "
        f"to {names['second_name']}"
    )
    if both.empty:
        return f"{start}: no row has both values."
    rises, falls = both[both["difference"] > 0], both[both["difference"] < 0]
    absent = len(table) - len(both)
    parts = [f"a rise in {len(rises)}", f"a fall in {len(falls)}", *([f"{absent} not known"] if absent else [])]
    ends = [
        f"the largest {word} is {_told(rows.loc[rows['difference'].abs().idxmax()], names, says, says_change)}"
        for word, rows in (("rise", rises), ("fall", falls))
        if len(rows)
    ]
    told = listed(ends)
    return f"{start}: {listed(parts)}.{f' {told[0].upper()}{told[1:]}.' if told else ''}"


def _told(row: Mapping[str, Any], names: Mapping[str, str], says: Says, says_change: Says) -> str:
    one, other = says(row[names["first"]]), says(row[names["second"]])
    return f"{row[names['label']]}, from {one} to {other} ({says_change(row['difference'])})"
