"""The places and people a plan serves: community diagnostic centres and the registered population."""

from __future__ import annotations

import pandas as pd

from pipeline.metrics.scope import Scope
from pipeline.sources.organisations import ons_to_code

SERVICES = ["imaging", "endoscopy", "labs", "physiological", "other"]


def cdc_sites_of(cdc_sites: pd.DataFrame, organisations: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The centres of the plan's ICS on the map, with the opening date of the operational list where names agree.

    Raises nothing when the organisations table has no ONS codes: then no centre can be placed and the result is empty.
    """
    on_map = cdc_sites[cdc_sites["list"] == "map"].copy()
    codes = on_map["icb"].map(ons_to_code(organisations))
    own = on_map[codes.isin(scope.ics_codes)].drop(columns="opened")
    dated = cdc_sites.loc[cdc_sites["list"] == "operational", ["site", "opened"]]
    return own.merge(dated, on="site", how="left").sort_values("site").reset_index(drop=True)


def unplaced_centres(cdc_sites: pd.DataFrame, organisations: pd.DataFrame) -> int:
    """Centres on the map whose board no organisations file knows, so that no plan can count them as its own."""
    on_map = cdc_sites[cdc_sites["list"] == "map"]
    return int((~on_map["icb"].isin(ons_to_code(organisations))).sum())


def services_table(centres: pd.DataFrame) -> pd.DataFrame:
    """Centres as a reader would want them: site, place, opened, 12 hours and 7 days, and each service as Yes or No."""
    words = {True: "Yes", False: "No"}
    names = dict(zip(SERVICES, ["Imaging", "Endoscopy", "Pathology", "Physiological", "Other tests"], strict=True))
    columns = {"address": "Place", "opened": "Opened", "open_12_7": "12 hours, 7 days", **names}
    shown = centres.assign(**{name: centres[name].map(words, na_action="ignore") for name in [*SERVICES, "open_12_7"]})
    return shown[["site", *columns]].rename(columns=columns)


def board_names(organisations: pd.DataFrame) -> dict[str, str]:
    """The name of each integrated care board by its code; of a board with several, the longest."""
    boards = organisations[organisations["kind"] == "icb"]
    longest = boards.sort_values("name", key=lambda names: names.str.len())
    return dict(zip(longest["code"], longest["name"], strict=True))


def population_of(population: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Registered population of the plan's ICS at the latest date, by sex and age band (people)."""
    own = population[(population["area_kind"] == "icb") & population["area"].isin(scope.ics_codes)]
    newest = own[own["as_of"] == own["as_of"].max()]
    return newest.groupby(["as_of", "sex", "age_band"], as_index=False)["persons"].sum()


def share_aged(population: pd.DataFrame, from_age: int) -> float:
    """Share of the population aged `from_age` and over, 0 to 1. Age bands start with their lowest age."""
    age = population["age_band"].str.extract(r"^(\d+)")[0].astype(int)
    return float(population.loc[age >= from_age, "persons"].sum() / population["persons"].sum())


AGE_GROUPS = {0: "0 to 19", 20: "20 to 64", 65: "65 to 74", 75: "75 to 84", 85: "85 and over"}
"""Broad ages by their first year: the young, those of working age, and the ages that need most tests, ten by ten."""
PROJECTED = ["age_group", "first", "last", "change", "growth", "from_year", "to_year"]


def projection_change(
    projection: pd.DataFrame, organisations: pd.DataFrame, scope: Scope, first_year: int, last_year: int
) -> pd.DataFrame:
    """Population expected in two years by age group, with the change (people, and as a share of the first).

    The years are the latest on file up to each of those asked for, or the first on file. The board's own figures
    count; where only its sub-locations are given, those. Returns the columns of PROJECTED; no
    rows where the file has one year only.
    """
    own = projection[projection["area"].isin(_areas(projection, organisations, scope))]
    years = [_year_near(own["year"], year) for year in (first_year, last_year)] if len(own) else [0, 0]
    if years[0] == years[1]:
        return pd.DataFrame(columns=PROJECTED)
    first_age = own["age_band"].str.extract(r"^(\d+)")[0].astype(int)
    group = pd.cut(first_age, [*AGE_GROUPS, 200], right=False, labels=list(AGE_GROUPS.values()))
    summed = own.assign(age_group=group).pivot_table(
        index="age_group", columns="year", values="persons", aggfunc="sum", observed=False
    )
    first, last = (summed[year].astype("float64") for year in years)
    shown = pd.DataFrame(
        {"first": first, "last": last, "change": last - first, "growth": last / first.where(first > 0) - 1}
    )
    return shown.reset_index().astype({"age_group": str}).assign(from_year=years[0], to_year=years[1])


def _areas(projection: pd.DataFrame, organisations: pd.DataFrame, scope: Scope) -> set[str]:
    boards = set(projection["area"]) & scope.ics_codes
    inside = organisations[organisations["parent"].isin(scope.ics_codes) & (organisations["kind"] == "sub_icb")]
    return boards or set(inside["code"])


def _year_near(years: pd.Series, wanted: int) -> int:
    before = years[years <= wanted]
    return int(before.max()) if len(before) else int(years.min())


def practices_by_place(practices: pd.DataFrame, organisations: pd.DataFrame) -> pd.DataFrame:
    """General practices at the latest date: practices, patients, staff in WTE and patients for each GP, by place.

    Patients for each GP are pooled (sum over sum) and missing where a place has no GP.
    """
    newest = practices[practices["as_of"] == practices["as_of"].max()]
    names = dict(zip(organisations["code"], organisations["name"], strict=True))
    placed = newest.assign(place=newest["sub_icb"].map(lambda code: names.get(code, code)).fillna("not stated"))
    staff = ["gp_wte", "nurse_wte", "direct_care_wte", "admin_wte"]
    counted = placed.groupby("place").agg(
        practices=("practice", "nunique"), **{c: (c, "sum") for c in ["patients", *staff]}
    )
    each = counted["patients"].astype("float64") / counted["gp_wte"].where(counted["gp_wte"] > 0)
    return counted.assign(patients_each_gp=each).reset_index()
