"""Whom training should have brought in the last year against who joined newly qualified, and when (section 10).

Where those who finish are in post sooner than their route says, they are counted in post and again as still to come.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from pipeline.metrics.months import MONTHS_IN_YEAR, months_back, up_to
from pipeline.metrics.scope import Scope
from pipeline.tables.workforce import FROM_OUTSIDE, NEWLY_QUALIFIED


@dataclass(frozen=True)
class TrainedAndJoined:
    """People whom routes of people from outside should have brought in the year to the base month, and who joined.

    `expected` is worked out from the shares of the routes, `joined` counted among joiners of the same professions. The
    months (1 to 12) are those in which most come, over all years on file.
    """

    expected: float
    joined: int
    expected_month: int
    joined_month: int

    @property
    def months_apart(self) -> int:
        """How many months lie between the two, the shorter way round the year."""
        apart = abs(self.expected_month - self.joined_month)
        return min(apart, MONTHS_IN_YEAR - apart)


def trained_and_joined(
    expected: pd.DataFrame, movements: pd.DataFrame, scope: Scope, base_month: dt.date
) -> TrainedAndJoined | None:
    """The two set side by side; None where either is not on file, or nobody came by it.

    Takes the result of training.arrivals (with the entrants of each route) and the canonical movements.
    """
    outside = expected[expected["entrants"].fillna(FROM_OUTSIDE).eq(FROM_OUTSIDE) & expected["begun"]]
    ours = movements["employer"].isin(list(scope.employers)) & movements["profession"].isin(set(outside["profession"]))
    came = movements[ours & (movements["kind"] == "joiner") & (movements["reason"] == NEWLY_QUALIFIED)]
    arrived, came = up_to(outside, base_month, "arrives"), up_to(came, base_month)
    recent, joined = (
        rows[months_back(rows[when], pd.Timestamp(base_month)) < MONTHS_IN_YEAR]
        for rows, when in ((arrived, "arrives"), (came, "month"))
    )
    if recent["people"].sum() <= 0 or joined["headcount"].sum() <= 0:
        return None
    return TrainedAndJoined(
        expected=float(recent["people"].sum()),
        joined=int(joined["headcount"].sum()),
        expected_month=_fullest(arrived["arrives"], arrived["people"]),
        joined_month=_fullest(came["month"], came["headcount"].astype("float64")),
    )


def _fullest(when: pd.Series, people: pd.Series) -> int:
    """The calendar month in which most people come."""
    return int(people.groupby(pd.DatetimeIndex(when).month.to_numpy()).sum().idxmax())
