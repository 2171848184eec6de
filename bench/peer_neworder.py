"""Exits alone, month by month, by the neworder microsimulation package, checked against the closed form.

`python peer_neworder.py DRAWS PROCESSES` prints one line of JSON. Person-months are nominal: people at the start x
months x draws, though those who have left cost nothing more. That favours the package: a fifth are never simulated.
"""

from __future__ import annotations

import json
import math
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import neworder
import numpy as np

PEOPLE, MONTHS = 4000, 60
STAYS = 0.9 ** (1 / 12)
# Draws simulated at once. Ten are 40,000 people, the package's quickest of the sizes from 4,000 to 4 million.
TOGETHER = 10


class Exits(neworder.Model):
    """People who leave with an even monthly chance and are then gone."""

    def __init__(self, people: int, seed: int) -> None:
        """So many people; blocks differ in their seed, or all would leave alike."""
        super().__init__(neworder.LinearTimeline(0.0, float(MONTHS), MONTHS), lambda: seed)
        self.people = np.arange(people)

    def step(self) -> None:
        """A month: those who leave are gone, and the others are still who they were."""
        self.people = self.people[self.mc.hazard(1 - STAYS, len(self.people)) == 0]


def survivors(blocks: range) -> tuple[float, float, int]:
    """When some blocks of draws began and ended, by the machine's clock, and how many people are left."""
    began, left = time.monotonic(), 0
    for block in blocks:
        model = Exits(PEOPLE * TOGETHER, block + 1)
        neworder.run(model)
        left += len(model.people)
    return began, time.monotonic(), left


def simulate(blocks: int, processes: int) -> tuple[float, int]:
    """Seconds from the first process's beginning to the last one's end, and how many people are left."""
    shares = [range(first, blocks, processes) for first in range(processes)]
    # Forked, the processes need not import the package again, which would be timed in the first of them.
    with ProcessPoolExecutor(processes, get_context("fork")) as pool:
        began, ended, left = zip(*pool.map(survivors, shares), strict=True)
    return max(ended) - min(began), sum(left)


def main() -> None:
    draws, processes = int(sys.argv[1]), int(sys.argv[2])
    if draws % TOGETHER:
        sys.exit(f"Draws are simulated {TOGETHER} at a time: give a multiple of {TOGETHER}, not {draws}.")
    seconds, left = simulate(draws // TOGETHER, processes)
    people, stays = PEOPLE * draws, STAYS**MONTHS
    expected = people * stays
    line = {
        "name": "neworder, exits alone",
        "person_months_per_second": people * MONTHS / seconds,
        "seconds": seconds,
        "people": PEOPLE,
        "months": MONTHS,
        "draws": draws,
        "processes": processes,
        "check": {
            "survivors": left,
            "expected": expected,
            "standard_errors": (left - expected) / math.sqrt(expected * (1 - stays)),
        },
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
