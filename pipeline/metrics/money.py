"""What a WTE costs: salaries of bands and grades, and what an employer pays on top (docs/method.md, section 9)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from pipeline.assumptions import Grade
from pipeline.plan import Plan
from pipeline.reference import money_entries
from pipeline.sources.vocabulary import medical_grades, medical_points

NATION = "england"
AFC, MEDICAL = "afc", "medical"
End = Literal["value", "low", "high"]


class Figure(BaseModel):
    """A number of money.yaml, or the plan's own in its place. `low` and `high` are its 10th and 90th percentiles."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    value: float
    low: float | None = None
    high: float | None = None
    label: str
    unit: str
    grade: Grade
    source: str
    link: str = ""
    from_date: dt.date = Field(alias="from")

    def at(self, end: End) -> float:
        """The figure at an end of its range; the figure itself where it has none."""
        found = {"value": self.value, "low": self.low, "high": self.high}[end]
        return self.value if found is None else found


Figures = Mapping[str, Figure]


def money_figures(plan: Plan) -> dict[str, Figure]:
    """The figures of money.yaml by name, with the plan's own (plan.yaml, money: figures) in their place."""
    shipped = {name: Figure.model_validate(entry) for name, entry in money_entries().items()}
    own = {"low": None, "high": None, "grade": "choice", "source": "plan.yaml of this plan", "link": ""}
    written = plan.file.money.figures
    return {
        name: each.model_copy(update={**own, "value": written[name]}) if name in written else each
        for name, each in shipped.items()
    }


def band_midpoints(pay: pd.DataFrame, on: dt.date) -> pd.Series:
    """Mid-point salary (£ a year, full time) of each Agenda for Change band in the pay year that holds `on`.

    The mid-point is the median of the band's points.
    """
    scale = _scales(pay, AFC)
    begun = scale[scale["from_date"] <= pd.Timestamp(on)]
    midpoints: pd.Series = _newest(begun).groupby("grade")["salary"].median()
    return midpoints


def salaries(pay: pd.DataFrame, on: dt.date) -> pd.DataFrame:
    """Mid-point salary of each band and doctors' grade: grade, salary (£ a year, full time), from_date of the scale.

    The scale is that in force on the day, or the earliest later one where the files have none. The mid-point is the
    median of the salaries of the scale's points; a salary that stands at several points counts once.
    """
    afc, doctors = (_in_force(_scales(pay, scheme), on) for scheme in (AFC, MEDICAL))
    priced = [afc.assign(name=afc["grade"])]
    for grade, pay_grade in medical_grades().items():
        points = doctors[doctors["grade"] == pay_grade]
        own = points[points["point"].str.startswith(medical_points().get(grade, ""))]
        priced.append((own if len(own) else points).assign(name=grade))
    rows = pd.concat(priced).drop_duplicates(["name", "salary"]).drop(columns="grade").rename(columns={"name": "grade"})
    return rows.groupby("grade", as_index=False).agg(salary=("salary", "median"), from_date=("from_date", "max"))


def _scales(pay: pd.DataFrame, scheme: str) -> pd.DataFrame:
    return pay[(pay["nation"] == NATION) & (pay["scheme"] == scheme)]


def _newest(scale: pd.DataFrame) -> pd.DataFrame:
    return scale[scale["from_date"] == scale["from_date"].max()]


def _in_force(scale: pd.DataFrame, on: dt.date) -> pd.DataFrame:
    begun = scale[scale["from_date"] <= pd.Timestamp(on)]
    return _newest(begun) if len(begun) else scale[scale["from_date"] == scale["from_date"].min()]


def employed(salary: NDArray[np.float64], figures: Figures) -> NDArray[np.float64]:
    """What an employer pays in a year for a salary (£): with National Insurance, pension and apprenticeship levy."""
    above = np.maximum(salary - figures["employer_ni_from"].value, 0.0)
    shares = 1.0 + figures["employer_pension"].value + figures["apprenticeship_levy"].value
    return np.asarray(salary * shares + above * figures["employer_ni"].value)
