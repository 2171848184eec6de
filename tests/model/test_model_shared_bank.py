"""A network's passport and bank, worked by hand and against linear programming."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from pipeline.model.shared_bank import Array, bank, passport

pytestmark = pytest.mark.unit

WTE = st.integers(-300, 300).map(lambda tenths: tenths / 10)
NETWORKS = st.lists(st.tuples(WTE, WTE.map(abs)), min_size=1, max_size=5).map(lambda rows: np.array(rows).T)
"""Gap and pooled WTE of one to five employers."""


def unmet(gap: Array) -> float:
    return float(np.maximum(gap, 0).sum())


def least_unmet(gap: Array, pooled: Array, bank: bool) -> float:
    """Least sum of shortages by linear programming, over WTE from every employer to every one and what each then lacks.

    Any holder may be sent, surplus or not, so that the closed form has to show that sending others gains nothing.
    """
    n = len(gap)
    sends = np.kron(np.eye(n), np.ones((1, n)))
    receives = np.kron(np.ones((1, n)), np.eye(n))
    moves = -receives if bank else sends - receives
    lacking_covers_the_gap = np.hstack([moves, -np.eye(n)])
    sent_within_the_pool = np.hstack([sends, np.zeros((n, n))])
    found = linprog(
        np.r_[np.zeros(n * n), np.ones(n)],
        A_ub=np.vstack([lacking_covers_the_gap, sent_within_the_pool]),
        b_ub=np.r_[-gap, pooled],
    )
    assert found.success
    return float(found.fun)


def test_surplus_staff_with_a_passport_go_where_they_are_short() -> None:
    # Five surplus, of whom four hold the passport, and one surplus who holds none; short of six and of two.
    shared = passport(np.array([-5.0, -1.0, 6.0, 2.0]), np.array([4.0, 0.0, 9.0, 9.0]))
    np.testing.assert_allclose(shared.sent, [4, 0, 0, 0])
    np.testing.assert_allclose(shared.received, [0, 0, 3, 1])
    np.testing.assert_allclose(shared.gap, [-1, -1, 3, 1])
    assert float(shared.fall) == pytest.approx(4)


def test_a_bank_adds_hours_and_leaves_no_post() -> None:
    shared = bank(np.array([-5.0, 6.0, 2.0]), np.array([1.0, 3.0, 0.0]))
    np.testing.assert_allclose(shared.sent, [1, 3, 0])
    np.testing.assert_allclose(shared.received, [0, 3, 1])
    np.testing.assert_allclose(shared.gap, [-5, 3, 1])


def test_no_more_serve_than_are_short() -> None:
    shared = passport(np.array([-5.0, -15.0, 2.0]), np.array([5.0, 15.0, 0.0]))
    np.testing.assert_allclose(shared.sent, [0.5, 1.5, 0])
    np.testing.assert_allclose(shared.gap, [-4.5, -13.5, 0])


def test_a_profession_month_or_draw_never_serves_another() -> None:
    gap = np.zeros((2, 2, 3, 4))
    gap[0, 0], gap[1, 1] = -5, 5
    for shared in (passport(gap, np.full(gap.shape, 9.0)), bank(gap[:, :1], np.full((2, 1, 1, 1), 9.0))):
        assert not shared.sent.any()
        assert not shared.received.any()
        assert shared.fall.shape == shared.gap.shape[1:]


def test_nobody_is_sent_where_no_employer_is_short() -> None:
    for share in (passport, bank):
        shared = share(np.array([-3.0, 0.0]), np.array([3.0, 3.0]))
        assert not shared.sent.any()
        np.testing.assert_array_equal(shared.gap, [-3, 0])


@given(NETWORKS)
def test_the_closed_form_is_the_optimum_of_the_linear_programme(network: Array) -> None:
    gap, pooled = network
    for share, of_bank in ((passport, False), (bank, True)):
        shared = share(gap, pooled)
        assert unmet(gap) - float(shared.fall) == pytest.approx(least_unmet(gap, pooled, of_bank), abs=1e-7)
        assert unmet(shared.gap) == pytest.approx(unmet(gap) - float(shared.fall), abs=1e-9)


@given(NETWORKS)
def test_nothing_is_made_and_nobody_gives_or_gets_too_much(network: Array) -> None:
    gap, pooled = network
    for share in (passport, bank):
        shared = share(gap, pooled)
        assert shared.sent.sum() == pytest.approx(shared.received.sum(), abs=1e-9)
        assert (shared.sent <= pooled).all()
        assert (shared.received <= np.maximum(gap, 0)).all()
    moved = passport(gap, pooled)
    assert moved.gap.sum() == pytest.approx(gap.sum(), abs=1e-9)
    assert (moved.sent <= np.maximum(-gap, 0)).all()


def test_pooled_staff_below_zero_are_refused() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        passport(np.array([1.0, -1.0]), np.array([1.0, -1.0]))
