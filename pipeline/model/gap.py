"""The gap between staff needed and staff there are: its percentiles, and what counts as none (method, section 6)."""

from __future__ import annotations

ROUNDING = 1e-4
"""WTE below which a gap is what single precision leaves of two equal numbers."""
PERCENTILES = {"p10": 10, "p50": 50, "p90": 90}
