"""The gap between staff needed and staff there are: its percentiles, and what counts as none (method, section 6)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ROUNDING = 1e-4
"""WTE below which a gap is what single precision leaves of two equal numbers."""
PERCENTILES = {"p10": 10, "p50": 50, "p90": 90}


def spread(name: str, values: NDArray[np.float64]) -> dict[str, float]:
    """P10, P50, P90 and mean of a value a draw, as name_p10 … name_mean; without a name as p10 … mean."""
    start = f"{name}_" if name else ""
    shares = {f"{start}{key}": float(np.percentile(values, share)) for key, share in PERCENTILES.items()}
    return {**shares, f"{start}mean": float(values.mean())}
