"""Panels, mergers, seasons and working days."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from small_panels import climbing, with_values

from pipeline.evidence.calendar_effect import calendar_effect
from pipeline.evidence.mergers import joined, mergers
from pipeline.evidence.seasons import seasonal_factors
from pipeline.evidence.stock_growth_forecast import growth_forecast
from pipeline.evidence.stock_panel import Joined, panel_of
from pipeline.model.working_days import working_day_factor

pytestmark = pytest.mark.unit
MONTHS = pd.date_range("2020-01-31", periods=6, freq="ME")


def _long(**series: list[float]) -> pd.DataFrame:
    wide = pd.DataFrame(series, index=pd.Index(MONTHS[: len(next(iter(series.values())))], name="month"))
    return wide.melt(ignore_index=False, var_name="series", value_name="value").reset_index().assign(parent="A")


def test_a_series_with_a_month_missing_or_0_is_left_out() -> None:
    panel = panel_of(_long(whole=[1, 2, 3], gap=[1, np.nan, 3], none=[0, 1, 2]))
    assert panel.series == ("whole",)
    assert panel.system.tolist() == [1, 2, 3]


def test_a_panel_without_a_whole_series_or_with_a_month_that_nobody_has_is_refused() -> None:
    with pytest.raises(ValueError, match="no series"):
        panel_of(_long(gap=[1, np.nan]))
    whole = _long(whole=[1, 2, 3])
    with pytest.raises(ValueError, match="months without any value"):
        panel_of(whole[whole["month"] != MONTHS[1]])


def _organisations(*rows: tuple[str, str, str, object]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["code", "parent", "region", "valid_to"])
    return frame.assign(successor=None, valid_to=pd.to_datetime(frame["valid_to"]))


STOCKS = pd.DataFrame(
    {
        "OLD": [500.0, 510, 505, 0, 0, 0],
        "NEW": [900.0, 905, 910, 1410, 1420, 1425],
        "FAR": [300.0, 300, 300, 900, 900, 900],
    },
    index=MONTHS,
)
PLACES = _organisations(("OLD", "Q1", "Y1", MONTHS[2]), ("NEW", "Q1", "Y1", None), ("FAR", "Q2", "Y1", None))


def test_the_body_of_the_same_board_that_rose_by_as_much_is_the_successor() -> None:
    assert mergers(STOCKS, PLACES).to_dict("records") == [{"closed": "OLD", "successor": "NEW", "month": MONTHS[3]}]


def test_a_successor_may_be_new() -> None:
    stocks = STOCKS.assign(NEW=[0.0, 0, 0, 1900, 1900, 1900])
    assert mergers(stocks, PLACES)["successor"].tolist() == ["NEW"]


def test_a_closure_after_which_nobody_rose_as_much_is_no_merger() -> None:
    still = STOCKS.assign(NEW=900.0, FAR=300.0)
    assert mergers(still, PLACES).empty
    assert mergers(still.drop(columns="OLD"), PLACES).empty


def test_a_successor_that_a_file_names_is_taken() -> None:
    named = PLACES.assign(successor=["FAR", None, None])
    assert mergers(STOCKS, named)["successor"].tolist() == ["FAR"]


def test_a_merger_counts_from_its_month_on_and_not_before() -> None:
    found = joined(STOCKS, mergers(STOCKS, PLACES), ["NEW"])
    panel = replace(panel_of(_long(NEW=STOCKS["NEW"].tolist())), joined=tuple(found))
    assert panel.as_known(2)[0].tolist() == [900, 905, 910]
    assert panel.as_known(3)[0].tolist() == [1400, 1415, 1415, 1410]


def test_what_became_of_a_successor_is_followed() -> None:
    stocks = STOCKS.assign(NEW=[900.0, 905, 910, 1410, 0, 0], LAST=[700.0, 700, 700, 700, 2110, 2110])
    places = pd.concat(
        [
            PLACES[PLACES["code"] != "NEW"],
            _organisations(("NEW", "Q1", "Y1", MONTHS[3]), ("LAST", "Q1", "Y1", None)),
        ]
    )
    found = joined(stocks, mergers(stocks, places), ["LAST"])
    assert sorted(each.known for each in found) == [4, 4]
    assert sum(each.values[0] for each in found) == 1400


def test_a_merger_that_is_known_is_not_forecast_as_growth() -> None:
    panel = climbing()
    part = np.where(np.arange(96) < 78, 600.0, 0.0)
    values = panel.values.copy()
    values[0, 78:] += 600
    told = replace(with_values(panel, values), joined=(Joined(78, 0, part),))
    growth = np.log(growth_forecast(told, [83], [12])[0].centre[0, 0] / values[0, 83])
    assert growth == pytest.approx(0.024, abs=0.005)


def test_seasonal_factors_sum_to_nil_and_find_the_season() -> None:
    season = 0.05 * np.sin(2 * np.pi * np.arange(12) / 12)
    logs = np.log(climbing(noise=0.001).values) + np.tile(season, 8)
    factors = seasonal_factors(logs)
    assert factors.sum(axis=1) == pytest.approx(np.zeros(40), abs=1e-12)
    assert factors == pytest.approx(np.tile(season, (40, 1)), abs=0.004)


def test_a_season_of_one_series_alone_is_kept_as_far_as_it_is_more_than_chance() -> None:
    logs = np.log(climbing(noise=0.001).values)
    season = 0.05 * np.sin(2 * np.pi * np.arange(12) / 12)
    logs[0] += np.tile(season, 8)
    factors = seasonal_factors(logs)
    assert factors[0] == pytest.approx(season, abs=0.01)
    assert np.abs(factors[1:]).max() < 0.004


def test_less_than_two_years_have_no_season_and_two_have_half() -> None:
    season = 0.05 * np.sin(2 * np.pi * np.arange(12) / 12)
    assert not seasonal_factors(np.tile(season, (3, 2))[:, :23]).any()
    assert seasonal_factors(np.tile(season, (3, 2))) == pytest.approx(np.tile(season / 2, (3, 1)), abs=1e-9)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_the_share_of_tests_that_follow_working_days_is_found(share: float) -> None:
    panel = climbing(noise=0.001)
    days = working_day_factor([month.date() for month in pd.date_range(panel.months[0], periods=120, freq="ME")])
    counts = replace(with_values(panel, panel.values * days[:96] ** share), steady=days)
    effect = calendar_effect(counts, np.log(counts.values[:, :84]))
    assert effect[0] == pytest.approx(share * np.log(days), abs=0.01)


def test_stocks_do_not_follow_working_days() -> None:
    panel = climbing()
    assert not calendar_effect(panel, np.log(panel.values)).any()


def test_what_is_left_of_a_body_does_not_bring_its_past_along() -> None:
    remnant = STOCKS.assign(OLD=[2000.0, 510, 505, 0, 0, 0])
    assert mergers(remnant, PLACES).empty
