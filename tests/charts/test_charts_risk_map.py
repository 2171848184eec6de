"""The map of risks by structure: every id in its cell, every cell named by its level, and letters that can be read."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from pipeline.charts.heat_map import contrast
from pipeline.charts.risk_map import HEIGHT, risk_map
from pipeline.charts.theme import figure
from pipeline.metrics.registers import level_of

pytestmark = pytest.mark.unit

WORDS = ["rare", "unlikely", "possible", "likely", "almost certain"]
RISKS = pd.DataFrame({"id": ["R1", "R2", "M1"], "likelihood": [4, 4, 1], "impact": [5, 5, 2]})


def drawn(risks: pd.DataFrame = RISKS) -> tuple[Axes, str, pd.DataFrame]:
    made, axes = figure(7.2, HEIGHT)
    chart = risk_map(axes, risks, level_of, WORDS, WORDS)
    made.draw_without_rendering()
    return axes, chart.alt, chart.data


def words_in(axes: Axes, likelihood: int, impact: int) -> set[str]:
    """What is written in a cell."""
    return {
        text.get_text()
        for text in axes.texts
        if impact - 1 <= text.get_position()[0] <= impact and likelihood - 1 <= text.get_position()[1] <= likelihood
    }


def test_ids_stand_in_the_cell_of_their_likelihood_and_impact() -> None:
    axes, _, _ = drawn()
    assert words_in(axes, 4, 5) == {"extreme", "R1, R2"}
    assert words_in(axes, 1, 2) == {"low", "M1"}
    assert words_in(axes, 5, 5) == {"extreme", ""}


def test_every_cell_is_named_by_its_level_and_can_be_read() -> None:
    axes, _, _ = drawn()
    assert len(axes.patches) == 25
    colours = [to_rgb(patch.get_facecolor()) for patch in axes.patches]
    for text in axes.texts:
        x, y = text.get_position()
        own = colours[int(y) * 5 + int(x)]
        assert contrast(to_rgb(text.get_color()), own) >= 4.5


def test_alt_text_tells_the_levels_and_the_table_is_worst_first() -> None:
    _, alt, data = drawn()
    assert alt == "Map of 3 risks by likelihood and impact: R1 and R2 are extreme; M1 is low."
    assert data["id"].tolist() == ["R1", "R2", "M1"]
    assert data["level"].tolist() == ["extreme", "extreme", "low"]


def test_no_risks_and_classes_without_a_name_are_refused() -> None:
    _, axes = figure()
    with pytest.raises(ValueError, match="no rows"):
        risk_map(axes, RISKS.head(0), level_of, WORDS, WORDS)
    with pytest.raises(ValueError, match="likelihood from 1 to 5"):
        risk_map(axes, RISKS.assign(likelihood=6), level_of, WORDS, WORDS)
