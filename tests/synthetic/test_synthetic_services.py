"""What the fictional service managers send: centres, rooms, rotas, reporting, standards, the people to come."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.synthetic.local import service_returns, service_truth
from pipeline.synthetic.local.centres import monthly_tests, running, sites
from pipeline.synthetic.local.population import registered
from pipeline.synthetic.places import base_month, places
from pipeline.synthetic.recipe import Recipe
from pipeline.tables import TABLES, validate

pytestmark = pytest.mark.unit

RECIPE = Recipe(staff=4000, employers=5, seed=1)
RECIPES = [RECIPE, Recipe(800, 2, 3), Recipe(6000, 9, 2)]


def sent(recipe: Recipe, table: str) -> pd.DataFrame:
    return pd.concat(
        [frames[table] for frames in service_returns(recipe).values() if table in frames], ignore_index=True
    )


@pytest.mark.parametrize("recipe", RECIPES, ids=str)
def test_every_frame_is_a_valid_table_of_one_who_sends_it(recipe: Recipe) -> None:
    for (kind, _), frames in service_returns(recipe).items():
        for name, frame in frames.items():
            assert kind in TABLES[name].sent_by
            assert list(frame.columns) == TABLES[name].own_columns
            validate(name, frame.assign(file="made", sheet=name, row=range(2, len(frame) + 2)))


def test_the_same_recipe_gives_the_same_frames_and_another_seed_others() -> None:
    again, other = service_returns(RECIPE), service_returns(Recipe(4000, 5, 2))
    for sender, frames in service_returns(RECIPE).items():
        for name, frame in frames.items():
            pd.testing.assert_frame_equal(frame, again[sender][name])
    reports = ("employer", "ZZ1"), "reporting"
    assert not service_returns(RECIPE)[reports[0]][reports[1]].equals(other[reports[0]][reports[1]])


def test_one_centre_is_open_one_fills_up_and_two_are_to_come_of_which_one_is_late() -> None:
    plans = sent(RECIPE, "cdc_plans").set_index("site")
    assert plans["status"].to_dict() == {
        "Larkmere Gateway CDC": "open",
        "Thessick Market Hall CDC": "ramping up",
        "Corvane Riverside CDC": "planned",
        "Wendrith Quay CDC": "planned",
    }
    assert list(plans.index[plans["opening"] > plans["planned_opening"]]) == ["Corvane Riverside CDC"]


def test_opening_months_are_those_of_the_published_lists_and_of_what_is_to_come() -> None:
    opening = sent(RECIPE, "cdc_plans").set_index("site")["opening"].dt.date
    here = places(RECIPE)
    for cdc in here.cdcs:
        if cdc.name in opening:
            assert (cdc.opened.year, cdc.opened.month) == (opening[cdc.name].year, opening[cdc.name].month)
    assert {cdc.name: cdc.expected for cdc in here.cdcs_to_come}.items() <= opening.to_dict().items()


def test_a_centre_counts_tests_from_its_opening_to_the_base_month_and_less_at_first() -> None:
    activity = sent(RECIPE, "cdc_activity")
    opening = sent(RECIPE, "cdc_plans").set_index("site")["opening"]
    months = activity.groupby("site")["month"].agg(["min", "max"])
    assert set(months.index) == {"Larkmere Gateway CDC", "Thessick Market Hall CDC"}
    assert (months["min"] == opening[months.index]).all()
    assert (months["max"] == pd.Timestamp(base_month())).all()
    monthly = activity[activity["site"] == "Larkmere Gateway CDC"].groupby("month")["tests"].sum()
    assert monthly.iloc[0] < 0.6 * monthly.iloc[-1]


def test_tests_of_a_centre_lie_near_what_its_rooms_do_in_truth() -> None:
    activity = sent(RECIPE, "cdc_activity")
    (site,) = [one for one in sites(RECIPE) if one.name == "Larkmere Gateway CDC"]
    year = activity[(activity["site"] == site.name) & (activity["month"] > "2024-09-30")]
    usual = 12 * sum(monthly_tests(site, room) for room in site.rooms) * running(site, 36)
    assert year["tests"].sum() == pytest.approx(usual, rel=0.03)


def test_staff_who_are_redeployed_come_from_the_host() -> None:
    staffing = sent(RECIPE, "cdc_staffing")
    hosts = sent(RECIPE, "cdc_plans").set_index("site")["host"]
    moved = staffing[staffing["share_recruited"] < 1]
    assert len(moved)
    assert (moved["redeployed_from"] == moved["site"].map(hosts)).all()


def test_reports_are_not_late_more_often_than_made_and_the_slow_employer_shows() -> None:
    reporting = sent(RECIPE, "reporting")
    assert (reporting["over_28_days"] <= reporting["reports"]).all()
    (slow,) = service_truth(RECIPE)["planted"]["slow_reports"]
    totals = reporting.groupby("employer")[["over_28_days", "reports"]].sum()
    assert (totals["over_28_days"] / totals["reports"]).idxmax() == slow


def test_more_reports_are_bought_outside_each_year() -> None:
    reporting = sent(RECIPE, "reporting")
    bought = reporting[reporting["reporter"] == "outsourced"].groupby(reporting["month"].dt.year)["reports"].sum()
    every = reporting.groupby(reporting["month"].dt.year)["reports"].sum()
    assert (bought / every).dropna().is_monotonic_increasing


def test_the_projection_begins_with_the_people_registered_and_reaches_past_the_horizon() -> None:
    projection = sent(RECIPE, "population_projection")
    first = projection[projection["year"] == projection["year"].min()]
    assert first["persons"].sum() == round(sum(map(sum, registered(RECIPE).values())))
    assert projection["year"].max() > base_month().year + 5
    older = projection[projection["age_band"].isin(["85-89", "90-94", "95+"])].groupby("year")["persons"].sum()
    assert older.is_monotonic_increasing


def test_a_centre_whose_host_is_not_in_the_plan_is_left_out() -> None:
    two = Recipe(800, 2, 3)
    hosts = {trust.code for trust in places(two).employers}
    assert set(sent(two, "cdc_plans")["host"]) <= hosts
    assert len(sent(two, "cdc_plans")) < 4
