"""Growth of tests that came with diagnostic centres which opened in the years it is measured over (docs/method.md).

A centre opens once; growth measured over its opening is carried on as if one like it opened again and again.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.metrics.months import MONTHS_IN_YEAR, months_back, up_to
from pipeline.metrics.workforce import in_pillars
from pipeline.model import centres
from pipeline.model.centre_path import ROOM, running
from pipeline.model.draws import Draws, central
from pipeline.model.measured import TestYears, whole_years, yearly_growth
from pipeline.model.plan_setting import Setting

Array = NDArray[np.float64]
COLUMNS = ["test", "first", "last", "tests_first", "tests_last", "of_centres", "share", "growth", "without", "sites"]


def growth_of_centres(setting: Setting) -> pd.DataFrame:
    """Each test in use that centres which opened since its first year added to, most of its growth first.

    `first` and `last` end the years compared, `tests_*` are their tests, `of_centres` how many more of them were new
    tests of these centres, `share` that of the growth (missing where tests did not grow), `growth` and `without` the
    yearly growth (log scale) with and without them, and `sites` the centres. Taken to be among the tests counted, as
    their hosts report them. A test of which the centres did all in some year is left out: the rest has no growth.
    """
    activity = up_to(setting.tables["activity"], setting.base_month)
    counted = whole_years(activity, setting.scope.providers_ever, setting.scope.employers)
    new = new_tests_done(setting)
    rows = [_row(each, new[new["test"] == each.test]) for each in counted if _key(each.test) in setting.assumptions]
    found = pd.DataFrame([row for row in rows if row], columns=COLUMNS)
    return found.sort_values("share", ascending=False, ignore_index=True)


def new_tests_done(setting: Setting) -> pd.DataFrame:
    """New tests of each centre that has opened, by month up to the base month: site, test, opening, month, tests.

    Tests on file x the share that is new; in a month that is not on file, what the rooms have place for as the centre
    gets going (centre_path.running).
    """
    scope, base = setting.scope, pd.Timestamp(setting.base_month)
    plans = centres.plans_of(setting.tables["cdc_plans"], scope)
    plans = plans[plans["opening"] <= base]
    rooms = centres.capacity(setting.tables["cdc_rooms"], plans, scope, setting.year)[[*ROOM, "tests_a_year"]]
    rooms = rooms.merge(setting.tables["cdc_rooms"][[*ROOM, "share_new"]], on=ROOM)
    months = _months_open(rooms.merge(plans[["site", "opening", "ramp_months"]], on="site"), base)
    done = in_pillars(setting.tables["cdc_activity"], scope)[[*ROOM, "month", "tests"]].rename(
        columns={"tests": "done"}
    )
    months = months.merge(done, on=[*ROOM, "month"], how="left")
    tests = months["done"].astype("float64").fillna(months["place"])
    return months.assign(tests=tests * months["share_new"])[["site", "test", "opening", "month", "tests"]]


def draws_with_and_without(setting: Setting, found: pd.DataFrame) -> Draws:
    """Two sets of assumptions, all at their middle: growth as measured, and without what these centres brought."""
    draws = central(setting.assumptions, 2)
    for row in found.itertuples():
        draws[_key(row.test)] = np.array([setting.assumptions[_key(row.test)].value, row.without])
    return draws


def _months_open(rooms: pd.DataFrame, base: pd.Timestamp) -> pd.DataFrame:
    """Each room once a month from its opening to the base month, and the tests it has place for in it."""
    since = months_back(rooms["opening"], base)
    each = rooms.loc[rooms.index.repeat(since + 1)]
    open_for = each.groupby(level=0).cumcount().to_numpy(dtype=np.float64)
    place = each["tests_a_year"] / MONTHS_IN_YEAR * running(open_for, each["ramp_months"].to_numpy(dtype=np.float64))
    ends = pd.date_range(end=base, periods=int(max(since, default=0)) + 1, freq="ME")
    back = np.repeat(since, since + 1) - open_for.astype(np.int64)
    return each.assign(month=ends[len(ends) - 1 - back], place=place).reset_index(drop=True)


def _row(of: TestYears, new: pd.DataFrame) -> list[object] | None:
    """A row of growth_of_centres; None where no centre opened in the years of the test, or did all of it."""
    first_month = of.years.index[-1] - pd.DateOffset(months=MONTHS_IN_YEAR * len(of.years) - 1)
    since = new[months_back(new["opening"], first_month) <= 0]
    added = of.summed(since.groupby("month")["tests"].sum())
    rest = of.tests - added
    if not added.any() or (rest <= 0).any():
        return None
    grown, of_centres = of.tests[-1] - of.tests[0], added[-1] - added[0]
    share = of_centres / grown if grown > 0 else np.nan
    ends = (of.years.index[0], of.years.index[-1])
    sites = sorted(set(since["site"]))
    return [of.test, *ends, of.tests[0], of.tests[-1], of_centres, share, *map(yearly_growth, (of.tests, rest)), sites]


def _key(test: str) -> str:
    return f"activity_growth / {test}"
