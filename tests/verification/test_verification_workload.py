"""Published worked examples that the workload arithmetic reproduces."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.assumptions import default_assumptions
from pipeline.metrics.reporting import reports_by
from pipeline.metrics.scope import Scope
from pipeline.model import centres, training
from pipeline.model.capacity import WorkingYear
from pipeline.model.draws import draw_assumptions, interval_to_sd
from pipeline.model.workload import (
    available_hours,
    category_allowance_factor,
    lists_needed,
    required_wte,
    wisn_difference,
    wisn_ratio,
    workload_hours,
)
from pipeline.months import months_between

pytestmark = pytest.mark.unit


def test_wisn_for_a_clinic_in_kenya() -> None:
    """Human Resources for Health 2017, s12960-017-0186-3, table 3."""
    days = 52 * 4.5 - 10 - 30 - 15
    assert days == 179
    hours = workload_hours(100_000, 0.25 * 60)
    available = days * 8
    assert required_wte(hours, available) == pytest.approx(17.4581005587)
    factor = category_allowance_factor([10 / days])
    assert factor == pytest.approx(1.0591715976)
    assert required_wte(hours, available, factor) == pytest.approx(18.4911242604)
    assert wisn_ratio(12, required_wte(hours, available, factor)) == pytest.approx(0.6489599, rel=1e-6)


def test_wisn_for_the_laboratories_of_a_hospital() -> None:
    """Human Resources for Health 2022, s12960-021-00686-w: biochemists and technicians, present and required."""
    current, required = np.array([40.0, 180.0]), np.array([48.0, 206.0])
    assert wisn_ratio(current, required) == pytest.approx([0.8333333333, 0.8737864078])
    np.testing.assert_array_equal(wisn_difference(current, required), [-8.0, -26.0])


def test_nobody_required_has_no_wisn_ratio() -> None:
    assert np.isnan(wisn_ratio(3.0, 0.0))
    assert np.isnan(wisn_ratio(3.0, np.array([0.0, 2.0]))).tolist() == [True, False]
    assert wisn_difference(3.0, 0.0) == 3.0
    assert wisn_ratio(0.0, 2.0) == 0.0


def test_available_working_time_sums_before_it_rounds() -> None:
    """BMC Health Services Research 7:196, table 1."""
    assert available_hours(1872 / 52, 52, [0.09, 0.002, 0.035, 0.02, 0.04]) == pytest.approx(1521.936)


def test_default_available_hours_are_the_sum_of_their_items() -> None:
    assumptions = default_assumptions()
    away = [each.value for each in assumptions.values() if each.kind == "unavailable"]
    hours = available_hours(assumptions["contract_hours_week"].value, assumptions["weeks_year"].value, away)
    assert hours == pytest.approx(1950 * (1 - 0.225))


def test_an_elicited_interval_gives_its_standard_deviation() -> None:
    assert interval_to_sd(0.95, 1.05) == pytest.approx(0.0390152093)


def test_endoscopy_lists_at_delivered_points() -> None:
    assert lists_needed(900, 9) == 100


def test_individual_allowance_is_added_after_the_factor() -> None:
    assert required_wte(1000, 500, 1.25, 0.5) == pytest.approx(3.0)


def test_draws_keep_their_percentiles_and_their_beginning() -> None:
    assumptions = default_assumptions()
    few, many = draw_assumptions(assumptions, 100, seed=3), draw_assumptions(assumptions, 40_000, seed=3)
    for key, each in assumptions.items():
        np.testing.assert_array_equal(many[key][:100], few[key])
        if each.low is not None:
            low, high = np.percentile(many[key], [10, 90])
            assert low == pytest.approx(each.low, rel=0.03, abs=0.0004)
            assert high == pytest.approx(each.high, rel=0.03)


def test_another_seed_gives_other_draws() -> None:
    assumptions = default_assumptions()
    one, two = draw_assumptions(assumptions, 10, seed=1), draw_assumptions(assumptions, 10, seed=2)
    assert not np.array_equal(one["productivity_growth"], two["productivity_growth"])


def test_a_scanner_open_twelve_hours_seven_days() -> None:
    """One scanner, 30-minute slots, 85 % in use; two radiographers an open hour at 1,511.25 hours a WTE."""
    site = {"site": "North", "pillar": "imaging", "test": "CT"}
    plans = pd.DataFrame([{"site": "North", "hours_week": 12.0 * 7, "utilisation": 0.85}])
    rooms = pd.DataFrame([{**site, "rooms": 1, "slot_minutes": 30.0, "share_new": 1.0}])
    staff = {"profession": "Radiographers", "band": "6", "staff_per_room_hour": 2.0, "share_recruited": 1.0}
    staffing = pd.DataFrame([{**site, **staff, "redeployed_from": None}])
    scope, year = Scope({}, frozenset(), frozenset(), ("imaging",)), WorkingYear(52, lambda _: 1511.25)
    assert centres.capacity(rooms, plans, scope, year)["tests_a_year"].tolist() == pytest.approx([7425.6])
    assert centres.staffing(staffing, rooms, plans, scope, year)["wte"].tolist() == pytest.approx([5.78064516])


def test_reporting_hours_and_the_consultants_they_need() -> None:
    """12,000 CT at 15 minutes and 6,000 MRI at 20; a consultant reports 6 sessions of 3.5 hours in 42 weeks."""
    month = {"month": pd.Timestamp("2025-03-31"), "employer": "AAA", "pillar": "imaging", "reporter": "consultant"}
    empty = {"rvus": np.nan, "over_28_days": np.nan}
    rows = [
        {"test": "CT", "reports": 12_000, "minutes_each": 15.0},
        {"test": "MRI", "reports": 6_000, "minutes_each": 20.0},
    ]
    by_reporter = reports_by(pd.DataFrame([{**month, **empty, **row} for row in rows]), ["reporter"])
    assert by_reporter["hours"].tolist() == pytest.approx([5000])
    assert required_wte(float(by_reporter["hours"].iloc[0]), 6 * 3.5 * 42) == pytest.approx(5.66893424)


def test_a_training_pipeline() -> None:
    """40 begin, 36 months, 87.5 % complete, 85 % join, 0.95 WTE each."""
    assert 40 * training.route_yield(0.875, 0.85, participation=0.95) == pytest.approx(28.2625)
    assert training.monthly_attrition(0.875, 36) == pytest.approx(0.0037023347)
    shares = {"completes": 0.875, "joins_nhs": 0.85, "stays_local": 1.0, "participation": 0.95}
    route = {"route": "R", "pillar": "imaging", "profession": "P", "length_months": 36, "lag_months": 0, **shares}
    intake = {"route": "R", "starts_on": pd.Timestamp("2022-03-31"), "ends_on": pd.Timestamp("2025-03-31")}
    intakes = pd.DataFrame([{**intake, "places": 40, "starters": 40}])
    (row,) = training.arrivals(intakes, pd.DataFrame([route])).to_dict("records")
    assert row["wte"] == pytest.approx(28.2625)
    assert months_between(intake["starts_on"].date(), row["arrives"].date()) == 36
