"""The memory of a process that works out one scenario of the sample plan.

`python -m bench.memory DRAWS FOLDER` reads the sample's tables from a store in the folder, as a run does once its files
have been read, works out its baseline in so many draws, staff by month kept, and prints its peak memory in KiB. It
imports nothing that reads source files, since that is the work, and the memory, of another process.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from bench.timing import ROOT
from pipeline.metrics.scope import plan_scope
from pipeline.model.ahead import start
from pipeline.model.draws import draw_assumptions
from pipeline.model.outcome import outcome
from pipeline.model.plan_setting import plan_setting
from pipeline.model.scenarios import BASELINE
from pipeline.plan import load_plan
from pipeline.store import Store


def main() -> None:
    draws, stored = int(sys.argv[1]), Store(Path(sys.argv[2]))
    plan = load_plan(ROOT / "data" / "raw" / "sample")
    tables = {each.name: stored.read(each.name) for each in stored.records()}
    setting = plan_setting(plan, tables, plan_scope(plan, tables["organisations"]))
    base = draw_assumptions(setting.assumptions, draws, seed=1)
    outcome(setting, BASELINE, base, start(setting, base), 1, keep_staff=True)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


if __name__ == "__main__":
    main()
