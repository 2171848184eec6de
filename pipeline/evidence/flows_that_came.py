"""People forecast to leave and to join in the year after an origin, beside those who did."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.evidence.forecast_rows import About, ForecastRow, row, row_of_draws
from pipeline.metrics.months import MONTHS_IN_YEAR, months_back
from pipeline.metrics.scope import Scope
from pipeline.metrics.workforce import in_pillars
from pipeline.model.draws import HALF
from pipeline.model.supply.chances import Drawn
from pipeline.model.supply.plan_staff import PlanStaff
from pipeline.model.supply.system import MOVED_AWAY
from pipeline.model.supply.teams import CELL, IN_TRAINING, career_of
from pipeline.months import add_months

LEAVERS, JOINERS = "leavers", "joiners"
OF_KIND = {"leaver": LEAVERS, "joiner": JOINERS}
LAST_YEAR, SAME_CHANGE = "last year's number", "last year's change again"
Years = NDArray[np.float64]


def flow_rows(
    movements: pd.DataFrame, scope: Scope, origin: dt.date, base_month: dt.date, staff: PlanStaff, drawn: Drawn
) -> list[ForecastRow]:
    """Forecasts of leavers and joiners, all and by pillar, of employers who sent them for the years about an origin.

    None where the year after the origin is not over at the base month. Doctors in training are left out, as the engine
    leaves theirs out: their posts turn over by the calendar. Whoever moves to another employer of the system leaves one
    and joins the other, in the forecast as in the returns.
    """
    if add_months(origin, MONTHS_IN_YEAR) > base_month:
        return []
    own = _own(movements, scope)
    back = -months_back(own["month"], pd.Timestamp(origin))
    # 0 is the year after the origin, 1 the year before it, 2 the one before that.
    years = own.assign(year=-((back + MONTHS_IN_YEAR - 1) // MONTHS_IN_YEAR) + 1)
    sent = years[years["year"].isin((0, 1))].groupby("employer")["year"].nunique()
    pillars = staff.teams.teams[[*CELL, "pillar"]].drop_duplicates(CELL)
    cells = staff.cells.merge(pillars, on=CELL, how="left")
    known = cells[cells["employer"].isin(sent[sent == 2].index)]
    if known.empty:
        return []
    ahead = drawn.flow_heads[:, :, 1 : MONTHS_IN_YEAR + 1].sum(axis=2, dtype=np.float64)
    of_measure = {LEAVERS: ahead[:, : MOVED_AWAY + 1].sum(axis=1), JOINERS: ahead[:, MOVED_AWAY + 1 :].sum(axis=1)}
    named = [("total", "total", known)] + [("pillar", str(pillar), rows) for pillar, rows in known.groupby("pillar")]
    rows: list[ForecastRow] = []
    for level, name, group in named:
        theirs = years.merge(group[CELL], on=CELL)
        for kind, measure in OF_KIND.items():
            seen = _by_year(theirs[theirs["kind"] == kind])
            rows += _forecasts((origin, measure, level, name), seen, of_measure[measure][:, group.index].sum(axis=1))
    return rows


def _own(movements: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    own = in_pillars(movements[movements["employer"].isin(scope.employers)], scope)
    return own[own["band"].map(career_of) != IN_TRAINING]


def _by_year(rows: pd.DataFrame) -> Years:
    """People in the year after the origin, the year before it and the one before that."""
    summed = rows.groupby("year")["headcount"].sum().reindex([0, 1, 2], fill_value=0)
    return np.asarray(summed, dtype=np.float64)


def _forecasts(of: tuple[dt.date, str, str, str], seen: Years, draws: NDArray[np.float64]) -> list[ForecastRow]:
    came, before, earlier = (float(value) for value in seen)
    about: About = (*of, MONTHS_IN_YEAR, before, abs(before - earlier) or float("nan"), came)
    # A number of events has a variance of as many: that of next year, and that of last year which stands for its mean.
    half = HALF * np.sqrt(2.0 * before)
    changed = max(0.0, 2.0 * before - earlier)
    wider = HALF * np.sqrt(6.0 * before)
    return [
        row_of_draws(about, draws),
        row(about, LAST_YEAR, before, before - half, before + half),
        row(about, SAME_CHANGE, changed, changed - wider, changed + wider),
    ]
