"""Joiners and leavers over twelve months, by the NHS definition and with moves inside the system told apart.

NHS leaver rate: leavers of twelve months over the average headcount of those months. It counts a move to another
employer of the same system as a loss, which for the system it is not (docs/method.md, section 10).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.metrics.months import MONTHS_IN_YEAR, last_months, month_averages, months_back
from pipeline.metrics.scope import Scope
from pipeline.metrics.workforce import best_staff, in_pillars
from pipeline.reference import indicator
from pipeline.tables.workforce import TRANSFER_WITHIN

PART = ["employer", "pillar"]
FLOWS = ["joiners", "joiners_within", "leavers", "leavers_within"]


def latest_year(movements: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The movements of the plan's employers and pillars in the 12 months to the latest month that any employer sent."""
    own = in_pillars(movements[movements["employer"].isin(scope.employers)], scope)
    return last_months(own, MONTHS_IN_YEAR)


def covered(year: pd.DataFrame, headcounts: pd.DataFrame) -> list[str]:
    """Employers whose movements cover the 12 months and whose headcount is known.

    Takes latest_year and average_headcount. A file has no row for a month in which nobody moved. Months without a row
    are taken as such while fewer than three movers would be expected in them, and as not sent beyond that.
    """
    last = year["month"].max()
    known = set(headcounts["employer"])
    return [
        str(employer)
        for employer, rows in year.groupby("employer")
        if employer in known and _silence(rows, last) < indicator("movers_that_cannot_be_missed")
    ]


def _silence(rows: pd.DataFrame, last: pd.Timestamp) -> float:
    """Movers expected in the longest run of months without any."""
    with_some: NDArray[np.int64] = np.unique(months_back(rows["month"], last))
    ends = np.concatenate([[-1], with_some, [MONTHS_IN_YEAR]])
    longest = int(np.diff(ends).max()) - 1
    return longest * float(rows["headcount"].sum()) / MONTHS_IN_YEAR


def average_headcount(staff: pd.DataFrame, scope: Scope, last: pd.Timestamp, by: str = "profession") -> pd.DataFrame:
    """Average headcount of the year to `last`, by employer, pillar and profession, or another column in its place.

    The mean of the twelve months' averages, a month on no file lying on the line between its neighbours; of fewer
    where the files begin later. A profession without a row in a month of its employer and pillar had nobody. Rows
    without a headcount leave their employer and pillar out.
    """
    cell = [*PART, by]
    own = in_pillars(best_staff(staff[staff["employer"].isin(scope.employers)]), scope)
    if pd.isna(last):
        return pd.DataFrame(columns=[*cell, "average"])
    back = months_back(own["month"], last)
    window = own[(back >= 0) & (back <= MONTHS_IN_YEAR)]
    whole = window[~window["headcount"].isna().groupby([window["employer"], window["pillar"]]).transform("any")]
    monthly = month_averages(_with_nobody(whole, cell), cell, "headcount")
    return monthly.groupby(cell)["headcount"].mean().rename("average").astype("float64").reset_index()


def _with_nobody(staff: pd.DataFrame, cell: list[str]) -> pd.DataFrame:
    """Headcount by employer, pillar, profession and month, with 0 where the others of the pillar have a row."""
    months = staff[[*PART, "month"]].drop_duplicates()
    every = months.merge(staff[cell].drop_duplicates(), on=PART)
    counted = staff.groupby([*cell, "month"], as_index=False)["headcount"].sum()
    return every.merge(counted, on=[*cell, "month"], how="left").fillna({"headcount": 0})


def turnover_by(year: pd.DataFrame, headcounts: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Joiners, leavers, those of each that moved within the system, average headcount and leaver rates.

    By the columns of `by` (employer, pillar, profession), over the employers of `covered` and their pillars whose
    headcount is known. `leaver_rate` is the NHS definition; `system_leaver_rate` leaves out moves within the system.
    """
    employers = covered(year, headcounts)
    people = headcounts[headcounts["employer"].isin(employers)]
    pairs = people[["employer", "pillar"]].drop_duplicates()
    own = year[year["employer"].isin(employers)].merge(pairs, on=["employer", "pillar"])
    flows = flows_of(own).groupby(list(by))[FLOWS].sum()
    average = people.groupby(list(by))["average"].sum()
    both = flows.join(average, how="outer").fillna({**dict.fromkeys(FLOWS, 0), "average": 0.0})
    return with_rates(both.reset_index().sort_values("average", ascending=False).reset_index(drop=True))


def without_bands(
    year: pd.DataFrame, by_band: pd.DataFrame, employers: Sequence[str], left_out: Collection[str]
) -> pd.Series:
    """The joiners, leavers, average headcount and leaver rates of all these employers without the staff of some bands.

    Takes latest_year, average_headcount by band and the result of covered.
    """
    there = by_band[by_band["employer"].isin(list(employers))]
    own = year[year["employer"].isin(list(employers))]
    own = own.merge(there[PART].drop_duplicates(), on=PART)
    counted = flows_of(own[~own["band"].isin(list(left_out))])[FLOWS].sum()
    average = float(there.loc[~there["band"].isin(list(left_out)), "average"].sum())
    return with_rates(pd.DataFrame([{**counted, "average": average}])).iloc[0]


def flows_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Movements with their people in columns of their own: joiners, leavers, and those of each within the system."""
    left, within = rows["kind"] == "leaver", rows["reason"] == TRANSFER_WITHIN
    people = rows["headcount"].astype("int64")
    return rows.assign(
        joiners=people.where(~left, 0),
        joiners_within=people.where(~left & within, 0),
        leavers=people.where(left, 0),
        leavers_within=people.where(left & within, 0),
    )


def with_rates(flows: pd.DataFrame) -> pd.DataFrame:
    """The flows with both leaver rates; missing where the average headcount is under ten, or a count is hidden."""
    counted = flows.astype({**dict.fromkeys(FLOWS, "Int64"), "average": "Float64"})
    average = counted["average"].where((counted["average"] >= indicator("rate_from_headcount")).fillna(False))
    lost = counted["leavers"] - counted["leavers_within"]
    return counted.assign(leaver_rate=counted["leavers"] / average, system_leaver_rate=lost / average)


def reasons(year: pd.DataFrame, employers: Sequence[str]) -> pd.DataFrame:
    """People who joined and left by reason over these employers, most leavers first (reason, joiners, leavers)."""
    own = flows_of(year[year["employer"].isin(list(employers))])
    summed = own.groupby("reason", as_index=False)[["joiners", "leavers"]].sum()
    return summed.sort_values(["leavers", "joiners"], ascending=False).reset_index(drop=True)
