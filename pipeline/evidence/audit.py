"""What auditors asked of workforce models, and the figures that answer them here (docs/method.md, section 17)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import yaml

from pipeline.assumptions import Assumption, placeholders
from pipeline.evidence.expected_gap import gap_then, gross
from pipeline.model.counted_today import counted_today
from pipeline.model.draws import central
from pipeline.model.plan_setting import Setting
from pipeline.model.scenarios import Change, Scenario
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
    same if nobody more is recruited abroad.
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
    )


def _gap(setting: Setting, scenario: Scenario) -> float:
    return float(gross(gap_then(setting, scenario, central(setting.assumptions)))[0])
