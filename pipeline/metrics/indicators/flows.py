"""Parts of the indicators of joining, leaving and temporary cover, month by month."""

from __future__ import annotations

import pandas as pd

from pipeline.metrics.indicators.parts import empty_parts, parts, together
from pipeline.metrics.months import MONTHS_IN_YEAR, between_months, month_averages, months_back
from pipeline.metrics.turnover import FLOWS, flows_of
from pipeline.reference import indicator

CELL = ["organisation", "pillar"]
KEYS = [*CELL, "month"]


def turnover_parts(movements: pd.DataFrame, headcounts: pd.DataFrame) -> pd.DataFrame:
    """Leavers, those lost to the system, and joiners, over people in post, by month; and stability over a year.

    `headcounts` are the parts of staff_headcount. A month without a row between an employer's first and last movements
    is one in which nobody moved.
    """
    counted = _monthly(movements, headcounts)
    if counted.empty:
        return empty_parts()
    people, lost = counted["people"], counted["leavers"] - counted["leavers_within"]
    return together(
        [
            parts("leaver_rate", counted, counted["leavers"], people),
            parts("system_leaver_rate", counted, lost, people),
            parts("joiner_rate", counted, counted["joiners"], people),
            _stability(counted, headcounts),
        ]
    )


def _monthly(movements: pd.DataFrame, headcounts: pd.DataFrame) -> pd.DataFrame:
    """Flows and people in post by organisation, pillar and month, over the months that an employer's movements span."""
    if movements.empty or headcounts.empty:
        return pd.DataFrame()
    moved = flows_of(movements).rename(columns={"employer": "organisation"})
    people = month_averages(headcounts, CELL, "numerator").rename(columns={"numerator": "people"})
    inside = people.merge(_spans(moved).reset_index(), on="organisation")
    inside = inside[(inside["month"] >= inside["first"]) & (inside["month"] <= inside["last"])]
    summed = moved.groupby(KEYS, as_index=False)[FLOWS].sum()
    both = inside.merge(summed, on=KEYS, how="left").fillna(dict.fromkeys(FLOWS, 0))
    return both.astype(dict.fromkeys(FLOWS, "float64"))


def _spans(moved: pd.DataFrame) -> pd.DataFrame:
    """First and last month of each organisation's movements, the last being everybody's where that is no silence.

    A small employer may have had no mover in the latest months, which is no sign that it sent nothing.
    """
    latest = moved["month"].max()
    spans = moved.groupby("organisation").agg(
        first=("month", "min"), last=("month", "max"), people=("headcount", "sum")
    )
    months = months_back(spans["first"], latest) + 1
    silent = months_back(spans["last"], latest)
    expected = silent * spans["people"].astype("float64") / months
    quiet = expected < indicator("movers_that_cannot_be_missed")
    return spans.assign(last=spans["last"].where(~quiet, latest))[["first", "last"]]


def _stability(counted: pd.DataFrame, headcounts: pd.DataFrame) -> pd.DataFrame:
    """People in post a year before less everybody who left since, over people in post a year before."""
    ordered = counted.sort_values(KEYS)
    left = ordered.groupby(CELL)["leavers"].rolling(MONTHS_IN_YEAR).sum().reset_index(level=CELL, drop=True)
    start = headcounts.assign(month=headcounts["month"] + pd.offsets.MonthEnd(MONTHS_IN_YEAR))
    opening = start[[*KEYS, "numerator"]].rename(columns={"numerator": "opening"})
    both = ordered.assign(left=left).merge(opening, on=KEYS)
    return parts("stability", both, (both["opening"] - both["left"]).clip(lower=0), both["opening"])


def temporary_parts(temporary: pd.DataFrame, wte_in_post: pd.DataFrame) -> pd.DataFrame:
    """Bank and agency WTE over all WTE worked, agency WTE over the same, and what both cost.

    `wte_in_post` are the parts of staff_wte. A month that an employer sent without a row of a pillar had no cover
    there. Cost is missing for a month in which some row states none.
    """
    if temporary.empty:
        return empty_parts()
    rows = temporary.rename(columns={"employer": "organisation"})
    wte = rows["wte"].astype("float64")
    summed = (
        rows[KEYS]
        .assign(
            cover=wte,
            agency=wte.where(rows["kind"] == "agency", 0.0),
            cost=rows["cost"].astype("float64"),
            uncosted=rows["cost"].isna().astype("int64"),
        )
        .groupby(KEYS, as_index=False)
        .sum()
    )
    in_post = between_months(wte_in_post, CELL, "numerator").rename(columns={"numerator": "in_post"})
    sent = summed[["organisation", "month"]].drop_duplicates()
    both = in_post.merge(sent, on=["organisation", "month"]).merge(summed, on=KEYS, how="left")
    worked = both.fillna({"cover": 0.0, "agency": 0.0})
    total = worked["in_post"] + worked["cover"]
    return together(
        [
            parts("temporary_share", worked, worked["cover"], total),
            parts("agency_share", worked, worked["agency"], total),
            parts("temporary_cost", summed, summed["cost"].where(summed["uncosted"] == 0)),
        ]
    )
