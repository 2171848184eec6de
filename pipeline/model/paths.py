"""What every assumption is in each month of a scenario: its draws, moved by the scenario's changes (section 7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.assumptions import Assumption, Assumptions
from pipeline.metrics.months import MONTHS_IN_YEAR
from pipeline.model.draws import Draws, shifted, to_scale
from pipeline.model.levers import levers
from pipeline.model.scenarios import Change, Place, Scenario

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Implied:
    """What the operational plan supposes, by assumption, and for how many months after the base month."""

    values: Mapping[str, float]
    months: int | None


NO_PLAN = Implied({}, None)


@dataclass(frozen=True)
class Paths:
    """Every assumption by month and draw in one scenario.

    `base` are the draws that hold in the base month, one value a draw; `steps` is what is added to an assumption by
    month, 0 … T, on its own scale, where a scenario changes it: (months + 1,), or (months + 1, draws) where draws are
    changed differently; `placed` is what is added to that for some staff alone.
    """

    assumptions: Assumptions
    base: Draws
    steps: Mapping[str, Array]
    months: int
    placed: tuple[tuple[Place, Mapping[str, Array]], ...] = ()

    @property
    def draws(self) -> int:
        """Number of draws."""
        return len(next(iter(self.base.values())))

    def only(self, first: int, last: int) -> Paths:
        """The same in the draws from `first` up to `last`."""
        base = {key: values[first:last] for key, values in self.base.items()}
        steps = {key: step if step.ndim == 1 else step[:, first:last] for key, step in self.steps.items()}
        return replace(self, base=base, steps=steps)

    def at_place(self, place: Place) -> Paths:
        """The paths of the staff of a place: what holds everywhere, and what holds for a place that takes it in."""
        steps = dict(self.steps)
        for where, added in self.placed:
            if where.holds(place):
                steps |= {key: _both(steps[key], step) if key in steps else step for key, step in added.items()}
        return replace(self, steps=steps, placed=())

    def by_place(self, cells: pd.DataFrame) -> list[tuple[NDArray[np.bool_], Paths]]:
        """The paths of each group of cells for which the same changes hold, and which cells these are.

        `cells` has employer, pillar and profession. Where nothing is placed there is one group.
        """
        if not self.placed:
            return [(np.ones(len(cells), dtype=bool), self)] if len(cells) else []
        places = [Place(row.employer, row.pillar, row.profession) for row in cells.itertuples()]
        held = [tuple(where.holds(place) for where, _ in self.placed) for place in places]
        return [
            (np.array([each == group for each in held], dtype=bool), self.at_place(places[held.index(group)]))
            for group in dict.fromkeys(held)
        ]

    def with_steps(self, place: Place, added: Mapping[str, Array]) -> Paths:
        """The paths with so much more added, everywhere or for the staff of a place."""
        if not added:
            return self
        if place:
            return replace(self, placed=(*self.placed, (place, added)))
        return replace(self, steps={**self.steps, **{key: self.step(key) + step for key, step in added.items()}})

    def at(self, key: str) -> Array:
        """The values by month: (months + 1, draws), or (1, draws) where they stay as they are."""
        values = self.base[key][np.newaxis, :]
        if key not in self.steps:
            return values
        step = self.steps[key]
        return shifted(values, step[:, np.newaxis] if step.ndim == 1 else step, self.assumptions[key].scale)

    def of_value(self, key: str) -> Array:
        """The path of an assumption's own value, whatever was drawn: (months + 1,)."""
        assumption = self.assumptions[key]
        return shifted(np.array([assumption.value]), self.step(key), assumption.scale)

    def then(self, key: str) -> Array:
        """The values of the last month: (draws,)."""
        return np.asarray(self.at(key)[-1])

    def added_up(self, key: str, rate: Callable[[Array], Array] = np.asarray) -> Array:
        """A yearly rate added up from the base month to each month: (months + 1, draws).

        `rate` makes a rate of an assumption that is none, such as log1p of a share a year.
        """
        rates = np.broadcast_to(rate(self.at(key)), (self.months + 1, self.draws))
        whole = np.cumsum(rates[1:], axis=0) / MONTHS_IN_YEAR
        return np.concatenate([np.zeros((1, rates.shape[1])), whole])

    def against_base(self, key: str) -> Array | float:
        """The values over those of the base month: 1 where they stay as they are."""
        return np.asarray(self.at(key) / self.base[key]) if key in self.steps else 1.0

    def step(self, key: str) -> Array:
        """What is added on the assumption's scale, by month: (months + 1,). Raises ValueError where draws differ."""
        step = self.steps.get(key, np.zeros(self.months + 1))
        if step.ndim > 1:
            raise ValueError(f"{key} is changed differently from draw to draw, and no one path can be given for it")
        return step


def _both(step: Array, more: Array) -> Array:
    """Two steps, of which the first may differ by draw."""
    return np.asarray(step + (more if step.ndim == 1 else more[:, np.newaxis]))


def paths(scenario: Scenario, base: Draws, assumptions: Assumptions, months: int, implied: Implied = NO_PLAN) -> Paths:
    """The draws with a scenario's changes, month by month; the base month is the same in every scenario."""
    found = Paths(assumptions, base, {}, months)
    for change in scenario.changes:
        place = change.place(assumptions)
        so_far, steps = found.at_place(place), dict[str, Array]()
        for key in base:
            if change.reaches(key, assumptions):
                added = _added(change, assumptions[key], months, implied, float(so_far.step(key)[-1]))
                if added:
                    steps[key] = added * weights(change, months, implied)
        found = found.with_steps(place, steps)
    return found


def weights(change: Change, months: int, implied: Implied = NO_PLAN) -> Array:
    """How much of a change holds in each month, 0 to 1: none in the base month, then an even rise, then all of it.

    What the operational plan supposes lasts as long as that plan.
    """
    month = np.arange(months + 1, dtype=np.float64)
    since = month - change.after_months
    risen = np.minimum(since / change.over_months, 1.0) if change.over_months else np.ones(months + 1)
    lasts = implied.months if change.moves_to == "plan" else change.lasts_months
    ends = np.inf if lasts is None else change.after_months + lasts
    return np.where((since > 0) & (month <= ends), risen, 0.0)


def leads_outside(scenario: Scenario, assumptions: Assumptions, months: int, implied: Implied) -> list[str]:
    """Assumptions that a scenario's changes together lead where their lever or their scale may not go, in words."""
    values = {key: np.array([each.value]) for key, each in assumptions.items()}
    with np.errstate(divide="ignore", invalid="ignore"):
        moved = paths(scenario, values, assumptions, months, implied)
        everywhere = [moved, *(moved.at_place(place) for place, _ in moved.placed)]
        reached = [(key, each.at(key)[:, 0]) for each in everywhere for key in each.steps]
    return list(dict.fromkeys(said for key, path in reached if (said := _outside(assumptions[key], path))))


def _outside(assumption: Assumption, values: Array) -> str:
    if not np.isfinite(values).all():
        return f"{assumption.label}: this value does not exist on its scale ({assumption.scale})"
    lever = levers()[assumption.kind]
    said = lever.outside(float(values.min())) or lever.outside(float(values.max()))
    return f"{assumption.label} {said}" if said else ""


def _added(change: Change, assumption: Assumption, months: int, implied: Implied, before: float) -> float:
    """What is added to an assumption on its scale, after what the scenario's earlier changes come to in the end."""
    if change.add is not None:
        return change.add
    value = float(to_scale(assumption.value, assumption.scale)) + before
    if change.at_least is not None:
        # What does not exist on the scale is not a number and stays one, to be refused.
        return float(np.maximum(0.0, to_scale(change.at_least, assumption.scale) - value))
    target = _target(change, assumption, months, implied)
    return 0.0 if target is None else float(to_scale(target, assumption.scale)) - value


def _target(change: Change, assumption: Assumption, months: int, implied: Implied) -> float | None:
    """The value that a change moves to; None where there is none, such as the low end of what has no range."""
    if not isinstance(change.moves_to, str):
        return change.moves_to
    named = {
        "low": assumption.low,
        "high": assumption.high,
        "plan": implied.values.get(assumption.key),
        "horizon": float(months),
    }
    return named[change.moves_to]
