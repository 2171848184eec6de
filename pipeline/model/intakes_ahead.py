"""Intakes of training as far as the horizon: those on file, and those taken to begin after them.

Files name intakes for a year or two ahead. That no later ones are named is a hole in the file and no plan to stop, so
each provider's last year of intakes to a route is taken to begin again every year, as intakes still to come. The time
that supervision takes and the staff who arrive both come from this one table, so neither goes on without the other.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.metrics.months import MONTHS_IN_YEAR, months_back
from pipeline.metrics.scope import Scope
from pipeline.metrics.workforce import in_pillars
from pipeline.model.training import arrivals, monthly_attrition, routes_table

PROVIDED = ["route", "education_provider"]


def intakes_to_horizon(
    training_routes: pd.DataFrame, training_intakes: pd.DataFrame, base_month: dt.date, months: int
) -> pd.DataFrame:
    """The canonical intakes, and after them those taken to begin beyond the file until the horizon, without starters.

    A last intake of 0 places is a plan to stop, and a provider that let a year go by before the base month has closed
    its route. Where a year's intakes, begun again and again, would come to more trainees at one time than the route's
    placement cap, all are cut alike, so places may be parts of a person.
    """
    day = pd.Timestamp(base_month)
    last = _last_year(training_intakes, day)
    if last.empty:
        return training_intakes
    room = last["route"].map(_fitting(last, training_routes, _filled(training_intakes))).astype("float64").fillna(1.0)
    begun_again = last.assign(
        places=last["places"].astype("float64") * room, starters=pd.array([pd.NA] * len(last), dtype="Int64")
    )
    earliest = int(months_back(last["starts_on"], day).max())
    years = range(MONTHS_IN_YEAR, earliest + months + 1, MONTHS_IN_YEAR)
    later = pd.concat([begun_again.head(0), *(_later(begun_again, ahead) for ahead in years)])
    ahead = -months_back(later["starts_on"], day)
    # In the order in which they begin, so that a longer horizon adds to the end and leaves the draws of the rest alone.
    to_come = later[(ahead > 0) & (ahead <= months)].sort_values("starts_on", kind="stable")
    return pd.concat([training_intakes, to_come], ignore_index=True)


def arrivals_beyond_file(
    training_routes: pd.DataFrame, training_intakes: pd.DataFrame, scope: Scope, base_month: dt.date, months: int
) -> pd.DataFrame:
    """Who is expected in post here by the horizon from the intakes taken to begin after those on file, at their places.

    Rows of training.arrivals; none where a file goes on until it is too late to arrive.
    """
    every = intakes_to_horizon(training_routes, training_intakes, base_month, months)
    found = arrivals(every.iloc[len(training_intakes) :], routes_table(training_routes, scope))
    horizon = pd.Timestamp(base_month) + pd.offsets.MonthEnd(months)
    return found[found["arrives"] <= horizon].reset_index(drop=True)


def expected_starters(intakes: pd.DataFrame, expected: pd.DataFrame) -> pd.Series:
    """Those who began, and of intakes to come the places times the share of the route's places filled so far.

    Takes the canonical intakes, and rows of the result of training.arrivals.
    """
    share = expected["route"].map(_filled(intakes)).astype("float64").fillna(1.0)
    return expected["began"].where(expected["begun"], expected["began"] * share)


def on_file(
    training_routes: pd.DataFrame, training_intakes: pd.DataFrame, scope: Scope, base_month: dt.date
) -> pd.DataFrame:
    """How far the intakes on file go: route, education_provider, last_intake, on_file_to, goes_on; soonest first.

    `on_file_to` is the month before the next intake would begin, a year after the last; from then on intakes are
    assumed. `goes_on` is False where that month had come at the base month, and nobody is taken to begin any more.
    """
    own = training_intakes[training_intakes["route"].isin(in_pillars(training_routes, scope)["route"])]
    last = own.groupby(PROVIDED, as_index=False)["starts_on"].max().rename(columns={"starts_on": "last_intake"})
    told = last.assign(
        on_file_to=last["last_intake"] + pd.offsets.MonthEnd(MONTHS_IN_YEAR - 1),
        goes_on=_goes_on(last["last_intake"], pd.Timestamp(base_month)),
    )
    return told.sort_values(["on_file_to", *PROVIDED], ignore_index=True)


def _filled(intakes: pd.DataFrame) -> pd.Series:
    """Share of a route's places that those who have begun took, at most 1; missing where none had places."""
    begun = intakes.dropna(subset=["starters"]).groupby("route")[["starters", "places"]].sum().astype("float64")
    return (begun["starters"] / begun["places"].where(begun["places"] > 0)).clip(upper=1.0)


def _goes_on(last: pd.Series, day: pd.Timestamp) -> NDArray[np.bool_]:
    return np.asarray(months_back(last, day) < MONTHS_IN_YEAR)


def _last_year(intakes: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """The last year of intakes of each provider to a route that is still open."""
    last = intakes.groupby(PROVIDED)["starts_on"].transform("max")
    of_last_year = months_back(intakes["starts_on"], day) - months_back(last, day) < MONTHS_IN_YEAR
    return intakes[_goes_on(last, day) & of_last_year]


def _later(intakes: pd.DataFrame, months: int) -> pd.DataFrame:
    by = pd.offsets.MonthEnd(months)
    return intakes.assign(starts_on=intakes["starts_on"] + by, ends_on=intakes["ends_on"] + by)


def _fitting(year: pd.DataFrame, training_routes: pd.DataFrame, filled: pd.Series) -> pd.Series:
    """The share of a year's intakes to each route that its placement cap has room for when they begin every year."""
    routes = training_routes.set_index("route")
    cap = routes["placement_cap"].dropna().astype("float64")
    capped = year[year["route"].isin(cap.index)]
    if capped.empty:
        return cap
    begin = capped["places"].astype("float64") * capped["route"].map(filled).fillna(1.0)
    there = begin.to_numpy()[:, None] * _under_way(capped, routes.loc[capped["route"]])
    most = pd.DataFrame(there).groupby(capped["route"].to_numpy()).sum().max(axis=1)
    return (cap / most.where(most > 0)).dropna().clip(upper=1.0)


def _under_way(year: pd.DataFrame, routes: pd.DataFrame) -> NDArray[np.float64]:
    """Intakes' worth of trainees of each intake that begins every year, in each month of the year: rows x 12."""
    leaving = monthly_attrition(routes["completes"].astype("float64"), routes["length_months"].astype("float64"))
    left = 1.0 - np.asarray(leaving)[:, None, None]
    lasts = -months_back(year["ends_on"], year["starts_on"])[:, None, None]
    begins = year["starts_on"].dt.month.to_numpy()[:, None]
    since = (np.arange(MONTHS_IN_YEAR) - begins) % MONTHS_IN_YEAR
    months = since[:, :, None] + np.arange(0, lasts.max(), MONTHS_IN_YEAR)
    return np.asarray(np.where(months < lasts, left**months, 0.0).sum(axis=2), dtype=np.float64)
