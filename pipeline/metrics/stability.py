"""Stability and joining over twelve months: how many of those in post at the start stayed, and how many came.

Files count leavers and do not say when each had joined. All are taken to have been in post at the start, so the
stability index is a lower bound: whoever joined and left within the year makes it too low (docs/method.md, section 12).
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.metrics.months import MONTHS_IN_YEAR, months_back
from pipeline.metrics.scope import Scope
from pipeline.metrics.turnover import FLOWS, covered, turnover_by
from pipeline.metrics.workforce import best_staff, in_pillars
from pipeline.reference import indicator

PAIR = ["employer", "pillar"]
COUNTS = ["start", "average", *FLOWS]


def opening_headcount(staff: pd.DataFrame, scope: Scope, last: pd.Timestamp) -> pd.DataFrame:
    """People in post 12 months before `last` by employer, pillar and profession (`start`).

    Employers and pillars whose file lacks that month, or a headcount in it, are left out: an unknown start is not
    nobody.
    """
    columns = [*PAIR, "profession", "start"]
    own = in_pillars(best_staff(staff[staff["employer"].isin(scope.employers)]), scope)
    if pd.isna(last) or own.empty:
        return pd.DataFrame(columns=columns).astype({"start": "float64"})
    then = own[months_back(own["month"], last) == MONTHS_IN_YEAR]
    unknown = then["headcount"].isna().groupby([then[column] for column in PAIR]).transform("any")
    summed = then[~unknown].groupby([*PAIR, "profession"], as_index=False)["headcount"].sum()
    return summed.rename(columns={"headcount": "start"}).astype({"start": "float64"})[columns]


def stability_by(
    year: pd.DataFrame, headcounts: pd.DataFrame, opening: pd.DataFrame, by: Sequence[str]
) -> pd.DataFrame:
    """People at the start, joiners, leavers, stability index and joiner rate by `by`, most people first.

    Takes turnover.latest_year, turnover.average_headcount and opening_headcount. Over the employers that
    turnover.covered names and their pillars with a known start.
    """
    pairs = opening[PAIR].drop_duplicates()
    known = headcounts.merge(pairs, on=PAIR)
    counted = opening.merge(known[PAIR].drop_duplicates(), on=PAIR)
    start = counted[counted["employer"].isin(covered(year, known))].groupby(list(by))["start"].sum()
    flows = turnover_by(year, known, by).drop(columns=["leaver_rate", "system_leaver_rate"])
    both = flows.set_index(list(by)).join(start, how="outer").fillna(0).reset_index()
    return with_stability(both[[*by, *COUNTS]].sort_values("start", ascending=False, ignore_index=True))


def with_stability(counts: pd.DataFrame) -> pd.DataFrame:
    """The counts with `stability`, `system_stability`, `joiner_rate` and `system_joiner_rate` (0 to 1).

    Stability = (start - leavers) / start, and for the system without moves within it; joiner rate = joiners / average
    headcount, likewise. Missing under ten people, where a count is hidden, and where more left than were there.
    """
    counted = counts.astype(dict.fromkeys(COUNTS, "Float64"))
    enough = indicator("rate_from_headcount")
    start, average = (counted[name].where((counted[name] >= enough).fillna(False)) for name in ("start", "average"))
    lost = counted["leavers"] - counted["leavers_within"]
    gained = counted["joiners"] - counted["joiners_within"]
    return counted.assign(
        stability=_stayed(start, counted["leavers"]),
        system_stability=_stayed(start, lost),
        joiner_rate=counted["joiners"] / average,
        system_joiner_rate=gained / average,
    )


def _stayed(start: pd.Series, leavers: pd.Series) -> pd.Series:
    stayed = (start - leavers) / start
    return stayed.where((stayed >= 0).fillna(False))
