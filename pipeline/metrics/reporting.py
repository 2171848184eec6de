"""Reports made: who made them, in hours and in relative value units side by side, and how many were late."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.metrics.months import MONTHS_IN_YEAR, last_months
from pipeline.metrics.scope import Scope
from pipeline.metrics.workforce import in_pillars

MINUTES_IN_HOUR = 60


def latest_year(reporting: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Reports of the plan's employers and pillars in the 12 months to the latest that any employer sent."""
    own = in_pillars(reporting[reporting["employer"].isin(scope.employers)], scope)
    return last_months(own, MONTHS_IN_YEAR)


def reports_by(year: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Reports, hours and relative value units by the columns of `by`, and the share over 28 days, most reports first.

    Hours = reports x minutes each / 60. Hours and units are missing where some report of the group has none, since a
    part would be taken for the whole. The share over 28 days is pooled over the rows that state one.
    """
    reports = year["reports"].astype("float64")
    timed = year["over_28_days"].notna()
    worked = year.assign(
        hours=reports * year["minutes_each"] / MINUTES_IN_HOUR,
        late=year["over_28_days"].astype("float64").where(timed, 0.0),
        timed=reports.where(timed, 0.0),
    )
    groups = worked.groupby(list(by))
    sums = groups[["reports", "hours", "rvus", "late", "timed"]].sum()
    whole = groups[["hours", "rvus"]].count().eq(groups.size(), axis=0)
    shown = sums.assign(
        hours=sums["hours"].where(whole["hours"]),
        rvus=sums["rvus"].where(whole["rvus"]),
        over_28_days=(sums["late"] / sums["timed"].where(sums["timed"] > 0)).astype("float64"),
    )
    ordered = shown.drop(columns=["late", "timed"]).reset_index().sort_values("reports", ascending=False)
    return ordered.reset_index(drop=True)


def with_share(reports: pd.DataFrame) -> pd.DataFrame:
    """The reports with each row's share of all of them (0 to 1)."""
    return reports.assign(share=(reports["reports"] / reports["reports"].sum()).astype("float64"))


def sessions(year: pd.DataFrame) -> pd.DataFrame:
    """Reporting PAs a week by who reports, over the rows that state them (reporter, pas_week), most first.

    The average of the months on file of each employer and test, added up.
    """
    stated = year.dropna(subset=["pas_week"])
    averages = stated.groupby(["reporter", "employer", "test"])["pas_week"].mean()
    summed = averages.groupby("reporter").sum().sort_values(ascending=False)
    return summed.rename("pas_week").reset_index()
