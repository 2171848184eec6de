"""The waiting lists of a plan as they are and as they become if nothing is changed (docs/method.md, section 16)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.metrics.months import MONTHS_IN_YEAR
from pipeline.model.backlog import list_ahead, lists_table, standard_years
from pipeline.model.draws import central
from pipeline.model.paths import paths
from pipeline.model.plan_setting import Setting
from pipeline.model.scenarios import BASELINE
from pipeline.model.tests_ahead import tests_ahead
from pipeline.model.waiting_list import relief_capacity, standard_factor, steady_capacity, target_queue
from pipeline.reference import engine


def lists_by(setting: Setting, by: Sequence[str]) -> pd.DataFrame:
    """Waiting lists by columns of the lists (pillar, test, provider), every assumption at its value; longest first.

    Returns `by`, waiting, waiting_6_plus, target (the list with which a share `seen_in_time` is seen within six weeks),
    backlog (what is above it), list_growth a year, growth_known (whether that of any list is), and at_horizon (patients
    waiting at the last month).
    """
    of = paths(BASELINE, central(setting.assumptions), setting.assumptions, setting.months)
    growth = tests_ahead(sorted(set(setting.lists["test"])), setting.people, of, setting.base_month).whole
    found = lists_table(setting.lists, list_ahead(setting.lists, growth), setting.assumptions["seen_in_time"].value, by)
    return found.rename(columns={"p50": "at_horizon"}).drop(columns=["p10", "p90"])


def capacity_by(setting: Setting, by: Sequence[str]) -> pd.DataFrame:
    """Tests a year that waiting lists call for at today's referrals, by columns of the lists; most to clear first.

    Returns `by`, and tests a year for people on the lists: list_tests (done today), referrals (what stops the lists
    from growing), relief (what takes those too long to their target within `clear_months`) and steady (what holds them
    there afterwards, with something to spare against chance). Each list is reckoned by itself and then added up.
    """
    lists, held = setting.lists, setting.assumptions
    factor, wait = standard_factor(held["seen_in_time"].value), standard_years()
    referrals, waiting = (lists[name].to_numpy(dtype=np.float64) for name in ("referrals", "waiting"))
    target = target_queue(referrals, wait, factor)
    years = held["clear_months"].value / MONTHS_IN_YEAR
    spread = engine("list_variation")
    each = lists.assign(
        relief=relief_capacity(referrals, np.maximum(waiting, target), target, years),
        steady=steady_capacity(referrals, wait, factor, spread, spread),
    )
    numbers = ["list_tests", "referrals", "relief", "steady"]
    summed = each.astype(dict.fromkeys(numbers, "float64")).groupby(list(by), as_index=False)[numbers].sum()
    order = (summed["relief"] - summed["list_tests"]).sort_values(ascending=False, kind="stable").index
    return summed.loc[order].reset_index(drop=True)
