"""Published worked examples that the workload arithmetic reproduces."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.assumptions import default_assumptions
from pipeline.model.draws import draw_assumptions, interval_to_sd
from pipeline.model.workload import (
    available_hours,
    category_allowance_factor,
    lists_needed,
    required_wte,
    workload_hours,
)

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
    assert 12 / required_wte(hours, available, factor) == pytest.approx(0.6489599, rel=1e-6)


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
