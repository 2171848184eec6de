"""Tests of a year ahead from their growth, as it would have been measured then."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from small_settings import ALDER, BIRCH, IMAGING, SCOPE, table

from pipeline.assumptions import default_assumptions
from pipeline.evidence.forecast_rows import MODEL
from pipeline.evidence.growth_that_came import AGAIN, LEVEL, growth_back_test
from pipeline.model.measured import activity_growth

pytestmark = pytest.mark.unit
BASE = dt.date(2025, 9, 30)
MONTHS = pd.date_range("2021-10-31", BASE, freq="ME")


def counted(growth: float, last_year: float | None = None) -> pd.DataFrame:
    """Four years of CT at two providers that grow by so much a year, the last of them by another growth."""
    years = np.array([0.0, growth, 2 * growth, 2 * growth + (growth if last_year is None else last_year)])
    monthly = np.repeat(np.exp(years), 12)
    return table(
        "activity",
        *(
            {"provider": who, "tests": round(5000 * each), "month": f"{month:%Y-%m-%d}"}
            for who in (ALDER, BIRCH)
            for month, each in zip(MONTHS, monthly, strict=True)
        ),
        test="CT",
        dataset="dm01",
        pillar=IMAGING,
    )["activity"]


def test_growth_that_goes_on_is_forecast_and_the_level_is_too_low() -> None:
    found = growth_back_test(counted(0.05), SCOPE, BASE)
    last = found[found["origin"] == dt.date(2024, 9, 30)].set_index("method")
    assert last.loc[MODEL, "middle"] == pytest.approx(last.loc[MODEL, "came"], rel=0.001)
    assert last.loc[AGAIN, "middle"] == pytest.approx(last.loc[AGAIN, "came"], rel=0.001)
    assert last.loc[LEVEL, "middle"] == pytest.approx(last.loc[LEVEL, "came"] / np.exp(0.05), rel=0.001)


def test_the_range_holds_the_lasting_growth_and_the_swing_of_a_year() -> None:
    known = counted(0.05)
    known = known[known["month"] <= "2024-09-30"]
    (measured,) = activity_growth(known, SCOPE.providers_ever, SCOPE.employers, default_assumptions())
    growth, swing = measured.growth, measured.swing
    assert growth.high is not None
    assert swing.high is not None
    last = growth_back_test(counted(0.05), SCOPE, BASE).query("origin == @dt.date(2024, 9, 30)").set_index("method")
    said = np.log(last.loc[MODEL, "high"] / last.loc[MODEL, "middle"])
    assert said**2 == pytest.approx((growth.high - growth.value) ** 2 + swing.high**2)


def test_what_comes_later_changes_no_forecast() -> None:
    one, other = (growth_back_test(counted(0.05, last), SCOPE, BASE) for last in (0.05, -0.4))
    ahead = ["origin", "name", "method", "middle", "low", "high"]
    pd.testing.assert_frame_equal(
        one.query("origin == @dt.date(2024, 9, 30)")[ahead], other.query("origin == @dt.date(2024, 9, 30)")[ahead]
    )
    assert not one["came"].equals(other["came"])


def test_a_month_that_one_provider_did_not_send_is_left_out_of_every_year() -> None:
    whole = counted(0.05)
    hole = whole[~((whole["provider"] == BIRCH) & (whole["month"] == pd.Timestamp("2025-01-31")))]
    last = growth_back_test(hole, SCOPE, BASE).query("origin == @dt.date(2024, 9, 30)").set_index("method")
    assert last.loc[LEVEL, "came"] == pytest.approx(11 / 12 * whole[whole["month"] > "2024-09-30"]["tests"].sum())
    assert last.loc[MODEL, "middle"] == pytest.approx(last.loc[MODEL, "came"], rel=0.002)


def test_two_years_of_counts_are_too_few() -> None:
    two = counted(0.05)
    assert growth_back_test(two[two["month"] > "2023-09-30"], SCOPE, BASE).empty
    assert growth_back_test(two.head(0), SCOPE, BASE).empty
