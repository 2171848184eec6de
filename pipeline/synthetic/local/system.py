"""The employers of the fictional system as service managers see them: what they are and how many people they serve."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.synthetic.places import SubIcb, places
from pipeline.synthetic.recipe import Recipe

ACUTE, COMMUNITY = "acute", "community"


@dataclass(frozen=True)
class Employer:
    """An employer: its code, its place in the plan's order (1 is the first), what it is, and the people it serves."""

    code: str
    place: int
    kind: str
    millions: float


def employers_of(recipe: Recipe) -> list[Employer]:
    """The plan's employers."""
    return [
        Employer(trust.code, place, ACUTE if trust.kind == "Acute" else COMMUNITY, trust.population / 1000)
        for place, trust in enumerate(places(recipe).employers, start=1)
    ]


def board(recipe: Recipe) -> str:
    """The code of the plan's integrated care board."""
    return places(recipe).employers[0].ics


def locations(recipe: Recipe) -> list[SubIcb]:
    """The sub-locations of the board."""
    return [sub for sub in places(recipe).sub_icbs if sub.ics == board(recipe)]
