"""Reports, rooms and rotas of the fictional system; the board's skill mix, standards, population and practices."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from services_sent import BASE, RECIPE, RECIPES, WEEKS_A_YEAR, whole

from pipeline.assumptions import plan_assumptions
from pipeline.plan import PILLARS, Plan, PlanFile
from pipeline.synthetic.imaging import years
from pipeline.synthetic.local import service_truth
from pipeline.synthetic.places import base_month, places
from pipeline.synthetic.recipe import Recipe
from pipeline.synthetic.writers_gp import of_icb

pytestmark = pytest.mark.unit

DID = {
    "Computerized Axial Tomography": "CT",
    "Magnetic Resonance Imaging": "MRI",
    "Diagnostic Ultrasonography": "Ultrasound",
}
"""Modalities whose examinations are all reported by these reporters."""


def by_financial_year(rows: pd.DataFrame) -> pd.Series:
    """The year from October, to which months belong: the base month ends one."""
    return (rows["month"] - pd.DateOffset(months=9)).dt.year


@pytest.mark.parametrize("recipe", RECIPES)
def test_three_years_of_reports_to_the_base_month(recipe: Recipe) -> None:
    rows = whole("reporting", recipe)

    assert set(rows["month"]) == set(pd.date_range(end=BASE, periods=36, freq="ME"))
    assert set(rows["test"]) == {"CT", "MRI", "X-ray", "Ultrasound", "Histopathology"}


def test_a_community_employer_reports_no_scans_and_no_specimens() -> None:
    rows = whole("reporting")

    assert set(rows.loc[rows["employer"] == "ZZ4", "test"]) == {"X-ray", "Ultrasound"}


@pytest.mark.parametrize("recipe", RECIPES[:3])
def test_as_many_are_reported_as_the_imaging_data_set_counts(recipe: Recipe) -> None:
    counted = {
        (one.provider.code, DID[one.modality.name]): one.total
        for one in years(recipe, 2024)
        if one.modality.name in DID
    }
    rows = whole("reporting", recipe)
    year = rows[rows["month"].between("2024-04-01", "2025-03-31")]

    for place, reports in year[year["test"].isin(DID.values())].groupby(["employer", "test"])["reports"].sum().items():
        assert reports / counted[place] == pytest.approx(1.0, abs=0.04), place


def test_outsourcing_grows_at_every_employer_as_the_truth_says() -> None:
    rows = whole("reporting")
    scans = rows[rows["test"] == "CT"]
    counts = scans.pivot_table(index=["employer", "month"], columns="reporter", values="reports", aggfunc="sum")
    share = (counts["outsourced"] / counts.sum(axis=1)).astype("float64")

    for employer, months in share.groupby("employer"):
        ends = [months.iloc[0], months.iloc[-1]]
        assert ends[1] > 1.3 * ends[0]
        assert ends == pytest.approx(service_truth(RECIPE)["reporting"][employer]["CT"]["outsourced_share"], abs=0.002)


def test_one_employer_is_slow_and_slower_each_year() -> None:
    rows = whole("reporting")
    scans = rows[rows["test"].isin(["CT", "MRI"])]
    sums = scans.groupby(["employer", by_financial_year(scans)])[["over_28_days", "reports"]].sum()
    late = (sums["over_28_days"] / sums["reports"]).astype("float64")

    assert service_truth(RECIPE)["planted"]["slow_reports"] == ["ZZ3"]
    assert late["ZZ3"].min() > 2 * late.drop("ZZ3", level="employer").max()
    assert late["ZZ3"].is_monotonic_increasing


def test_sessions_tell_the_true_minutes_where_the_returns_state_fewer() -> None:
    rows = whole("reporting")
    year = rows[(rows["month"] > BASE - pd.DateOffset(years=1)) & (rows["reporter"] == "consultant")]
    scans = year[year["test"].isin(["CT", "MRI"])].groupby(["employer", "test"])
    told = scans.agg(reports=("reports", "sum"), pas=("pas_week", "mean"), stated=("minutes_each", "first"))

    for (employer, test), row in told.iterrows():
        # A programmed activity is four hours, of which three-quarters are spent on reports.
        minutes = row["pas"] * 4 * 0.75 * 60 * WEEKS_A_YEAR / row["reports"]
        true = service_truth(RECIPE)["reporting"][employer][test]["minutes"]["consultant"]
        assert minutes == pytest.approx(true, rel=0.03)
        assert row["stated"] < true


def test_nobody_has_job_planned_sessions_for_reports_that_are_bought() -> None:
    rows = whole("reporting")

    assert (rows["pas_week"].isna() == rows["reporter"].isin(["insourced", "outsourced"])).all()
    unstated = rows[rows["minutes_each"].isna()]
    assert set(zip(unstated["employer"], unstated["reporter"], strict=True)) == {("ZZ3", "outsourced")}


def test_reports_grow_as_the_truth_says() -> None:
    rows = whole("reporting")
    own = rows[rows["employer"] == "ZZ1"]
    by_year = own.groupby(["test", by_financial_year(own)])["reports"].sum()

    for test, reports in by_year.groupby("test"):
        grown = np.log(reports.iloc[-1] / reports.iloc[0]) / (len(reports) - 1)
        growth = service_truth(RECIPE)["reporting"]["ZZ1"][test]["growth_a_year"]
        assert grown == pytest.approx(growth, abs=0.01)


@pytest.mark.parametrize("recipe", RECIPES)
def test_everyone_in_a_room_has_the_same_rooms_and_hours(recipe: Recipe) -> None:
    same = whole("rooms", recipe).groupby(["employer", "test"])[["rooms", "open_hours_week"]].nunique()

    assert (same == 1).all(axis=None)


def test_a_larger_employer_has_more_rooms_and_rota_posts_and_a_community_employer_no_rotas() -> None:
    rooms = whole("rooms").drop_duplicates(["employer", "test"]).groupby("employer")["rooms"].sum()
    posts = whole("rota_posts").groupby("employer")["posts"].sum()

    assert rooms[["ZZ4", "ZZ5", "ZZ3", "ZZ2", "ZZ1"]].is_monotonic_increasing
    assert posts[["ZZ5", "ZZ3", "ZZ2", "ZZ1"]].is_monotonic_increasing
    assert "ZZ4" not in posts


def test_shares_of_work_add_up_to_one_in_every_pillar() -> None:
    mix = whole("skill_mix")

    assert mix.groupby("work")["share"].sum().tolist() == pytest.approx([1.0] * mix["work"].nunique(), abs=1e-9)
    assert set(mix["pillar"]) == set(PILLARS)


def test_standards_take_the_place_of_defaults_and_say_that_they_are_fictional(tmp_path: Path) -> None:
    words = {
        "name": "Fictional",
        "ics": ["Q4W"],
        "employers": {"ZZ1": "One"},
        "base_month": "2025-09",
        "sources": [{"reader": "pay_afc", "path": "pay.csv"}],
    }
    plan = Plan(folder=tmp_path, file=PlanFile.model_validate(words), sources=())
    own = whole("standards")

    merged = plan_assumptions(plan, own)
    default = plan_assumptions(plan)
    assert set(merged) == set(default)
    assert sum(merged[key] != default[key] for key in merged) == len(own)
    assert own["source"].str.startswith("Fictional sample").all()


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_projection_begins_with_those_who_are_registered(recipe: Recipe) -> None:
    projection = whole("population_projection", recipe)
    first = projection[projection["year"] == base_month().year].set_index(["sex", "age_band"])["persons"]

    registered = of_icb(recipe, places(recipe).plan_ics)
    written = {
        (sex.lower(), "-".join(f"{int(age):02d}" for age in band.split("_")) if "_" in band else band): people
        for (sex, band), people in registered.items()
    }
    assert first.astype("int64").to_dict() == written


def test_the_projection_ages_over_ten_years_without_a_jump() -> None:
    projection = whole("population_projection")
    by_year = projection.pivot_table(index="age_band", columns="year", values="persons", aggfunc="sum").astype(
        "float64"
    )
    oldest = by_year.loc[["85-89", "90-94", "95+"]].sum()

    assert list(by_year.columns) == list(range(2025, 2036))
    assert 1.3 < oldest[2035] / oldest[2025] < 1.7
    assert 0.98 < by_year[2035].sum() / by_year[2025].sum() < 1.06
    changes = by_year.drop(index="95+").pct_change(axis=1).dropna(axis=1)
    assert (changes.abs() < 0.08).all(axis=None)


def test_practices_are_those_of_the_system() -> None:
    practices = whole("practices").set_index("practice")
    here = places(RECIPE)
    locations = {sub.code for sub in here.sub_icbs if sub.ics == here.plan_ics}
    own = {one.code: one for one in here.practices if one.sub_icb in locations}

    assert set(practices.index) == set(own)
    assert practices["patients"].to_dict() == {code: one.persons for code, one in own.items()}
    assert practices["practice_name"].str.fullmatch(r"[A-Z][A-Za-z' ]+[a-z]").all()


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_truth_of_services_is_plain(recipe: Recipe) -> None:
    truth = service_truth(recipe)

    assert yaml.safe_load(yaml.safe_dump(truth)) == truth
