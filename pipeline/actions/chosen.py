"""The set of actions that is chosen, run in the whole model, and all that a board asks about it (section 8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.actions.choosing import choice_of
from pipeline.actions.library import Action
from pipeline.actions.portfolio import Array, Choice, NoPortfolio, Portfolio, best_portfolio
from pipeline.actions.relief import Expected, changes_of, expected, reliefs, with_changes, yearly
from pipeline.actions.weighing import Reason, cost_frontier, cost_of_pins, realised_ratio, regret_grid, why_not
from pipeline.model.ahead import start
from pipeline.model.draws import Draws
from pipeline.model.outcome import Outcome, outcome, year_ends
from pipeline.model.plan_setting import Setting
from pipeline.model.plan_years import Years, plan_years
from pipeline.model.scenarios import BASELINE
from pipeline.model.supply.teams import CELL
from pipeline.plan import PLAN_FILE, Plan
from pipeline.problems import InputRefused, Problem
from pipeline.reference import portfolio

Whole = NDArray[np.int64]


class Realised(NamedTuple):
    """By how many WTE the chosen actions lower the gross gap run `together`, and added up from runs of each `alone`.

    Staff in expected values, effects at their middle, in the mean of the samples and of the ends of the plan's years.
    """

    alone: float
    together: float

    @property
    def share(self) -> float:
        """What they bring together over what they bring alone; missing where alone they bring nothing."""
        return realised_ratio(self.alone, self.together)


@dataclass(frozen=True)
class Chosen:
    """What is chosen and what stands beside it.

    `relief` is WTE by cell, kept month and sample of each action by itself. `tested` sets what the whole set brings
    against its actions one by one. `equity_kept` is False where no set keeps the bound on what an employer is left
    with. `free` is the best set without pins where it is another. `before` and `after` are full runs without and with
    the set.
    """

    base: Expected
    choice: Choice
    found: Portfolio
    years: Years
    relief: Mapping[str, Array]
    tested: Realised
    solved_again: bool
    equity_kept: bool
    why_not: Mapping[str, Reason]
    free: Portfolio | None
    frontier: pd.DataFrame
    before: Outcome
    after: Outcome

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of what is chosen."""
        return self.found.chosen

    @property
    def realised(self) -> float:
        """What the set brings together over what its actions bring alone."""
        return self.tested.share


def choose(setting: Setting, plan: Plan, actions: Sequence[Action], base: Draws, seed: int) -> Chosen | None:
    """The best set of a plan's actions under present trends, and the full model with it.

    `base` are all draws and `seed` that of the full run. None where no action is open. Raises InputRefused for
    ids or years of plan.yaml that there are not, and where what is to be taken breaks the limits.
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
    choice, found, equity_kept = _solved(plan, choice)
    tested = _tested(of, open_actions, found)
    solved_again = False
    if tested.share < portfolio("least_realised"):
        losses = _losses(of, [action for action in open_actions if action.id in found.chosen], choice.weight)
        choice = replace(choice, losses=losses)
        found, solved_again = best_portfolio(choice), True
        tested = _tested(of, open_actions, found)
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
        tested,
        solved_again,
        equity_kept,
        why_not(choice, found, years.names),
        cost_of_pins(choice, found),
        cost_frontier(choice, int(portfolio("frontier_steps"))),
        before,
        after,
    )


def _solved(plan: Plan, choice: Choice) -> tuple[Choice, Portfolio, bool]:
    """The best set; without the equity bound where no set keeps it, and whether one does.

    Raises InputRefused where what is under way or is to be taken breaks the limits.
    """
    try:
        return choice, best_portfolio(choice), True
    except NoPortfolio:
        choice = replace(choice, equity=None)
    try:
        return choice, best_portfolio(choice), False
    except NoPortfolio as error:
        rule = "the actions that are taken or under way, with those they need, do not keep within these limits"
        raise InputRefused([Problem(file=str(plan.folder / PLAN_FILE), key="portfolio", rule=rule)]) from error


def gap_of(found: Outcome, count: int) -> Array:
    """The gap of the first draws of a run, averaged over the ends of the plan's years: WTE by cell and draw."""
    gap = (found.by_cell.needed - found.by_cell.there)[:, year_ends(found.by_cell.kept), :count]
    return np.asarray(gap.mean(axis=1), dtype=np.float64)


def needed_of(found: Outcome) -> Array:
    """Staff needed in the mean of draws and of the ends of the plan's years: WTE by cell."""
    return np.asarray(found.by_cell.needed[:, year_ends(found.by_cell.kept)].mean(axis=(1, 2)), dtype=np.float64)


def regrets(chosen: Chosen, gap_draws: pd.DataFrame) -> pd.DataFrame:
    """Regret of each scenario's best set in every scenario (weighing.regret_grid), effects as under present trends.

    `gap_draws` are the draws that the scenario notebook kept: employer, profession, month, draw, gap and scenario.
    """
    ends = [chosen.before.months[chosen.base.kept[place]] for place in year_ends(chosen.base.kept)]
    kept = gap_draws[gap_draws["month"].isin(ends) & (gap_draws["draw"] < chosen.choice.samples)]
    cells = pd.MultiIndex.from_frame(chosen.base.setting.cells[CELL])
    each = kept.groupby(["scenario", *CELL, "draw"], observed=True)["gap"].mean().unstack("draw")
    names = list(dict.fromkeys(gap_draws["scenario"].unique()))
    gaps = {name: each.loc[name].reindex(cells).to_numpy(dtype=np.float64) for name in names}
    return regret_grid({name: replace(chosen.choice, gap=gap, equity=None) for name, gap in gaps.items()})


def _tested(of: Expected, actions: Sequence[Action], found: Portfolio) -> Realised:
    taken = [action for action in actions if action.id in found.chosen]
    lowers = _lowering(of, np.arange(of.count), np.ones(len(of.gap)))
    return Realised(sum(lowers([action]) for action in taken), lowers(taken))


def _lowering(of: Expected, among: Whole, weight: Array) -> Callable[[Sequence[Action]], float]:
    """By how much actions lower the weighted gap, in the mean of some draws and of the ends of the plan's years."""
    before = np.maximum(of.gap[:, :, among], 0.0)

    def lowers(actions: Sequence[Action]) -> float:
        changes = [change for action in actions for change in changes_of(of, action, "central")]
        falls = before - np.maximum(with_changes(of, changes, among), 0.0)
        return float(weight @ falls[:, year_ends(of.kept)].mean(axis=(1, 2)))

    return lowers


def _losses(of: Expected, taken: Sequence[Action], weight: Array) -> dict[tuple[str, str], float]:
    """Weighted WTE that each two actions bring less together than each by itself, in the first draw."""
    lowers = _lowering(of, np.arange(1), weight)
    alone = {action.id: lowers([action]) for action in taken}
    pairs = {
        (one.id, other.id): alone[one.id] + alone[other.id] - lowers([one, other])
        for one, other in combinations(taken, 2)
    }
    return {pair: lost for pair, lost in pairs.items() if lost > 0}
