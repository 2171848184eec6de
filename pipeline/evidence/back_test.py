"""A plan's staff forecast from months past by the engine itself, and held to what came (docs/method.md, section 17).

Rolling origin: at each origin the plan's tables are cut to what was known then, the engine runs forward in draws of its
assumptions and of chance, and its staff, leavers and joiners are set beside those that came, with the forecasts that
simple methods make of the same counts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.assumptions import Assumptions
from pipeline.evidence.as_known import Tables, staff_then
from pipeline.evidence.counted_staff import MEASURES, Counted, counted_staff, origins
from pipeline.evidence.flows_that_came import flow_rows
from pipeline.evidence.forecast_rows import COLUMNS, About, ForecastRow, row, row_of_draws
from pipeline.evidence.plan_opponents import OPPONENTS, SMOOTHING, Opponent
from pipeline.evidence.scores import usual_step
from pipeline.metrics.months import MONTHS_IN_YEAR
from pipeline.metrics.scope import Scope
from pipeline.model.draws import draw_assumptions
from pipeline.model.paths import paths
from pipeline.model.scenarios import BASELINE
from pipeline.model.supply.chances import Drawn
from pipeline.model.supply.plan_staff import PlanStaff, course
from pipeline.model.supply.simulate import drawn_staff
from pipeline.model.supply.team_spread import with_team_spread
from pipeline.model.supply.teams import CELL
from pipeline.months import add_months
from pipeline.plan import Plan
from pipeline.reference import back_testing

HORIZONS = (3, 6, 12, 24)
"""Months ahead that forecasts are held to."""
TOTAL = "total"
LEVELS = (TOTAL, "pillar", "employer", "profession")
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class BackTest:
    """Forecasts of a plan's staff from its own past.

    `stocks` are forecasts of staff in post and `flows` of people who left and joined in the year after an origin, as
    COLUMNS of forecast_rows. `fans` has origin, month, p10, p50 and p90 of all people of the cells that are tested from
    the first origin on, and `counted` month and value of them. `months` is how many months were counted and `measured`
    whether rates of leaving were measured on the plan's own files at every origin.
    """

    origins: list[dt.date]
    stocks: pd.DataFrame
    flows: pd.DataFrame
    fans: pd.DataFrame
    counted: pd.DataFrame
    months: int
    measured: bool


class Then(NamedTuple):
    """The engine's staff from an origin on: draws, months and cells, in the order of `staff.cells`."""

    origin: dt.date
    staff: PlanStaff
    drawn: Drawn
    hours: NDArray[np.float64]


def back_test(
    plan: Plan,
    tables: Tables,
    scope: Scope,
    *,
    seed: int = 1,
    draws: int = 0,
    horizons: Sequence[int] = HORIZONS,
    opponents: Mapping[str, Opponent] = OPPONENTS,
) -> BackTest:
    """The back-test of a plan's staff; without any origin where too few months were counted.

    `draws` is how many at each origin, that of back_test.yaml where it is 0. Months after the base month are not used.
    """
    counted = counted_staff(tables["staff"], scope, plan.base_month)
    stocks: list[ForecastRow] = []
    flows: list[ForecastRow] = []
    fans: list[pd.DataFrame] = []
    measured, known = True, origins(counted, plan.base_month)
    ahead = max(MONTHS_IN_YEAR, *horizons)
    for origin in known:
        staff, assumptions = staff_then(plan, tables, scope, origin, ahead)
        then = drawn_then(origin, staff, assumptions, ahead, draws or int(back_testing("draws")), seed)
        measured &= staff.past.months > 0
        stocks += _stock_rows(then, counted, horizons, opponents)
        flows += flow_rows(tables["movements"], scope, origin, plan.base_month, then.staff, then.drawn)
        fans.append(_fan(then, counted, counted.long_known(known[0]), plan.base_month))
    return BackTest(
        known,
        pd.DataFrame(stocks, columns=COLUMNS),
        pd.DataFrame(flows, columns=COLUMNS),
        pd.concat(fans, ignore_index=True) if fans else pd.DataFrame(columns=["origin", "month", "p10", "p50", "p90"]),
        _counted(counted, known),
        counted.months,
        measured,
    )


def drawn_then(origin: dt.date, staff: PlanStaff, assumptions: Assumptions, months: int, draws: int, seed: int) -> Then:
    """The staff of a plan followed by chance from an origin if nothing is changed."""
    base = draw_assumptions(assumptions, draws, seed)
    of = course(staff, paths(BASELINE, base, assumptions, months))
    of = with_team_spread(of, staff.spread, seed, 0)
    hours = np.transpose(of.participation[:, staff.system.cell_profession], (0, 2, 1))
    return Then(origin, staff, drawn_staff(staff.system, of, seed, flows=True), hours)


def groups(cells: pd.DataFrame) -> Iterator[tuple[str, str, Flags]]:
    """Level, name and cells of all staff, and of each pillar, employer and profession that has any."""
    yield TOTAL, TOTAL, np.ones(len(cells), dtype=bool)
    for level in LEVELS[1:]:
        for name in cells[level].drop_duplicates().sort_values():
            yield level, str(name), (cells[level] == name).to_numpy()


def _stock_rows(
    then: Then, counted: Counted, horizons: Sequence[int], opponents: Mapping[str, Opponent]
) -> list[ForecastRow]:
    """A forecast by each method of each group, measure and horizon whose cells were counted at both ends."""
    known = counted.long_known(then.origin)
    ahead = _in_counted_order(then, counted)
    rows: list[ForecastRow] = []
    for level, name, members in groups(counted.cells):
        own = known & members
        steps = [h for h in horizons if own.any() and _all_came(counted, own, add_months(then.origin, h))]
        if not steps:
            continue
        for measure in MEASURES:
            drawn = ahead[measure][:, :, own].sum(axis=2)
            rows += _one_group(then.origin, counted, (measure, level, name), own, drawn, steps, opponents)
    return rows


def _one_group(
    origin: dt.date,
    counted: Counted,
    of: tuple[str, str, str],
    own: Flags,
    drawn: NDArray[np.float64],
    steps: Sequence[int],
    opponents: Mapping[str, Opponent],
) -> list[ForecastRow]:
    """`of` is measure, level and name; `drawn` the group by draw and month."""
    series = counted.series(of[0], origin, own)
    now = float(series[-1])
    ends = [counted.of[of[0]].loc[pd.Timestamp(add_months(origin, step)), own].sum() for step in steps]
    about: list[About] = [
        (origin, *of, step, now, usual_step(series, step), float(came)) for step, came in zip(steps, ends, strict=True)
    ]
    rows = [row_of_draws(each, drawn[:, each[4]]) for each in about]
    for method, forecast in opponents.items():
        if method != SMOOTHING or _worth_smoothing(of, now):
            ranges = zip(*(values.tolist() for values in forecast(series, steps)), strict=True)
            rows += [row(each, method, *said) for each, said in zip(about, ranges, strict=True)]
    return rows


def _worth_smoothing(of: tuple[str, str, str], now: float) -> bool:
    """Smoothing takes most of the time, so it is fitted to people only, and to groups that are large enough."""
    measure, level, _ = of
    return measure == "headcount" and (level != "profession" or now >= back_testing("large_team"))


def _all_came(counted: Counted, own: Flags, month: dt.date) -> bool:
    return bool(counted.counted(month)[own].all())


def _in_counted_order(then: Then, counted: Counted) -> dict[str, NDArray[np.float64]]:
    """People and WTE by draw, month and counted cell; nobody is forecast where there was no cell at the origin."""
    numbered = then.staff.cells.assign(number=np.arange(len(then.staff.cells)))
    number = counted.cells[CELL].merge(numbered, on=CELL, how="left")["number"]
    there = number.notna().to_numpy()
    at = number[there].to_numpy(dtype=np.int64)
    found = {}
    for measure, values in zip(MEASURES, (then.drawn.heads, then.drawn.wte * then.hours), strict=True):
        whole = np.zeros((*values.shape[:2], len(counted.cells)))
        whole[:, :, there] = values[:, :, at]
        found[measure] = whole
    return found


def _fan(then: Then, counted: Counted, own: Flags, base_month: dt.date) -> pd.DataFrame:
    """All people of some cells from an origin to the base month."""
    drawn = _in_counted_order(then, counted)["headcount"][:, :, own].sum(axis=2)
    months = [pd.Timestamp(add_months(then.origin, step)) for step in range(drawn.shape[1])]
    low, middle, high = np.percentile(drawn, (10, 50, 90), axis=0)
    fan = pd.DataFrame({"origin": pd.Timestamp(then.origin), "month": months, "p10": low, "p50": middle, "p90": high})
    return fan[fan["month"] <= pd.Timestamp(base_month)]


def _counted(counted: Counted, known: Sequence[dt.date]) -> pd.DataFrame:
    """All people of the cells that are tested from the first origin on, by month; the months in which all are there."""
    if not known:
        return pd.DataFrame(columns=["month", "value"])
    own = counted.long_known(known[0])
    whole = counted.of["headcount"].loc[:, own].sum(axis=1)[counted.there.loc[:, own].all(axis=1)]
    return pd.DataFrame({"month": whole.index, "value": whole.to_numpy()})
