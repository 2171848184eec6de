"""Who reports, and the hours, units and consultants that reports need: worked by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from canonical_rows import rows

from pipeline.model.reporting_need import (
    consultant_wte,
    reporter_shares,
    reports_a_test,
    work_a_test,
    work_a_year,
    work_by,
)
from pipeline.reference import indicator
from pipeline.tables import empty

pytestmark = pytest.mark.unit

RADIOGRAPHER = "reporting radiographer"
STANDARD = {("CT", "outsourced"): 12.0, ("CT", RADIOGRAPHER): 18.0, ("X-ray", RADIOGRAPHER): 3.0}


def year(*changes: dict[str, Any]) -> pd.DataFrame:
    return rows("reporting", *changes)


def two_reporters() -> pd.DataFrame:
    """ZZ1's CT: 600 by consultants at 15 minutes and 1.75 units, 200 outsourced, of which nobody states either."""
    stated = {"reports": 300, "minutes_each": 15.0, "rvus": 525.0, "over_28_days": None}
    unstated = {"reports": 200, "reporter": "outsourced", "minutes_each": None, "rvus": None, "over_28_days": None}
    return year(stated, {**stated, "month": "2025-08-31"}, unstated)


def column(shares: pd.DataFrame, name: str, test: str = "CT") -> dict[str, float]:
    own = shares[shares["test"] == test]
    return dict(zip(own["reporter"], own[name], strict=True))


class TestShares:
    def test_shares_are_of_all_reports_of_the_test(self) -> None:
        assert column(reporter_shares(two_reporters(), {}), "share") == {"consultant": 0.75, "outsourced": 0.25}

    def test_own_minutes_come_before_the_standard_and_the_standard_before_none(self) -> None:
        assert column(reporter_shares(two_reporters(), {**STANDARD, ("CT", "consultant"): 99.0}), "minutes_each") == {
            "consultant": 15.0,
            "outsourced": 12.0,
        }
        assert np.isnan(column(reporter_shares(two_reporters(), {}), "minutes_each")["outsourced"])

    def test_minutes_are_pooled_over_the_rows_that_state_them(self) -> None:
        one = {"reports": 100, "minutes_each": 10.0, "over_28_days": None}
        more = {"reports": 300, "minutes_each": 20.0, "month": "2025-08-31", "over_28_days": None}
        silent = {"reports": 600, "minutes_each": None, "month": "2025-07-31", "over_28_days": None}
        assert column(reporter_shares(year(one, more, silent), {}), "minutes_each") == {"consultant": 17.5}

    def test_tests_that_nobody_reported_are_left_out(self) -> None:
        assert reporter_shares(year({"reports": 0, "over_28_days": 0}), {}).empty
        assert reporter_shares(empty("reporting"), {}).empty


class TestWork:
    def test_hours_and_units_stand_side_by_side(self) -> None:
        ratio = pd.DataFrame([{"employer": "ZZ1", "pillar": "imaging", "test": "CT", "reports_a_test": 0.5}])
        tests = ratio.drop(columns="reports_a_test").assign(tests=4000.0)
        each = work_a_test(reporter_shares(two_reporters(), STANDARD), ratio)
        by_reporter = work_by(work_a_year(each, tests), ["reporter"]).set_index("reporter")
        # 2,000 reports: 1,500 at 15 minutes and 500 at 12.
        assert by_reporter["reports"].tolist() == pytest.approx([1500, 500])
        assert by_reporter["hours"].tolist() == pytest.approx([375, 100])
        assert by_reporter.loc["consultant", "rvus"] == pytest.approx(1500 * 1.75)

    def test_a_sum_of_which_a_part_is_not_known_is_not_known(self) -> None:
        ratio = pd.DataFrame([{"employer": "ZZ1", "pillar": "imaging", "test": "CT", "reports_a_test": 1.0}])
        whole = work_by(work_a_test(reporter_shares(two_reporters(), {}), ratio), ["employer"])
        assert whole["reports"].tolist() == pytest.approx([1])
        assert whole[["hours", "rvus"]].isna().all(axis=None)

    def test_reports_of_some_months_are_taken_up_to_a_year(self) -> None:
        annual = pd.DataFrame([{"provider": "ZZ1", "pillar": "imaging", "test": "CT", "annual_tests": 6000.0}])
        # 800 reports in two months are 4,800 a year.
        assert reports_a_test(two_reporters(), annual)["reports_a_test"].tolist() == pytest.approx([0.8])
        other = annual.assign(provider="ZZ2")
        assert reports_a_test(two_reporters(), other)["reports_a_test"].isna().all()

    def test_consultants_report_in_their_sessions(self) -> None:
        assert consultant_wte(np.array([1000.0, 2000.0]), 5, 4, 40) == pytest.approx([1.25, 2.5])
        usual = indicator("hours_in_a_pa") * indicator("reporting_weeks_a_year")
        assert consultant_wte(1000, 5) == pytest.approx(1000 / (5 * usual))
