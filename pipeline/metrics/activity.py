"""Tests done: by month, by year, and how fast they grow."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd

from pipeline.metrics.months import MONTHS_IN_YEAR, last_months
from pipeline.metrics.scope import Scope
from pipeline.plan import PILLARS
from pipeline.tables.published import LOCAL

QUARTERS_IN_YEAR = 4
BANDS = ("Same day", "By next day", "By 7 days", "By 14 days", "> 28 days", "Not known")
"""Turnaround bands in the order the publication gives them over both settings."""


def activity_by(activity: pd.DataFrame, dataset: str, providers: Collection[str], by: Sequence[str]) -> pd.DataFrame:
    """Tests done in one data set by the columns of `by`. Data sets overlap and are never added up."""
    own = activity[(activity["dataset"] == dataset) & activity["provider"].isin(providers)]
    return own.groupby(list(by), as_index=False)["tests"].sum(min_count=1)


def with_gaps(tests: pd.DataFrame, activity: pd.DataFrame, incomplete: pd.DataFrame, dataset: str) -> pd.DataFrame:
    """Tests by pillar and month, missing where some provider's count of a test of the pillar is missing or not whole.

    Takes activity_by pillar and month, and incomplete_returns: a sum that lacks a provider would look like a fall.
    """
    pillars = activity.drop_duplicates("test").set_index("test")["pillar"]
    gaps = incomplete[incomplete["dataset"] == dataset]
    unwhole = set(zip(gaps["test"].map(pillars), gaps["month"], strict=True))
    whole = [pair not in unwhole for pair in zip(tests["pillar"], tests["month"], strict=True)]
    return tests.assign(tests=tests["tests"].where(whole))


def financial_year(months: pd.Series) -> pd.Series:
    """Financial year of each month, as 2024/25."""
    start = months.dt.year - (months.dt.month < 4)
    return start.astype(str) + "/" + ((start + 1) % 100).astype(str).str.zfill(2)


def yearly_tests(
    activity: pd.DataFrame, dataset: str, providers: Collection[str], incomplete: pd.DataFrame
) -> pd.DataFrame:
    """Tests in each whole financial year, a row a test and a column a year, over the same months of every year.

    A part year is left out, and so is, in every year, a calendar month in which some provider's count is not whole
    (`incomplete`, from incomplete_returns). The index says how many months of each year are compared.
    """
    own = activity[(activity["dataset"] == dataset) & activity["provider"].isin(providers)]
    own = own[own["pillar"].isin(PILLARS)].assign(year=financial_year(own["month"]))
    months = own.groupby("year")["month"].nunique()
    whole = own[own["year"].isin(months[months == MONTHS_IN_YEAR].index)]
    of_dataset = incomplete[incomplete["dataset"] == dataset]
    left_out = set(zip(of_dataset["test"], of_dataset["month"].dt.month, strict=True)) if len(of_dataset) else set()
    kept = [pair not in left_out for pair in zip(whole["test"], whole["month"].dt.month, strict=True)]
    compared = whole.loc[kept].assign(number=whole["month"].dt.month)
    numbers = compared.groupby("test")["number"].nunique()
    by_year = compared.assign(months=compared["test"].map(numbers))
    return by_year.pivot_table(index=["test", "months"], columns="year", values="tests", aggfunc="sum")


def local_tests(activity: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Tests that the plan's employers counted themselves, over the 12 months to the latest, most first.

    Returns pillar, test, tests, months, employers and counted_nationally: whether DM01 or the imaging data set counts
    the test of these employers too. The two counts overlap and are never added up.
    """
    own = activity[activity["provider"].isin(scope.employers) & activity["pillar"].isin(scope.pillars)]
    year = last_months(own[own["dataset"] == LOCAL], MONTHS_IN_YEAR)
    counted = year.groupby(["pillar", "test"], as_index=False).agg(
        tests=("tests", "sum"), months=("month", "nunique"), employers=("provider", "nunique")
    )
    national = set(own.loc[own["dataset"] != LOCAL, "test"])
    marked = counted.assign(counted_nationally=counted["test"].isin(national))
    return marked.sort_values("tests", ascending=False, ignore_index=True)


def local_months(activity: pd.DataFrame, scope: Scope, months: int) -> pd.DataFrame:
    """Employers' own counts by test and month (test, month, tests), in months for which every sender has one."""
    own = activity[activity["provider"].isin(scope.employers) & activity["pillar"].isin(scope.pillars)]
    local = last_months(own[own["dataset"] == LOCAL].dropna(subset=["tests"]), months)
    summed = local.groupby(["test", "month"]).agg(tests=("tests", "sum"), senders=("provider", "nunique"))
    all_of_them = local.groupby("test")["provider"].nunique()
    whole = summed["senders"] == all_of_them.reindex(summed.index.get_level_values("test")).to_numpy()
    return summed.loc[whole, ["tests"]].reset_index()


def change_over(years: pd.DataFrame) -> pd.DataFrame:
    """First and last year of each test with the change between them and the compound yearly growth (shares).

    Takes the result of yearly_tests; `months` is how many months of each year are compared.
    """
    first, last, steps = years.iloc[:, 0], years.iloc[:, -1], len(years.columns) - 1
    ratio = (last / first.where(first > 0)).astype("float64")
    yearly = ratio ** (1 / steps) - 1 if steps else ratio * float("nan")
    changes = pd.DataFrame({"first": first, "last": last, "change": ratio - 1, "yearly_growth": yearly})
    return changes.reset_index()[["test", "first", "last", "change", "yearly_growth", "months"]]


def latest_quarter(turnaround: pd.DataFrame, scope: Scope) -> pd.Timestamp:
    """The end of the latest quarter for which reporting times of the plan's employers are known; missing if none is."""
    return _reported(turnaround, scope)["quarter_end"].max()


def reporting_speed(turnaround: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Share of imaging reported in each published time band, latest quarter, over the plan's employers.

    A row a modality and patient setting, a column a band in the publication's order, and the cases. Bands are
    cumulative where the publication makes them so. Shares are weighted by cases, so a small unit counts for little.
    """
    known = _reported(turnaround, scope)
    newest = known[known["quarter_end"] == known["quarter_end"].max()].astype({"cases": "float64"})
    weighted = newest.assign(reports=newest["share"] * newest["cases"])
    keys = ["test", "setting"]
    summed = weighted.groupby([*keys, "band"])[["reports", "cases"]].sum()
    shares = (summed["reports"] / summed["cases"]).unstack("band")
    cases = summed["cases"].groupby(keys).max().round().astype("Int64")
    ordered = [band for band in BANDS if band in shares] + [band for band in shares if band not in BANDS]
    return shares[ordered].assign(cases=cases).rename_axis(columns=None).reset_index()


def _reported(turnaround: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    own = turnaround[turnaround["provider"].isin(scope.employers) & turnaround["pillar"].isin(scope.pillars)]
    known = own.dropna(subset=["share", "cases"])
    return known[known["cases"] > 0]


def newer_reports(turnaround: pd.DataFrame, annual: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Modalities of which a newer reporting file counts more than the year the model starts from.

    `annual` is the model's base year. Returns test, tests_a_year, to_month, reports and reports_to over the employers.
    Reports are of four quarters and of two broad patient settings, so they are a lower bound of tests done.
    """
    own = turnaround[turnaround["provider"].isin(scope.employers)]
    cases = own.drop_duplicates(["quarter_end", "provider", "test", "setting"]).dropna(subset=["cases"])
    quarters = sorted(cases["quarter_end"].unique())[-QUARTERS_IN_YEAR:]
    if len(quarters) < QUARTERS_IN_YEAR or annual.empty:
        return pd.DataFrame(columns=["test", "tests_a_year", "to_month", "reports", "reports_to"])
    year = cases[cases["quarter_end"].isin(quarters)].groupby("test")["cases"].sum().astype("float64")
    counted = annual.groupby("test").agg(tests_a_year=("annual_tests", "sum"), to_month=("to_month", "max"))
    both = counted.join(year.rename("reports"), how="inner").reset_index().assign(reports_to=quarters[-1])
    return both[(both["to_month"] < both["reports_to"]) & (both["reports"] > both["tests_a_year"])]
