"""Parts of the text that stands for a chart: at most two sentences with the message, the extremes and the trend."""

from __future__ import annotations

from collections.abc import Callable

NAMED = 4
"""Series that a sentence names one by one; of more, it names the extremes and counts the rest."""


def counted(number: int, one: str, several: str = "") -> str:
    """A number with its noun: 1 intake, 124 intakes."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def moved(first: float, last: float, says: Callable[[float], str]) -> str:
    """What a series did between two values: rose, fell, or unchanged where both read the same."""
    return "unchanged" if says(first) == says(last) else "rose" if last > first else "fell"
