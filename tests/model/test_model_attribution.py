"""Changes shared out to the factors behind them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.attribution import REMAINDER, logarithmic_mean, parts_of_change

pytestmark = pytest.mark.unit
POSITIVE = st.floats(1e-6, 1e6)
FACTORS = st.dictionaries(st.sampled_from(list("abcdefgh")), st.tuples(POSITIVE, POSITIVE), min_size=1)


def before_and_after(pairs: dict[str, tuple[float, float]]) -> tuple[dict[str, float], dict[str, float]]:
    return {name: pair[0] for name, pair in pairs.items()}, {name: pair[1] for name, pair in pairs.items()}


def test_a_doubling_and_a_halving_cancel_out() -> None:
    parts = parts_of_change({"tests": 100.0, "minutes": 30.0}, {"tests": 200.0, "minutes": 15.0})
    # Nothing has changed, so the mean is the amount, 3,000: ln 2 of it one way and the other.
    assert parts == pytest.approx({"tests": 3000 * math.log(2), "minutes": -3000 * math.log(2), REMAINDER: 0.0})


def test_two_factors_worked_by_hand() -> None:
    parts = parts_of_change({"tests": 10.0, "hours": 2.0}, {"tests": 15.0, "hours": 4.0})
    # From 20 to 60: 40 / ln 3 = 36.40957; x ln 1.5 = 14.76281 and x ln 2 = 25.23719.
    assert parts == pytest.approx({"tests": 14.762810, "hours": 25.237190, REMAINDER: 0.0}, abs=1e-6)


@given(FACTORS)
def test_parts_add_up_to_the_change(pairs: dict[str, tuple[float, float]]) -> None:
    start, end = before_and_after(pairs)
    amounts = math.prod(start.values()), math.prod(end.values())
    assert math.fsum(parts_of_change(start, end).values()) == pytest.approx(
        amounts[1] - amounts[0], abs=1e-12 * max(amounts)
    )


@given(FACTORS, st.randoms(use_true_random=False))
def test_the_order_of_the_factors_does_not_matter(pairs: dict[str, tuple[float, float]], chance: st.Random) -> None:
    names = list(pairs)
    chance.shuffle(names)
    shuffled = {name: pairs[name] for name in names}
    largest = max(math.prod(amount.values()) for amount in before_and_after(pairs))
    assert parts_of_change(*before_and_after(shuffled)) == pytest.approx(
        parts_of_change(*before_and_after(pairs)), rel=1e-10, abs=1e-12 * largest
    )


@given(FACTORS)
def test_the_way_back_has_the_same_parts_with_the_other_sign(pairs: dict[str, tuple[float, float]]) -> None:
    start, end = before_and_after(pairs)
    there, back = parts_of_change(start, end), parts_of_change(end, start)
    assert {name: -part for name, part in back.items()} == there


@given(FACTORS, POSITIVE)
def test_a_factor_that_did_not_change_has_no_part_and_one_that_did_has_its_sign(
    pairs: dict[str, tuple[float, float]], same: float
) -> None:
    parts = parts_of_change(*before_and_after({**pairs, "same": (same, same)}))
    assert parts["same"] == 0
    assert all(np.sign(parts[name]) == np.sign(after - before) for name, (before, after) in pairs.items())


@given(POSITIVE, POSITIVE)
def test_the_logarithmic_mean_lies_between_the_geometric_and_the_arithmetic(one: float, other: float) -> None:
    mean = logarithmic_mean(one, other)
    assert mean == logarithmic_mean(other, one)
    assert math.sqrt(one * other) * (1 - 1e-12) <= mean <= (one + other) / 2 * (1 + 1e-12)


@given(POSITIVE, st.floats(0, 1e-4))
def test_the_logarithmic_mean_keeps_its_digits_where_amounts_are_nearly_equal(amount: float, apart: float) -> None:
    other = amount * (1 + apart)
    gap = (other - amount) / amount
    # By its series, a (1 + x/2 - x^2/12 + x^3/24 …) for b = a (1 + x).
    assert logarithmic_mean(other, amount) == pytest.approx(
        amount * (1 + gap / 2 - gap**2 / 12 + gap**3 / 24), rel=1e-14
    )


def test_the_logarithmic_mean_with_nothing_is_nothing() -> None:
    assert logarithmic_mean(0.0, 5.0) == 0
    assert logarithmic_mean(0.0, 0.0) == 0
    assert logarithmic_mean(5.0, 5.0) == 5


def test_a_change_from_or_to_nothing_is_the_remainders() -> None:
    opened = parts_of_change({"rooms": 0.0, "hours": 40.0}, {"rooms": 2.0, "hours": 50.0})
    assert opened == {"rooms": 0.0, "hours": 0.0, REMAINDER: 100.0}
    closed = parts_of_change({"rooms": 2.0, "hours": 50.0}, {"rooms": 0.0, "hours": 50.0})
    assert closed == {"rooms": 0.0, "hours": 0.0, REMAINDER: -100.0}
    assert set(parts_of_change({"rooms": 0.0}, {"rooms": 0.0}).values()) == {0.0}


def test_each_month_and_draw_has_its_own_parts() -> None:
    start = {"tests": np.array([[10.0, 10.0], [0.0, 20.0]]), "hours": 2.0}
    end = {"tests": np.array([[15.0, 10.0], [5.0, 10.0]]), "hours": np.array([4.0, 2.0])}
    together = parts_of_change(start, end)
    assert together[REMAINDER].tolist() == [[0, 0], [20, 0]]
    alone = parts_of_change({"tests": 10.0, "hours": 2.0}, {"tests": 15.0, "hours": 4.0})
    assert [together[name][0, 0] for name in start] == [alone[name] for name in start]
    assert together["tests"][1, 1] == pytest.approx(-20)
    assert sum(together.values()) == pytest.approx(np.array([[40, 0], [20, -20]]))


@pytest.mark.parametrize(
    ("start", "end"),
    [({"tests": 1.0}, {"hours": 1.0}), ({"tests": 1.0}, {"tests": 1.0, "hours": 2.0}), ({REMAINDER: 1.0},) * 2],
)
def test_factors_that_do_not_match_are_refused(start: dict[str, float], end: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="same factors"):
        parts_of_change(start, end)


@pytest.mark.parametrize("factor", [-1.0, np.nan])
def test_a_factor_below_nothing_or_unknown_is_refused_by_name(factor: float) -> None:
    with pytest.raises(ValueError, match="hours"):
        parts_of_change({"tests": 1.0, "hours": 1.0}, {"tests": 1.0, "hours": factor})
