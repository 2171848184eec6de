"""What reporting sessions and reporters' WTE yield, worked by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from pipeline.metrics.reporting import (
    leak_by,
    output_per_session,
    reporting_leak,
    rvu_per_wte,
    with_sessions,
)
from pipeline.tables import empty

pytestmark = pytest.mark.unit

Row = tuple[str, str, str, str, int, float | None, float | None, float | None]


def reports(*rows: Row) -> pd.DataFrame:
    """Employer, pillar, reporter, month, reports, minutes each, RVUs and PAs a week of each row."""
    columns = ["employer", "pillar", "reporter", "month", "reports", "minutes_each", "rvus", "pas_week"]
    frame = pd.DataFrame(rows, columns=columns)
    kinds = {"reports": "Int64", "minutes_each": "float64", "rvus": "float64", "pas_week": "float64"}
    return frame.assign(month=pd.to_datetime(frame["month"]), test="CT").astype(kinds)


# At 48 weeks a year a month has four weeks: 10 PAs a week are 40 sessions.
TEN_ROWS = reports(
    ("AAA", "imaging", "consultant", "2025-01-31", 400, 15, 800, 10),
    ("AAA", "imaging", "consultant", "2025-02-28", 400, 15, 800, 10),
    ("AAA", "imaging", "consultant", "2025-04-30", 800, 20, None, 20),
    ("BBB", "imaging", "consultant", "2025-01-31", 100, None, 300, 5),
    ("BBB", "imaging", "consultant", "2025-02-28", 900, 10, 900, None),
    ("AAA", "imaging", "reporting radiographer", "2025-01-31", 300, 8, 240, 5),
    ("AAA", "imaging", "outsourced", "2025-01-31", 500, 15, 700, None),
    ("AAA", "labs", "consultant", "2025-01-31", 250, 12, None, 5),
    ("AAA", "labs", "advanced scientist", "2025-01-31", 50, 12, 60, 0),
    ("BBB", "labs", "consultant", "2025-01-31", 50, 12, None, 5),
)


def test_output_is_pooled_over_the_rows_that_state_sessions() -> None:
    by = output_per_session(TEN_ROWS, ["pillar", "reporter"], weeks_year=48).set_index(["pillar", "reporter"])
    consultants = by.loc[("imaging", "consultant")]
    # Sessions 40 + 40 + 80 + 20. Minutes 6,000 + 6,000 + 16,000 over 160; units 800 + 800 + 300 over 100.
    assert consultants.tolist() == pytest.approx([180, 175, 19])
    assert by.loc[("imaging", "reporting radiographer")].tolist() == pytest.approx([20, 120, 12])
    assert by.loc[("labs", "consultant"), "minutes_per_session"] == pytest.approx(3600 / 40)


def test_output_is_missing_without_units_and_without_sessions() -> None:
    by = output_per_session(TEN_ROWS, ["pillar", "reporter"], weeks_year=48).set_index(["pillar", "reporter"])
    assert pd.isna(by.loc[("labs", "consultant"), "rvus_per_session"])
    assert by.loc[("labs", "advanced scientist"), ["minutes_per_session", "rvus_per_session"]].isna().all()
    assert ("imaging", "outsourced") not in by.index


def test_a_month_that_is_not_there_adds_no_sessions() -> None:
    alder = TEN_ROWS[(TEN_ROWS["employer"] == "AAA") & (TEN_ROWS["reporter"] == "consultant")]
    assert with_sessions(alder[alder["pillar"] == "imaging"], 48)["sessions"].tolist() == [40, 40, 80]


def test_a_years_weeks_are_those_of_the_reference_where_none_are_given() -> None:
    assert with_sessions(TEN_ROWS)["sessions"].iloc[0] == pytest.approx(10 * 42 / 12)


def test_the_leak_is_of_rows_that_state_sessions_and_minutes_and_may_be_below_zero() -> None:
    by = leak_by(TEN_ROWS, ["employer", "pillar"], hours_a_pa=4).set_index(["employer", "pillar"])
    # Alder imaging: (10 + 10 + 20 + 5) x 3.5 weeks x 4 hours; 100 + 100 + 266.67 + 40 hours of reports.
    assert by.loc[("AAA", "imaging")].tolist() == pytest.approx([630, 506.6667, 0.804233, 123.3333], rel=1e-5)
    # Alder labs: 5 x 3.5 x 4 against 50 + 10 hours.
    assert by.loc[("AAA", "labs")].tolist() == pytest.approx([70, 60, 60 / 70, 10])
    assert by.loc[("BBB", "labs"), "leak_hours"] == pytest.approx(60)
    assert ("BBB", "imaging") not in by.index
    assert reporting_leak(1, 4, 1, 5).leak_hours == -1


def test_hours_of_a_session_are_those_of_the_reference_where_none_are_given() -> None:
    pd.testing.assert_frame_equal(leak_by(TEN_ROWS, ["pillar"]), leak_by(TEN_ROWS, ["pillar"], hours_a_pa=4))


def test_without_sessions_there_is_a_leak_but_no_share() -> None:
    leak = reporting_leak(0, 4, 16, 20)
    assert (leak.expected_hours, leak.leak_hours) == (0, -20)
    assert math.isnan(leak.delivered_share)
    (row,) = leak_by(TEN_ROWS[TEN_ROWS["pas_week"] == 0], ["reporter"]).to_dict("records")
    assert pd.isna(row["delivered_share"])


def test_units_for_each_wte_are_crude_or_net_of_time_not_spent_reporting() -> None:
    assert rvu_per_wte(9000, 3) == 3000
    assert rvu_per_wte(9000, 3, 0.25) == 4000
    assert rvu_per_wte(pd.Series([10.0, 10.0]), pd.Series([4.0, 0.0])).tolist() == pytest.approx(
        [2.5, math.nan], nan_ok=True
    )
    assert math.isnan(rvu_per_wte(9000, 0))
    assert math.isnan(rvu_per_wte(9000, 3, 1.0))


def test_of_no_file_there_is_nothing() -> None:
    year = empty("reporting")
    assert output_per_session(year, ["reporter", "pillar"]).empty
    assert leak_by(year, ["employer"]).empty
