"""The gap with two assumptions moved together: productivity and leaving (docs/method.md, section 9)."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from pipeline.evidence.expected_gap import gap_then, gross, net
from pipeline.evidence.groups import numbers
from pipeline.model.draws import central, shifted
from pipeline.model.plan_setting import Setting
from pipeline.model.scenarios import Scenario

PRODUCTIVITY, LEAVING = "productivity_growth", "exit_rate / leaving"


def productivity_by_leaving(setting: Setting, scenario: Scenario) -> pd.DataFrame:
    """Gross and net gap (WTE) of the last month in each square of levels of productivity and changes of leaving.

    Levels and changes are those of sensitivity.yaml; all other assumptions are at their value, and staff follow
    expected values. A change of leaving is one of its hazard: -0.3 is 30 % fewer who resign or leave otherwise. Returns
    productivity (share a year), leaving (change), gross and net.
    """
    squares = list(itertools.product(numbers("productivity_levels"), numbers("leaving_changes")))
    levels, changes = (np.array(each) for each in zip(*squares, strict=True))
    draws = central(setting.assumptions, len(squares))
    draws[PRODUCTIVITY] = levels
    draws[LEAVING] = shifted(draws[LEAVING], np.log1p(changes), setting.assumptions[LEAVING].scale)
    gap = gap_then(setting, scenario, draws)
    return pd.DataFrame({"productivity": levels, "leaving": changes, "gross": gross(gap), "net": net(gap)})
