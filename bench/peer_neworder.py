"""Exits alone, month by month, by the neworder microsimulation package: prints person-months a second and a check.

`python peer_neworder.py PEOPLE MONTHS`. Each month is one call for all who are there, the package's fastest way.
"""

from __future__ import annotations

import json
import sys
import time

import neworder
import numpy as np


class Exits(neworder.Model):
    """People who leave with an even monthly chance and are then gone."""

    def __init__(self, people: int, months: int, chance: float) -> None:
        """The people, for so many months."""
        timeline = neworder.LinearTimeline(0.0, float(months), months)
        super().__init__(timeline, neworder.MonteCarlo.deterministic_identical_stream)
        self.people, self.chance = np.arange(people), chance

    def step(self) -> None:
        """A month: those who leave are gone, and the others are still who they were."""
        self.people = self.people[self.mc.hazard(self.chance, len(self.people)) == 0]


def main() -> None:
    people, months = int(sys.argv[1]), int(sys.argv[2])
    chance = 1 - 0.9 ** (1 / 12)
    model = Exits(people, months, chance)
    started = time.perf_counter()
    neworder.run(model)
    seconds = time.perf_counter() - started
    left, expected = len(model.people) / people, (1 - chance) ** months
    print(json.dumps({"person_months_a_second": people * months / seconds, "left": left, "expected": expected}))


if __name__ == "__main__":
    main()
