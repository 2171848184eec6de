"""People in training of whom there are few: who began is a count of people, and so is all that is worked out from it.

Whom a route brings into post, and when, is those who began times shares that the document prints. So where the number
who began is hidden, everything that it goes into is hidden as well or told without it. Places are offered whether
anybody comes or not, and describe nobody.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd

from pipeline.metrics.activity import financial_year
from pipeline.metrics.indicators.parts import ALL_PILLARS
from pipeline.report.disclosure import named_rule

OF_TRAINEES = ("training_places_per_100", "education_load_per_100")
"""Indicators of the system that tell its trainees."""


def few_began(expected: pd.DataFrame, rule: str) -> pd.Series:
    """Which intakes are of a route and financial year of which what they bring would tell a small number of starters.

    Those of so few starters in all that a rule hides them; and those with a provider of few, where some of the year's
    intakes arrive in another year than the others. Takes the result of training.arrivals, and returns True and False by
    its index.
    """
    by = _route_and_year(expected)
    began = expected["starters"].astype("float64").groupby(by).transform("sum")
    split = financial_year(expected["arrives"]).groupby(by).transform("nunique") > 1
    return expected["begun"] & (_are_few(began, rule) | (split & _some_few(expected, rule)))


def few_in_some(expected: pd.DataFrame, rule: str) -> pd.Series:
    """Which intakes must not be told one by one, nor by who is still there: of their route and year some are of few."""
    return few_began(expected, rule) | (expected["begun"] & _some_few(expected, rule))


def _route_and_year(expected: pd.DataFrame) -> list[pd.Series]:
    return [expected["route"], financial_year(expected["starts_on"]).rename("year")]


def _some_few(expected: pd.DataFrame, rule: str) -> pd.Series:
    few = _are_few(expected["starters"].astype("float64"), rule)
    some: pd.Series = few.groupby(_route_and_year(expected)).transform("any")
    return some


def _are_few(numbers: pd.Series, rule: str) -> pd.Series:
    few: pd.Series = (numbers > 0) & (numbers <= named_rule(rule).hide_to)
    return few.fillna(False).astype(bool)


def in_training_now(expected: pd.DataFrame, month: dt.date) -> pd.Series:
    """Which intakes are in training at a month, by the index of training.arrivals."""
    day = pd.Timestamp(month)
    return expected["begun"] & (expected["starts_on"] <= day) & (expected["ends_on"] > day)


def of_indicators(latest: pd.DataFrame, expected: pd.DataFrame, month: dt.date, rule: str) -> pd.Series:
    """Which values tell the trainees of a pillar with a route of few: those of the pillar, and of all pillars."""
    few = expected.loc[few_in_some(expected, rule) & in_training_now(expected, month), "pillar"].unique()
    told = latest["indicator"].isin(OF_TRAINEES) & latest["pillar"].isin([*few, ALL_PILLARS])
    return told & bool(len(few))
