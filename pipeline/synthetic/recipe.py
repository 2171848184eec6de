"""What a fictional system is made from: how many diagnostic staff, how many employers, and the seed of its chance."""

from __future__ import annotations

from dataclasses import dataclass

STAFF_LIMITS = (500, 20_000)
EMPLOYER_LIMITS = (2, 12)
ROW_LIMITS = (1, 100_000_000)
"""Rows of a large extract of staff records."""


@dataclass(frozen=True)
class Recipe:
    """About how many diagnostic staff (people) the plan's employers have at the base month, and the seed.

    `years_differ` is the standard deviation of the logarithm of each rate of leaving from year to year; 0 keeps years
    alike. The same recipe gives the same files, byte for byte. Raises ValueError beyond the limits.
    """

    staff: int = 4000
    employers: int = 5
    seed: int = 1
    years_differ: float = 0.0

    def __post_init__(self) -> None:
        for name, value, (low, high) in (
            ("staff", self.staff, STAFF_LIMITS),
            ("employers", self.employers, EMPLOYER_LIMITS),
        ):
            if not low <= value <= high:
                raise ValueError(f"{name} should be from {low:,} to {high:,}, not {value:,}")
