"""The growth of tests and of output per WTE that a plan implies, like compared with like."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.metrics.scope import Scope
from pipeline.model.base_year import counted_months
from pipeline.model.plan_implied import plan_implied
from pipeline.tables import empty

pytestmark = pytest.mark.unit

SCOPE = Scope({"AAA": "Alder", "BBB": "Birch"}, frozenset(), frozenset({"AAA", "BBB"}), ("imaging",))
SEASON = np.array([0, 3, -2, 5, 1, -4, 6, 2, -3, -6, -1, -1]) * 50.0
"""Months differ, and the year adds up to nothing."""
CYCLE = "2025/26"


def months(first: str, periods: int) -> pd.DatetimeIndex:
    return pd.date_range(first, periods=periods, freq="ME")


def monthly(first: str, counts: np.ndarray, test: str = "CT", provider: str = "AAA") -> pd.DataFrame:
    return pd.DataFrame(
        {"provider": provider, "pillar": "imaging", "test": test, "month": months(first, len(counts)), "tests": counts}
    )


def counted(*frames: pd.DataFrame) -> pd.DataFrame:
    """The base year, as the model takes it from the activity table."""
    activity = pd.concat(frames).assign(dataset="dm01", type="all")
    return counted_months(activity.astype({"tests": "Int64"}), SCOPE.employers, SCOPE.pillars)


def planned(*frames: pd.DataFrame, kind: str = "planned", cycle: str = CYCLE) -> pd.DataFrame:
    return pd.concat(frames).assign(kind=kind, cycle=cycle).astype({"tests": "Int64"})


def staff(
    kind: str, first: str, wte: list[float], profession: str = "Radiographers", cycle: str = CYCLE
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "cycle": cycle,
            "kind": kind,
            "month": months(first, len(wte)),
            "employer": "AAA",
            "pillar": "imaging",
            "profession": profession,
            "wte": wte,
        }
    )


NO_STAFF = empty("planned_wte")
LAST_YEAR = counted(monthly("2024-04-30", 1000 + SEASON))
NEXT_YEAR = planned(monthly("2025-04-30", 1100 + SEASON))


def implied(plan: pd.DataFrame, wte: pd.DataFrame = NO_STAFF, base: pd.DataFrame = LAST_YEAR) -> dict[str, float]:
    return plan_implied(base, plan, wte, SCOPE)


def test_growth_is_that_from_the_base_year_to_the_last_twelve_planned_months() -> None:
    assert implied(NEXT_YEAR) == {"activity_growth / CT": pytest.approx(np.log(1.1))}


def test_a_plan_of_two_years_grows_over_the_time_to_its_last_twelve_months() -> None:
    two_years = planned(monthly("2025-04-30", np.r_[1500 + SEASON, 1210 + SEASON]))
    assert implied(two_years)["activity_growth / CT"] == pytest.approx(np.log(1.21) / 2)


def test_half_a_year_of_plan_is_set_against_the_same_months_of_the_base_year() -> None:
    # Half a year set against a whole one, or times two, would take the season for growth.
    half = planned(monthly("2025-04-30", np.round(1.1 * (1000 + SEASON)[:6])))
    assert implied(half)["activity_growth / CT"] == pytest.approx(np.log(1.1))


def test_planned_months_that_are_over_do_not_count() -> None:
    # A base year to September: April to September are planned for two years, and the first of them are over.
    base = counted(monthly("2024-10-31", np.full(12, 1000.0)))
    plan = planned(monthly("2025-04-30", np.r_[np.full(6, 5000.0), np.full(6, 1100.0)]))
    assert implied(plan, base=base)["activity_growth / CT"] == pytest.approx(np.log(1.1))


def test_a_month_that_was_not_counted_is_left_out_of_both_sides() -> None:
    tests = LAST_YEAR[LAST_YEAR["month"] != pd.Timestamp("2024-07-31")]
    lower = (1000 + SEASON).sum() - 1250
    assert implied(NEXT_YEAR, base=tests)["activity_growth / CT"] == pytest.approx(np.log((lower + 1100) / lower))


def test_a_plan_that_counts_otherwise_is_put_in_terms_of_the_tests_counted() -> None:
    twice = planned(monthly("2025-04-30", 2 * (1100 + SEASON)))
    outturn = planned(monthly("2024-04-30", 2 * (1000 + SEASON)[:3]), kind="outturn", cycle="2024/25")
    assert implied(pd.concat([twice, outturn]))["activity_growth / CT"] == pytest.approx(np.log(1.1))


def test_providers_of_a_test_are_added_up() -> None:
    base = counted(monthly("2024-04-30", np.full(12, 1000.0)), monthly("2024-04-30", np.full(12, 3000.0), "CT", "BBB"))
    plan = planned(monthly("2025-04-30", np.full(12, 1400.0)), monthly("2025-04-30", np.full(12, 3000.0), "CT", "BBB"))
    assert implied(plan, base=base) == {"activity_growth / CT": pytest.approx(np.log(1.1))}


def test_output_per_wte_is_the_growth_of_tests_less_that_of_staff_as_a_share() -> None:
    wte = pd.concat(
        [staff("outturn", "2024-04-30", [50.0] * 12, cycle="2024/25"), staff("planned", "2025-04-30", [52.0] * 12)]
    )
    found = implied(NEXT_YEAR, wte)
    assert found["productivity_growth"] == pytest.approx(1.1 / 1.04 - 1)


def test_staff_grow_from_what_came_of_the_plan_and_not_from_what_it_said() -> None:
    sides = [
        staff("outturn", "2024-04-30", [50.0] * 12, cycle="2024/25"),
        staff("planned", "2024-04-30", [60.0] * 12, cycle="2024/25"),
        staff("planned", "2025-04-30", [55.0] * 12),
    ]
    assert implied(NEXT_YEAR, pd.concat(sides))["productivity_growth"] == pytest.approx(0.0, abs=1e-9)


def test_a_baseline_and_a_year_end_are_enough_for_staff() -> None:
    ends = [staff("baseline", "2025-03-31", [50.0]), staff("planned", "2026-03-31", [55.0])]
    assert implied(NEXT_YEAR, pd.concat(ends))["productivity_growth"] == pytest.approx(0.0, abs=1e-9)


def test_staff_lie_on_a_straight_line_between_the_months_planned() -> None:
    # March 2026, halfway from 53 to 57 WTE, is the month to set against the baseline of March 2025.
    ends = [
        staff("baseline", "2025-03-31", [50.0]),
        staff("planned", "2025-12-31", [53.0]),
        staff("planned", "2026-06-30", [57.0]),
    ]
    assert implied(NEXT_YEAR, pd.concat(ends))["productivity_growth"] == pytest.approx(0.0, abs=1e-9)


def test_tests_weigh_by_the_hours_they_take() -> None:
    base = counted(monthly("2024-04-30", np.full(12, 9000.0), "DEXA"), monthly("2024-04-30", np.full(12, 100.0), "MRI"))
    plan = planned(monthly("2025-04-30", np.full(12, 9000.0), "DEXA"), monthly("2025-04-30", np.full(12, 120.0), "MRI"))
    wte = pd.concat([staff("baseline", "2025-03-31", [50.0]), staff("planned", "2026-03-31", [50.0])])
    hours = pd.Series({"DEXA": 100.0, "MRI": 300.0})
    found = plan_implied(base, plan, wte, SCOPE, hours)
    assert found["productivity_growth"] == pytest.approx(0.15)
    only_mri = plan_implied(base, plan, wte, SCOPE, hours.drop("DEXA"))
    assert only_mri["productivity_growth"] == pytest.approx(0.2)
    assert "productivity_growth" not in plan_implied(base, plan, wte, SCOPE, hours.head(0))


def test_a_plan_that_says_nothing_implies_nothing() -> None:
    wte = pd.concat([staff("baseline", "2025-03-31", [50.0]), staff("planned", "2026-03-31", [55.0])])
    assert implied(empty("planned_activity"), wte) == {}
    assert implied(NEXT_YEAR, base=LAST_YEAR.head(0)) == {}
    assert implied(planned(monthly("2025-04-30", np.full(5, 1100.0)))) == {}
    assert implied(NEXT_YEAR.assign(provider="ZZZ")) == {}
