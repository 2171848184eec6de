"""Timing whole processes in pairs, and writing down what was found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench" / "results.json"


@dataclass(frozen=True)
class Result:
    """One figure: what it is, what was aimed at and what it was paired with."""

    name: str
    value: float
    unit: str
    aim: str
    paired_with: str


def seconds(command: Sequence[str], folder: Path = ROOT, **environment: str) -> float:
    """Wall time of a command that must succeed."""
    started = time.perf_counter()
    output(command, folder, **environment)
    return time.perf_counter() - started


def output(command: Sequence[str], folder: Path = ROOT, **environment: str) -> str:
    """What a command that must succeed prints."""
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return done.stdout


def timed(work: Callable[[], object]) -> float:
    """Seconds that some work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def least_in_turn(works: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The least seconds of each piece of work, in turn, so that what else the machine does falls on all alike."""
    taken = [{name: timed(work) for name, work in works.items()} for _ in range(rounds)]
    return {name: min(each[name] for each in taken) for name in works}


def middle(times: Sequence[float]) -> float:
    """The median."""
    ordered = sorted(times)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def write(results: Sequence[Result]) -> None:
    """Print the results and keep them in bench/results.json."""
    for result in results:
        print(f"{result.name}: {result.value:.3g} {result.unit} (aim: {result.aim}; paired with {result.paired_with})")
    RESULTS.write_text(json.dumps([asdict(result) for result in results], indent=1) + "\n", encoding="utf-8")
