"""Staff time that trainees take month by month, and when an expansion of training has paid for itself.

A trainee takes hours of supervision from the profession that the route leads to (`training`), and what is supervised at
the base month is part of today's work, so the load is what is needed beyond it. Intakes go on beyond the file as those
that staff over time arrive from do (`intakes_ahead`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.metrics.months import months_back
from pipeline.metrics.scope import Scope
from pipeline.model.gap import ROUNDING
from pipeline.model.intakes_ahead import expected_starters, intakes_to_horizon
from pipeline.model.training import arrivals, monthly_attrition, routes_table
from pipeline.model.workload import Number, required_wte

Array = NDArray[np.float64]
OF_ROUTE = ["route", "profession", "supervision_hours_week"]


class Trainees(NamedTuple):
    """Trainees by month, at the months 0 … T. `routes` has route, profession and supervision_hours_week."""

    routes: pd.DataFrame
    settled: Array
    """Trainees of intakes that have begun: routes x months + 1."""
    planned: Array
    """Trainees of intakes to come, on file and after it: as many as planned, filled as the route was before.
    Intakes x months + 1."""
    planned_route: NDArray[np.int64]
    """The number of the route of each intake to come."""
    planned_begins: NDArray[np.int64]
    """The month in which each intake to come begins, 0 where it should have begun before."""

    @property
    def to_come(self) -> Array:
        """Trainees of intakes to come: routes x months + 1."""
        whole = np.zeros_like(self.settled)
        np.add.at(whole, self.planned_route, self.planned)
        return whole


class BreakEven(NamedTuple):
    """When an expansion of training is level: months after the base month, by draw (missing where never) and as a mean.

    `level` is the first month from which it brings as much as it takes and goes on doing so, `repaid` the first in
    which all it has brought is as much as all it has taken; for the mean of the draws, None where never.
    """

    level: int | None
    repaid: int | None
    level_by_draw: Array
    repaid_by_draw: Array


def trainees(
    training_routes: pd.DataFrame, training_intakes: pd.DataFrame, scope: Scope, base_month: dt.date, months: int
) -> Trainees:
    """Trainees of every route at each month end: those who began, less an even monthly attrition, until they finish.

    At the base month they are those of training.in_training, and intakes whose first month has passed without starters
    on file, filled as the route's others.
    """
    routes = routes_table(training_routes, scope)
    intakes = intakes_to_horizon(routes, training_intakes, base_month, months)
    rows = arrivals(intakes, routes)
    began = expected_starters(intakes, rows)
    routes = rows[OF_ROUTE].drop_duplicates("route", ignore_index=True)
    there = _there(rows, began, pd.Timestamp(base_month), months)
    number = pd.Index(routes["route"]).get_indexer(rows["route"])
    to_come = ~rows["begun"].to_numpy(dtype=bool)
    settled = np.zeros((len(routes), months + 1))
    np.add.at(settled, number[~to_come], there[~to_come])
    begins = np.clip(-months_back(rows["starts_on"], pd.Timestamp(base_month)), 0, months)
    return Trainees(routes, settled, there[to_come], number[to_come], np.asarray(begins)[to_come])


def education_load(
    training: Trainees,
    cells: pd.DataFrame,
    in_post: Array,
    hours_of: Callable[[str], Number],
    weeks: Number,
    places_to_come: Number = 1.0,
    supervision: Number = 1.0,
) -> Array:
    """WTE of supervision by cell, month and draw, beyond that of the base month: load_by_profession x shares.

    `cells` has employer and profession, `in_post` the WTE of each; the rest as in load_by_profession. Supervision of a
    profession without a cell is nobody's: `unsupervised` names it.
    """
    change = load_by_profession(training, hours_of, weeks, places_to_come, supervision)
    draws = max((wte.shape[1] for wte in change.values()), default=1)
    load = np.zeros((len(cells), training.settled.shape[1], draws))
    share = shares(cells, in_post)
    for number, profession in enumerate(cells["profession"]):
        if profession in change:
            load[number] = share[number] * change[profession]
    return load


def load_by_profession(
    training: Trainees,
    hours_of: Callable[[str], Number],
    weeks: Number,
    places_to_come: Number = 1.0,
    supervision: Number = 1.0,
) -> dict[str, Array]:
    """WTE of supervision of each profession with trainees, beyond that of the base month: months + 1 x draws (or 1).

    0 in month 0, and below it where trainees become fewer. Hours a week of each trainee x weeks x `supervision` /
    `hours_of` a WTE of the profession at work in a year. `places_to_come` multiplies the trainees of intakes to
    come, those that begin in a month by the value of that month. Each number is one value, one a draw, or months + 1 x
    draws.
    """
    return {
        str(profession): _change(rows, training, hours_of(str(profession)), weeks, places_to_come, supervision)
        for profession, rows in training.routes.groupby("profession")
    }


def shares(cells: pd.DataFrame, in_post: Array) -> Array:
    """Each cell's share of its profession's WTE; even shares where the profession has none in post."""
    wte = pd.Series(np.asarray(in_post, dtype=np.float64), index=cells.index)
    groups = wte.groupby(cells["profession"])
    total = groups.transform("sum")
    return np.asarray((wte / total.where(total > 0)).fillna(1.0 / groups.transform("size")), dtype=np.float64)


def _change(
    routes: pd.DataFrame, training: Trainees, available: Number, weeks: Number, places: Number, supervision: Number
) -> Array:
    """WTE of supervision of some routes beyond that of the base month: months + 1 x draws (or 1)."""
    week = routes["supervision_hours_week"].to_numpy(dtype=np.float64)
    settled = (week @ training.settled[routes.index])[:, None]
    own = np.isin(training.planned_route, routes.index)
    of_intake = training.routes["supervision_hours_week"].to_numpy(dtype=np.float64)[training.planned_route[own]]
    to_come = (of_intake[:, None] * training.planned[own]).T @ places_of(places, training.planned_begins[own])
    wte = np.asarray(required_wte((settled + to_come) * supervision * weeks, available))
    return np.asarray(wte - wte[:1])


def places_of(places: Number, begins: NDArray[np.int64]) -> Array:
    """What the places of intakes are multiplied by, each by the value of the month in which it begins: x draws (or 1).

    `places` is one value, one a draw, or months + 1 x draws; `begins` are months after the base month.
    """
    path = np.atleast_2d(np.asarray(places, dtype=np.float64))
    return np.broadcast_to(path[begins] if len(path) > 1 else path, (len(begins), path.shape[1]))


def unsupervised(training: Trainees, cells: pd.DataFrame) -> list[str]:
    """Professions that have trainees, and no cell whose staff could supervise them."""
    return sorted(set(training.routes["profession"]) - set(cells["profession"]))


def break_even(gain: Array, load: Array) -> BreakEven:
    """When an expansion of training brings at least as much effective WTE as the supervision it takes.

    Both are what it adds, all cells together: months + 1 x draws (or 1). A month counts only once it has brought
    something.
    """
    brought, taken = np.broadcast_arrays(gain, load)
    level, repaid = _first_level(brought, taken)
    of_mean = _first_level(*(each.mean(axis=1, keepdims=True) for each in (brought, taken)))
    month, repaid_in = (None if np.isnan(found[0]) else int(found[0]) for found in of_mean)
    return BreakEven(month, repaid_in, level, repaid)


def _there(rows: pd.DataFrame, began: pd.Series, day: pd.Timestamp, months: int) -> Array:
    """Trainees of each intake at each month end: from the month in which it begins to the one before it ends."""
    start, end = (-months_back(rows[name], day)[:, None] for name in ("starts_on", "ends_on"))
    leaving = np.asarray(monthly_attrition(rows["completes"], rows["length_months"].astype("float64")))[:, None]
    month = np.arange(months + 1)
    left = began.to_numpy(dtype=np.float64)[:, None] * (1.0 - leaving) ** np.maximum(month - start, 0)
    return np.where((start <= month) & (month < end), left, 0.0)


def _first_level(brought: Array, taken: Array) -> tuple[Array, Array]:
    ahead = (brought >= taken - ROUNDING) & (brought > ROUNDING)
    stays = np.logical_and.accumulate(ahead[::-1])[::-1]
    all_brought, all_taken = brought.cumsum(axis=0), taken.cumsum(axis=0)
    repaid = (all_brought >= all_taken - ROUNDING) & (all_brought > ROUNDING)
    return _first(stays), _first(repaid)


def _first(holds: Sequence[bool] | NDArray[np.bool_]) -> Array:
    """The first month in which each draw holds; missing where none does."""
    found = np.asarray(holds)
    return np.where(found.any(axis=0), found.argmax(axis=0), np.nan)
