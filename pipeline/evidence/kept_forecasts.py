"""The forecasts of a run as the next runs will judge them, and what became of earlier ones (docs/method.md, 17)."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.evidence.scores import bias, coverage, mean_absolute_percentage_error
from pipeline.metrics.months import MONTHS_IN_YEAR
from pipeline.model.draws import Draws
from pipeline.model.gap import PERCENTILES
from pipeline.model.outcome import Outcome
from pipeline.model.paths import paths
from pipeline.model.plan_setting import Setting
from pipeline.model.supply.exposure import known_staff
from pipeline.model.tests_ahead import tests_ahead
from pipeline.model.work import tests_at_base
from pipeline.months import months_between
from pipeline.reference import limit

STAFF, TESTS = "WTE in post", "tests in 12 months"
LEVELS = {
    "all staff": [],
    "pillar": ["pillar"],
    "profession": ["pillar", "item"],
    "employer and profession": ["employer", "pillar", "item"],
}
"""What is added up before a range is taken, and the columns that tell its parts."""
TEST = "test"
SEVERAL = ""
"""In place of an employer, pillar or item where several are added up."""
COLUMNS = ["base_month", "month", "quantity", "level", "employer", "pillar", "item", *PERCENTILES]
MONTH_TYPE = "datetime64[ns]"
Array = NDArray[np.float64]


def forecasts(setting: Setting, found: Outcome, base: Draws) -> pd.DataFrame:
    """What this run expects if nothing is changed: WTE in post, and tests in 12 months from a year on.

    Takes an outcome that kept its staff. One row a month and group: base_month, month, quantity, level, employer,
    pillar, item (profession or test), p10, p50 and p90. Raises ValueError for an outcome that kept none.
    """
    if found.in_post is None:
        raise ValueError("the staff of this outcome were not kept")
    cells = found.cells.rename(columns={"profession": "item"})
    rows = [_staff_rows(level, by, cells, found) for level, by in LEVELS.items()]
    whole = pd.concat([*rows, _tests_rows(setting, found, base)], ignore_index=True)
    return whole.assign(base_month=pd.Timestamp(setting.base_month))[COLUMNS]


def _staff_rows(level: str, by: list[str], cells: pd.DataFrame, found: Outcome) -> pd.DataFrame:
    assert found.in_post is not None
    months = [found.months[number] for number in found.in_post.kept[1:]]
    groups = cells.groupby(by, sort=True).indices if by else {(): np.arange(len(cells))}
    made = []
    for key, numbers in groups.items():
        wte = found.in_post.wte[:, 1:, numbers].sum(axis=2, dtype=np.float64)
        named = dict(zip(by, key if isinstance(key, tuple) else (key,), strict=True))
        made.append(_spread_rows(wte.T, months).assign(**named))
    return _filled(pd.concat(made, ignore_index=True), STAFF, level)


def _tests_rows(setting: Setting, found: Outcome, base: Draws) -> pd.DataFrame:
    annual = setting.annual
    tests = sorted(set(annual["test"]))
    of = paths(found.scenario, base, setting.assumptions, setting.months, setting.implied)
    factors = tests_ahead(tests, setting.people, of, setting.base_month).whole
    begin = tests_at_base(annual, base, setting.base_month)
    made = []
    for test in tests:
        rate = begin[(annual["test"] == test).to_numpy()].sum(axis=0) * factors[test]
        named = {"item": test, "pillar": annual.loc[annual["test"] == test, "pillar"].iat[0]}
        made.append(_spread_rows(_year_to(rate), found.months[MONTHS_IN_YEAR:]).assign(**named))
    return _filled(pd.concat(made, ignore_index=True) if made else pd.DataFrame(columns=COLUMNS), TESTS, TEST)


def _year_to(rate: Array) -> Array:
    """The sum of 12 months to each month from the twelfth on, from yearly rates at the ends of months."""
    in_month = (rate[:-1] + rate[1:]) / 2 / MONTHS_IN_YEAR
    summed = np.cumsum(np.concatenate([np.zeros((1, rate.shape[1])), in_month]), axis=0)
    return np.asarray(summed[MONTHS_IN_YEAR:] - summed[:-MONTHS_IN_YEAR])


def _spread_rows(by_month: Array, months: list[pd.Timestamp]) -> pd.DataFrame:
    shares = np.percentile(by_month, list(PERCENTILES.values()), axis=1)
    return pd.DataFrame({"month": months, **dict(zip(PERCENTILES, shares, strict=True))})


def _filled(rows: pd.DataFrame, quantity: str, level: str) -> pd.DataFrame:
    missing = {name: SEVERAL for name in ("employer", "pillar", "item") if name not in rows}
    return rows.assign(quantity=quantity, level=level, **missing)


def latest_of_each(kept: pd.DataFrame, base_month: dt.date) -> pd.DataFrame:
    """Of forecasts kept by earlier runs, those of the last run of each earlier base month.

    `kept` has the columns of `forecasts` and `made` (when its run was made). Later runs of a base month put earlier
    ones right; forecasts of this base month and later ones are not judged by what was already known.
    """
    dated = kept.astype({"base_month": MONTH_TYPE, "month": MONTH_TYPE})
    earlier = dated[dated["base_month"] < pd.Timestamp(base_month)]
    last = earlier.groupby("base_month")["made"].transform("max")
    return earlier[earlier["made"] == last].reset_index(drop=True)


def come_due(earlier: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """The forecasts whose month has come, with what `came`; those that no file tells are left out.

    A profession that an employer no longer has came to 0; an employer without staff on file that month tells nothing.
    """
    due = earlier[earlier["month"] <= pd.Timestamp(setting.base_month)]
    both = pd.concat([_staff_due(due, setting), _tests_due(due, setting)], ignore_index=True)
    ahead = [months_between(base, month) for base, month in zip(both["base_month"], both["month"], strict=True)]
    return both.assign(months_ahead=ahead).dropna(subset=["came"]).reset_index(drop=True)


def _staff_due(due: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    own = due[due["quantity"] == STAFF]
    known = known_staff(setting.tables["staff"], setting.scope).rename(columns={"profession": "item"})
    keys = ["employer", "pillar", "item", "month"]
    cells = own[own["level"] == "employer and profession"].merge(
        known.groupby(keys, as_index=False)["wte"].sum(), on=keys, how="left"
    )
    told = pd.MultiIndex.from_frame(known[["employer", "month"]].drop_duplicates())
    there = pd.MultiIndex.from_frame(cells[["employer", "month"]]).isin(told)
    came = cells.assign(came=cells["wte"].fillna(0.0).where(there))
    parts = []
    for level, by in LEVELS.items():
        keys = ["base_month", "month", *by]
        summed = came.groupby(keys, as_index=False)["came"].agg(lambda values: values.sum(skipna=False))
        parts.append(own[own["level"] == level].merge(summed, on=keys))
    return pd.concat(parts, ignore_index=True)


def _tests_due(due: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    own, annual = due[due["quantity"] == TESTS], setting.annual
    ends = annual.groupby("test")["to_month"].agg(["min", "max"])
    same = ends.index[ends["min"] == ends["max"]]
    summed = annual[annual["test"].isin(same)].groupby(["test", "to_month"], as_index=False)["annual_tests"].sum()
    came = summed.rename(columns={"test": "item", "to_month": "month", "annual_tests": "came"})
    return own.merge(came.astype({"month": MONTH_TYPE}), on=["item", "month"])


def track_record(due: pd.DataFrame) -> pd.DataFrame:
    """How earlier forecasts did, by quantity, level and months ahead.

    Returns quantity, level, months_ahead, forecasts (how many), mape and bias (per cent), and inside: the share that
    came within P10 to P90, of which 80 % should. Groups that came to less than the limit judged_from
    count in `inside` alone.
    """
    rows = []
    for key, group in due.groupby(["quantity", "level", "months_ahead"], sort=False):
        sized = group[group["came"] >= limit("judged_from")]
        errors = [score(sized["p50"], sized["came"]) if len(sized) else np.nan for score in _ERRORS]
        rows.append([*key, len(group), *errors, coverage(group["p10"], group["p90"], group["came"])])
    columns = ["quantity", "level", "months_ahead", "forecasts", "mape", "bias", "inside"]
    found = pd.DataFrame(rows, columns=columns)
    return found.sort_values(["quantity", "months_ahead"], kind="stable", ignore_index=True)


_ERRORS = (mean_absolute_percentage_error, bias)
