"""Who makes the reports of each employer's tests, and which professions' work that is (docs/method.md, section 16)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.metrics.months import up_to
from pipeline.metrics.reporting import latest_year
from pipeline.metrics.scope import Scope
from pipeline.model.base_year import WHOLE_ENOUGH
from pipeline.model.reporting_need import CONSULTANT, KEYS, Minutes, reporter_shares, reports_a_test
from pipeline.reference import ReporterRole, reporter_roles, reporting_moves

INSTEAD, BESIDE, BOUGHT_IN = "instead", "beside", "bought in"
COLUMNS = [*KEYS, "reporter", "profession", "work", "reports_a_test", "minutes_each"]
NO_REPORTS = pd.DataFrame({name: pd.Series(dtype="float64" if name in COLUMNS[-2:] else "str") for name in COLUMNS})
"""The reports of a plan without reporting returns."""


def own_reports(reporting: pd.DataFrame, annual: pd.DataFrame, scope: Scope, base_month: dt.date) -> pd.DataFrame:
    """The reports that one test brings at each employer, by who reports, and the minutes of one.

    Takes the canonical `reporting` table and the result of base_year.annual_activity. Returns COLUMNS: a row for each
    reporter of reporters.csv who reports the test there or might, with reports_a_test 0 where they do not. Who reports
    is that of the latest 12 months, and reports for each test those of the months in which its tests were counted.
    Minutes that an employer does not state are those of the plan's other employers; whoever reports a test nowhere is
    taken to need the consultants'. Tests that are reported and not counted are left out.
    """
    shares, ratio = reported_tests(reporting, annual, scope, base_month)
    if shares.empty:
        return NO_REPORTS
    usual = _usual_minutes(latest_year(up_to(reporting, base_month), scope))
    made = shares.merge(ratio, on=KEYS)
    each = made.assign(reports_a_test=made["reports_a_test"] * made["share"]).set_index([*KEYS, "reporter"])
    rows = list(_roles_of(ratio[KEYS].itertuples(index=False, name=None), each, usual))
    return pd.DataFrame(rows, columns=COLUMNS).astype(NO_REPORTS.dtypes)


def reported_tests(
    reporting: pd.DataFrame, annual: pd.DataFrame, scope: Scope, base_month: dt.date
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Who reports each employer's tests (reporter_shares, of the latest year), and how many reports a test brings.

    The second is reports_a_test, over the months in which the tests were counted. Minutes that an employer does not
    state are those of the plan's others. Tests that are not counted are in neither.
    """
    known = up_to(reporting, base_month)
    year = latest_year(known, scope)
    ratio = reports_a_test(_in_months_of_tests(known, year, annual), annual).dropna()
    shares = reporter_shares(year, _usual_minutes(year)).merge(ratio[KEYS], on=KEYS)
    return shares, ratio


def _usual_minutes(year: pd.DataFrame) -> Minutes:
    """Minutes by test and reporter over all employers of the plan."""
    pooled = reporter_shares(year.assign(employer=""), {}).dropna(subset=["minutes_each"])
    pairs = zip(pooled["test"], pooled["reporter"], strict=True)
    return dict(zip(pairs, pooled["minutes_each"], strict=True))


def _in_months_of_tests(reporting: pd.DataFrame, year: pd.DataFrame, annual: pd.DataFrame) -> pd.DataFrame:
    """Reports of the months in which the tests were counted, or of the latest year where those are too few."""
    when = annual.rename(columns={"provider": "employer"})[[*KEYS, "from_month", "to_month"]]
    timed = reporting.merge(when, on=KEYS)
    same = timed[timed["month"].between(timed["from_month"], timed["to_month"])]
    enough = same[same.groupby(KEYS)["month"].transform("nunique") >= WHOLE_ENOUGH]
    rest = year.merge(enough[KEYS].drop_duplicates(), on=KEYS, how="left", indicator=True)
    return pd.concat([enough[year.columns], rest.loc[rest["_merge"] == "left_only", year.columns]], ignore_index=True)


def _roles_of(
    tests: Iterator[tuple[str, str, str]], each: pd.DataFrame, usual: Minutes
) -> Iterator[tuple[str, str, str, str, str, str, float, float]]:
    for employer, pillar, test in tests:
        own = each.loc[(employer, pillar, test)]
        consultants = own["minutes_each"].get(CONSULTANT, usual.get((test, CONSULTANT), np.nan))
        for role in roles(pillar, test):
            known = usual.get((test, role.reporter), consultants)
            minutes = own["minutes_each"].get(role.reporter, known)
            many = float(own["reports_a_test"].get(role.reporter, 0.0))
            yield employer, pillar, test, role.reporter, role.profession, role.work, many, float(minutes)


def roles(pillar: str, test: str) -> list[ReporterRole]:
    """The roles of those who may report a test; those of the test itself come before those of all of its pillar."""
    own = [each for each in reporter_roles() if each.pillar in ("", pillar) and each.test in ("", test)]
    closest = sorted(own, key=lambda each: (each.test, each.pillar))
    return list({each.reporter: each for each in closest}.values())


def counted_reports(reports: pd.DataFrame) -> pd.DataFrame:
    """The reports that are work of their own: made by staff of the employer, in minutes that are known."""
    known = reports["work"].isin([INSTEAD, BESIDE]) & (reports["reports_a_test"] > 0)
    return reports[known & reports["minutes_each"].notna()]


def replaced(reports: pd.DataFrame) -> set[tuple[str, str, str]]:
    """Employer, test and profession whose reports take the place of what the test takes by standard.

    Where nobody of the profession reports the test, its place is taken by nothing; where minutes are not known, the
    standard stays.
    """
    known = (reports["reports_a_test"] == 0) | reports["minutes_each"].notna()
    own = reports[(reports["work"] == INSTEAD) & known]
    return set(own[["employer", "test", "profession"]].itertuples(index=False, name=None))


@dataclass(frozen=True)
class Side:
    """Who gives reports up or takes them on at an employer: empty names where somebody else's staff make them."""

    reporter: str
    profession: str
    minutes: float


@dataclass(frozen=True)
class Move:
    """A move that an employer's staff can make for a test: so many reports for each test might go."""

    employer: str
    test: str
    reports: float
    giver: Side
    taker: Side


def possible_moves(reports: pd.DataFrame, cells: Collection[tuple[str, str]]) -> dict[str, list[Move]]:
    """The moves of reporting_moves.csv that there are reports, known minutes and staff for, by name.

    Takes the result of own_reports, and the employer and profession of each cell that has staff.
    """
    found: dict[str, list[Move]] = {}
    for (employer, _, test), rows in reports.groupby(KEYS, sort=False):
        for name, (giver, taker) in reporting_moves().items():
            found.setdefault(name, []).extend(_moves(str(employer), str(test), rows, (giver, taker), cells))
    return {name: moves for name, moves in found.items() if moves}


def _moves(
    employer: str, test: str, rows: pd.DataFrame, ends: tuple[str, str], cells: Collection[tuple[str, str]]
) -> Iterator[Move]:
    """The move from one reporter to another, if it can be made."""
    named = (rows["reporter"].isin(ends[:1]) | (rows["work"] == ends[0])) & (rows["reports_a_test"] > 0)
    given, taken = rows[named], rows[(rows["reporter"] == ends[1])]
    if given.empty or taken.empty:
        return
    giver, taker = _side(given.iloc[0]), _side(taken.iloc[0])
    known = all(not each.profession or np.isfinite(each.minutes) for each in (giver, taker))
    if known and (not taker.profession or (employer, taker.profession) in cells):
        yield Move(employer, test, float(given["reports_a_test"].sum()), giver, taker)


def _side(row: pd.Series) -> Side:
    bought = row["work"] == BOUGHT_IN
    return Side("", "", 0.0) if bought else Side(row["reporter"], row["profession"], float(row["minutes_each"]))
