"""What every chart function gives back."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Chart:
    """The words a reader who cannot see the chart needs, and the numbers behind it."""

    alt: str
    data: pd.DataFrame
