"""Dumbbell charts by structure: two shapes a row, the difference at the edge, names above the first row."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from charts_apart import outside, touching
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from pipeline.charts.dumbbell import dumbbell
from pipeline.charts.theme import figure

pytestmark = pytest.mark.unit

NAN = float("nan")


def says(value: float) -> str:
    return f"{value:,.0f}"


def says_change(value: float) -> str:
    return f"{value:+,.0f}".replace("-", "−") if value else "0"


def table(*rows: tuple[str, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["team", "now", "then"])


def drawn(frame: pd.DataFrame) -> tuple[Axes, Any]:
    made, axes = figure(7.2, 1.3 + 0.36 * len(frame))
    chart = dumbbell(
        axes,
        frame,
        "team",
        says,
        first="now",
        second="then",
        first_name="In post, March 2025",
        second_name="Needed, March 2030",
        unit="WTE",
        says_change=says_change,
    )
    made.draw_without_rendering()
    return axes, chart


def words(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def marks(axes: Axes, name: str) -> list[Line2D]:
    return [line for line in axes.lines if line.get_label() == name]


def known(lines: list[Line2D]) -> list[float]:
    return [float(line.get_xdata()[0]) for line in lines if line.get_xdata()[0] == line.get_xdata()[0]]


def test_two_values_differ_in_shape_and_colour_and_are_joined() -> None:
    axes, _ = drawn(table(("A", 10.0, 30.0), ("B", 50.0, 20.0)))
    first, second = marks(axes, "first"), marks(axes, "second")
    assert known(first) == [10, 50]
    assert known(second) == [30, 20]
    assert first[0].get_marker() != second[0].get_marker()
    assert first[0].get_color() != second[0].get_color()
    assert [list(line.get_xdata()) for line in marks(axes, "_joined")] == [[10, 30], [50, 20]]


def test_rows_stand_in_the_order_of_the_frame_from_the_top() -> None:
    axes, chart = drawn(table(("B", 10.0, 30.0), ("A", 50.0, 20.0)))
    assert [label.get_text() for label in axes.get_yticklabels()] == ["B", "A"]
    assert axes.get_ylim()[0] > axes.get_ylim()[1]
    assert chart.data.values.tolist() == [["B", 10, 30, 20], ["A", 50, 20, -30]]


def test_each_difference_stands_at_the_right_edge_with_its_sign() -> None:
    axes, _ = drawn(table(("A", 10.0, 30.0), ("B", 50.0, 20.0), ("C", 5.0, 5.0)))
    edge = {text.xy[1]: text.get_text() for text in axes.texts if text.xy[0] == 1}
    assert [edge[row] for row in (0, 1, 2)] == ["+20", "−30", "0"]


def test_the_two_names_stand_above_the_first_row_with_their_shapes() -> None:
    axes, _ = drawn(table(("A", 10.0, 30.0)))
    above = {text.get_text(): text.xy for text in axes.texts if text.xy[1] < 0}
    assert above["○ In post, March 2025"][0] == 10
    assert above["Needed, March 2030 ■"][0] == 30
    assert axes.get_legend() is None


def test_a_row_without_a_second_value_has_the_first_mark_only() -> None:
    axes, chart = drawn(table(("A", 10.0, NAN), ("B", 50.0, 20.0)))
    assert known(marks(axes, "first")) == [10, 50]
    assert known(marks(axes, "second")) == [20]
    assert len(marks(axes, "_joined")) == 1
    assert words(axes).count("not known") == 1
    assert not any("nan" in word for word in words(axes))
    assert chart.alt.startswith(
        "Dumbbell chart of WTE for 2 rows, from In post, March 2025 to Needed, March 2030: a rise in 0, a fall in 1 "
        "and 1 not known."
    )


def test_the_same_value_twice_is_written_once_and_both_marks_show() -> None:
    axes, _ = drawn(table(("A", 10.0, 10.0)))
    assert words(axes).count("10") == 1
    (first,), (second,) = marks(axes, "first"), marks(axes, "second")
    assert first.get_markersize() > second.get_markersize() * 1.4
    assert first.get_markerfacecolor() == "white"


def test_no_mark_of_the_axis_is_below_zero_unless_a_value_is() -> None:
    axes, _ = drawn(table(("A", 0.0, 30.0)))
    assert min(axes.get_xticks()) == 0
    axes, _ = drawn(table(("A", -20.0, 30.0)))
    assert min(axes.get_xticks()) < 0


def test_the_alternative_text_names_the_largest_rise_and_fall() -> None:
    _, chart = drawn(table(("A", 10.0, 30.0), ("B", 50.0, 20.0), ("C", 1.0, 2.0)))
    assert chart.alt == (
        "Dumbbell chart of WTE for 3 rows, from In post, March 2025 to Needed, March 2030: a rise in 2 and a fall in "
        "1. The largest rise is A, from 10 to 30 (+20) and the largest fall is B, from 50 to 20 (−30)."
    )
    _, chart = drawn(table(("A", 10.0, NAN)))
    assert chart.alt.endswith("Needed, March 2030: no row has both values.")


@pytest.mark.parametrize("rows", [1, 5, 25])
def test_words_do_not_touch_and_stay_inside(rows: int) -> None:
    name = "Ostrell and Brackenmoor Hospitals NHS Foundation Trust"
    axes, _ = drawn(table(*[(name, 100.0 + 40 * row, 1240.0 - 40 * row) for row in range(rows)]))
    labels = [*axes.texts, *axes.get_yticklabels(), *axes.get_xticklabels()]
    assert touching(axes.figure, labels) == []
    assert outside(axes.figure, labels) == []


def test_what_cannot_be_drawn_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="no rows to draw"):
        drawn(table(("A", 1.0, 2.0)).iloc[:0])
    with pytest.raises(ValueError, match="needs the column then"):
        drawn(table(("A", 1.0, 2.0)).drop(columns="then"))
    with pytest.raises(ValueError, match="no known value"):
        drawn(table(("A", NAN, NAN)))
