"""How far back rates are measured, chosen by how well each choice would have forecast (docs/method.md, section 5).

From origins every half year the events of the next twelve months are forecast from those before it, given the people
who were at risk or the vacancies there were. The score is the logarithm of the Poisson chance of what came, a mean over
groups and origins: a proper score (Gneiting and Raftery 2007, JASA 102:359). All months count unless another choice
scores better by more than two standard errors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import gammaln

from pipeline.metrics.months import months_back
from pipeline.reference import recency

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Memory:
    """Which months count, and how much: those of a window alike, or all with a half-life, or all alike."""

    window: int | None = None
    half_life: int | None = None

    @property
    def name(self) -> str:
        """The choice in words."""
        if self.window is not None:
            return f"last {self.window} months"
        return f"half-life of {self.half_life} months" if self.half_life is not None else "all months"

    def weights(self, back: NDArray[np.int64]) -> Array:
        """How much months count that lie so many months back; none where they lie ahead."""
        if self.window is not None:
            return np.where((back >= 0) & (back < self.window), 1.0, 0.0)
        if self.half_life is not None:
            return np.where(back >= 0, 0.5 ** (np.maximum(back, 0) / self.half_life), 0.0)
        return np.where(back >= 0, 1.0, 0.0)


ALL = Memory()


@dataclass(frozen=True)
class Choice:
    """The memory that was chosen, and how each scored.

    `scores` has memory, score (mean logarithm of the chance), better and error (mean and standard error of its
    difference from all months), origins and chosen; no rows where there were too few months to try.
    """

    memory: Memory
    scores: pd.DataFrame


UNTRIED = Choice(ALL, pd.DataFrame(columns=["memory", "score", "better", "error", "origins", "chosen"]))
"""All months, where there are too few to try anything else."""
Rates = Callable[[Array, Array], Array]
"""Events and exposures of groups, each weighed and added up, to rates of the groups."""
Comes = Callable[[Array, Array], Array]
"""Rates and exposures of groups to the events to be expected."""


def memories() -> list[Memory]:
    """Every choice that is tried, all months first."""
    windows = [Memory(window=months) for months in recency("windows")]
    return [ALL, *windows, *(Memory(half_life=months) for months in recency("half_lives"))]


def chosen(events: Array, exposure: Array, rates: Rates, comes: Comes = np.multiply) -> Choice:
    """The memory by which the events of the next year are best forecast.

    `events` and `exposure` are of shape (months, groups), oldest month first; 0 where nothing is on file.
    """
    tried = memories()
    origins = _origins(len(events))
    if len(origins) < recency("fewest_origins")[0]:
        return UNTRIED
    score = np.array([[_score(events, exposure, at, each, rates, comes) for at in origins] for each in tried])
    gain = score - score[0]
    error = gain.std(axis=1, ddof=1) / np.sqrt(len(origins))
    best = _best(score.mean(axis=1), gain.mean(axis=1), error)
    table = pd.DataFrame(
        {
            "memory": [each.name for each in tried],
            "score": score.mean(axis=1),
            "better": gain.mean(axis=1),
            "error": error,
            "origins": len(origins),
            "chosen": np.arange(len(tried)) == best,
        }
    )
    return Choice(tried[best], table)


def every_month(months: pd.Series) -> pd.DatetimeIndex:
    """Every month end from the first to the last of these; none of none."""
    return pd.date_range(months.min(), months.max(), freq="ME") if len(months) else pd.DatetimeIndex([])


def by_month(rows: pd.DataFrame, months: pd.DatetimeIndex, groups: pd.Index, keys: list[str]) -> Array:
    """Sums of `heads` by month and group, 0 where there is none: (months, groups)."""
    wide = rows.groupby(["month", *keys])["heads"].sum().unstack(keys)
    return np.asarray(wide.reindex(index=months, columns=groups).fillna(0.0), dtype=np.float64)


def weighed(rows: pd.DataFrame, memory: Memory, last: pd.Timestamp) -> pd.DataFrame:
    """The rows with `heads` multiplied by how much their month counts at `last`; those that do not count left out."""
    weights = memory.weights(months_back(rows["month"], last))
    return rows.assign(heads=rows["heads"] * weights)[weights > 0]


def log_chance(seen: Array, expected: Array) -> Array:
    """Logarithm of the Poisson chance of so many events where so many were to be expected."""
    known = np.maximum(expected, 1e-9)
    return np.asarray(seen * np.log(known) - known - gammaln(seen + 1.0))


def _origins(months: int) -> list[int]:
    """Months known at each forecast, one horizon after the first and before the last at the least."""
    ahead, apart = recency("horizon")[0], recency("origins_apart")[0]
    return list(range(months - ahead, ahead - 1, -apart))[::-1]


def _score(events: Array, exposure: Array, at: int, memory: Memory, rates: Rates, comes: Comes) -> float:
    weights = memory.weights(np.arange(at - 1, -1, -1))[:, None]
    rate = rates((weights * events[:at]).sum(axis=0), (weights * exposure[:at]).sum(axis=0))
    ahead = slice(at, at + recency("horizon")[0])
    known = exposure[ahead].sum(axis=0)
    came, expected = events[ahead].sum(axis=0), comes(rate, known)
    return float(log_chance(came, expected)[known > 0].mean())


def _best(score: Array, gain: Array, error: Array) -> int:
    """The best of the choices that clearly beat all months (`least_gain` of recency.yaml); else all."""
    clear = gain > recency("least_gain")[0] * error
    return int(np.where(clear, score, -np.inf).argmax()) if clear.any() else 0
