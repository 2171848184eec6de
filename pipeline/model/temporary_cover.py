"""Bank and agency cover month by month: what fills vacancies goes with them, the rest goes on as it is.

Of one cell (an employer and a profession), with today's cover *c* of a kind (bank or agency), today's cover of both
kinds *C*, and the vacancy *v(t)* = posts less substantive WTE, none where it is below zero:

    explained = min(C, v(0)) / C                      share of today's cover that today's vacancies explain
    fill      = c x explained / v(0)                  share of a vacancy that the kind fills today
    wanted(t) = c x (1 - explained) + fill x share(t) x v(t)
    cover(t)  = wanted(t) x min(1, sum of budget(t) x c / sum of wanted(t))      sums over the cells of a purse

The first term covers absence, peaks and work without a post. `share` and `budget` are factors on what is done today;
the two kinds together never fill more than the vacancy. Where nothing is vacant today no file says what would be
filled, so later vacancies bring no cover. A purse is a budget that several cells draw on: were each held to its own,
cover would fall wherever chance fills a post and could rise nowhere, and be below today's though vacancies are not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.metrics.months import up_to
from pipeline.metrics.scope import Scope
from pipeline.metrics.temporary import latest_year, temporary_by
from pipeline.model.supply.teams import CELL

KINDS = ("bank", "agency")
Array = NDArray[np.float64]
Factors = Mapping[str, Array]
"""Factors by kind, of shape (months + 1, draws) or one that broadcasts to it; a kind that is left out keeps 1."""


@dataclass(frozen=True)
class Cover:
    """WTE that bank and agency staff work, by cell, month and draw."""

    bank: Array
    agency: Array

    @property
    def wte(self) -> Array:
        """WTE of both."""
        return self.bank + self.agency

    def of(self, cell: int) -> tuple[Array, ...]:
        """WTE of each kind in a cell, by its place."""
        return self.bank[cell], self.agency[cell]


def cover_at_base(temporary_staff: pd.DataFrame, cells: pd.DataFrame, scope: Scope, base_month: dt.date) -> Cover:
    """Average WTE of bank and of agency over the latest twelve months up to the base month, shape (cells, 1, 1).

    Takes the canonical table. A cell without a row had no cover; cover of employers and professions that are no cell is
    left out.
    """
    year = latest_year(up_to(temporary_staff, base_month), scope)
    average = temporary_by(year, [*CELL, "kind"]).set_index([*CELL, "kind"])["average_wte"]
    wide = average.unstack("kind").reindex(index=pd.MultiIndex.from_frame(cells[CELL]), columns=list(KINDS))
    wte = wide.fillna(0.0).to_numpy(dtype=np.float64)[:, :, None, None]
    return Cover(*(wte[:, number] for number in range(len(KINDS))))


def purses_of(cells: pd.DataFrame) -> NDArray[np.int64]:
    """The purse of each cell, by number: an employer's pillar, whose service hires bank and agency staff."""
    numbers: pd.Series = cells.groupby(["employer", "pillar"], sort=False).ngroup()
    return np.asarray(numbers, dtype=np.int64)


def temporary_cover(
    base: Cover,
    vacancy: Array,
    purses: NDArray[np.int64],
    share: Factors | None = None,
    budget: Factors | None = None,
) -> Cover:
    """Bank and agency WTE by cell, month and draw, by the formulas of this module.

    `base` is today's cover (cells, 1, 1) and `vacancy` posts less substantive WTE (cells, months + 1, draws). Factors
    are (months + 1, draws), with cells before them where they are not the same for all; `purses` is the result of
    purses_of. At month 0 the cover is today's in every draw, whatever the factors. Raises ValueError for a factor below
    zero or of a kind that there is not.
    """
    shares, budgets = _factors(share), _factors(budget)
    shape = np.broadcast_shapes(vacancy.shape[1:], *(each.shape[-2:] for each in (*shares, *budgets)))
    cover = Cover(*(np.empty((len(vacancy), *shape)) for _ in KINDS))
    # A cell and a purse at a time, so that what is worked on stays in the processor's cache.
    for purse in np.unique(purses):
        own = [int(place) for place in np.flatnonzero(purses == purse)]
        for place in own:
            wanted = _wanted(base.of(place), vacancy[place], [_of_cell(each, place) for each in shares])
            cover.bank[place], cover.agency[place] = wanted
        for kind, today, factor in zip((cover.bank, cover.agency), (base.bank, base.agency), budgets, strict=True):
            _within_budget(kind, today, factor, own)
    return cover


def _of_cell(factor: Array, place: int) -> Array:
    return factor[place] if factor.ndim > 2 else factor


def _wanted(base: tuple[Array, ...], vacancy: Array, shares: list[Array]) -> list[Array]:
    """Cover of a cell by kind before any budget, from that of today (1, 1) and its vacancy (months + 1, draws)."""
    vacant = np.maximum(vacancy, 0.0)
    today, whole = vacant[:1], np.sum(base, axis=0)
    explained = _ratio(np.minimum(whole, today), whole)
    fills = [_ratio(kind * explained, today) * factor for kind, factor in zip(base, shares, strict=True)]
    most = np.maximum(sum(fills), 1.0)
    return [fill / most * vacant + kind * (1 - explained) for kind, fill in zip(base, fills, strict=True)]


def _within_budget(cover: Array, today: Array, budget: Array, own: list[int]) -> None:
    """Cut the cover of the cells of one purse, alike, to what its budget pays; at month 0 it is today's."""
    limit = np.sum([_of_cell(budget, place) * today[place] for place in own], axis=0)
    wanted = cover[own].sum(axis=0)
    paid = np.divide(limit, wanted, out=np.ones_like(wanted), where=wanted > limit)
    for place in own:
        cover[place] *= paid
        cover[place, :1] = today[place]


def _ratio(part: Array, whole: Array) -> Array:
    """Part over whole; 0 where there is no whole."""
    shape = np.broadcast_shapes(part.shape, whole.shape)
    return np.divide(part, whole, out=np.zeros(shape), where=np.broadcast_to(whole > 0, shape))


def _factors(given: Factors | None) -> list[Array]:
    factors = given or {}
    unknown = sorted(set(factors) - set(KINDS))
    if unknown:
        raise ValueError(f"temporary staff are {' or '.join(KINDS)}, not {', '.join(unknown)}")
    if not all(np.all(np.asarray(factor) >= 0) for factor in factors.values()):
        raise ValueError("a factor on temporary cover or its budget should be 0 or more")
    return [np.asarray(factors.get(kind, np.ones((1, 1))), dtype=np.float64) for kind in KINDS]
