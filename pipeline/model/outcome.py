"""One scenario at one month: staff needed, the gap by employer and profession, and its total."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.assumptions import Assumptions
from pipeline.model.demand import Later, Requirement, requirements
from pipeline.model.draws import Draws
from pipeline.model.gap import PERCENTILES, gross_and_net, uncounted_work, with_uncounted
from pipeline.model.scenarios import BASELINE, Scenario, apply

Cells = Collection[tuple[str, str]]
"""Employers and professions."""
PROFESSION_COLUMNS = [
    "pillar",
    "profession",
    "in_post",
    "counted",
    "uncounted",
    "needed_everywhere",
    *PERCENTILES,
    "employers",
    "employers_unknown",
]


@dataclass(frozen=True)
class Outcome:
    """What a scenario comes to at a month. `gross` and `net` are WTE, one value a draw."""

    scenario: Scenario
    month: dt.date
    needed: list[Requirement]
    gross: NDArray[np.float64]
    net: NDArray[np.float64]


@dataclass(frozen=True)
class Setting:
    """What every scenario of a plan shares: its tests, its assumptions, its staff in post and its base month."""

    annual: pd.DataFrame
    assumptions: Assumptions
    in_post: pd.Series
    base_month: dt.date

    def needed(self, draws: Draws, month: dt.date, scenario: Scenario = BASELINE) -> list[Requirement]:
        """Staff needed at a month in a scenario, with the uncounted work that goes on as it is at the base month.

        At the base month every scenario needs the staff in post, since it was they who did the work.
        """
        today = requirements(self.annual, draws, self.assumptions, self.base_month)
        uncounted = uncounted_work(today, self.in_post)
        if month <= self.base_month:
            return with_uncounted(today, uncounted)
        later = Later(month, apply(scenario, draws, self.assumptions))
        then = requirements(self.annual, draws, self.assumptions, self.base_month, later)
        return with_uncounted(then, uncounted)


def outcome(scenario: Scenario, month: dt.date, setting: Setting, draws: Draws) -> Outcome:
    """A scenario worked out at a month, against staff in post today."""
    needed = setting.needed(draws, month, scenario)
    gross, net = gross_and_net(needed, setting.in_post)
    return Outcome(scenario, month, needed, gross, net)


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


def path(scenario: Scenario, months: Sequence[dt.date], setting: Setting, draws: Draws, cells: Cells) -> pd.DataFrame:
    """Staff needed in these cells (employer and profession) at each month: month, p10, p50 and p90, in WTE."""
    rows = []
    for month in months:
        needed = [need.wte for need in setting.needed(draws, month, scenario) if need.cell in cells]
        whole = _total(needed)
        shares = {name: float(np.percentile(whole, share)) for name, share in PERCENTILES.items()}
        rows.append({"month": pd.Timestamp(month), **shares})
    return pd.DataFrame(rows, columns=["month", *PERCENTILES])


def by_profession(result: Outcome, in_post: pd.Series) -> pd.DataFrame:
    """A row a profession over the employers whose staff are published, in WTE.

    Gives staff in post, staff needed for counted tests and for other work (both P50), and the gap (P10, P50, P90).
    Draws are added up before percentiles are taken, so that ranges are the profession's own. `needed_everywhere` is
    for the counted tests of all employers; `employers` counts those covered, `employers_unknown` those whose staff in
    this profession no file gives.
    """
    pairs = dict.fromkeys((need.pillar, need.profession) for need in result.needed)
    rows = [_profession(pillar, profession, result.needed, in_post) for pillar, profession in pairs]
    return pd.DataFrame(rows, columns=PROFESSION_COLUMNS)


def _profession(pillar: str, profession: str, needed: list[Requirement], in_post: pd.Series) -> list[object]:
    needs = [need for need in needed if (need.pillar, need.profession) == (pillar, profession)]
    known = [need for need in needs if need.cell in in_post.index]
    posts = float(sum(in_post[need.cell] for need in known)) if known else np.nan
    counted, uncounted = _total(need.counted for need in known), _total(need.uncounted for need in known)
    gap = [float(np.percentile(counted + uncounted - posts, share)) for share in PERCENTILES.values()]
    everywhere = _total(need.counted for need in needs)
    middles = [float(np.percentile(values, PERCENTILES["p50"])) for values in (counted, uncounted, everywhere)]
    return [pillar, profession, posts, *middles, *gap, len(known), len(needs) - len(known)]


def _total(parts: Iterable[NDArray[np.float64]]) -> NDArray[np.float64]:
    """The sum draw by draw; missing where there is nothing to add."""
    arrays = np.broadcast_arrays(*parts)
    return np.sum(arrays, axis=0) if arrays else np.full(1, np.nan)
