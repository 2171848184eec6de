"""Training routes: who is expected to arrive, when, and the supervision that trainees need meanwhile.

Expected values, not a forecast: every share is taken as certain (docs/method.md, section 10).
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from pipeline.metrics.activity import financial_year
from pipeline.metrics.months import months_back
from pipeline.metrics.scope import Scope
from pipeline.metrics.workforce import in_pillars
from pipeline.model.capacity import WorkingYear
from pipeline.model.workload import Number
from pipeline.tables.workforce import FROM_OUTSIDE


def route_yield(completes: Number, joins_nhs: Number, stays_local: Number = 1.0, participation: Number = 1.0) -> Number:
    """WTE in post here for each person who begins: completes x joins the NHS x stays local x participation."""
    return completes * joins_nhs * stays_local * participation


def monthly_attrition(completes: Number, length_months: Number) -> Number:
    """The even monthly probability of leaving a course that so many complete: 1 - completes^(1 / length)."""
    return 1 - np.asarray(completes) ** (1 / np.asarray(length_months))


def routes_table(training_routes: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Each route with `people_in_post` and `wte_in_post` here for every 100 who begin."""
    own = in_pillars(training_routes, scope)
    people = route_yield(own["completes"], own["joins_nhs"], own["stays_local"])
    return own.assign(people_in_post=100 * people, wte_in_post=100 * people * own["participation"])


def arrivals(intakes: pd.DataFrame, routes: pd.DataFrame) -> pd.DataFrame:
    """Every intake with the people and WTE expected in post here, and the month in which they arrive.

    Takes the canonical intakes and the result of routes_table. Starters count, or the places where an intake has not
    begun (`begun` says which). They arrive `lag_months` after the course ends.
    """
    joined = intakes.merge(routes.drop(columns=["file", "sheet", "row"], errors="ignore"), on="route")
    began = joined["starters"].astype("float64").fillna(joined["places"].astype("float64"))
    share = route_yield(joined["completes"], joined["joins_nhs"], joined["stays_local"])
    in_post = [
        end + pd.offsets.MonthEnd(int(lag)) for end, lag in zip(joined["ends_on"], joined["lag_months"], strict=True)
    ]
    return joined.assign(
        begun=joined["starters"].notna(),
        began=began,
        people=began * share,
        wte=began * share * joined["participation"],
        arrives=pd.DatetimeIndex(in_post),
    )


def arrivals_by_year(expected: pd.DataFrame, after: dt.date) -> pd.DataFrame:
    """People and WTE expected after a month, by profession and financial year.

    Takes the result of arrivals. `wte_to_begin` is the part of WTE from intakes that have not begun.
    """
    ahead = expected[expected["arrives"] > pd.Timestamp(after)]
    by_year = ahead.assign(
        financial_year=financial_year(ahead["arrives"]), wte_to_begin=ahead["wte"].where(~ahead["begun"], 0.0)
    )
    keys = ["pillar", "profession", "financial_year"]
    return by_year.groupby(keys, as_index=False)[["people", "wte", "wte_to_begin"]].sum()


def arrivals_by_entrants(expected: pd.DataFrame, after: dt.date) -> pd.DataFrame:
    """People and WTE expected after a month, by who begins the route (ENTRANTS), most WTE first.

    Takes the result of arrivals.
    """
    ahead = expected[expected["arrives"] > pd.Timestamp(after)]
    named = ahead.assign(entrants=ahead["entrants"].fillna(FROM_OUTSIDE))
    summed = named.groupby("entrants", as_index=False)[["people", "wte"]].sum()
    return summed.sort_values("wte", ascending=False, ignore_index=True)


def intakes_by_year(expected: pd.DataFrame) -> pd.DataFrame:
    """Places and starters of each route by the financial year in which intakes begin; starters are of those begun."""
    dated = expected.assign(financial_year=financial_year(expected["starts_on"]))
    grouped = dated.groupby(["route", "financial_year"], as_index=False)
    return grouped.agg(places=("places", "sum"), starters=("starters", lambda people: people.sum(min_count=1)))


def in_training(expected: pd.DataFrame, month: dt.date, year: WorkingYear) -> pd.DataFrame:
    """Trainees of each route at a month, the cap on their number, and the WTE that supervise them.

    Takes the result of arrivals. Of those who began, the share that an even monthly attrition leaves is still there.
    Supervision = trainees x hours a week x weeks / hours a year that a WTE of the profession is at work.
    """
    day = pd.Timestamp(month)
    now = expected[expected["begun"] & (expected["starts_on"] <= day) & (expected["ends_on"] > day)]
    elapsed = months_back(now["starts_on"], day)
    left = (1 - monthly_attrition(now["completes"], now["length_months"].astype("float64"))) ** elapsed
    here = now.assign(trainees=now["began"] * left)
    keys = ["route", "profession", "supervision_hours_week"]
    summed = here.groupby(keys, as_index=False).agg(trainees=("trainees", "sum"), cap=("placement_cap", "max"))
    hours = summed["trainees"] * summed["supervision_hours_week"] * year.weeks
    return summed.assign(supervision_wte=year.wte(hours, summed["profession"]))


def without_route(intakes: pd.DataFrame, training_routes: pd.DataFrame) -> list[str]:
    """Routes that have intakes and are not described, so that nobody can be expected from them."""
    return sorted(set(intakes["route"]) - set(training_routes["route"]))
