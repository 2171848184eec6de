"""Parts of the indicators that only the system as a whole has, since people, training and centres belong to all of it.

Each gives the rows of metrics.indicators.parts, for the system and each pillar and for all of them together
(docs/method.md, section 12).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pandas as pd

from pipeline.metrics.indicators.parts import ALL_PILLARS, SYSTEM, parts, together
from pipeline.metrics.need import system_rates, weighted_population
from pipeline.metrics.scope import Scope
from pipeline.metrics.workforce import current_staff
from pipeline.model import centres, training
from pipeline.model.capacity import WorkingYear
from pipeline.model.training_load import training_load

Tables = Mapping[str, pd.DataFrame]


def system_parts(tables: Tables, scope: Scope, month: dt.date, year: WorkingYear) -> pd.DataFrame:
    """The parts of every indicator of the system that the tables supply, at a month.

    Staff for the people served, trainees and supervision for the staff in post, and the staff of diagnostic centres.
    """
    staff = current_staff(tables["staff"], scope)
    return together(
        [
            need_parts(staff, tables["population"], scope),
            training_parts(tables, staff, scope, month, year),
            centre_parts(tables, scope, month, year),
        ]
    )


def need_parts(staff: pd.DataFrame, population: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """WTE in post over people registered, and over people weighted for their age."""
    people = weighted_population(population)
    if staff.empty or not people["area"].isin(scope.ics_codes).any():
        return together([])
    rates = _with_total(system_rates(staff, people, scope)[["pillar", "wte"]], staff["month"].max())
    own = people.loc[people["area"].isin(scope.ics_codes), ["persons", "weighted"]].sum()
    return together(
        [
            parts("wte_per_100000", rates, rates["wte"], float(own["persons"])),
            parts("wte_per_100000_need", rates, rates["wte"], float(own["weighted"])),
        ]
    )


def training_parts(
    tables: Tables, staff: pd.DataFrame, scope: Scope, month: dt.date, year: WorkingYear
) -> pd.DataFrame:
    """Trainees, and WTE that supervise them, over WTE in post in the professions that a route leads to."""
    routes = training.routes_table(tables["training_routes"], scope)
    if routes.empty or staff.empty or tables["training_intakes"].empty:
        return together([])
    expected = training.arrivals(tables["training_intakes"], routes)
    load = training_load(expected, routes, staff, month, year, ["pillar"])
    rows = _with_total(load[["pillar", "trainees", "supervision_wte", "wte"]], pd.Timestamp(month))
    return together(
        [
            parts("training_places_per_100", rows, rows["trainees"], rows["wte"]),
            parts("education_load_per_100", rows, rows["supervision_wte"], rows["wte"]),
        ]
    )


def centre_parts(tables: Tables, scope: Scope, month: dt.date, year: WorkingYear) -> pd.DataFrame:
    """WTE redeployed to diagnostic centres from other teams, over all WTE that keep the centres' rooms open."""
    plans = centres.plans_of(tables["cdc_plans"], scope)
    staffed = centres.staffing(tables["cdc_staffing"], tables["cdc_rooms"], plans, scope, year)
    if staffed.empty:
        return together([])
    summed = staffed.groupby("pillar", as_index=False)[["wte", "redeployed"]].sum()
    rows = _with_total(summed, pd.Timestamp(month))
    return parts("cdc_redeployed_share", rows, rows["redeployed"], rows["wte"])


def _with_total(by_pillar: pd.DataFrame, month: pd.Timestamp) -> pd.DataFrame:
    """The pillars and a row for all of them, as rows of the system at a month."""
    total = by_pillar.drop(columns="pillar").sum().to_frame().T.assign(pillar=ALL_PILLARS)
    return pd.concat([by_pillar, total], ignore_index=True).assign(organisation=SYSTEM, month=month)
