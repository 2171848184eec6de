"""Three bars a group by structure: hatched, hollow and filled, from zero, each with its word and figure."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from charts_apart import outside, touching
from matplotlib.axes import Axes

from pipeline.charts.chart import Chart
from pipeline.charts.theme import figure
from pipeline.charts.three_bars import COLUMNS, three_bars, three_bars_height

pytestmark = pytest.mark.unit
NAN = float("nan")
IMAGING = ("Imaging", 1980, 2100, 2230, 1900, 1750, 1850, 1960)
ENDOSCOPY = ("Endoscopy", 380, 420, 450, NAN, 330, 350, 380)


def says(value: float) -> str:
    return f"{value:,.0f}"


def table(*rows: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["pillar", *COLUMNS])


def drawn(*rows: tuple[Any, ...]) -> tuple[Axes, Chart]:
    made, axes = figure(height=three_bars_height(len(rows)))
    chart = three_bars(axes, table(*rows), "pillar", says, "WTE")
    made.draw_without_rendering()
    return axes, chart


def names(axes: Axes) -> list[str]:
    return [label.get_text() for label in axes.get_yticklabels()]


def ranges(axes: Axes) -> list[list[float]]:
    return [list(line.get_xdata()) for line in axes.lines if line.get_label() == "_whisker"]


def test_each_group_has_three_bars_from_zero_that_differ_without_colour() -> None:
    axes, chart = drawn(IMAGING)
    assert [(bar.get_x(), bar.get_width()) for bar in axes.patches] == [(0, 2100), (0, 1900), (0, 1850)]
    assert [(bar.get_hatch(), bar.get_facecolor() == (1, 1, 1, 1)) for bar in axes.patches] == [
        ("/////", True),
        (None, True),
        (None, False),
    ]
    assert axes.get_xlim()[0] == 0
    assert chart.data.values.tolist() == [list(IMAGING)]


def test_each_bar_stands_beside_its_own_word_and_figure_below_its_groups_name() -> None:
    axes, _ = drawn(IMAGING, ENDOSCOPY)
    assert names(axes) == ["needed 2,100", "planned 1,900", "there 1,850", "needed 420", "no plan", "there 350"]
    middles = [bar.get_y() + bar.get_height() / 2 for bar in axes.patches]
    marks = list(axes.get_yticks())
    assert middles == pytest.approx(marks[:4] + marks[5:])
    heads = {text.get_text(): text.xy[1] for text in axes.texts}
    assert list(heads) == ["Imaging", "Endoscopy"]
    assert heads["Imaging"] < marks[0] < marks[2] < heads["Endoscopy"] < marks[3]


def test_whiskers_go_from_p10_to_p90_of_needed_and_there_where_both_are_known() -> None:
    assert ranges(drawn(IMAGING)[0]) == [[1980, 2230], [1750, 1960]]
    assert ranges(drawn(("A", NAN, 10, 12, 9, 7, 8, 9))[0]) == [[7, 9]]


def test_what_is_not_known_has_no_bar_and_says_so() -> None:
    axes, chart = drawn(("A", NAN, NAN, NAN, 20, NAN, NAN, NAN))
    assert len(axes.patches) == 1
    assert names(axes) == ["needed not known", "planned 20", "there not known"]
    assert chart.alt == "Bars of WTE: A needed not known, planned 20 and there not known."


@pytest.mark.parametrize("scale", [1e-4, 1.0, 1e4])
@pytest.mark.parametrize("count", [1, 4])
def test_words_do_not_touch_and_stay_inside(count: int, scale: float) -> None:
    name = "Physiological measurement, with every service of every hospital of the system and its partners"
    rows = [(f"{place} {name}", *[value * scale for value in IMAGING[1:]]) for place in range(count)]
    axes, _ = drawn(*rows, ("Small", *[value * scale / 100 for value in ENDOSCOPY[1:]]))
    labels = [*axes.texts, *axes.get_yticklabels(), *axes.get_xticklabels(), axes.xaxis.label]
    assert touching(axes.figure, labels) == []
    assert outside(axes.figure, labels) == []
    assert {label.get_rotation() for label in labels} == {0.0}
    marks = [label.get_text() for label in axes.get_xticklabels()]
    assert len(set(marks)) == len(marks)


@pytest.mark.parametrize("value", [0.0, -30.0])
def test_zero_stays_on_the_axis_whatever_the_figures_are(value: float) -> None:
    axes, _ = drawn(("A", *[value] * 7))
    low, high = axes.get_xlim()
    assert low <= min(value, 0) <= 0 < high
    assert low < value or value == 0


def test_the_text_names_every_figure_and_the_ranges_where_most_is_short() -> None:
    assert drawn(ENDOSCOPY, IMAGING)[1].alt == (
        "Bars of WTE: Endoscopy needed 420, no plan and there 350; Imaging needed 2,100, planned 1,900 and there 1,850."
        " Needed is furthest above there in Imaging, needed 2,100 (P10 to P90 1,980 to 2,230) and there 1,850 (P10 to "
        "P90 1,750 to 1,960)."
    )


def test_the_text_says_where_only_one_group_or_none_is_short() -> None:
    enough = ("Labs", 1, 2, 3, 4, 5, 6, 7)
    assert "Needed is above there in Imaging," in drawn(enough, IMAGING)[1].alt
    assert drawn(enough)[1].alt.endswith("In no group is more needed than there.")


def test_height_grows_by_groups() -> None:
    assert three_bars_height(3) - three_bars_height(2) == pytest.approx(three_bars_height(2) - three_bars_height(1))


def test_what_cannot_be_drawn_is_refused_in_words() -> None:
    _, axes = figure()
    with pytest.raises(ValueError, match="no rows to draw"):
        three_bars(axes, table(), "pillar", says, "WTE")
    with pytest.raises(ValueError, match="needs the column planned"):
        three_bars(axes, table(IMAGING).drop(columns="planned"), "pillar", says, "WTE")
    with pytest.raises(ValueError, match="no known value"):
        three_bars(axes, table(("A", *[NAN] * 7)), "pillar", says, "WTE")
