"""What is told of earlier forecasts."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from pipeline.evidence.kept_forecasts import COLUMNS, STAFF
from pipeline.report.track_record_words import track_sentences, track_table

pytestmark = pytest.mark.unit
BASE = dt.date(2026, 9, 30)
RECORD = pd.DataFrame(
    [[STAFF, "profession", 2, 5, 1.0, 0.5, 1.0], [STAFF, "profession", 12, 20, 3.14, -1.0, 0.75]],
    columns=["quantity", "level", "months_ahead", "forecasts", "mape", "bias", "inside"],
)
EARLIER = pd.DataFrame({"base_month": [pd.Timestamp("2025-09-30")]})


def test_the_longest_up_to_a_year_is_told_with_its_error_direction_and_cover() -> None:
    first, _ = track_sentences(EARLIER, RECORD, BASE)
    assert first == (
        "Forecasts made from September 2025 have come due. 12 months ahead, the WTE in post of a profession was 3.1% "
        "off on average, 1.0% too low together, and 75.0% of 20 came within the range."
    )


def test_a_first_run_says_when_it_can_be_checked() -> None:
    (said,) = track_sentences(pd.DataFrame(columns=COLUMNS), RECORD.head(0), BASE)
    assert "no forecast has come due" in said
    assert "files of October 2026 will test it first" in said


def test_forecasts_that_no_file_judges_yet_are_owned_up_to() -> None:
    (said,) = track_sentences(EARLIER, RECORD.head(0), BASE)
    assert "no file tells what came of them yet" in said


def test_the_table_shows_a_few_months_with_errors_as_shares() -> None:
    shown = track_table(RECORD)
    assert shown["months_ahead"].tolist() == [12]
    assert shown["error"].tolist() == pytest.approx([0.0314])
