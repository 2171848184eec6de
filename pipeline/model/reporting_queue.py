"""The queue of examinations that are not reported yet, those who wait too long in it, and the capacity to prevent it.

Examinations come evenly within a month and are reported in the order in which they came, as fast as capacity allows: a
fluid queue, in which all amounts are exact (docs/method.md). Months are of equal length.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from pipeline.metrics.months import MONTHS_IN_YEAR

Array = NDArray[np.float64]
"""Months on the first axis; any others (employers, tests, draws) stand each for itself."""


@dataclass(frozen=True)
class Turnaround:
    """What a capacity makes of the queue.

    `unreported` is at the start and after each month (months + 1), `reported` in each month; `late` are the
    examinations of each month that wait longer than the limit, and `late_at_start` those of the queue at the start.
    """

    unreported: Array
    reported: Array
    late: Array
    late_at_start: Array


def months_of_weeks(weeks: float, weeks_year: float) -> float:
    """A limit of so many weeks, such as the four of a report, in months."""
    return weeks * MONTHS_IN_YEAR / weeks_year


def turnaround(
    examinations: Array, capacity: Array | float, unreported: Array | float, limit_months: float
) -> Turnaround:
    """The queue of each month: unreported(t+1) = unreported(t) + examinations - reports.

    `capacity` is of reports a month and the same in every month; `unreported` is the queue at the start, taken as just
    examined since no table tells its ages. First come, first reported: an examination waits for those before it, so it
    waits longer than the limit exactly where it comes when the queue is longer than capacity x limit. Raises ValueError
    for amounts below zero.
    """
    _none_below_zero(examinations, capacity, unreported, limit_months)
    each = np.broadcast_to(np.asarray(capacity, dtype=np.float64), examinations.shape[1:])
    queue = np.empty((len(examinations) + 1, *examinations.shape[1:]))
    queue[0] = unreported
    for month, come in enumerate(examinations):
        queue[month + 1] = np.maximum(queue[month] + come - each, 0.0)
    longest = each * limit_months
    return Turnaround(
        unreported=queue,
        reported=queue[:-1] + examinations - queue[1:],
        late=examinations * _share_above(queue[:-1], queue[:-1] + examinations - each, longest),
        late_at_start=np.maximum(queue[0] - longest, 0.0),
    )


def _share_above(start: Array, end: Array, level: Array) -> Array:
    """Share of a month in which a straight line from start to end is above a level that is not below zero.

    The queue stays on its floor of zero where the line falls below it, and is not above any such level there.
    """
    change = end - start
    crosses = (np.maximum(start, end) > level) & (np.minimum(start, end) <= level)
    part = np.divide(np.maximum(start, end) - level, np.abs(change), out=np.zeros_like(change), where=crosses)
    return np.where(np.minimum(start, end) > level, 1.0, part)


def capacity_within_limit(examinations: Array, unreported: Array | float, limit_months: float) -> Array:
    """Least constant capacity, in reports a month, with which no examination waits longer than the limit.

    Whatever comes between two moments has to be reported by the limit after the second of them, and the queue at the
    start likewise, so capacity is the largest of examinations / (months between + limit). Examinations come evenly
    within a month, so that the largest lies between ends of months. Raises ValueError for amounts below zero and for a
    limit of 0.
    """
    _none_below_zero(examinations, unreported, limit_months)
    if limit_months == 0:
        raise ValueError(f"a limit that can be kept is longer than no time at all; it is {limit_months} months")
    come = np.concatenate([np.zeros((1, *examinations.shape[1:])), np.cumsum(examinations, axis=0)])
    least = np.asarray(unreported / limit_months + np.zeros(examinations.shape[1:]), dtype=np.float64)
    for end in range(1, len(come)):
        months = np.arange(end, 0, -1.0).reshape(-1, *[1] * (come.ndim - 1))
        between = (come[end] - come[:end]) / (months + limit_months)
        with_queue = (come[end] + unreported) / (end + limit_months)
        least = np.maximum(least, np.maximum(between.max(axis=0), with_queue))
    return least


def spread_of_days(median: Array, late: Array, limit: float, most: float) -> Array:
    """Standard deviation of the log of days to a report: log-normal days with this median, of which `late` > limit.

    late = 1 - Phi(ln(limit / median) / spread). Missing where the two cannot tell it (nobody or everybody is late, no
    days, or a median above the limit with fewer than half late); at most `most`.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.log(limit / median) / ndtri(1 - late)
    return np.where(np.isfinite(spread) & (spread > 0), np.minimum(spread, most), np.nan)


def mean_days(median: Array, spread: Array) -> Array:
    """Mean days to a report, with which unreported = reports a day x mean days (Little's law); the median itself, which
    is too low, where the spread is not known."""
    return np.asarray(median * np.exp(np.nan_to_num(spread) ** 2 / 2))


def share_later(mean: Array, spread: Array, limit: float) -> Array:
    """Share of reports later than the limit when days are log-normal; all or none where the spread is not known."""
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = np.log(mean) - spread**2 / 2
        share = ndtr((middle - np.log(limit)) / spread)
    return np.where(np.isnan(spread), (mean > limit).astype(np.float64), share)


def _none_below_zero(*amounts: Array | float) -> None:
    if not all(np.all(np.asarray(amount) >= 0) for amount in amounts):
        raise ValueError("examinations, capacity, the queue and the limit are all numbers of 0 or more")
