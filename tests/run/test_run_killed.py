"""A run that is killed, at fifty moments one after another, over what the kills before it left behind."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from tiny_workshop import Workshop, lay_out

from pipeline.run.record import read_record
from pipeline.run.stages import STAGES
from pipeline.run.warm import COLD

pytestmark = [
    pytest.mark.notebook,
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="only POSIX systems have a kill that nothing can answer"),
]

KILLS = 50
EVENTS = 2 * len(STAGES)
"""Each stage says that it begins and that it is done."""
ENDED = "ended\n"
LATER = 0.4
"""Longest wait, in seconds, between what a run says and its end."""
RUNS = """\
import os
import sys
from pathlib import Path
import pipeline.report.compose, pipeline.run.notebook
from tiny_workshop import Workshop
for _ in sys.stdin:
    if run := os.fork():
        print(run, flush=True)
        os.waitpid(run, 0)
        print("ended", flush=True)
    else:
        Workshop(Path(sys.argv[1])).build(progress=lambda event: print(event.stage, event.state, flush=True))
        os._exit(0)
"""
"""For each line it is sent, a run in a process of its own, which says its number and what it does. Loading the code,
which leaves nothing behind wherever it is cut short, is done once."""


@contextmanager
def runs_of(shop: Workshop) -> Iterator[subprocess.Popen[str]]:
    """What begins runs of the shop."""
    places = [str(Path(__file__).parent), str(Path(__file__).parents[2])]
    begun = subprocess.Popen(
        [sys.executable, "-c", RUNS, str(shop.root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(places), COLD: "1"},
    )
    with begun:
        yield begun


def kill(begins: subprocess.Popen[str], moment: int, later: float) -> None:
    """Begin a run and kill it so many seconds after so many things that it says, or let it end before."""
    assert begins.stdin is not None
    assert begins.stdout is not None
    begins.stdin.write("go\n")
    begins.stdin.flush()
    run = int(begins.stdout.readline())
    for _ in range(moment):
        if begins.stdout.readline() == ENDED:
            return
    time.sleep(later)
    with suppress(ProcessLookupError):
        os.kill(run, signal.SIGKILL)
    assert ENDED in begins.stdout


def change(shop: Workshop, wte: int) -> None:
    """Other figures in the plan's file, so that every stage has work."""
    (shop.plan / "numbers.csv").write_text(f"employer,wte\nRZ1,{wte}\n", encoding="utf-8")


def assert_whole(shop: Workshop, runs: set[str]) -> str:
    """The report in use is one run's, every file of it; the run's id."""
    facts = read_record(shop.report)
    page = (shop.report / "strategy.html").read_text(encoding="utf-8")
    assert page.endswith(f"] {facts['headlines']}")
    assert {path.name for path in shop.report.iterdir()} == {"run.json", "strategy.html", "board.pptx"}
    assert facts["run_id"] in runs | {facts["run_id"]}
    return str(facts["run_id"])


def leftovers(shop: Workshop) -> list[Path]:
    """What a finished run leaves nowhere."""
    halves = [*shop.root.rglob("*.partial*"), *shop.root.rglob("*.tmp")]
    aside = [shop.reports / ".building" / "tiny", shop.reports / ".retiring" / "tiny"]
    return halves + [path for path in aside if path.exists()]


def made(shop: Workshop) -> dict[str, Any]:
    """What a plan's notebooks and report say, without what tells one run from another."""
    tables = {path.name: path.read_bytes() for path in shop.processed.glob("*.parquet") if "moves" not in path.name}
    return {**tables, "headlines": read_record(shop.report)["headlines"]}


def test_a_run_killed_at_any_of_fifty_moments_leaves_a_whole_report_and_the_next_run_is_right(tmp_path: Path) -> None:
    chance = random.Random(20260331)
    shop = lay_out(tmp_path / "shop")
    shop.build()
    runs = {assert_whole(shop, set())}
    with runs_of(shop) as begins:
        for number in range(KILLS):
            change(shop, number)
            kill(begins, moment=chance.randrange(EVENTS + 1), later=chance.uniform(0, LATER))
            runs.add(assert_whole(shop, runs))
    # Some were killed after the new report had its place, most before.
    assert 1 < len(runs) < KILLS
    # Cut short in the middle of a file, which the moments above may have missed.
    half = shop.processed / "notebooks" / f".metrics.partial.ipynb.{begins.pid}.partial"
    half.write_text("half", encoding="utf-8")
    change(shop, 1000)
    built = shop.build()
    assert {result.name for result in built.stages} == {stage.name for stage in STAGES}
    assert not leftovers(shop)
    clean = lay_out(tmp_path / "clean")
    change(clean, 1000)
    clean.build()
    assert made(shop) == made(clean)
    assert all(json.loads(path.read_text(encoding="utf-8")) for path in shop.root.rglob("run.json"))
