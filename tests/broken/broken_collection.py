"""The collection of broken plans: each a good plan with one thing broken, and what its refusal must say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PLAN, CORE5, TRUSTS = "plan.yaml", "core5.csv", "etr.csv"
SICKNESS, DM01 = "sickness_2024-08.csv", "dm01_2024-08.xlsx"


@dataclass(frozen=True)
class Broken:
    """One broken plan: its name, what breaks a good plan, and the words that the refusal must hold."""

    name: str
    breaks: Callable[[Path], object]
    says: tuple[str, ...]


BROKEN: list[Broken] = []


def broken(*says: str) -> Callable[[Callable[[Path], object]], Callable[[Path], object]]:
    """Add a broken plan to the collection, under the name of the function that breaks it."""

    def add(breaks: Callable[[Path], object]) -> Callable[[Path], object]:
        BROKEN.append(Broken(breaks.__name__, breaks, says))
        return breaks

    return add


def add_source(plan: Path, reader: str, path: str, *more: str) -> None:
    """One more entry at the end of the sources of a good plan."""
    text = (plan / PLAN).read_text(encoding="utf-8")
    lines = [f"- reader: {reader}", f"  path: {path}", *(f"  {line}" for line in more)]
    (plan / PLAN).write_text(text + "\n".join(lines) + "\n", encoding="utf-8")
