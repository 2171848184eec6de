"""Which staff of the operational plan not to show: a plan is a target, but its outturn is staff in post.

What was planned describes nobody. The outturn of a team whose staff are on file is one more view of these staff, so it
is protected with them (wte_disclosure.py). Of a team that no file of staff has, the outturn is all that is known.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.metrics.indicators.parts import SYSTEM
from pipeline.metrics.operational_plan import STAFF_CELL, current_cycle, in_post_against_plan, own_plan, progress
from pipeline.metrics.scope import Scope
from pipeline.report.linked import People, View, everyone, hidden_cells

SHOWN_BY = (("pillar", "profession"), ("employer",), ("pillar",), ())
"""What tables, figures and sentences show the outturn by."""


def plan_teams(planned_wte: pd.DataFrame, staff: pd.DataFrame, scope: Scope) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The teams whose outturn is set beside their plan, with it in WTE, and those whose staff on file are.

    Takes the canonical tables. Both have employer, pillar and profession; the first has `outturn` as well.
    """
    plan = own_plan(planned_wte, scope)
    progressed = progress(plan, current_cycle(plan)).dropna(subset=["planned", "outturn"])
    return progressed[[*STAFF_CELL, "outturn"]], in_post_against_plan(plan, staff, scope)[STAFF_CELL]


def outturn_hidden(outturn: pd.DataFrame, staff: pd.DataFrame, rule: str) -> pd.DataFrame:
    """The groups whose outturn not to show because of teams of which no staff are on file.

    Takes the teams of plan_teams and workforce.current_staff. Returns rows with the columns of HeldWte.groups that they
    need, `has_outturn` among them. How many people a WTE is of is not known: it is at least as many.
    """
    there = pd.MultiIndex.from_frame(staff[STAFF_CELL])
    alone = outturn[~pd.MultiIndex.from_frame(outturn[STAFF_CELL]).isin(there)]
    rows = alone.assign(wte=alone["outturn"].astype("float64"), heads=np.ceil(alone["outturn"].astype("float64")))
    people = People(rows, [STAFF_CELL], "wte", heads="heads")
    whole = dict.fromkeys(STAFF_CELL, SYSTEM)
    views = {
        "/".join(by): View(
            rows.assign(**{name: SYSTEM for name in whole if name not in by})
            .groupby(STAFF_CELL, as_index=False)["wte"]
            .sum(),
            list(by),
            {"wte": everyone},
            exact=True,
        )
        for by in SHOWN_BY
        if len(rows)
    }
    masks = hidden_cells(views, people, rule)
    return pd.concat(
        [views[name].frame.loc[mask["wte"], STAFF_CELL] for name, mask in masks.items()] or [pd.DataFrame()],
        ignore_index=True,
    )
