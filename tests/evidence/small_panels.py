"""Panels of made-up stocks whose growth is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.evidence.stock_panel import Panel

RATE = 0.002
"""Log growth of a month."""


def climbing(
    series: int = 40, months: int = 96, noise: float = 0.002, own: float = 0.0, seed: int = 1, rate: float = RATE
) -> Panel:
    """Series that grow by the same rate, with steps of chance and, with `own`, each a growth of its own besides."""
    random = np.random.default_rng(seed)
    steps = rate + noise * random.standard_normal((series, months)) + own * random.standard_normal((series, 1))
    values = 1000 * np.exp(np.cumsum(steps, axis=1))
    return Panel(
        months=pd.date_range("2010-01-31", periods=months, freq="ME"),
        series=tuple(f"T{place:02}" for place in range(series)),
        parents=tuple("AB"[place % 2] for place in range(series)),
        values=values,
        system=values.sum(axis=0),
    )


def with_values(panel: Panel, values: np.ndarray) -> Panel:
    """The panel with other values, whose sum is the whole."""
    return replace(panel, values=values, system=values.sum(axis=0))
