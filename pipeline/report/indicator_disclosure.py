"""Indicators that tell what other tables hide: WTE of small teams, cover by few people, and few people in training."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

import pandas as pd

from pipeline.metrics.scope import Scope
from pipeline.model.training import arrivals, routes_table
from pipeline.report import temporary_disclosure, training_disclosure, wte_disclosure
from pipeline.report.wte_disclosure import HeldWte


def group_indicators(
    tables: Mapping[str, pd.DataFrame],
    scope: Scope,
    base_month: dt.date,
    held: HeldWte,
    cover: Mapping[str, pd.DataFrame],
    trainees_rule: str,
) -> Callable[[pd.DataFrame], pd.Series]:
    """What says of values of indicators, of any months, which tell a group that is hidden elsewhere.

    Takes the canonical tables, what is hidden of WTE (`held`) and of bank and agency (cover_hidden), and the rule of
    people in training.
    """
    expected = arrivals(tables["training_intakes"], routes_table(tables["training_routes"], scope))

    def told(values: pd.DataFrame) -> pd.Series:
        of_wte = wte_disclosure.of_indicators(values, held, scope.employers)
        of_cover = temporary_disclosure.of_indicators(values, cover)
        of_trainees = training_disclosure.of_indicators(values, expected, base_month, trainees_rule)
        return of_wte | of_cover | of_trainees

    return told
