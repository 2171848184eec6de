"""What scenarios may change: levers, each a kind of assumption with what it does (docs/levers.md)."""

from __future__ import annotations

from functools import cache
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from pipeline.reference import FOLDER


class Lever(BaseModel):
    """A kind of assumption that scenarios may change: what it moves, for whom alone it may, and within what."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    does: str
    side: Literal["demand", "supply", "both"]
    timed: bool
    placed: Literal["staff", "employer", "profession", "nobody"] = "nobody"
    least: float | None = None
    most: float | None = None

    def outside(self, value: float) -> str:
        """What is wrong with a value that the lever may not have; empty where nothing is."""
        if self.least is not None and value < self.least:
            return f"would be {value:.4g}, and is never below {self.least:g}"
        if self.most is not None and value > self.most:
            return f"would be {value:.4g}, and is never above {self.most:g}"
        return ""


@cache
def levers() -> dict[str, Lever]:
    """The levers by kind of assumption, in the order in which they are told."""
    raw = yaml.safe_load((FOLDER / "levers.yaml").read_text(encoding="utf-8"))
    return TypeAdapter(dict[str, Lever]).validate_python(raw)
