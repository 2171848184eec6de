"""What joiners and leavers do not explain of the change in staff: a measure of the data (docs/method.md, section 5).

    remainder = people at the end - people at the beginning + those who left - those who joined

by employer, profession and month. Where one profession of an employer has too many in a month and another too few, so
many may have moved between the two; what is left after that no file explains.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.metrics.months import MONTHS_IN_YEAR
from pipeline.metrics.scope import Scope
from pipeline.metrics.workforce import in_pillars
from pipeline.model.supply.exposure import known_staff
from pipeline.model.supply.teams import CELL
from pipeline.reference import engine

AT = [*CELL, "month"]
OF_EMPLOYER = ["employer", "month"]


def growth_balance(
    staff: pd.DataFrame, movements: pd.DataFrame, organisations: pd.DataFrame, scope: Scope
) -> pd.DataFrame:
    """The balance of each employer, profession and month, in people, from the canonical tables.

    A month counts where an employer's staff at its end and at that of the month before are on file and it sent
    movements from that month or an earlier one on to that month or a later one. Returns employer, profession, month,
    before, after, left, joined, remainder, moved (what moves between professions may explain), unexplained, and merged:
    whether an organisation that ended then became part of the employer, whose staff it brought without a joiner.
    """
    known = known_staff(staff[staff["headcount"].notna()], scope)
    heads = known.astype({"headcount": "float64"}).groupby(AT)["headcount"].sum().rename("after").reset_index()
    moved = in_pillars(movements[movements["employer"].isin(scope.employers)], scope)
    months = _months(heads, moved)
    professions = heads[CELL].drop_duplicates()
    every = months.merge(professions, on="employer")
    before = heads.assign(month=heads["month"] + pd.offsets.MonthEnd(1)).rename(columns={"after": "before"})
    flows = moved.groupby([*AT, "kind"])["headcount"].sum().unstack("kind").astype("float64")
    flows = flows.reindex(columns=["leaver", "joiner"]).rename(columns={"leaver": "left", "joiner": "joined"})
    table = every.merge(before, on=AT, how="left").merge(heads, on=AT, how="left")
    table = table.merge(flows.reset_index(), on=AT, how="left").fillna(
        dict.fromkeys(("before", "after", "left", "joined"), 0.0)
    )
    remainder = table["after"] - table["before"] + table["left"] - table["joined"]
    explained = _between_professions(table.assign(remainder=remainder))
    return explained.assign(merged=_merged(explained, organisations))


def balance_by_employer(balance: pd.DataFrame) -> pd.DataFrame:
    """The balance by employer over its months without a merger, in people.

    Returns employer, months, heads (mean), mean and sd (of the unexplained people of a month), share_a_year (mean of a
    year over heads), moved (people a year who may have moved between professions) and merged (people who came by
    mergers).
    """
    together = balance.groupby([*OF_EMPLOYER, "merged"], as_index=False)[["before", "unexplained", "moved"]].agg(
        {"before": "sum", "unexplained": "sum", "moved": lambda people: people.clip(lower=0.0).sum()}
    )
    usual = together[~together["merged"]].groupby("employer")
    table = usual.agg(
        months=("month", "nunique"),
        heads=("before", "mean"),
        mean=("unexplained", "mean"),
        sd=("unexplained", "std"),
        moved=("moved", "mean"),
    ).reset_index()
    came = together[together["merged"]].groupby("employer")["unexplained"].sum()
    share = MONTHS_IN_YEAR * table["mean"] / table["heads"].where(table["heads"] > 0)
    return table.assign(
        moved=MONTHS_IN_YEAR * table["moved"],
        share_a_year=share,
        merged=table["employer"].map(came).fillna(0.0),
        sd=table["sd"].fillna(0.0),
    )


def largest_remainders(balance: pd.DataFrame, rows: int) -> pd.DataFrame:
    """The employers, professions and months with most people unexplained, mergers aside, most first."""
    own = balance[(balance["unexplained"].abs() >= 1) & ~balance["merged"]]
    order = own["unexplained"].abs().sort_values(ascending=False, kind="stable").index[:rows]
    return own.loc[order, [*AT, "before", "unexplained"]].reset_index(drop=True)


def _months(heads: pd.DataFrame, moved: pd.DataFrame) -> pd.DataFrame:
    """Employers and months of which both ends and the movements are known."""
    ends = heads[OF_EMPLOYER].drop_duplicates()
    begins = ends.assign(month=ends["month"] + pd.offsets.MonthEnd(1))
    sent = moved.groupby("employer")["month"].agg(["min", "max"]).reset_index()
    both = ends.merge(begins, on=OF_EMPLOYER).merge(sent, on="employer")
    return both.loc[both["month"].between(both["min"], both["max"]), OF_EMPLOYER]


def _between_professions(table: pd.DataFrame) -> pd.DataFrame:
    """With the part of each remainder that others of the employer and month make up for, and what is left."""
    at = [table[name] for name in OF_EMPLOYER]
    more, fewer = ((sign * table["remainder"]).clip(lower=0.0).groupby(at).transform("sum") for sign in (1.0, -1.0))
    side = more.where(table["remainder"] > 0, fewer)
    share = np.minimum(more, fewer) / side.where(side > 0, 1.0)
    moved = table["remainder"] * share
    return table.assign(moved=moved, unexplained=table["remainder"] - moved)


def _merged(table: pd.DataFrame, organisations: pd.DataFrame) -> pd.Series:
    """Whether an organisation that ended in the month, or the one before, became part of the employer.

    Few files name a successor. Where none does, an employer that then gained `merger_from_share` of its people, whom no
    joiner explains, is taken for it.
    """
    ended = organisations.dropna(subset=["valid_to"])
    last = pd.to_datetime(ended["valid_to"]) + pd.offsets.MonthEnd(0)
    months = {when + pd.offsets.MonthEnd(later) for when in last for later in (0, 1)}
    named = {
        (who, when + pd.offsets.MonthEnd(later))
        for who, when in zip(ended["successor"], last, strict=True)
        for later in (0, 1)
    }
    sums = table.groupby(OF_EMPLOYER)[["unexplained", "before"]].transform("sum")
    jumped = sums["unexplained"] >= engine("merger_from_share") * sums["before"].clip(lower=1.0)
    by_name = pd.Series([key in named for key in zip(table["employer"], table["month"], strict=True)], table.index)
    return by_name | (jumped & table["month"].isin(months))
