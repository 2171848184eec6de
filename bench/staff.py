"""The engine of staff over time: person-months a second with all flows, against peers, and how its cost grows.

`python -m bench staff`. One run of everything, since the machine's speed changes from run to run.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from bench.peers import peer_results
from bench.timing import ROOT, Result, middle
from pipeline.assumptions import STAFF_KINDS, Assumptions
from pipeline.metrics.scope import plan_scope
from pipeline.model.draws import draw_assumptions
from pipeline.model.plan_setting import plan_assumptions_measured
from pipeline.model.supply.chances import BY_DRAW as DRAWN_BY_DRAW
from pipeline.model.supply.plan_staff import PlanStaff, course, plan_staff
from pipeline.model.supply.simulate import drawn_staff
from pipeline.model.supply.system import Course, System
from pipeline.plan import load_plan
from pipeline.sources.ingest import read_sources
from pipeline.tables import TABLES, empty

DRAWS, MONTHS, SCENARIOS, REPEATS, CORES, MANY = 1000, 60, 6, 3, 2, 10_000
RATIO = "ratio of person-months/s"


def staff_results() -> list[Result]:
    """All figures of the engine."""
    staff, used = sample()
    of = sample_course(staff, used, DRAWS, MONTHS)
    drawn_staff(staff.system, of.only(0, CORES), seed=1)
    two = [person_months_a_second(staff.system, of, CORES) for _ in range(REPEATS)]
    one = [person_months_a_second(staff.system, of, 1) for _ in range(REPEATS)]
    peers = against_peers(middle(two), middle(one))
    six = timed(lambda: [drawn_staff(staff.system, of, seed=1) for _ in range(SCENARIOS)])
    return [
        Result("staff engine, all flows, two threads", middle(two), "person-months/s", "at least 3e8", "itself"),
        Result("staff engine, all flows, one thread", middle(one), "person-months/s", "no aim", "itself"),
        *peers,
        Result("six scenarios, 1,000 draws, 60 months", six, "s", "with demand, under 6", "itself"),
        *growth(staff, used),
        Result("memory at 10,000 draws", alone(staff, used), "GB", "under 1", "itself"),
    ]


def sample() -> tuple[PlanStaff, Assumptions]:
    """The staff of the sample, and the assumptions about them."""
    plan = load_plan(ROOT / "data" / "raw" / "sample")
    held = read_sources(plan).tables
    tables = {name: held[name] if name in held else empty(name) for name in TABLES}
    scope = plan_scope(plan, tables["organisations"])
    every = plan_assumptions_measured(plan, tables, scope)
    used = {key: each for key, each in every.items() if each.kind in STAFF_KINDS}
    return plan_staff(tables, scope, plan.base_month, every, plan.file.horizon_months), used


def sample_course(staff: PlanStaff, used: Assumptions, draws: int, months: int) -> Course:
    """The course of the sample's staff in so many draws and months."""
    values = draw_assumptions(used, draws, seed=1)
    return course(staff, values, values, used, months)


def person_months_a_second(system: System, of: Course, threads: int) -> float:
    """People in post at the start x months x draws, over seconds."""
    seconds = timed(lambda: drawn_staff(system, of, seed=1, threads=threads))
    return system.heads * of.months * of.draws / seconds


def timed(work: Callable[[], object]) -> float:
    """Seconds that some work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def against_peers(ours: float, ours_alone: float) -> list[Result]:
    """Person-months a second of the peers, each against ours on as many cores; why, for one that was not measured."""
    results = []
    for line in peer_results():
        if "not_measured" in line:
            print(f"{line['name']}: not measured: {line['not_measured']}")
            continue
        rate, cores = line["person_months_per_second"], line["processes"]
        name = f"{line['name']}, processes: {cores}"
        aim = "at least 3" if "neworder" in name else "no aim"
        ratio = (ours_alone if cores == 1 else ours) / rate
        results += [
            Result(name, rate, "person-months/s", "no aim", "staff engine"),
            Result(f"staff engine on as many cores / {name}", ratio, RATIO, aim, name),
        ]
    return results


def growth(staff: PlanStaff, used: Assumptions) -> list[Result]:
    """How the time grows with draws, months and staff: the ratio for twice as much, at most 2 if it is linear."""
    base = sample_course(staff, used, DRAWS, MONTHS)
    twice = {
        "draws": (staff.system, sample_course(staff, used, 2 * DRAWS, MONTHS)),
        "months": (staff.system, sample_course(staff, used, DRAWS, 2 * MONTHS)),
        "staff": (
            staff.system._replace(row_heads=2 * staff.system.row_heads),
            base._replace(posts=2 * base.posts, abroad=2 * base.abroad, starters=2 * base.starters),
        ),
    }
    usual = middle([timed(lambda: drawn_staff(staff.system, base, seed=1)) for _ in range(REPEATS)])
    return [
        Result(
            f"time for twice the {name} / time",
            middle([timed(lambda each=each: drawn_staff(*each, seed=1)) for _ in range(REPEATS)]) / usual,
            "ratio of wall times",
            "at most 2",
            "staff engine",
        )
        for name, each in twice.items()
    ]


def alone(staff: PlanStaff, used: Assumptions) -> float:
    """Peak memory of a process that does nothing but draw the sample's staff, in GB."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(peak_after, staff, used).result()


def peak_after(staff: PlanStaff, used: Assumptions) -> float:
    """Peak memory of this process, in GB, after 10,000 draws whose staff by month are all kept."""
    drawn = drawn_staff(staff.system, sample_course(staff, used, MANY, MONTHS), seed=1)
    kept = sum(array.nbytes for array in drawn[:DRAWN_BY_DRAW]) / 1e9
    print(f"  of which results kept: {kept:.2f} GB")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
