"""What a run of the staff engine cannot do without, timed alone: its random numbers, its events and its results."""

from __future__ import annotations

import numpy as np
from numba import uint64

from bench.timing import timed
from pipeline.model.supply.chance import key_of, mixed, uniform
from pipeline.model.supply.compiled import compiled
from pipeline.model.supply.simulate import drawn_staff
from pipeline.model.supply.system import FLOWS, MOVED_AWAY, MOVED_HERE, RISKS, Course, System

COUNTED, COPIED = 40, 2**27
"""Draws whose people and events are counted, and bytes that are copied to see how fast memory is."""
NUMBERS = 1 + len(RISKS)
"""Random numbers for each person who comes: age, and the threshold of each risk."""


def floor(system: System, course: Course) -> dict[str, float]:
    """Seconds a draw, on one thread, of each thing that no way of doing the same could leave out."""
    drawn = drawn_staff(system, course.only(0, COUNTED), seed=1, flows=True)
    counts = drawn.flow_heads.sum(axis=(2, 3), dtype=np.float64).mean(axis=0)
    people = int(system.heads + counts[MOVED_HERE:].sum())
    # Whoever goes from one team to another is in two flows and is one event.
    events = int(counts.sum() - counts[MOVED_AWAY])
    results = sum(array[0].nbytes for array in (drawn.wte, drawn.learning, drawn.whole_flow))
    places = np.random.default_rng(1).integers(0, [course.months, len(FLOWS), system.teams], (events, 3))
    source, target = np.ones(COPIED, dtype=np.uint8), np.ones(COPIED, dtype=np.uint8)
    random_numbers(1, 1)
    book_events(1, places, system.team_cell, course.months, system.cells)
    return {
        "random numbers": timed(lambda: random_numbers(people, COUNTED)) / COUNTED,
        "events": timed(lambda: book_events(COUNTED, places, system.team_cell, course.months, system.cells)) / COUNTED,
        "memory": timed(lambda: np.copyto(target, source)) / COPIED * results,
    }


@compiled
def random_numbers(people, draws):
    """The numbers of so many people in so many draws, added up so that none can be left out."""
    total = 0.0
    for draw in range(draws):
        root = key_of(mixed(uint64(1)), draw)
        for person in range(people):
            key = key_of(root, person)
            for decides in range(NUMBERS):
                total += uniform(key, decides)
    return total


@compiled
def book_events(draws, places, team_cell, months, cells):
    """Every event written into the accounts that hold it: posts taken, people, WTE and two sums of its flow."""
    taken, heads, work = np.zeros(len(team_cell)), np.zeros(cells), np.zeros(cells)
    by_flow, by_month = np.zeros((len(FLOWS), cells)), np.zeros((len(FLOWS), months, cells))
    for _ in range(draws):
        for event in range(len(places)):
            month, flow, team = places[event]
            cell = team_cell[team]
            taken[team] -= 1.0
            heads[cell] -= 1.0
            work[cell] -= 1.0
            by_flow[flow, cell] += 1.0
            by_month[flow, month, cell] += 1.0
    return by_month.sum() + by_flow.sum() + taken.sum() + heads.sum() + work.sum()
