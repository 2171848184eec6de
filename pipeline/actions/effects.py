"""What an action changes in the model: changes of levers, each with a low, a middle and a high size (section 8)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pipeline.assumptions import Grade
from pipeline.model.scenarios import Change
from pipeline.months import months_between
from pipeline.plan import Pillar

Size = Literal["low", "central", "high"]
SIZES: Mapping[Size, float] = {"low": 0.3, "central": 0.4, "high": 0.3}
"""What each size of an effect weighs where its 10th, 50th and 90th percentiles stand for all of it: Swanson's rule
(Hurst, Brown and Swanson 2000, AAPG Bulletin 84:1883)."""


class LeverEffect(BaseModel):
    """A lever that an action moves. `add` is on the lever's own scale (docs/levers.md), low the least, high the most.

    One in ten would be less than low, and one in ten more than high.

    `after_months` counts from the action's start; left out, nothing happens before the action's lead time is over.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    lever: str = Field(min_length=1)
    item: str = ""
    test: str = ""
    profession: str = ""
    employer: str = ""
    pillar: Pillar | Literal[""] = ""
    low: float | None = None
    add: float
    high: float | None = None
    after_months: int | None = Field(default=None, ge=0, le=240)
    over_months: int = Field(default=0, ge=0, le=240)
    lasts_months: int | None = Field(default=None, ge=1, le=240)
    grade: Grade = "placeholder"
    because: str = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> LeverEffect:
        if (self.low is None) != (self.high is None):
            raise ValueError("low and high are given together")
        if self.low is not None and self.high is not None and (self.add - self.low) * (self.high - self.add) < 0:
            raise ValueError("the middle, add, lies between low and high")
        return self

    def of(self, size: Size) -> float:
        """The effect at a size; the middle where it has no range."""
        found = {"low": self.low, "central": self.add, "high": self.high}[size]
        return self.add if found is None else found

    def change(self, size: Size, begins: int, left: float) -> Change:
        """The change of a scenario that it is. `begins` are months after the base month, `left` the share to come."""
        return Change(
            kind=self.lever,
            item=self.item,
            test=self.test,
            profession=self.profession,
            employer=self.employer,
            pillar=self.pillar,
            add=self.of(size) * left,
            after_months=begins,
            over_months=self.over_months,
            lasts_months=self.lasts_months,
            because=self.because,
        )


def months_before(start: dt.date, base_month: dt.date) -> int:
    """Months from the base month to the end of the month before an action starts; below zero where it has started."""
    return months_between(base_month, start) - 1
