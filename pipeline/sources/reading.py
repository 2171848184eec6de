"""What every reader takes and gives."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from pipeline.sources.mapping import Mapping, default_mapping

Tables = dict[str, pd.DataFrame]
"""Canonical tables by name."""


@dataclass(frozen=True)
class ReadOptions:
    """How to read a file: the sheet, where it is not the usual one, and how labels map to pillars."""

    sheet: str | None = None
    mapping: Mapping = field(default_factory=default_mapping)
