"""Funnel plots by structure: limits, shapes, names that do not overlap, and what the alternative text says."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from charts_apart import outside, touching
from matplotlib.axes import Axes

from pipeline.charts.funnel import funnel
from pipeline.charts.theme import figure

pytestmark = pytest.mark.unit

NAN = float("nan")
LONG = "Ostrell and Brackenmoor Hospitals NHS Foundation Trust"


def says(value: float) -> str:
    return f"{value:.0%}"


def curve(*sizes: float) -> pd.DataFrame:
    return pd.DataFrame(
        [[size, 0.12, 0.12 - 2 / size, 0.12 + 2 / size, 0.12 - 3 / size, 0.12 + 3 / size] for size in sizes],
        columns=["size", "centre", "low_95", "high_95", "low_998", "high_998"],
    )


def points(*rows: tuple[str, float, float, bool, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["label", "value", "size", "own", "outside"])


FEW = points(
    ("Pell", 0.12, 100.0, True, ""),
    ("Trust 1", 0.20, 150.0, False, "above"),
    ("Trust 2", 0.04, 200.0, False, "below"),
    ("Trust 3", 0.11, 120.0, False, ""),
)


def drawn(frame: pd.DataFrame, limits: pd.DataFrame | None = None) -> tuple[Axes, Any]:
    made, axes = figure(7.2, 3.8)
    chart = funnel(axes, frame, curve(90, 150, 250) if limits is None else limits, says, "Vacancy rate", "Posts (WTE)")
    made.draw_without_rendering()
    return axes, chart


def words(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def marks(axes: Axes) -> dict[str, str]:
    return {line.get_label(): line.get_marker() for line in axes.lines if line.get_marker() not in ("None", None)}


def test_our_own_points_are_filled_larger_and_named_and_others_hollow() -> None:
    axes, _ = drawn(FEW)
    own, other = ({line.get_label(): line for line in axes.lines}[name] for name in ("own", "other"))
    assert own.get_markersize() > other.get_markersize()
    assert own.get_markerfacecolor() != "white"
    assert other.get_markerfacecolor() == "white"
    assert "Pell" in words(axes)
    assert "Trust 1" not in words(axes)


def test_points_outside_the_limits_have_another_shape_and_the_key_names_what_occurs() -> None:
    axes, _ = drawn(FEW)
    assert marks(axes) == {"other": "o", "other above": "^", "other below": "v", "own": "o"}
    (key,) = axes.figure.legends
    assert [text.get_text() for text in key.get_texts()] == [
        "within the limits",
        "above the limits",
        "below the limits",
        "ours: filled and named",
    ]


def test_the_curves_are_named_at_the_right_edge() -> None:
    axes, _ = drawn(FEW)
    assert {"99.8%", "95%", "average 12%"} <= set(words(axes))


def test_sizes_have_a_log_scale_only_where_they_spread_far_and_thousands_have_commas() -> None:
    axes, _ = drawn(FEW)
    assert axes.get_xscale() == "linear"
    wide = pd.concat([FEW, points(("Trust 4", 0.12, 20000.0, False, ""))])
    axes, _ = drawn(wide)
    assert axes.get_xscale() == "log"
    assert "10,000" in [label.get_text() for label in axes.get_xticklabels()]


def test_the_alternative_text_counts_those_outside_and_says_where_ours_stand() -> None:
    _, chart = drawn(FEW)
    assert chart.alt == (
        "Funnel plot of Vacancy rate by Posts (WTE): of 4 points, 1 above the limits and 1 below the limits, about an "
        "average of 12%; values run from 4% (Trust 2) to 20% (Trust 1). Of our own: Pell (12%) within the limits."
    )
    assert chart.data["label"].tolist() == ["Pell", "Trust 3", "Trust 1", "Trust 2"]


@pytest.mark.parametrize("own", [1, 5, 8])
def test_names_of_points_close_together_do_not_touch_and_stay_inside(own: int) -> None:
    rows = [(f"{LONG} {place}", 0.12 + place / 1000, 150.0 + place, True, "") for place in range(own)]
    axes, _ = drawn(pd.concat([points(*rows), FEW]))
    assert touching(axes.figure, axes.texts) == []
    assert outside(axes.figure, axes.texts) == []


def test_points_without_value_or_size_are_in_the_table_and_told_but_not_drawn() -> None:
    frame = pd.concat([FEW, points(("Wendle", NAN, 100.0, True, ""), ("Trust 9", 0.1, 0.0, False, ""))])
    axes, chart = drawn(frame)
    assert "Wendle" not in words(axes)
    assert chart.alt.endswith("Of our own: Pell (12%) within the limits; Wendle not known.")
    assert len(chart.data) == 6


@pytest.mark.parametrize("value", [0.0, 0.12, -0.3])
def test_a_single_point_is_drawn_with_or_without_curves(value: float) -> None:
    frame = points(("Pell", value, 100.0, True, "too few"))
    axes, chart = drawn(frame)
    assert axes.get_ylim()[0] <= value <= axes.get_ylim()[1]
    assert "of 1 point, 0 above the limits, 0 below the limits and 1 too few to judge" in chart.alt
    _, bare = drawn(frame, curve().iloc[:0])
    assert "average" not in bare.alt


def test_what_cannot_be_drawn_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="no rows to draw"):
        drawn(FEW.iloc[:0])
    with pytest.raises(ValueError, match="does not know the word odd in outside"):
        drawn(FEW.assign(outside="odd"))
    with pytest.raises(ValueError, match="curve of a funnel plot needs centre"):
        drawn(FEW, curve(90).drop(columns="centre"))
    with pytest.raises(ValueError, match="no point with both"):
        drawn(FEW.assign(value=NAN))
