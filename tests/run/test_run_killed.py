"""A run that is killed, at fifty moments one after another, over what the kills before it left behind."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
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
LATER = 0.4
"""Longest wait, in seconds, between what a run says and its end."""
RUN = """\
import sys
from pathlib import Path
from tiny_workshop import Workshop
Workshop(Path(sys.argv[1])).build(progress=lambda event: print(event.stage, event.state, flush=True))
"""


def start(shop: Workshop) -> subprocess.Popen[str]:
    """A run in a process of its own, which says what it does."""
    places = [str(Path(__file__).parent), str(Path(__file__).parents[2])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(places), COLD: "1"}
    return subprocess.Popen(
        [sys.executable, "-c", RUN, str(shop.root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    )


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
    for number in range(KILLS):
        change(shop, number)
        moment, later = chance.randrange(EVENTS + 1), chance.uniform(0, LATER)
        with start(shop) as run:
            assert run.stdout is not None
            for _ in range(moment):
                if not run.stdout.readline():
                    break
            time.sleep(later)
            run.send_signal(signal.SIGKILL)
        runs.add(assert_whole(shop, runs))
    # Some were killed after the new report had its place, most before.
    assert 1 < len(runs) < KILLS
    change(shop, 1000)
    built = shop.build()
    assert {result.name for result in built.stages} == {stage.name for stage in STAGES}
    assert not leftovers(shop)
    clean = lay_out(tmp_path / "clean")
    change(clean, 1000)
    clean.build()
    assert made(shop) == made(clean)
    assert all(json.loads(path.read_text(encoding="utf-8")) for path in shop.root.rglob("run.json"))
