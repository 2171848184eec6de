"""A published workforce model whose four kinds of activity were each typed a quarter."""

from __future__ import annotations

import pytest

from pipeline.model.shares import are_uniform, growth_of_staff, uniform_warning, weighted_answer, weighted_shares

pytestmark = pytest.mark.unit
BASELINE, FORECAST = [276957, 301734, 22669, 4850], [283417, 346014, 32227, 7365]
STAFF = 48874.285409556076
QUARTERS = [0.25] * 4


def test_quarters_add_far_more_staff_than_shares_by_activity() -> None:
    equal = growth_of_staff(BASELINE, FORECAST, STAFF, QUARTERS)
    weighted = growth_of_staff(BASELINE, FORECAST, STAFF, weighted_shares(BASELINE))
    assert equal == pytest.approx(13565.87000361)
    assert weighted == pytest.approx(5064.1534937)


def test_quarters_are_told_from_shares_that_somebody_filled_in_and_the_reader_is_warned() -> None:
    assert are_uniform(QUARTERS)
    assert not are_uniform(weighted_shares(BASELINE))
    assert uniform_warning("activity", len(QUARTERS), QUARTERS[0]).startswith(
        "The 4 shares of activity are all 0.25, as if nobody"
    )
    assert weighted_answer("activity", 13565.87, 5064.15) == (
        "With equal shares of activity, 13,566 WTE are added; with shares by the work done at the baseline, 5,064 WTE."
    )
