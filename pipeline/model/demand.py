"""From tests done to the staff they need (docs/method.md, sections 3 and 4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.assumptions import STAFF_KINDS, Assumptions, of_kind
from pipeline.model import workload
from pipeline.model.draws import Draws
from pipeline.months import months_between

PER_LIST = ("points_per_list", "list_hours")


@dataclass(frozen=True)
class Requirement:
    """Staff needed by one employer in one profession, one value a draw, in WTE.

    `counted` is for the tests counted; `uncounted` is all other work (docs/method.md, section 6). `pillar` is the one
    that most of the profession's counted hours belong to.
    """

    employer: str
    pillar: str
    profession: str
    counted: NDArray[np.float64]
    uncounted: NDArray[np.float64] = field(default_factory=lambda: np.zeros(1))

    @property
    def wte(self) -> NDArray[np.float64]:
        """Staff needed for all work."""
        return self.counted + self.uncounted

    @property
    def cell(self) -> tuple[str, str]:
        """Employer and profession."""
        return self.employer, self.profession


@dataclass(frozen=True)
class Later:
    """A month after the base month, and the draws that hold from the base month on."""

    month: dt.date
    draws: Draws


def requirements(
    annual: pd.DataFrame, draws: Draws, assumptions: Assumptions, base_month: dt.date, later: Later | None = None
) -> list[Requirement]:
    """Staff needed at the base month, or later, by employer and profession: R = CAF x hours / available hours.

    `annual` is the result of annual_activity. Tests grow from the middle of its months to the base month, and from
    there with the draws of `later`; output per WTE grows over the same time. What a scenario changes thus holds from
    the base month on, and the past is the same in every scenario. Tests without a standard need no staff here:
    `without_standard` lists them. There is one requirement for each employer and profession.
    """
    then = later.draws if later else draws
    hours: dict[tuple[str, str], NDArray[np.float64]] = {}
    of_pillar: dict[tuple[str, str], float] = {}
    for row in annual.itertuples():
        tests = _tests(row, draws, base_month, later)
        for profession, each in _hours_a_test(row.test, then, assumptions):
            work = tests * each
            hours[row.provider, profession] = hours.get((row.provider, profession), np.zeros(1)) + work
            of_pillar[profession, row.pillar] = of_pillar.get((profession, row.pillar), 0.0) + float(np.mean(work))
    pillars = {profession: pillar for (profession, pillar), _ in sorted(of_pillar.items(), key=lambda item: item[1])}
    found = [
        Requirement(employer, pillars[profession], profession, _wte(total, profession, then, assumptions))
        for (employer, profession), total in hours.items()
    ]
    return sorted(found, key=lambda need: (need.pillar, need.profession, need.employer))


def used_by(annual: pd.DataFrame, assumptions: Assumptions, professions: Collection[str] | None = None) -> Assumptions:
    """The assumptions that the tests counted really call on, so that a report lists no others.

    With `professions`, only those that their staff needed call on.
    """
    with_standard = set(annual["test"]) - set(without_standard(annual, assumptions))
    of_tests = {key: each for key, each in assumptions.items() if not each.test or each.test in with_standard}
    has_lists = any(each.kind == "points" for each in of_tests.values())
    kinds = ("minutes", "list_hours") if has_lists else ("minutes",)
    wanted = {each.profession for kind in kinds for each in of_kind(of_tests, kind)}
    if professions is not None:
        wanted &= set(professions)
        has_lists = any(each.profession in wanted for each in of_kind(of_tests, "list_hours"))
        tests = {each.test for each in of_kind(of_tests, "minutes") if each.profession in wanted}
        tests |= {each.test for each in of_kind(of_tests, "points") if has_lists}
        of_tests = {key: each for key, each in of_tests.items() if not each.test or each.test in tests}
    return {
        key: each
        for key, each in of_tests.items()
        if each.kind not in (*PER_LIST, "points") or has_lists
        if not each.profession or each.profession in wanted
        if each.kind not in ("waiting_standard", "unmeasured_growth", *STAFF_KINDS)
    }


def without_standard(annual: pd.DataFrame, assumptions: Assumptions) -> list[str]:
    """Tests that are counted but have no minutes or points, so that no staff are worked out for them."""
    known = {assumption.test for kind in ("minutes", "points") for assumption in of_kind(assumptions, kind)}
    return sorted(set(annual["test"]) - known)


def _tests(row: Any, draws: Draws, base_month: dt.date, later: Later | None) -> NDArray[np.float64]:
    """Tests a year in terms of today's output per WTE."""
    ahead = months_between(row.from_month, base_month) - months_between(row.from_month, row.to_month) / 2
    tests = _grown(np.asarray(float(row.annual_tests)), draws, row.test, ahead)
    if later is None:
        return tests
    return _grown(tests, later.draws, row.test, months_between(base_month, later.month))


def _grown(tests: NDArray[np.float64], draws: Draws, test: str, months: float) -> NDArray[np.float64]:
    growth = draws.get(f"activity_growth / {test}", np.zeros(1))
    more = workload.grown(tests, growth, months)
    return np.asarray(more / workload.productivity_factor(draws["productivity_growth"], months))


def _hours_a_test(test: str, draws: Draws, assumptions: Assumptions) -> Iterator[tuple[str, NDArray[np.float64]]]:
    for minutes in of_kind(assumptions, "minutes"):
        if minutes.test == test:
            yield minutes.profession, np.asarray(workload.workload_hours(1.0, draws[minutes.key]))
    for points in of_kind(assumptions, "points"):
        if points.test == test:
            lists = workload.lists_needed(draws[points.key], draws["points_per_list"])
            for hours in of_kind(assumptions, "list_hours"):
                yield hours.profession, np.asarray(lists * draws[hours.key])


def hours_a_wte(profession: str, draws: Draws, assumptions: Assumptions) -> NDArray[np.float64]:
    """Hours a year that one WTE of a profession is at work, one value a draw."""
    away = [draws[assumption.key] for assumption in of_kind(assumptions, "unavailable")]
    own_week = draws.get(f"contract_hours_week / {profession}", draws["contract_hours_week"])
    return np.asarray(workload.available_hours(own_week, draws["weeks_year"], away), dtype=np.float64)


def _wte(hours: NDArray[np.float64], profession: str, draws: Draws, assumptions: Assumptions) -> NDArray[np.float64]:
    allowances = [
        draws[assumption.key]
        for assumption in of_kind(assumptions, "category_allowance")
        if assumption.profession == profession
    ]
    factor = workload.category_allowance_factor(allowances)
    available = hours_a_wte(profession, draws, assumptions)
    return np.asarray(workload.required_wte(hours, available, factor), dtype=np.float64)
