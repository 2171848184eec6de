"""The engine of staff over time: person-months a second with all flows, its peers, how its cost grows, and its floor.

`python -m bench staff`. One run of everything, since the machine's speed changes from run to run: what is compared is
timed in turn, and the least time of each counts. The figures are written to docs/performance.md as well.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from bench.floor import floor
from bench.growth import for_twice, growing, sample_course
from bench.numpy_staff import numpy_staff
from bench.peers import MOST_STANDARD_ERRORS, peer_results
from bench.performance_page import write_page
from bench.sample import sample_setting, staff_of
from bench.timing import Result, least_in_turn, output, timed
from pipeline.model.ahead import start
from pipeline.model.draws import draw_assumptions
from pipeline.model.outcome import outcome
from pipeline.model.plan_setting import Setting
from pipeline.model.scenarios import shipped_scenarios
from pipeline.model.supply.chances import Drawn
from pipeline.model.supply.simulate import drawn_staff
from pipeline.model.supply.system import Course, System
from pipeline.store import Store

DRAWS, MONTHS, ROUNDS, CORES, MANY = 1000, 60, 3, 2, 10_000
NUMPY_DRAWS, CHECKED = 100, 300
RATIO = "ratio of person-months/s"
NUMPY = "plain NumPy, all flows"
THINGS = ("draws", "months", "staff", "scenarios")


def staff_results() -> list[Result]:
    """All figures of the engine."""
    setting = sample_setting()
    staff, used = staff_of(setting), setting.assumptions
    of = sample_course(staff, used, DRAWS, MONTHS)
    rates = person_months_a_second(staff.system, of)
    six = six_scenarios(setting)
    curve = least_in_turn(growing(staff, used, CORES), ROUNDS)
    results = [
        Result("staff engine, all flows, two threads", rates["two"], "person-months/s", "at least 3e8", "itself"),
        Result("staff engine, all flows, one thread", rates["one"], "person-months/s", "no aim", "itself"),
        *against_numpy(staff.system, of, rates),
        *against_peers(rates),
        Result("six scenarios, 1,000 draws, 60 months, demand included", six, "s", "under 6", "itself"),
        *(
            Result(f"time for twice the {thing}", for_twice(curve, thing), "times", "at most 2", "staff engine")
            for thing in THINGS
        ),
        *floor_results(staff.system, of, rates["one"]),
        Result("memory at 10,000 draws", alone(setting), "GB", "under 1", "itself"),
    ]
    write_page(results, curve)
    return results


def six_scenarios(setting: Setting) -> float:
    """Seconds for the shipped scenarios: staff needed, staff there and the gap of every employer and profession."""
    base = draw_assumptions(setting.assumptions, DRAWS, seed=1)
    begin = start(setting, base)

    def run() -> None:
        for scenario in shipped_scenarios():
            outcome(setting, scenario, base, begin, 1)

    return min(timed(run) for _ in range(ROUNDS))


def person_months_a_second(system: System, of: Course) -> dict[str, float]:
    """People in post at the start x months x draws, over seconds: of one thread, of two, and of plain NumPy."""
    few = of.only(0, NUMPY_DRAWS)
    drawn_staff(system, few, seed=1)
    works: dict[str, Callable[[], object]] = {
        "one": lambda: drawn_staff(system, of, seed=1, threads=1),
        "two": lambda: drawn_staff(system, of, seed=1, threads=CORES),
        NUMPY: lambda: numpy_staff(system, few, seed=1),
    }
    draws = {"one": of.draws, "two": of.draws, NUMPY: few.draws}
    seconds = least_in_turn(works, ROUNDS)
    return {name: system.heads * of.months * draws[name] / seconds[name] for name in works}


def against_numpy(system: System, of: Course, rates: dict[str, float]) -> list[Result]:
    """Plain NumPy in one process against one thread of ours; why not, where the two do not agree."""
    ours, theirs = drawn_staff(system, of, seed=1), numpy_staff(system, of.only(0, CHECKED), seed=2)
    apart = standard_errors_apart(ours, theirs)
    if apart > MOST_STANDARD_ERRORS:
        print(f"{NUMPY}: not compared: it is {apart:.1f} standard errors from the engine")
        return []
    return [
        Result(f"{NUMPY}: most standard errors from the engine", apart, "standard errors", "under 4", "staff engine"),
        Result(NUMPY, rates[NUMPY], "person-months/s", "no aim", "staff engine"),
        Result(f"staff engine on one thread / {NUMPY}", rates["one"] / rates[NUMPY], RATIO, "at least 10", NUMPY),
    ]


def standard_errors_apart(ours: Drawn, theirs: Drawn) -> float:
    """How far the means of two sets of draws are apart: WTE in every month, and every flow, over all cells."""
    apart = []
    for name in ("wte", "whole_flow"):
        both = [getattr(drawn, name).sum(axis=2, dtype=np.float64) for drawn in (ours, theirs)]
        error = np.sqrt(sum(values.var(axis=0) / len(values) for values in both))
        gap = np.abs(both[0].mean(axis=0) - both[1].mean(axis=0))
        apart.append((gap / np.where(error > 0, error, 1.0)).max())
    return float(max(apart))


def against_peers(rates: dict[str, float]) -> list[Result]:
    """Person-months a second of the peers, each against ours on as many cores; why, for one that was not measured."""
    results = []
    for line in best_lines([peer_results() for _ in range(ROUNDS)]):
        if "not_measured" in line:
            print(f"{line['name']}: not measured: {line['not_measured']}")
            continue
        rate, cores = line["person_months_per_second"], line["processes"]
        name = f"{line['name']}, processes: {cores}"
        aim = "at least 3" if "neworder" in name else "no aim"
        ratio = rates["one" if cores == 1 else "two"] / rate
        results += [
            Result(name, rate, "person-months/s", "no aim", "staff engine"),
            Result(f"staff engine on as many cores / {name}", ratio, RATIO, aim, name),
        ]
    return results


def best_lines(rounds: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """The quickest run of each peer."""
    return [
        max(lines, key=lambda line: line.get("person_months_per_second", 0.0)) for lines in zip(*rounds, strict=True)
    ]


def floor_results(system: System, of: Course, rate: float) -> list[Result]:
    """What one draw cannot do without on one thread, and how much longer it takes."""
    rounds = [floor(system, of) for _ in range(ROUNDS)]
    least = {name: min(each[name] for each in rounds) for name in rounds[0]}
    whole = system.heads * of.months / rate
    return [
        Result("a draw on one thread", 1e3 * whole, "ms", "no aim", "its floor"),
        *(Result(f"floor of a draw: {name}", 1e3 * part, "ms", "no aim", "a draw") for name, part in least.items()),
        Result("a draw / its floor", whole / sum(least.values()), "ratio of times", "no aim", "a draw"),
    ]


def alone(setting: Setting) -> float:
    """Peak memory, in GB, of a process that reads the sample's tables and works out a scenario of it."""
    with TemporaryDirectory() as folder:
        store = Store(Path(folder))
        for name, table in setting.tables.items():
            store.write(name, table)
        return float(output([sys.executable, "-m", "bench.memory", str(MANY), folder])) * 1024 / 1e9
