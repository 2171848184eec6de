"""Past forecasts as fans, the line of what came, and how often it lay inside said in words."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.charts.past_fans import past_fans
from pipeline.charts.theme import figure

pytestmark = pytest.mark.unit


def says(value: float) -> str:
    return f"{value:,.0f}"


def fan(origin: str, middle: float) -> pd.DataFrame:
    months = pd.date_range(origin, periods=13, freq="ME")
    spread = pd.Series(range(13), dtype="float64")
    frame = pd.DataFrame({"origin": pd.Timestamp(origin), "month": months, "p50": middle})
    return frame.assign(p10=middle - spread, p90=middle + spread)


COUNTED = pd.DataFrame({"month": pd.date_range("2022-09-30", "2025-09-30", freq="ME"), "value": 100.0})


def test_what_came_is_said_to_lie_inside_or_outside_of_each_fan() -> None:
    made, axes = figure()
    chart = past_fans(axes, COUNTED, pd.concat([fan("2023-09-30", 105.0), fan("2024-09-30", 120.0)]), says, "People")
    made.draw_without_rendering()
    # 105 less 5 and more reaches 100 from the fifth month on, and 120 less 12 never does.
    assert "in 8 of 24" in chart.alt
    assert "said 120 for September 2025 (P10 to P90 108 to 132) and 100 came" in chart.alt
    names = {text.get_text() for text in axes.texts}
    assert names == {"Forecast 120", "Came 100", "Forecast made in September 2023"}
    assert len(axes.collections) == 2
    assert chart.data["came"].tolist() == [100.0] * 26


def test_a_chart_without_a_fan_or_with_a_crossed_one_is_refused() -> None:
    _, axes = figure()
    with pytest.raises(ValueError, match="at least one"):
        past_fans(axes, COUNTED, fan("2023-09-30", 105.0).head(0), says, "People")
    with pytest.raises(ValueError, match="cross"):
        past_fans(axes, COUNTED, fan("2023-09-30", 105.0).assign(p10=200.0), says, "People")
