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


def population_of(population: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Registered population of the plan's ICS at the latest date, by sex and age band (people)."""
    own = population[(population["area_kind"] == "icb") & population["area"].isin(scope.ics_codes)]
    newest = own[own["as_of"] == own["as_of"].max()]
    return newest.groupby(["as_of", "sex", "age_band"], as_index=False)["persons"].sum()


def share_aged(population: pd.DataFrame, from_age: int) -> float:
    """Share of the population aged `from_age` and over, 0 to 1. Age bands start with their lowest age."""
    age = population["age_band"].str.extract(r"^(\d+)")[0].astype(int)
    return float(population.loc[age >= from_age, "persons"].sum() / population["persons"].sum())
