"""The work that counted tests are at the base month: WTE of each employer and profession, test by test (section 4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.assumptions import Assumption, Assumptions, of_kind
from pipeline.model import workload
from pipeline.model.draws import Draws
from pipeline.model.reports import NO_REPORTS, counted_reports, replaced
from pipeline.months import months_between

Array = NDArray[np.float64]
ROW = ["employer", "profession", "pillar", "test"]
OF_TEST = ["test", "profession", "each", "hours"]


@dataclass(frozen=True)
class Work:
    """WTE for counted tests at the base month. Arrays have a row for each of `rows`, and draws.

    `rows` has employer, profession, pillar (of the test), test, and the assumptions that say what a test takes: `each`
    (minutes or points) and `hours` (of a list), empty where the work only follows tests. `wte` is the work of a year of
    the base month's tests and `tests` those tests, so that wte / tests is what one test a year takes.
    """

    rows: pd.DataFrame
    wte: Array
    tests: Array

    @cached_property
    def keys(self) -> list[tuple[str, str, str, str]]:
        """Test, profession, `each` and `hours` of every row."""
        return list(self.rows[OF_TEST].itertuples(index=False, name=None))

    @property
    def wte_a_test(self) -> Array:
        """WTE that one test a year takes."""
        return np.divide(self.wte, self.tests, out=np.zeros_like(self.wte), where=self.tests > 0)

    def summed(self, by: list[str]) -> tuple[pd.DataFrame, Array]:
        """The work summed by columns of `rows`: their values, and WTE by group and draw."""
        keys = self.rows[by].drop_duplicates().reset_index(drop=True)
        number = self.rows[by].merge(keys.assign(number=range(len(keys))), on=by)["number"].to_numpy()
        total = np.zeros((len(keys), self.wte.shape[1]))
        np.add.at(total, number, self.wte)
        return keys, total


def tests_at_base(annual: pd.DataFrame, draws: Draws, base_month: dt.date) -> Array:
    """Tests a year at the base month, in terms of its output per WTE: a row for each row of annual_activity, and draws.

    Tests grow from the middle of the months in which they were counted to the base month; so does output per WTE.
    """
    tests = np.empty((len(annual), len(draws["productivity_growth"])))
    for number, row in enumerate(annual.itertuples()):
        months = months_between(row.from_month, base_month) - months_between(row.from_month, row.to_month) / 2
        growth = draws.get(f"activity_growth / {row.test}", np.zeros(1))
        grown = workload.grown(float(row.annual_tests), growth, months)
        tests[number] = grown / workload.productivity_factor(draws["productivity_growth"], months)
    return tests


def counted_work(
    annual: pd.DataFrame,
    draws: Draws,
    assumptions: Assumptions,
    base_month: dt.date,
    reports: pd.DataFrame = NO_REPORTS,
) -> Work:
    """The work of tests that have minutes or points: R = CAF x hours / available hours, for each employer and test.

    Takes the results of annual_activity and of own_reports: where an employer says who reports a test, its own reports
    and their minutes count in place of the standard. Tests that need no staff are left out: see `without_standard`.
    """
    tests = tests_at_base(annual, draws, base_month)
    taken = _taken(assumptions, reports)
    rows, wte, of = [], [], []
    for number, row in enumerate(annual.itertuples()):
        for profession, each, hours, times in taken(row.provider, row.test):
            work = tests[number] * times * hours_a_test(each, hours, draws)
            rows.append([row.provider, profession, row.pillar, row.test, each, hours])
            wte.append(np.asarray(wte_of_hours(work, profession, draws, assumptions)))
            of.append(number)
    count = len(draws["productivity_growth"])
    found = pd.DataFrame(rows, columns=[*ROW, "each", "hours"])
    return Work(found, np.array(wte).reshape(-1, count), tests[of].reshape(-1, count))


def _taken(
    assumptions: Assumptions, reports: pd.DataFrame
) -> Callable[[str, str], Iterator[tuple[str, str, str, float]]]:
    """What a test takes of each profession at an employer: what says so, as in Work, and how many times that.

    By standard once; for reports of the employer's own, so many times as the minutes that it states for each test.
    """
    instead = replaced(reports)
    own: dict[tuple[str, str], list[tuple[str, str, str, float]]] = {}
    for row in counted_reports(reports).itertuples():
        minutes = row.reports_a_test * row.minutes_each
        own.setdefault((row.employer, row.test), []).append((row.profession, report_minutes(row.reporter), "", minutes))

    def taken(employer: str, test: str) -> Iterator[tuple[str, str, str, float]]:
        for profession, each, hours in _standards(test, assumptions):
            if (employer, test, profession) not in instead:
                yield profession, each, hours, 1.0
        yield from own.get((employer, test), ())

    return taken


def report_minutes(reporter: str) -> str:
    """The key of the assumption that moves a reporter's minutes."""
    return f"report_minutes / {reporter}"


def following_work(
    annual: pd.DataFrame,
    cells: pd.DataFrame,
    in_post: Array,
    draws: Draws,
    assumptions: Assumptions,
    base: dt.date,
    reports: pd.DataFrame = NO_REPORTS,
) -> Work:
    """The work of professions that follows tests of their employer without a known time for each.

    A share of the staff in post (`in_post`, WTE by cell and draw); the share is an assumption. Where an employer counts
    none of a profession's tests, none of its work follows them; where its time for a test is known, by a standard or by
    its own `reports`, that counts alone.
    """
    tests, instead = tests_at_base(annual, draws, base), replaced(reports)
    known = {(row.provider, row.test): (number, row.pillar) for number, row in enumerate(annual.itertuples())}
    rows, wte, of = [], [], []
    for follows in known_by_no_standard(assumptions):
        for cell, row in enumerate(cells.itertuples()):
            if (row.employer, follows.test, row.profession) in instead:
                continue
            if row.profession == follows.profession and (row.employer, follows.test) in known:
                number, pillar = known[row.employer, follows.test]
                rows.append([row.employer, row.profession, pillar, follows.test, "", ""])
                wte.append(in_post[cell] * draws[follows.key])
                of.append(number)
    count = len(draws["productivity_growth"])
    found = pd.DataFrame(rows, columns=[*ROW, "each", "hours"])
    return Work(found, np.array(wte).reshape(-1, count), tests[of].reshape(-1, count))


def together(one: Work, other: Work) -> Work:
    """Two parts of the work, one after the other."""
    rows = pd.concat([one.rows, other.rows], ignore_index=True).astype(dict.fromkeys([*ROW, "each", "hours"], "object"))
    return Work(rows, np.concatenate([one.wte, other.wte]), np.concatenate([one.tests, other.tests]))


def known_by_no_standard(assumptions: Assumptions) -> list[Assumption]:
    """What follows tests, but for a profession whose time for the test is known: its work is counted by that."""
    return [
        follows
        for follows in of_kind(assumptions, "work_follows")
        if follows.profession not in {profession for profession, _, _ in _standards(follows.test, assumptions)}
    ]


def _standards(test: str, assumptions: Assumptions) -> Iterator[tuple[str, str, str]]:
    """Profession, and the assumptions that say what a test takes of it."""
    for minutes in of_kind(assumptions, "minutes"):
        if minutes.test == test:
            yield minutes.profession, minutes.key, ""
    for points in of_kind(assumptions, "points"):
        if points.test == test:
            for hours in of_kind(assumptions, "list_hours"):
                yield hours.profession, points.key, hours.key


def hours_a_test(each: str, hours: str, draws: Draws) -> Array:
    """Hours that one test takes: its minutes, or its points over those of a list times the hours of a list."""
    if not hours:
        return np.asarray(workload.workload_hours(1.0, draws[each]))
    return np.asarray(workload.lists_needed(draws[each], draws["points_per_list"]) * draws[hours])


def hours_a_wte(profession: str, draws: Draws, assumptions: Assumptions) -> Array:
    """Hours a year that one WTE of a profession is at work, one value a draw."""
    away = [draws[assumption.key] for assumption in of_kind(assumptions, "unavailable")]
    own_week = draws.get(f"contract_hours_week / {profession}", draws["contract_hours_week"])
    return np.asarray(workload.available_hours(own_week, draws["weeks_year"], away), dtype=np.float64)


def wte_of_hours(hours: Array, profession: str, draws: Draws, assumptions: Assumptions) -> Array:
    """WTE that so many hours a year of work on tests need: CAF x hours / hours a year at work."""
    allowances = [
        draws[assumption.key]
        for assumption in of_kind(assumptions, "category_allowance")
        if assumption.profession == profession
    ]
    factor = workload.category_allowance_factor(allowances)
    available = hours_a_wte(profession, draws, assumptions)
    return np.asarray(workload.required_wte(hours, available, factor), dtype=np.float64)


def without_standard(annual: pd.DataFrame, assumptions: Assumptions, reports: pd.DataFrame = NO_REPORTS) -> list[str]:
    """Tests that are counted but call for no staff: without minutes, points or reports, and no work follows them."""
    kinds = ("minutes", "points", "work_follows")
    known = {assumption.test for kind in kinds for assumption in of_kind(assumptions, kind)}
    known |= set(counted_reports(reports)["test"])
    return sorted(set(annual["test"]) - known)
