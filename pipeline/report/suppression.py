"""Secondary suppression: which further cells to hide so that no small count can be worked out from those shown.

Every cell that is published of one set of people is a sum of *parts*, the smallest groups that the tables tell apart.
A reader who knows every cell shown, how it was rounded, that counts are whole and not below zero, and that a zero is
never hidden, is left with the parts that agree with all of it. A small count is safe where some of them take it down to
1 (or the least it can be) and others up to `hide_to`: its range is then as wide as the rule's own.

The cells to hide are those of least weight that leave such tables (complementary cell suppression: Fischetti and
Salazar 2001, https://doi.org/10.1287/mnsc.47.7.1008.9805), by mixed-integer programming for each small count in turn,
and by linear programming where there are many parts. The tables are kept as witnesses, so that what is hidden is
proved safe, and `recoverable` checks it again from the cells shown alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
CLOSE = 1e-6
"""Numbers closer than this are one: what is left of rounding in a linear program."""
MOST_PARTS = 250
"""Parts beyond which the cells to hide are looked for by linear programming, which may hide a cell more."""
NODES = 50
"""Branches after which a search for whole numbers counts as failed; a limit of time would not repeat."""
MOVES = 4.0
"""How many times as far as the small count another cell may move: once is enough in tables of two ways."""


@dataclass(frozen=True)
class Cells:
    """The cells published of one set of people: what each adds up, what is shown of it, and which are small.

    `adds` (cells by parts) is the share, 0 to 1, of each part's people that a cell counts; `parts` are the true numbers
    of them. `value` is what would be
    shown but for the rule; a reader of it knows that the sum lies between `low` and `high`, and of a hidden cell that
    it is `least` or more. `small` marks the counts that the rule hides. `printed` is False for a count that no table
    has but a reader could subtract, such as those who are not 55 or over. `worth` says how much a reader would miss a
    cell, beside one of 1. `whole` is False of WTE and averages.
    """

    adds: sparse.csr_array
    parts: Numbers
    value: Numbers
    low: Numbers
    high: Numbers
    least: Numbers
    small: Flags
    printed: Flags
    worth: Numbers
    hide_to: float
    whole: bool = True

    @property
    def can_hide(self) -> Flags:
        """Cells that some table has and that are not zero: a zero is never hidden."""
        flags: Flags = self.printed & (np.abs(self.value) > CLOSE)
        return flags

    @property
    def sums(self) -> Numbers:
        """The true count of every cell."""
        added: Numbers = self.adds @ self.parts
        return added

    @property
    def most(self) -> float:
        """More than any part could be, so that no program is without a bound."""
        return 10.0 * (float(np.abs(self.value).max(initial=0.0)) + self.hide_to + 1.0)


class Demand(NamedTuple):
    """How far a reader's range of a small cell must reach on a side: -1 down to `goal`, 1 up to it."""

    cell: int
    side: int
    goal: float

    def met(self, sums: Numbers) -> bool:
        """Whether these sums of the parts reach the goal."""
        return bool(self.side * sums[self.cell] >= self.side * self.goal - CLOSE)


def demands(cells: Cells) -> list[Demand]:
    """What every small count asks for, smallest first: down to 1, or the least it can be, and up to hide_to, or 1 more.

    The least it can be is more than 1 where it holds hidden counts that are not zero: of two, it is 2.
    """
    small = np.flatnonzero(cells.small & (np.abs(cells.value) > CLOSE))
    ordered = sorted((int(cell) for cell in small), key=lambda cell: (cells.value[cell], cell))
    bare = _known(cells, cells.can_hide)
    asked = []
    for cell in ordered:
        lowest = max(1.0, _extreme(cells, bare, cell, -1, whole=cells.whole)) if _holds_others(cells, cell) else 1.0
        asked += [Demand(cell, -1, lowest), Demand(cell, 1, max(cells.hide_to, lowest + 1.0))]
    return asked


def _holds_others(cells: Cells, cell: int) -> bool:
    """Whether a cell holds the whole of some other that is not zero, which keeps it from being as little as 1."""
    row = cells.adds[[cell]].toarray().ravel()
    inside = cells.adds @ (row > 0).astype("float64") >= np.asarray(cells.adds.sum(axis=1)).ravel() - CLOSE
    return bool((inside & cells.can_hide).sum() > 1)


def secondary(cells: Cells, given: Flags | None = None) -> Flags:
    """Every cell to hide: the small ones, and those by which a reader could narrow one of them down.

    `given` are hidden already and stay so, since they are hidden elsewhere. The same for the same cells in the same
    order. Raises ArithmeticError where no cells are found. `recoverable` checks it, from the cells shown alone.
    """
    first = cells.can_hide & (cells.small if given is None else cells.small | given)
    hidden = first
    witnesses: dict[Demand, Numbers] = {}
    for demand in demands(cells):
        hidden, witnesses[demand] = _made_safe(cells, hidden, demand, list(witnesses.values()))
    return _shown_again(cells, hidden, first, witnesses)


def recoverable(cells: Cells, hidden: Flags) -> list[int]:
    """The small cells whose range a reader can narrow below what the rule allows, by linear programming."""
    known = _known(cells, hidden)
    reached = (
        (demand.cell, demand.side * _extreme(cells, known, demand.cell, demand.side), demand.side * demand.goal)
        for demand in demands(cells)
    )
    return sorted({cell for cell, far, goal in reached if far < goal - CLOSE})


def reader_range(cells: Cells, hidden: Flags, cell: int) -> tuple[float, float]:
    """The least and the most that a cell can be for a reader of all cells shown; the most may stand for no limit."""
    known = _known(cells, hidden)
    return _extreme(cells, known, cell, -1), _extreme(cells, known, cell, 1)


def _known(cells: Cells, hidden: Flags) -> tuple[Numbers, Numbers]:
    """The bounds of every cell that a reader knows."""
    unsaid = np.where(cells.printed, cells.least, 0.0)
    unknown = hidden | ~cells.printed
    return np.where(unknown, unsaid, cells.low), np.where(unknown, np.inf, cells.high)


def _extreme(cells: Cells, known: tuple[Numbers, Numbers], cell: int, side: int, *, whole: bool = False) -> float:
    row = cells.adds[[cell]].toarray().ravel()
    found = milp(
        -side * row,
        integrality=np.full(len(row), int(whole)),
        constraints=LinearConstraint(cells.adds, *known),
        bounds=Bounds(0, cells.most),
        options={"node_limit": NODES},
    )
    if found.x is None:
        raise ArithmeticError(f"the cells shown do not agree with each other: {found.message}")
    return float(row @ found.x)


def _made_safe(cells: Cells, hidden: Flags, demand: Demand, earlier: list[Numbers]) -> tuple[Flags, Numbers]:
    """What is hidden with what has to be as well to meet a demand, and the parts that meet it."""
    if (found := _witness(cells, hidden, demand, earlier)) is not None:
        return hidden, found
    for further in (_to_hide(cells, hidden, demand), cells.can_hide):
        hidden = hidden | further
        if (found := _witness(cells, hidden, demand, earlier)) is not None:
            return hidden, found
    raise ArithmeticError("a small count can be worked out though every cell that is not zero is hidden")


def _witness(cells: Cells, hidden: Flags, demand: Demand, earlier: list[Numbers]) -> Numbers | None:
    """Parts that agree with every cell shown and meet the demand, whole where counts are; None where none are found."""
    known = _known(cells, hidden)
    for parts in earlier:
        sums = cells.adds @ parts
        if demand.met(sums) and _agrees(sums, known):
            return parts
    low, high = _asked(known, demand)
    if (low > high).any():
        return None
    for whole in dict.fromkeys([False, cells.whole]):
        found = _some_parts(cells, low, high, whole=whole)
        if found is None:
            return None
        parts = np.round(found) if cells.whole else found
        sums = cells.adds @ parts
        if demand.met(sums) and _agrees(sums, known):
            return parts
    return None


def _some_parts(cells: Cells, low: Numbers, high: Numbers, *, whole: bool) -> Numbers | None:
    """The parts nearest to the true ones whose sums lie between these bounds; None where none are found.

    A nearest solution moves few parts, each by as much as is asked, so it is whole far more often than another one.
    """
    parts = cells.adds.shape[1]
    moved = milp(
        np.ones(2 * parts),
        integrality=np.full(2 * parts, int(whole)),
        constraints=LinearConstraint(sparse.hstack([cells.adds, -cells.adds]), low - cells.sums, high - cells.sums),
        bounds=Bounds(0, np.concatenate([np.full(parts, cells.most), cells.parts])),
        options={"node_limit": NODES},
    ).x
    return None if moved is None else cells.parts + moved[:parts] - moved[parts:]


def _asked(known: tuple[Numbers, Numbers], demand: Demand) -> tuple[Numbers, Numbers]:
    """The bounds of every cell where the demand is met."""
    low, high = known[0].copy(), known[1].copy()
    (low if demand.side > 0 else high)[demand.cell] = demand.goal
    return low, high


def _agrees(sums: Numbers, known: tuple[Numbers, Numbers]) -> bool:
    return bool((sums >= known[0] - CLOSE).all() and (sums <= known[1] + CLOSE).all())


def _weights(cells: Cells) -> Numbers:
    """What a reader loses with each cell: more with large counts and totals, and no two alike, which settles ties."""
    weights: Numbers = cells.worth * (1.0 + np.log1p(np.abs(cells.value)))
    return weights * (1.0 + 1e-4 * np.arange(len(weights)) / max(1, len(weights)))


def _to_hide(cells: Cells, hidden: Flags, demand: Demand) -> Flags:
    """The shown cells of least weight that have to move where the demand is met; with many parts, of nearly the least.

    The variables of the program are the parts, and for each shown cell whether it moves (with few parts) or how far.
    """
    free = np.flatnonzero(cells.can_hide & ~hidden)
    chosen = cells.adds.shape[1] <= MOST_PARTS
    found = milp(
        np.concatenate([np.zeros(cells.adds.shape[1]), _weights(cells)[free]]),
        integrality=np.repeat([int(cells.whole and chosen), int(chosen)], [cells.adds.shape[1], len(free)]),
        constraints=_moving(cells, hidden, demand, free, chosen=chosen),
        bounds=Bounds(0, np.repeat([cells.most, 1.0 if chosen else cells.most], [cells.adds.shape[1], len(free)])),
        options={"node_limit": NODES},
    )
    flags = np.zeros(len(cells.value), dtype=bool)
    flags[free] = True if found.x is None else found.x[cells.adds.shape[1] :] > CLOSE
    return flags


def _moving(
    cells: Cells, hidden: Flags, demand: Demand, free: NDArray[np.intp], *, chosen: bool
) -> list[LinearConstraint]:
    """Cells keep to what a reader knows, but for the free ones that move; hidden then, each is still its least."""
    known = _known(cells, hidden)
    low, high = _asked(known, demand)
    least = np.minimum(cells.least[free], known[0][free])
    reach = MOVES * (abs(demand.goal - cells.value[demand.cell]) + 1.0)
    falls, rises = (known[0][free] - least, np.full(len(free), reach)) if chosen else (np.ones(len(free)),) * 2
    place = (free, np.arange(len(free)))
    shape = (len(cells.value), len(free))
    return [
        LinearConstraint(sparse.hstack([cells.adds, sparse.csr_array((falls, place), shape=shape)]), low, np.inf),
        LinearConstraint(sparse.hstack([cells.adds, -sparse.csr_array((rises, place), shape=shape)]), -np.inf, high),
        LinearConstraint(sparse.hstack([cells.adds[free], sparse.csr_array((len(free),) * 2)]), least, np.inf),
    ]


def _shown_again(cells: Cells, hidden: Flags, first: Flags, witnesses: dict[Demand, Numbers]) -> Flags:
    """What is hidden, without what need not be, but for the first: what a reader would miss most is tried first."""
    weights = _weights(cells)
    for cell in sorted(np.flatnonzero(hidden & ~first), key=lambda one: -weights[one]):
        fewer = hidden.copy()
        fewer[cell] = False
        if (found := _all_met(cells, fewer, witnesses)) is not None:
            hidden, witnesses = fewer, found
    return hidden


def _all_met(cells: Cells, hidden: Flags, witnesses: dict[Demand, Numbers]) -> dict[Demand, Numbers] | None:
    """Parts that meet each demand while this is hidden; None where some demand is not met."""
    found: dict[Demand, Numbers] = {}
    for demand, parts in witnesses.items():
        met = _witness(cells, hidden, demand, [parts, *found.values()])
        if met is None:
            return None
        found[demand] = met
    return found
