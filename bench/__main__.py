"""A cold run against plain papermill and nbconvert on the same notebooks, a second run against the first, and parts.

`python -m bench` times everything; `python -m bench intake` the reading of a large extract of staff records alone, and
`python -m bench staff` the engine of staff over time.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from bench.intake import intake_results
from bench.staff import staff_results
from bench.timing import ROOT, Result, middle, seconds, write
from pipeline.run.inside import DOOR

STAGES = ("ingest", "metrics", "scenario", "evidence", "action_plan")
REPEATS = 3


def main() -> None:
    """Time everything, or the parts that are named, and write the results."""
    named = sys.argv[1:] or list(PARTS)
    write([result for name in named for result in PARTS[name]()])


def run_results() -> list[Result]:
    """A cold run, a second run and the plain chain, in turn."""
    pairs = [_pair() for _ in range(REPEATS)]
    ours, again, plain = ([pair[column] for pair in pairs] for column in range(3))
    return [
        Result("cold run", middle(ours), "s", "no aim", "plain papermill and nbconvert"),
        Result("plain papermill and nbconvert", middle(plain), "s", "no aim", "cold run"),
        Result(
            "cold run / plain chain",
            middle([a / b for a, b in zip(ours, plain, strict=True)]),
            "ratio of wall times",
            "the PDF is in ours alone",
            "plain papermill and nbconvert",
        ),
        Result("second run with nothing changed", middle(again), "s", "no aim", "cold run"),
        Result(
            "second run / first run",
            middle([b / a for a, b in zip(ours, again, strict=True)]),
            "ratio of wall times",
            "under 0.05",
            "cold run",
        ),
    ]


def _pair() -> tuple[float, float, float]:
    with tempfile.TemporaryDirectory() as folder:
        run = [sys.executable, "-m", "pipeline", "run", "sample", "--out", str(Path(folder) / "ours")]
        first = seconds([*run, "--force"])
        second = seconds(run)
        return first, second, _plain_chain(Path(folder) / "plain")


def _plain_chain(out: Path) -> float:
    """The same notebooks by the tools' own commands, each to HTML."""
    processed = out / "sample"
    processed.mkdir(parents=True)
    total = 0.0
    for stage in STAGES:
        made = out / f"{stage}.ipynb"
        parameters = ["-p", "plan_folder", str(ROOT / "data/raw/sample"), "-p", "processed_folder", str(processed)]
        source = ROOT / "notebooks" / f"{stage}.ipynb"
        papermill = [sys.executable, "-m", "papermill", "--no-progress-bar", str(source), str(made), *parameters]
        # A notebook run by hand first brings the stages before it up to date: not here, where they are timed in turn.
        total += seconds(papermill, ROOT / "notebooks", **{DOOR: str(out)})
        total += seconds([sys.executable, "-m", "jupyter", "nbconvert", "--to", "html", str(made)])
    return total


PARTS = {"run": run_results, "intake": intake_results, "staff": staff_results}

if __name__ == "__main__":
    main()
