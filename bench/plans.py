"""Many plans: ours on one and on two workers against the plain chain, a second run, memory, and how time grows.

`python -m bench plans [NUMBER]`; 42 are the systems of England, and take hours by the plain chain, of which two plans
are timed and the time of the others taken to be theirs. Plans are fictional and small, each of another seed.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.plain import plain_chain
from bench.timing import Result, seconds
from pipeline.synthetic.recipe import Recipe
from pipeline.synthetic.sample import synthesise_plan

NUMBER, PLAIN, STAFF, EMPLOYERS = 4, 2, 500, 2
SIZES = (500, 1000, 2000)
COMMAND = (sys.executable, "-m", "pipeline", "run")
RATIO = "ratio of wall times"


def plans_results(number: int = NUMBER) -> list[Result]:
    """All figures of many plans."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        names = [f"plan-{place:02}" for place in range(number)]
        for place, name in enumerate(names):
            synthesise_plan(home / "data" / "raw", name, Recipe(STAFF, EMPLOYERS, place))
        plain = sum(plain_chain(home / "data" / "raw" / name, home / "plain") for name in names[:PLAIN]) / PLAIN
        half = run_all(home, names[: number // 2], workers=2)
        forget(home)
        one = run_all(home, names, workers=1, processors=1)
        forget(home)
        two = run_all(home, names, workers=2)
        again = run_all(home, names, workers=2)
        peak = peak_memory(home, names)
        grown = by_staff(home)
    whole = f"{number} plans"
    return [
        Result(f"{whole} on two workers / plain chain", two / (plain * number), RATIO, "at most 0.3", "plain chain"),
        Result(f"{whole}: one worker on one core / two on two", one / two, RATIO, "1.8", "itself"),
        Result(f"{whole} with nothing to do", again, "s", "under 5 for 42", "itself"),
        Result("peak memory of a notebook's kernel", peak / 1000, "GB", "no aim", "itself"),
        Result("time for twice the plans", two / half, "times", "at most 2", "itself"),
        *(
            Result(f"a cold run of {staff:,} staff / of {SIZES[0]}", taken / grown[0], "times", "no aim", "itself")
            for staff, taken in zip(SIZES[1:], grown[1:], strict=True)
        ),
    ]


def run_all(home: Path, names: Sequence[str], *, workers: int, processors: int = 2) -> float:
    """Seconds to bring plans up to date with so many workers, on so many of the machine's processors."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(before)[:processors])
    try:
        return seconds([*COMMAND, *names, "--workers", str(workers)], home)
    finally:
        os.sched_setaffinity(0, before)


def forget(home: Path) -> None:
    """Remove what runs have made."""
    for made in ("data/processed", "data/kept", "reports"):
        shutil.rmtree(home / made, ignore_errors=True)


def peak_memory(home: Path, names: Sequence[str]) -> float:
    """The most MB that a kernel of any of the plans has taken."""
    records = [json.loads((home / "reports" / name / "run.json").read_text(encoding="utf-8")) for name in names]
    return max(float(stage["peak_memory_mb"] or 0) for record in records for stage in record["stages"])


def by_staff(home: Path) -> list[float]:
    """Seconds of a cold run of plans of each size."""
    for staff in SIZES:
        synthesise_plan(home / "data" / "raw", f"staff-{staff}", Recipe(staff, EMPLOYERS, 1))
    return [seconds([*COMMAND, f"staff-{staff}"], home) for staff in SIZES]
