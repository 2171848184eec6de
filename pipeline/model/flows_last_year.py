"""The flows of an average year ahead beside those of the latest twelve months on file, by pillar (section 14)."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from pipeline.metrics.indicators.parts import ALL_PILLARS
from pipeline.metrics.months import MONTHS_IN_YEAR, months_back, up_to
from pipeline.metrics.scope import Scope
from pipeline.metrics.turnover import average_headcount, covered, latest_year
from pipeline.metrics.workforce import in_pillars
from pipeline.model.supply.teams import IN_TRAINING, career_of
from pipeline.tables.workforce import FROM_INTERNATIONAL, NEWLY_QUALIFIED, TRANSFER_NHS, TRANSFER_WITHIN

HIRED = "hired or newly qualified"
OF_LEAVERS = {
    "retirement": "retired",
    TRANSFER_NHS: "transferred out of the system",
    "ill health": "ill health or death",
    "death in service": "ill health or death",
    "career break": "career break",
}
OF_JOINERS = {FROM_INTERNATIONAL: "recruited abroad"}
TOGETHER = {"hired": HIRED, NEWLY_QUALIFIED: HIRED}
"""Newly qualified people whom no route on file brought count as hired, so the two are set side by side as one."""


def flows_last_year(
    movements: pd.DataFrame, staff: pd.DataFrame, scope: Scope, base_month: dt.date
) -> pd.DataFrame | None:
    """People and WTE of each flow in the 12 months to the base month: flow, pillar, headcount and wte.

    Takes the canonical tables. Doctors in training are left out, as are moves within the system. None where the months
    on file end before the base month, or do not cover the year of every employer with staff.
    """
    year = latest_year(up_to(movements, base_month), scope)
    last = pd.Timestamp(base_month)
    if year.empty or year["month"].max() != last:
        return None
    people = average_headcount(staff, scope, last)
    with_staff = in_pillars(staff[staff["employer"].isin(scope.employers)], scope)
    there = set(with_staff.loc[months_back(with_staff["month"], last) < MONTHS_IN_YEAR, "employer"])
    if there - set(covered(year, people)):
        return None
    own = year[(year["reason"] != TRANSFER_WITHIN) & (year["band"].map(career_of) != IN_TRAINING)]
    joined = own["kind"] == "joiner"
    flow = own["reason"].map(OF_JOINERS).fillna(HIRED).where(joined, own["reason"].map(OF_LEAVERS).fillna("left"))
    return own.assign(flow=flow).groupby(["flow", "pillar"], as_index=False)[["headcount", "wte"]].sum()


def beside_last_year(ahead: pd.DataFrame, last: pd.DataFrame) -> pd.DataFrame:
    """WTE a year of each flow ahead and of the last twelve months: flow, pillar (`all` for their sum), ahead and last.

    Takes staff_ahead.flows_by_pillar and flows_last_year.
    """
    pillars = [name for name in ahead.columns if name != "flow"]
    long = ahead.melt("flow", pillars, var_name="pillar", value_name="ahead")
    long = long.assign(flow=long["flow"].replace(TOGETHER), ahead=long["ahead"].abs())
    both = [long.groupby(["flow", "pillar"])["ahead"].sum(), last.groupby(["flow", "pillar"])["wte"].sum()]
    wide = pd.concat([both[0], both[1].rename("last")], axis=1).fillna(0.0).astype("float64").reset_index()
    whole = wide.groupby("flow", as_index=False)[["ahead", "last"]].sum().assign(pillar=ALL_PILLARS)
    return pd.concat([whole, wide], ignore_index=True)[["flow", "pillar", "ahead", "last"]]
