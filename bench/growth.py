"""How the cost of the staff engine grows with draws, months, staff and scenarios."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from pipeline.assumptions import Assumptions
from pipeline.model.draws import draw_assumptions
from pipeline.model.paths import paths
from pipeline.model.scenarios import BASELINE
from pipeline.model.supply.plan_staff import PlanStaff, course
from pipeline.model.supply.simulate import drawn_staff
from pipeline.model.supply.system import Course, System

MULTIPLES = (1, 2, 4, 8)
DRAWS, MONTHS = 120, 30
"""What is multiplied: small enough that eight times as much is still a run that somebody would make."""
Work = Callable[[], object]


def sample_course(staff: PlanStaff, used: Assumptions, draws: int, months: int) -> Course:
    """The course of the sample's staff in so many draws and months."""
    return course(staff, paths(BASELINE, draw_assumptions(used, draws, seed=1), used, months))


def growing(staff: PlanStaff, used: Assumptions, threads: int) -> dict[str, Work]:
    """A run for each multiple of each thing that cost may grow with, named `thing multiple`."""
    makers = {"draws": _draws, "months": _months, "staff": _staff, "scenarios": _scenarios}
    return {
        f"{thing} {multiple}": make(staff, used, multiple, threads)
        for multiple in MULTIPLES
        for thing, make in makers.items()
    }


def for_twice(seconds: dict[str, float], thing: str) -> float:
    """What time is multiplied by for twice as much of a thing, over all doublings; 2 where it is in proportion."""
    first, last = MULTIPLES[0], MULTIPLES[-1]
    doublings = (last // first).bit_length() - 1
    return float((seconds[f"{thing} {last}"] / seconds[f"{thing} {first}"]) ** (1 / doublings))


def _run(system: System, of: Course, threads: int) -> Work:
    return partial(drawn_staff, system, of, 1, threads=threads)


def _draws(staff: PlanStaff, used: Assumptions, multiple: int, threads: int) -> Work:
    return _run(staff.system, sample_course(staff, used, multiple * DRAWS, MONTHS), threads)


def _months(staff: PlanStaff, used: Assumptions, multiple: int, threads: int) -> Work:
    return _run(staff.system, sample_course(staff, used, DRAWS, multiple * MONTHS), threads)


def _staff(staff: PlanStaff, used: Assumptions, multiple: int, threads: int) -> Work:
    """So many times the people in every team, and of posts, recruits and students."""
    base = sample_course(staff, used, DRAWS, MONTHS)
    more = {name: multiple * getattr(base, name) for name in ("posts", "abroad", "starters")}
    return _run(staff.system._replace(row_heads=multiple * staff.system.row_heads), base._replace(**more), threads)


def _scenarios(staff: PlanStaff, used: Assumptions, multiple: int, threads: int) -> Work:
    run = _run(staff.system, sample_course(staff, used, DRAWS, MONTHS), threads)
    return lambda: [run() for _ in range(multiple)]
