"""Waiting lists of a plan, and the tests beyond today's pace that hold them and clear their backlog.

Source of the method: `waiting_list`. Today's pace is the tests done in a year, growing as referrals do. Where it leaves
a list to grow by so many patients a year, that many more tests a year hold it; what is waiting beyond the list that
meets the standard is done once. A list that falls by itself is cleared by today's pace as far as that goes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.metrics.months import MONTHS_IN_YEAR, up_to
from pipeline.metrics.scope import Scope
from pipeline.metrics.workforce import in_pillars
from pipeline.model.base_year import annual_activity
from pipeline.model.gap import PERCENTILES
from pipeline.model.waiting_list import Array, clearance_work, list_after, standard_factor, target_queue
from pipeline.model.workload import Number
from pipeline.reference import engine

WEEKS_IN_YEAR = 365.25 / 7
LIST = ["provider", "test"]
COLUMNS = [
    *("provider", "pillar", "test", "month", "waiting", "waiting_6_plus", "list_growth", "growth_known"),
    *("tests", "list_tests", "referrals"),
]
OFF_THE_LIST = "waiting_list"
"""Type of the tests that were done for somebody on a waiting list, and neither planned long before nor unscheduled."""
Growth = Mapping[str, Array]
"""What referrals and today's tests are multiplied by, by test: months + 1 x draws (or 1), 1 in month 0."""


class BacklogTests(NamedTuple):
    """Tests for waiting lists beyond today's pace. `of` gives those of one list by month.

    The caller may turn the parts into WTE: tests a year = steady x growth + backlog x mask.
    """

    steady: Array
    """Tests a year that stop the list from growing, at the base month's referrals: lists x draws."""
    backlog: Array
    """Tests that take the list to the one that meets the standard, all together: lists x draws."""
    mask: Array
    """Share of the backlog done in a month, as a yearly rate: months + 1 x draws; it adds up to 12, or less."""
    growth: tuple[Array, ...]
    """What `steady` is multiplied by, for each list: months + 1 x draws; 0 in month 0."""

    def of(self, number: int) -> Array:
        """Tests a year of one list: months + 1 x draws, 0 in month 0."""
        return np.asarray(self.steady[number] * self.growth[number] + self.backlog[number] * self.mask)


def waiting_lists(
    waiting: pd.DataFrame, annual: pd.DataFrame, scope: Scope, base_month: dt.date, activity: pd.DataFrame
) -> pd.DataFrame:
    """The waiting list of each employer and test in its employer's latest return up to the base month.

    Takes the canonical `waiting` and `activity`, and the result of annual_activity. Returns provider, pillar, test,
    month, waiting and waiting_6_plus (patients), list_growth (patients a year: the list less that of 12 months before,
    0 where `growth_known` is False since that month is not on file), tests (a year, all), list_tests (those of them for
    people on the list: inpatients and planned repeats never wait on it; all, where no file tells them apart) and
    referrals (list_tests + list_growth a year, not below 0). Lists of tests that nobody counts are left out.
    """
    own = in_pillars(up_to(waiting[waiting["provider"].isin(scope.employers)], base_month), scope)
    latest = own[own["month"] == own.groupby("provider")["month"].transform("max")]
    before = own.assign(month=own["month"] + pd.offsets.MonthEnd(MONTHS_IN_YEAR))[[*LIST, "month", "waiting"]]
    lists = latest.merge(before.rename(columns={"waiting": "before"}), on=[*LIST, "month"], how="left")
    off_the_list = annual_activity(activity[activity["type"] == OFF_THE_LIST], scope.employers, scope.pillars)
    lists = lists.merge(_tests(annual, "tests"), on=LIST).merge(_tests(off_the_list, "list_tests"), on=LIST, how="left")
    grown = (lists["waiting"] - lists["before"]).astype("float64")
    list_tests = lists["list_tests"].fillna(lists["tests"])
    measured = lists.assign(list_growth=grown.fillna(0.0), growth_known=grown.notna(), list_tests=list_tests)
    referrals = (measured["list_tests"] + measured["list_growth"]).clip(lower=0.0)
    return measured.assign(referrals=referrals)[COLUMNS].sort_values(["pillar", "test", "provider"], ignore_index=True)


def backlog_tests(
    lists: pd.DataFrame, months: int, share: Number, clear_months: Number, within_standard: Number, growth: Growth
) -> BacklogTests:
    """Tests beyond today's pace when a share (0 to 1) of the work on waiting lists is taken on; all 0 when none is.

    Takes the result of waiting_lists; numbers are one value or one a draw. Two parts: tests that stop a list from
    growing, for good, which grow with its referrals; and the backlog, done evenly over `clear_months`, then over. The
    backlog is what waits above the list that meets the standard (a share `within_standard` is seen within six weeks)
    at the referrals of the month in which it is cleared, less what a falling list loses meanwhile at today's pace. So
    with the whole share each list is exactly at that target in that month (that of the last month, if it is cleared
    later), and is held there: what the target would grow by afterwards is not let up to. Raises ValueError for a share
    outside 0 to 1, and as clearance_work and standard_factor do.
    """
    part = np.atleast_1d(np.asarray(share, dtype=np.float64))
    if not ((part >= 0) & (part <= 1)).all():
        raise ValueError("the share of the work on waiting lists that is taken on should lie between 0 and 1")
    mask = clearance_work(np.ones(1), 0.0, months, np.atleast_1d(np.asarray(clear_months, dtype=np.float64)))
    referrals, left = _once_cleared(lists, months, clear_months, growth)
    target = target_queue(referrals, standard_years(), standard_factor(within_standard))
    after = np.arange(months + 1)[:, None] > 0
    later = {test: np.where(after, factor, 0.0) for test, factor in growth.items()}
    return BacklogTests(
        steady=part * np.maximum(0.0, _column(lists, "list_growth")),
        backlog=part * np.maximum(0.0, left - target),
        mask=MONTHS_IN_YEAR * np.concatenate([np.zeros((1, mask.shape[1])), mask]),
        growth=tuple(later[test] for test in lists["test"]),
    )


def list_ahead(lists: pd.DataFrame, growth: Growth, extra_tests: Number = 0.0) -> Array:
    """Patients waiting by list, month (0 is the base month) and draw, at today's pace of tests and `extra_tests` more.

    `extra_tests` are tests a year, one number or lists x months + 1 x draws; with none it is the list if nothing is
    done. Tests never exceed the patients there are.
    """
    factor = _of_lists(lists, growth, 2) / MONTHS_IN_YEAR
    opening, referrals, tests = (_column(lists, name) for name in ("waiting", "referrals", "list_tests"))
    done = tests[..., None] * factor + np.asarray(extra_tests, dtype=np.float64) / MONTHS_IN_YEAR
    ahead = list_after(opening, referrals[..., None] * factor[:, 1:], done[:, 1:]).waiting
    now = np.broadcast_to(opening[..., None], (len(lists), 1, ahead.shape[2]))
    return np.concatenate([now, ahead], axis=1)


def lists_table(lists: pd.DataFrame, ahead: Array, within_standard: float, by: Sequence[str]) -> pd.DataFrame:
    """Lists added up over everything but `by`, most waiting first.

    Returns `by`, waiting, waiting_6_plus, target (the list that meets the standard at today's referrals), backlog (what
    is above it; no list's room makes up for another's backlog), list_growth a year, growth_known (whether that of any
    list is), and the list of the last month of `ahead` (the result of list_ahead): p10, p50 and p90, added up before
    percentiles are taken.
    """
    factor = standard_factor(within_standard)
    target = target_queue(lists["referrals"].to_numpy(np.float64), standard_years(), factor)
    numbers = ["waiting", "waiting_6_plus", "target", "backlog", "list_growth"]
    each = lists.assign(target=target, backlog=(lists["waiting"] - target).clip(lower=0.0))
    groups = each.astype(dict.fromkeys(numbers, "float64")).groupby(list(by))
    last = np.zeros((groups.ngroups, ahead.shape[2]))
    np.add.at(last, groups.ngroup().to_numpy(), ahead[:, -1])
    spread = {name: np.percentile(last, percent, axis=1) for name, percent in PERCENTILES.items()}
    summed = groups[numbers].sum().assign(growth_known=groups["growth_known"].any(), **spread).reset_index()
    return summed.sort_values("waiting", ascending=False, ignore_index=True)


def standard_years() -> float:
    """The time within which patients are to be seen, in years."""
    return engine("waiting_standard_weeks") / WEEKS_IN_YEAR


def _tests(annual: pd.DataFrame, name: str) -> pd.DataFrame:
    return annual[[*LIST, "annual_tests"]].rename(columns={"annual_tests": name}).astype({name: "float64"})


def _once_cleared(lists: pd.DataFrame, months: int, clear_months: Number, growth: Growth) -> tuple[Array, Array]:
    """Referrals a year in the month in which a backlog is cleared, and the list then if it is not cleared.

    Both lists x draws. The list without what it grows by, which other tests see to; one that falls has fallen.
    """
    span = np.atleast_1d(np.asarray(clear_months, dtype=np.float64))
    within = np.clip(span - np.arange(months)[:, None], 0.0, 1.0)
    cleared = np.minimum(np.ceil(span), months).astype(np.int64)
    ends, years = dict[str, Array](), dict[str, Array]()
    for test in lists["test"].unique():
        factor = np.broadcast_to(growth[test], (months + 1, np.broadcast_shapes(growth[test].shape[1:], span.shape)[0]))
        ends[test] = np.take_along_axis(factor, np.broadcast_to(cleared, factor.shape[1:])[None], axis=0)[0]
        years[test] = (within * factor[1:]).sum(axis=0) / MONTHS_IN_YEAR
    fall = np.maximum(0.0, -_column(lists, "list_growth"))
    left = _column(lists, "waiting") - fall * _of_lists(lists, years, 1)
    return _column(lists, "referrals") * _of_lists(lists, ends, 1), left


def _column(lists: pd.DataFrame, name: str) -> Array:
    """A number of each list as a column, for the draws."""
    return np.asarray(lists[[name]], dtype=np.float64)


def _of_lists(lists: pd.DataFrame, by_test: Mapping[str, Array], axes: int) -> Array:
    """The array of each list's test, one below the other; each array has so many axes."""
    if not by_test:
        return np.zeros((0, *[1] * axes))
    number = lists["test"].map({test: number for number, test in enumerate(by_test)}).to_numpy(dtype=np.int64)
    return np.asarray(np.stack(np.broadcast_arrays(*by_test.values()))[number])
