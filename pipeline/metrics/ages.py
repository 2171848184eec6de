"""Ages of staff in post: who is old enough to retire soon. Counts are people whose age band is known."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.metrics.scope import Scope
from pipeline.metrics.workforce import in_pillars
from pipeline.reference import indicator

ALL_AGES = "All"


def staff_by_age(staff: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The rows of current staff in the plan's pillars whose age band and headcount are known.

    Published figures hold no ages, so these are the employers that sent records or a return. `from_age` is added.
    """
    inside = in_pillars(staff, scope).dropna(subset=["headcount"])
    aged = inside[inside["age_band"] != ALL_AGES]
    return aged.assign(from_age=age_from(aged["age_band"]))


def age_from(bands: pd.Series) -> pd.Series:
    """First age of each band: 45-49 and 45+ begin at 45, and “Under 25” at 0."""
    below = bands.str.casefold().str.contains(r"under|<")
    return bands.str.extract(r"(\d+)")[0].astype("float64").mask(below, 0.0)


def share_older(aged: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """People, those aged 55 and over, and their share (0 to 1), by the columns of `by`; most people first.

    Takes the result of staff_by_age. Shares are pooled: people over people.
    """
    counted = aged.assign(
        people=aged["headcount"].astype("Int64"),
        older=aged["headcount"].astype("Int64").where(aged["from_age"] >= indicator("older_from_age"), 0),
    )
    summed = counted.groupby(list(by), as_index=False)[["people", "older"]].sum()
    return with_share(summed).sort_values("people", ascending=False).reset_index(drop=True)


def with_share(counts: pd.DataFrame) -> pd.DataFrame:
    """The counts with the share of people that are older; missing where there are under ten, or a count is hidden."""
    people = counts["people"].astype("Float64")
    enough = (people >= indicator("rate_from_headcount")).fillna(False)
    return counts.assign(share=counts["older"].astype("Float64") / people.where(enough))


def bands_in_order(bands: pd.Series) -> list[str]:
    """The different age bands, youngest first."""
    names = pd.Series(bands.unique(), dtype="str")
    return list(names.loc[age_from(names).sort_values(kind="stable").index])


def people_by_band(aged: pd.DataFrame) -> pd.DataFrame:
    """People by pillar and age band, youngest first. Takes the result of staff_by_age."""
    summed = aged.groupby(["pillar", "from_age", "age_band"], as_index=False)["headcount"].sum()
    return summed.sort_values(["pillar", "from_age"])[["pillar", "age_band", "headcount"]].reset_index(drop=True)
