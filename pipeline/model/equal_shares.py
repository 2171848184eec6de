"""Shares of a plan's tables that are all alike, and what staff would grow by with them and with weighted ones."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.model import centres
from pipeline.model.draws import central
from pipeline.model.outcome import Outcome
from pipeline.model.paths import paths
from pipeline.model.plan_setting import Setting
from pipeline.model.scenarios import BASELINE
from pipeline.model.shares import growth_of_staff, uniform_groups, weighted_shares
from pipeline.model.skill_mix import OF_WORK
from pipeline.model.supply.teams import JOB
from pipeline.model.tests_ahead import tests_ahead

Array = NDArray[np.float64]
SKILL_MIX, CENTRES = "skill_mix", "cdc_rooms"
COLUMNS = ["table", "of", "pillar", "parts", "share", "with_equal", "with_weighted"]


def equal_shares(setting: Setting, found: Outcome | None) -> pd.DataFrame:
    """Groups of equal shares in a plan's tables: a row a work of the skill mix, or a centre.

    Returns table (its canonical name), of (the work or site), pillar (missing for a site), parts, share, and WTE that
    staff grow by to the last month of an outcome: with_equal, as if each part were as large, and with_weighted, by the
    WTE in post of each profession and band, or the tests that a centre's rooms have place for. Missing where no staff
    are on file.
    """
    return pd.DataFrame([*_of_mix(setting, found), *_of_centres(setting)], columns=COLUMNS)


def _of_mix(setting: Setting, found: Outcome | None) -> Iterator[list[object]]:
    mix = setting.skill_mix
    for group in uniform_groups(mix, OF_WORK).itertuples():
        parts = mix[(mix["pillar"] == group.pillar) & (mix["work"] == group.work)]
        added = _added(*_staff(setting, found, parts)) if found and setting.staff else (np.nan, np.nan)
        yield [SKILL_MIX, group.work, group.pillar, group.parts, group.share, *added]


def _staff(setting: Setting, found: Outcome, parts: pd.DataFrame) -> tuple[Array, Array, float]:
    """WTE in post of each part, the same grown as its profession's need, and all of it."""
    assert setting.staff is not None
    in_post = setting.staff.teams.teams.groupby(JOB)["wte"].sum()
    wte = parts[JOB].merge(in_post.reset_index(), on=JOB)
    first, last = (
        pd.Series(found.by_month.needed[:, month].mean(axis=1, dtype=np.float64), index=found.groups["profession"])
        for month in (0, -1)
    )
    growth = (last.groupby(level=0).sum() / first.groupby(level=0).sum()).reindex(wte["profession"]).to_numpy()
    before = wte["wte"].to_numpy(dtype=np.float64)
    return before, before * growth, float(before.sum())


def _of_centres(setting: Setting) -> Iterator[list[object]]:
    plans = centres.plans_of(setting.tables["cdc_plans"], setting.scope)
    own = setting.tables["cdc_rooms"].merge(plans[["site"]], on="site")
    for group in uniform_groups(own, ["site"], "share_of_tests").itertuples():
        yield [CENTRES, group.site, None, group.parts, group.share, *_added(*_tests(setting, plans, str(group.site)))]


def _tests(setting: Setting, plans: pd.DataFrame, site: str) -> tuple[Array, Array, float]:
    """Tests a year that each room of a centre has place for, the same grown as that test, and the centre's WTE."""
    rooms, staffing = setting.tables["cdc_rooms"], setting.tables["cdc_staffing"]
    own = plans[plans["site"] == site]
    room = centres.capacity(rooms, own, setting.scope, setting.year)
    of = paths(BASELINE, central(setting.assumptions), setting.assumptions, setting.months)
    whole = tests_ahead(sorted(set(room["test"])), setting.people, of, setting.base_month).whole
    growth = np.array([np.broadcast_to(whole[test], (setting.months + 1, 1))[-1, 0] for test in room["test"]])
    before = room["tests_a_year"].to_numpy(dtype=np.float64)
    wte = centres.staffing(staffing, rooms, own, setting.scope, setting.year)["wte"].sum()
    return before, before * growth, float(wte)


def _added(before: Array, after: Array, staff: float) -> tuple[float, float]:
    """WTE added with equal and with weighted shares; kinds without work now have no growth and are left out."""
    some = before > 0
    if not some.any() or not staff > 0:
        return np.nan, np.nan
    kinds, grown = before[some], after[some]
    even = np.full(len(kinds), 1 / len(kinds))
    equal, weighted = (growth_of_staff(kinds, grown, staff, share) for share in (even, weighted_shares(kinds)))
    return float(equal), float(weighted)
