"""The fan: bands and lines named where they end, names that never meet, and the range said in words."""

from __future__ import annotations

from itertools import combinations

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.text import Text

from pipeline.charts.chart import Chart
from pipeline.charts.fan import fan
from pipeline.charts.theme import figure

pytestmark = pytest.mark.unit
NOTHING = pd.DataFrame({"month": pd.to_datetime([]), "value": []})


def says(value: float) -> str:
    return f"{value:,.0f} WTE"


def counted(months: int, start: float = 100.0, step: float = 1.0) -> pd.DataFrame:
    ends = pd.date_range("2023-01-31", periods=months, freq="ME")
    return pd.DataFrame({"month": ends, "value": [start + step * place for place in range(months)]})


def expected(months: int, wide: float = 1.0) -> pd.DataFrame:
    ends = pd.date_range("2025-11-30", periods=months, freq="ME")
    rows = pd.DataFrame({"month": ends, "p50": [120.0 + place for place in range(months)]})
    out = {"p10": -2.0, "p25": -1.0, "p75": 1.0, "p90": 2.0}
    return rows.assign(**{name: rows["p50"] + wide * side for name, side in out.items()})


def planned(months: int, value: float = 110.0) -> pd.DataFrame:
    return expected(months)[["month"]].assign(value=value)


def drawn(
    past: pd.DataFrame, ahead: pd.DataFrame, plan: pd.DataFrame | None = None, **named: str
) -> tuple[Axes, Chart]:
    made, axes = figure()
    chart = fan(axes, past, ahead, says, "WTE short", plan=plan, **named)
    made.draw_without_rendering()
    return axes, chart


def test_both_bands_the_median_the_observed_and_the_plan_are_drawn_and_named() -> None:
    axes, _ = drawn(counted(34), expected(24), planned(12))
    assert len(axes.collections) == 2
    assert [line.get_linestyle() for line in axes.lines] == [":"] * 4 + ["--", "-", "-"]
    assert {text.get_text() for text in axes.texts} == {
        "Observed 133 WTE",
        "P10 141 WTE",
        "P25 142 WTE",
        "Median 143 WTE",
        "P75 144 WTE",
        "P90 145 WTE",
        "Operational plan 110 WTE",
    }


def test_without_the_inner_band_only_the_outer_one_is_drawn() -> None:
    axes, chart = drawn(counted(3), expected(5)[["month", "p10", "p50", "p90"]])
    assert len(axes.collections) == 1
    assert list(chart.data) == ["month", "observed", "p10", "p50", "p90"]


@pytest.mark.parametrize("wide", [0.0, 0.01, 1.0, 40.0])
@pytest.mark.parametrize("value", [60.0, 143.0, 144.0, 300.0])
@pytest.mark.parametrize("name", ["Plan", "Operational plan of the integrated care board, revised"])
def test_names_are_level_stand_inside_the_axes_and_never_meet(wide: float, value: float, name: str) -> None:
    axes, _ = drawn(counted(34), expected(24, wide), planned(12, value), plan_name=name)
    boxes = [Text.get_window_extent(text) for text in axes.texts]  # the words without the line back
    assert {text.get_rotation() for text in axes.texts} == {0}
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    plot = axes.get_window_extent()
    assert all(plot.x0 - 1 <= box.x0 and box.x1 <= plot.x1 + 1 for box in boxes)
    assert all(plot.y0 - 1 <= box.y0 and box.y1 <= plot.y1 + 1 for box in boxes)


def test_names_stand_right_of_every_line_and_months_only_below_the_lines() -> None:
    axes, _ = drawn(counted(34), expected(24), planned(12))
    last = date2num(pd.Timestamp("2027-10-01"))
    assert all(text.xyann[0] > last for text in axes.texts if not text.get_text().startswith("Observed"))
    assert max(axes.get_xticks()) <= last
    assert [label.get_text() for label in axes.get_xticklabels()] == ["2023", "2024", "2025", "2026", "2027"]


@pytest.mark.parametrize(("months", "names"), [(1, ["Jan\n2023"]), (3, ["Jan\n2023", "Feb\n2023", "Mar\n2023"])])
def test_a_few_months_have_their_own_names(months: int, names: list[str]) -> None:
    axes, _ = drawn(counted(months), expected(0))
    assert [label.get_text() for label in axes.get_xticklabels()] == names


def test_a_single_month_ahead_has_a_bar_for_its_range() -> None:
    axes, _ = drawn(NOTHING, expected(1))
    (outer, inner) = (collection.get_segments()[0][:, 1].tolist() for collection in axes.collections)
    assert (outer, inner) == ([118, 122], [119, 121])


def test_months_without_a_figure_break_the_line_and_do_not_count_as_the_last() -> None:
    past = counted(4).assign(value=[1.0, float("nan"), 3.0, float("nan")])
    axes, chart = drawn(past, expected(0))
    assert [text.get_text() for text in axes.texts] == ["Observed 3 WTE"]
    assert pd.isna(axes.lines[-1].get_ydata()[1])
    assert chart.data["observed"].isna().tolist() == [False, True, False, True]


def test_the_text_says_the_way_so_far_the_range_and_where_the_plan_stands() -> None:
    assert drawn(counted(34), expected(24), planned(12))[1].alt == (
        "WTE short by month: observed rose from 100 WTE in January 2023 to 133 WTE in October 2025; the median rises "
        "to 143 WTE in October 2027 (P10 to P90 141 WTE to 145 WTE). "
        "Operational plan has 110 WTE in October 2026, below the range then."
    )


def test_values_that_read_the_same_are_said_to_be_unchanged() -> None:
    alt = drawn(counted(5, step=0.01), expected(2).assign(p50=120.0))[1].alt
    assert "observed unchanged from 100 WTE in January 2023 to 100 WTE in May 2023" in alt
    assert "the median stays at 120 WTE" in alt


@pytest.mark.parametrize(("value", "where"), [(131.0, "within that range"), (900.0, "above the range then")])
def test_a_plan_is_compared_with_the_range_of_its_own_last_month(value: float, where: str) -> None:
    assert drawn(NOTHING, expected(24), planned(12, value))[1].alt.endswith(f"in October 2026, {where}.")


@pytest.mark.parametrize(
    ("past", "ahead", "words"),
    [
        (NOTHING, expected(0), "at least one month"),
        (counted(2).assign(value=float("nan")), expected(0), "at least one month"),
        (pd.concat([counted(2), counted(1)]), expected(0), "a month is there twice"),
        (NOTHING, expected(3).assign(p10=999.0), "below a lower one"),
    ],
)
def test_figures_that_make_no_sense_are_refused_in_plain_words(
    past: pd.DataFrame, ahead: pd.DataFrame, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        drawn(past, ahead)


@pytest.mark.parametrize("value", [0.0, -50.0])
def test_equal_and_negative_figures_are_drawn(value: float) -> None:
    axes, _ = drawn(counted(12, value, 0.0), expected(0))
    assert axes.get_ylim()[0] < value < axes.get_ylim()[1]
