"""Waiting lists as they become follow the last year's change and the growth of their tests."""

from __future__ import annotations

import numpy as np
import pytest
from small_settings import setting, waiting

from pipeline.model.lists_ahead import capacity_by, lists_by

pytestmark = pytest.mark.unit


def test_a_list_that_grew_grows_on_and_one_that_fell_falls() -> None:
    grew, fell = (lists_by(setting(waiting(by)), ["test"]).set_index("test").loc["CT"] for by in (120, -120))
    assert grew["list_growth"] > 0 > fell["list_growth"]
    assert grew["at_horizon"] > grew["waiting"]
    assert fell["at_horizon"] < fell["waiting"]


def test_a_backlog_is_what_lies_above_the_list_that_meets_the_standard() -> None:
    rows = lists_by(setting(waiting()), ["pillar", "test"])
    assert (rows["backlog"] >= rows["waiting"] - rows["target"] - 1e-9).all()
    assert (rows["backlog"] >= 0).all()


def test_tests_that_hold_clear_and_keep_a_list_are_those_of_the_method() -> None:
    # 12,000 CT a year, all for people on the list, which grew by 120; 24 months to clear it; 95 in 100 in six weeks.
    row = capacity_by(setting(waiting(120)), ["test"]).set_index("test").loc["CT"]
    factor, wait = -np.log(0.05), 6 * 7 / 365.25
    assert row["list_tests"] == 12000
    assert row["referrals"] == 12120
    assert row["relief"] == pytest.approx(12120 + (2000 - 12120 * wait / factor) / 2)
    assert row["steady"] == pytest.approx(12120 + factor / wait)


def test_a_list_short_enough_takes_no_more_than_holds_it() -> None:
    row = capacity_by(setting(waiting(0)), ["test"]).set_index("test").loc["MRI"]
    assert row["relief"] >= row["referrals"]
    short = setting({"waiting": waiting(0)["waiting"].assign(waiting=10, waiting_6_plus=0)})
    assert (capacity_by(short, ["test"])["relief"] == capacity_by(short, ["test"])["referrals"]).all()
