"""Draws of staff over time, in blocks that threads share out; the answer is the same for any number of threads."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from pipeline.model.supply.chances import BY_DRAW, Drawn, added_hazard, entry_ages, known_of_teams, room_for, run_block
from pipeline.model.supply.compiled import one_compiles
from pipeline.model.supply.system import FLOWS, ORIGINS, Course, System

BLOCK = 20
"""Draws that one thread works out in a go."""
SPARE = 4
"""Room for so many times the people in post, doubled whenever it runs out."""


def drawn_staff(
    system: System, course: Course, seed: int, *, first: int = 0, threads: int | None = None, flows: bool = False
) -> Drawn:
    """Staff by month in every draw of a course; `first` is the number of its first draw among all.

    Numbers are of single precision. With `flows`, people of each flow are kept by draw and month, which takes much
    space. Raises ValueError for a seed below 0.
    """
    if seed < 0:
        raise ValueError(f"the random numbers start from a whole number of 0 or more; seed is {seed}")
    lever = np.concatenate(
        [np.zeros((len(course.hazard_lever), 1)), np.cumsum(course.hazard_lever[:, 1:], axis=1)], axis=1
    )
    given = (
        known_of_teams(system, course),
        lever,
        course.hazard_lever[:, 1:].max(axis=1),
        added_hazard(system, course.months),
        entry_ages(system),
        np.ascontiguousarray(course.posts.T),
    )
    begins = range(0, course.draws, BLOCK)
    whole = empty_drawn(system, course, course.draws, flows)

    def block(begin: int) -> tuple[np.ndarray, ...]:
        end = min(begin + BLOCK, course.draws)
        own = Drawn(
            *(array[begin:end] for array in whole[:BY_DRAW]), *(np.zeros_like(each) for each in whole[BY_DRAW:])
        )
        _run(system, course.only(begin, end), given, seed, first + begin, own)
        return own[BY_DRAW:]

    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        # In the order of the blocks, whichever is ready first, and each is let go as soon as it is added.
        for sums in pool.map(block, begins):
            for total, part in zip(whole[BY_DRAW:], sums, strict=True):
                total += part
    return whole


def _run(system: System, course: Course, given: tuple[np.ndarray, ...], seed: int, first: int, drawn: Drawn) -> None:
    room = int(SPARE * (system.heads + system.teams)) + course.months
    while True:
        for sums in drawn[BY_DRAW:]:
            sums[:] = 0.0
        space = room_for(room, _member_room(system, room))
        with one_compiles("drawn"):
            fitted = run_block(system, course, *given, seed, first, space, drawn)  # type: ignore[call-arg]
        if fitted:
            return
        room *= 2


def _member_room(system: System, room: int) -> np.ndarray:
    """Room for the settled people of each team that somebody may move from, which grows with the room for all."""
    heads = np.zeros(system.teams, dtype=np.int64)
    np.add.at(heads, system.row_team, system.row_heads)
    share = room / max(1, system.heads)
    may_move = np.isin(np.arange(system.teams), system.move_from)
    return np.where(may_move, np.ceil((heads + 1) * share).astype(np.int64), 0)


def empty_drawn(system: System, course: Course, draws: int, flows: bool) -> Drawn:
    """Where so many draws are written: nothing yet, and room for people of flows by draw only with `flows`."""
    months, cells, gates = course.months, system.cells, system.gates

    def single(*shape: int) -> np.ndarray:
        return np.zeros(shape, dtype=np.float32)

    return Drawn(
        wte=single(draws, months + 1, cells),
        learning=single(draws, months + 1, cells),
        whole_flow=single(draws, len(FLOWS), cells),
        heads=single(draws if flows else 0, months + 1, cells),
        flow_heads=single(draws if flows else 0, len(FLOWS), months + 1, cells),
        heads_sum=np.zeros((months + 1, cells)),
        flow_sum=np.zeros((len(FLOWS), months + 1, cells)),
        unplaced_sum=np.zeros((months + 1, len(ORIGINS), gates)),
        gave_up_sum=np.zeros((months + 1, len(ORIGINS), gates)),
        trained_sum=np.zeros((months + 1, system.pools)),
    )
