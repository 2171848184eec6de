"""Tests of a plan by month without holes, from the data set that counted each test for longest."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.metrics.months import up_to
from pipeline.metrics.returns import SMALL, incomplete_returns
from pipeline.metrics.scope import Scope
from pipeline.tables.published import LOCAL

COLUMNS = ["pillar", "test", "dataset", "month", "tests", "first", "last"]


def whole_months(activity: pd.DataFrame, scope: Scope, base_month: dt.date) -> pd.DataFrame:
    """Tests by month of all providers of the system: pillar, test, dataset, month, tests, first and last (month).

    A provider's count that is missing or not whole is taken to be its usual share of the others' in that month, so
    that a late return does not pass for a quiet month. Months run without a hole to the latest known. A test that two
    data sets count is taken from the one with more months, and tests fewer than `SMALL` in a usual month are left out.
    """
    known = up_to(activity, base_month)
    own = known[known["provider"].isin(scope.providers_ever) & known["pillar"].isin(scope.pillars)]
    own = own.dropna(subset=["tests"]).astype({"tests": "float64"})
    incomplete = incomplete_returns(known, scope.providers_ever, scope.employers)
    found = []
    for (pillar, test), rows in own.groupby(["pillar", "test"]):
        series = {str(name): _series(each, _of(incomplete, str(name), test)) for name, each in rows.groupby("dataset")}
        dataset, tests = max(series.items(), key=lambda item: (len(item[1]), item[0] != LOCAL, item[0]))
        if tests.median() >= SMALL:
            named = {"pillar": pillar, "test": test, "dataset": dataset}
            found.append(pd.DataFrame({"month": tests.index, "tests": tests.to_numpy()}).assign(**named))
    if not found:
        return pd.DataFrame(columns=COLUMNS)
    every = pd.concat(found, ignore_index=True)
    months = every.groupby(["pillar", "test"])["month"]
    return every.assign(first=months.transform("min"), last=months.transform("max"))[COLUMNS]


def _of(incomplete: pd.DataFrame, dataset: str, test: object) -> pd.DataFrame:
    return incomplete[(incomplete["dataset"] == dataset) & (incomplete["test"] == test)]


def _series(rows: pd.DataFrame, incomplete: pd.DataFrame) -> pd.Series:
    """Tests of every month to the latest that is known, from the last one before it that nobody counted."""
    summed = rows.groupby(["month", "provider"])["tests"].sum().unstack("provider")
    wide = summed.reindex(pd.date_range(summed.index.min(), summed.index.max(), freq="ME"))
    hole = np.zeros(wide.shape, dtype=bool)
    for each in incomplete.itertuples():
        if each.month in wide.index and each.provider in wide:
            hole[wide.index.get_loc(each.month), wide.columns.get_loc(each.provider)] = True
    total = _filled(wide.mask(hole), hole).sum(axis=1, min_count=1)
    total = total[: total.where(total > 0).last_valid_index()]
    empty = total.index[~(total > 0)]
    return total[total.index > empty[-1]] if len(empty) else total


def _filled(wide: pd.DataFrame, hole: NDArray[np.bool_]) -> pd.DataFrame:
    """Holes filled by what the provider usually (median) has, as far as those that are whole have theirs that month.

    A month in which nobody's count is whole has nothing to go by and stays without one.
    """
    counts = wide.to_numpy(dtype=np.float64)
    usual = wide.median().to_numpy(dtype=np.float64)
    present = np.where(np.isfinite(counts), usual, 0.0).sum(axis=1)
    stand = np.divide(np.nansum(counts, axis=1), present, out=np.full(len(counts), np.nan), where=present > 0)
    return wide.where(~hole, stand[:, None] * usual)
