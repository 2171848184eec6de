"""Reporting of images and specimens: who reports, the hours and units it takes, and the consultants these need.

Reports are counted in two currencies side by side, minutes and relative value units (docs/method.md). The queue of
what is not reported yet is in reporting_queue, and who else might report in reports.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pipeline.metrics.months import MONTHS_IN_YEAR
from pipeline.model.workload import Number, required_wte, workload_hours
from pipeline.reference import indicator

CONSULTANT = "consultant"
BOUGHT_IN = ("insourced", "outsourced")
KEYS = ["employer", "pillar", "test"]
Minutes = Mapping[tuple[str, str], float]
"""Minutes of a report by test and reporter."""


def reporter_shares(year: pd.DataFrame, standard: Minutes) -> pd.DataFrame:
    """Who makes the reports of each employer and test, and what one of theirs takes.

    Takes the result of metrics.reporting.latest_year. Returns employer, pillar, test, reporter, share of the reports
    (adds up to 1 over reporters), minutes_each and rvu_each, both pooled over the rows that state them. Minutes that no
    row states are those of `standard`, and missing where it has none. Tests without a report are left out.
    """
    reports = year["reports"].astype("float64")
    worked = year.assign(
        reports=reports,
        minutes=reports * year["minutes_each"],
        timed=reports.where(year["minutes_each"].notna(), 0.0),
        valued=reports.where(year["rvus"].notna(), 0.0),
    )
    summed = worked.groupby([*KEYS, "reporter"])[["reports", "minutes", "timed", "rvus", "valued"]].sum()
    whole = summed.groupby(KEYS)["reports"].transform("sum")
    made = summed.assign(share=summed["reports"] / whole.where(whole > 0)).dropna(subset=["share"])
    each = {"minutes_each": ("minutes", "timed"), "rvu_each": ("rvus", "valued")}
    shown = made.assign(**{name: made[top] / made[of].where(made[of] > 0) for name, (top, of) in each.items()})
    return _with_minutes(shown[["share", *each]].reset_index(), standard)


def reports_a_test(year: pd.DataFrame, annual: pd.DataFrame) -> pd.DataFrame:
    """Reports made for each test done: employer, pillar, test, reports_a_test; missing where no tests are counted.

    Takes the results of metrics.reporting.latest_year and base_year.annual_activity. Reports of less than a whole
    year are taken up to one, as tests are.
    """
    summed = year.groupby(KEYS, as_index=False).agg(reports=("reports", "sum"), months=("month", "nunique"))
    both = summed.merge(annual.rename(columns={"provider": "employer"})[[*KEYS, "annual_tests"]], on=KEYS, how="left")
    a_year = both["reports"].astype("float64") * MONTHS_IN_YEAR / both["months"]
    return both.assign(reports_a_test=a_year / both["annual_tests"].where(both["annual_tests"] > 0))[
        [*KEYS, "reports_a_test"]
    ]


def _with_minutes(shares: pd.DataFrame, standard: Minutes) -> pd.DataFrame:
    pairs = zip(shares["test"], shares["reporter"], strict=True)
    usual = pd.Series([standard.get(pair, np.nan) for pair in pairs], index=shares.index, dtype="float64")
    return shares.assign(minutes_each=shares["minutes_each"].fillna(usual))


def work_a_test(shares: pd.DataFrame, ratio: pd.DataFrame) -> pd.DataFrame:
    """Reports, hours and relative value units that one test takes of each reporter.

    Takes the results of reporter_shares and reports_a_test. Returns employer, pillar, test, reporter,
    reports, hours and rvus; a year's are these x the tests of the year, for one number of tests or one a draw. Hours =
    reports of a test x share x minutes / 60; units likewise. Missing where minutes, units or tests are not known.
    """
    whole = shares.merge(ratio, on=KEYS)
    reports = whole["reports_a_test"] * whole["share"]
    hours = workload_hours(reports, whole["minutes_each"])
    worked = whole.assign(reports=reports, hours=hours, rvus=reports * whole["rvu_each"])
    return worked[[*KEYS, "reporter", "reports", "hours", "rvus"]]


def work_a_year(each: pd.DataFrame, tests: pd.DataFrame) -> pd.DataFrame:
    """Reports, hours and units of a year. Takes the result of work_a_test, and tests: employer, pillar, test, tests."""
    whole = each.merge(tests, on=KEYS)
    many = {name: whole[name] * whole["tests"] for name in ("reports", "hours", "rvus")}
    return whole.assign(**many).drop(columns="tests")


def work_by(work: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """The work summed by `by`; hours or units are missing where a part has none, so that no part passes for a whole."""
    return work.groupby(list(by), as_index=False)[["reports", "hours", "rvus"]].sum(skipna=False)


def consultant_wte(
    hours: Number, pas_week: Number, hours_a_pa: Number | None = None, weeks_year: Number | None = None
) -> Number:
    """Consultants who report so many hours a year in so many reporting programmed activities (PAs) a week each.

    WTE = hours / (PAs a week x effective hours of a PA x weeks a year). Hours of a PA and weeks are by default those of
    indicators.yaml.
    """
    each = indicator("hours_in_a_pa") if hours_a_pa is None else hours_a_pa
    weeks = indicator("reporting_weeks_a_year") if weeks_year is None else weeks_year
    return required_wte(hours, pas_week * each * weeks)
