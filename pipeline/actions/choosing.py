"""From a plan's actions and what each relieves to the choice between them: costs by year, budgets, groups, limits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.actions.library import Action
from pipeline.actions.portfolio import Array, Choice, Equity, Option
from pipeline.metrics.months import MONTHS_IN_YEAR
from pipeline.model.plan_years import Years, plan_years
from pipeline.plan import PLAN_FILE, Plan, Portfolio
from pipeline.problems import InputRefused, Problem
from pipeline.reference import portfolio
from pipeline.tables.governance import CAPACITIES


def costs_by_year(action: Action, years: Years) -> tuple[Array, Array]:
    """What an action costs in each financial year of the plan: recurrent and capital pounds.

    The yearly cost runs from the month in which it starts to the one in which it ends; capital is spent in the year of
    the start, or in the first year where it started before, as far as the action is not done. Costs by year that its
    owner states stand in place of both.
    """
    if action.costs:
        found = [action.costs.get(year) for year in years.names]
        recurrent, capital = (
            np.array([0.0 if each is None else getattr(each, kind) for each in found])
            for kind in ("recurrent", "capital")
        )
        return recurrent, capital
    start = pd.Timestamp(action.starts_on)
    running = years.months >= start
    if action.ends:
        running &= years.months <= pd.Timestamp(f"{action.ends}-01") + pd.offsets.MonthEnd(0)
    each = np.asarray(running, dtype=np.float64) * action.cost.recurrent / MONTHS_IN_YEAR
    recurrent = np.bincount(years.number, each, len(years.names)).astype(np.float64)
    capital = np.zeros(len(years.names))
    begins = np.flatnonzero(years.months >= start)
    if begins.size:
        capital[years.number[begins[0]]] = action.cost.capital * (1.0 - action.done)
    return recurrent, capital


def budgets(written: float | dict[str, float] | None, years: Years, key: str, plan: Plan) -> Array:
    """A budget by financial year of the plan; infinite where none is written. A number holds for every year.

    Raises InputRefused for a year that the plan does not reach.
    """
    if not isinstance(written, dict):
        return np.full(len(years.names), np.inf if written is None else float(written))
    strange = sorted(set(written) - set(years.names))
    if strange:
        rule = f"the plan's financial years are {years.names[0]} to {years.names[-1]}"
        raise InputRefused(
            [Problem(file=str(plan.folder / PLAN_FILE), key=f"portfolio.{key}", value=strange[0], rule=rule)]
        )
    return np.array([float(written.get(year, np.inf)) for year in years.names])


def weights_of(cells: pd.DataFrame, file: Portfolio) -> Array:
    """What a missing WTE of each cell counts for."""
    return np.array([file.weights.get(pillar, 1.0) for pillar in cells["pillar"]], dtype=np.float64)


def choice_of(
    plan: Plan, actions: Sequence[Action], relief: dict[str, Array], gap: Array, cells: pd.DataFrame, needed: Array
) -> Choice:
    """The choice between a plan's open actions.

    `relief` (by id) and `gap` are WTE by cell and sample, averaged over the ends of the plan's years; `needed` is staff
    needed by cell in the mean. An action that is under way goes on unless plan.yaml leaves it. Raises InputRefused for
    ids and years of plan.yaml that there are not.
    """
    file, years = plan.file.portfolio, plan_years(plan.base_month, plan.file.horizon_months)
    chosen_from = [action for action in actions if action.open]
    known = {action.id for action in chosen_from}
    _check_ids(plan, actions)
    # What must come first and is delivered has come; what is stopped leaves those that need it without it.
    delivered = {action.id for action in actions if action.status == "delivered"}
    options = tuple(
        Option(
            action.id,
            relief[action.id],
            *costs_by_year(action, years),
            uses=action.uses,
            needs=tuple(other for other in action.depends_on if other in known),
            excludes=tuple(other for other in action.excludes if other in known),
        )
        for action in chosen_from
    )
    cut_off = {action.id: False for action in chosen_from if not set(action.depends_on) <= known | delivered}
    pinned = {action.id: True for action in chosen_from if action.status == "under way"}
    pinned |= cut_off | dict.fromkeys(set(file.take) & known, True) | dict.fromkeys(set(file.leave) & known, False)
    return Choice(
        options,
        gap,
        weights_of(cells, file),
        budgets(file.recurrent, years, "recurrent", plan),
        budgets(file.capital, years, "capital", plan),
        {name: most for name in CAPACITIES if (most := getattr(file, name)) is not None},
        tail_weight=portfolio("tail_weight"),
        wte_a_pound=1.0 / (portfolio("pounds_a_wte_year") * years.length),
        equity=_equity(cells, needed, file.most_unmet),
        pinned=pinned,
    )


def _equity(cells: pd.DataFrame, needed: Array, most_unmet: float | None) -> Equity | None:
    if most_unmet is None:
        return None
    names = sorted(set(cells["employer"]))
    number = np.array([names.index(name) for name in cells["employer"]], dtype=np.int64)
    return Equity(number, most_unmet * np.bincount(number, needed, len(names)).astype(np.float64))


def _check_ids(plan: Plan, actions: Sequence[Action]) -> None:
    known = {action.id for action in actions}
    rule = "there is no action with this id; correct it, or take it out"
    wrong = [
        Problem(file=str(plan.folder / PLAN_FILE), key=f"portfolio.{key}", value=one, rule=rule)
        for key in ("take", "leave")
        for one in getattr(plan.file.portfolio, key)
        if one not in known
    ]
    if wrong:
        raise InputRefused(wrong)
