"""Published sickness absence that the pooled rate reproduces."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.metrics.absence import sickness_by
from pipeline.tables import empty

pytestmark = pytest.mark.unit


def absence(*rows: tuple[str, str, float, float]) -> pd.DataFrame:
    """Employer, month, days lost and days available of each row."""
    frame = pd.DataFrame(rows, columns=["employer", "month", "days_lost", "days_available"])
    return frame.assign(month=pd.to_datetime(frame["month"]))


UNIT = ("0CX", "2024-10-31", 1737.45988, 45625.47897)
"""NHS sickness absence, October 2024: NHS Midlands and Lancashire Commissioning Support Unit, 3.81 %."""


def test_the_rate_is_the_published_one() -> None:
    (row,) = sickness_by(absence(UNIT), ["0CX"], ["employer"]).to_dict("records")
    assert (row["days_lost"], row["days_available"]) == (1737.45988, 45625.47897)
    assert round(100 * row["rate"], 2) == 3.81


def test_days_are_pooled_and_rates_never_averaged() -> None:
    small = ("AAA", "2024-10-31", 100.0, 1000.0)
    (row,) = sickness_by(absence(UNIT, small), ["0CX", "AAA"], ["month"]).to_dict("records")
    assert row["rate"] == pytest.approx(1837.45988 / 46625.47897)
    averaged = (1737.45988 / 45625.47897 + 0.1) / 2
    assert row["rate"] < 0.6 * averaged


def test_no_days_available_have_no_rate_and_other_employers_none_at_all() -> None:
    frame = absence(UNIT, ("AAA", "2024-09-30", 0.0, 0.0), ("AAA", "2024-11-30", 3.0, 60.0), ("BBB", *UNIT[1:]))
    by_month = sickness_by(frame, ["AAA"], ["month"])
    assert len(by_month) == 2
    assert by_month["rate"].tolist() == pytest.approx([float("nan"), 0.05], nan_ok=True)
    assert sickness_by(empty("absence"), ["AAA"], ["employer"]).empty
