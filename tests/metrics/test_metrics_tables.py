"""Indicators worked by hand on small tables."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from pipeline.metrics.absence import sickness_by
from pipeline.metrics.activity import (
    activity_by,
    change_over,
    financial_year,
    newer_reports,
    reporting_speed,
    yearly_tests,
)
from pipeline.metrics.money import band_midpoints
from pipeline.metrics.months import last_months
from pipeline.metrics.places import cdc_sites_of, population_of, services_table, share_aged
from pipeline.metrics.scope import Scope
from pipeline.metrics.waits import latest, waits_by
from pipeline.metrics.workforce import (
    all_staff_series,
    band_mix,
    current_staff,
    employers_by_profession,
    outside_pillars,
    published_for,
    staff_by,
    support_ratio,
)
from pipeline.tables import empty

pytestmark = pytest.mark.unit

SCOPE = Scope(
    {"AAA": "Alder", "BBB": "Birch"}, frozenset({"Q1X"}), frozenset({"AAA", "BBB", "OLD"}), ("imaging", "labs")
)
MARCH, APRIL = pd.Timestamp("2025-03-31"), pd.Timestamp("2025-04-30")


def staff_row(employer: str, pillar: str, profession: str, band: str, wte: float, **more: object) -> dict[str, object]:
    group = more.pop("staff_group", "Allied health professionals")
    row = {
        "month": APRIL,
        "employer": employer,
        "dataset": "hchs",
        "pillar": pillar,
        "staff_group": group,
        "profession": profession,
    }
    return {**row, "discipline": profession, "band": band, "headcount": 2, "wte": wte, **more}


def staff() -> pd.DataFrame:
    support = {"staff_group": "Support to AHPs"}
    rows = [
        staff_row("AAA", "imaging", "Radiographers", "6", 10.0),
        staff_row("AAA", "imaging", "Radiographers", "6", 99.0, month=MARCH),
        staff_row("AAA", "imaging", "Imaging support", "3", 4.0, **support),
        staff_row("BBB", "imaging", "Radiographers", "8a", 6.0),
        staff_row("BBB", "labs", "Scientists", "7", 3.5, staff_group="Healthcare scientists"),
        staff_row("BBB", "imaging", "Radiologists", "Consultant", 2.0, staff_group="HCHS doctors"),
        staff_row("BBB", "outside", "Therapeutic", "6", 1.0),
        staff_row("ZZZ", "imaging", "Radiographers", "6", 50.0),
    ]
    return pd.DataFrame(rows).astype({"headcount": "Int64"})


def test_current_staff_are_the_plans_employers_in_their_latest_month() -> None:
    current = current_staff(staff(), SCOPE)
    assert current["wte"].sum() == 26.5
    assert set(current["employer"]) == {"AAA", "BBB"}


def test_staff_records_take_the_place_of_published_figures_of_the_same_employer_and_pillar() -> None:
    own = staff_row("AAA", "imaging", "Radiographers", "6", 11.0, dataset="esr")
    both = pd.concat([staff(), pd.DataFrame([own])], ignore_index=True)
    current = current_staff(both, SCOPE)
    assert list(current.loc[current["employer"] == "AAA", "wte"]) == [11.0]
    assert current.loc[current["employer"] == "BBB", "wte"].sum() == 12.5


def test_staff_by_pillar_leave_out_what_is_outside_and_come_largest_first() -> None:
    by = staff_by(current_staff(staff(), SCOPE), ["pillar", "profession"])
    assert list(by["profession"]) == ["Radiographers", "Imaging support", "Radiologists", "Scientists"]
    assert list(by["wte"]) == [16.0, 4.0, 2.0, 3.5]


def test_an_employer_without_published_rows_is_missing_not_zero() -> None:
    wide = employers_by_profession(current_staff(staff(), SCOPE), SCOPE).set_index("profession")
    assert pd.isna(wide.loc["Scientists", "AAA"])
    assert wide.loc["Radiographers", "total"] == 16.0


def test_bands_stand_in_order_with_doctors_last() -> None:
    mix = band_mix(current_staff(staff(), SCOPE), SCOPE)
    assert list(mix.columns) == ["pillar", "Band 3", "Band 6", "Band 7", "Band 8a", "Doctors and other grades"]


def test_staff_outside_the_pillars_are_listed() -> None:
    beyond = outside_pillars(current_staff(staff(), SCOPE))
    assert beyond[["pillar", "profession", "wte"]].to_dict("records") == [
        {"pillar": "outside", "profession": "Therapeutic", "wte": 1.0}
    ]


def test_support_ratio_leaves_out_doctors_and_employers_without_support_staff() -> None:
    (row,) = support_ratio(current_staff(staff(), SCOPE)).to_dict("records")
    assert (row["employer"], row["ratio"]) == ("AAA", 0.4)


def test_coverage_says_which_employer_has_no_rows_in_which_group() -> None:
    have = published_for(current_staff(staff(), SCOPE), SCOPE)
    assert have.loc["AAA"].to_dict() == {
        "Allied health professionals": True,
        "HCHS doctors": False,
        "Healthcare scientists": False,
        "Support to AHPs": True,
    }


def test_no_staff_at_all_gives_empty_tables_and_no_error() -> None:
    current = current_staff(empty("staff"), SCOPE)
    assert staff_by(current, ["pillar", "profession"]).empty
    assert employers_by_profession(current, SCOPE).empty
    assert band_mix(current, SCOPE).empty
    assert support_ratio(current).empty
    assert outside_pillars(current).empty
    assert all_staff_series(empty("staff_groups"), SCOPE).empty


def test_all_staff_come_in_the_plans_order_by_name() -> None:
    groups = pd.DataFrame(
        {
            "month": [APRIL, MARCH, APRIL, APRIL],
            "employer": ["BBB", "AAA", "AAA", "AAA"],
            "staff_group": ["Total", "Total", "Total", "Midwives"],
            "wte": [5.0, 1.0, 2.0, 9.0],
        }
    )
    assert all_staff_series(groups, SCOPE)[["employer", "wte"]].to_numpy().tolist() == [
        ["Alder", 1.0],
        ["Alder", 2.0],
        ["Birch", 5.0],
    ]


def waiting() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "month": [MARCH, APRIL, APRIL, APRIL],
            "provider": ["AAA", "AAA", "BBB", "ZZZ"],
            "pillar": "imaging",
            "test": ["CT", "CT", "MRI", "CT"],
            "waiting": [100, 200, 0, 999],
            "waiting_6_plus": [10, 50, 0, 999],
            "waiting_13_plus": [1, 20, 0, 999],
        }
    ).astype({"waiting": "Int64", "waiting_6_plus": "Int64", "waiting_13_plus": "Int64"})


def test_wait_shares_are_recomputed_from_counts() -> None:
    by = waits_by(waiting(), SCOPE.employers, ["pillar", "month"])
    assert by["share_6_plus"].tolist() == [0.1, 0.25]
    assert latest(by)["share_13_plus"].tolist() == [0.1]


def test_nobody_waiting_has_no_share() -> None:
    by = waits_by(waiting(), ["BBB"], ["test"])
    assert by["share_6_plus"].isna().tolist() == [True]


def activity(months: int, start: str, count: int, provider: str) -> pd.DataFrame:
    when = pd.date_range(start, periods=months, freq="ME")
    frame = pd.DataFrame({"month": when, "provider": provider, "dataset": "did", "pillar": "imaging", "test": "CT"})
    return frame.assign(type="all", tests=pd.array([count] * months, dtype="Int64"))


WHOLE = pd.DataFrame({"provider": [], "dataset": [], "test": [], "month": pd.to_datetime([]), "why": []})


def test_part_years_are_left_out_of_yearly_tests() -> None:
    frame = pd.concat([activity(24, "2022-04-30", 100, "OLD"), activity(15, "2024-04-30", 121, "AAA")])
    years = yearly_tests(frame, "did", SCOPE.providers_ever, WHOLE)
    assert list(years.columns) == ["2022/23", "2023/24", "2024/25"]
    (row,) = change_over(years).to_dict("records")
    assert (row["first"], row["months"]) == (1200, 12)
    assert row["change"] == pytest.approx(0.21)
    assert row["yearly_growth"] == pytest.approx(0.1)


def test_years_are_compared_over_the_same_months() -> None:
    frame = activity(24, "2022-04-30", 100, "AAA")
    frame.loc[23, "tests"] = 5
    march = {"provider": "AAA", "dataset": "did", "test": "CT", "month": pd.Timestamp("2024-03-31"), "why": "low"}
    unwhole = pd.DataFrame([march])
    (row,) = change_over(yearly_tests(frame, "did", ["AAA"], unwhole)).to_dict("records")
    assert (row["first"], row["last"], row["months"]) == (1100, 1100, 11)


def test_a_newer_reporting_file_that_counts_more_is_found() -> None:
    quarters = pd.to_datetime(["2024-06-30", "2024-09-30", "2024-12-31", "2025-03-31"])
    turnaround = pd.DataFrame({"quarter_end": quarters, "provider": "AAA", "test": "CT", "setting": "OP", "band": "x"})
    turnaround = turnaround.assign(cases=pd.array([300] * 4, dtype="Int64"))
    annual = pd.DataFrame({"test": ["CT"], "annual_tests": [1000.0], "to_month": [pd.Timestamp("2023-03-31")]})
    (row,) = newer_reports(turnaround, annual, SCOPE).to_dict("records")
    assert (row["reports"], row["tests_a_year"]) == (1200.0, 1000.0)
    assert newer_reports(turnaround, annual.assign(annual_tests=1300.0), SCOPE).empty
    assert newer_reports(turnaround.head(3), annual, SCOPE).empty


def test_financial_years_turn_in_april() -> None:
    assert financial_year(pd.Series([MARCH, APRIL, pd.Timestamp("1999-12-31")])).tolist() == [
        "2024/25",
        "2025/26",
        "1999/00",
    ]


def test_tests_of_one_data_set_only_are_added_up() -> None:
    frame = pd.concat([activity(1, "2025-04-30", 5, "AAA"), activity(1, "2025-04-30", 7, "AAA").assign(dataset="dm01")])
    assert activity_by(frame, "dm01", ["AAA"], ["month"])["tests"].tolist() == [7]


def test_reporting_shares_are_weighted_by_cases() -> None:
    turnaround = pd.DataFrame(
        {
            "quarter_end": [MARCH, MARCH, MARCH],
            "provider": ["AAA", "BBB", "ZZZ"],
            "pillar": "imaging",
            "test": "CT",
            "setting": "OP",
            "band": "By next day",
            "share": [0.5, 0.1, 1.0],
            "cases": pd.array([100, 300, 900], dtype="Int64"),
        }
    )
    (row,) = reporting_speed(turnaround, SCOPE).to_dict("records")
    assert row["By next day"] == pytest.approx(0.2)
    assert row["cases"] == 400


def test_sickness_pools_days_and_never_averages_rates() -> None:
    absence = pd.DataFrame(
        {
            "month": [MARCH, APRIL],
            "employer": ["AAA", "AAA"],
            "days_lost": [1737.45988, 0.0],
            "days_available": [45625.47897, 0.0],
        }
    )
    assert sickness_by(absence, ["AAA"], ["employer"])["rate"][0] == pytest.approx(0.0381, abs=5e-5)
    assert pd.isna(sickness_by(absence, ["AAA"], ["month"])["rate"][1])


def test_last_months_count_back_from_the_latest() -> None:
    frame = pd.DataFrame({"month": pd.date_range("2024-01-31", periods=15, freq="ME")})
    assert last_months(frame, 3)["month"].tolist() == list(pd.date_range("2025-01-31", periods=3, freq="ME"))
    assert last_months(frame.head(0), 3).empty


def test_population_of_the_ics_at_the_latest_date_and_its_older_share() -> None:
    population = pd.DataFrame(
        {
            "as_of": pd.to_datetime(["2025-01-01", "2025-07-01", "2025-07-01", "2025-07-01"]),
            "area": ["Q1X", "Q1X", "Q1X", "Q9Z"],
            "area_kind": "icb",
            "sex": ["female", "female", "male", "male"],
            "age_band": ["65-69", "65-69", "00-04", "00-04"],
            "persons": pd.array([1, 30, 70, 900], dtype="Int64"),
        }
    )
    own = population_of(population, SCOPE)
    assert own["persons"].sum() == 100
    assert share_aged(own, 65) == pytest.approx(0.3)


def test_centres_are_placed_by_ons_code_and_dated_by_name() -> None:
    organisations = pd.concat(
        [empty("organisations"), pd.DataFrame([{"code": "Q1X", "ons_code": "E54X", "kind": "icb"}])]
    )
    site = {"list": "map", "icb": "E54X", "address": "Larkmere", "opened": pd.NaT, "open_12_7": True, "imaging": True}
    more = {"endoscopy": False, "labs": True, "physiological": False, "other": pd.NA}
    sites = pd.DataFrame(
        [
            {"site": "North CDC", **site, **more},
            {"site": "Far CDC", **site, **more, "icb": "E54Z"},
            {"site": "North CDC", **site, **more, "list": "operational", "opened": pd.Timestamp("2022-07-01")},
        ]
    )
    own = cdc_sites_of(sites, organisations, SCOPE)
    assert own["site"].tolist() == ["North CDC"]
    assert own["opened"].tolist() == [pd.Timestamp("2022-07-01")]
    assert services_table(own).loc[0, "Imaging"] == "Yes"


def test_the_midpoint_of_a_band_is_that_of_the_pay_year() -> None:
    pay = pd.DataFrame(
        {
            "from_date": pd.to_datetime(["2025-04-01"] * 3 + ["2024-04-01", "2026-04-01"]),
            "nation": "england",
            "scheme": "afc",
            "grade": "6",
            "salary": [30.0, 40.0, 90.0, 1.0, 999.0],
        }
    )
    midpoints = band_midpoints(pay, dt.date(2025, 9, 30))
    assert midpoints.to_dict() == {"6": 40.0}


def test_a_scope_can_be_narrowed_to_one_employer() -> None:
    assert SCOPE.only("BBB").employers == ["BBB"]
    assert SCOPE.only("") is SCOPE
    with pytest.raises(ValueError, match="AAA, BBB"):
        SCOPE.only("XXX")
