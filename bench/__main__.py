"""A cold run against plain papermill and nbconvert on the same notebooks, a second run against the first, and parts.

`python -m bench` times everything; `python -m bench plans [NUMBER]` many plans at once, `python -m bench intake` the
reading of a large extract of staff records alone, and `python -m bench staff` the engine of staff over time.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from bench.intake import intake_results
from bench.performance_page import draw_runs, put
from bench.plain import plain_chain
from bench.plans import plans_results
from bench.staff import staff_results
from bench.timing import ROOT, Result, middle, seconds, write

REPEATS = 3


def main() -> None:
    """Time everything, or the parts that are named, and write the results."""
    named = [word for word in sys.argv[1:] if not word.isdecimal()] or list(PARTS)
    numbers = [int(word) for word in sys.argv[1:] if word.isdecimal()]
    found: dict[str, list[Result]] = {}
    for name in named:
        found[name] = PARTS[name](*(numbers if name == "plans" else []))
        # What was measured is kept, whatever becomes of the next part.
        if name in {"run", "plans"}:
            put(name, found[name])
    if {"run", "plans"} <= found.keys():
        draw_runs([*found["run"], *found["plans"]])
    write([result for results in found.values() for result in results])


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
            "at most 0.4; PDF, workbook, slides and what changed are in ours alone",
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
        return first, second, plain_chain(ROOT / "data" / "raw" / "sample", Path(folder) / "plain")


PARTS = {"run": run_results, "plans": plans_results, "intake": intake_results, "staff": staff_results}

if __name__ == "__main__":
    main()
