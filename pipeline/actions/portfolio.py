"""The best set of actions that budgets and capacities allow, by mixed-integer programming (docs/method.md, section 8).

What is made as small as can be is, in WTE: the weighted mean of unmet WTE over samples of the future + `tail_weight` x
its mean in the worst tenth (CVaR; Rockafellar and Uryasev 2000, Journal of Risk 2:21) + `wte_a_pound` x cost. Relief
counts only up to the gap of its group. Of sets as good as each other the cheapest is taken, then the one of fewest
actions, then the first by id. Solver: HiGHS through scipy.optimize.milp.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

Array = NDArray[np.float64]
TOLERANCE = 1e-6
"""Share, or WTE or pounds where these are below 1, by which two sets as good as each other may differ: the solver's own
error is smaller."""
WORST = 0.1
"""Share of samples that make up the tail."""


@dataclass(frozen=True)
class Option:
    """An action as the choice sees it.

    `relief` is WTE by group and sample, `recurrent` and `capital` pounds by year, `uses` how much of each capacity it
    takes; `needs` and `excludes` are ids of other options.
    """

    id: str
    relief: Array
    recurrent: Array
    capital: Array
    uses: Mapping[str, float] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()

    @property
    def cost(self) -> float:
        """Pounds in all years."""
        return float(self.recurrent.sum() + self.capital.sum())


@dataclass(frozen=True)
class Equity:
    """No employer is left with more unmet WTE, in the mean of the samples, than a share of what it needs.

    `employer` is the number of each group's employer and `most` the WTE that each employer may be left with.
    """

    employer: NDArray[np.int64]
    most: Array


@dataclass(frozen=True)
class Choice:
    """What is chosen among, and within what limits.

    `gap` is WTE missing by group and sample before any action (below 0: to spare), `weight` what a WTE of each group
    counts for. `losses` are weighted WTE that two options bring less together than each by itself.
    Budgets are pounds by year, infinite where there is none, and `most_cost` pounds in all. `pinned` options are in
    (True) or out (False) whatever comes of it.
    """

    options: tuple[Option, ...]
    gap: Array
    weight: Array
    recurrent_budget: Array
    capital_budget: Array
    capacity: Mapping[str, float] = field(default_factory=dict)
    tail_weight: float = 0.0
    wte_a_pound: float = 0.0
    equity: Equity | None = None
    pinned: Mapping[str, bool] = field(default_factory=dict)
    most_cost: float = np.inf
    losses: Mapping[tuple[str, str], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ids = [option.id for option in self.options]
        if len(set(ids)) < len(ids):
            raise ValueError(f"each option has an id of its own; these are {', '.join(sorted(ids))}")
        named = {other for option in self.options for other in (*option.needs, *option.excludes)} | set(self.pinned)
        named |= {one for pair in self.losses for one in pair}
        if not named <= set(ids):
            raise ValueError(f"there is no option {', '.join(sorted(named - set(ids)))}")
        if any(loss < 0 for loss in self.losses.values()):
            raise ValueError("what two options lose together is 0 or more")

    @property
    def samples(self) -> int:
        """Number of samples of the future."""
        return int(self.gap.shape[1])


@dataclass(frozen=True)
class Portfolio:
    """A chosen set: what it leaves unmet in each sample (weighted WTE), its cost, and what the solver says of it.

    `bound_gap` is by how much, as a share, a better set could still exist; 0 where there is none.
    """

    chosen: tuple[str, ...]
    unmet: Array
    closed: float
    cost: float
    objective: float
    status: str
    bound_gap: float


class NoPortfolio(ValueError):
    """No set of options keeps within the limits; the message says so in a reader's words."""


def best_portfolio(choice: Choice) -> Portfolio:
    """The best set of options. Raises NoPortfolio where pins, equity and limits cannot all be kept."""
    program = _program(choice)
    first = program.solve(program.objective)
    held = [(program.objective, _as_good(first.fun))]
    held.append((program.cost, _as_good(program.solve(program.cost, held).fun)))
    fewest = program.solve(program.count, held)
    held.append((program.count, round(float(fewest.fun)) + 0.5))
    chosen = _first_by_id(program, [option.id for option in choice.options], fewest.x, held)
    told = first.mip_gap if first.mip_gap is not None else 0.0
    return value_of(
        choice, chosen, status="optimal" if first.status == 0 else str(first.message), bound_gap=float(told)
    )


def _as_good(least: float) -> float:
    return float(least + TOLERANCE * max(1.0, abs(least)))


def value_of(choice: Choice, chosen: Sequence[str], status: str = "evaluated", bound_gap: float = 0.0) -> Portfolio:
    """What a set of options comes to, whether or not it keeps within the limits."""
    taken = [option for option in choice.options if option.id in set(chosen)]
    left = choice.gap - sum((option.relief for option in taken), np.zeros_like(choice.gap))
    short = np.maximum(left, 0.0)
    unmet = choice.weight @ short
    cost = sum(option.cost for option in taken)
    closed = float((np.maximum(choice.gap, 0.0) - short).sum() / choice.samples)
    unmet = unmet + sum(loss for pair, loss in choice.losses.items() if set(pair) <= set(chosen))
    objective = float(unmet.mean() + choice.tail_weight * worst_mean(unmet) + choice.wte_a_pound * cost)
    return Portfolio(tuple(option.id for option in taken), unmet, closed, cost, objective, status, bound_gap)


def worst_mean(unmet: Array) -> float:
    """The mean of the worst tenth of samples; where a tenth is no whole number, one counts in part."""
    ordered = np.sort(unmet)[::-1]
    share = np.clip(WORST * len(ordered) - np.arange(len(ordered)), 0.0, 1.0)
    return float(ordered @ share / share.sum())


_Held = Sequence[tuple[Array, float]]
"""Rows of coefficients and the most that their sum may come to."""


@dataclass(frozen=True)
class _Solved:
    x: Array
    fun: float
    status: int
    message: str
    mip_gap: float | None


@dataclass(frozen=True)
class _Program:
    """Variables: whether each option is taken, unmet WTE by group and sample, the tail's start, what is past it, and
    whether both of a pair that lose something together are taken."""

    options: int
    constraints: list[LinearConstraint]
    bounds: Bounds
    objective: Array
    cost: Array
    count: Array

    def solve(self, wanted: Array, held: _Held = (), bounds: Bounds | None = None) -> _Solved:
        """The program with another aim. Raises NoPortfolio where nothing keeps what is held."""
        whole = np.zeros(len(wanted))
        whole[: self.options] = 1
        more = [LinearConstraint(csr_array(row[None, :]), -np.inf, most) for row, most in held]
        found = milp(
            wanted,
            integrality=whole,
            bounds=bounds or self.bounds,
            constraints=[*self.constraints, *more],
            options={"mip_rel_gap": 0.0},
        )
        if found.x is None:
            raise NoPortfolio("no set of actions keeps within the budgets, capacities, pins and equity bound asked for")
        return _Solved(found.x, found.fun, found.status, found.message, found.mip_gap)


def _first_by_id(program: _Program, ids: Sequence[str], found: Array, held: _Held) -> list[str]:
    """Of all sets that keep what is held, the one that comes first when their ids are read in order."""
    taken = np.round(found[: program.options]).astype(bool)
    if not _is_another(program, taken, held):
        return [name for name, one in zip(ids, taken, strict=True) if one]
    bounds = Bounds(program.bounds.lb.copy(), program.bounds.ub.copy())
    for number in np.argsort(np.array(ids)):
        bounds.lb[number] = 1.0
        if not taken[number]:
            try:
                taken = np.round(program.solve(program.count, held, bounds).x[: program.options]).astype(bool)
            except NoPortfolio:
                bounds.lb[number] = bounds.ub[number] = 0.0
    return [name for name, one in zip(ids, taken, strict=True) if one]


def _is_another(program: _Program, taken: NDArray[np.bool_], held: _Held) -> bool:
    """Whether another set keeps what is held."""
    same = np.zeros(len(program.cost))
    same[: program.options] = np.where(taken, 1.0, -1.0)
    try:
        program.solve(program.count, [*held, (same, taken.sum() - 0.5)])
    except NoPortfolio:
        return False
    return True


def _program(choice: Choice) -> _Program:
    options, (groups, samples) = len(choice.options), choice.gap.shape
    numbers = {option.id: number for number, option in enumerate(choice.options)}
    unmet = np.arange(options, options + groups * samples).reshape(groups, samples)
    start = options + groups * samples
    past = np.arange(start + 1, start + 1 + samples)
    both = {pair: start + 1 + samples + place for place, pair in enumerate(choice.losses)}
    size = start + 1 + samples + len(both)
    rows = _Rows(size)
    for group in range(groups):
        for sample in range(samples):
            each = ((number, option.relief[group, sample]) for number, option in enumerate(choice.options))
            relief = {number: wte for number, wte in each if wte}
            rows.add({**relief, int(unmet[group, sample]): 1.0}, least=choice.gap[group, sample])
    for sample in range(samples):
        lost = {place: -choice.losses[pair] for pair, place in both.items()}
        missing = dict(zip(unmet[:, sample].tolist(), -choice.weight, strict=True))
        rows.add({**missing, **lost, start: 1.0, int(past[sample]): 1.0}, 0.0)
    for (one, other), place in both.items():
        rows.add_most({numbers[one]: 1.0, numbers[other]: 1.0, place: -1.0}, 1.0)
    _limits(choice, rows, unmet)
    upper = np.full(size, np.inf)
    upper[:options] = [1.0 if choice.pinned.get(option.id, True) else 0.0 for option in choice.options]
    lower = np.zeros(size)
    lower[:options] = [float(choice.pinned.get(option.id, False)) for option in choice.options]
    cost, count, objective = np.zeros(size), np.zeros(size), np.zeros(size)
    cost[:options], count[:options] = [option.cost for option in choice.options], 1.0
    objective[unmet] = choice.weight[:, None] / samples
    for pair, place in both.items():
        objective[place] = choice.losses[pair]
    objective[start], objective[past] = choice.tail_weight, choice.tail_weight / (WORST * samples)
    return _Program(options, rows.all, Bounds(lower, upper), objective + choice.wte_a_pound * cost, cost, count)


def _limits(choice: Choice, rows: _Rows, unmet: NDArray[np.int64]) -> None:
    """Budgets, capacities, what needs or excludes what, and the equity bound."""
    each = list(enumerate(choice.options))
    for name, budget in (("recurrent", choice.recurrent_budget), ("capital", choice.capital_budget)):
        for year, most in enumerate(budget):
            rows.add_most({number: getattr(option, name)[year] for number, option in each}, most)
    rows.add_most({number: option.cost for number, option in each}, choice.most_cost)
    for name, most in choice.capacity.items():
        rows.add_most({number: option.uses.get(name, 0.0) for number, option in each}, most)
    _order(choice, rows)
    if choice.equity:
        for employer, most in enumerate(choice.equity.most):
            own = unmet[choice.equity.employer == employer].ravel()
            rows.add_most(dict.fromkeys(own.tolist(), 1.0 / choice.samples), most)


def _order(choice: Choice, rows: _Rows) -> None:
    numbers = {option.id: number for number, option in enumerate(choice.options)}
    for number, option in enumerate(choice.options):
        for other in option.needs:
            rows.add_most({number: 1.0, numbers[other]: -1.0}, 0.0)
        for other in option.excludes:
            rows.add_most({number: 1.0, numbers[other]: 1.0}, 1.0)


class _Rows:
    """Rows of a program as they are added."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._rows: list[Mapping[int, float]] = []
        self._least: list[float] = []
        self._most: list[float] = []

    def add(self, row: Mapping[int, float], least: float = -np.inf, most: float = np.inf) -> None:
        """A row of coefficients by variable, and what their sum lies between."""
        self._rows.append(row)
        self._least.append(least)
        self._most.append(most)

    def add_most(self, row: Mapping[int, float], most: float) -> None:
        """A row whose sum stays within a limit; none where the limit is infinite."""
        if np.isfinite(most):
            self.add(row, most=most)

    @property
    def all(self) -> list[LinearConstraint]:
        """The rows as one constraint."""
        place = [number for number, row in enumerate(self._rows) for _ in row]
        column = [int(each) for row in self._rows for each in row]
        value = [float(each) for row in self._rows for each in row.values()]
        held = csr_array((value, (place, column)), shape=(len(self._rows), self._size))
        return [LinearConstraint(held, np.array(self._least), np.array(self._most))]
