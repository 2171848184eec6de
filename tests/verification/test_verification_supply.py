"""Staff over time: answers that follow from a formula, and a training route."""

from __future__ import annotations

import numpy as np
import pytest
from supply_systems import one_team, plain_course, teams_of, whole

from pipeline.model.supply.expected import expected_staff
from pipeline.model.supply.rates import monthly_hazard, still_there, yearly_chance
from pipeline.model.supply.simulate import drawn_staff
from pipeline.model.supply.system import AGES, LEAVING, OUT_OF_SYSTEM, RISKS, TRANSFER, Course, System
from pipeline.model.training import monthly_attrition

pytestmark = pytest.mark.unit
POSTS_ENOUGH = 1e6


def one_stock(months: int, draws: int = 1) -> tuple[System, Course]:
    """200 people, 10 % of whom leave in a year, and three joiners a month."""
    system = one_team(200, yearly_chance=0.10)
    return system, plain_course(system, months, draws, applicants=np.array([3.0]))


def test_one_stock_in_expected_values() -> None:
    """S(t) = S(0) s^t + J (1 - s^t) / (1 - s), with s = (1 - q)^(1/12); with q / 12 the steady state would be 360."""
    heads = expected_staff(*one_stock(2400)).heads[:, 0]
    wanted = {1: 201.2516778, 12: 214.3186172, 60: 258.6362692, 120: 293.2602409, 2400: 343.1861719}
    for month, expected in wanted.items():
        assert heads[month] == pytest.approx(expected, rel=1e-6), month


def test_one_stock_by_chance() -> None:
    """Exits are binomial and joiners Poisson, so the mean and the variance are known."""
    heads = drawn_staff(*one_stock(12, draws=10_000), seed=1, flows=True).heads[:, 12, 0].astype(np.float64)
    assert heads.mean() == pytest.approx(214.3186, abs=0.22)
    assert heads.var() == pytest.approx(52.3186, rel=0.06)


def test_three_bands_of_age() -> None:
    """Monthly exits and ageing that add up: whoever ages out of a band arrives in the next one in the same month."""
    leave, age_out = [0.010, 0.006, 0.015], [0.0083333333, 0.0041666667, 0.0]
    joiners, start, months = [1.4, 0.4, 0.2], [60, 90, 50], 60
    arriving = np.zeros(months + 1)
    found = []
    for band in range(3):
        hazard = np.zeros((len(RISKS), 1, AGES))
        both = leave[band] + age_out[band]
        hazard[LEAVING], hazard[TRANSFER] = -np.log1p(-both) * np.array([leave[band], age_out[band]]) / both
        system = teams_of([start[band]], hazard)
        course = plain_course(
            system,
            months,
            abroad=arriving[None, :],
            applicants=np.array([joiners[band]]),
            posts=np.full((1, months + 1), POSTS_ENOUGH),
        )
        staff = expected_staff(system, course)
        arriving = staff.flow_heads[OUT_OF_SYSTEM, :, 0]
        found.append(staff.heads[:, 0])
    assert [band[12] for band in found] == pytest.approx([63.25829455, 89.97980684, 48.06315715], rel=1e-6)
    assert [band[60] for band in found] == pytest.approx([70.97197653, 91.92875032, 43.16961661], rel=1e-6)


def test_a_training_pipeline() -> None:
    """40 begin; 36 months on, those who complete and join are in post, each at 0.95 of full time."""
    system = teams_of(
        [0],
        np.zeros((len(RISKS), 1, AGES)),
        intake_gate=whole(0),
        intake_pool=whole(-1),
        entry_wte=np.array([0.95]),
    )
    course = plain_course(
        system,
        40,
        starters=np.array([[40.0]]),
        arrives=np.array([[0.875 * 0.85]]),
        month=np.array([[36.0]]),
        posts=np.full((1, 41), POSTS_ENOUGH),
    )
    wte = expected_staff(system, course).wte[:, 0]
    assert wte[35] == 0
    assert wte[36] == pytest.approx(28.2625, rel=1e-6)
    assert float(monthly_attrition(0.875, 36)) == pytest.approx(0.0037023347, rel=1e-6)


def test_attrition_that_changes_by_stages() -> None:
    left = still_there(36, starts=(0, 12, 30), chances=(0.02, 0.03, 0.01), period=6)
    assert left[12] == pytest.approx(0.9604, rel=1e-6)
    assert left[30] == pytest.approx(0.8765311492, rel=1e-6)
    assert float(monthly_hazard(0.025)) == pytest.approx(0.00210981733, rel=1e-6)


def test_a_chance_in_a_year_and_its_hazard_are_two_ways_to_say_the_same() -> None:
    assert float(yearly_chance(monthly_hazard(0.3))) == pytest.approx(0.3)
    assert np.exp(-monthly_hazard(0.3)) ** 12 == pytest.approx(0.7)


def test_stages_that_do_not_begin_at_the_start_are_refused() -> None:
    with pytest.raises(ValueError, match="begin at month 0"):
        still_there(12, starts=(6,), chances=(0.1,), period=6)
