"""The waterfall: it adds up, starts at zero, and tells more from less without colour."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba

from pipeline.charts.chart import Chart
from pipeline.charts.theme import SERIES, figure
from pipeline.charts.waterfall import waterfall

pytestmark = pytest.mark.unit


def says(value: float) -> str:
    return f"{value:,.0f} WTE"


def says_change(value: float) -> str:
    return f"{value:+,.0f}"


def steps(*rows: tuple[str, float, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["label", "amount", "kind"])


YEAR = steps(
    ("Staff a year ago", 100, "total"),
    ("Joiners", 30, "change"),
    ("Retired", -8, "change"),
    ("Resigned", -12, "change"),
    ("Staff now", 110, "total"),
)


def many(leavers: int, name: str = "Reason") -> pd.DataFrame:
    rows = [(f"{name} {number}", -float(number + 1), "change") for number in range(leavers)]
    gone = sum(row[1] for row in rows)
    return steps(("Staff a year ago", 1000, "total"), *rows, ("Staff now", 1000 + gone, "total"))


def drawn(frame: pd.DataFrame) -> tuple[Axes, Chart]:
    made, axes = figure(height=max(3.6, 0.34 * len(frame) + 0.6))
    chart = waterfall(axes, frame, says, says_change, "WTE in post")
    made.draw_without_rendering()
    return axes, chart


def test_each_change_stands_on_the_total_before_it_and_totals_on_zero() -> None:
    axes, chart = drawn(YEAR)
    spans = [sorted((bar.get_y(), bar.get_y() + bar.get_height())) for bar in axes.patches]
    assert spans == [[0, 100], [100, 130], [122, 130], [110, 122], [0, 110]]
    assert chart.data["running"].tolist() == [100, 130, 122, 110, 110]
    assert axes.get_ylim()[0] == 0


def test_lines_join_each_step_to_the_next_at_the_total_so_far() -> None:
    axes, _ = drawn(YEAR)
    assert [line.get_ydata()[0] for line in axes.lines[:-1]] == [100, 130, 122, 110]


def test_less_is_hatched_and_more_is_not_and_both_have_their_sign() -> None:
    axes, _ = drawn(YEAR)
    assert [bar.get_hatch() for bar in axes.patches] == [None, None, "/////", "/////", None]
    assert axes.patches[1].get_facecolor() == to_rgba(SERIES[1])
    assert axes.patches[2].get_edgecolor() == to_rgba(SERIES[2])
    assert [text.get_text() for text in axes.texts] == ["100 WTE", "+30", "-8", "-12", "110 WTE"]


def test_up_to_seven_steps_stand_side_by_side_and_more_one_below_the_other() -> None:
    upright, _ = drawn(many(5))
    assert len(upright.get_xticklabels()) == 7
    level, _ = drawn(many(6))
    assert [label.get_text() for label in level.get_yticklabels()][:2] == ["Staff a year ago", "Reason 0"]
    assert level.get_ylim()[0] > level.get_ylim()[1]
    assert level.get_xlim()[0] == 0


def test_few_steps_with_names_too_long_to_stand_side_by_side_have_a_row_each() -> None:
    long = YEAR.assign(label=YEAR["label"] + " of a service with a name that goes on and on for several lines")
    assert len(drawn(long)[0].get_yticklabels()) == 5
    wordy = YEAR.assign(label="Otorhinolaryngologicalphysiology")
    assert len(drawn(wordy)[0].get_yticklabels()) == 5


@pytest.mark.parametrize("frame", [YEAR, many(5), many(6), many(25, "A reason for leaving with a long name")])
def test_names_and_amounts_are_level_and_never_meet(frame: pd.DataFrame) -> None:
    axes, _ = drawn(frame)
    upright = len(axes.get_xticklabels()) == len(frame) and axes.get_ylim()[0] < axes.get_ylim()[1]
    labels = axes.get_xticklabels() if upright else axes.get_yticklabels()
    for texts in (labels, axes.texts):
        assert len(texts) == len(frame)
        assert {text.get_rotation() for text in texts} == {0}
        boxes = [text.get_window_extent() for text in texts]
        assert not any(one.overlaps(other) for one, other in pairwise(boxes))
    plot = axes.get_window_extent()
    assert all(text.get_window_extent().x1 <= plot.x1 + 1 for text in axes.texts)


def test_a_total_that_falls_below_zero_keeps_zero_on_the_axis() -> None:
    axes, chart = drawn(steps(("Spare", 10, "total"), ("Leavers", -25, "change"), ("Short", -15, "total")))
    assert axes.get_ylim()[0] < -15
    assert axes.get_ylim()[1] > 10
    assert chart.data["running"].tolist() == [10, -15, -15]


def test_a_total_between_others_is_checked_too() -> None:
    rows = [("A", 10.0, "total"), ("B", 5.0, "change"), ("Half", 15.0, "total"), ("C", 1.0, "change")]
    assert drawn(steps(*rows, ("End", 16.0, "total")))[1].data["running"].tolist() == [10, 15, 15, 16, 16]
    rows[2] = ("Half", 14.0, "total")
    with pytest.raises(ValueError, match="the changes before Half add up to 15 and not to 14"):
        drawn(steps(*rows))


@pytest.mark.parametrize(("closing", "right"), [(110.0, True), (110.0001, True), (110.0002, False), (120.0, False)])
def test_changes_have_to_add_up_to_the_closing_total(closing: float, right: bool) -> None:
    frame = YEAR.assign(amount=[100, 30, -8, -12, closing])
    if right:
        assert drawn(frame)[1].data["amount"].iloc[-1] == closing
        return
    with pytest.raises(ValueError, match="the changes before Staff now add up to 110 and not to"):
        drawn(frame)


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (YEAR.head(0), "at least one step"),
        (YEAR.assign(amount=[100, float("nan"), 1, 1, 1]), "no amount is known for Joiners"),
        (YEAR.assign(kind="sum"), "total or change, not sum"),
    ],
)
def test_steps_that_make_no_sense_are_refused_in_plain_words(frame: pd.DataFrame, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        drawn(frame)


@pytest.mark.parametrize("amount", [0.0, 5.0, -5.0])
def test_one_total_alone_is_drawn(amount: float) -> None:
    axes, chart = drawn(steps(("Staff", amount, "total")))
    assert axes.get_ylim()[0] < axes.get_ylim()[1]
    assert chart.alt == f"Waterfall of WTE in post: Staff {says(amount)}."


def test_the_text_says_both_ends_the_way_between_and_the_largest_steps() -> None:
    assert drawn(YEAR)[1].alt == (
        "Waterfall of WTE in post: Staff a year ago 100 WTE, Staff now 110 WTE, rose. "
        "The only increase is Joiners, +30; the largest of 2 decreases is Resigned, -12."
    )
