"""The waiting lists of a plan as they are and as they become if nothing is changed (docs/method.md, section 16)."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.model.backlog import list_ahead, lists_table
from pipeline.model.draws import central
from pipeline.model.paths import paths
from pipeline.model.plan_setting import Setting
from pipeline.model.scenarios import BASELINE
from pipeline.model.tests_ahead import tests_ahead


def lists_by(setting: Setting, by: Sequence[str]) -> pd.DataFrame:
    """Waiting lists by columns of the lists (pillar, test, provider), every assumption at its value; longest first.

    Returns `by`, waiting, waiting_6_plus, target (the list with which a share `seen_in_time` is seen within six weeks),
    backlog (what is above it), list_growth a year, and at_horizon (patients waiting at the last month).
    """
    of = paths(BASELINE, central(setting.assumptions), setting.assumptions, setting.months)
    growth = tests_ahead(sorted(set(setting.lists["test"])), setting.people, of, setting.base_month).whole
    found = lists_table(setting.lists, list_ahead(setting.lists, growth), setting.assumptions["seen_in_time"].value, by)
    return found.rename(columns={"p50": "at_horizon"}).drop(columns=["p10", "p90"])
