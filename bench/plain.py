"""The same notebooks by the tools' own commands, one after the other: what a run is set against."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.timing import ROOT, seconds
from pipeline.run.inside import DOOR

STAGES = ("ingest", "metrics", "scenario", "evidence", "action_plan")


def plain_chain(plan: Path, out: Path) -> float:
    """Seconds that papermill and nbconvert take for a plan's notebooks, each to HTML."""
    processed = out / plan.name
    processed.mkdir(parents=True)
    total = 0.0
    for stage in STAGES:
        made = out / f"{plan.name}-{stage}.ipynb"
        parameters = ["-p", "plan_folder", str(plan), "-p", "processed_folder", str(processed)]
        source = ROOT / "notebooks" / f"{stage}.ipynb"
        papermill = [sys.executable, "-m", "papermill", "--no-progress-bar", str(source), str(made), *parameters]
        # A notebook run by hand first brings the stages before it up to date: not here, where they are timed in turn.
        total += seconds(papermill, ROOT / "notebooks", **{DOOR: str(out)})
        total += seconds([sys.executable, "-m", "jupyter", "nbconvert", "--to", "html", str(made)])
    return total
