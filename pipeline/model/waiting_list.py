"""Waiting lists: how long a list may be, what clears it, and the list that follows month by month.

Source: Fong et al., medRxiv 2022, 2022.08.23.22279117, the NHS-R Community's white paper on waiting lists. A number is
one value or an array whose last axis is the draw. What changes by month has the months on the axis before it; lists, if
there are many, come first: (lists …, months, draws).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.model.workload import Number

Array = NDArray[np.float64]
Closing = Callable[[int, Array, Array], Array]
"""The list at a month's end, from the month's number, the list at its beginning and the list if no test were done."""


def standard_factor(within_standard: Number) -> Number:
    """The standard's time over the mean wait: f = -ln(1 - p), where a share p (0 to 1) is to be seen within that time.

    Waits are taken as exponential, so that P(wait > T) = exp(-f). Raises ValueError for a p not between 0 and 1.
    """
    share = np.asarray(within_standard, dtype=np.float64)
    if not ((share > 0) & (share < 1)).all():
        raise ValueError("the share seen within the standard should lie between 0 and 1, both excluded")
    return _plain(-np.log1p(-share))


def target_queue(demand: Number, target_wait: Number, factor: Number) -> Number:
    """Patients who may wait while the standard is met: demand x wait / factor.

    `demand` is in patients a period, and `target_wait` in the same periods. Give the demand that is expected: a list
    sized by one month's chance would move with it.
    """
    return demand * target_wait / factor


def relief_capacity(demand: Number, queue: Number, target: Number, periods: Number) -> Number:
    """Tests a period that bring a list from `queue` to `target` patients in so many periods."""
    return demand + (queue - target) / periods


def steady_capacity(
    demand: Number, target_wait: Number, factor: Number, cv_arrivals: Number, cv_service: Number
) -> Number:
    """Tests a period that hold a list at its target: demand + ((cva^2 + cvs^2) / 2) x factor / wait.

    The coefficients of variation are those of the time between referrals and of the time between tests. What is above
    the demand is spare capacity against chance, needed for good.
    """
    return demand + (cv_arrivals**2 + cv_service**2) / 2 * factor / target_wait


@dataclass(frozen=True)
class ListPath:
    """A list by month, arrays of (lists …, months, draws) in patients.

    `done` are tests done in the month, `removed` those who left the list without one, `waiting` the list at its end:
    waiting = waiting before + referrals - done - removed.
    """

    done: Array
    removed: Array
    waiting: Array


def backlog_left(opening: Number, target: Number, months: int, clear_in: Number) -> Array:
    """Patients above the target at the end of each of so many months, if the backlog goes in even parts.

    The backlog is what the opening list has above the target of the first month, if anything. None is left from month
    `clear_in` on; infinity leaves it as it is. `target` is one number or by month; the others have no axis of months.
    Raises ValueError unless every `clear_in` is above 0.
    """
    span = _each_month(clear_in)
    if not (span > 0).all():
        raise ValueError("the months in which a backlog is cleared should be more than 0")
    ends = np.arange(1, months + 1, dtype=np.float64)[:, np.newaxis]
    return _backlog(opening, target) * np.maximum(0.0, 1 - ends / span)


def clearance_work(opening: Number, target: Number, months: int, clear_in: Number) -> Array:
    """Tests of each month that are for the backlog alone, beside those that follow referrals. They end with it.

    Arguments as in backlog_left. They add up to the backlog where the months reach `clear_in`.
    """
    left = backlog_left(opening, target, months, clear_in)
    return -np.diff(_led_by(_backlog(opening, target), left), axis=-2)


def clearance(
    opening: Number,
    referrals: Array,
    target: Number,
    clear_in: Number,
    removed_share: Number = 0.0,
    *,
    may_grow: bool = False,
) -> ListPath:
    """Tests that clear a backlog in `clear_in` months and then hold the list at its target, and the list they leave.

    `referrals` (patients) have an axis of months, and `target` has one or is one number; `opening` (patients),
    `clear_in` (months) and `removed_share` (of the list at a month's beginning, 0 to 1) have none. The list is kept at
    target + backlog_left: once the backlog is gone, tests follow referrals, less those removed and what the target
    grows by. A list below that is held where it is and not let up to it, unless it `may_grow`. Tests are never below
    zero, nor more than there are patients. Raises ValueError for numbers outside these ranges.
    """
    goal = _by_month(target)
    if not (goal >= 0).all():
        raise ValueError("the target of a list cannot be below 0")
    aims = goal + backlog_left(opening, target, _by_month(referrals).shape[-2], clear_in)
    before = _led_by(goal[..., :1, :], aims)

    def closing(month: int, waiting: Array, undone: Array) -> Array:
        aim = aims[..., month, :]
        below = (waiting < before[..., month, :]) & (not may_grow)
        return np.minimum(undone, np.where(below, np.minimum(waiting, aim), aim))

    return _path(opening, referrals, removed_share, aims, closing)


def list_after(opening: Number, referrals: Array, done: Number, removed_share: Number = 0.0) -> ListPath:
    """The list that given tests leave; `done` is one number or by month, the rest as in clearance.

    No more tests are done than there are patients, so the path's `done` may be less than was given. Raises ValueError
    for numbers outside their ranges.
    """
    given = _by_month(done)
    if not (given >= 0).all():
        raise ValueError("tests done cannot be below 0")
    tests = np.broadcast_to(given, np.broadcast_shapes(given.shape, (_by_month(referrals).shape[-2], 1)))

    def closing(month: int, _: Array, undone: Array) -> Array:
        return np.maximum(0.0, undone - tests[..., month, :])

    return _path(opening, referrals, removed_share, tests, closing)


def _path(opening: Number, referrals: Array, removed_share: Number, other: Array, closing: Closing) -> ListPath:
    arriving, first, share = _by_month(referrals), _each_month(opening), _each_month(removed_share)
    if not ((arriving >= 0).all() and (first >= 0).all()):
        raise ValueError("neither referrals nor the opening list can be below 0 or missing")
    if not ((share >= 0) & (share <= 1)).all():
        raise ValueError("the share removed from a list in a month should lie between 0 and 1")
    shape = np.broadcast_shapes(arriving.shape, first.shape, share.shape, other.shape)
    done, removed, waiting = np.empty(shape), np.empty(shape), np.empty(shape)
    arriving, now, leaving = np.broadcast_to(arriving, shape), first[..., 0, :], share[..., 0, :]
    for month in range(shape[-2]):
        removed[..., month, :] = leaving * now
        undone = now - removed[..., month, :] + arriving[..., month, :]
        now = closing(month, now, undone)
        done[..., month, :] = undone - now
        waiting[..., month, :] = now
    return ListPath(done, removed, waiting)


def _backlog(opening: Number, target: Number) -> Array:
    return np.maximum(0.0, _each_month(opening) - _by_month(target)[..., :1, :])


def _led_by(first: Array, rest: Array) -> Array:
    """The months of `rest` with `first` as one more in front of them."""
    shape = np.broadcast_shapes(first.shape, rest[..., :1, :].shape)
    every = np.broadcast_to(rest, (*shape[:-2], rest.shape[-2], shape[-1]))
    return np.concatenate([np.broadcast_to(first, shape), every], axis=-2)


def _each_month(value: Number) -> Array:
    """A number without months, (lists …, draws), given an axis for them."""
    array = np.asarray(value, dtype=np.float64)
    return array[..., np.newaxis, :] if array.ndim else array.reshape(1, 1)


def _by_month(value: Number) -> Array:
    """One number, or an array that has the axis of months. Raises ValueError for an array of one axis."""
    array = np.asarray(value, dtype=np.float64)
    if array.ndim == 1:
        raise ValueError("numbers by month have an axis of months and, after it, one of draws; add the one that lacks")
    return array if array.ndim else array.reshape(1, 1)


def _plain(array: Array) -> Number:
    return array if array.ndim else float(array)
