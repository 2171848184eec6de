"""Tests that more than one file counts: what each counts in a year, beside what the model starts from (section 3)."""

from __future__ import annotations

import pandas as pd

from pipeline.metrics.months import MONTHS_IN_YEAR, up_to
from pipeline.metrics.reporting import latest_year
from pipeline.model.base_year import annual_of, whole_months
from pipeline.model.plan_setting import Setting

REPORTS = "reports"
"""The source of what reporting returns count: reports made, which are not quite tests."""
COLUMNS = ["pillar", "test", "source", "a_year", "to_month", "used"]


def counts_apart(setting: Setting) -> pd.DataFrame:
    """Tests a year of each file that counts a test, for tests that two or more count, over the plan's employers.

    Returns COLUMNS: source is a data set of tests or REPORTS, to_month its latest month of the test, and used the tests
    a year that the model starts from, the same in each row of a test.
    """
    activity = up_to(setting.tables["activity"], setting.base_month)
    of_tests = annual_of(whole_months(activity, setting.scope.employers, setting.scope.pillars))
    each = pd.concat([of_tests.rename(columns={"dataset": "source", "annual_tests": "a_year"}), _reports(setting)])
    keys = ["pillar", "test"]
    summed = each.groupby([*keys, "source"], as_index=False).agg(a_year=("a_year", "sum"), to_month=("to_month", "max"))
    used = setting.annual.groupby(keys, as_index=False)["annual_tests"].sum().rename(columns={"annual_tests": "used"})
    known = summed[summed["a_year"] > 0].merge(used, on=keys)
    several = known.groupby("test")["source"].transform("nunique") > 1
    return known.loc[several, COLUMNS].reset_index(drop=True)


def _reports(setting: Setting) -> pd.DataFrame:
    """Reports a year by employer and test, of the latest 12 months on file."""
    year = latest_year(up_to(setting.tables["reporting"], setting.base_month), setting.scope)
    summed = year.groupby(["employer", "pillar", "test"], as_index=False).agg(
        reports=("reports", "sum"), months=("month", "nunique"), to_month=("month", "max")
    )
    a_year = summed["reports"].astype("float64") * MONTHS_IN_YEAR / summed["months"]
    return summed.assign(source=REPORTS, a_year=a_year)[["pillar", "test", "source", "a_year", "to_month"]]
