"""How long people were at risk and what they did: the monthly history that rates are measured on (section 14)."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pipeline.metrics.ages import ALL_AGES, age_from
from pipeline.metrics.scope import Scope
from pipeline.metrics.workforce import best_staff, in_pillars
from pipeline.model.supply.teams import IN_TRAINING, TEAM, career_of
from pipeline.reference import exit_reasons, joining_reasons

AT = [*TEAM, "age_band", "month"]


@dataclass(frozen=True)
class History:
    """People at the beginning of each month, and those who left and joined in it, for months in which both are known.

    `at_risk` has employer, profession, band, career, age (first year of the band), month and heads; `left` adds risk;
    `joined` adds origin, which is empty for moves inside the system. Doctors in training are left out: their posts turn
    over by the calendar.
    """

    at_risk: pd.DataFrame
    left: pd.DataFrame
    joined: pd.DataFrame

    @property
    def months(self) -> int:
        """Months of history, of the employer with most."""
        return int(self.at_risk.groupby("employer")["month"].nunique().max()) if len(self.at_risk) else 0


def known_staff(staff: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The rows of staff, of all months, of the plan's employers and pillars in the best data set of each."""
    return in_pillars(best_staff(staff[staff["employer"].isin(scope.employers)]), scope)


def history(staff: pd.DataFrame, movements: pd.DataFrame, scope: Scope) -> History:
    """The history of the plan's employers and pillars, from the result of known_staff and the table of movements.

    A month of an employer counts where its staff at the end of the month before are on file and it sent movements from
    that month or an earlier one on.
    """
    opening = staff.groupby(AT, as_index=False)["headcount"].sum().rename(columns={"headcount": "heads"})
    opening = opening.assign(month=opening["month"] + pd.offsets.MonthEnd(1))
    moved = in_pillars(movements[movements["employer"].isin(scope.employers)], scope)
    months = moved.groupby("employer")["month"]
    sent = pd.DataFrame({"min": months.min(), "max": months.max()}).rename_axis("employer").reset_index()
    spans = opening[["employer", "month"]].drop_duplicates().merge(sent, on="employer")
    known = spans[spans["month"].between(spans["min"], spans["max"])][["employer", "month"]]
    summed = moved.groupby([*AT, "kind", "reason"], as_index=False)["headcount"].sum()
    flows = summed.rename(columns={"headcount": "heads"}).merge(known, on=["employer", "month"])
    left, joined = flows[flows["kind"] == "leaver"], flows[flows["kind"] == "joiner"]
    return History(
        _with_career(opening.merge(known, on=["employer", "month"])),
        _with_career(left.assign(risk=left["reason"].map(exit_reasons()))),
        _with_career(joined.assign(origin=joined["reason"].map(joining_reasons()))),
    )


def _with_career(rows: pd.DataFrame) -> pd.DataFrame:
    aged = rows[rows["age_band"] != ALL_AGES]
    told = aged.assign(
        career=aged["band"].map(career_of).astype("str"),
        age=age_from(aged["age_band"]),
        heads=aged["heads"].astype("float64"),
    )
    return told[told["career"] != IN_TRAINING].drop(columns="age_band").reset_index(drop=True)
