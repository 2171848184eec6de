"""Stocks forecast from stocks alone."""

from __future__ import annotations

import numpy as np
import pytest
from small_panels import RATE, climbing, with_values

from pipeline.evidence.stock_growth import seen
from pipeline.evidence.stock_growth_forecast import growth_forecast
from pipeline.evidence.stock_panel import Panel

pytestmark = pytest.mark.unit
ORIGIN, HORIZON = 83, 12


def _log_growth(panel: Panel, origin: int = ORIGIN) -> np.ndarray:
    forecast = growth_forecast(panel, [origin], [HORIZON])[0]
    return np.log(forecast.centre[:, 0] / panel.values[:, origin])


def test_a_steady_growth_goes_on() -> None:
    assert _log_growth(climbing()) == pytest.approx(np.full(40, HORIZON * RATE), abs=0.004)


def test_a_jump_of_one_series_moves_no_other_and_is_not_taken_for_growth() -> None:
    panel = climbing()
    jumped = panel.values.copy()
    jumped[0, 80:] *= 1.4
    before, after = _log_growth(panel), _log_growth(with_values(panel, jumped))
    assert after[1:] == pytest.approx(before[1:], abs=0.001)
    assert after[0] == pytest.approx(before[0], abs=0.01)


def test_a_growth_of_its_own_goes_on_where_it_has_in_the_panel() -> None:
    panel = climbing(own=0.002)
    came = np.log(panel.values[:, ORIGIN + HORIZON] / panel.values[:, ORIGIN])
    assert np.abs(_log_growth(panel) - came).mean() < 0.5 * np.abs(np.median(came) - came).mean()


def test_chance_departures_are_drawn_to_the_growth_of_the_whole() -> None:
    panel = climbing(noise=0.01)
    last_year = np.log(panel.values[:, ORIGIN] / panel.values[:, ORIGIN - HORIZON])
    assert _log_growth(panel).std() < 0.25 * last_year.std()


def test_a_small_panel_trusts_its_own_departures_less() -> None:
    many = climbing(own=0.002)
    apart = _log_growth(many)[:3]
    few = Panel(many.months, many.series[:3], many.parents[:3], many.values[:3], many.system)
    alone = _log_growth(few)
    assert np.ptp(alone) < np.ptp(apart)


def test_the_range_holds_about_four_in_five() -> None:
    panel = climbing(series=60, months=140, noise=0.01, seed=3)
    within = []
    for origin in range(70, 128, 6):
        low, high = growth_forecast(panel, [origin], [HORIZON])[0].interval()
        came = panel.values[:, origin + HORIZON]
        within.append(np.mean((low[:, 0] <= came) & (came <= high[:, 0])))
    assert 0.74 < np.mean(within) < 0.86


def test_a_series_that_jumps_about_has_a_wider_range() -> None:
    panel = climbing()
    wild = panel.values.copy()
    wild[0] *= np.exp(0.05 * np.random.default_rng(2).standard_normal(wild.shape[1]))
    low, high = growth_forecast(with_values(panel, wild), [ORIGIN], [HORIZON])[0].interval()
    width = (high - low)[:, 0] / panel.values[:, ORIGIN]
    assert width[0] > 1.2 * np.median(width)


def test_a_range_widens_with_the_horizon() -> None:
    low, high = growth_forecast(climbing(noise=0.01), [90], [3, 12, 24])[0].interval()
    width = (high - low).mean(axis=0)
    assert width[0] < width[1] < width[2]


def test_the_time_of_year_is_forecast() -> None:
    panel = climbing(noise=0.001)
    season = 0.05 * np.sin(2 * np.pi * np.arange(panel.values.shape[1]) / 12)
    panel = with_values(panel, panel.values * np.exp(season))
    forecast = growth_forecast(panel, [ORIGIN], [3, 6])[0]
    came = panel.values[:, [ORIGIN + 3, ORIGIN + 6]]
    assert np.abs(forecast.centre / came - 1).mean() < 0.01


def test_a_horizon_that_was_never_seen_is_refused() -> None:
    with pytest.raises(ValueError, match="24 months ahead cannot be tried on 31 months"):
        growth_forecast(climbing(), [30], [24])


def test_what_a_month_showed_depends_on_nothing_after_it() -> None:
    panel = climbing()
    changed = panel.values.copy()
    changed[:, ORIGIN + 1 :] *= 3
    then, now = seen(panel, ORIGIN), seen(with_values(panel, changed), ORIGIN)
    assert np.array_equal(then.apart, now.apart)
    assert np.array_equal(then.rates, now.rates)
    assert np.array_equal(then.season, now.season)
