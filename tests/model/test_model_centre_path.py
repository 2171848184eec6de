"""Diagnostic centres month by month: worked by hand, and what no path may do."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from canonical_rows import rows
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.metrics.scope import Scope
from pipeline.model import centres
from pipeline.model.capacity import WorkingYear
from pipeline.model.centre_need import need_since_base, staff_needed
from pipeline.model.centre_path import (
    Array,
    CentreLevers,
    CentrePath,
    Centres,
    centre_path,
    new_tests,
    open_share,
    recruited_posts,
    redeployed_staff,
    running,
    shifted_tests,
)
from pipeline.tables import empty

pytestmark = pytest.mark.unit

SCOPE = Scope({"AAA": "Alder", "BBB": "Birch"}, frozenset(), frozenset({"AAA", "BBB"}), ("imaging",))
YEAR = WorkingYear(50.0, lambda _: 1500.0)
BASE, HORIZON = dt.date(2025, 9, 30), 24
FULL = 50 * 50 * 0.8 * 60 / 20
"""Tests a year of the centre below in full: 50 hours in 50 weeks, 80 % in use, 20 minutes each: 6,000."""
ROOM_WTE = 50 * 50 * 2.0 / 1500
"""Two at work in each open room: 3.33 WTE."""
CENTRE = {
    "site": "North",
    "host": "AAA",
    "status": "planned",
    "planned_opening": "2026-03-31",
    "opening": "2026-03-31",
    "hours_week": 50.0,
    "utilisation": 0.8,
    "ramp_months": 4,
}
ROOMS = {"site": "North", "test": "CT", "rooms": 1, "slot_minutes": 20.0, "share_new": 0.6}
STAFF = {
    "site": "North",
    "test": "CT",
    "profession": "Radiographers",
    "staff_per_room_hour": 2.0,
    "share_recruited": 0.7,
    "redeployed_from": "BBB",
}
IN_FULL = {"status": "open", "planned_opening": "2023-03-31", "opening": "2023-03-31"}
RAMPING = {"status": "ramping up", "planned_opening": "2025-07-31", "opening": "2025-07-31"}


def centre(
    plan: dict[str, Any] | None = None,
    room: dict[str, Any] | None = None,
    staff: dict[str, Any] | None = None,
    done: float | None = None,
) -> Centres:
    """The centre above with some cells changed; `done` are its tests of September 2025."""
    activity = rows("cdc_activity", {"site": "North", "test": "CT", "tests": done}) if done else empty("cdc_activity")
    plans = centres.plans_of(rows("cdc_plans", {**CENTRE, **(plan or {})}), SCOPE)
    rooms, staffing = rows("cdc_rooms", {**ROOMS, **(room or {})}), rows("cdc_staffing", {**STAFF, **(staff or {})})
    return Centres(plans, rooms, staffing, activity, SCOPE, YEAR, BASE, HORIZON)


def monthly(table: pd.DataFrame, employer: str = "AAA") -> Array:
    """The last column of an employer's rows, by month."""
    return np.asarray(table[table["employer"] == employer].sort_values("month").iloc[:, -1], dtype=np.float64)


class TestTests:
    def test_a_centre_to_come_adds_its_new_share_along_its_ramp(self) -> None:
        new = monthly(new_tests(centre_path(centre())))
        # It opens in month 6 and runs in full from month 10.
        assert new[:12].tolist() == pytest.approx([0, 0, 0, 0, 0, 0, 0, 900, 1800, 2700, 3600, 3600])
        assert new[-1] == pytest.approx(0.6 * FULL)

    def test_the_rest_leaves_the_employer_whose_staff_are_redeployed(self) -> None:
        shifted = shifted_tests(centre_path(centre()))
        assert monthly(shifted)[8] == pytest.approx(0.4 * FULL / 2)
        assert monthly(shifted, "BBB")[8] == pytest.approx(-0.4 * FULL / 2)

    def test_tests_leave_several_employers_as_their_staff_do(self) -> None:
        of = centre()
        # 1.8 of AAA's own and 0.3 x 2 of BBB are redeployed: a quarter of the tests leaves BBB.
        others = {**STAFF, "band": "7", "share_recruited": 0.0, "redeployed_from": "AAA", "staff_per_room_hour": 1.8}
        both = Centres(**{**vars(of), "staffing": rows("cdc_staffing", STAFF, others)})
        shifted = shifted_tests(centre_path(both))
        assert monthly(shifted, "BBB")[-1] == pytest.approx(-0.4 * FULL * 0.6 / 2.4)
        assert monthly(shifted)[-1] == pytest.approx(0.4 * FULL * 0.6 / 2.4)

    def test_tests_of_a_room_with_nobody_redeployed_stay_with_the_host(self) -> None:
        path = centre_path(centre(staff={"share_recruited": 1.0, "redeployed_from": None}))
        assert set(shifted_tests(path)["employer"]) == {"AAA"}
        assert not monthly(shifted_tests(path)).any()

    def test_a_centre_that_is_ramping_carries_on_beyond_what_the_base_year_holds(self) -> None:
        # Open since July: half way up in September, in full in November. 700 tests of one month are on file.
        new = monthly(new_tests(centre_path(centre(plan=RAMPING, done=700))))
        assert new[:4].tolist() == pytest.approx([0.6 * (each - 700) for each in (3000, 4500, 6000, 6000)])

    def test_a_centre_in_full_adds_nothing_however_few_tests_it_did(self) -> None:
        for done in (None, 1, 100, 90_000):
            path = centre_path(centre(plan=IN_FULL, done=done))
            assert not monthly(new_tests(path)).any()
            assert not monthly(shifted_tests(path)).any()

    def test_tests_never_fall_below_those_of_the_base_year(self) -> None:
        levers = CentreLevers(hours_week={"North": 10})
        assert not monthly(new_tests(centre_path(centre(plan=IN_FULL, done=500), levers))).any()

    def test_only_the_latest_twelve_months_up_to_the_base_month_are_the_base_year(self) -> None:
        months = [f"{month:%Y-%m-%d}" for month in pd.date_range("2024-08-31", "2025-11-30", freq="ME")]
        activity = rows("cdc_activity", *({"site": "North", "test": "CT", "tests": 600, "month": m} for m in months))
        of = Centres(**{**vars(centre(plan=IN_FULL)), "activity": activity})
        # In full it does 6,000; with 84 hours 10,080. 14 months up to the base month are on file.
        new = monthly(new_tests(centre_path(of, CentreLevers(hours_week={"North": 84}))))
        assert new[1] == pytest.approx(0.6 * (FULL * 84 / 50 - 7200))


class TestStaff:
    def test_rooms_are_staffed_from_the_opening_however_few_come(self) -> None:
        path = centre_path(centre())
        assert monthly(recruited_posts(path)).tolist() == pytest.approx([0.0] * 6 + [0.7 * ROOM_WTE] * 19)
        assert monthly(redeployed_staff(path)).tolist() == pytest.approx([0.0] * 6 + [0.3 * ROOM_WTE] * 19)
        assert monthly(redeployed_staff(path), "BBB").tolist() == pytest.approx([0.0] * 6 + [-0.3 * ROOM_WTE] * 19)

    def test_those_of_a_centre_open_at_the_base_month_are_there_already(self) -> None:
        for plan in (IN_FULL, RAMPING):
            path = centre_path(centre(plan=plan))
            assert not monthly(recruited_posts(path)).any()
            assert not redeployed_staff(path)["wte"].any()

    def test_longer_hours_add_what_is_beyond_the_plan(self) -> None:
        path = centre_path(centre(plan=IN_FULL), CentreLevers(hours_week={"North": 84}))
        assert monthly(recruited_posts(path)).tolist() == pytest.approx([0.0] + [0.7 * ROOM_WTE * 34 / 50] * 24)
        assert monthly(new_tests(path)).tolist() == pytest.approx([0.0] + [0.6 * FULL * 34 / 50] * 24)

    def test_shorter_hours_dismiss_nobody(self) -> None:
        path = centre_path(centre(plan=IN_FULL), CentreLevers(hours_week={"North": 20}))
        assert not monthly(recruited_posts(path)).any()


class TestLevers:
    def test_a_centre_that_opens_later_moves_as_a_whole(self) -> None:
        planned, late = centre_path(centre()), centre_path(centre(), CentreLevers(months_later=3))
        for table in (new_tests, recruited_posts):
            np.testing.assert_allclose(monthly(table(late))[3:], monthly(table(planned))[:-3])

    def test_a_part_of_a_month_counts_in_part(self) -> None:
        path = centre_path(centre(), CentreLevers(months_later=0.25))
        assert monthly(recruited_posts(path))[6:8].tolist() == pytest.approx([0.7 * ROOM_WTE * 0.75, 0.7 * ROOM_WTE])
        assert monthly(new_tests(path))[6:8].tolist() == pytest.approx([0, 900 * 0.75])

    def test_a_centre_to_come_opens_after_the_base_month_at_the_soonest(self) -> None:
        posts = monthly(recruited_posts(centre_path(centre(), CentreLevers(months_later=-99))))
        assert posts.tolist() == pytest.approx([0.0] + [0.7 * ROOM_WTE] * 24)

    def test_openings_of_the_past_do_not_move(self) -> None:
        of = centre(plan=RAMPING, done=700)
        late = centre_path(of, CentreLevers(months_later=12))
        pd.testing.assert_frame_equal(new_tests(late), new_tests(centre_path(of)))

    def test_utilisation_and_share_new_are_values_from_month_1_on(self) -> None:
        levers = CentreLevers(utilisation={"North": 0.9}, share_new={("North", "CT"): 0.5})
        new = monthly(new_tests(centre_path(centre(plan=RAMPING, done=700), levers)))
        assert new[:3].tolist() == pytest.approx([0.6 * 2300, 0.5 * (4500 * 9 / 8 - 700), 0.5 * (6000 * 9 / 8 - 700)])

    def test_levers_that_change_nothing_give_the_same_path_bit_for_bit(self) -> None:
        same = CentreLevers(0.0, {"North": 50.0}, {"North": 0.8}, {("North", "CT"): 0.6})
        one, other = centre_path(centre(), same), centre_path(centre())
        for table in ("tests", "staff", "sources"):
            pd.testing.assert_frame_equal(getattr(one, table), getattr(other, table), check_exact=True)

    @pytest.mark.parametrize(
        ("levers", "says"),
        [
            (CentreLevers(utilisation={"Nowhere": 0.5}), r"utilisation is given for Nowhere.*North"),
            (CentreLevers(hours_week={"Nowhere": 50.0}), r"hours_week is given for Nowhere.*North"),
            (CentreLevers(share_new={("North", "MRI"): 0.5}), r"share_new is given for \('North', 'MRI'\)"),
        ],
    )
    def test_levers_of_centres_that_are_not_there_are_refused(self, levers: CentreLevers, says: str) -> None:
        with pytest.raises(ValueError, match=says):
            centre_path(centre(), levers)

    def test_shares_and_hours_that_cannot_be_are_refused(self) -> None:
        with pytest.raises(ValueError, match=r"between 0 and 1.*1\.2"):
            CentreLevers(utilisation={"North": 1.2})
        with pytest.raises(ValueError, match=r"hours_week.*169"):
            CentreLevers(hours_week={"North": 169})


class TestNeed:
    def test_those_who_staff_a_room_do_its_tests(self) -> None:
        # 30 minutes of radiographers a test: at full running 6,000 tests take 2 WTE of the 3.33 in the room.
        needs = need_since_base(centre_path(centre()), {("CT", "Radiographers"): 30 / 60 / 1500})
        assert needs["AAA", "Radiographers"][[5, 6, 24], 0].tolist() == pytest.approx([0, ROOM_WTE, ROOM_WTE])
        # 60 minutes: 4 WTE, more than the room alone would need, from the month in which there are 5,000 tests.
        needs = need_since_base(centre_path(centre()), {("CT", "Radiographers"): 1 / 1500})
        assert needs["AAA", "Radiographers"][[6, 9, 10], 0].tolist() == pytest.approx([ROOM_WTE, ROOM_WTE, 4])

    def test_the_shifted_share_leaves_where_the_tests_leave(self) -> None:
        needs = need_since_base(centre_path(centre()), {})
        assert needs["BBB", "Radiographers"][-1, 0] == pytest.approx(-0.4 * ROOM_WTE)
        system = needs["AAA", "Radiographers"] + needs["BBB", "Radiographers"]
        assert system[-1, 0] == pytest.approx(0.6 * ROOM_WTE)

    def test_work_outside_the_room_is_work_alone(self) -> None:
        needs = need_since_base(centre_path(centre()), {("CT", "Radiologists"): np.array([0.001, 0.002])})
        np.testing.assert_allclose(needs["AAA", "Radiologists"][10], [6, 12])

    def test_a_centre_in_full_needs_nobody_more_whatever_a_test_takes(self) -> None:
        productivity = np.linspace(0.001, 0.003, HORIZON + 1)[:, None]
        needs = need_since_base(centre_path(centre(plan=IN_FULL)), {("CT", "Radiographers"): productivity})
        assert all(not need.any() for need in needs.values())

    def test_staff_idle_in_a_room_that_fills_are_used_before_more_are_needed(self) -> None:
        needs = need_since_base(centre_path(centre(plan=RAMPING)), {("CT", "Radiographers"): 30 / 60 / 1500})
        assert not needs["AAA", "Radiographers"].any()

    def test_the_need_is_the_larger_and_not_the_sum(self) -> None:
        needed = staff_needed(np.array([3.0, 3.0]), np.array([10.0, 20.0]), np.array([0.1, 0.2]))
        np.testing.assert_allclose(needed, [[3, 3], [3, 4]])


FEWER = settings(max_examples=25)
"""A path is a matter of tables and takes tens of milliseconds."""
SHARES = st.floats(0, 1)
ANY_CENTRE = st.builds(
    lambda opens, ramp, new, recruited, done: centre(
        plan={"opening": opens, "planned_opening": opens, "ramp_months": ramp},
        room={"share_new": new},
        staff={"share_recruited": recruited},
        done=done,
    ),
    st.sampled_from(["2023-01-31", "2025-02-28", "2025-09-30", "2025-10-31", "2026-05-31", "2030-01-31"]),
    st.integers(0, 30),
    SHARES,
    SHARES,
    st.integers(1, 9000),
)
ANY_LEVERS = st.builds(
    CentreLevers,
    st.floats(-12, 24),
    st.just({}) | st.fixed_dictionaries({"North": st.floats(0, 100)}),
    st.fixed_dictionaries({"North": SHARES}),
)
TAKES = {("CT", "Radiographers"): 0.0006, ("CT", "Radiologists"): 0.0002}


def unbalanced(path: CentrePath) -> float:
    """The most by which what moves between employers fails to sum to zero in a month."""
    sums = [table(path).groupby("month").sum(numeric_only=True) for table in (shifted_tests, redeployed_staff)]
    return float(max(each.abs().to_numpy().max() for each in sums))


@FEWER
@given(ANY_CENTRE, ANY_LEVERS)
def test_what_moves_sums_to_zero_and_what_is_added_is_never_below_it(of: Centres, levers: CentreLevers) -> None:
    path = centre_path(of, levers)
    assert unbalanced(path) < 1e-9
    assert (new_tests(path)["tests"] >= 0).all()
    assert (recruited_posts(path)["wte"] >= 0).all()
    needs = need_since_base(path, TAKES)
    assert np.sum(list(needs.values()), axis=0).min() > -1e-9


@FEWER
@given(ANY_CENTRE, ANY_LEVERS)
def test_all_shifted_and_all_redeployed_adds_nothing_to_the_system(of: Centres, levers: CentreLevers) -> None:
    rooms, staff = of.rooms.assign(share_new=0.0), of.staffing.assign(share_recruited=0.0)
    path = centre_path(Centres(**{**vars(of), "rooms": rooms, "staffing": staff}), levers)
    assert not new_tests(path)["tests"].any()
    assert not recruited_posts(path)["wte"].any()
    assert unbalanced(path) < 1e-9
    needs = need_since_base(path, TAKES)
    for profession in ("Radiographers", "Radiologists"):
        total = needs["AAA", profession] + needs["BBB", profession]
        np.testing.assert_allclose(total, 0, atol=1e-9)


@FEWER
@given(ANY_CENTRE, st.floats(0, 12), st.floats(0, 12))
def test_opening_later_never_adds_tests_or_posts(of: Centres, one: float, more: float) -> None:
    sooner, later = (centre_path(of, CentreLevers(months_later=months)) for months in (one, one + more))
    for table in (new_tests, recruited_posts):
        assert (monthly(table(later)) <= monthly(table(sooner)) + 1e-9).all()


def test_the_ramp_is_a_straight_line_from_none_to_all() -> None:
    since = np.array([[-1.0, 0, 1, 2, 4, 9]])
    assert running(since, np.array([[4.0]])).tolist() == [[0, 0, 0.25, 0.5, 1, 1]]
    assert running(since, np.array([[0.0]])).tolist() == [[0, 1, 1, 1, 1, 1]]
    assert open_share(np.array([-2.0, -0.25, 0, 7])).tolist() == [0, 0.75, 1, 1]


def test_a_plan_without_centres_has_an_empty_path() -> None:
    plans = centres.plans_of(empty("cdc_plans"), SCOPE)
    tables = (empty(f"cdc_{name}") for name in ("rooms", "staffing", "activity"))
    path = centre_path(Centres(plans, *tables, SCOPE, YEAR, BASE, HORIZON))
    for table in (new_tests, shifted_tests, recruited_posts, redeployed_staff):
        assert table(path).empty
    assert need_since_base(path, TAKES) == {}
