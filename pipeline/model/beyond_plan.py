"""How far staff needed lie beyond the operational plan, and whether the plan can be delivered.

Gross = sum over cells of max(0, required - plan); net = sum of (required - plan). In the gross no cell's surplus hides
another's shortage. A plan can be too small and undeliverable at once, so three comparisons are always shown: required
against plan, plan against effective supply, required against effective supply.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.model.gap import ROUNDING, spread

Array = NDArray[np.float64]
"""WTE by cell, month and draw; the axis of draws may have length 1. Missing where a cell has no plan."""
THREE_WAYS = ("beyond_plan", "out_of_reach", "short")
"""Required less plan, plan less supply, required less supply: each gross, cell by cell."""


@dataclass(frozen=True)
class Beyond:
    """WTE by which one side lies beyond the other, by month and draw; missing where no cell has both sides."""

    gross: Array
    net: Array


def beyond_plan(required: Array, plan: Array) -> Beyond:
    """Gross and net WTE required beyond the plan, by month and draw, over the cells that have a plan."""
    shape = np.broadcast_shapes(required.shape, plan.shape)[1:]
    gross, net, known = np.zeros(shape), np.zeros(shape), np.zeros(shape, dtype=np.bool_)
    # A cell at a time, since all of them in thousands of draws would fill the memory twice over.
    for need, planned in zip(required, plan, strict=True):
        beyond = need - planned
        has_both = ~np.isnan(beyond)
        beyond[~has_both | (np.abs(beyond) < ROUNDING)] = 0.0
        known |= has_both
        net += beyond
        gross += np.maximum(beyond, 0.0)
    return Beyond(np.where(known, gross, np.nan), np.where(known, net, np.nan))


def beyond_plan_by(required: Array, plan: Array, cells: pd.DataFrame, by: Sequence[str], month: int) -> pd.DataFrame:
    """Gross and net WTE beyond the plan at a month (its place on the axis), a row a group of cells.

    `by` are columns of `cells` (pillar, profession, employer). Returns them, cells (that have a plan), without_plan
    (cells that have none), and gross and net as P10, P50, P90 and mean: gross_p10 … net_mean. Draws are added up before
    percentiles are taken.
    """
    rows = []
    for key, own in _groups(cells, by):
        found = beyond_plan(required[own, month][:, None], plan[own, month][:, None])
        with_plan = int((~np.isnan(plan[own, month]).any(axis=-1)).sum())
        spreads = {**spread("gross", found.gross), **spread("net", found.net)}
        rows.append({**key, "cells": with_plan, "without_plan": len(own) - with_plan, **spreads})
    return pd.DataFrame(rows)


def deliverability(
    required: Array, supply: Array, plan: Array, cells: pd.DataFrame, by: Sequence[str], month: int
) -> pd.DataFrame:
    """Required, planned and effective WTE at a month, how far each lies beyond the next, and how likely the plan is.

    Over the cells that have a plan, a row a group; `month` is the place of the plan's end, or of a later month, on the
    axis. Returns `by`, cells, without_plan, plan (mean over draws), required_p10 … required_mean, supply_p10 …
    supply_mean, the gross comparisons beyond_plan_p10 … short_mean (THREE_WAYS), and reaches_plan, the share of draws
    in which supply reaches the plan (0 to 1). Missing where no cell of the group has a plan.
    """
    rows = []
    for key, own in _groups(cells, by):
        has = own[~np.isnan(plan[own, month]).any(axis=-1)]
        need, staff, planned = (_total(side, has, month) for side in (required, supply, plan))
        reaches = np.mean(staff >= planned - ROUNDING) if len(has) else np.nan
        counts = {"cells": len(has), "without_plan": len(own) - len(has), "plan": float(planned.mean())}
        spreads = {**spread("required", need), **spread("supply", staff)}
        sides = [side[has, month][:, np.newaxis] for side in (required, plan, supply)]
        for name, (more, less) in zip(THREE_WAYS, ((0, 1), (1, 2), (0, 2)), strict=True):
            spreads |= spread(name, beyond_plan(sides[more], sides[less]).gross)
        rows.append({**key, **counts, **spreads, "reaches_plan": float(reaches)})
    return pd.DataFrame(rows)


def _groups(cells: pd.DataFrame, by: Sequence[str]) -> Iterator[tuple[dict[str, object], NDArray[np.int64]]]:
    """Each group's columns, and the places of its cells; one group of all cells where `by` is empty."""
    places = cells.reset_index(drop=True)
    if not by:
        yield {}, places.index.to_numpy()
        return
    for key, own in places.groupby(list(by), sort=False):
        yield dict(zip(by, key, strict=True)), own.index.to_numpy()


def _total(side: Array, cells: NDArray[np.int64], month: int) -> Array:
    """The cells' WTE added up draw by draw; missing where there are none."""
    return np.asarray(side[cells, month].sum(axis=0)) if len(cells) else np.full(1, np.nan)
