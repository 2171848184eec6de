"""True parameters of careers as tables: hazards of leaving by reason and age, and of filling a vacant post by reason.

Rates compete as in docs/method.md: a yearly share q is a monthly hazard -ln(1-q)/12, and never q/12.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from pipeline.synthetic.chance import Floats
from pipeline.synthetic.parameters import parameters
from pipeline.synthetic.settings import Setting
from pipeline.tables.workforce import TRANSFER_NHS

KINDS = ("qualified", "support", "doctors")
RETIREMENT, RESIGNATION, TRANSFER = "retirement", "resignation", "transfer"
LEAVING = (RETIREMENT, RESIGNATION, TRANSFER, "ill health", "death in service", "dismissal", "career break", "other")
PULLED = (LEAVING.index(RESIGNATION), LEAVING.index(TRANSFER))
"""The reasons whose hazard differs between employers and settings."""
PROMOTION = "promotion"
NEWLY_QUALIFIED = "newly qualified"
JOINING = (
    NEWLY_QUALIFIED,
    TRANSFER_NHS,
    "international recruitment",
    "return to practice",
    "other",
    PROMOTION,
)
"""Ways to fill a vacant post; promotion comes last, and is not a way to join."""
OLDEST = 80
MIDDLE_AGE = 40


def careers() -> dict[str, Any]:
    """The parameters of careers."""
    return parameters("careers")


def monthly_hazard(yearly: float) -> float:
    """The monthly hazard of a yearly share."""
    return -math.log(1 - yearly) / 12


@cache
def leaving_hazards() -> Floats:
    """Monthly hazard of leaving by kind, age in years (0 to 80) and reason, before the factors of a team."""
    table = np.zeros((len(KINDS), OLDEST + 1, len(LEAVING)))
    for number, kind in enumerate(KINDS):
        own = careers()["kinds"][kind]
        for age in range(OLDEST + 1):
            for reason, rate in own["leave"].items():
                table[number, age, LEAVING.index(reason)] = monthly_hazard(rate) * _at_age(reason, age)
            table[number, age, LEAVING.index(RETIREMENT)] = own["retirement"] * monthly_hazard(_retires(age))
    return table


def _at_age(reason: str, age: int) -> float:
    steps: dict[int, float] = careers()["ages"][reason]
    return max((first, factor) for first, factor in steps.items() if first <= max(age, min(steps)))[1]


def _retires(age: int) -> float:
    steps: dict[int, float] = careers()["retirement"]
    return max(((first, share) for first, share in steps.items() if first <= age), default=(0, 0.0))[1]


@cache
def joining_mix() -> Floats:
    """Share of each reason among the ways to fill a vacant post, by kind and by entry (1) or above (0), and reason."""
    kinds = careers()["kinds"]
    return np.array(
        [[[kinds[kind]["join"][where][reason] for reason in JOINING] for where in ("above", "entry")] for kind in KINDS]
    )


@cache
def joining_season() -> Floats:
    """Factor of each calendar month (0 to 11) on the hazard of each reason for joining; each has mean 1."""
    seasons = careers()["seasons"]
    columns = [seasons[NEWLY_QUALIFIED if reason == NEWLY_QUALIFIED else "usual"] for reason in JOINING]
    table = np.array(columns).T
    return np.asarray(table / table.mean(axis=0))


def usually_filled(setting: Setting) -> float:
    """The share of a setting's posts that are filled where people of middle age leave and posts fill steadily."""
    hazards = leaving_hazards()[KINDS.index(setting.kind), MIDDLE_AGE].copy()
    hazards[list(PULLED)] *= setting.pull
    return float(1 / (1 + hazards.sum() * setting.fill * careers()["usual_vacancy"][setting.kind]))


def ages_in_months(drawn: Floats, mean: Floats, sd: Floats, low: Floats, high: Floats) -> Floats:
    """Ages in months at these quantiles of normal distributions in years, cut off at both ends without heaping."""
    below, above = ndtr((low - mean) / sd), ndtr((high - mean) / sd)
    return np.asarray(np.floor(12 * (mean + sd * ndtri(below + drawn * (above - below)))))
