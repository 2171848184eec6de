"""The back-test of the sample plan."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from pipeline.evidence.back_test import back_test
from pipeline.evidence.back_test_scores import large_professions, scores, verdict
from pipeline.evidence.forecast_rows import MODEL
from pipeline.evidence.plan_opponents import LAST_VALUE, LINEAR_DRIFT, OPPONENTS
from pipeline.metrics.scope import plan_scope
from pipeline.plan import Plan

pytestmark = [pytest.mark.integration, pytest.mark.slow]


def test_the_sample_is_forecast_from_six_months_past_within_three_per_cent_a_year_ahead(
    sample_plan: Plan, sample_tables: dict[str, pd.DataFrame]
) -> None:
    scope = plan_scope(sample_plan, sample_tables["organisations"])
    naive = {name: OPPONENTS[name] for name in (LAST_VALUE, LINEAR_DRIFT)}
    found = back_test(sample_plan, sample_tables, scope, draws=100, opponents=naive)
    assert (len(found.origins), found.origins[0], found.origins[-1]) == (6, dt.date(2022, 9, 30), dt.date(2025, 3, 31))
    assert found.measured
    # The employer that sends its staff on a form has two years of them, and none to be held to.
    assert set(found.stocks.query("level == 'employer'")["name"]) == {"ZZ1", "ZZ2", "ZZ3", "ZZ5"}
    year = large_professions(found.stocks[found.stocks["method"] == MODEL]).query("horizon == 12")
    assert len(year) == 70
    of_year = scores(year, ["method"]).iloc[0]
    assert of_year["mape"] <= 3.0
    assert 0.6 <= of_year["coverage"] <= 0.95
    said = verdict(found.stocks)
    assert said is not None
    assert (said.of, said.origins) == ("profession", 5)
    assert len(found.flows[found.flows["method"] == MODEL].query("level == 'total'")) == 10
