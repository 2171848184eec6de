"""Need and staff: two bands told apart without colour, names that never meet, and the figures said in words."""

from __future__ import annotations

import pandas as pd
import pytest
from charts_apart import outside, touching
from matplotlib.axes import Axes
from matplotlib.collections import FillBetweenPolyCollection
from matplotlib.lines import Line2D

from pipeline.charts.chart import Chart
from pipeline.charts.need_and_staff import need_and_staff
from pipeline.charts.theme import figure

pytestmark = pytest.mark.unit
NAN = float("nan")
NOTHING = pd.DataFrame({"month": pd.to_datetime([]), "wte": []})


def says(value: float) -> str:
    return f"{value:,.0f}"


def counted(months: int, start: float = 3500.0, step: float = 4.0) -> pd.DataFrame:
    ends = pd.date_range(end="2025-03-31", periods=months, freq="ME")
    return pd.DataFrame({"month": ends, "wte": [start + step * place for place in range(months)]})


def band(months: int, start: float, step: float, wide: float = 100.0) -> pd.DataFrame:
    ends = pd.date_range("2025-04-30", periods=months, freq="ME")
    middle = pd.Series([start + step * place for place in range(months)])
    return pd.DataFrame({"month": ends, "p10": middle - wide, "p50": middle, "p90": middle + wide})


def planned(months: int, value: float) -> pd.DataFrame:
    return band(months, value, 0.0)[["month"]].assign(wte=value)


def drawn(
    past: pd.DataFrame, needed: pd.DataFrame, there: pd.DataFrame, plan: pd.DataFrame | None = None
) -> tuple[Axes, Chart]:
    made, axes = figure(height=4.0)
    chart = need_and_staff(axes, past, needed, there, says, "WTE", planned=plan)
    made.draw_without_rendering()
    return axes, chart


def usual(plan_months: int = 12) -> tuple[Axes, Chart]:
    return drawn(counted(36), band(60, 3660, 8), band(60, 3650, 1), planned(plan_months, 3672))


def words(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def line(axes: Axes, name: str) -> Line2D:
    (found,) = [one for one in axes.lines if one.get_label() == name]
    return found


def test_two_bands_differ_in_line_and_colour_and_all_lines_are_named_with_their_figures() -> None:
    axes, _ = usual()
    assert [type(shape) for shape in axes.collections] == [FillBetweenPolyCollection] * 2
    four = [line(axes, name) for name in ("in post", "needed", "there", "planned")]
    assert len({one.get_color() for one in four}) == 4
    assert [one.get_linestyle() for one in four] == ["-", "--", "-", "-."]
    assert set(words(axes)) == {
        "in post 3,640",
        "needed 4,132\n4,032 to 4,232",
        "there 3,709\n3,609 to 3,809",
        "planned 3,672 in March 2026",
    }
    assert axes.get_legend() is None


def test_a_plan_that_ends_early_ends_with_a_mark_at_its_own_month_and_value() -> None:
    axes, _ = usual()
    end = line(axes, "end of plan")
    assert (str(end.get_xdata()[0])[:7], end.get_ydata()[0], end.get_marker()) == ("2026-03", 3672, "s")


def test_a_plan_to_the_last_month_is_named_beside_the_bands_without_its_month() -> None:
    axes, _ = usual(60)
    assert "planned 3,672" in words(axes)


@pytest.mark.parametrize("plan_months", [1, 12, 60])
@pytest.mark.parametrize("past", [counted(36, 5000, -40), counted(1), NOTHING])
@pytest.mark.parametrize(
    ("needed", "there", "plan"),
    [
        (band(60, 3660, 8), band(60, 3650, 1), 3672.0),
        (band(60, 3650, 1), band(60, 3650, 1), 3650.0),
        (band(60, 3660, -20), band(60, 3650, -30), 9000.0),
    ],
)
def test_names_are_level_stand_inside_and_never_meet(
    past: pd.DataFrame, needed: pd.DataFrame, there: pd.DataFrame, plan: float, plan_months: int
) -> None:
    axes, _ = drawn(past, needed, there, planned(plan_months, plan))
    labels = [*axes.texts, *axes.get_xticklabels(), *axes.get_yticklabels(), axes.title]
    assert touching(axes.figure, labels) == []
    assert outside(axes.figure, labels) == []
    assert {label.get_rotation() for label in labels} == {0.0}


@pytest.mark.parametrize("value", [0.0, -50.0, 0.004, 1_400_000.0])
@pytest.mark.parametrize("months", [1, 24])
def test_no_small_large_or_negative_figure_makes_names_meet(value: float, months: int) -> None:
    flat = band(months, value, 0.0, abs(value) / 10)
    axes, chart = drawn(counted(3, value, 0.0), flat, flat, planned(months, value))
    labels = [*axes.texts, *axes.get_xticklabels(), *axes.get_yticklabels()]
    assert touching(axes.figure, labels) == []
    assert outside(axes.figure, labels) == []
    assert axes.get_ylim()[0] < value < axes.get_ylim()[1]
    marks = [label.get_text() for label in axes.get_yticklabels()]
    assert len(set(marks)) == len(marks)
    assert says(value) in chart.alt


def test_a_single_month_ahead_has_a_line_for_each_range_side_by_side() -> None:
    axes, _ = drawn(NOTHING, band(1, 412, 0), band(1, 390, 0))
    ranges = [shape.get_segments()[0][:, 1].tolist() for shape in axes.collections]
    assert ranges == [[312, 512], [290, 490]]
    left, right = (shape.get_transform().transform(shape.get_segments()[0])[0, 0] for shape in axes.collections)
    assert right - left > 5
    assert [line(axes, name).get_marker() for name in ("needed", "there")] == ["o", "o"]


def test_a_month_without_a_figure_breaks_its_line_and_is_not_the_last() -> None:
    there = band(3, 100, 10)
    there.loc[[1, 2], ["p10", "p50", "p90"]] = NAN
    past = counted(3).assign(wte=[1.0, NAN, 3.0])
    axes, chart = drawn(past, band(3, 120, 0), there)
    assert pd.isna(line(axes, "in post").get_ydata()[1])
    assert "there 100\n0 to 200" in words(axes)
    assert chart.data["there_p50"].notna().tolist() == [False, False, False, True, False, False]
    assert "in June 2025 120 needed (P10 to P90 20 to 220) and in April 2025 100 there" in chart.alt


def test_one_band_alone_is_drawn_and_the_table_has_what_is_known_only() -> None:
    axes, chart = drawn(NOTHING, band(5, 100, 1), band(5, 1, 1).head(0))
    assert words(axes) == ["needed 104\n4 to 204"]
    assert list(chart.data) == ["month", "needed_p10", "needed_p50", "needed_p90"]


def test_a_band_without_spread_has_no_range_in_words() -> None:
    axes, chart = drawn(NOTHING, band(5, 100, 1, 0.0), band(5, 90, 1, 0.0))
    assert words(axes) == ["there 94", "needed 104"]
    assert chart.alt == "WTE by month: in August 2025 104 needed and 94 there."


def test_the_text_says_the_way_so_far_both_bands_and_the_plan_against_them() -> None:
    assert usual()[1].alt == (
        "WTE by month: in post rose from 3,500 in April 2022 to 3,640 in March 2025; in March 2030 4,132 needed (P10 "
        "to P90 4,032 to 4,232) and 3,709 there (P10 to P90 3,609 to 3,809). The plan has 3,672 in March 2026 against "
        "3,748 needed and 3,661 there then."
    )


@pytest.mark.parametrize(
    ("past", "needed", "said"),
    [
        (NOTHING, band(0, 1, 1), "needs at least one month"),
        (pd.concat([counted(2), counted(1)]), band(2, 1, 1), "a month is there twice"),
        (NOTHING, band(3, 1, 1).assign(p10=999.0), "below a lower one"),
    ],
)
def test_figures_that_make_no_sense_are_refused_in_plain_words(
    past: pd.DataFrame, needed: pd.DataFrame, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        drawn(past, needed, needed)
