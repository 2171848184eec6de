"""Rows by columns of numbers, each written in its cell, with colour as a guide to the eye."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.patches import Rectangle

from pipeline.charts.chart import Chart
from pipeline.charts.lettering import listed, plain
from pipeline.charts.theme import MUTED, SERIES, TEXT, look, wrapped

Says = Callable[[float], str]
Colour = tuple[float, float, float]

ONE_HUE = LinearSegmentedColormap.from_list("one hue", ["#ffffff", SERIES[0]])
TWO_HUES = LinearSegmentedColormap.from_list("two hues", [SERIES[3], "#ffffff", SERIES[0]])
"""Orange and blue stay apart for every kind of colour-blindness, in print as light and dark."""
LEGIBLE = 4.5
"""Contrast of letters that WCAG 2.2 asks for at level AA (criterion 1.4.3)."""
NOT_KNOWN = "–"
ALIKE = 0.25
"""Where on the scale numbers stand that are all the same."""
HEAD, ROW, FOOT = 0.62, 0.36, 0.45
"""Inches: names of columns (three lines), a row (two lines of its name), the words below."""
CELLS_WIDTH, LETTER = 4.8, 0.072
"""Inches of a page that the cells have beside the names of rows, and of one letter."""
MANY_COLUMNS, FEW_LETTERS, ROW_LETTERS = 6, 30, 34


def heat_map_height(rows: int) -> float:
    """Inches a figure of the width of a page needs for so many rows."""
    return HEAD + ROW * rows + FOOT


def heat_map(axes: Axes, values: pd.DataFrame, says: Says, *, unit: str, centre: float | None = None) -> Chart:
    """The numbers of `values` (index: rows, columns: columns) in their cells, darker where higher.

    With `centre` blue is above it and orange below, both as far as the number furthest from it. `says` writes a value
    in words. Missing numbers are hatched, have a dash and are explained below. The table behind it is `values` with
    the names of rows as its first column. Raises ValueError where there are no rows or no columns.
    """
    if values.empty:
        raise ValueError("A heat map has no rows or no columns to draw.")
    numbers = values.astype(float)
    with look():
        for row, (_, cells) in enumerate(numbers.iterrows()):
            for column, number in enumerate(cells):
                _cell(axes, column, row, number, says, _colour(number, numbers, centre))
        _names(axes, values)
        axes.set_xlabel(plain(_words_below(numbers, says, unit, centre)), loc="left", fontsize=8.5)
    table = values.rename_axis(index=values.index.name or "name", columns=None).reset_index()
    return Chart(_alt(numbers, says, unit), table)


def _cell(axes: Axes, column: int, row: int, number: float, says: Says, colour: Colour | None) -> None:
    if colour is None:
        axes.add_patch(Rectangle((column, row), 1, 1, facecolor="white", edgecolor=MUTED, hatch="////", linewidth=0))
    else:
        axes.add_patch(Rectangle((column, row), 1, 1, facecolor=colour, edgecolor=MUTED, linewidth=0.4))
    axes.text(
        column + 0.5,
        row + 0.5,
        NOT_KNOWN if colour is None else plain(says(number)),
        ha="center",
        va="center",
        fontsize=8.5,
        color=TEXT if colour is None else letters_on(colour),
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 2} if colour is None else None,
    )


def _colour(number: float, numbers: pd.DataFrame, centre: float | None) -> Colour | None:
    if pd.isna(number):
        return None
    low, high = float(numbers.min().min()), float(numbers.max().max())
    if centre is None:
        return to_rgb(ONE_HUE((number - low) / (high - low) if high > low else ALIKE))
    span = max(abs(high - centre), abs(low - centre)) or 1.0
    return to_rgb(TWO_HUES(0.5 + (number - centre) / span / 2))


def letters_on(colour: Colour) -> str:
    """The colour of letters that can be read on a cell: the text's own, white, or black where neither stands out."""
    return next((ink for ink in (TEXT, "white") if contrast(to_rgb(ink), colour) >= LEGIBLE), "black")


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    """Relative luminance of an sRGB colour (WCAG 2.2, definition of relative luminance)."""
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def _names(axes: Axes, values: pd.DataFrame) -> None:
    rows, columns = values.shape
    letters = max(int(CELLS_WIDTH / columns / LETTER), 4)
    row_letters = FEW_LETTERS if columns > MANY_COLUMNS else ROW_LETTERS
    axes.set_xlim(0, columns)
    axes.set_ylim(rows, 0)
    axes.set_xticks(_middles(columns), labels=[wrapped(name, letters, 3) for name in values.columns])
    axes.set_yticks(_middles(rows), labels=[wrapped(name, row_letters, 2) for name in values.index])
    axes.tick_params(axis="x", top=False, labeltop=True, bottom=False, labelbottom=False, labelsize=8.5)
    axes.tick_params(axis="both", length=0)
    axes.tick_params(axis="y", labelsize=8.5)
    axes.grid(visible=False)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)


def _middles(count: int) -> Sequence[float]:
    return [place + 0.5 for place in range(count)]


def _words_below(numbers: pd.DataFrame, says: Says, unit: str, centre: float | None) -> str:
    colours = "darker is higher" if centre is None else f"blue is above {says(centre)}, orange below"
    missing = f". {NOT_KNOWN} not known" if numbers.isna().any(axis=None) else ""
    return f"{unit}: {colours}{missing}"


def _alt(numbers: pd.DataFrame, says: Says, unit: str) -> str:
    rows, columns = numbers.shape
    cells = [
        (float(number), f"{name}, {column}")
        for name, line in zip(numbers.index, numbers.to_numpy(), strict=True)
        for column, number in zip(numbers.columns, line, strict=True)
    ]
    known = [cell for cell in cells if not pd.isna(cell[0])]
    start = f"Heat map of {unit}, {_counted(rows, 'row')} by {_counted(columns, 'column')}"
    if not known:
        return f"{start}: no value is known."
    (high, most), (low, least) = max(known, key=lambda cell: cell[0]), min(known, key=lambda cell: cell[0])
    ends = [f"the highest is {says(high)} ({most})", f"the lowest {says(low)} ({least})"]
    told = f"{start}: {listed(ends)}" if high > low else f"{start}: every known value is {says(high)}"
    absent = len(cells) - len(known)
    return f"{told}. Of {_counted(len(cells), 'cell')} {absent} not known." if absent else f"{told}."


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
