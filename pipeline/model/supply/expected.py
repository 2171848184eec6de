"""Staff over time in expected values: the mean of what `chances` draws, wherever no limit binds.

People are a number for each team, birthday and year of age (`cohorts`); those from outside are kept by month of arrival
until they are settled. The order of a month is that of docs/method.md, section 14. Where a limit binds (no more hired
than there are vacancies) this takes it on the mean, so it is a little above the mean of the draws.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from pipeline.model.supply.chances import Drawn
from pipeline.model.supply.compiled import one_compiles
from pipeline.model.supply.expected_month import run
from pipeline.model.supply.system import BY_DRAW, FLOWS, ORIGINS, Course, Real, Staff, System

_FLOWS, _ORIGINS = len(FLOWS), len(ORIGINS)


def expected_staff(system: System, course: Course, draw: int = 0) -> Staff:
    """Staff by month in one draw of a course, in expected values."""
    staff = _nobody(system, course)
    with one_compiles("expected"):
        run(system, course.only(draw, draw + 1), 0, staff)
    return staff


def _nobody(system: System, course: Course) -> Staff:
    months, cells, gates = course.months, system.cells, system.gates
    return Staff(
        heads=np.zeros((months + 1, cells)),
        wte=np.zeros((months + 1, cells)),
        learning=np.zeros((months + 1, cells)),
        flow_heads=np.zeros((_FLOWS, months + 1, cells)),
        flow_wte=np.zeros((_FLOWS, months + 1, cells)),
        unplaced=np.zeros((months + 1, _ORIGINS, gates)),
        gave_up=np.zeros((months + 1, _ORIGINS, gates)),
        trained=np.zeros((months + 1, system.pools)),
    )


def expected_draws(system: System, course: Course, threads: int | None = None) -> Drawn:
    """Staff by month in every draw of a course, in expected values: in the shape of draws, of double precision.

    `heads` and `flow_heads` have no draws. Draws that are alike are worked out once. The answer is the same
    for any number of threads; None takes all cores.
    """
    place, times = _unlike(course)
    months, cells = course.months + 1, system.cells
    wte, lost = (np.zeros((len(place), months, cells)) for _ in range(2))
    flows, sums = np.zeros((len(place), _FLOWS, cells)), _summed(_nobody(system, course))
    firsts = np.unique(place, return_index=True)[1]
    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        each = pool.map(lambda draw: expected_staff(system, course, draw), firsts.tolist())
        for number, staff in enumerate(each):
            same = place == number
            wte[same], lost[same], flows[same] = staff.wte, staff.learning, staff.flow_wte.sum(axis=1)
            for so_far, values in zip(sums, _summed(staff), strict=True):
                so_far += times[number] * values
    none = np.zeros((0,))
    return Drawn(wte, lost, flows, none, none, *sums)


def _unlike(course: Course) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The number of each draw among those that differ, in the order in which they come; and how many draws each is."""
    numbers: dict[bytes, int] = {}
    arrays = [getattr(course, name) for name in BY_DRAW]
    place = [
        numbers.setdefault(b"".join(array[draw].tobytes() for array in arrays), len(numbers))
        for draw in range(course.draws)
    ]
    return np.array(place, dtype=np.int64), np.bincount(place)


def _summed(staff: Staff) -> tuple[Real, ...]:
    """What is summed over draws, as the last arrays of Drawn."""
    return staff.heads, staff.flow_wte, staff.unplaced, staff.gave_up, staff.trained
