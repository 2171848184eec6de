"""The true parameters of the sample, as data."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pipeline.months import month_end

FOLDER = Path(__file__).parent


@cache
def parameters(name: str) -> dict[str, Any]:
    """One file of true parameters: places, people or activity."""
    loaded: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return loaded


@cache
def register(name: str) -> list[dict[str, Any]]:
    """One file that is a list: actions, risks or meetings."""
    loaded: list[dict[str, Any]] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return loaded


def month(written: str) -> dt.date:
    """A month written 2025-09, as its last day."""
    year, number = written.split("-")
    return month_end(int(year), int(number))
