"""Community diagnostic centres: what their rooms have place for, and the staff to keep them open.

Only the new share of a centre's tests adds to the system's; the rest is moved from hospital. Staff who are redeployed
leave another team and are not counted a second time (docs/method.md, section 10).
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.metrics.months import MONTHS_IN_YEAR, last_months, months_back
from pipeline.metrics.scope import Scope
from pipeline.metrics.workforce import in_pillars
from pipeline.model.capacity import WorkingYear
from pipeline.model.workload import room_capacity, room_hours


def plans_of(cdc_plans: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The plans of centres that the plan's employers host, soonest opened first, with `months_late`.

    `months_late` counts months from the first planned opening to the present one; below zero it is early.
    """
    own = cdc_plans[cdc_plans["host"].isin(scope.employers)].sort_values(["opening", "site"], ignore_index=True)
    return own.assign(months_late=months_back(own["planned_opening"], own["opening"]))


def capacity(cdc_rooms: pd.DataFrame, plans: pd.DataFrame, scope: Scope, year: WorkingYear) -> pd.DataFrame:
    """Room hours a week and tests a year of each centre and test, running in full, and how many would be new.

    Tests a year = rooms x hours a week x weeks x utilisation x 60 / minutes of an appointment. Takes the result of
    plans_of. Returns site, pillar, test, rooms, room_hours_week, tests_a_year, new_tests and shifted_tests.
    """
    held = in_pillars(cdc_rooms, scope).merge(plans[["site", "hours_week", "utilisation"]], on="site")
    rooms = held["rooms"].astype("float64")
    open_a_year = room_hours(rooms, held["hours_week"], year.weeks)
    tests = room_capacity(open_a_year, held["utilisation"], held["slot_minutes"])
    shown = held.assign(
        room_hours_week=rooms * held["hours_week"],
        tests_a_year=tests,
        new_tests=tests * held["share_new"],
        shifted_tests=tests * (1 - held["share_new"]),
    )
    columns = ["site", "pillar", "test", "rooms", "room_hours_week", "tests_a_year", "new_tests", "shifted_tests"]
    return shown[columns].sort_values(["site", "tests_a_year"], ascending=[True, False], ignore_index=True)


def capacity_by(capacities: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """The capacity summed over everything but `by`, with the share of tests that is new (0 to 1)."""
    summed = capacities.groupby(list(by), as_index=False)[capacities.columns[3:]].sum()
    return summed.assign(share_new=summed["new_tests"] / summed["tests_a_year"].where(summed["tests_a_year"] > 0))


def staffing(
    cdc_staffing: pd.DataFrame, cdc_rooms: pd.DataFrame, plans: pd.DataFrame, scope: Scope, year: WorkingYear
) -> pd.DataFrame:
    """WTE to staff the open rooms of each centre, and how many are recruited and how many redeployed.

    WTE = rooms x hours a week x weeks x staff a room / hours a year that a WTE is at work. Returns site, pillar, test,
    profession, band, redeployed_from, wte, recruited and redeployed.
    """
    keys = ["site", "test"]
    rooms = cdc_rooms[[*keys, "rooms"]].astype({"rooms": "float64"})
    held = in_pillars(cdc_staffing, scope).merge(rooms, on=keys).merge(plans[["site", "hours_week"]], on="site")
    hours = room_hours(held["rooms"], held["hours_week"], year.weeks) * held["staff_per_room_hour"]
    wte = year.wte(hours, held["profession"])
    shown = held.assign(
        wte=wte, recruited=wte * held["share_recruited"], redeployed=wte * (1 - held["share_recruited"])
    )
    columns = [*keys, "pillar", "profession", "band", "redeployed_from", "wte", "recruited", "redeployed"]
    return shown[columns].reset_index(drop=True)


def staffing_by(staffed: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """The staffing summed over everything but `by`, in WTE."""
    return staffed.groupby(list(by), as_index=False, dropna=False)[["wte", "recruited", "redeployed"]].sum()


def activity_months(cdc_activity: pd.DataFrame, plans: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Tests of each centre by month (site, month, tests), in the order of the plans."""
    own = in_pillars(cdc_activity[cdc_activity["site"].isin(plans["site"])], scope)
    summed = own.groupby(["site", "month"], as_index=False)["tests"].sum()
    order = {site: number for number, site in enumerate(plans["site"])}
    return summed.sort_values(
        ["site", "month"], key=lambda column: column.map(order) if column.name == "site" else column
    )


def used(months: pd.DataFrame, capacities: pd.DataFrame) -> pd.DataFrame:
    """Tests of the latest 12 months against what rooms have place for in a year, for centres with all 12 on file.

    Takes activity_months and capacity. Returns site, tests, tests_a_year (running in full) and share (0 to 1).
    """
    latest = months.groupby("site", group_keys=False)[["site", "month", "tests"]].apply(last_months, MONTHS_IN_YEAR)
    if latest.empty:
        return pd.DataFrame(columns=["site", "tests", "tests_a_year", "share"])
    summed = latest.groupby("site").agg(tests=("tests", "sum"), n=("month", "nunique"))
    whole = summed[summed["n"] == MONTHS_IN_YEAR].reset_index()[["site", "tests"]]
    full = capacities.groupby("site", as_index=False)["tests_a_year"].sum()
    both = whole.merge(full, on="site")
    share = both["tests"].astype("float64") / both["tests_a_year"].where(both["tests_a_year"] > 0)
    return both.assign(share=share)
