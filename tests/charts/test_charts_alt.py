"""Every chart says itself in at most two sentences, however little or much it shows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pandas as pd
import pytest

from pipeline.charts.alt_words import counted, moved
from pipeline.charts.band_bars import band_bars
from pipeline.charts.bars import bars
from pipeline.charts.chart import Chart
from pipeline.charts.fan import fan
from pipeline.charts.frontier import frontier
from pipeline.charts.gantt import gantt
from pipeline.charts.lettering import listed
from pipeline.charts.need_and_staff import need_and_staff
from pipeline.charts.plan_lines import plan_lines
from pipeline.charts.pyramid import population_pyramid
from pipeline.charts.ranges import ranges
from pipeline.charts.small_waterfalls import small_waterfalls
from pipeline.charts.theme import figure, panels
from pipeline.charts.three_bars import COLUMNS, three_bars
from pipeline.charts.tornado import tornado
from pipeline.charts.trends import trend_panels
from pipeline.charts.waterfall import waterfall

pytestmark = pytest.mark.unit
MONTHS = pd.date_range("2025-01-31", periods=3, freq="ME")


def says(value: float) -> str:
    return f"{value:.1f} WTE"


def sentences(text: str) -> int:
    """Full stops, question or exclamation marks that a space or the end follows; 15.5 has none."""
    return len(re.findall(r"[.!?](?=\s|$)", text))


def names(count: int) -> list[str]:
    return [f"Service {place}" for place in range(count)]


def values(count: int) -> list[float]:
    return [15.5 + (-1) ** place * place for place in range(count)]


def monthly(count: int) -> pd.DataFrame:
    rows = [
        (name, month, value + step, value + 0.4)
        for name, value in zip(names(count), values(count), strict=True)
        for step, month in enumerate(MONTHS)
    ]
    return pd.DataFrame(rows, columns=["name", "month", "actual", "planned"])


def a_bars(count: int) -> Chart:
    return bars(figure()[1], pd.DataFrame({"name": names(count), "wte": values(count)}), "name", "wte", says, "WTE")


def a_band_bars(count: int) -> Chart:
    frame = pd.DataFrame({"name": names(count), "band": "60-64", "wte": values(count)})
    return band_bars(panels(count)[1], frame, "name", "band", "wte", says, "People", order=["60-64"])


def a_plan_lines(count: int) -> Chart:
    return plan_lines(panels(count)[1], monthly(count), "name", says)


def plan_lines_unknown(count: int) -> Chart:
    return plan_lines(panels(count)[1], monthly(count).assign(actual=float("nan")), "name", says)


def plan_lines_unplanned(count: int) -> Chart:
    return plan_lines(panels(count)[1], monthly(count).assign(planned=float("nan")), "name", says)


def a_trend(count: int) -> Chart:
    return trend_panels(panels(count)[1], monthly(count), "name", "month", "actual", says)


def trend_of_one_month(count: int) -> Chart:
    frame = monthly(count)
    return trend_panels(panels(count)[1], frame[frame["month"] == MONTHS[0]], "name", "month", "actual", says)


def trend_unknown(count: int) -> Chart:
    frame = monthly(count).assign(actual=float("nan"))
    return trend_panels(panels(count)[1], frame, "name", "month", "actual", says)


def a_pyramid(count: int) -> Chart:
    frame = pd.DataFrame({"sex": "female", "age_band": names(count), "persons": range(count)})
    return population_pyramid(figure()[1], frame)


def a_range(count: int) -> Chart:
    middle = pd.Series(values(count))
    frame = pd.DataFrame({"name": names(count), "p10": middle - 1, "p50": middle, "p90": middle + 1})
    return ranges(figure()[1], frame, "name", says, "WTE")


def a_tornado(count: int) -> Chart:
    frame = pd.DataFrame({"assumption": names(count), "at_low": 5.5, "at_high": values(count), "centre": 10.5})
    return tornado(figure()[1], frame, says, "WTE")


def a_gantt(count: int) -> Chart:
    day = pd.Timestamp("2026-09-30")
    frame = pd.DataFrame({"row": names(count), "group": "Imaging", "starts": day, "ends": day, "arrives": day})
    return gantt(figure()[1], frame.assign(people=values(count), kind="planned"), today=dt.date(2025, 10, 31))


def a_waterfall(count: int) -> Chart:
    frame = pd.DataFrame({"label": names(count), "amount": values(count), "kind": "change"})
    return waterfall(figure()[1], frame, says, says, "WTE")


def a_fan(count: int) -> Chart:
    months = pd.date_range("2025-01-31", periods=count, freq="ME")
    line = pd.DataFrame({"month": months, "value": values(count)})
    ahead = pd.DataFrame({"month": months, "p10": 1.5, "p50": 2.5, "p90": 3.5})
    return fan(figure()[1], line, ahead, says, "WTE", plan=line)


def a_frontier(count: int) -> Chart:
    frame = pd.DataFrame({"label": names(count), "x": values(count), "y": values(count), "chosen": True})
    return frontier(figure()[1], frame.assign(on_frontier=True), says, says, "Cost", "WTE")


def a_need_and_staff(count: int) -> Chart:
    months = pd.date_range("2025-01-31", periods=count, freq="ME")
    line = pd.DataFrame({"month": months, "wte": values(count)})
    ahead = pd.DataFrame({"month": months, "p10": 1.5, "p50": 2.5, "p90": 3.5})
    return need_and_staff(figure()[1], line, ahead, ahead, says, "WTE", planned=line)


def a_three_bars(count: int) -> Chart:
    frame = pd.DataFrame({"name": names(count), **dict.fromkeys(COLUMNS, 2.5)}).assign(needed_p50=values(count))
    return three_bars(figure()[1], frame, "name", says, "WTE")


def a_small_waterfalls(count: int) -> Chart:
    frame = pd.DataFrame({name: [1.5, 2.5, 4.0] for name in names(count)}, index=["gap now", "Growth", "gap then"])
    return small_waterfalls(panels(max(count, 1))[1][:count], frame, says, says, "WTE short")


CHARTS = [
    a_bars,
    a_band_bars,
    a_plan_lines,
    plan_lines_unknown,
    plan_lines_unplanned,
    a_trend,
    trend_of_one_month,
    trend_unknown,
    a_pyramid,
    a_range,
    a_tornado,
    a_gantt,
    a_waterfall,
    a_fan,
    a_frontier,
    a_need_and_staff,
    a_three_bars,
    a_small_waterfalls,
]


@pytest.mark.parametrize("count", [1, 2, 4, 5, 12])
@pytest.mark.parametrize("chart", CHARTS)
def test_a_chart_says_itself_in_one_or_two_short_sentences(chart: Callable[[int], Chart], count: int) -> None:
    alt = chart(count).alt
    assert 1 <= sentences(alt) <= 2, alt
    assert alt.endswith(".")
    assert "nan" not in alt.lower()
    assert len(set(re.findall(r"Service \d+", alt))) <= 8, alt


@pytest.mark.parametrize(
    "chart",
    [
        a_bars,
        a_pyramid,
        a_range,
        a_tornado,
        a_gantt,
        a_waterfall,
        a_fan,
        a_frontier,
        a_need_and_staff,
        a_three_bars,
        a_small_waterfalls,
    ],
)
def test_a_chart_of_nothing_is_refused_in_plain_words(chart: Callable[[int], Chart]) -> None:
    with pytest.raises(ValueError, match=r"no row|needs? at least|no intakes"):
        chart(0)


def test_a_sentence_ends_at_a_full_stop_and_not_inside_a_number() -> None:
    assert sentences("Of 15.5 WTE, P10 to P90 is 1.5 to 20.5. That is all.") == 2


def test_of_many_lines_the_text_counts_those_that_rose_and_fell_and_names_the_extremes() -> None:
    frame = monthly(5)
    frame.loc[frame["name"] == "Service 1", "actual"] = [9.0, 8.0, 7.0]
    frame.loc[frame["name"] == "Service 3", "actual"] = 12.0
    assert trend_panels(panels(5)[1], frame, "name", "month", "actual", says).alt == (
        "Line charts from January 2025 to March 2025, 5 series: 3 rose, 1 fell and 1 unchanged. The latest value is "
        "highest for Service 4, 21.5 WTE, and lowest for Service 1, 7.0 WTE."
    )


def test_of_many_plans_the_text_counts_those_below_and_above_and_names_the_furthest() -> None:
    frame = monthly(5)
    frame.loc[frame["name"] == "Service 1", "actual"] = 2.0
    frame.loc[frame["name"] == "Service 0", "actual"] = 30.0
    assert plan_lines(panels(5)[1], frame, "name", says).alt == (
        "Lines of planned and actual WTE from January 2025 to March 2025. "
        "Latest: 1 of 5 are below plan and 4 above it, "
        "from Service 1, 2.0 WTE against 14.9 WTE planned, "
        "to Service 0, 30.0 WTE against 15.9 WTE planned."
    )


def test_of_many_bands_the_text_names_the_panels_with_the_largest_and_the_least() -> None:
    assert a_band_bars(5).alt == (
        "Bar charts of people by band, 5 in all. The largest band of one is highest in Service 4, 60-64 (19.5 WTE), "
        "and lowest in Service 3, 60-64 (12.5 WTE)."
    )


def test_parts_of_a_sentence_are_counted_and_joined_as_they_are_read() -> None:
    assert [counted(number, "intake") for number in (0, 1, 1200)] == ["0 intakes", "1 intake", "1,200 intakes"]
    assert [listed(parts) for parts in (["A"], ["A", "B"], ["A", "B", "C"])] == ["A", "A and B", "A, B and C"]
    assert [moved(1, last, says) for last in (2, 0, 1.01)] == ["rose", "fell", "unchanged"]
