"""The rolling-origin back-test and its page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from small_panels import RATE, climbing

from pipeline.evidence import opponents
from pipeline.evidence.__main__ import main
from pipeline.evidence.evidence_page import OURS, PAGE_FILE, Chapter, opening, page
from pipeline.evidence.forecasts import Forecast
from pipeline.evidence.scores import crps_of_points
from pipeline.evidence.stock_backtest import backtest, horizons_of, origins_of, scored, verdict, verdicts
from pipeline.evidence.stock_growth_forecast import ahead, growth_forecast
from pipeline.evidence.stock_panel import Panel

pytestmark = pytest.mark.unit
LAST = opponents.naive(opponents.last_value)


def _knows_all(panel: Panel, origins: Sequence[int], horizons: Sequence[int]) -> list[Forecast]:
    """What came; beyond the panel, its last value."""
    last = panel.values.shape[1] - 1
    came = [panel.values[:, np.minimum([origin + each for each in horizons], last)] for origin in origins]
    return [Forecast(each, np.repeat(each[..., None], 3, axis=-1)) for each in came]


def test_the_score_of_points_is_twice_their_mean_quantile_loss() -> None:
    points = np.array([1.0, 2.0, 4.0])
    levels = np.array([1, 3, 5]) / 6
    loss = np.where(points > 3.2, (1 - levels) * (points - 3.2), levels * (3.2 - points))
    assert crps_of_points(points, 3.2) == pytest.approx(2 * loss.mean())
    assert crps_of_points([2.0], 3.2) == pytest.approx(1.2)


def test_a_method_that_knows_what_comes_has_no_error() -> None:
    scores = scored(backtest(climbing(series=4), {"all": _knows_all}))
    assert scores[["mape", "mase", "bias", "crps"]].to_numpy() == pytest.approx(np.zeros((len(scores), 4)))
    assert (scores["coverage"] == 1).all()


def test_nothing_changes_is_too_low_by_the_growth() -> None:
    scores = scored(backtest(climbing(series=8, noise=0.0001), {"last": LAST})).set_index("horizon")
    expected = 100 * (np.exp(-12 * RATE) - 1)
    assert scores.at[12, "bias"] == pytest.approx(expected, abs=0.02)
    assert scores.at[12, "mape"] == pytest.approx(-expected, abs=0.02)
    assert scores.at[12, "mase"] == pytest.approx(1, abs=0.15)


def test_a_long_panel_has_twenty_origins_half_a_year_apart() -> None:
    panel = climbing(series=2, months=184)
    origins = origins_of(panel)
    assert set(np.diff(origins)) == {6}
    counts = scored(backtest(panel, {"last": LAST})).set_index("horizon")["origins"]
    assert counts.to_dict() == {3: 20, 6: 20, 12: 20, 24: 19}


def test_a_short_panel_has_origins_closer_together_and_no_long_horizon() -> None:
    panel = climbing(series=2, months=60)
    assert horizons_of(panel) == [3, 6, 12]
    assert set(np.diff(origins_of(panel))) == {1}


def test_a_panel_of_two_years_cannot_be_scored() -> None:
    panel = climbing(series=2, months=24)
    assert origins_of(panel) == []
    assert backtest(panel, {"last": LAST}).empty


def test_thirty_months_are_the_least_for_three_months_ahead() -> None:
    assert horizons_of(climbing(series=2, months=29)) == []
    assert horizons_of(climbing(series=2, months=30)) == [3]


def test_scores_can_be_told_apart_by_parent() -> None:
    rows = backtest(climbing(series=6), {"last": LAST})
    assert set(scored(rows, ["parent"])["parent"]) == {"A", "B"}


def test_a_verdict_is_about_the_best_other_method() -> None:
    scores = scored(backtest(climbing(series=8, months=50), {OURS: growth_forecast, "last": LAST}))
    horizon, word, other, ratio = next(verdicts(scores, OURS))
    assert (horizon, word, other) == (3, "better", "last")
    assert ratio < 0.9
    assert verdict(1.01) == verdict(0.99) == "level"
    assert verdict(1.05) == "worse"


def test_the_forecast_of_a_plan_gives_months_and_a_range() -> None:
    panel = climbing(series=3)
    table = ahead(panel, [3, 12])
    assert table["month"].dt.strftime("%Y-%m-%d").unique().tolist() == ["2018-03-31", "2018-12-31"]
    assert (table["p10"] < table["p50"]).all()
    assert (table["p50"] < table["p90"]).all()


def test_the_page_says_better_level_or_worse_and_what_is_not_reached() -> None:
    methods = {OURS: growth_forecast, "nothing changes": LAST, "a copy of ours": growth_forecast}
    told = page([Chapter("Made-up staff", "Made up.", climbing(series=4, months=48), "series", methods, "Region")], 5)
    assert "level with a copy of ours" in told
    assert "Made-up staff, 6 months ahead, MAPE: level with a copy of ours" in told
    assert "DM01: 5 months are on file" in told
    better = page(
        [
            Chapter(
                "Made-up staff",
                "Made up.",
                climbing(series=8, months=50),
                "series",
                {OURS: growth_forecast, "no": LAST},
            )
        ],
        5,
    )
    assert "better (" in better
    assert "MAPE: worse" not in better


def test_without_files_it_says_what_to_give(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("WORKFORCE_REALDATA", raising=False)
    assert main([]) == 3
    assert main([str(tmp_path)]) == 3
    assert "Name a folder" in capsys.readouterr().out


def test_the_page_on_file_explains_its_figures_as_the_code_does_now() -> None:
    told = PAGE_FILE.read_text(encoding="utf-8")
    assert told.startswith(opening())
    assert "## Trusts: all staff" in told
    assert "## What is not reached" in told
