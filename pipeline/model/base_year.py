"""The year of tests that the model starts from (docs/method.md, section 3)."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from pipeline.metrics.months import MONTHS_IN_YEAR, months_back
from pipeline.metrics.returns import incomplete_returns
from pipeline.tables.published import LOCAL

WHOLE_ENOUGH = 6
"""Months below which a data set does not stand in for a year where another that counts the test has more."""
KEYS = ["provider", "pillar", "test", "dataset"]
MONTHLY = [*KEYS, "month", "tests"]
COLUMNS = [*KEYS, "from_month", "to_month", "months", "tests", "annual_tests"]


def annual_activity(activity: pd.DataFrame, providers: Collection[str], pillars: Collection[str]) -> pd.DataFrame:
    """Tests a year for each provider and test, over the 12 calendar months to the provider's latest return.

    Takes the canonical `activity` table. Returns provider, pillar, test, dataset, from_month, to_month, months (those
    with a whole count), tests (as counted) and annual_tests (tests x 12 / months), from `counted_months`.
    """
    return annual_of(counted_months(activity, providers, pillars))


def annual_of(counted: pd.DataFrame) -> pd.DataFrame:
    """Tests a year from the result of counted_months, as annual_activity gives them."""
    best = _summed(counted)
    annual = best["tests"].astype("float64") * MONTHS_IN_YEAR / best["months"]
    return best.assign(annual_tests=annual)[COLUMNS].sort_values(["pillar", "test", "provider"]).reset_index(drop=True)


def counted_months(activity: pd.DataFrame, providers: Collection[str], pillars: Collection[str]) -> pd.DataFrame:
    """Tests of each whole month of the year that the model starts from: provider, pillar, test, dataset, month, tests.

    Takes the canonical `activity` table. Data sets are never added up: where two count the same test, the one with the
    later return is used if it has six months or more, or no other has.
    """
    whole = whole_months(activity, providers, pillars)
    if whole.empty:
        return whole
    summed = _summed(whole)
    return whole.merge(_best(summed[summed["tests"] > 0])[KEYS], on=KEYS)


def whole_months(activity: pd.DataFrame, providers: Collection[str], pillars: Collection[str]) -> pd.DataFrame:
    """Tests of each whole month of the latest 12 of each provider and data set, as counted_months gives them.

    A test that stands in no row of a return that was made was not done that month.
    """
    own = activity[activity["provider"].isin(providers) & activity["pillar"].isin(pillars)]
    if own.empty:
        return own[MONTHLY]
    monthly = own.groupby([*KEYS, "month"], as_index=False)["tests"].sum()
    made = _returns_made(own)
    tests = monthly[KEYS].drop_duplicates().merge(made, on=["provider", "dataset"])
    asked = tests.merge(monthly, on=[*KEYS, "month"], how="left").fillna({"tests": 0})
    incomplete = incomplete_returns(own, providers, providers)
    keys = ["provider", "dataset", "test", "month"]
    marked = asked.merge(incomplete[keys], on=keys, how="left", indicator=True)
    return marked.loc[marked["_merge"] == "left_only", MONTHLY]


def _summed(whole: pd.DataFrame) -> pd.DataFrame:
    return whole.groupby(KEYS, as_index=False).agg(
        from_month=("month", "min"), to_month=("month", "max"), months=("month", "nunique"), tests=("tests", "sum")
    )


def _returns_made(own: pd.DataFrame) -> pd.DataFrame:
    """Provider, dataset and month of every return in the 12 calendar months to the provider's latest."""
    made = own.dropna(subset=["tests"])[["provider", "dataset", "month"]].drop_duplicates()
    latest = made.groupby(["provider", "dataset"])["month"].transform("max")
    return made[months_back(made["month"], latest) < MONTHS_IN_YEAR]


def _best(summed: pd.DataFrame) -> pd.DataFrame:
    enough = np.where(summed["months"] >= WHOLE_ENOUGH, 1, 0)
    ranked = summed.assign(enough=enough, national=summed["dataset"] != LOCAL)
    order = ranked.sort_values(["enough", "national", "to_month", "months", "dataset"])
    return order.groupby(["provider", "test"]).tail(1).drop(columns=["enough", "national"])
