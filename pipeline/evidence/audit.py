"""What auditors asked of workforce models, and the figures that answer them here (docs/method.md, section 17)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import yaml

from pipeline.assumptions import Assumption, placeholders
from pipeline.evidence.expected_gap import gap_then, gross
from pipeline.model.ahead import supply
from pipeline.model.counted_today import counted_today
from pipeline.model.draws import central
from pipeline.model.paths import paths
from pipeline.model.plan_setting import Setting
from pipeline.model.scenarios import Change, Scenario
from pipeline.model.supply.system import FLOWS, FROM_ORIGIN, INTERNATIONAL, INTO, OUT
from pipeline.reference import FOLDER


@dataclass(frozen=True)
class Audit:
    """Published findings on another model: id, found and shown of each, in order, and where they were read."""

    findings: tuple[Mapping[str, str], ...]
    source: str


@dataclass(frozen=True)
class AuditFigures:
    """What the answers quote.

    `counted` is the WTE in post whose work counted tests explain, and `all_in_post` that of all staff; `gap` is the
    gross gap (WTE) at the last month if nothing is changed and staff follow expected values, `gap_without_abroad` the
    same if nobody more is recruited abroad. Of that, summed over the months in WTE: `from_abroad` who then do not come,
    `others_come` who are hired or newly qualified in their place, and `fewer_leave` who then do not leave.
    """

    cells: int
    months: int
    counted: float
    all_in_post: float
    assumptions: int
    stand_ins: int
    ranged: int
    productivity: Assumption
    scenarios: int
    gap: float
    gap_without_abroad: float
    from_abroad: float
    others_come: float
    fewer_leave: float


@cache
def audit() -> Audit:
    """The findings of audit_findings.yaml."""
    raw = yaml.safe_load((FOLDER / "audit_findings.yaml").read_text(encoding="utf-8"))
    return Audit(tuple(raw["findings"]), f"{raw['source']}, {raw['link']}")


def audit_figures(setting: Setting, scenarios: list[Scenario]) -> AuditFigures:
    """The figures that the answers quote, for a plan with staff. In the first scenario nothing changes."""
    figures, first = setting.figures, scenarios[0]
    of_tests = counted_today(setting).dropna(subset=["in_post"])
    nobody = Change(kind="recruits_abroad_kept", moves_to=0.0)
    without = first.model_copy(update={"changes": [*first.changes, nobody]})
    more = _flows(setting, without) - _flows(setting, first)
    return AuditFigures(
        cells=len(setting.cells),
        months=setting.months,
        counted=float(np.minimum(of_tests["counted"], of_tests["in_post"]).sum()),
        all_in_post=float(setting.wte_at_base.sum()),
        assumptions=len(figures),
        stand_ins=len(placeholders(figures)),
        ranged=sum(each.low is not None for each in figures.values()),
        productivity=setting.assumptions["productivity_growth"],
        scenarios=len(scenarios),
        gap=_gap(setting, first),
        gap_without_abroad=_gap(setting, without),
        from_abroad=float(-more[_ABROAD]),
        others_come=float(more[list(INTO)].sum() - more[_ABROAD]),
        fewer_leave=float(-more[list(OUT)].sum()),
    )


_ABROAD = FLOWS[FROM_ORIGIN[INTERNATIONAL]]


def _flows(setting: Setting, scenario: Scenario) -> pd.Series:
    """WTE of each flow into and out of the system, over all months, if staff follow expected values."""
    of = paths(scenario, central(setting.assumptions), setting.assumptions, setting.months, setting.implied)
    drawn = supply(setting, setting.staff_followed, of, None).drawn
    return pd.Series(drawn.whole_flow[0].sum(axis=1), index=list(FLOWS))


def _gap(setting: Setting, scenario: Scenario) -> float:
    return float(gross(gap_then(setting, scenario, central(setting.assumptions)))[0])
