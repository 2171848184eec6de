"""Reports made: who made them, in hours and in relative value units side by side, and how many were late.

What a session and a reporter's WTE yield, and the hours of sessions that no report accounts for, stand beside them
(docs/method.md, section 12).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

from pipeline.metrics.months import MONTHS_IN_YEAR, last_months
from pipeline.metrics.scope import Scope
from pipeline.metrics.workforce import in_pillars
from pipeline.reference import indicator

MINUTES_IN_HOUR = 60
Amount: TypeAlias = float | pd.Series
"""One number, or one a row."""


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


def with_sessions(year: pd.DataFrame, weeks_year: float | None = None) -> pd.DataFrame:
    """The rows that state PAs, with the reporting sessions of their month: PAs a week x weeks worked a year / 12.

    `weeks_year` is by default the reporting_weeks_a_year of indicators.yaml. A month that is not on file adds nothing.
    """
    weeks = indicator("reporting_weeks_a_year") if weeks_year is None else weeks_year
    stated = year.dropna(subset=["pas_week"])
    return stated.assign(sessions=stated["pas_week"].astype("float64") * weeks / MONTHS_IN_YEAR)


def output_per_session(year: pd.DataFrame, by: Sequence[str], weeks_year: float | None = None) -> pd.DataFrame:
    """Reporting sessions, and minutes of reports and RVUs for each, by `by` (reporter, pillar); most sessions first.

    Takes the result of latest_year. Pooled: minutes (reports x minutes each) over the sessions of the rows that state
    both, and RVUs likewise. Missing where those sessions are none.
    """
    rows = with_sessions(year, weeks_year)
    minutes = rows["reports"].astype("float64") * rows["minutes_each"].astype("float64")
    sides = {"minutes": minutes, "rvus": rows["rvus"].astype("float64")}
    timed = {f"{name}_sessions": rows["sessions"].where(values.notna(), 0.0) for name, values in sides.items()}
    sums = ["sessions", *sides, *timed]
    pooled = rows.assign(**sides, **timed).groupby(list(by), as_index=False)[sums].sum()
    each = {f"{name}_per_session": _over(pooled[name], pooled[f"{name}_sessions"]) for name in sides}
    shown = pooled.assign(**each)[[*by, "sessions", *each]]
    return shown.sort_values("sessions", ascending=False, ignore_index=True)


def rvu_per_wte(rvus: Amount, wte: Amount, non_reporting_share: float = 0.0) -> Amount:
    """RVUs a year for each WTE: crude, or net of the share of time not spent reporting: crude / (1 - share).

    Missing where WTE are none or no time is left to report. Clinical Radiology 2013;68:e239.
    """
    return _over(rvus, wte * max(1 - non_reporting_share, 0.0))


@dataclass(frozen=True)
class Leak:
    """Hours of reporting sessions that were expected, the share delivered, and the hours that no report accounts for.

    Below zero where more was delivered than expected.
    """

    expected_hours: Amount
    delivered_share: Amount
    leak_hours: Amount


def reporting_leak(pas_week: Amount, hours_a_pa: float, weeks: float, delivered_hours: Amount) -> Leak:
    """Expected hours (PAs a week x hours a PA x weeks) against those delivered; the share is missing where none are."""
    expected = pas_week * hours_a_pa * weeks
    return Leak(expected, _over(delivered_hours, expected), expected - delivered_hours)


def leak_by(
    year: pd.DataFrame, by: Sequence[str], hours_a_pa: float | None = None, weeks_year: float | None = None
) -> pd.DataFrame:
    """Expected and delivered hours, the share delivered and the leak in hours by `by`; the largest leak first.

    Takes the result of latest_year; over the rows that state PAs and minutes. Hours of a PA and weeks of a year are by
    default those of indicators.yaml. Delivered hours are reports x minutes each, so minutes set too low look like a
    leak. A leak below zero is work beyond the sessions.
    """
    hours = indicator("hours_in_a_pa") if hours_a_pa is None else hours_a_pa
    rows = with_sessions(year.dropna(subset=["minutes_each"]), weeks_year)
    worked = rows["reports"].astype("float64") * rows["minutes_each"].astype("float64") / MINUTES_IN_HOUR
    summed = (
        rows.assign(delivered_hours=worked).groupby(list(by), as_index=False)[["sessions", "delivered_hours"]].sum()
    )
    # Sessions are counted already, so one week stands for all of them.
    leak = reporting_leak(summed["sessions"], hours, 1, summed["delivered_hours"])
    shown = summed.drop(columns="sessions").assign(**asdict(leak))
    ordered = shown[[*by, "expected_hours", "delivered_hours", "delivered_share", "leak_hours"]]
    return ordered.sort_values("leak_hours", ascending=False, ignore_index=True)


def _over(top: Amount, bottom: Amount) -> Amount:
    """A ratio, missing where the bottom is not above zero."""
    if isinstance(bottom, pd.Series):
        return top / bottom.where(bottom > 0)
    return top / bottom if bottom > 0 else np.nan
