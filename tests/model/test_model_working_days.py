"""Bank holidays against dates that were published, and months by their working days."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.working_days import (
    bank_holidays,
    monthly_tests,
    share_on_working_days,
    working_day_factor,
    working_days,
)
from pipeline.months import add_months

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2021, "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28"),
        (2022, "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27"),
        (2023, "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26"),
        (2024, "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26"),
        (2025, "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26"),
        (2026, "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28"),
        (2027, "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28"),
    ],
)
def test_bank_holidays_are_those_that_the_government_lists(year: int, days: str) -> None:
    assert sorted(day.strftime("%m-%d") for day in bank_holidays(year)) == days.split()


def test_working_days_are_weekdays_without_bank_holidays() -> None:
    # May 2025 has 22 weekdays and two bank holidays, June 2025 21 weekdays, December 2025 23 and two.
    assert working_days([dt.date(2025, 5, 31), dt.date(2025, 6, 30), dt.date(2025, 12, 31)]).tolist() == [20, 21, 21]


@given(st.integers(2003, 2060))
def test_months_of_a_calendar_year_have_a_mean_of_one(year: int) -> None:
    months = [dt.date(year, month, 1) for month in range(1, 13)]
    assert working_day_factor(months).mean() == pytest.approx(1)
    assert 250 <= working_days(months).sum() <= 255


@given(st.integers(2003, 2060))
def test_bank_holidays_are_weekdays_and_at_least_eight(year: int) -> None:
    days = bank_holidays(year)
    assert len(days) >= 8
    assert all(day.weekday() < 5 for day in days)


def test_yearly_tests_are_spread_by_working_days_and_add_up_over_a_year() -> None:
    months = [add_months(dt.date(2025, 12, 31), number) for number in range(13)]
    rate = np.full((2, 13, 3), [[[1200.0, 2400.0, 3600.0]]])
    tests = monthly_tests(rate, months)
    assert tests.shape == rate.shape
    assert tests[0, 1:].sum(axis=0) == pytest.approx([1200, 2400, 3600])
    assert tests[0, 1:, 0] / working_days(months)[1:] == pytest.approx(
        np.full(12, 1200 / working_days(months)[1:].sum())
    )


def test_tests_of_any_day_are_spread_by_the_days_of_the_month() -> None:
    months = [dt.date(2025, 2, 28), dt.date(2025, 5, 31)]
    tests = monthly_tests(np.full((3, 2, 1), 3650.0), months, np.array([0.0, 0.5, 1.0]))[..., 0]
    assert tests[0] == pytest.approx([280, 310])
    assert tests[1] == pytest.approx((tests[0] + tests[2]) / 2)


def test_unscheduled_tests_are_half_on_working_days() -> None:
    kinds = [("CT", "waiting_list", 50), ("CT", "unscheduled", 40), ("CT", "planned", 10), ("X-ray", "all", 9)]
    sent = pd.DataFrame(kinds, columns=["test", "type", "tests"])
    assert share_on_working_days(sent).to_dict() == pytest.approx({"CT": 0.8})


def test_months_are_as_many_as_the_rate_has() -> None:
    with pytest.raises(ValueError, match="has 2 months and 1 are named"):
        monthly_tests(np.ones((2, 1)), [pd.Timestamp("2025-09-30")])
