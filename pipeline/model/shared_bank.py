"""Shared staff of a network: a passport that lets surplus staff serve elsewhere, and a bank of extra hours.

Sending staff costs nothing here, so the transport problem of linear programming has a closed form: as many WTE serve as
may be sent or are short, whichever is fewer. All of it is of one month at a time: staff sent are back with their own
employer in the next.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
"""Employers of one network on the first axis; every other (profession, month, draw) stands for itself."""


@dataclass(frozen=True)
class Shared:
    """WTE that each employer's staff give and that it receives, and the gap that is left, in the shape of the gap."""

    sent: Array
    received: Array
    gap: Array

    @property
    def fall(self) -> Array:
        """Fall in the network's unmet WTE (the sum of the gaps above zero), without the axis of employers."""
        return np.asarray(self.received.sum(axis=0))


def passport(gap: Array, pooled: Array) -> Shared:
    """Surplus staff who hold the passport serve where there is a shortage; nobody is made.

    `gap` is required less effective WTE, above zero a shortage; `pooled` the WTE of each employer's staff who hold the
    passport, of a shape that broadcasts to the gap. An employer sends holders who are surplus and no others, so that no
    sending makes a shortage. What is sent and received is in proportion to what each may send and is short of.
    Professions, months and draws never serve one another. Raises ValueError for pooled WTE below zero.
    """
    may_send = np.minimum(_pooled(pooled, gap), np.maximum(-gap, 0.0))
    sent, received = _served(may_send, np.maximum(gap, 0.0))
    return Shared(sent, received, gap + sent - received)


def bank(gap: Array, pooled: Array) -> Shared:
    """Members of a shared bank work extra hours where there is a shortage, beside their own posts.

    As `passport`, with `pooled` the WTE of extra hours that each employer's members may work in the month. They leave
    no post, so the gap of the employer that sends them does not widen, and they may serve their own employer.
    """
    sent, received = _served(_pooled(pooled, gap), np.maximum(gap, 0.0))
    return Shared(sent, received, gap - received)


def _pooled(pooled: Array, gap: Array) -> Array:
    if not np.all(np.asarray(pooled) >= 0):
        raise ValueError("pooled WTE should be 0 or more for every employer")
    return np.broadcast_to(np.asarray(pooled, dtype=np.float64), gap.shape)


def _served(may_send: Array, short: Array) -> tuple[Array, Array]:
    served = np.minimum(may_send.sum(axis=0), short.sum(axis=0))
    return _in_proportion(served, may_send), _in_proportion(served, short)


def _in_proportion(total: Array, parts: Array) -> Array:
    whole = parts.sum(axis=0)
    # A ratio of at most 1, so that rounding gives nobody more than their part.
    return np.asarray(parts * np.divide(total, whole, out=np.zeros_like(whole), where=whole > 0))
