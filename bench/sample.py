"""The sample plan's staff, and the memory that following them takes in a process that does nothing else.

`python -m bench.sample DRAWS` reads the sample, follows its staff in so many draws and prints its peak memory in kB.
"""

from __future__ import annotations

import resource
import sys

import pandas as pd

from bench.timing import ROOT
from pipeline.assumptions import STAFF_KINDS, Assumptions
from pipeline.metrics.scope import Scope, plan_scope
from pipeline.model.plan_setting import plan_assumptions_measured
from pipeline.model.staff_ahead import staff_ahead
from pipeline.model.supply.plan_staff import PlanStaff, plan_staff
from pipeline.plan import Plan, load_plan
from pipeline.sources.ingest import read_sources
from pipeline.tables import TABLES, empty


def sample() -> tuple[Plan, dict[str, pd.DataFrame], Scope]:
    """The sample plan and what it has on file."""
    plan = load_plan(ROOT / "data" / "raw" / "sample")
    held = read_sources(plan).tables
    tables = {name: held[name] if name in held else empty(name) for name in TABLES}
    return plan, tables, plan_scope(plan, tables["organisations"])


def sample_staff(plan: Plan, tables: dict[str, pd.DataFrame], scope: Scope) -> tuple[PlanStaff, Assumptions]:
    """The staff of the sample, and the assumptions about them."""
    every = plan_assumptions_measured(plan, tables, scope)
    used = {key: each for key, each in every.items() if each.kind in STAFF_KINDS}
    return plan_staff(tables, scope, plan.base_month, every), used


def main() -> None:
    staff_ahead(*sample(), draws=int(sys.argv[1]), seed=1)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


if __name__ == "__main__":
    main()
