"""What was thought before and what the files say, weighed together."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from scipy.stats import gamma

from pipeline.assumptions import Assumption, default_assumptions
from pipeline.model.draws import from_scale, to_scale
from pipeline.model.posterior import Measured, fitted, from_year_to_year, spread_of, with_fitted, worth_events
from pipeline.reference import engine

pytestmark = pytest.mark.unit

BEFORE = default_assumptions()["exit_rate / leaving"]
HOURS = default_assumptions()["hours_growth"]
SINCE = dt.date(2020, 9, 30)


def rate(events: float, years: float, yearly: float = 0.0) -> Measured:
    """So many leavers in so many person-years."""
    chance = float(-np.expm1(-events / years)) if years else 0.0
    spread = events**-0.5 if events else float("inf")
    return Measured(chance, spread, yearly, "Leavers", SINCE, events, years)


def logs(assumption: Assumption) -> list[float]:
    ends = [assumption.low, assumption.value, assumption.high]
    return [float(to_scale(each, assumption.scale)) for each in ends if each is not None]


class TestRates:
    def test_without_data_what_was_thought_before_stays(self) -> None:
        found = fitted(BEFORE, rate(0.0, 0.0))
        assert found.weight == 0
        assert found.after.value == pytest.approx(BEFORE.value)
        assert [found.after.low, found.after.high] == pytest.approx([BEFORE.low, BEFORE.high], rel=0.01)
        assert (found.after.grade, found.after.range) == (BEFORE.grade, BEFORE.range)

    def test_with_data_without_end_the_data_stand_alone(self) -> None:
        found = fitted(BEFORE, rate(8e6, 1e8))
        assert found.weight == pytest.approx(1, abs=1e-4)
        assert found.after.value == pytest.approx(-np.expm1(-0.08), rel=1e-3)
        assert found.after.high == pytest.approx(found.after.value, rel=1e-2)
        assert (found.after.grade, found.after.source) == ("measured", "Leavers")

    def test_a_range_is_worth_so_many_leavers_seen_before(self) -> None:
        """Gamma prior and Poisson leavers: the median of the Gamma with both added up."""
        shape = worth_events(spread_of(BEFORE))
        hazard = -np.log1p(-BEFORE.value)
        both = gamma(shape + 40, scale=1 / (gamma(shape).median() / hazard + 500.0))
        found = fitted(BEFORE, rate(40.0, 500.0))
        assert found.after.value == pytest.approx(-np.expm1(-both.median()), rel=1e-6)
        assert found.after.low == pytest.approx(-np.expm1(-both.ppf(0.1)), rel=0.02)
        assert BEFORE.value < found.after.value < found.alone[0]

    def test_nobody_leaving_for_long_lowers_a_rate_and_never_to_nothing(self) -> None:
        short, long = (fitted(BEFORE, rate(0.0, years)) for years in (100.0, 10_000.0))
        assert BEFORE.value > short.after.value > long.after.value > 0
        assert np.isnan(short.alone[0])

    def test_ranges_hold_true_rates_that_come_from_what_was_thought(self) -> None:
        rng = np.random.default_rng(1)
        shape, hazard = worth_events(spread_of(BEFORE)), -np.log1p(-BEFORE.value)
        true = rng.gamma(shape, hazard / gamma(shape).median(), 400)
        inside = [
            found.low <= -np.expm1(-each) <= found.high  # type: ignore[operator]
            for each in true
            for found in [fitted(BEFORE, rate(float(rng.poisson(each * 400)), 400.0)).after]
        ]
        assert 0.75 < np.mean(inside) < 0.85

    def test_years_that_differ_widen_the_range_and_leave_the_middle(self) -> None:
        even, uneven = (fitted(BEFORE, rate(400.0, 5000.0, yearly)).after for yearly in (0.0, 0.2))
        assert uneven.value == even.value
        assert logs(uneven)[2] - logs(uneven)[0] > 2 * (logs(even)[2] - logs(even)[0])

    @pytest.mark.parametrize("spread", [0.05, 0.2, 0.5, 1.5])
    def test_the_events_that_a_range_is_worth_give_back_its_spread(self, spread: float) -> None:
        drawn = np.log(np.random.default_rng(2).gamma(worth_events(spread), 1.0, 100_000))
        assert drawn.std() == pytest.approx(spread, rel=0.02)


class TestOthers:
    def growth(self, value: float, spread: float, **more: Any) -> Any:
        return fitted(HOURS, Measured(value, spread, 0.0, "Hours", SINCE, **more))

    def test_both_are_weighed_by_precision(self) -> None:
        before = spread_of(HOURS)
        found = self.growth(0.01, before)
        assert found.weight == pytest.approx(0.5)
        assert found.after.value == pytest.approx(0.005)
        assert spread_of(found.after) == pytest.approx(before / np.sqrt(2))

    def test_what_weighs_less_than_half_is_not_called_measured_and_says_how_much_it_weighs(self) -> None:
        found = self.growth(0.01, 3 * spread_of(HOURS)).after
        assert found.grade == HOURS.grade
        assert found.note.startswith("10% of the weight is the plan's own")

    def test_shares_are_weighed_as_log_odds(self) -> None:
        before = default_assumptions()["transfers_within"]
        found = fitted(before, Measured(0.5, spread_of(before), 0.0, "Transfers", SINCE)).after
        middle = (to_scale(before.value, "logit") + to_scale(0.5, "logit")) / 2
        assert found.value == pytest.approx(float(from_scale(middle, "logit")))

    def test_an_assumption_without_a_range_takes_what_the_files_say(self) -> None:
        bare = HOURS.model_copy(update={"low": None, "high": None})
        found = fitted(bare, Measured(0.003, 0.001, 0.0, "Hours", SINCE))
        assert (found.weight, found.after.value) == (1.0, pytest.approx(0.003))

    def test_what_was_fitted_takes_the_place_of_what_was_there(self) -> None:
        found = self.growth(0.01, 0.001)
        together = with_fitted({HOURS.key: HOURS, BEFORE.key: BEFORE}, [found])
        assert together == {HOURS.key: found.after, BEFORE.key: BEFORE}


class TestYears:
    def test_one_year_shows_nothing_and_many_show_how_they_differ(self) -> None:
        rng = np.random.default_rng(3)
        assert from_year_to_year(np.array([0.1]), 0.0, 0.06) == pytest.approx(0.06)
        assert from_year_to_year(rng.normal(0, 0.3, 4000), 0.0, 0.06) == pytest.approx(0.3, rel=0.05)

    def test_what_chance_brings_is_no_difference_between_years(self) -> None:
        changes = np.random.default_rng(4).normal(0, 0.3, 4000)
        assert from_year_to_year(changes, 0.09, 0.06) < 0.06

    def test_of_few_events_the_usual_spread_stays(self) -> None:
        # A handful of events a year differ by half from year to year by chance alone.
        rng = np.random.default_rng(5)
        found = [from_year_to_year(np.log(rng.poisson(6, 5) + 0.5), 1 / 6, 0.06) for _ in range(200)]
        assert 0.045 < np.mean(found) < 0.075

    def test_chance_that_is_small_counts_little(self) -> None:
        changes = np.array([0.0, 0.2, 0.1])
        assert from_year_to_year(changes, 1e-9, 0.06) == pytest.approx(from_year_to_year(changes, 0.0, 0.06))

    def test_the_usual_spread_counts_as_years(self) -> None:
        both = from_year_to_year(np.array([0.0, 0.2]), 0.0, 0.06)
        before = engine("usual_years")
        assert both == pytest.approx(np.sqrt((before * 0.06**2 + 0.02) / (before + 1)))
