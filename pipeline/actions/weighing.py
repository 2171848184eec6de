"""What stands beside a chosen set of actions: dearer and cheaper sets, other futures, and why others were left."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipeline.actions.portfolio import (
    TOLERANCE,
    Array,
    Choice,
    NoPortfolio,
    Option,
    Portfolio,
    best_portfolio,
    value_of,
)

CHOSEN, PINNED_OUT, NEEDS, EXCLUDED = "chosen", "pinned out", "prerequisite", "exclusion"
BUDGET, CAPACITY, NO_MORE = "budget", "capacity", "dominated"
TOO_DEAR = "costs more than it brings"


@dataclass(frozen=True)
class Reason:
    """Why an option is not in the chosen set: the kind of reason, and what it is about (a year, a capacity, an id).

    `also` are further limits that it would pass.
    """

    kind: str
    about: str = ""
    also: tuple[Reason, ...] = ()


def why_not(choice: Choice, found: Portfolio, years: Sequence[str]) -> dict[str, Reason]:
    """Of each option left out, the first reason that holds: what would happen if it were simply added.

    In this order: left by decision, what must come first, what excludes it, that it would close nothing more of the gap
    (`dominated`), that it costs more than it brings, and every limit that it would pass. `years` are the names of the
    budget years.
    """
    return {
        option.id: _reason(choice, found, option, years)
        for option in choice.options
        if option.id not in set(found.chosen)
    }


def _reason(choice: Choice, found: Portfolio, option: Option, years: Sequence[str]) -> Reason:
    taken = set(found.chosen)
    if choice.pinned.get(option.id) is False:
        return Reason(PINNED_OUT)
    if missing := [other for other in option.needs if other not in taken]:
        return Reason(NEEDS, ", ".join(missing))
    against = [each.id for each in choice.options if each.id in taken and option.id in each.excludes]
    if excluded := sorted({*against, *(taken & set(option.excludes))}):
        return Reason(EXCLUDED, ", ".join(excluded))
    more = value_of(choice, [*found.chosen, option.id])
    if found.unmet.mean() - more.unmet.mean() <= TOLERANCE:
        return Reason(NO_MORE)
    if more.objective >= found.objective - TOLERANCE:
        return Reason(TOO_DEAR)
    over = [*_over_budget(choice, taken, option, years), *_over_capacity(choice, taken, option)]
    return replace(over[0], also=tuple(over[1:])) if over else Reason(NO_MORE)


def spent(choice: Choice, ids: Collection[str]) -> dict[str, Array]:
    """Pounds by year that a set of options costs: recurrent and capital."""
    taken = [option for option in choice.options if option.id in ids]
    nothing = np.zeros(len(choice.recurrent_budget))
    return {kind: sum((getattr(each, kind) for each in taken), nothing) for kind in ("recurrent", "capital")}


def _over_budget(choice: Choice, taken: set[str], option: Option, years: Sequence[str]) -> list[Reason]:
    """The first year in which the option would pass each budget; `in all` where it would pass that of all years."""
    with_it, budgets = taken | {option.id}, {"recurrent": choice.recurrent_budget, "capital": choice.capital_budget}
    costs = spent(choice, with_it)
    found = []
    for name, budget in budgets.items():
        if (over := np.flatnonzero(costs[name] > budget * (1 + TOLERANCE))).size:
            found.append(Reason(BUDGET, f"{name}, {years[over[0]]}"))
    beyond = sum(float(each.sum()) for each in costs.values()) > choice.most_cost * (1 + TOLERANCE)
    return found or ([Reason(BUDGET, "in all")] if beyond else [])


def _over_capacity(choice: Choice, taken: set[str], option: Option) -> list[Reason]:
    return [
        Reason(CAPACITY, name)
        for name, most in choice.capacity.items()
        if sum(each.uses.get(name, 0.0) for each in choice.options if each.id in taken | {option.id})
        > most * (1 + TOLERANCE)
    ]


def cost_of_pins(choice: Choice, found: Portfolio) -> Portfolio | None:
    """The best set if nothing were pinned; None where nothing is pinned, or the pins change nothing."""
    if not choice.pinned:
        return None
    free = best_portfolio(replace(choice, pinned={}))
    return None if free.chosen == found.chosen else free


def cost_frontier(choice: Choice, steps: int) -> pd.DataFrame:
    """The best set for each of so many sums of money, from nothing to what the best set of all costs.

    Returns most_cost, cost, unmet (weighted WTE, mean of the samples) and chosen (ids); sums that no set keeps within
    are left out, and so are those that buy nothing more.
    """
    best = best_portfolio(replace(choice, most_cost=np.inf))
    rows: list[list[object]] = []
    for most in np.linspace(0.0, best.cost, steps + 1):
        try:
            found = best_portfolio(replace(choice, most_cost=float(most)))
        except NoPortfolio:
            continue
        if not rows or rows[-1][3] != found.chosen:
            rows.append([float(most), found.cost, float(found.unmet.mean()), found.chosen])
    return pd.DataFrame(rows, columns=["most_cost", "cost", "unmet", "chosen"])


def regret_grid(choices: Mapping[str, Choice]) -> pd.DataFrame:
    """The best set of each scenario in every scenario: rows are sets, columns scenarios, cells regret.

    Regret is by how much a set's objective lies above that of the scenario's own best set. The column `most` is a
    set's largest regret; the set with the least of these is the one that can go least wrong. A set that breaks a limit
    of a scenario's own is not left out: limits are the same in all.
    """
    best = {name: best_portfolio(choice) for name, choice in choices.items()}
    rows = [
        {
            "set": name,
            "chosen": found.chosen,
            **{
                other: value_of(choice, found.chosen).objective - best[other].objective
                for other, choice in choices.items()
            },
        }
        for name, found in best.items()
    ]
    grid = pd.DataFrame(rows)
    return grid.assign(most=grid[list(choices)].max(axis=1))


def realised_ratio(alone: float, together: float) -> float:
    """WTE that a set brings in the whole model over the sum of what its actions bring each alone.

    Missing where the sum is not above 0. Under 0.9 the actions get in one another's way.
    """
    return together / alone if alone > 0 else float("nan")
