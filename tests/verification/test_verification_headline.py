"""The headline: gross and net staff beyond the operational plan are two figures, and neither stands for the other."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.model.beyond_plan import beyond_plan, beyond_plan_by

pytestmark = pytest.mark.unit

PLANNED = {"imaging": 300.0, "labs": 250.0, "endoscopy": 120.0, "physiological": 90.0}
BEYOND = {"imaging": 62.0, "labs": 31.0, "endoscopy": 22.0, "physiological": -18.0}
"""WTE required beyond the plan; the surplus of 18 is in one pillar."""


def test_gross_is_115_and_net_97_where_one_pillar_has_a_surplus_of_18() -> None:
    cells = pd.DataFrame({"employer": "AAA", "pillar": list(PLANNED), "profession": list(PLANNED)})
    plan = np.array(list(PLANNED.values()))[:, None, None]
    required = plan + np.array(list(BEYOND.values()))[:, None, None]
    found = beyond_plan(required, plan)
    assert (found.gross.item(), found.net.item()) == (115, 97)
    (whole,) = beyond_plan_by(required, plan, cells, [], 0).to_dict("records")
    assert (whole["gross_p50"], whole["net_p50"]) == (115, 97)
    by_pillar = beyond_plan_by(required, plan, cells, ["pillar"], 0).set_index("pillar")
    assert (by_pillar["gross_p50"].sum(), by_pillar["net_p50"].sum()) == (115, 97)
    assert by_pillar.loc["physiological", ["gross_p50", "net_p50"]].tolist() == [0, -18]
