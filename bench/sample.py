"""The sample plan as the engine takes it, and the memory of a process that works out one scenario of it.

`python -m bench.sample DRAWS` reads the sample, works out its baseline in so many draws, staff by month kept, and
prints its peak memory in kB.
"""

from __future__ import annotations

import resource
import sys

from bench.timing import ROOT
from pipeline.metrics.scope import plan_scope
from pipeline.model.ahead import start
from pipeline.model.draws import draw_assumptions
from pipeline.model.outcome import outcome
from pipeline.model.plan_setting import Setting, plan_setting
from pipeline.model.scenarios import BASELINE
from pipeline.model.supply.plan_staff import PlanStaff
from pipeline.plan import load_plan
from pipeline.sources.ingest import read_sources
from pipeline.tables import TABLES, empty


def sample_setting() -> Setting:
    """What every scenario of the sample starts from."""
    plan = load_plan(ROOT / "data" / "raw" / "sample")
    held = read_sources(plan).tables
    tables = {name: held[name] if name in held else empty(name) for name in TABLES}
    return plan_setting(plan, tables, plan_scope(plan, tables["organisations"]))


def staff_of(setting: Setting) -> PlanStaff:
    """The staff of a setting that has some. Raises ValueError for one that has none."""
    if setting.staff is None:
        raise ValueError("the sample has staff on file")
    return setting.staff


def main() -> None:
    setting, draws = sample_setting(), int(sys.argv[1])
    base = draw_assumptions(setting.assumptions, draws, seed=1)
    outcome(setting, BASELINE, base, start(setting, base), 1, keep_staff=True)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


if __name__ == "__main__":
    main()
