"""How little is known of a team's own rate of leaving, drawn for each cell (docs/method.md, sections 5 and 14)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.model.draws import HALF
from pipeline.model.supply.exits import PULLED, Differing
from pipeline.model.supply.system import RISKS, Course, Real
from pipeline.model.supply.teams import CELL

STREAM = 5
"""Keeps these numbers apart from others of the same seed."""


def with_team_spread(of: Course, sd: Real, seed: int, first: int) -> Course:
    """The course with what each cell's leaving and transferring are worth drawn from its own range.

    `sd` is the result of spread_of, and `first` the number of the first draw among all. The numbers depend on the
    seed, the draw and the cell alone, so scenarios share them and the first draws stay when more are asked for. The
    mean of what is drawn is one.
    """
    if not sd.any():
        return of
    normal = np.stack([_normals(seed, first + draw, len(sd)) for draw in range(of.draws)])
    hazard = np.array(of.hazard_draw)
    hazard[:, :, [RISKS.index(risk) for risk in PULLED]] *= np.exp(sd * normal - sd**2 / 2)[:, :, None]
    return of._replace(hazard_draw=hazard)


def spread_of(cells: pd.DataFrame, found: Differing) -> Real:
    """Standard deviation of the logarithm of each cell's own factor; 0 where nothing is known of it."""
    low, high = (found.cells[end].astype("float64") for end in ("low", "high"))
    told = found.cells[CELL].assign(sd=np.log(high / low) / (2 * HALF))
    return np.asarray(cells[CELL].merge(told, on=CELL, how="left")["sd"].fillna(0.0), dtype=np.float64)


def _normals(seed: int, draw: int, count: int) -> Real:
    return np.random.Generator(np.random.Philox(key=[seed, STREAM], counter=[0, 0, 0, draw])).standard_normal(count)
