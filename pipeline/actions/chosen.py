"""The set of actions that is chosen, run in the whole model, and all that a board asks about it (section 8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pandas as pd

from pipeline.actions.choosing import choice_of
from pipeline.actions.library import Action
from pipeline.actions.portfolio import Array, Choice, NoPortfolio, Portfolio, best_portfolio
from pipeline.actions.relief import Expected, changes_of, expected, reliefs, together, with_changes, year_ends, yearly
from pipeline.actions.weighing import Reason, cost_frontier, cost_of_pins, regret_grid, why_not
from pipeline.model.ahead import start
from pipeline.model.draws import Draws
from pipeline.model.outcome import Outcome, outcome
from pipeline.model.plan_setting import Setting
from pipeline.model.plan_years import Years, plan_years
from pipeline.model.scenarios import BASELINE
from pipeline.plan import Plan
from pipeline.reference import portfolio


@dataclass(frozen=True)
class Chosen:
    """What is chosen and what stands beside it.

    `relief` is WTE by cell, kept month and sample of each action by itself. `alone` is by how much each chosen action
    by itself lowers the gross gap, averaged over the years, and `realised` what the whole set does over their sum.
    `free` is the best set without pins where it is another, `before` and `after` full runs without and with the set.
    """

    base: Expected
    choice: Choice
    found: Portfolio
    years: Years
    relief: Mapping[str, Array]
    alone: Mapping[str, float]
    realised: float
    solved_again: bool
    why_not: Mapping[str, Reason]
    free: Portfolio | None
    frontier: pd.DataFrame
    before: Outcome
    after: Outcome

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of what is chosen."""
        return self.found.chosen


def choose(setting: Setting, plan: Plan, actions: Sequence[Action], base: Draws, seed: int) -> Chosen | None:
    """The best set of a plan's actions under present trends, and the full model with it.

    `base` are all draws and `seed` that of the full run. None where no action is open. Raises NoPortfolio where pins,
    limits and equity cannot all be kept, and InputRefused for ids or years of plan.yaml that there are not.
    """
    open_actions = [action for action in actions if action.open]
    if not open_actions:
        return None
    begin, count = start(setting, base), int(portfolio("samples"))
    before = outcome(setting, BASELINE, base, begin, seed)
    few = {key: values[:count] for key, values in base.items()}
    of = expected(setting, BASELINE, few)
    relief = reliefs(of, open_actions)
    choice = choice_of(
        plan,
        actions,
        {name: yearly(values, of) for name, values in relief.items()},
        gap_of(before, count),
        setting.cells,
        needed_of(before),
    )
    found = best_portfolio(choice)
    alone, realised = _realised(of, open_actions, found)
    solved_again = False
    if realised < portfolio("least_realised"):
        losses = _losses(of, [action for action in open_actions if action.id in found.chosen], choice.weight)
        choice = replace(choice, losses=losses)
        found, solved_again = best_portfolio(choice), True
        alone, realised = _realised(of, open_actions, found)
    years = plan_years(plan.base_month, plan.file.horizon_months)
    changes = [
        change for action in open_actions if action.id in found.chosen for change in changes_of(of, action, "central")
    ]
    after = outcome(setting, BASELINE.model_copy(update={"changes": changes}), base, begin, seed)
    return Chosen(
        of,
        choice,
        found,
        years,
        relief,
        alone,
        realised,
        solved_again,
        why_not(choice, found, years.names),
        cost_of_pins(choice, found),
        cost_frontier(choice, int(portfolio("frontier_steps"))),
        before,
        after,
    )


def gap_of(found: Outcome, count: int) -> Array:
    """The gap of the first draws of a run, averaged over the ends of the plan's years: WTE by cell and draw."""
    gap = (found.by_cell.needed - found.by_cell.there)[:, _ends(found), :count]
    return np.asarray(gap.mean(axis=1), dtype=np.float64)


def needed_of(found: Outcome) -> Array:
    """Staff needed in the mean of draws and of the ends of the plan's years: WTE by cell."""
    return np.asarray(found.by_cell.needed[:, _ends(found)].mean(axis=(1, 2)), dtype=np.float64)


def regrets(chosen: Chosen, gaps: Mapping[str, Array]) -> pd.DataFrame:
    """Regret of each scenario's best set in every scenario, effects as under present trends; `gaps` by scenario."""
    return regret_grid({name: replace(chosen.choice, gap=gap) for name, gap in gaps.items()})


def _ends(found: Outcome) -> list[int]:
    last = found.by_cell.kept[-1]
    return [place for place, month in enumerate(found.by_cell.kept) if month and (month % 12 == 0 or month == last)]


def _gross(gap: Array, of: Expected) -> float:
    """Gross gap in the mean of draws and of the ends of the plan's years."""
    return float(np.maximum(gap[:, year_ends(of)], 0.0).sum(axis=0).mean())


def _realised(of: Expected, actions: Sequence[Action], found: Portfolio) -> tuple[dict[str, float], float]:
    """By how much each chosen action by itself lowers the gross gap, and what all do together over the sum."""
    taken = [action for action in actions if action.id in found.chosen]
    whole = _gross(of.gap, of)
    alone = {action.id: whole - _gross(together(of, [action]), of) for action in taken}
    added = sum(alone.values())
    return alone, (whole - _gross(together(of, taken), of)) / added if added > 0 else float("nan")


def _losses(of: Expected, taken: Sequence[Action], weight: Array) -> dict[tuple[str, str], float]:
    """Weighted WTE that each two actions bring less together than each by itself, in the first draw."""
    one = np.arange(1)
    before = of.gap[:, :, one]

    def lowers(*actions: Action) -> float:
        changes = [change for action in actions for change in changes_of(of, action, "central")]
        gap = with_changes(of, changes, one)
        falls = np.maximum(before, 0.0) - np.maximum(gap, 0.0)
        return float(weight @ falls[:, year_ends(of)].mean(axis=(1, 2)))

    alone = {action.id: lowers(action) for action in taken}
    pairs = {
        (first.id, second.id): alone[first.id] + alone[second.id] - lowers(first, second)
        for first, second in combinations(taken, 2)
    }
    return {pair: lost for pair, lost in pairs.items() if lost > 0}


__all__ = ["Chosen", "NoPortfolio", "choose", "gap_of", "needed_of", "regrets"]
