"""Waiting lists of a plan, worked by hand, and tests for them against the list that they leave month by month."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from canonical_rows import rows
from hypothesis import given
from hypothesis import strategies as st

from pipeline.metrics.scope import Scope
from pipeline.model.backlog import (
    Array,
    BacklogTests,
    backlog_tests,
    list_ahead,
    lists_table,
    standard_years,
    waiting_lists,
)
from pipeline.model.base_year import annual_activity
from pipeline.model.waiting_list import clearance, standard_factor, target_queue

pytestmark = pytest.mark.unit

SCOPE = Scope({"AAA": "Alder", "BBB": "Birch"}, frozenset(), frozenset({"AAA", "BBB"}), ("imaging", "endoscopy"))
SEPTEMBER = dt.date(2025, 9, 30)
YEAR = [month.date().isoformat() for month in pd.date_range("2024-10-31", "2025-09-30", freq="ME")]
MONTHS, DRAWS = 24, 3
FLAT = {test: np.ones((MONTHS + 1, 1)) for test in ("CT", "MRI")}


def waits(*lists: tuple[str, str, str, int]) -> pd.DataFrame:
    """Month, provider, test and patients waiting, one in ten of them for six weeks or more."""
    return rows(
        "waiting",
        *(
            {
                "month": month,
                "provider": provider,
                "pillar": "imaging",
                "test": test,
                "waiting": waiting,
                "waiting_6_plus": waiting // 10,
            }
            for month, provider, test, waiting in lists
        ),
    )


def counted(provider: str, test: str, each_month: dict[str, int]) -> pd.DataFrame:
    """The same number of tests of each type in each month of the year, as DM01 counts them."""
    return rows(
        "activity",
        *(
            {
                "month": month,
                "provider": provider,
                "dataset": "dm01",
                "pillar": "imaging",
                "test": test,
                "type": kind,
                "tests": tests,
            }
            for month in YEAR
            for kind, tests in each_month.items()
        ),
    )


def lists_of(waiting: pd.DataFrame, *done: pd.DataFrame) -> pd.DataFrame:
    activity = pd.concat(done, ignore_index=True)
    annual = annual_activity(activity, SCOPE.employers, SCOPE.pillars)
    return waiting_lists(waiting, annual, SCOPE, SEPTEMBER, activity).set_index(["provider", "test"])


class TestListsOfAPlan:
    def test_are_those_of_the_latest_return_up_to_the_base_month(self) -> None:
        sent = waits(
            ("2025-08-31", "AAA", "CT", 500), ("2025-09-30", "AAA", "CT", 700), ("2025-10-31", "AAA", "CT", 900)
        )
        found = lists_of(sent, counted("AAA", "CT", {"waiting_list": 100}))
        assert found.loc[("AAA", "CT"), ["waiting", "waiting_6_plus", "pillar"]].tolist() == [700, 70, "imaging"]

    def test_grow_by_what_is_waiting_now_less_twelve_months_before(self) -> None:
        sent = waits(("2024-09-30", "AAA", "CT", 400), ("2025-09-30", "AAA", "CT", 700))
        found = lists_of(sent, counted("AAA", "CT", {"waiting_list": 100}))
        assert found.loc[("AAA", "CT"), ["list_growth", "growth_known"]].tolist() == [300, True]
        assert found.loc[("AAA", "CT"), "referrals"] == 12 * 100 + 300

    def test_hold_still_and_say_so_where_the_year_before_is_not_on_file(self) -> None:
        found = lists_of(waits(("2025-09-30", "AAA", "CT", 700)), counted("AAA", "CT", {"waiting_list": 100}))
        assert found.loc[("AAA", "CT"), ["list_growth", "growth_known"]].tolist() == [0, False]

    def test_are_fed_by_referrals_and_not_by_inpatients(self) -> None:
        sent = waits(("2025-09-30", "AAA", "CT", 700))
        found = lists_of(sent, counted("AAA", "CT", {"waiting_list": 100, "unscheduled": 150, "planned": 50}))
        assert found.loc[("AAA", "CT"), ["tests", "list_tests", "referrals"]].tolist() == [3600, 1200, 1200]

    def test_are_fed_by_all_tests_where_no_file_tells_them_apart(self) -> None:
        done = counted("AAA", "CT", {"all": 100}).assign(dataset="local")
        found = lists_of(waits(("2025-09-30", "AAA", "CT", 700)), done)
        assert found.loc[("AAA", "CT"), ["tests", "list_tests"]].tolist() == [1200, 1200]

    def test_are_left_out_where_the_test_is_not_counted_or_the_provider_is_another(self) -> None:
        sent = waits(("2025-09-30", "AAA", "CT", 7), ("2025-09-30", "AAA", "MRI", 7), ("2025-09-30", "ZZZ", "CT", 7))
        assert lists_of(sent, counted("AAA", "CT", {"waiting_list": 100})).index.tolist() == [("AAA", "CT")]


def some_lists(*numbers: tuple[str, float, float, float]) -> pd.DataFrame:
    """Test, patients waiting, patients a year that the list grows by, and tests a year, of each list."""
    frame = pd.DataFrame(numbers, columns=["test", "waiting", "list_growth", "list_tests"])
    referrals = (frame["list_tests"] + frame["list_growth"]).clip(lower=0.0)
    six_plus = frame["waiting"] / 10
    return frame.assign(
        provider="AAA", pillar="imaging", waiting_6_plus=six_plus, referrals=referrals, growth_known=True
    )


def by_month(extra: BacklogTests) -> Array:
    """Tests a year of each list: lists x months + 1 x draws."""
    return np.stack(np.broadcast_arrays(*(extra.of(number) for number in range(len(extra.steady)))))


class TestTestsForABacklog:
    def test_are_the_growth_of_the_list_for_good_and_the_backlog_for_a_while(self) -> None:
        lists = some_lists(("CT", 1000, 120, 6000))
        target = 6120 * 6 * 7 / 365.25 / -np.log(0.01)
        tests = backlog_tests(lists, MONTHS, 1.0, 6, 0.99, FLAT).of(0)[:, 0]
        assert tests[0] == 0
        assert tests[1:7] == pytest.approx(120 + 2 * (1000 - target))
        assert tests[7:] == pytest.approx(120)

    def test_are_none_at_all_when_no_share_is_taken_on(self) -> None:
        tests = backlog_tests(some_lists(("CT", 1000, 120, 6000)), MONTHS, np.array([0.0, 0.5]), 6, 0.99, FLAT).of(0)
        assert (tests[:, 0] == 0).all()
        assert tests[1, 1] > 0

    def test_are_none_for_a_list_that_meets_the_standard_and_does_not_grow(self) -> None:
        lists = some_lists(("CT", 149, 0, 6000))
        assert not by_month(backlog_tests(lists, MONTHS, 1.0, 6, 0.99, FLAT)).any()

    def test_leave_out_what_a_falling_list_loses_at_todays_pace(self) -> None:
        still, falling = some_lists(("CT", 1000, 0, 6000)), some_lists(("CT", 1000, -400, 6400))
        needed, fewer = (backlog_tests(each, MONTHS, 1.0, 12, 0.99, FLAT).backlog[0, 0] for each in (still, falling))
        assert fewer == pytest.approx(needed - 400)

    def test_differ_by_list_and_draw(self) -> None:
        lists = some_lists(("CT", 1000, 0, 6000), ("MRI", 2000, 60, 6000))
        grown = {"CT": FLAT["CT"], "MRI": np.linspace(1, [1.1, 1.2, 1.3], MONTHS + 1)}
        extra = backlog_tests(lists, MONTHS, 1.0, np.array([6.0, 12.0, 30.0]), np.array([0.9, 0.95, 0.99]), grown)
        tests = by_month(extra)
        assert tests.shape == (2, MONTHS + 1, DRAWS)
        assert tests[0, -1].tolist()[:2] == [0, 0]
        assert tests[1, -1, :2] == pytest.approx([60 * 1.1, 60 * 1.2])

    @pytest.mark.parametrize(("share", "clear_in", "within"), [(1.1, 6, 0.9), (-0.1, 6, 0.9), (1, 0, 0.9), (1, 6, 1.0)])
    def test_are_refused_for_numbers_that_cannot_be(self, share: float, clear_in: float, within: float) -> None:
        with pytest.raises(ValueError, match="should"):
            backlog_tests(some_lists(("CT", 1000, 0, 6000)), MONTHS, share, clear_in, within, FLAT)

    def test_of_no_list_are_none(self) -> None:
        none = some_lists().astype({"waiting": "float64"})
        assert backlog_tests(none, MONTHS, 1.0, 6, 0.99, FLAT).backlog.shape == (0, 1)
        assert list_ahead(none, FLAT).shape[:2] == (0, MONTHS + 1)


@given(
    waiting=st.floats(0, 5000),
    rise=st.floats(0, 2000),
    tests=st.floats(1000, 50000),
    clear_in=st.sampled_from([1.0, 6.0, 7.5, 24.0]),
    yearly=st.floats(-0.2, 0.2),
)
def test_whole_share_leaves_the_list_of_the_standard_and_agrees_with_the_path_of_a_cleared_list(
    waiting: float, rise: float, tests: float, clear_in: float, yearly: float
) -> None:
    lists = some_lists(("CT", waiting, rise, tests))
    growth = {"CT": np.exp(yearly * np.arange(MONTHS + 1) / 12)[:, None]}
    end = int(np.ceil(clear_in))
    extra = by_month(backlog_tests(lists, MONTHS, 1.0, clear_in, 0.95, growth))
    referrals = (tests + rise) * growth["CT"][1:] / 12
    target = target_queue(float(12 * referrals[end - 1, 0]), standard_years(), standard_factor(0.95))
    path = clearance(waiting, referrals, target, clear_in)
    np.testing.assert_allclose((tests * growth["CT"][1:] + extra[0, 1:]) / 12, path.done, atol=1e-6)
    np.testing.assert_allclose(list_ahead(lists, growth, extra)[0, 1:], path.waiting, atol=1e-6)


@given(fall=st.floats(0, 2000), clear_in=st.sampled_from([6.0, 12.0]), yearly=st.floats(-0.2, 0.2))
def test_falling_list_is_at_the_standard_when_its_backlog_ends_or_below_it_by_itself(
    fall: float, clear_in: float, yearly: float
) -> None:
    lists = some_lists(("CT", 1500, -fall, 9000))
    growth = {"CT": np.exp(yearly * np.arange(MONTHS + 1) / 12)[:, None]}
    extra = by_month(backlog_tests(lists, MONTHS, 1.0, clear_in, 0.95, growth))
    end = int(clear_in)
    left = list_ahead(lists, growth, extra)[0, end, 0]
    target = target_queue((9000 - fall) * float(growth["CT"][end, 0]), standard_years(), standard_factor(0.95))
    by_itself = list_ahead(lists, growth)[0, end, 0]
    assert left == pytest.approx(min(float(target), by_itself))


def test_list_grows_on_where_nothing_is_done() -> None:
    ahead = list_ahead(some_lists(("CT", 1000, 120, 6000), ("MRI", 500, -900, 6000)), FLAT)
    assert ahead[:, 0, 0].tolist() == [1000, 500]
    assert ahead[0, 12, 0] == pytest.approx(1120)
    assert ahead[1, 12, 0] == 0


def test_table_adds_lists_up_without_hiding_a_backlog_behind_anothers_room() -> None:
    lists = some_lists(("CT", 1000, 120, 6000), ("MRI", 0, 0, 6000))
    ahead = list_ahead(lists, {"CT": np.linspace(1, [1.0, 1.0, 1.0], MONTHS + 1), "MRI": FLAT["MRI"]})
    table = lists_table(lists, ahead, 0.99, ["pillar"]).iloc[0]
    factor = standard_factor(0.99)
    targets = [target_queue(each, standard_years(), factor) for each in (6120.0, 6000.0)]
    assert table["waiting"] == 1000
    assert table["target"] == pytest.approx(sum(map(float, targets)))
    assert table["backlog"] == pytest.approx(1000 - float(targets[0]))
    assert table[["p10", "p50", "p90"]].tolist() == pytest.approx([1240] * 3)
