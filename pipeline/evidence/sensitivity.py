"""Which assumption moves the answer most (docs/method.md, section 9)."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from pipeline.model.draws import Draws, central
from pipeline.model.gap import gross_and_net
from pipeline.model.outcome import Setting
from pipeline.model.scenarios import Scenario


def one_at_a_time(setting: Setting, scenario: Scenario, month: dt.date) -> pd.DataFrame:
    """Gross gap (WTE) of a scenario with each assumption at its low and high, all others at their value, widest first.

    Returns assumption, grade, at_low, at_high, centre and swing. Assumptions without a range are left out.
    """
    base = central(setting.assumptions)
    centre = _gross(setting, scenario, base, month)
    rows = []
    for key, assumption in setting.assumptions.items():
        if assumption.low is None or assumption.high is None:
            continue
        ends = (assumption.low, assumption.high)
        low, high = (_gross(setting, scenario, {**base, key: np.array([value])}, month) for value in ends)
        rows.append([assumption.label, assumption.grade, low, high, centre, abs(high - low)])
    swings = pd.DataFrame(rows, columns=["assumption", "grade", "at_low", "at_high", "centre", "swing"])
    return swings.sort_values("swing", ascending=False).reset_index(drop=True)


def _gross(setting: Setting, scenario: Scenario, draws: Draws, month: dt.date) -> float:
    return float(gross_and_net(setting.needed(draws, month, scenario), setting.in_post)[0][0])
