"""The timeline of training: every intake is seen, numbers stand clear, and the text says what comes next."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pipeline.charts.chart import Chart
from pipeline.charts.gantt import COLUMNS, gantt, gantt_height
from pipeline.charts.theme import figure

pytestmark = pytest.mark.unit
TODAY = dt.date(2025, 10, 31)


def intakes(*rows: tuple[str, str, str, str, str | None, float, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["row", "group", "starts", "ends", "arrives", "people", "kind"])
    return frame.assign(**{name: pd.to_datetime(frame[name]) for name in ("starts", "ends", "arrives")})


def drawn(frame: pd.DataFrame) -> tuple[Figure, Axes, Chart]:
    made, axes = figure(height=gantt_height(frame))
    chart = gantt(axes, frame, today=TODAY)
    made.draw_without_rendering()
    return made, axes, chart


DEGREE = intakes(
    ("Degree", "Imaging", "2022-09-30", "2025-09-30", "2025-12-31", 12.0, "begun"),
    ("Degree", "Imaging", "2023-09-30", "2026-09-30", "2026-12-31", 20.4, "begun"),
    ("Degree", "Imaging", "2026-09-30", "2029-09-30", "2029-12-31", 9.6, "planned"),
)


def many(routes: int, name: str = "Route") -> pd.DataFrame:
    """A three-year course that begins every year, on so many routes in two groups."""
    rows = [
        (f"{name} {route}", f"Group {route % 2}", f"{year}-09-30", f"{year + 3}-08-31", f"{year + 3}-11-30", 7.5, kind)
        for route in range(routes)
        for year in range(2019, 2028)
        for kind in [("begun" if year < 2026 else "planned")]
    ]
    return intakes(*rows)


def test_a_planned_intake_is_hatched_and_one_begun_is_solid() -> None:
    _, axes, _ = drawn(DEGREE)
    assert [bar.get_hatch() for bar in axes.patches] == [None, None, "/////"]
    assert axes.patches[0].get_facecolor() != axes.patches[2].get_facecolor()
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "In training, begun",
        "In training, planned",
        "In post, people expected",
    ]


def test_intakes_that_overlap_stand_in_lanes_of_their_own_and_others_share_one() -> None:
    _, axes, _ = drawn(DEGREE)
    first, second, third = (bar.get_y() for bar in axes.patches)
    assert first != second
    assert first == third


@pytest.mark.parametrize("frame", [DEGREE, many(1), many(12), many(25, "A way into a profession with a long name")])
def test_no_bar_hides_another_and_no_number_runs_into_a_bar(frame: pd.DataFrame) -> None:
    _, axes, _ = drawn(frame)
    bars = [bar.get_window_extent() for bar in axes.patches]
    assert len(bars) == len(frame)
    assert not any(one.overlaps(other) for place, one in enumerate(bars) for other in bars[:place])
    numbers = [text.get_window_extent() for text in axes.texts if "Today" not in text.get_text()]
    assert numbers
    assert not any(number.overlaps(bar) for number in numbers for bar in bars)
    assert all(number.x1 <= axes.get_window_extent().x1 + 2 for number in numbers)


@pytest.mark.parametrize("routes", [1, 12, 25])
def test_labels_of_lines_are_level_and_never_meet(routes: int) -> None:
    _, axes, _ = drawn(many(routes, "A way into a profession with a very long name that needs lines"))
    labels = axes.get_yticklabels()
    assert {label.get_rotation() for label in labels} == {0}
    boxes = sorted((label.get_window_extent() for label in labels), key=lambda box: box.y0)
    assert all(low.y1 <= high.y0 for low, high in pairwise(boxes))


def test_groups_are_headings_only_where_there_are_several() -> None:
    assert [label.get_text() for label in drawn(DEGREE)[1].get_yticklabels()] == ["Degree"]
    labels = drawn(many(2))[1].get_yticklabels()
    assert [label.get_text() for label in labels] == ["Group 0", "Route 0", "Group 1", "Route 1"]
    assert [label.get_fontweight() for label in labels] == ["bold", "normal"] * 2


def test_today_is_named_and_always_on_the_axis() -> None:
    for frame in (DEGREE, DEGREE.head(1), DEGREE.tail(1)):
        _, axes, _ = drawn(frame)
        (today,) = [text for text in axes.texts if text.get_text() == "Today, 31 October 2025"]
        assert axes.get_xlim()[0] <= today.xy[0] <= axes.get_xlim()[1]
        assert today.get_window_extent().x0 >= 0


def test_people_stand_beside_their_marker_and_unknown_ones_have_no_number() -> None:
    _, axes, chart = drawn(DEGREE.assign(people=[12.0, float("nan"), 9.6]))
    assert [text.get_text() for text in axes.texts][:-1] == ["12", "9.6"]
    assert chart.data["people"].isna().sum() == 1


def test_an_intake_that_begins_as_another_arrives_hides_no_number() -> None:
    follows = DEGREE.tail(1).assign(starts=DEGREE["arrives"].iloc[0], ends=DEGREE["ends"].max())
    frame = pd.concat([DEGREE, follows.assign(people=7.5)], ignore_index=True)
    _, axes, _ = drawn(frame)
    assert len([text for text in axes.texts if "Today" not in text.get_text()]) == len(frame)


def test_an_intake_without_a_month_in_post_has_a_bar_and_no_marker() -> None:
    _, axes, chart = drawn(DEGREE.assign(arrives=pd.NaT))
    assert len(axes.patches) == 3
    assert "In post" not in " ".join(text.get_text() for text in axes.get_legend().get_texts())
    assert chart.alt.endswith("Nobody is expected in post after October 2025.")


def test_the_text_says_the_next_arrivals_the_largest_and_the_years() -> None:
    assert drawn(DEGREE)[2].alt == (
        "Timeline of 3 training intakes on 1 route, 2022 to 2029, 1 yet to begin. "
        "Next in post are 12 people in December 2025 (Degree); most, 20, come from Degree in December 2026."
    )


def test_of_many_routes_that_arrive_next_the_text_counts_them() -> None:
    assert "(9 routes)" in drawn(many(9))[2].alt


def test_the_data_are_every_intake_line_by_line() -> None:
    data = drawn(many(4))[2].data
    assert list(data) == COLUMNS
    assert data["row"].drop_duplicates().tolist() == ["Route 0", "Route 2", "Route 1", "Route 3"]
    assert len(data) == 36


def test_the_height_grows_with_the_lines_and_not_with_intakes_that_share_a_lane() -> None:
    assert gantt_height(many(2)) > gantt_height(many(1)) > gantt_height(DEGREE) == gantt_height(DEGREE.head(2))


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (DEGREE.head(0), "no intakes to draw"),
        (DEGREE.assign(starts=pd.NaT), "no start or no end"),
        (DEGREE.assign(ends=pd.Timestamp("2001-01-31")), "ends before it starts"),
        (DEGREE.assign(kind="hoped"), "begun or planned, not hoped"),
    ],
)
def test_intakes_that_make_no_sense_are_refused_in_plain_words(frame: pd.DataFrame, words: str) -> None:
    for draw in (gantt_height, lambda rows: gantt(figure()[1], rows, today=TODAY)):
        with pytest.raises(ValueError, match=words):
            draw(frame)
