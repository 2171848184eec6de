"""How the plan's own history has changed what the model takes for granted (docs/method.md, section 5)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.assumptions import Assumption, Assumptions, default_assumptions
from pipeline.model.plan_setting import Setting
from pipeline.model.posterior import Fitted
from pipeline.model.supply.exits import Differing
from pipeline.model.supply.recency import UNTRIED, Choice
from pipeline.model.supply.seasons import Seasons
from pipeline.reference import engine

ALL_DATA = ("activity_growth", "unavailable")
"""Kinds that the plan's files replace outright: so much is counted that what was thought before has no weight."""
COLUMNS = [
    *("key", "assumption", "unit", "scale", "prior", "prior_low", "prior_high", "alone", "alone_low", "alone_high"),
    *("posterior", "low", "high", "weight", "grade", "range", "shows"),
]


def prior_to_posterior(setting: Setting) -> pd.DataFrame:
    """Every assumption of which the plan's files say something: before, by the files alone, and after.

    A row an assumption, with value, low and high (P10 and P90) of each, the weight of the files (0 to 1), the grade it
    then has, where its range is from, and what was counted. The files alone are missing where no event was seen.
    Priors are those of standards.yaml, or the plan's own in their place.
    """
    staff = setting.staff.fitted if setting.staff is not None else []
    used = [each for each in staff if each.after.key in setting.assumptions]
    return pd.DataFrame([_row(each) for each in [*used, *_replaced(setting.assumptions)]], columns=COLUMNS)


def _replaced(assumptions: Assumptions) -> list[Fitted]:
    """Assumptions about work that the files have replaced; a test's growth was unmeasured before."""
    before = default_assumptions()
    return [
        Fitted(_before(each, before), _alone(each), each, 1.0, each.source)
        for each in assumptions.values()
        if each.kind in ALL_DATA and each.grade == "measured"
    ]


def _before(after: Assumption, before: Assumptions) -> Assumption:
    return before.get(after.key, before["unmeasured_growth"])


def _alone(after: Assumption) -> tuple[float, float, float]:
    """What the files alone say: two years give a growth and no range, for which one stands in."""
    value, low, high = _ends(after)
    return (value, low, high) if after.range == "measured" else (value, float("nan"), float("nan"))


def _ends(each: Assumption) -> tuple[float, float, float]:
    low, high = (np.nan if end is None else end for end in (each.low, each.high))
    return each.value, low, high


def _row(each: Fitted) -> list[object]:
    after = each.after
    return [
        *(after.key, after.label, after.unit, after.scale, *_ends(each.before), *each.alone, *_ends(after)),
        *(each.weight, after.grade, after.range, each.shows),
    ]


def memory_scores(setting: Setting) -> pd.DataFrame:
    """How each choice of months would have forecast leavers and hires.

    Returns rate (leaving or hiring) and the columns of recency.Choice.scores; no rows where nothing could be tried.
    """
    tried = [each.scores.assign(rate=name) for name, each in memories_of(setting).items() if len(each.scores)]
    return pd.concat(tried, ignore_index=True) if tried else UNTRIED.scores.assign(rate="")


def memories_of(setting: Setting) -> Mapping[str, Choice]:
    """How far back leaving and hiring are measured; nothing where no staff are on file."""
    if setting.staff is None:
        return {}
    return {"leaving": setting.staff.memory, "hiring": setting.staff.pace.memory}


def seasons_of(setting: Setting) -> Mapping[str, Seasons]:
    """When in the year people leave and are hired; nothing where no staff are on file."""
    if setting.staff is None:
        return {}
    return {"leaving": setting.staff.seasons, "hiring": setting.staff.pace.seasons}


def teams_that_differ(found: Differing, rows: int) -> pd.DataFrame:
    """The employers and professions whose factor lies farthest from 1, of those of any size, farthest first.

    Returns employer, profession, p10, p50 and p90 as a share above or below what was to be expected (0 is as expected),
    alone (the same by its own events alone) and weight (of its own events). Teams of which fewer than `few_people`
    events were to be expected are left out: they are too few to name.
    """
    known = found.cells[found.cells["expected"].astype("float64") >= engine("few_people")]
    order = np.log(known["factor"].astype("float64")).abs().sort_values(ascending=False, kind="stable").index[:rows]
    told = known.loc[order, ["employer", "profession", "low", "factor", "high", "alone", "weight"]]
    shares = {"low": "p10", "factor": "p50", "high": "p90"}
    table = told.rename(columns=shares).reset_index(drop=True)
    return table.assign(**{name: table[name] - 1.0 for name in (*shares.values(), "alone")})
