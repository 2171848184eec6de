"""Published worked examples that the measures of reporting reproduce."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.metrics.reporting import leak_by, reporting_leak, rvu_per_wte
from pipeline.model.reporting_need import consultant_wte, reporter_shares, work_a_test, work_a_year, work_by
from pipeline.model.workload import workload_hours

pytestmark = pytest.mark.unit


def test_the_output_of_radiologists_in_east_lancashire() -> None:
    """Clinical Radiology 2013;68:e239: 649,617 units, 13.5 WTE, 42.49 % of the time not spent reporting."""
    assert rvu_per_wte(649_617, 13.5) == pytest.approx(48119.7777778, rel=1e-6)
    assert rvu_per_wte(649_617, 13.5, 0.4249) == pytest.approx(83_674, rel=1e-4)


def test_sessions_of_which_a_quarter_shows_in_no_report() -> None:
    """80 PAs a week of 3.5 hours over 16 weeks, of which 3,360 hours were delivered; 3,300 CT took 935 hours."""
    leak = reporting_leak(80, 3.5, 16, 3360)
    assert (leak.expected_hours, leak.delivered_share, leak.leak_hours) == pytest.approx((4480, 0.75, 1120))
    assert workload_hours(3300, 17) == pytest.approx(935)


def test_the_same_sessions_read_from_a_table() -> None:
    """Twelve months of a year of 16 working weeks: 80 PAs a week, and 12,000 reports in 3,360 hours."""
    month = {"employer": "AAA", "pillar": "imaging", "test": "CT", "reporter": "consultant"}
    rows = [{**month, "reports": 1000, "minutes_each": 16.8, "pas_week": 80.0} for _ in range(12)]
    (row,) = leak_by(pd.DataFrame(rows), ["reporter"], hours_a_pa=3.5, weeks_year=16).to_dict("records")
    assert [row[name] for name in ("expected_hours", "delivered_share", "leak_hours")] == pytest.approx(
        [4480, 0.75, 1120]
    )


def test_the_reports_of_so_many_tests_and_the_consultants_they_need() -> None:
    """12,000 CT at 15 minutes and 6,000 MRI at 20, reported once, by consultants with 6 PAs of 3.5 h in 42 weeks."""
    test = {"employer": "AAA", "pillar": "imaging"}
    made = {**test, "reporter": "consultant", "reports": 100, "rvus": float("nan")}
    year = pd.DataFrame([{**made, "test": "CT", "minutes_each": 15.0}, {**made, "test": "MRI", "minutes_each": 20.0}])
    tests = pd.DataFrame([{**test, "test": "CT", "tests": 12_000}, {**test, "test": "MRI", "tests": 6_000}])
    each = work_a_test(reporter_shares(year, {}), tests.drop(columns="tests").assign(reports_a_test=1.0))
    (row,) = work_by(work_a_year(each, tests), ["reporter"]).to_dict("records")
    assert row["hours"] == pytest.approx(5000)
    assert consultant_wte(row["hours"], 6, 3.5, 42) == pytest.approx(5.66893424)
