"""The chapters of the strategy document, as reference/chapters.yaml lists them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import yaml

from pipeline.reference import FOLDER
from pipeline.report import words

TAG = "chapter:"
SUMMARY = "summary"
"""The chapter that a board reads first."""
GAP_BY_PILLAR, THREE_BARS = "board:gap_by_pillar", "board:three_bars"
"""Tags of the cells whose figure goes into the two-page summary as well."""
PLAN_REACH = "board:plan_reach"
"""Tag of the cell that says for the summary whether the operational plan is enough and whether it is reached."""
LISTS = "board:lists"
"""Tag of the cell that says for the slides what becomes of the waiting lists."""
PAST_FORECASTS = "board:past_forecasts"
"""Tag of the cell that says for the summary and the slides how forecasts fared against simple ones; the chapter that a
board reads first has it too."""


@dataclass(frozen=True)
class Chapter:
    """A chapter: its place and title, who it serves, the Six Steps it serves, and what it needs to be filled."""

    id: str
    number: int
    title: str
    serves: str
    steps: tuple[str, ...]
    needs: str

    @property
    def purpose(self) -> str:
        """One line on who the chapter is for and which steps it serves."""
        return f"For {self.serves}. Six Steps: {words.join(self.steps)}."


@cache
def chapters() -> tuple[Chapter, ...]:
    """Every chapter, in the board's order."""
    raw = yaml.safe_load((FOLDER / "chapters.yaml").read_text(encoding="utf-8"))
    return tuple(
        Chapter(
            id=entry["id"],
            number=number,
            title=entry["title"],
            serves=entry["serves"],
            steps=tuple(f"{step} ({raw['steps'][step].lower()})" for step in entry["steps"]),
            needs=entry["needs"],
        )
        for number, entry in enumerate(raw["chapters"], start=1)
    )
