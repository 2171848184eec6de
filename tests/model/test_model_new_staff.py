"""Whoever is new at the base month has not full output yet, and gets there as those who come later do."""

from __future__ import annotations

import numpy as np
import pytest
from small_settings import rich

from pipeline.model.new_staff import still_to_reach

pytestmark = pytest.mark.unit


def test_what_is_lacking_ends_as_the_last_who_came_reach_full_output() -> None:
    # One cell and one origin: 2 WTE a month, half of output in the first month and three quarters in the second.
    ramp = np.array([[[0.5, 0.75, 1.0]]])
    lacking = still_to_reach(np.array([[2.0]]), ramp, 3)
    assert lacking.shape == (1, 4, 1)
    assert lacking[0, :, 0].tolist() == pytest.approx([2 * 0.75, 2 * 0.25, 0, 0])


def test_a_horizon_within_the_months_of_learning_is_cut_there() -> None:
    ramp = np.array([[[0.5, 0.75, 1.0]], [[1.0, 1.0, 1.0]]])
    assert still_to_reach(np.array([[2.0]]), ramp, 1)[0].tolist() == [[1.5, 0.0], [0.5, 0.0]]


def test_as_many_came_a_month_before_as_come_in_the_year_after() -> None:
    of = rich()
    assert of.arrivals.shape == (3, len(of.cells))
    assert (of.arrivals >= 0).all()
    assert of.arrivals.sum() > 0
