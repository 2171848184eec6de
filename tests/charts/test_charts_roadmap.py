"""The roadmap: bars from start to full effect."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from pipeline.charts.roadmap import roadmap, roadmap_height
from pipeline.charts.theme import figure

pytestmark = pytest.mark.unit

TODAY = dt.date(2025, 9, 30)


def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "group": ["Leadership", "Leadership", "Education"],
            "label": ["A1 Keep radiographers", "A2 One board", "A3 Train more of everybody " * 4],
            "starts": pd.to_datetime(["2025-04-30", "2026-01-31", "2026-09-30"]),
            "in_full": pd.to_datetime(["2026-01-31", "2026-01-31", "2030-01-31"]),
            "under_way": [True, False, False],
        }
    )


def test_every_row_is_a_bar_of_its_length_with_its_name() -> None:
    fig, axes = figure(height=roadmap_height(frame()))
    chart = roadmap(axes, frame(), today=TODAY)
    fig.draw_without_rendering()
    assert len(axes.patches) == 3
    widths = [patch.get_width() for patch in axes.patches]
    # A start in April 2025 is drawn from the first of April, and not from the last day, by which the month is dated.
    assert widths[0] == (frame()["in_full"][0] - pd.Timestamp("2025-04-01")).days
    assert widths[1] == 30
    names = [label.get_text().replace("\n", " ") for label in axes.get_yticklabels()]
    assert names[:2] == ["A1 Keep radiographers", "A2 One board"]
    assert names[2] == frame()["label"][2].strip()
    assert {text.get_text() for text in axes.texts} == {"Leadership", "Education"}
    assert chart.data["label"].tolist() == frame()["label"].tolist()


def test_its_words_say_how_many_and_the_first_and_last() -> None:
    _, axes = figure(height=2.5)
    alt = roadmap(axes, frame(), today=TODAY).alt
    assert alt.startswith("Roadmap of 3 actions, 1 of them under way in September 2025. The first in full effect is A1")
    assert "January 2030" in alt


def test_a_bar_that_ends_before_it_starts_and_no_bars_are_refused() -> None:
    _, axes = figure(height=2)
    with pytest.raises(ValueError, match="nothing to draw"):
        roadmap(axes, frame().head(0), today=TODAY)
    with pytest.raises(ValueError, match="before it starts"):
        roadmap(axes, frame().assign(in_full=pd.Timestamp("2020-01-31")), today=TODAY)
