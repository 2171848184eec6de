"""Small waterfalls: the same parts in every panel, one scale, and nothing lost with what is left out."""

from __future__ import annotations

import pandas as pd
import pytest
from charts_apart import outside, touching
from matplotlib.axes import Axes

from pipeline.charts.chart import Chart
from pipeline.charts.small_waterfalls import SMALLER, small_waterfalls, small_waterfalls_height
from pipeline.charts.theme import panels

pytestmark = pytest.mark.unit
NAN = float("nan")


def says(value: float) -> str:
    return f"{value:,.0f}"


def says_change(value: float) -> str:
    return f"{value:+,.0f}"


def table(parts: list[str] | None = None, **columns: list[float]) -> pd.DataFrame:
    """The gap now and changes of each column, with the gap that they lead to; underscores of a name are blanks."""
    rows = {name.replace("_", " "): [*amounts, pd.Series(amounts).sum()] for name, amounts in columns.items()}
    changes = len(next(iter(columns.values()))) - 1
    named = parts or [f"Part {number}" for number in range(changes)]
    return pd.DataFrame(rows, index=["gap now", *named, "gap at March 2030"])


USUAL = table(
    ["Growth", "Productivity", "Retirement", "Skill mix"],
    Imaging=[120.0, 98.0, -60.0, 55.0, 0.2],
    Endoscopy=[30.0, 20.0, 0.0, 9.0, -0.1],
)


def drawn(frame: pd.DataFrame, columns: int = 4) -> tuple[list[Axes], Chart]:
    made, axes = panels(len(frame.columns), columns=columns, row_height=small_waterfalls_height(frame))
    chart = small_waterfalls(axes, frame, says, says_change, "WTE short")
    made.draw_without_rendering()
    return axes, chart


def spans(axes: Axes) -> list[tuple[float, float]]:
    ends = [sorted((bar.get_x(), bar.get_x() + bar.get_width())) for bar in axes.patches]
    return [(round(left, 6), round(right, 6)) for left, right in ends]


def names(axes: Axes) -> list[str]:
    return [label.get_text() for label in axes.get_yticklabels()]


def amounts(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def test_each_change_stands_on_the_total_before_it_and_totals_on_zero() -> None:
    axes, _ = drawn(USUAL)
    assert spans(axes[0]) == [(0, 120), (120, 218), (158, 218), (158, 213), (0, 213.2)]
    assert [bar.get_hatch() for bar in axes[0].patches] == [None, None, "/////", None, None]
    assert amounts(axes[0]) == ["120", "+98", "-60", "+55", "213"]


def test_panels_have_the_same_rows_and_scale_and_the_first_names_the_rows() -> None:
    axes, _ = drawn(USUAL)
    assert names(axes[0]) == ["gap now", "Growth", "Productivity", "Retirement", "gap at March 2030"]
    assert set(names(axes[1])) == {""}
    assert axes[0].get_xlim() == axes[1].get_xlim()
    assert axes[0].get_ylim() == axes[1].get_ylim()
    assert [one.get_title(loc="left") for one in axes] == ["Imaging", "Endoscopy"]


def test_each_row_of_panels_names_the_parts_again() -> None:
    axes, _ = drawn(table(A=[1.0, 2.0], B=[1.0, 2.0], C=[1.0, 2.0]), columns=2)
    assert [names(one)[1] for one in axes] == ["Part 0", "", "Part 0"]


def test_a_part_that_one_panel_has_not_is_nothing_there_and_the_line_passes_by() -> None:
    axes, _ = drawn(USUAL)
    assert spans(axes[1]) == [(0, 30), (30, 50), (50, 59), (0, 58.9)]
    assert amounts(axes[1]) == ["30", "+20", "", "+9", "59"]
    joins = [line for line in axes[1].lines if list(line.get_xdata()) == [50, 50]]
    assert [max(line.get_ydata()) - min(line.get_ydata()) > 1 for line in joins] == [True]


def test_a_part_that_is_not_known_is_none() -> None:
    axes, chart = drawn(table(A=[10.0, NAN, 5.0], B=[10.0, 3.0, 5.0]))
    assert amounts(axes[0]) == ["10", "", "+5", "15"]
    assert chart.data["A"].tolist() == [10, 0, 5, 15]


def test_parts_too_small_everywhere_are_left_out_and_stay_in_the_table() -> None:
    axes, chart = drawn(USUAL)
    assert "Skill mix" not in names(axes[0])
    assert chart.data["part"].tolist() == USUAL.index.tolist()


@pytest.mark.parametrize(("amount", "kept"), [(0.49, False), (0.5, True), (-0.49, False), (-0.5, True)])
def test_half_a_post_is_drawn_and_less_is_not(amount: float, kept: bool) -> None:
    axes, _ = drawn(table(A=[10.0, amount]))
    assert ("Part 0" in names(axes[0])) == kept


def test_small_parts_that_add_up_to_more_are_one_row() -> None:
    axes, _ = drawn(table(A=[10.0, 0.4, 0.4, 6.0], B=[10.0, 0.1, -0.1, 6.0]))
    assert names(axes[0]) == ["gap now", "Part 2", SMALLER, "gap at March 2030"]
    assert spans(axes[0]) == [(0, 10), (10, 16), (16, 16.8), (0, 16.8)]
    assert len(axes[1].patches) == 3


@pytest.mark.parametrize(("count", "scale"), [(1, 1.0), (2, 0.0), (4, 0.01), (4, 1e4), (4, -1.0)])
@pytest.mark.parametrize("name", ["Imaging", "Physiological measurement of the heart and lungs, with sleep"])
def test_words_never_meet_and_stay_inside(count: int, scale: float, name: str) -> None:
    part = "A reason with a name that goes on for more than two lines of the page"
    changes = [120.0, *[(-1) ** place * (90.0 - place) for place in range(13)]]
    frame = table(
        [f"{place} {part}" for place in range(13)],
        **{f"{name} {place}": [value * scale for value in changes] for place in range(count)},
    )
    axes, _ = drawn(frame)
    figure = axes[0].figure
    labels = [
        label
        for one in axes
        for label in (*one.texts, *one.get_xticklabels(), *one.get_yticklabels(), one._left_title)
        if label.get_text()
    ]
    assert touching(figure, [*labels, figure._supxlabel]) == []
    assert outside(figure, [*labels, figure._supxlabel]) == []
    assert {label.get_rotation() for label in labels} == {0.0}
    edges = [one.get_window_extent().x1 for one in axes]
    assert all(text.get_window_extent().x0 > edge for one, edge in zip(axes, edges, strict=True) for text in one.texts)


def test_zero_is_on_the_scale_of_totals_below_and_above_it() -> None:
    axes, _ = drawn(table(A=[-10.0, -5.0], B=[10.0, 5.0]))
    low, high = axes[0].get_xlim()
    assert low < -15
    assert high > 15


def test_height_is_for_the_rows_that_are_drawn() -> None:
    fewer = USUAL.drop(index="Skill mix")
    assert small_waterfalls_height(USUAL) == small_waterfalls_height(fewer)
    assert small_waterfalls_height(USUAL) > small_waterfalls_height(fewer.drop(index="Growth"))


def test_the_text_says_both_totals_and_the_largest_part_of_each_panel() -> None:
    assert drawn(USUAL)[1].alt == (
        "Waterfalls of WTE short from gap now to gap at March 2030: Imaging 120 to 213, most by Growth +98; "
        "Endoscopy 30 to 59, most by Growth +20."
    )
    assert drawn(table(A=[3.0, 0.1]))[1].alt.endswith(": A 3 to 3.")


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (USUAL[[]], "at least one column"),
        (USUAL.head(1), "a row each for the total before and after"),
        (pd.concat([USUAL.head(3), USUAL.tail(4)]), "there twice"),
        (USUAL.assign(Imaging=[120, 98, -60, 55, 0, 999]), "the changes before gap at March 2030 add up to 213"),
        (USUAL.assign(Imaging=[NAN, 98, -60, 55, 0, 99]), "no amount is known for gap now"),
    ],
)
def test_tables_that_make_no_sense_are_refused_in_plain_words(frame: pd.DataFrame, said: str) -> None:
    _, axes = panels(2)
    with pytest.raises(ValueError, match=said):
        small_waterfalls(axes, frame, says, says_change, "WTE short")
