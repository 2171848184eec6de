"""The methods that ours is set against."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from small_panels import climbing, with_values
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from pipeline.evidence import opponents
from pipeline.evidence.forecasts import Method
from pipeline.evidence.statistical_opponents import exponential_smoothing, theta
from pipeline.evidence.stock_growth_forecast import growth_forecast
from pipeline.evidence.stock_panel import Panel

pytestmark = pytest.mark.unit
METHODS: dict[str, Method] = {
    "growth": growth_forecast,
    "last value": opponents.naive(opponents.last_value),
    "drift": opponents.naive(opponents.drift),
    "last year": opponents.naive(opponents.last_years_growth),
    "system": opponents.naive(opponents.systems_growth),
    "same month": opponents.naive(opponents.same_month),
    "same month with growth": opponents.naive(opponents.same_month_with_growth),
    "smoothing": exponential_smoothing(),
    "theta": theta(),
}


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_nothing_after_an_origin_changes_a_forecast(method: Method) -> None:
    panel = climbing(series=3, months=80)
    changed = panel.values.copy()
    changed[:, 61:] = changed[:, 61:][::-1] * 2
    later = replace(with_values(panel, changed), system=np.where(np.arange(80) > 60, 1e6, panel.system))
    before, after = (method(each, [54, 60], [3, 12])[1] for each in (panel, later))
    assert np.array_equal(before.centre, after.centre)
    assert np.array_equal(before.points, after.points)


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_points_rise_and_stay_above_0(method: Method) -> None:
    points = method(climbing(series=3, months=80, noise=0.05), [70], [12])[0].points
    assert (points > 0).all()
    assert (np.diff(points, axis=-1) >= 0).all()


VALUES = np.array([100.0 + 2 * np.arange(40)])


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (opponents.last_value, 178),
        (opponents.drift, 178 + 30),
        (opponents.last_years_growth, 178 * (178 / 154) ** 1.25),
        (opponents.systems_growth, 178 * 1.1**1.25),
        (opponents.same_month, 160),
        (opponents.same_month_with_growth, 160 * (VALUES[0, 28:].sum() / VALUES[0, 16:28].sum()) ** 2),
    ],
)
def test_a_naive_rule_says_what_its_name_does(rule: opponents.Rule, said: float) -> None:
    system = np.full(40, 1000.0)
    system[-1] = 1100
    assert rule(VALUES, system, 15)[0] == pytest.approx(said)


def test_a_naive_range_is_made_of_past_errors_around_what_is_said() -> None:
    panel = climbing(noise=0.01)
    forecast = opponents.naive(opponents.last_value)(panel, [83], [12])[0]
    came = np.stack([panel.values[:, place + 12] / panel.values[:, place] for place in range(23, 72)])
    low, high = forecast.interval()
    assert np.median(forecast.points, axis=-1) == pytest.approx(forecast.centre)
    expected = np.quantile(came, [0.1, 0.9]) / np.median(came)
    assert low[0, 0] / forecast.centre[0, 0] == pytest.approx(expected[0], abs=0.003)
    assert high[0, 0] / forecast.centre[0, 0] == pytest.approx(expected[1], abs=0.003)


def test_a_naive_method_refuses_a_horizon_that_was_never_seen() -> None:
    with pytest.raises(ValueError, match="24 months ahead"):
        opponents.naive(opponents.last_value)(climbing(), [40], [24])


def test_smoothing_has_the_range_that_statsmodels_works_out() -> None:
    panel = climbing(series=1, months=72, noise=0.01)
    forecast = exponential_smoothing()(panel, [71], [1, 6, 12])[0]
    low, high = np.log(forecast.interval())
    logs = pd.Series(np.log(panel.values[0]), index=panel.months)
    kinds: list[dict[str, object]] = [
        {},
        {"trend": "add"},
        {"trend": "add", "damped_trend": True},
        {"seasonal": "add", "seasonal_periods": 12},
        {"trend": "add", "damped_trend": True, "seasonal": "add", "seasonal_periods": 12},
    ]
    fitted = [ETSModel(logs, initialization_method="heuristic", **kind).fit(disp=False, maxiter=100) for kind in kinds]
    best = min(fitted, key=lambda each: float(each.aicc))
    theirs = best.get_prediction(72, 83)
    sd = np.sqrt(np.asarray(theirs.forecast_variance))[[0, 5, 11]]
    assert np.log(forecast.centre[0]) == pytest.approx(np.asarray(theirs.predicted_mean)[[0, 5, 11]])
    assert (high - low)[0] == pytest.approx(2 * 1.2816 * sd, rel=0.001)


def test_two_workers_give_what_one_does() -> None:
    panel = climbing(series=4, months=60)
    one, two = (exponential_smoothing(workers)(panel, [50], [6])[0] for workers in (1, 2))
    assert np.array_equal(one.points, two.points)


def test_theta_halves_the_drift_of_a_straight_line() -> None:
    months = pd.date_range("2010-01-31", periods=60, freq="ME")
    line = np.array([1000 + 5.0 * np.arange(60)]) + np.random.default_rng(1).standard_normal((1, 60))
    forecast = theta()(Panel(months, ("T",), ("A",), line, line[0]), [59], [12])[0]
    assert forecast.centre[0, 0] - line[0, -1] == pytest.approx(30, abs=4)
