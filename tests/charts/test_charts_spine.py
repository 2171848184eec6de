"""Profiles by structure: the comparator in the centre, better to the right, every number in words."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest
from charts_apart import outside, touching
from matplotlib.axes import Axes

from pipeline.charts.spine import CENTRE, HALF, MARKS, positions, spine, spine_height
from pipeline.charts.theme import figure

pytestmark = pytest.mark.unit

NAN = float("nan")


def row(**changes: Any) -> dict[str, Any]:
    usual = {
        "indicator": "Vacancy rate",
        "group": "Staff",
        "value": 12.0,
        "comparator": 10.0,
        "lowest": 6.0,
        "p25": 9.0,
        "p75": 11.0,
        "highest": 18.0,
        "direction": "higher",
        "standing": "better",
        "value_said": "12%",
        "comparator_said": "10%",
    }
    return {**usual, **changes}


def drawn(*rows: dict[str, Any], comparator: str = "England") -> tuple[Axes, Any]:
    frame = pd.DataFrame(rows)
    made, axes = figure(7.2, spine_height(len(frame), frame["group"].nunique()))
    chart = spine(axes, frame, comparator=comparator)
    made.draw_without_rendering()
    return axes, chart


def words(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def marks(axes: Axes) -> list[tuple[str, str, float]]:
    return [(line.get_label(), line.get_marker(), float(line.get_xdata()[0])) for line in axes.lines]


def bars(axes: Axes) -> list[tuple[float, float]]:
    return [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in axes.patches]


def test_the_comparator_is_the_centre_and_what_is_furthest_from_it_the_edge() -> None:
    assert positions(row()) == {"value": 0.25, "lowest": -0.5, "p25": -0.125, "p75": 0.125, "highest": 1.0}


def test_an_indicator_where_lower_is_better_is_mirrored() -> None:
    assert positions(row(direction="lower"))["value"] == -0.25
    axes, _ = drawn(row(value=8.0, direction="lower"))
    assert marks(axes) == [("better", "D", CENTRE + HALF * 0.25)]
    assert bars(axes)[0] == (CENTRE - HALF, CENTRE + HALF * 0.5)


def test_where_no_way_is_better_high_is_to_the_right() -> None:
    axes, _ = drawn(row(direction="neither", standing="higher"))
    assert marks(axes) == [("higher", "^", CENTRE + HALF * 0.25)]
    assert "← lower" in words(axes)
    assert "higher →" in words(axes)


def test_bars_go_from_lowest_to_highest_and_over_the_middle_half() -> None:
    axes, _ = drawn(row())
    assert bars(axes) == [(CENTRE - HALF * 0.5, CENTRE + HALF), (CENTRE - HALF * 0.125, CENTRE + HALF * 0.125)]


def test_every_standing_has_its_own_shape_or_colour_and_the_key_names_those_that_occur() -> None:
    assert len({(mark.marker, mark.fill) for mark in MARKS.values()}) == len(MARKS)
    axes, _ = drawn(row(), row(value=5.0, standing="worse"))
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "better",
        "worse",
        "lowest to highest",
        "middle half of them",
        "England",
    ]


def test_groups_are_named_once_and_their_rows_come_together() -> None:
    axes, chart = drawn(
        row(indicator="A"), row(indicator="B", group="Waits"), row(indicator="C"), comparator="Other trusts"
    )
    assert [word for word in words(axes) if word in {"Staff", "Waits", "A", "B", "C"}] == [
        "Staff", "A", "C", "Waits", "B",
    ]  # fmt: skip
    assert chart.data["indicator"].tolist() == ["A", "C", "B"]
    assert "Other trusts" in words(axes)
    assert words(axes).count("12%") == 3
    assert words(axes).count("10%") == 3


def test_a_row_without_comparison_shows_its_value_and_says_so() -> None:
    axes, _ = drawn(row(comparator=NAN, comparator_said="–", standing="not compared"))
    assert "12%" in words(axes)
    assert "no comparison" in words(axes)
    assert marks(axes) == []
    assert bars(axes) == []


def test_a_standing_without_a_spread_is_told_in_words() -> None:
    axes, _ = drawn(row(lowest=NAN, highest=NAN, p25=NAN, p75=NAN))
    assert "better; spread not known" in words(axes)
    assert marks(axes) == []


def test_a_row_without_a_value_keeps_its_bars_and_has_no_mark() -> None:
    axes, chart = drawn(row(value=NAN, value_said="–", standing="not compared"))
    assert len(bars(axes)) == 2
    assert marks(axes) == []
    assert chart.alt == "Profile of 1 indicator against England: 1 not compared."


def test_numbers_that_are_all_the_same_stand_in_the_centre() -> None:
    same = dict.fromkeys(["value", "comparator", "lowest", "p25", "p75", "highest"], 10.0)
    axes, _ = drawn(row(**same, standing="similar"))
    assert marks(axes) == [("similar", "o", CENTRE)]


def test_a_mark_outside_the_spread_of_others_stays_inside_the_row() -> None:
    assert positions(row(value=-30.0))["value"] == -1.0


def test_the_alternative_text_counts_standings_and_names_the_extremes() -> None:
    _, chart = drawn(
        row(indicator="A", value=18.0, value_said="18%"),
        row(indicator="B"),
        row(indicator="C", value=9.0, value_said="9%", standing="similar"),
        row(indicator="D", value=6.0, value_said="6%", standing="worse"),
        row(indicator="E", value=99.0, direction="neither", standing="higher"),
    )
    assert chart.alt == (
        "Profile of 5 indicators against England: 2 better, 1 similar, 1 worse, 1 higher. For its spread, furthest on "
        "the better side is A, 18% against 10% and furthest on the worse side is D, 6% against 10%."
    )


@pytest.mark.parametrize("rows", [1, 4, 24])
def test_no_two_words_of_a_profile_touch(rows: int) -> None:
    name = "Healthcare scientists: cardiac, vascular, respiratory and sleep, in every post that is funded"
    group = "Ostrell and Brackenmoor Hospitals NHS Foundation Trust"
    axes, _ = drawn(
        *[row(indicator=name, group=f"{group} {place // 6}", value_said="12.3 per 100,000") for place in range(rows)],
        comparator="Middle of the England trusts",
    )
    assert touching(axes.figure, axes.texts) == []
    assert outside(axes.figure, axes.texts) == []


def test_height_grows_by_rows_and_groups() -> None:
    assert math.isclose(spine_height(5, 2) - spine_height(4, 2), spine_height(9, 1) - spine_height(8, 1))
    assert spine_height(4, 2) > spine_height(4, 1)


def test_what_cannot_be_drawn_is_refused_in_words() -> None:
    _, axes = figure()
    with pytest.raises(ValueError, match="no rows to draw"):
        spine(axes, pd.DataFrame([row()]).iloc[:0], comparator="England")
    with pytest.raises(ValueError, match="does not know the standing fine"):
        spine(axes, pd.DataFrame([row(standing="fine")]), comparator="England")
    with pytest.raises(ValueError, match="does not know the direction up"):
        spine(axes, pd.DataFrame([row(direction="up")]), comparator="England")
