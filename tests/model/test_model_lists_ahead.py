"""Waiting lists as they become follow the last year's change and the growth of their tests."""

from __future__ import annotations

import pytest
from small_settings import setting, waiting

from pipeline.model.lists_ahead import lists_by

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
