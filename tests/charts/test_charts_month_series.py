"""Lines over months: each named at its end, told apart without colour, and said in words."""

from __future__ import annotations

import pandas as pd
import pytest
from charts_apart import outside, touching

from pipeline.charts.month_series import month_series
from pipeline.charts.theme import figure

pytestmark = pytest.mark.unit


def says(value: float) -> str:
    return f"{value:.0%}"


def frame(**values: list[float]) -> pd.DataFrame:
    months = pd.date_range("2025-09-30", periods=max(map(len, values.values())), freq="ME")
    return pd.concat(
        [pd.DataFrame({"test": name, "month": months[: len(each)], "late": each}) for name, each in values.items()]
    )


def test_each_line_is_named_at_its_end_and_has_a_style_of_its_own() -> None:
    made, axes = figure(height=4.0)
    month_series(axes, frame(CT=[0.1, 0.4, 0.9], MRI=[0.1, 0.4, 0.89]), "test", "late", says, "Late")
    made.draw_without_rendering()
    assert [text.get_text() for text in axes.texts] == ["MRI 89%", "CT 90%"]
    assert len({line.get_linestyle() for line in axes.lines}) == 2
    assert not touching(made, axes.texts)
    assert not outside(made, axes.texts)


def test_lines_have_most_of_the_width_whatever_their_names() -> None:
    made, axes = figure(height=4.0)
    names = {"Demand is low and more of the staff stay": [0.2] * 12, "What can be met: 2 % a year": [0.9] * 12}
    month_series(axes, frame(**names), "test", "late", lambda value: f"£{value} million", "£ a year")
    made.draw_without_rendering()
    left, right = axes.get_xlim()
    assert max(axes.lines[0].get_xdata(orig=False)) - left > 0.6 * (right - left)
    assert not touching(made, axes.texts)
    assert not outside(made, axes.texts)


def test_words_say_what_each_line_does() -> None:
    _, axes = figure()
    chart = month_series(axes, frame(CT=[0.1, 0.4], MRI=[0.2, 0.2]), "test", "late", says, "Reports late")
    assert chart.alt == "Reports late from September 2025 to October 2025: CT rose from 10% to 40%; MRI stays at 20%."
    assert chart.data.columns.tolist() == ["month", "CT", "MRI"]


def test_more_lines_than_there_are_colours_are_refused() -> None:
    _, axes = figure()
    with pytest.raises(ValueError, match="at most 4 lines, and 5 are given"):
        month_series(axes, frame(**{name: [0.1, 0.2] for name in "abcde"}), "test", "late", says, "Late")
