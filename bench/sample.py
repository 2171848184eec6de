"""The sample plan as the engine takes it."""

from __future__ import annotations

from bench.timing import ROOT
from pipeline.metrics.scope import plan_scope
from pipeline.model.plan_setting import Setting, plan_setting
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
