"""Diagnostic centres of the fictional system: plans, rooms, staff and tests that fit one another and the host."""

from __future__ import annotations

import pandas as pd
import pytest
from services_sent import BASE, RECIPE, RECIPES, WEEKS_A_YEAR, whole

from pipeline.synthetic.activity import series
from pipeline.synthetic.local import service_truth
from pipeline.synthetic.recipe import Recipe

pytestmark = pytest.mark.unit

DM01 = {"Cardiology - Echocardiography": "Echocardiography", "Colonoscopy": "Colonoscopy"}
"""Tests of the waiting times that centres do too, by the mapping's names."""


def capacity(recipe: Recipe = RECIPE) -> pd.DataFrame:
    """Tests a month of every centre and test if no room were ever empty."""
    rooms = whole("cdc_rooms", recipe).merge(whole("cdc_plans", recipe)[["site", "host", "hours_week"]], on="site")
    open_hours = rooms["rooms"].astype("float64") * rooms["hours_week"] * WEEKS_A_YEAR / 12
    return rooms.assign(full=open_hours * 60 / rooms["slot_minutes"])


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_centres_mix_adds_up_to_one_and_its_staff_have_rooms(recipe: Recipe) -> None:
    rooms, staffing = whole("cdc_rooms", recipe), whole("cdc_staffing", recipe)

    mixes = rooms.groupby("site")["share_of_tests"].sum()
    assert mixes.tolist() == pytest.approx([1.0] * len(mixes), abs=1e-9)
    staffed = set(zip(staffing["site"], staffing["test"], strict=True))
    assert staffed == set(zip(rooms["site"], rooms["test"], strict=True))


@pytest.mark.parametrize("recipe", RECIPES)
def test_tests_are_done_from_the_opening_to_the_base_month_in_every_room(recipe: Recipe) -> None:
    plans, rooms, activity = (whole(name, recipe) for name in ("cdc_plans", "cdc_rooms", "cdc_activity"))

    opened = plans[plans["status"] != "planned"]
    assert set(activity["site"]) == set(opened["site"])
    for site, opening in zip(opened["site"], opened["opening"], strict=True):
        own = activity[activity["site"] == site]
        assert set(own["month"]) == set(pd.date_range(opening, BASE, freq="ME"))
        assert set(own["test"]) == set(rooms.loc[rooms["site"] == site, "test"])


def test_a_centre_in_full_does_what_its_rooms_and_hours_allow_as_the_truth_says() -> None:
    site = "Larkmere Gateway CDC"
    activity, full = whole("cdc_activity"), capacity()
    year = activity[(activity["site"] == site) & (activity["month"] > BASE - pd.DateOffset(years=1))]

    done = year.groupby("test")["tests"].sum() / 12
    share = done / full[full["site"] == site].set_index("test")["full"]
    assert share.tolist() == pytest.approx(
        [service_truth(RECIPE)["centres"][site]["share_of_room_time_filled"]] * len(share), rel=0.03
    )


def test_a_centre_staffed_by_redeployment_fills_more_slowly_than_its_plan_says() -> None:
    staffing, plans, rooms, activity = (
        frame[frame["site"] == "Thessick Market Hall CDC"]
        for frame in (whole("cdc_staffing"), whole("cdc_plans"), capacity(), whole("cdc_activity"))
    )
    full = rooms["full"].sum() * plans["utilisation"].iloc[0]
    by_month = (activity.groupby("month")["tests"].sum() / full).astype("float64")

    imaging = staffing[staffing["pillar"] == "imaging"]
    assert imaging["share_recruited"].max() < 0.5
    assert set(imaging["redeployed_from"]) == {"ZZ2"}
    first, now = by_month.iloc[0], by_month.iloc[-1]
    planned = first + (1 - first) * (len(by_month) - 1) / plans["ramp_months"].iloc[0]
    assert 1.5 * first < now < 0.75 * planned


def test_rooms_behind_a_centre_staffed_by_redeployment_stand_dark_as_the_truth_says() -> None:
    dark = service_truth(RECIPE)["planted"]["rooms_that_stand_dark"]
    hours = whole("rooms").groupby(["test", "employer"])["open_hours_week"].first()

    assert {(row["employer"], row["test"]) for row in dark} == {("ZZ2", "Ultrasound"), ("ZZ2", "Echocardiography")}
    for row in dark:
        assert hours[row["test"], row["employer"]] == row["hours_week"]
        assert row["hours_week"] < hours[row["test"]].drop(row["employer"]).min()


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_centre_does_a_part_of_what_its_host_does(recipe: Recipe) -> None:
    """Its tests are part of the host's: of its reports, and of its tests in the waiting times returns."""
    done = {
        (one.provider.code, DM01[one.test.name]): one.done
        for rows in series(recipe)
        for one in rows[-1:]
        if one.test.name in DM01
    }
    reports = whole("reporting", recipe).query("month == @BASE").groupby(["employer", "test"])["reports"].sum()
    hosts = pd.concat([reports, pd.Series(done).rename_axis(reports.index.names)])
    centres = whole("cdc_activity", recipe).query("month == @BASE").merge(whole("cdc_plans", recipe), on="site")
    both = centres.join(hosts.rename("of_host"), on=["host", "test"]).dropna(subset=["of_host"])

    assert {"MRI", "Ultrasound", "X-ray", "Echocardiography"} <= set(both["test"])
    assert (both["tests"] < 0.75 * both["of_host"]).all(), both[["site", "test", "tests", "of_host"]]
