"""Bank and agency cover month by month: what fills vacancies goes with them, the rest goes on as it is.

Of one cell (an employer and a profession), with today's cover *c* of a kind (bank or agency), today's cover of both
kinds *C*, and the vacancy *v(t)* = posts less substantive WTE, none where it is below zero:

    explained = min(C, v(0)) / C                      share of today's cover that today's vacancies explain
    fill      = c x explained / v(0)                  share of a vacancy that the kind fills today
    cover(t)  = min(c x (1 - explained) + fill x share(t) x v(t), budget(t) x c)

The first term covers absence, peaks and work without a post. `share` and `budget` are factors on what is done today;
the two kinds together never fill more than the vacancy. Where nothing is vacant today no file says what would be
filled, so later vacancies bring no cover.
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


def temporary_cover(base: Cover, vacancy: Array, share: Factors | None = None, budget: Factors | None = None) -> Cover:
    """Bank and agency WTE by cell, month and draw, by the formulas of this module.

    `base` is today's cover (cells, 1, 1) and `vacancy` posts less substantive WTE (cells, months + 1, draws). Factors
    are (months + 1, draws), with cells before them where they are not the same for all. At month 0 the cover is today's
    in every draw, whatever the factors. Raises ValueError for a factor below zero or of a kind that there is not.
    """
    shares, budgets = _factors(share), _factors(budget)
    shape = np.broadcast_shapes(vacancy.shape[1:], *(each.shape[-2:] for each in (*shares, *budgets)))
    cover = Cover(*(np.empty((len(vacancy), *shape)) for _ in KINDS))
    # A cell at a time, so that what is worked on stays in the processor's cache.
    for place, vacant in enumerate(vacancy):
        own = ([_of_cell(each, place) for each in factors] for factors in (shares, budgets))
        cover.bank[place], cover.agency[place] = _cell(base.of(place), vacant, *own)
    return cover


def _of_cell(factor: Array, place: int) -> Array:
    return factor[place] if factor.ndim > 2 else factor


def _cell(base: tuple[Array, ...], vacancy: Array, shares: list[Array], budgets: list[Array]) -> list[Array]:
    """Cover of a cell by kind, from that of today (1, 1) and its vacancy (months + 1, draws)."""
    vacant = np.maximum(vacancy, 0.0)
    today, whole = vacant[:1], np.sum(base, axis=0)
    explained = _ratio(np.minimum(whole, today), whole)
    fills = [_ratio(kind * explained, today) * factor for kind, factor in zip(base, shares, strict=True)]
    most = np.maximum(sum(fills), 1.0)
    parts = zip(base, fills, budgets, strict=True)
    return [_of_kind(kind, fill / most * vacant + kind * (1 - explained), factor) for kind, fill, factor in parts]


def _of_kind(today: Array, wanted: Array, budget: Array) -> Array:
    cover = np.minimum(wanted, budget * today)
    cover[:1] = today
    return cover


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
