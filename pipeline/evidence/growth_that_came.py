"""Growth of tests as it would have been measured at months past, and the tests that were done in the year after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import numpy as np
import pandas as pd

from pipeline.assumptions import default_assumptions
from pipeline.evidence.forecast_rows import COLUMNS, MODEL, About, ForecastRow, row
from pipeline.metrics.months import MONTHS_IN_YEAR, up_to
from pipeline.metrics.returns import incomplete_returns
from pipeline.metrics.scope import Scope
from pipeline.model.draws import HALF
from pipeline.model.measured import TestGrowth, activity_growth
from pipeline.months import add_months
from pipeline.reference import back_testing

LEVEL, AGAIN = "last year's tests", "last year's growth again"
"""What the growth of tests is held to: no growth at all, and that of the last year once more."""
YEARS = 3
"""The year after the origin, and the two before it."""


def growth_back_test(activity: pd.DataFrame, scope: Scope, base_month: dt.date) -> pd.DataFrame:
    """Tests done in the year after each origin as forecast from their growth, a row a method (forecast_rows).

    The level is that of the year before; `measure` is "tests", `level` "test" and `name` the test with its data set.
    Each data set is tested apart, from every origin with two years before it and one after. A calendar month whose
    count is not whole in one of these years is left out of all of them. Months after the base month are not used.
    """
    known = up_to(activity, base_month)
    rows: list[ForecastRow] = []
    for dataset, own in known[known["provider"].isin(scope.providers_ever)].groupby("dataset"):
        months = _monthly(own, incomplete_returns(own, scope.providers_ever, scope.employers))
        for origin in _origins(months, base_month):
            grown = _growth(up_to(own, origin), scope.providers_ever, scope.employers)
            for test in months:
                if test in grown:
                    rows += _forecasts(months[test], origin, f"{test} ({dataset})", grown[test])
    return pd.DataFrame(rows, columns=COLUMNS)


def _monthly(own: pd.DataFrame, not_whole: pd.DataFrame) -> pd.DataFrame:
    """Tests by month (every month) and test; missing where the count is not whole."""
    summed = own.dropna(subset=["tests"]).groupby(["month", "test"])["tests"].sum().astype("float64").unstack("test")
    wide = summed.reindex(pd.date_range(summed.index.min(), summed.index.max(), freq="ME"))
    for each in not_whole.itertuples():
        if each.test in wide and each.month in wide.index:
            wide.loc[each.month, each.test] = np.nan
    return wide


def _origins(months: pd.DataFrame, base_month: dt.date) -> list[dt.date]:
    """Back from the base month in even steps, as far as two years lie before an origin and one after it."""
    if months.empty:
        return []
    step = int(back_testing("every_months"))
    first, last = months.index[0], months.index[-1]
    found = []
    for back in range(MONTHS_IN_YEAR, MONTHS_IN_YEAR * len(months), step):
        origin = add_months(base_month, -back)
        if pd.Timestamp(add_months(origin, -2 * MONTHS_IN_YEAR + 1)) < first:
            break
        if pd.Timestamp(add_months(origin, MONTHS_IN_YEAR)) <= last:
            found.append(origin)
    return found[::-1]


def _growth(known: pd.DataFrame, providers: Collection[str], current: Collection[str]) -> dict[str, TestGrowth]:
    """What the model would have taken as each test's growth."""
    return {each.growth.test: each for each in activity_growth(known, providers, current, default_assumptions())}


def _forecasts(months: pd.Series, origin: dt.date, name: str, grown: TestGrowth) -> list[ForecastRow]:
    first = pd.Timestamp(add_months(origin, -2 * MONTHS_IN_YEAR + 1))
    window = pd.date_range(first, periods=YEARS * MONTHS_IN_YEAR, freq="ME")
    by_year = months.reindex(window).to_numpy().reshape(YEARS, MONTHS_IN_YEAR)
    whole = np.isfinite(by_year).all(axis=0)
    earlier, before, came = (float(total) for total in by_year[:, whole].sum(axis=1))
    if whole.sum() < back_testing("whole_months") or min(earlier, before, came) <= 0:
        return []
    about: About = (origin, "tests", "test", name, MONTHS_IN_YEAR, before, abs(before - earlier) or float("nan"), came)
    again = before**2 / earlier
    # One change is all that is seen of how tests change from year to year; a change of it is of two such.
    half = HALF * abs(before - earlier)
    return [
        row(about, MODEL, *(before * float(np.exp(growth)) for growth in _a_year_ahead(grown))),
        row(about, LEVEL, before, before - half, before + half),
        row(about, AGAIN, again, again - half * np.sqrt(2.0), again + half * np.sqrt(2.0)),
    ]


def _a_year_ahead(grown: TestGrowth) -> tuple[float, float, float]:
    """Growth of the coming year with its range: what is not known of the lasting growth, and the swing of one year."""
    value = grown.growth.value
    low, high = (
        float(np.hypot((lasting or 0.0) - value, swing or 0.0))
        for lasting, swing in ((grown.growth.low, grown.swing.low), (grown.growth.high, grown.swing.high))
    )
    return value, value - low, value + high
