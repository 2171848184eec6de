"""Waits by the mix of tests and leavers by the mix of ages, worked by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.metrics.scope import Scope
from pipeline.metrics.standardised import leaver_rates_by_age, waits_ratio
from pipeline.metrics.turnover import average_headcount
from pipeline.statistics.standardised import direct_rate
from pipeline.tables import empty

pytestmark = pytest.mark.unit
SCOPE = Scope({"AAA": "Alder", "BBB": "Birch"}, frozenset({"Q1X"}), frozenset({"AAA", "BBB"}), ("imaging", "labs"))
MONTHS = pd.date_range("2024-04-30", periods=13, freq="ME")
APRIL = MONTHS[-1]


def waiting(*rows: tuple[str, str, int, int], month: pd.Timestamp = APRIL) -> pd.DataFrame:
    """Provider, test, patients waiting and those waiting 6+ weeks of each row."""
    frame = pd.DataFrame(rows, columns=["provider", "test", "waiting", "waiting_6_plus"])
    return frame.assign(month=month, pillar="imaging")


LISTS = [("AAA", "CT", 100, 20), ("AAA", "MRI", 100, 60), ("BBB", "CT", 300, 20), ("CCC", "MRI", 100, 20)]
"""CT: 40 of 400, a tenth. MRI: 80 of 200, four tenths."""


class TestWaits:
    def test_are_set_against_the_share_of_each_test_over_all_organisations(self) -> None:
        # Alder: expected 100 x 0.1 + 100 x 0.4 = 50, observed 80. Birch: expected 300 x 0.1 = 30, observed 20.
        found = waits_ratio(waiting(*LISTS), ["AAA", "BBB"], APRIL).set_index("provider")
        assert found["waiting"].tolist() == [200, 300]
        assert found["observed"].tolist() == [80, 20]
        assert found["expected"].tolist() == pytest.approx([50, 30])
        assert found["ratio"].tolist() == pytest.approx([1.6, 2 / 3])
        # Byar of 80: 63.43 and 99.57; of 20: 12.21 and 30.89.
        assert found["low"].tolist() == pytest.approx([63.43 / 50, 12.21 / 30], abs=1e-3)
        assert found["high"].tolist() == pytest.approx([99.57 / 50, 30.89 / 30], abs=1e-3)
        assert set(found["reason"]) == {""}

    def test_of_other_months_and_of_england_are_in_no_sum(self) -> None:
        more = [waiting(*LISTS), waiting(("AAA", "CT", 900, 900), month=MONTHS[0]), waiting(("ENG", "CT", 9000, 9000))]
        pd.testing.assert_frame_equal(
            waits_ratio(pd.concat(more), ["AAA"], APRIL), waits_ratio(waiting(*LISTS), ["AAA"], APRIL)
        )

    def test_observed_and_expected_of_all_organisations_are_the_same(self) -> None:
        found = waits_ratio(waiting(*LISTS), ["AAA", "BBB", "CCC"], APRIL)
        assert found["expected"].sum() == pytest.approx(found["observed"].sum())

    def test_of_an_organisation_without_a_list_have_no_ratio_and_a_reason(self) -> None:
        rows = waiting(*LISTS, ("DDD", "CT", 0, 0), ("EEE", "Audiology", 7, 0))
        found = waits_ratio(rows, ["DDD", "EEE", "ZZZ"], APRIL)
        assert found["reason"].tolist() == ["nobody waiting on file", "no events expected", "nobody waiting on file"]
        assert found[["ratio", "low", "high"]].isna().all(axis=None)

    def test_of_an_empty_table_have_none(self) -> None:
        (row,) = waits_ratio(empty("waiting"), ["AAA"], APRIL).to_dict("records")
        assert (row["waiting"], row["reason"]) == (0, "nobody waiting on file")
        assert waits_ratio(empty("waiting"), [], APRIL).empty


def staff(*rows: tuple[str, str, int], dataset: str = "esr") -> pd.DataFrame:
    """Employer, age band and headcount of each row, the same in each of 13 months."""
    frame = pd.DataFrame(rows, columns=["employer", "age_band", "headcount"])
    every = {"pillar": "imaging", "profession": "Radiographers", "dataset": dataset, "staff_group": "Staff"}
    months = [frame.assign(month=month, **every) for month in MONTHS]
    return pd.concat(months, ignore_index=True).astype({"headcount": "Int64"})


def leavers(*rows: tuple[str, str, int]) -> pd.DataFrame:
    """Employer, age band and people of each row, who left in April, and nobody beyond them in the other months."""
    frame = pd.DataFrame(rows, columns=["employer", "age_band", "headcount"])
    every = {"pillar": "imaging", "kind": "leaver", "reason": "resignation", "month": APRIL}
    quiet = [{"employer": code, "age_band": "30-39", "headcount": 0} for code in dict.fromkeys(frame["employer"])]
    fill = [pd.DataFrame(quiet).assign(**{**every, "month": month}) for month in MONTHS[1:-1]]
    return pd.concat([*fill, frame.assign(**every)], ignore_index=True)


TEAM = [("AAA", "30-39", 100), ("AAA", "50-59", 300), ("BBB", "30-39", 300), ("BBB", "50-59", 100)]
LEFT = [("AAA", "30-39", 20), ("AAA", "50-59", 15), ("BBB", "30-39", 60), ("BBB", "50-59", 5)]
"""Both lose a fifth of the younger and a twentieth of the older."""


class TestLeavers:
    def test_have_the_same_rate_where_only_the_ages_differ(self) -> None:
        # Plain rates are 35 of 400 and 65 of 400; half the staff of both are young: (0.2 + 0.05) / 2 = 12.5 of 100.
        found = leaver_rates_by_age(leavers(*LEFT), staff(*TEAM), SCOPE)
        assert found["employer"].tolist() == ["AAA", "BBB"]
        assert found["headcount"].tolist() == pytest.approx([400, 400])
        assert found["leavers"].tolist() == [35, 65]
        assert found["rate"].tolist() == pytest.approx([12.5, 12.5])
        assert set(found["reason"]) == {""}
        by_hand = direct_rate([20, 15], [100, 300], [400, 400], scale=100)
        assert (found["low"][0], found["high"][0]) == pytest.approx((by_hand.low, by_hand.high))

    def test_of_one_employer_are_its_plain_rate(self) -> None:
        (row,) = leaver_rates_by_age(leavers(*LEFT), staff(*TEAM), SCOPE.only("AAA")).to_dict("records")
        assert row["rate"] == pytest.approx(100 * 35 / 400)

    def test_of_unknown_ages_are_left_out_and_counted(self) -> None:
        team, left = [*TEAM, ("AAA", "Not known", 40)], [*LEFT, ("AAA", "All", 3), ("AAA", "60-69", 2)]
        found = leaver_rates_by_age(leavers(*left), staff(*team), SCOPE)
        assert found["left_out"].tolist() == [5, 0]
        assert found["headcount"].tolist() == pytest.approx([400, 400])
        assert found["rate"].tolist() == pytest.approx([12.5, 12.5])

    def test_under_ten_have_no_rate(self) -> None:
        found = leaver_rates_by_age(leavers(*LEFT[:2], ("BBB", "30-39", 9)), staff(*TEAM), SCOPE)
        assert found["leavers"].tolist() == [35, 9]
        assert found["reason"].tolist() == ["", "fewer than 10 events"]
        assert np.isnan(found.loc[1, ["rate", "low", "high"]].astype("float64")).all()

    def test_joiners_and_other_pillars_are_in_no_rate(self) -> None:
        plain = leavers(*LEFT)
        joined = plain.assign(kind="joiner", reason="newly qualified")
        labs = plain.assign(pillar="labs")
        pd.testing.assert_frame_equal(
            leaver_rates_by_age(pd.concat([plain, joined, labs]), staff(*TEAM), SCOPE),
            leaver_rates_by_age(plain, staff(*TEAM), SCOPE),
        )

    def test_published_staff_have_no_ages_so_there_is_no_rate(self) -> None:
        published = staff(("AAA", "All", 400), ("BBB", "All", 400), dataset="hchs")
        found = leaver_rates_by_age(leavers(*LEFT), published, SCOPE)
        assert found["reason"].tolist() == ["no year of movements and ages"] * 2

    def test_of_an_employer_whose_movements_stop_have_no_rate(self) -> None:
        moved = leavers(*LEFT)
        gone = moved[(moved["employer"] == "BBB") | (moved["month"] == APRIL)]
        found = leaver_rates_by_age(gone, staff(*TEAM), SCOPE)
        assert found["reason"].tolist() == ["no year of movements and ages", ""]

    @pytest.mark.parametrize("lacking", ["movements", "staff", "both"])
    def test_of_empty_tables_have_none(self, lacking: str) -> None:
        moved = leavers(*LEFT) if lacking == "staff" else empty("movements")
        people = staff(*TEAM) if lacking == "movements" else empty("staff")
        found = leaver_rates_by_age(moved, people, SCOPE)
        assert found["employer"].tolist() == ["AAA", "BBB"]
        assert found["rate"].isna().all()
        assert set(found["reason"]) == {"no year of movements and ages"}

    def test_average_headcount_by_another_column_than_the_profession(self) -> None:
        by_age = average_headcount(staff(*TEAM), SCOPE, APRIL, "age_band")
        assert by_age.set_index(["employer", "age_band"])["average"].to_dict() == {row[:2]: row[2] for row in TEAM}
