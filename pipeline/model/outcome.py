"""One scenario at one month: staff needed, the gap by employer and profession, and its total."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.assumptions import Assumptions
from pipeline.model.demand import Requirement, requirements
from pipeline.model.draws import Draws
from pipeline.model.gap import PERCENTILES, gap_table, gross_and_net
from pipeline.model.scenarios import Scenario, apply

PROFESSION_COLUMNS = [
    "pillar",
    "profession",
    "in_post",
    *PERCENTILES,
    "needed",
    "needed_everywhere",
    "employers",
    "employers_unknown",
]


@dataclass(frozen=True)
class Outcome:
    """What a scenario comes to at a month. `gross` and `net` are WTE, one value a draw."""

    scenario: Scenario
    month: dt.date
    needed: list[Requirement]
    cells: pd.DataFrame
    gross: NDArray[np.float64]
    net: NDArray[np.float64]


def outcome(
    scenario: Scenario, month: dt.date, annual: pd.DataFrame, draws: Draws, assumptions: Assumptions, in_post: pd.Series
) -> Outcome:
    """A scenario worked out at a month, against staff in post today."""
    needed = requirements(annual, apply(scenario, draws, assumptions), assumptions, month)
    gross, net = gross_and_net(needed, in_post)
    return Outcome(scenario, month, needed, gap_table(needed, in_post), gross, net)


def summary(outcomes: list[Outcome]) -> pd.DataFrame:
    """A row an outcome: scenario, month, and P10, P50 and P90 of the gross unmet and net gap, in WTE."""
    return pd.DataFrame(
        [
            {
                "scenario": each.scenario.label,
                "month": pd.Timestamp(each.month),
                **{f"gross_{name}": float(np.percentile(each.gross, share)) for name, share in PERCENTILES.items()},
                **{f"net_{name}": float(np.percentile(each.net, share)) for name, share in PERCENTILES.items()},
            }
            for each in outcomes
        ]
    )


def by_profession(result: Outcome, in_post: pd.Series) -> pd.DataFrame:
    """A row a profession over the employers whose staff are published: needed, in post and gap with P10, P50, P90.

    Draws are added up before percentiles are taken, so that ranges are the profession's own. `employers` counts those
    covered and `employers_unknown` those whose staff in this profession no file gives.
    """
    rows = []
    for pillar, profession in dict.fromkeys((need.pillar, need.profession) for need in result.needed):
        needs = [need for need in result.needed if (need.pillar, need.profession) == (pillar, profession)]
        known = [need for need in needs if (need.employer, profession) in in_post.index]
        wte = np.sum([need.wte for need in known], axis=0) if known else np.full(1, np.nan)
        posts = float(sum(in_post[(need.employer, profession)] for need in known)) if known else np.nan
        rows.append(
            {
                "pillar": pillar,
                "profession": profession,
                "in_post": posts,
                **{name: float(np.percentile(wte - posts, share)) for name, share in PERCENTILES.items()},
                "needed": float(np.percentile(wte, PERCENTILES["p50"])),
                "needed_everywhere": float(np.percentile(np.sum([need.wte for need in needs], axis=0), 50)),
                "employers": len(known),
                "employers_unknown": len(needs) - len(known),
            }
        )
    return pd.DataFrame(rows, columns=PROFESSION_COLUMNS)
