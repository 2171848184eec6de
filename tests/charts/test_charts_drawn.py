"""Charts by structure: what is drawn, labelled and said, never by pixels."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.dates import date2num

from pipeline.charts.band_bars import band_bars
from pipeline.charts.bars import bars
from pipeline.charts.plan_lines import plan_lines
from pipeline.charts.pyramid import population_pyramid
from pipeline.charts.ranges import ranges
from pipeline.charts.theme import MUTED, SERIES, TEXT, figure, panels, wrapped
from pipeline.charts.tornado import tornado
from pipeline.charts.trends import trend_panels

pytestmark = pytest.mark.unit


def says(value: float) -> str:
    return f"{value:g} WTE"


def luminance(colour: str) -> float:
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast_with_white(colour: str) -> float:
    return 1.05 / (luminance(colour) + 0.05)


@pytest.mark.parametrize("colour", [SERIES[0], SERIES[2], MUTED, TEXT])
def test_text_and_line_colours_stand_out_from_white(colour: str) -> None:
    assert contrast_with_white(colour) >= 4.5


def test_bars_start_at_zero_carry_their_values_and_say_the_extremes() -> None:
    _, axes = figure()
    frame = pd.DataFrame({"profession": ["A", "B", "C"], "wte": [2.0, 9.0, 4.0]})
    chart = bars(axes, frame, "profession", "wte", says, "WTE in post")
    assert axes.get_xlim()[0] == 0
    assert [text.get_text() for text in axes.texts] == ["2 WTE", "4 WTE", "9 WTE"]
    assert chart.alt == "Bar chart of WTE in post: B has the most, 9 WTE, and A the fewest, 2 WTE."
    assert chart.data["profession"].tolist() == ["B", "C", "A"]


def test_trend_panels_write_first_and_last_and_the_target_once() -> None:
    frame = pd.DataFrame(
        {
            "pillar": ["imaging"] * 3 + ["endoscopy"] * 3,
            "month": list(pd.date_range("2025-01-31", periods=3, freq="ME")) * 2,
            "share": [0.1, 0.2, 0.3, 0.5, float("nan"), 0.4],
        }
    )
    _, axes = panels(2)
    chart = trend_panels(axes, frame, "pillar", "month", "share", says, target=0.01, target_name="standard")
    assert [one.get_title(loc="left") for one in axes] == ["imaging", "endoscopy"]
    assert [text.get_text() for text in axes[0].texts] == ["0.1 WTE", "0.3 WTE", "standard"]
    assert [text.get_text() for text in axes[1].texts] == ["0.5 WTE", "0.4 WTE"]
    assert all(one.get_ylim()[0] == 0 for one in axes)
    assert chart.alt == (
        "Line charts from January 2025 to March 2025: imaging rose from 0.1 WTE to 0.3 WTE; "
        "endoscopy fell from 0.5 WTE to 0.4 WTE."
    )


@pytest.mark.parametrize("months", [1, 2, 3])
def test_a_few_months_stand_at_their_own_names(months: int) -> None:
    ends = pd.date_range("2024-07-31", periods=months, freq="ME")
    frame = pd.DataFrame({"pillar": "imaging", "month": ends, "share": [0.5] * months})
    _, (axes,) = panels(1)
    chart = trend_panels([axes], frame, "pillar", "month", "share", says)
    marks = dict(zip(axes.get_xticks(), [label.get_text() for label in axes.get_xticklabels()], strict=True))
    drawn = [date2num(day) for day in axes.lines[0].get_xdata()]
    assert [marks[day] for day in drawn] == [f"{end:%b}\n{end:%Y}" for end in ends]
    assert len(axes.texts) == min(months, 2)
    assert (chart.alt == "Line charts of July 2024: imaging 0.5 WTE.") == (months == 1)


def test_a_month_of_a_long_series_stands_in_its_own_year() -> None:
    ends = pd.date_range("2020-12-31", periods=61, freq="ME")
    _, (axes,) = panels(1)
    frame = pd.DataFrame({"pillar": "imaging", "month": ends, "share": 0.5})
    trend_panels([axes], frame, "pillar", "month", "share", says)
    assert [str(day)[:7] for day in axes.lines[0].get_xdata()] == [f"{end:%Y-%m}" for end in ends]
    assert str(axes.lines[0].get_xdata()[0])[:10] == "2020-12-01"


def test_a_long_name_is_cut_and_a_dollar_sign_stays_one() -> None:
    assert wrapped("A $x_2$ trust") == r"A \$x_2\$ trust"
    assert len(wrapped("word " * 100).splitlines()) == 5
    assert wrapped("word " * 100).endswith(" …")


def test_an_age_band_of_one_sex_only_is_drawn() -> None:
    population = pd.DataFrame({"sex": ["female", "male"], "age_band": ["00-04", "85-89"], "persons": [10, 20]})
    _, axes = figure()
    assert population_pyramid(axes, population).data.values.tolist() == [["00-04", 10, 0], ["85-89", 0, 20]]


def test_a_pyramid_has_one_scale_for_both_sexes() -> None:
    population = pd.DataFrame(
        {
            "sex": ["female", "male"] * 2,
            "age_band": ["00-04", "00-04", "05-09", "05-09"],
            "persons": pd.array([10, 20, 30, 25], dtype="Int64"),
        }
    )
    _, axes = figure()
    chart = population_pyramid(axes, population)
    low, high = axes.get_xlim()
    assert low == -high
    assert "85 people" in chart.alt
    assert "05-09 with 55, and the smallest 00-04 with 30." in chart.alt


def test_ranges_keep_the_order_given_and_mark_zero() -> None:
    frame = pd.DataFrame({"profession": ["A", "B"], "p10": [-1.0, 2.0], "p50": [1.0, 5.0], "p90": [3.0, 8.0]})
    _, axes = figure()
    chart = ranges(axes, frame, "profession", says, "WTE")
    assert [label.get_text() for label in axes.get_yticklabels()] == ["B", "A"]
    assert (
        chart.alt
        == "Ranges of WTE: the largest is B, 5 WTE (P10 to P90 2 WTE to 8 WTE); the smallest of 2 is A, 1 WTE."
    )


def test_values_of_ranges_near_zero_stand_right_of_their_bars() -> None:
    frame = pd.DataFrame({"group": ["A", "B", "C"], "p10": [40.0, -1.0, -9.0], "p50": [50.0, 0.5, -1.0]})
    _, axes = figure()
    ranges(axes, frame.assign(p90=[60.0, 2.0, -0.5]), "group", says, "WTE")
    told = {text.get_text(): (text.get_ha(), text.xy[0]) for text in axes.texts}
    assert told == {"50 WTE": ("center", 50.0), "0.5 WTE": ("left", 2.0), "-1 WTE": ("left", 0.0)}


def test_a_tornado_says_what_moves_the_total_most() -> None:
    frame = pd.DataFrame(
        {"assumption": ["Minutes", "Leave"], "at_low": [5.0, 9.0], "at_high": [16.0, 11.0], "centre": 10.0}
    )
    _, axes = figure()
    chart = tornado(axes, frame, says, "WTE")
    assert "Minutes moves it most, from 5 WTE to 16 WTE; of 2, Leave moves it least." in chart.alt
    assert {text.get_text() for text in axes.get_legend().get_texts()} == {"at its low end", "at its high end"}


def test_bands_are_the_same_in_every_panel_and_the_largest_is_said() -> None:
    frame = pd.DataFrame(
        {"pillar": ["Imaging", "Imaging", "Labs"], "band": ["25-29", "60-64", "60-64"], "people": [5, 9, 3]}
    )
    _, axes = panels(2)
    chart = band_bars(axes, frame, "pillar", "band", "people", says, "People", order=["20-24", "25-29", "60-64"])
    assert [bar.get_width() for bar in axes[0].patches] == [5, 9]
    assert [bar.get_width() for bar in axes[1].patches] == [0, 3]
    assert axes[0].get_xlim() == axes[1].get_xlim()
    assert chart.alt == "Bar charts of people by band. The largest band is: Imaging 60-64 (9 WTE); Labs 60-64 (3 WTE)."


class TestPlanLines:
    @staticmethod
    def frame(actual: list[float]) -> pd.DataFrame:
        months = pd.date_range("2025-01-31", periods=3, freq="ME")
        return pd.DataFrame({"pillar": "Imaging", "month": months, "planned": [10.0, 11.0, 12.0], "actual": actual})

    def test_draw_planned_dashed_and_actual_whole_and_write_both_ends(self) -> None:
        _, axes = panels(1)
        chart = plan_lines(axes, self.frame([10.0, 9.0, float("nan")]), "pillar", says)
        assert [line.get_linestyle() for line in axes[0].lines] == ["--", "-"]
        assert [text.get_text() for text in axes[0].texts] == ["9 WTE", "12 WTE"]
        assert axes[0].get_ylim()[0] > 0
        assert chart.alt == (
            "Lines of planned and actual WTE from January 2025 to March 2025. Latest: Imaging 9 WTE against 11 WTE "
            "planned in February 2025."
        )

    def test_without_anything_actual_say_that_nothing_is_known(self) -> None:
        _, axes = panels(1)
        chart = plan_lines(axes, self.frame([float("nan")] * 3), "pillar", says)
        assert chart.alt.endswith("Nothing is known yet of what happened.")
