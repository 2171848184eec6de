"""What the simulation makes obeys the true parameters and the identities."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict

import pytest

from pipeline.synthetic.activity import diagnostic_tests, dm01_months, returns, weeks_of_list
from pipeline.synthetic.imaging import ELECTIVE, EMERGENCY, Bands, modalities, pooled, quarter, years
from pipeline.synthetic.places import places
from pipeline.synthetic.recipe import Recipe
from pipeline.synthetic.settings import CORE5
from pipeline.synthetic.totals import employer_totals, employers_of, sickness_days, wte
from pipeline.synthetic.writers_gp import of_icb, of_sub_icb
from pipeline.synthetic.writers_staff import staff_rows

pytestmark = pytest.mark.unit

RECIPE = Recipe(staff=4000, employers=5, seed=1)
SEPTEMBER = dt.date(2025, 9, 30)


def trust(code: str):
    return next(trust for trust in places(RECIPE).all_trusts if trust.code == code)


def test_a_list_is_the_list_before_plus_referrals_less_tests_done() -> None:
    by_list = defaultdict(list)
    for rows in returns(RECIPE).values():
        for one in rows:
            by_list[one.provider.code, one.test.id].append(one)
    complete = [series for series in by_list.values() if len(series) == len(dm01_months())]

    assert len(complete) > 100
    for series in complete:
        change = sum(one.referrals - one.waiting_list for one in series[1:])
        assert series[-1].waiting == series[0].waiting + change


def test_the_share_waiting_six_weeks_is_that_of_exponential_waits() -> None:
    rows = [one for one in returns(RECIPE)[SEPTEMBER] if one.test.name == "Cardiology - Echocardiography"]
    large = [one for one in rows if one.waiting > 500]

    assert len(large) >= 6
    for one in large:
        expected = math.exp(-6 / weeks_of_list(one.provider, one.test)[1])
        assert sum(one.bands[6:]) / one.waiting == pytest.approx(expected, abs=0.04)


def test_imaging_lists_shrink_and_endoscopy_and_echo_lists_grow_in_the_plan() -> None:
    def waiting(day: dt.date, test: str) -> int:
        return sum(
            one.waiting
            for one in returns(RECIPE)[day]
            if one.test.name == test and one.provider.code in {"ZZ1", "ZZ2", "ZZ3", "ZZ4", "ZZ5"}
        )

    first = dm01_months()[0]
    for test in ("Magnetic Resonance Imaging", "Computed Tomography", "Non-obstetric Ultrasound"):
        assert waiting(SEPTEMBER, test) < 0.92 * waiting(first, test)
    for test in ("Colonoscopy", "Gastroscopy", "Cardiology - Echocardiography"):
        assert waiting(SEPTEMBER, test) > 1.4 * waiting(first, test)


def test_a_provider_without_a_return_is_absent_that_month_alone() -> None:
    months = [day for day, rows in returns(RECIPE).items() if all(one.provider.code != "ZZ3" for one in rows)]

    assert months == [dt.date(2025, 1, 31)]


def test_every_test_is_done_somewhere_and_the_community_trust_does_five() -> None:
    done = {(one.provider.code, one.test.id) for one in returns(RECIPE)[SEPTEMBER]}

    assert {test for _, test in done} == {test.id for test in diagnostic_tests()}
    assert {test for code, test in done if code == "ZZ4"} == {3, 5, 6, 7, 10}


def test_imaging_grows_at_the_true_rate() -> None:
    # Only providers that submitted every month of both years.
    def total(modality: str, starting: int) -> int:
        made = years(RECIPE, starting)
        return sum(year.total for year in made if year.modality.name == modality and year.provider.code != "ZZB")

    truth = {modality.name: modality.growth for modality in modalities()}
    for name in ("Computerized Axial Tomography", "Magnetic Resonance Imaging", "Plain Radiography"):
        assert math.log(total(name, 2024) / total(name, 2021)) / 3 == pytest.approx(truth[name], abs=0.006)


def test_settings_of_a_year_add_up_to_its_exams() -> None:
    for year in years(RECIPE, 2024):
        assert sum(year.by_setting) == year.total


def test_turnaround_bands_rise_and_leave_room_for_late_and_unknown() -> None:
    for year in years(RECIPE, 2024):
        if year.modality.turnaround:
            for kind in (EMERGENCY, ELECTIVE):
                *quick, late, unknown = quarter(RECIPE, year, 3, kind).shares
                assert quick == sorted(quick)
                assert quick[-1] + late + unknown <= 1


def test_pooled_shares_are_weighted_by_cases() -> None:
    assert pooled([Bands(100, (0.5,)), Bands(300, (0.9,))]) == Bands(400, (pytest.approx(0.8),))
    assert pooled([Bands(0, (0.5,))]) == Bands(0, ())


def test_the_trust_that_closed_has_no_staff_afterwards_and_its_successor_has_them() -> None:
    before, after = dt.date(2021, 9, 30), dt.date(2021, 10, 31)

    assert wte(RECIPE, trust("ZZ8"), before) > 2000
    assert wte(RECIPE, trust("ZZ8"), after) == 0
    joined = wte(RECIPE, trust("ZZ2"), before) + wte(RECIPE, trust("ZZ8"), before)
    assert wte(RECIPE, trust("ZZ2"), after) == pytest.approx(joined, rel=0.01)


def test_wte_totals_are_the_sum_of_their_parts_and_headcount_totals_fall_short() -> None:
    totals = employer_totals(RECIPE, trust("ZZ1"), SEPTEMBER)
    parts = ["Professionally qualified clinical staff", "Support to clinical staff", "NHS infrastructure support"]
    parts.append("Other staff or those with unknown classification")

    assert totals["Total"][1] == pytest.approx(sum(totals[name][1] for name in parts))
    assert totals["Total"][0] < sum(totals[name][0] for name in parts)


def test_diagnostic_staff_are_fewer_than_all_scientific_staff() -> None:
    for one in places(RECIPE).trusts:
        qualified = sum(
            wte
            for team, _, wte, _ in staff_rows(RECIPE, CORE5, SEPTEMBER)
            if team.trust == one and team.setting.group in ("ahp", "science")
        )
        assert 0 < qualified < employer_totals(RECIPE, one, SEPTEMBER)["Scientific, therapeutic & technical staff"][1]


def test_boards_of_the_older_vintage_hold_the_trusts_until_they_merge() -> None:
    before = {
        one.code: employers_of(RECIPE, one, dt.date(2025, 3, 31))
        for one in places(RECIPE).systems_on(dt.date(2025, 3, 31))
    }
    today = {one.code: employers_of(RECIPE, one, SEPTEMBER) for one in places(RECIPE).systems_on(SEPTEMBER)}

    assert sorted(before) == ["Q4A", "Q4B", "Q4N", "Q4S"]
    assert sorted(today) == ["Q4N", "Q4S", "Q4W"]
    assert {one.code for one in before["Q4A"]} == {"ZZ1", "ZZ4", "Q4A"}
    assert {one.code for one in today["Q4W"]} == {"ZZ1", "ZZ2", "ZZ3", "ZZ4", "ZZ5", "ZZ8", "Q4W", "Q4A", "Q4B"}


def test_a_closed_body_has_no_sickness_days() -> None:
    assert sickness_days(RECIPE, trust("ZZ8"), SEPTEMBER) == (0.0, 0.0)


def test_the_population_of_a_board_is_that_of_its_locations() -> None:
    subs = [sub for sub in places(RECIPE).sub_icbs if sub.ics == "Q4W"]

    assert of_icb(RECIPE, "Q4W").total() == sum(sub.persons for sub in subs) > 2_000_000
    assert of_icb(RECIPE, "Q4W")["FEMALE", "80_84"] == sum(of_sub_icb(RECIPE, sub)["FEMALE", "80_84"] for sub in subs)
