"""Which assumption moves the answer most (docs/method.md, section 9)."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from pipeline.assumptions import Assumptions
from pipeline.model.demand import requirements
from pipeline.model.draws import Draws, central
from pipeline.model.gap import gross_and_net


def one_at_a_time(annual: pd.DataFrame, assumptions: Assumptions, month: dt.date, in_post: pd.Series) -> pd.DataFrame:
    """Gross unmet (WTE) with each assumption at its low and its high and all others at their value, widest first.

    Returns assumption, unit, grade, at_low, at_high, centre and swing. Assumptions without a range are left out.
    """
    base = central(assumptions)
    centre = _gross(annual, base, assumptions, month, in_post)
    rows = []
    for key, assumption in assumptions.items():
        if assumption.low is None or assumption.high is None:
            continue
        low, high = (
            _gross(annual, {**base, key: np.array([value])}, assumptions, month, in_post)
            for value in (assumption.low, assumption.high)
        )
        rows.append(
            {
                "assumption": assumption.label,
                "grade": assumption.grade,
                "at_low": low,
                "at_high": high,
                "centre": centre,
                "swing": abs(high - low),
            }
        )
    columns = ["assumption", "grade", "at_low", "at_high", "centre", "swing"]
    return pd.DataFrame(rows, columns=columns).sort_values("swing", ascending=False).reset_index(drop=True)


def _gross(annual: pd.DataFrame, draws: Draws, assumptions: Assumptions, month: dt.date, in_post: pd.Series) -> float:
    return float(gross_and_net(requirements(annual, draws, assumptions, month), in_post)[0][0])
