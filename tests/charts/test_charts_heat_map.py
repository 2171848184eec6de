"""Heat maps by structure: every cell in words that can be read on its colour, missing ones hatched and explained."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from charts_apart import outside, touching
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from pipeline.charts.heat_map import ONE_HUE, TWO_HUES, contrast, heat_map, heat_map_height, letters_on
from pipeline.charts.theme import figure

pytestmark = pytest.mark.unit

NAN = float("nan")


def says(value: float) -> str:
    return f"{value:.0%}"


def table(numbers: list[list[float]], rows: list[str] | None = None, columns: list[str] | None = None) -> pd.DataFrame:
    return pd.DataFrame(
        numbers,
        index=pd.Index(rows or [f"Trust {row}" for row in range(len(numbers))], name="employer"),
        columns=columns or [f"Pillar {column}" for column in range(len(numbers[0]))],
    )


def drawn(values: pd.DataFrame, centre: float | None = None) -> tuple[Axes, Any]:
    made, axes = figure(7.2, heat_map_height(len(values)))
    chart = heat_map(axes, values, says, unit="Posts vacant", centre=centre)
    made.draw_without_rendering()
    return axes, chart


def darkness(axes: Axes) -> list[float]:
    return [contrast(cell.get_facecolor()[:3], (1.0, 1.0, 1.0)) for cell in axes.patches]


def test_every_cell_has_its_text_in_reading_order_and_darker_is_higher() -> None:
    axes, chart = drawn(table([[0.1, 0.2], [0.3, 0.4]]))
    assert [text.get_text() for text in axes.texts] == ["10%", "20%", "30%", "40%"]
    assert darkness(axes) == sorted(darkness(axes))
    assert darkness(axes)[0] < darkness(axes)[-1]
    assert axes.get_xlabel() == "Posts vacant: darker is higher"
    assert chart.alt == (
        "Heat map of Posts vacant, 2 rows by 2 columns: the highest is 40% (Trust 1, Pillar 1) and the lowest 10% "
        "(Trust 0, Pillar 0)."
    )
    assert chart.data.values.tolist() == [["Trust 0", 0.1, 0.2], ["Trust 1", 0.3, 0.4]]
    assert list(chart.data.columns) == ["employer", "Pillar 0", "Pillar 1"]


@pytest.mark.parametrize("scale", [ONE_HUE, TWO_HUES])
def test_letters_can_be_read_on_every_colour_of_the_scales(scale: Any) -> None:
    for step in range(101):
        colour = to_rgb(scale(step / 100))
        assert contrast(to_rgb(letters_on(colour)), colour) >= 4.5


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)) == pytest.approx(21)
    assert contrast(to_rgb("#777777"), (1.0, 1.0, 1.0)) == pytest.approx(4.48, abs=0.01)


def test_about_a_centre_both_sides_have_their_hue_on_one_scale() -> None:
    axes, _ = drawn(table([[-0.2, 0.0, 0.1, 0.2]]), centre=0.0)
    colours = [cell.get_facecolor()[:3] for cell in axes.patches]
    orange, middle, light_blue, blue = colours
    assert orange[0] > orange[2]
    assert middle == pytest.approx((1, 1, 1), abs=0.01)
    assert blue[2] > blue[0]
    assert light_blue[0] > blue[0]
    assert axes.get_xlabel() == "Posts vacant: blue is above 0%, orange below"


def test_a_missing_cell_is_hatched_has_a_dash_and_is_explained() -> None:
    axes, chart = drawn(table([[0.1, NAN]]))
    assert [bool(cell.get_hatch()) for cell in axes.patches] == [False, True]
    assert [text.get_text() for text in axes.texts] == ["10%", "–"]
    assert axes.get_xlabel().endswith(". – not known")
    assert chart.alt == (
        "Heat map of Posts vacant, 1 row by 2 columns: every known value is 10%. Of 2 cells 1 not known."
    )


def test_a_map_of_which_nothing_is_known_is_drawn_and_says_so() -> None:
    axes, chart = drawn(table([[NAN]]))
    assert chart.alt == "Heat map of Posts vacant, 1 row by 1 column: no value is known."
    assert [text.get_text() for text in axes.texts] == ["–"]


@pytest.mark.parametrize("centre", [None, 0.1])
def test_numbers_that_are_all_the_same_are_drawn(centre: float | None) -> None:
    axes, _ = drawn(table([[0.1, 0.1], [0.1, 0.1]]), centre)
    assert len(set(darkness(axes))) == 1


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (5, 4), (25, 12)])
def test_names_stand_level_apart_from_one_another_and_inside(rows: int, columns: int) -> None:
    name = "Healthcare scientists: cardiac, vascular, respiratory and sleep"
    heads = [f"{month:%b} {month:%Y}" for month in pd.date_range("2024-01-31", periods=columns, freq="ME")]
    axes, _ = drawn(table([[0.1] * columns] * rows, [f"{number} {name}" for number in range(rows)], heads))
    labels = [*axes.get_xticklabels(), *axes.get_yticklabels(), *axes.texts]
    assert touching(axes.figure, labels) == []
    assert outside(axes.figure, labels) == []
    assert {label.get_rotation() for label in labels} == {0.0}


def test_height_grows_by_rows() -> None:
    assert heat_map_height(3) - heat_map_height(2) == pytest.approx(heat_map_height(9) - heat_map_height(8))


def test_a_map_without_rows_or_columns_is_refused_in_words() -> None:
    _, axes = figure()
    with pytest.raises(ValueError, match="no rows or no columns"):
        heat_map(axes, table([[0.1]]).iloc[:0], says, unit="Posts vacant")
