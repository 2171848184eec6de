"""Scores of forecasts."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from pipeline.evidence import scores

pytestmark = pytest.mark.unit


def test_a_percentage_error_is_of_what_came() -> None:
    assert scores.mean_absolute_percentage_error([110, 90], [100, 100]) == pytest.approx(10)
    with pytest.raises(ValueError, match="above 0"):
        scores.mean_absolute_percentage_error([1.0], [0.0])


def test_bias_adds_up_errors_with_their_sign() -> None:
    assert scores.bias([110, 90], [100, 100]) == pytest.approx(0)
    assert scores.bias([110, 100], [100, 100]) == pytest.approx(5)


def test_a_naive_forecast_of_a_steady_climb_has_a_scaled_error_of_one() -> None:
    series = np.arange(10.0, 60.0)
    step = scores.usual_step(series, 12)
    assert scores.scaled_errors([series[-1]], [series[-1] + 12], [step]) == pytest.approx([1.0])


def test_a_series_that_never_changed_has_no_usual_step() -> None:
    assert np.isnan(scores.usual_step(np.ones(30), 12))
    assert np.isnan(scores.usual_step([1.0, 2.0], 12))


def test_the_score_of_draws_comes_near_that_of_their_distribution() -> None:
    draws = norm.ppf((np.arange(20_000) + 0.5) / 20_000, loc=3, scale=2)
    assert scores.crps_of_draws(draws, 4.0) == pytest.approx(scores.crps_normal(3, 2, 4.0), rel=1e-3)


def test_the_score_of_one_draw_is_its_error() -> None:
    assert scores.crps_of_draws([[5.0]], [3.0]) == pytest.approx([2.0])


def test_coverage_counts_the_ends_in() -> None:
    assert scores.coverage([0, 0, 0, 0], [1, 1, 1, 1], [0, 0.5, 1, 1.01]) == pytest.approx(0.75)
