"""The cards of the indicators: what each is made of, how it is written and which way is better."""

from __future__ import annotations

from functools import cache
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

from pipeline.reference import FOLDER

Unit = Literal["percent", "wte", "people", "ratio", "per_100", "per_100000", "count", "money"]
Direction = Literal["higher", "lower", "neither"]
NO_DENOMINATOR = "none"


class Card(BaseModel):
    """One indicator. Its fields are described at the top of reference/indicator_cards.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    name: str
    group: str
    numerator: str
    denominator: str
    unit: Unit
    better: Direction
    period: Literal["month", "year"]
    interval: Literal["wilson", "spread", "none"]
    tables: tuple[str, ...]
    why: str
    scale: float = 1.0
    least: float = 0.0
    series: bool = True
    all_pillars: bool = True
    headline: bool = False
    system_only: bool = False
    persons: bool = False
    events: bool = False
    readers: tuple[str, ...] = ()
    sent: str = ""

    @property
    def is_level(self) -> bool:
        """Whether the value is an amount of its own, such as WTE in post, and not a ratio."""
        return self.denominator == NO_DENOMINATOR


@cache
def cards() -> dict[str, Card]:
    """Every indicator's card by its id, in the order of the file."""
    raw = yaml.load((FOLDER / "indicator_cards.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    made = {name: Card(id=name, **fields) for name, fields in raw["cards"].items()}
    if unknown := {card.group for card in made.values()} - set(raw["groups"]):
        raise ValueError(f"indicator_cards.yaml has no group {', '.join(sorted(unknown))}")
    return made


def headline_indicators() -> list[str]:
    """The indicators that a reader meets first, in the order of the file."""
    return [name for name, card in cards().items() if card.headline]
