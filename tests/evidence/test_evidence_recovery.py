"""Fictional systems whose truth is known: rates are recovered, and forecasts of a year ahead hold what they promise.

`python -m bench.recovery` does the same for as many systems as are asked for; its figures are in
docs/recovery.md.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pytest

from bench.recovery import found_of, summary
from pipeline.evidence.forecast_rows import MODEL

pytestmark = [pytest.mark.integration, pytest.mark.slow]
SEEDS = range(1, 5)


def of_model(forecasts: pd.DataFrame) -> pd.DataFrame:
    """The model's scores by level."""
    return forecasts[forecasts["method"] == MODEL].set_index("level")


@pytest.fixture(scope="module")
def over_seeds() -> Mapping[str, pd.DataFrame]:
    return summary([found_of(seed, draws=100) for seed in SEEDS])


def test_rates_of_leaving_that_many_leave_by_are_recovered_within_fifteen_per_cent(
    over_seeds: Mapping[str, pd.DataFrame],
) -> None:
    common = over_seeds["rates"].query("true >= 100")
    assert {"qualified", "support"} == set(common["career"])
    assert common["ratio"].between(0.85, 1.15).all()


def test_ranges_of_rates_hold_the_true_ones(over_seeds: Mapping[str, pd.DataFrame]) -> None:
    assert over_seeds["ranges"]["inside"].mean() >= 0.6


def test_professions_are_forecast_within_three_per_cent_a_year_ahead(over_seeds: Mapping[str, pd.DataFrame]) -> None:
    ours = of_model(over_seeds["forecasts"])
    assert ours.loc["profession", "forecasts"] > 250
    assert ours.loc["profession", "mape"] <= 3.0
    assert ours.loc["total", "mape"] <= 2.5


def test_what_came_lies_in_the_range_for_eight_in_ten_about_as_often(over_seeds: Mapping[str, pd.DataFrame]) -> None:
    ours = of_model(over_seeds["forecasts"])
    assert ours.loc["profession", "coverage"] >= 0.6
    assert ours.loc["profession", "coverage"] <= 0.9
