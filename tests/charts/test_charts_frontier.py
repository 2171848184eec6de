"""The frontier: a staircase of what no other option beats, and names that meet neither a point nor each other."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.text import Text

from pipeline.charts.chart import Chart
from pipeline.charts.frontier import MOST_NAMED, frontier
from pipeline.charts.theme import figure

pytestmark = pytest.mark.unit


def options(*rows: tuple[str, float, float, bool, bool]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["label", "x", "y", "chosen", "on_frontier"])


FOUR = options(
    ("Overtime", 100, 2, False, True),
    ("Assistants", 400, 6, True, True),
    ("Agency", 500, 3, False, False),
    ("Degree", 900, 9, False, True),
)


def many(count: int, name: str, seed: int) -> pd.DataFrame:
    chance = np.random.default_rng(seed)
    x = chance.uniform(1, 900, count)
    y = 40 * np.sqrt(x / 900) * chance.uniform(0.3, 1, count)
    best = [not ((x <= cost) & (y > gain)).any() for cost, gain in zip(x, y, strict=True)]
    rows = pd.DataFrame({"label": [f"{name} {place}" for place in range(count)], "x": x, "y": y, "on_frontier": best})
    return rows.assign(chosen=rows.index == rows.index[rows["on_frontier"]][0])


def drawn(frame: pd.DataFrame) -> tuple[Axes, Chart]:
    made, axes = figure()
    chart = frontier(axes, frame, lambda cost: f"£{cost:,.0f}k", lambda wte: f"{wte:,.0f} WTE", "Cost", "WTE closed")
    made.draw_without_rendering()
    return axes, chart


def test_the_staircase_runs_level_then_up_along_the_frontier_alone() -> None:
    axes, _ = drawn(FOUR)
    stairs = axes.lines[0]
    assert stairs.get_drawstyle() == "steps-post"
    assert list(stairs.get_xydata().ravel()) == [100, 2, 400, 6, 900, 9]


def test_dominated_options_are_hollow_and_the_chosen_one_is_larger_and_of_another_shape() -> None:
    axes, _ = drawn(FOUR)
    points = {line.get_label(): line for line in axes.lines[1:]}
    assert list(points) == ["Another brings as much for less", "Best for its cost", "Chosen"]
    hollow, filled, chosen = points.values()
    assert hollow.get_markerfacecolor() == "white"
    assert filled.get_markerfacecolor() != "white"
    assert chosen.get_markersize() > filled.get_markersize()
    assert chosen.get_marker() != filled.get_marker()


def test_the_key_names_only_what_is_there() -> None:
    axes, _ = drawn(FOUR.head(1))
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["Best for its cost"]


@pytest.mark.parametrize("count", [1, 5, 25])
@pytest.mark.parametrize("name", ["Action", "Reporting radiographers trained in house"])
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_names_never_meet_a_point_or_another_name_and_the_chosen_one_has_its_own(
    count: int, name: str, seed: int
) -> None:
    frame = many(count, name, seed)
    axes, _ = drawn(frame)
    boxes = [Text.get_window_extent(text) for text in axes.texts]
    assert 1 <= len(boxes) <= MOST_NAMED
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    points = axes.transData.transform(frame[["x", "y"]].to_numpy())
    assert not any(box.contains(*point) for box in boxes for point in points)
    plot = axes.get_window_extent()
    assert all(plot.x0 <= box.x0 and box.x1 <= plot.x1 and box.y1 <= plot.y1 for box in boxes)
    written = [" ".join(text.get_text().split()) for text in axes.texts]
    assert frame.loc[frame["chosen"], "label"].iloc[0] in written


def test_the_same_options_are_named_in_the_same_places_every_time() -> None:
    frame = many(25, "Action", 7)
    first, second = (drawn(frame)[0].texts for _ in range(2))
    assert [(text.get_text(), text.xyann) for text in first] == [(text.get_text(), text.xyann) for text in second]


def test_the_frontier_is_named_before_options_that_others_beat() -> None:
    frame = options(*[(f"Poor {place}", 500 + 40 * place, 1.0, False, False) for place in range(8)])
    axes, _ = drawn(pd.concat([frame, FOUR]))
    written = {text.get_text() for text in axes.texts}
    assert {"Overtime", "Assistants", "Degree"} <= written


def test_options_that_cost_and_close_the_same_are_drawn() -> None:
    axes, chart = drawn(FOUR.assign(x=5.0, y=5.0, on_frontier=True))
    assert axes.get_xlim()[0] < 5 < axes.get_xlim()[1]
    assert chart.alt.startswith("Scatter of WTE closed against Cost for 4 options, 4 on the frontier")


def test_an_option_that_makes_things_worse_stands_below_zero() -> None:
    axes, _ = drawn(FOUR.assign(y=[-5.0, 6.0, -3.0, 9.0]))
    assert axes.get_ylim()[0] < -5


def test_an_option_without_a_figure_is_in_the_data_and_not_drawn() -> None:
    axes, chart = drawn(FOUR.assign(x=[100, 400, float("nan"), 900]))
    assert len(chart.data) == 4
    assert "for 3 options" in chart.alt
    assert "Agency" not in {text.get_text() for text in axes.texts}


def test_the_text_says_the_ends_of_the_frontier_and_what_is_chosen() -> None:
    assert drawn(FOUR)[1].alt == (
        "Scatter of WTE closed against Cost for 4 options, 3 on the frontier from Overtime (2 WTE, £100k) to "
        "Degree (9 WTE, £900k). Chosen: Assistants (6 WTE, £400k)."
    )


def test_of_many_chosen_the_text_counts_them_and_of_none_it_says_so() -> None:
    assert drawn(many(9, "Action", 1).assign(chosen=True))[1].alt.endswith("Chosen: 9 options.")
    none = drawn(FOUR.assign(chosen=False, on_frontier=False))[1].alt
    assert none == "Scatter of WTE closed against Cost for 4 options, none on the frontier. Chosen: none."


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (FOUR.head(0), "at least one option"),
        (FOUR.assign(y=float("nan")), "at least one option"),
        (FOUR.assign(on_frontier=True), "costs more than another there and closes less"),
    ],
)
def test_options_that_make_no_sense_are_refused_in_plain_words(frame: pd.DataFrame, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        drawn(frame)
