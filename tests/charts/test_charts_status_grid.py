"""The history of statuses by structure: marks, labels, key, refusals and what the alternative text says."""

from __future__ import annotations

from itertools import cycle, islice

import pandas as pd
import pytest
from charts_apart import outside, touching
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from pipeline.charts.status_grid import MARKS, status_grid, status_grid_height
from pipeline.charts.theme import figure

pytestmark = pytest.mark.unit

LONG = "Reports of imaging are made outside the system by people whom no employer of the plan knows, and late"


def rows(**said: list[str]) -> pd.DataFrame:
    """Statuses of each name month by month from November 2024; underscores of a name are blanks."""
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "trigger": name.replace("_", " "),
                    "month": pd.date_range("2024-11-30", periods=len(statuses), freq="ME"),
                    "status": statuses,
                }
            )
            for name, statuses in said.items()
        ],
        ignore_index=True,
    )


def marks(axes: Axes) -> dict[str, list[tuple[str, float]]]:
    """Month and height of the marks of each shape that is there."""
    return {
        line.get_marker(): [
            (f"{pd.Timestamp(when):%Y-%m}", float(height))
            for when, height in zip(line.get_xdata(), line.get_ydata(), strict=True)
        ]
        for line in axes.lines
        if len(line.get_xdata())
    }


def key(axes: Axes) -> list[str]:
    legend = axes.get_legend()
    return [text.get_text() for text in legend.get_texts()] if legend else []


def labels(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.get_yticklabels()]


def test_each_status_has_its_own_shape_and_colour() -> None:
    assert len({mark.marker for mark in MARKS.values()}) == len(MARKS) == 4
    assert len({mark.colour for mark in MARKS.values()}) == len(MARKS)


def test_each_month_has_the_mark_of_its_status_with_the_first_row_at_the_top() -> None:
    _, axes = figure()
    status_grid(axes, rows(Empty=["green", "amber", "red"], Leaving=["not known", "green", "green"]), "trigger")
    assert marks(axes) == {
        "o": [("2024-11", 2.0), ("2024-12", 1.0), ("2025-01", 1.0)],
        "^": [("2024-12", 2.0)],
        "s": [("2025-01", 2.0)],
        "_": [("2024-11", 1.0)],
    }
    assert labels(axes) == ["Empty", "Leaving"]
    assert list(axes.get_yticks()) == [2, 1]


def test_a_mark_stands_in_its_own_month_and_not_at_the_beginning_of_the_next() -> None:
    _, axes = figure()
    status_grid(axes, rows(Empty=["red"]), "trigger")
    (line,) = [line for line in axes.lines if len(line.get_xdata())]
    assert pd.Timestamp(line.get_xdata()[0]) == pd.Timestamp("2024-11-01")


def test_labels_are_horizontal_and_nothing_is_under_eight_points() -> None:
    drawn, axes = figure()
    status_grid(axes, rows(Empty=["green", "red"]), "trigger")
    drawn.draw_without_rendering()
    words = [*axes.get_yticklabels(), *axes.get_xticklabels(), *axes.get_legend().get_texts()]
    assert {text.get_rotation() for text in words} == {0.0}
    assert min(text.get_fontsize() for text in words) >= 8


def test_the_key_names_only_what_occurs_best_first_with_the_shapes_of_the_grid() -> None:
    _, axes = figure()
    status_grid(axes, rows(Empty=["red", "not known", "green"]), "trigger")
    assert key(axes) == ["green", "red", "not known"]
    handles = axes.get_legend().legend_handles
    assert [line.get_marker() for line in handles if isinstance(line, Line2D)] == ["o", "s", "_"]


def test_the_words_name_what_is_red_and_count_what_turned_red() -> None:
    _, axes = figure()
    chart = status_grid(
        axes,
        rows(Empty=["green", "red"], Leaving=["red", "red"], Waits=["not known", "red"], Sick=["red", "green"]),
        "trigger",
    )
    # Of Waits it is not known whether it turned.
    assert chart.alt == (
        "Grid of 4 statuses by month to December 2024: at the end Empty, Leaving and Waits red; 1 of them turned red "
        "since November 2024."
    )


@pytest.mark.parametrize(
    ("frame", "alt"),
    [
        (
            rows(Empty=["amber"]),
            "Grid of the status of Empty by month to November 2024: at the end nothing red.",
        ),
        (
            rows(A=["red"], B=["red"], C=["red"], D=["red"], E=["red"]),
            "Grid of 5 statuses by month to November 2024: at the end A, B, C, D and 1 more red.",
        ),
        (
            rows(A=["red", "not known"]),
            "Grid of the status of A by month to December 2024: at the end nothing red.",
        ),
        (
            rows(A=["red"], B=["green", "green"]),
            "Grid of 2 statuses by month to December 2024: in the latest month known of each A red.",
        ),
    ],
)
def test_the_words_are_at_most_two_sentences(frame: pd.DataFrame, alt: str) -> None:
    _, axes = figure()
    assert status_grid(axes, frame, "trigger").alt == alt
    assert alt.count(". ") < 2


def test_the_table_is_the_frame_in_its_own_order() -> None:
    frame = rows(B=["green", "red"], A=["red", "red"]).assign(stray=1)
    _, axes = figure()
    data = status_grid(axes, frame, "trigger").data
    pd.testing.assert_frame_equal(data, frame[["trigger", "month", "status"]])


def test_what_cannot_be_drawn_is_refused_in_words() -> None:
    _, axes = figure()
    good = rows(Empty=["green", "red"])
    with pytest.raises(ValueError, match="no rows to draw"):
        status_grid(axes, good.head(0), "trigger")
    with pytest.raises(ValueError, match="needs the columns trigger and status"):
        status_grid(axes, good[["month"]], "trigger")
    with pytest.raises(ValueError, match="does not know blue and purple"):
        status_grid(axes, good.assign(status=["purple", "blue"]), "trigger")
    with pytest.raises(ValueError, match="one status of each row and month"):
        status_grid(axes, pd.concat([good, good]), "trigger")


@pytest.mark.parametrize("count", [1, 20])
@pytest.mark.parametrize("months", [1, 4, 24])
def test_long_names_do_not_touch_on_any_number_of_rows(count: int, months: int) -> None:
    said = list(islice(cycle(MARKS), months))
    frame = rows(**{f"{number}_{LONG}_for_$5_and_$6": said for number in range(count)})
    drawn, axes = figure(height=status_grid_height(count))
    status_grid(axes, frame, "trigger")
    drawn.draw_without_rendering()
    words = [*axes.get_yticklabels(), *axes.get_legend().get_texts()]
    assert touching(drawn, words) == []
    assert outside(drawn, words) == []
    assert len(labels(axes)) == count
    assert all(name.count("\n") == 1 and name.endswith("…") for name in labels(axes))


def test_a_dollar_sign_stays_one() -> None:
    _, axes = figure()
    status_grid(axes, rows(**{"$5_or_$6": ["red"]}), "trigger")
    assert labels(axes) == [r"\$5 or \$6"]


@pytest.mark.parametrize("months", [*range(1, 30), 36, 60])
def test_any_number_of_months_has_one_to_four_of_them_named(months: int) -> None:
    drawn, axes = figure(height=status_grid_height(1))
    status_grid(axes, rows(Empty=["green"] * months), "trigger")
    drawn.draw_without_rendering()
    low, high = axes.get_xlim()
    assert 1 <= len([tick for tick in axes.get_xticks() if low <= tick <= high]) <= 4
