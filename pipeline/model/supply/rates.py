"""Yearly chances, monthly hazards and what is left of a group after some months (docs/method.md, section 14)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.metrics.months import MONTHS_IN_YEAR
from pipeline.model.workload import Number


def monthly_hazard(yearly_chance: Number) -> Number:
    """The even monthly hazard of an event with this chance in a year: -ln(1 - q) / 12, never q / 12."""
    return np.asarray(-np.log1p(-np.asarray(yearly_chance)) / MONTHS_IN_YEAR)


def yearly_chance(hazard: Number) -> Number:
    """The chance in a year of an event with this monthly hazard: 1 - exp(-12 h)."""
    return np.asarray(-np.expm1(-MONTHS_IN_YEAR * np.asarray(hazard)))


def still_there(months: int, starts: Sequence[int], chances: Sequence[float], period: int) -> NDArray[np.float64]:
    """The share of a group that is left after 0, 1, … `months` months, with a chance of leaving that changes by stages.

    From each month of `starts` on, `chances` of those there leave within every `period` months; within a period the
    hazard is even. Raises ValueError unless the first stage begins at month 0 and the stages go up.
    """
    if not starts or starts[0] != 0 or list(starts) != sorted(set(starts)) or len(starts) != len(chances):
        raise ValueError(f"stages begin at month 0 and go up, one chance each; these begin at {list(starts)}")
    stage = np.searchsorted(np.asarray(starts), np.arange(months), side="right") - 1
    hazards = -np.log1p(-np.asarray(chances, dtype=np.float64)) / period
    return np.asarray(np.exp(-np.concatenate([[0.0], np.cumsum(hazards[stage])])))
