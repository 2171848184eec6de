"""From tests done to the staff they need (docs/method.md, sections 3 and 4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.assumptions import Assumptions, of_kind
from pipeline.metrics.returns import incomplete_returns, without_incomplete
from pipeline.model import workload
from pipeline.model.draws import Draws
from pipeline.months import months_between

MONTHS_IN_YEAR = 12
PER_LIST = ("points_per_list", "list_hours")


@dataclass(frozen=True)
class Requirement:
    """Staff needed by one employer in one profession, one value a draw, in WTE.

    `counted` is for the tests counted; `uncounted` is other work (docs/method.md, section 6).
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


def annual_activity(activity: pd.DataFrame, providers: Collection[str], pillars: Collection[str]) -> pd.DataFrame:
    """Tests a year for each provider and test, from the data set with the latest month.

    Takes the canonical `activity` table. Returns provider, pillar, test, dataset, from_month, to_month, months,
    tests (as counted) and annual_tests (tests x 12 / months). Months whose count is not whole are left out. Data sets
    are never added up: where two count the same test, the one that is more recent for that provider is used, and on a
    tie the one with more months.
    """
    in_scope = activity["provider"].isin(providers) & activity["pillar"].isin(pillars)
    incomplete = incomplete_returns(activity[in_scope], providers, providers)
    known = without_incomplete(activity[in_scope & activity["tests"].notna()], incomplete)
    keys = ["provider", "pillar", "test", "dataset"]
    monthly = known.groupby([*keys, "month"], as_index=False)["tests"].sum()
    recent = monthly.sort_values("month").groupby(keys).tail(MONTHS_IN_YEAR)
    summed = recent.groupby(keys, as_index=False).agg(
        from_month=("month", "min"), to_month=("month", "max"), months=("month", "nunique"), tests=("tests", "sum")
    )
    best = summed.sort_values(["to_month", "months", "dataset"]).groupby(["provider", "test"]).tail(1)
    annual = best["tests"].astype("float64") * MONTHS_IN_YEAR / best["months"]
    return best.assign(annual_tests=annual).sort_values(["pillar", "test", "provider"]).reset_index(drop=True)


def requirements(annual: pd.DataFrame, draws: Draws, assumptions: Assumptions, month: dt.date) -> list[Requirement]:
    """Staff needed at a month, by employer and profession: R = CAF x hours / available hours.

    `annual` is the result of annual_activity; activity grows from the middle of its months to `month`, and output
    per WTE grows over the same time. Tests without a standard need no staff here: `without_standard` lists them.
    """
    hours: dict[tuple[str, str, str], NDArray[np.float64]] = {}
    for row in annual.itertuples():
        ahead = months_between(row.from_month, month) - (months_between(row.from_month, row.to_month)) / 2
        tests = workload.grown(row.annual_tests, _growth(draws, row.test), ahead)
        tests = tests / workload.productivity_factor(draws["productivity_growth"], ahead)
        for profession, each in _hours_a_test(row.test, draws, assumptions):
            key = (row.provider, row.pillar, profession)
            hours[key] = hours.get(key, np.zeros(1)) + tests * each
    return [
        Requirement(employer, pillar, profession, _wte(total, profession, draws, assumptions))
        for (employer, pillar, profession), total in sorted(hours.items())
    ]


def used_by(annual: pd.DataFrame, assumptions: Assumptions) -> Assumptions:
    """The assumptions that the tests counted really call on, so that a report lists no others."""
    tests = set(annual["test"])
    of_tests = {key: each for key, each in assumptions.items() if not each.test or each.test in tests}
    professions = {each.profession for kind in ("minutes", "list_hours") for each in of_kind(of_tests, kind)}
    has_lists = any(each.kind == "points" for each in of_tests.values())
    return {
        key: each
        for key, each in of_tests.items()
        if each.kind not in PER_LIST or has_lists
        if each.kind != "category_allowance" or each.profession in professions
        if each.kind != "waiting_standard"
    }


def without_standard(annual: pd.DataFrame, assumptions: Assumptions) -> list[str]:
    """Tests that are counted but have no minutes or points, so that no staff are worked out for them."""
    known = {assumption.test for kind in ("minutes", "points") for assumption in of_kind(assumptions, kind)}
    return sorted(set(annual["test"]) - known)


def _growth(draws: Draws, test: str) -> NDArray[np.float64]:
    return draws.get(f"activity_growth / {test}", np.zeros(1))


def _hours_a_test(test: str, draws: Draws, assumptions: Assumptions) -> Iterator[tuple[str, NDArray[np.float64]]]:
    for minutes in of_kind(assumptions, "minutes"):
        if minutes.test == test:
            yield minutes.profession, np.asarray(workload.workload_hours(1.0, draws[minutes.key]))
    for points in of_kind(assumptions, "points"):
        if points.test == test:
            lists = workload.lists_needed(draws[points.key], draws["points_per_list"])
            for hours in of_kind(assumptions, "list_hours"):
                yield hours.profession, np.asarray(lists * draws[hours.key])


def _wte(hours: NDArray[np.float64], profession: str, draws: Draws, assumptions: Assumptions) -> NDArray[np.float64]:
    away = [draws[assumption.key] for assumption in of_kind(assumptions, "unavailable")]
    available = workload.available_hours(draws["contract_hours_week"], draws["weeks_year"], away)
    allowances = [
        draws[assumption.key]
        for assumption in of_kind(assumptions, "category_allowance")
        if assumption.profession == profession
    ]
    factor = workload.category_allowance_factor(allowances)
    return np.asarray(workload.required_wte(hours, available, factor), dtype=np.float64)
