"""Bank and agency cover: a share of the vacant posts, and what it costs."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from pipeline.synthetic.chance import key, numbered, uniforms
from pipeline.synthetic.parameters import parameters
from pipeline.synthetic.people import history
from pipeline.synthetic.places import places
from pipeline.synthetic.recipe import Recipe
from pipeline.synthetic.records import by_profession, month_ends, slot_facts
from pipeline.tables import TABLES

SUPPLIED_BY = ("bank", "agency")
LEAST_WTE = 0.05


def cover_share(employer: str, kind: str) -> float:
    """The true share of an employer's vacant WTE that bank or agency staff fill."""
    factor = _chosen()["employers"].get(employer, {}).get(kind, 1.0)
    return float(_chosen()["share"][kind] * factor)


def temporary_staff(recipe: Recipe) -> pd.DataFrame:
    """WTE worked and cost by month, employer, profession and kind, for the last months; nothing where nobody came."""
    rows = by_profession(recipe)
    own = {trust.code for trust in places(recipe).employers}
    first = len(history(recipe).months) - parameters("planning")["returns"]["temporary"]
    rows = rows[rows["employer"].isin(own) & (rows["step"] >= first)]
    made = pd.concat([_cover(recipe, rows, kind) for kind in SUPPLIED_BY], ignore_index=True)
    made = made[made["wte"] >= LEAST_WTE]
    table = TABLES["temporary_staff"]
    made = made.assign(month=month_ends(recipe, made["step"]))[table.own_columns]
    return made.sort_values(list(table.key), ignore_index=True)


def _cover(recipe: Recipe, rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    vacant = (rows["funded_wte"] - rows["wte"]).clip(lower=0)
    names = rows["employer"] + "/" + rows["profession"]
    keys = np.array([key(recipe.seed, "cover", kind, name) for name in names])
    drawn = uniforms(keys.astype(np.uint64) ^ numbered(key(kind), rows["step"].to_numpy()), "month")
    sd = _chosen()["month_sd"]
    share = rows["employer"].map(lambda employer: cover_share(employer, kind))
    wte = (vacant * share * np.exp(sd * ndtri(drawn) - sd * sd / 2)).round(1)
    years = (rows["step"] - len(history(recipe).months) + 1) / 12
    price = rows["profession"].map(_prices(recipe)) * _chosen()["dearer"][kind]
    cost = (wte * price * np.exp(math.log1p(_chosen()["price_growth"]) * years)).round(0)
    return rows.assign(kind=kind, wte=wte, cost=cost)


@cache
def _prices(recipe: Recipe) -> dict[str, float]:
    """Pounds a whole-time equivalent and month, by profession."""
    facts = slot_facts(recipe)
    return {name: _chosen()["cost"][kind] for name, kind in zip(facts["profession"], facts["kind"], strict=True)}


def _chosen() -> dict[str, Any]:
    section: dict[str, Any] = parameters("planning")["temporary"]
    return section
