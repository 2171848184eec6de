"""Parts of the indicators of absence, waits, tests done and reports, by month."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.metrics.indicators.parts import ALL_PILLARS, empty_parts, parts, together
from pipeline.metrics.reporting import with_sessions
from pipeline.plan import PILLARS
from pipeline.tables.published import DM01, LOCAL

KEYS = ["organisation", "pillar", "month"]
LABS = "labs"


def absence_parts(absence: pd.DataFrame) -> pd.DataFrame:
    """Days lost over days available of every organisation on file. All staff together, so there is one pillar: all."""
    rows = absence.rename(columns={"employer": "organisation"}).assign(pillar=ALL_PILLARS)
    return parts("sickness_rate", rows, rows["days_lost"], rows["days_available"])


def waiting_parts(waiting: pd.DataFrame) -> pd.DataFrame:
    """Patients waiting 6 and 13 weeks or more, over all waiting, of every provider on file."""
    own = waiting[waiting["pillar"].isin(PILLARS)].rename(columns={"provider": "organisation"})
    counts = ["waiting", "waiting_6_plus", "waiting_13_plus"]
    summed = own.groupby(KEYS, as_index=False)[counts].sum(min_count=1)
    return together(
        [
            parts("waits_6_plus", summed, summed["waiting_6_plus"], summed["waiting"]),
            parts("waits_13_plus", summed, summed["waiting_13_plus"], summed["waiting"]),
        ]
    )


def activity_parts(activity: pd.DataFrame, wte_in_post: pd.DataFrame, incomplete: pd.DataFrame) -> pd.DataFrame:
    """Tests done over WTE in post, in months for which both are known.

    Tests are those of DM01, and in laboratories, which it does not cover, employers' own counts. A month in which some
    test of a provider is missing or not whole (`incomplete`) is left out.
    """
    counts = activity["dataset"] == np.where(activity["pillar"] == LABS, LOCAL, DM01)
    own = activity[activity["pillar"].isin(PILLARS) & counts]
    key = ["provider", "dataset", "month"]
    unwhole = pd.MultiIndex.from_frame(incomplete[key].drop_duplicates())
    whole = own[~pd.MultiIndex.from_frame(own[key]).isin(unwhole)].rename(columns={"provider": "organisation"})
    tests = whole.groupby(KEYS, as_index=False)["tests"].sum(min_count=1)
    both = tests.merge(wte_in_post[[*KEYS, "numerator"]], on=KEYS)
    return parts("activity_per_wte", both, both["tests"], both["numerator"]) if len(both) else empty_parts()


def reporting_parts(reporting: pd.DataFrame) -> pd.DataFrame:
    """Output for each reporting session, reports outsourced, and reports later than 28 days.

    Output is of the rows that state sessions (reporting.with_sessions), minutes and units; lateness of those that state
    it.
    """
    if reporting.empty:
        return empty_parts()
    rows = reporting.rename(columns={"employer": "organisation"})
    reports = rows["reports"].astype("float64")
    minutes = reports * rows["minutes_each"].astype("float64")
    sessions = with_sessions(rows)["sessions"].reindex(rows.index)
    units, late = rows["rvus"].astype("float64"), rows["over_28_days"].astype("float64")
    summed = (
        rows[KEYS]
        .assign(
            reports=reports,
            outsourced=reports.where(rows["reporter"] == "outsourced", 0.0),
            late=late,
            stated=reports.where(late.notna(), 0.0),
            minutes=minutes.where(sessions.notna()),
            timed=sessions.where(minutes.notna()),
            units=units.where(sessions.notna()),
            weighed=sessions.where(units.notna()),
        )
        .groupby(KEYS, as_index=False)
        .sum(min_count=1)
    )
    return together(
        [
            parts("minutes_per_session", summed, summed["minutes"], summed["timed"]),
            parts("rvu_per_session", summed, summed["units"], summed["weighed"]),
            parts("outsourced_share", summed, summed["outsourced"], summed["reports"]),
            parts("late_reports", summed, summed["late"], summed["stated"]),
        ]
    )
