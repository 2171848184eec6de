"""Each indicator on a small table worked by hand, and the sums that make the system's figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest
from canonical_rows import rows

from pipeline.metrics.indicators.cards import cards
from pipeline.metrics.indicators.collect import indicator_table
from pipeline.metrics.indicators.parts import SYSTEM, latest_values
from pipeline.metrics.retirement import retirement_age
from pipeline.metrics.returns import incomplete_returns
from pipeline.metrics.scope import Scope
from pipeline.reference import FOLDER
from pipeline.sources.mapping import load_mapping
from pipeline.tables import TABLES, empty

pytestmark = pytest.mark.unit

SCOPE = Scope({"AAA": "Alder", "BBB": "Birch"}, frozenset({"Q1X"}), frozenset({"AAA", "BBB"}), ("imaging", "labs"))
MONTHS = [f"{month:%Y-%m-%d}" for month in pd.date_range("2024-04-30", periods=13, freq="ME")]
FIRST, LAST = MONTHS[0], MONTHS[-1]
Row = Mapping[str, Any]


def tables(**given: list[Row]) -> dict[str, pd.DataFrame]:
    """Every canonical table: those given by their rows, the others empty."""
    return {name: rows(name, *given[name]) if given.get(name) else empty(name) for name in TABLES}


def collected(scope: Scope = SCOPE, **given: list[Row]) -> pd.DataFrame:
    made = tables(**given)
    incomplete = incomplete_returns(made["activity"], scope.providers_ever, scope.employers)
    return indicator_table(made, scope, incomplete, load_mapping())


def latest(scope: Scope = SCOPE, **given: list[Row]) -> dict[tuple[str, str, str], float]:
    """The latest value by indicator, organisation and pillar; one without a value is not in it."""
    values = latest_values(collected(scope, **given), scope.employers).dropna(subset=["value"])
    keys = zip(values["indicator"], values["organisation"], values["pillar"], strict=True)
    return dict(zip(keys, values["value"], strict=True))


def person(employer: str = "AAA", month: str = LAST, **cells: Any) -> Row:
    """A row of staff records: ten radiographers at band 6 who work nine WTE between them."""
    usual = {
        "dataset": "esr",
        "pillar": "imaging",
        "staff_group": "Allied health professionals",
        "profession": "Diagnostic radiographers",
        "discipline": "Radiography (diagnostic)",
        "level": "All",
        "contract": "All",
        "band": "6",
        "age_band": "All",
        "headcount": 10,
        "wte": 9.0,
    }
    return {"employer": employer, "month": month, **usual, **cells}


TEAM = [
    person(band="5", age_band="25-29", headcount=12, wte=11.0),
    person(band="6", age_band="55-59", headcount=8, wte=6.0),
    person(band="7", age_band="45-49", headcount=10, wte=9.0),
    person(band="8a", age_band="60-64", headcount=2, wte=1.5),
    person(staff_group="Support to clinical staff", profession="Imaging support staff", band="3", headcount=6, wte=5.5),
    person(staff_group="HCHS doctors", profession="Clinical radiologists", band="Consultant", headcount=4, wte=4.4),
    person("BBB", band="5", age_band="30-34", headcount=20, wte=18.0),
    person("BBB", band="7", age_band="55-59", headcount=10, wte=9.0),
    person(
        "BBB",
        pillar="labs",
        staff_group="Healthcare scientists",
        profession="Healthcare scientists: blood sciences",
        discipline="Blood Sciences",
        band="6",
        age_band="30-34",
        headcount=10,
        wte=10.0,
    ),
    person(
        "BBB",
        pillar="labs",
        staff_group="Healthcare scientists",
        profession="Healthcare scientists: blood sciences",
        discipline="Blood Sciences",
        band="7",
        age_band="60-64",
        headcount=10,
        wte=8.0,
    ),
]
"""Ten rows. Alder, imaging: 37.4 WTE, 42 people. Birch, imaging: 27 WTE, 30 people; laboratories 18 WTE, 20 people."""


class TestStaff:
    def test_in_post_adds_up_over_pillars_and_employers(self) -> None:
        found = latest(staff=TEAM)
        assert found["staff_wte", "AAA", "imaging"] == pytest.approx(37.4)
        assert found["staff_headcount", "BBB", "all"] == 50
        assert found["staff_wte", SYSTEM, "imaging"] == pytest.approx(64.4)
        assert found["staff_wte", SYSTEM, "all"] == pytest.approx(82.4)

    def test_participation_is_wte_over_people(self) -> None:
        found = latest(staff=TEAM)
        assert found["participation", "AAA", "imaging"] == pytest.approx(37.4 / 42)
        assert found["participation", SYSTEM, "all"] == pytest.approx(82.4 / 92)

    def test_senior_share_is_of_those_at_a_band(self) -> None:
        # Alder: 9 + 1.5 of 33 WTE at a band; the consultants' 4.4 are at none.
        assert latest(staff=TEAM)["senior_share", "AAA", "imaging"] == pytest.approx(10.5 / 33)

    def test_support_is_over_registered_staff_without_doctors(self) -> None:
        found = latest(staff=TEAM)
        assert found["support_ratio", "AAA", "imaging"] == pytest.approx(5.5 / 27.5)
        assert found["support_ratio", "BBB", "imaging"] == 0

    def test_support_that_a_publication_does_not_show_is_not_known(self) -> None:
        published = [{**row, "dataset": "hchs", "age_band": "All"} for row in TEAM[6:7]]
        assert ("support_ratio", "BBB", "imaging") not in latest(staff=published)

    def test_share_55_plus_is_of_people_whose_age_is_known(self) -> None:
        # Alder: 8 + 2 of 32; the age of 10 is not known.
        found = latest(staff=TEAM)
        assert found["share_55_plus", "AAA", "imaging"] == pytest.approx(10 / 32)
        assert found["share_55_plus", SYSTEM, "all"] == pytest.approx(30 / 82)

    def test_discipline_stated_is_of_healthcare_science(self) -> None:
        assert latest(staff=TEAM)["discipline_stated", "BBB", "labs"] == 1

    def test_retirement_counts_those_past_the_age_and_those_who_reach_it(self) -> None:
        # Alder: 2 of 60 to 64; of the 8 of 55 to 59 a fifth reaches 60 within a year, and all within five.
        found = latest(staff=TEAM)
        assert found["retirement_1y", "AAA", "imaging"] == pytest.approx((2 + 8 / 5) / 32)
        assert found["retirement_3y", "AAA", "imaging"] == pytest.approx((2 + 8 * 3 / 5) / 32)
        assert found["retirement_5y", SYSTEM, "imaging"] == pytest.approx((2 + 8 + 10) / 62)

    def test_pay_is_of_those_at_a_band_with_a_pay_point(self) -> None:
        pay = [
            {"from_date": "2025-04-01", "scheme": "afc", "grade": grade, "point": "Entry", "salary": salary}
            for grade, salary in (("5", 30_000.0), ("6", 40_000.0), ("7", 50_000.0))
        ]
        found = latest(staff=[TEAM[0], TEAM[2], TEAM[3]], pay=pay)
        assert found["pay_per_wte", "AAA", "imaging"] == pytest.approx((11 * 30_000 + 9 * 50_000) / 20)

    def test_of_one_employer_are_those_of_the_system(self) -> None:
        alone = Scope({"AAA": "Alder"}, frozenset({"Q1X"}), frozenset({"AAA"}), ("imaging",))
        found = latest(alone, staff=TEAM[:6])
        assert found["participation", "AAA", "imaging"] == found["participation", SYSTEM, "all"]

    def test_of_fewer_people_than_the_card_asks_for_have_no_rate(self) -> None:
        found = latest(staff=[person(headcount=9, wte=8.0)])
        assert ("participation", "AAA", "imaging") not in found
        assert found["staff_headcount", "AAA", "imaging"] == 9

    def test_leaves_out_published_months_that_do_not_hold_every_group(self) -> None:
        published = [
            person(dataset="hchs", month=MONTHS[0], wte=10.0),
            person(dataset="hchs", month=MONTHS[0], staff_group="HCHS doctors", wte=5.0, band="Consultant"),
            person(dataset="hchs", month=LAST, wte=11.0),
        ]
        values = collected(staff=published)
        own = values[(values["indicator"] == "staff_wte") & (values["organisation"] == "AAA")]
        assert own["month"].dt.strftime("%Y-%m-%d").unique().tolist() == [FIRST]


POSTS: list[Row] = [
    {"employer": "AAA", "month": LAST, "profession": "Diagnostic radiographers", "band": "5", "funded_wte": 30.0},
    {"employer": "AAA", "month": LAST, "profession": "Imaging support staff", "band": "3", "funded_wte": 6.0},
    {"employer": "AAA", "month": LAST, "profession": "Sonographers", "band": "7", "funded_wte": 9.0},
    {"employer": "BBB", "month": LAST, "profession": "Diagnostic radiographers", "band": "5", "funded_wte": 25.0},
]


class TestVacancies:
    def test_are_over_the_professions_known_on_both_sides(self) -> None:
        # Alder: 36 funded, 27.5 + 5.5 in post; sonographers have posts and no staff, radiologists staff and no posts.
        found = latest(staff=TEAM, establishment=POSTS)
        assert found["vacancy_rate", "AAA", "imaging"] == pytest.approx(3 / 36)

    def test_may_be_below_zero_and_are_pooled(self) -> None:
        found = latest(staff=TEAM, establishment=POSTS)
        assert found["vacancy_rate", "BBB", "imaging"] == pytest.approx(-2 / 25)
        assert found["vacancy_rate", SYSTEM, "imaging"] == pytest.approx(1 / 61)

    def test_of_hardly_any_funded_posts_have_no_rate(self) -> None:
        none = [{**POSTS[0], "funded_wte": 0.0}, {**POSTS[3], "funded_wte": 4.9}]
        found = latest(staff=TEAM, establishment=none)
        assert not [key for key in found if key[0] == "vacancy_rate" and key[1] != SYSTEM]


class TestTurnover:
    def people(self, *counts: int) -> list[Row]:
        return [person(month=month, headcount=count) for month, count in zip(MONTHS, counts, strict=True)]

    def moves(self, *moves: tuple[str, str, str, int]) -> list[Row]:
        return [
            {
                "employer": "AAA",
                "month": month,
                "kind": kind,
                "reason": reason,
                "headcount": number,
                "wte": number * 0.9,
            }
            for month, kind, reason, number in moves
        ]

    MOVES = (
        (MONTHS[1], "leaver", "retirement", 4),
        (MONTHS[3], "leaver", "resignation", 5),
        (MONTHS[6], "joiner", "newly qualified", 10),
        (MONTHS[9], "leaver", "transfer within the system", 3),
        (LAST, "joiner", "other", 2),
    )

    def test_rates_are_people_over_the_average_of_the_months(self) -> None:
        # 100 throughout; 12 left, 3 of them for the other employer, and 12 joined.
        found = latest(staff=self.people(*[100] * 13), movements=self.moves(*self.MOVES))
        assert found["leaver_rate", "AAA", "imaging"] == pytest.approx(0.12)
        assert found["system_leaver_rate", SYSTEM, "all"] == pytest.approx(0.09)
        assert found["joiner_rate", "AAA", "imaging"] == pytest.approx(0.12)

    def test_stability_is_the_share_of_a_year_ago_who_cannot_have_left(self) -> None:
        found = latest(staff=self.people(80, *[100] * 12), movements=self.moves(*self.MOVES))
        assert found["stability", "AAA", "imaging"] == pytest.approx((80 - 12) / 80)

    def test_a_month_without_staff_lies_between_its_neighbours(self) -> None:
        whole = self.people(*[100] * 6, 104, *[108] * 6)
        gap = [row for row in whole if row["month"] != MONTHS[6]]
        moves = self.moves(*self.MOVES)
        assert latest(staff=gap, movements=moves) == latest(staff=whole, movements=moves)

    def test_months_without_movers_are_months_in_which_nobody_moved(self) -> None:
        values = collected(staff=self.people(*[100] * 13), movements=self.moves(*self.MOVES))
        own = values[(values["indicator"] == "leaver_rate") & (values["organisation"] == "AAA")]
        assert own.loc[own["pillar"] == "imaging", "numerator"].tolist() == [4, 0, 5, 0, 0, 0, 0, 0, 3, 0, 0, 0]

    def test_of_no_movements_there_are_none(self) -> None:
        assert not [key for key in latest(staff=self.people(*[100] * 13)) if "leaver" in key[0]]


class TestTemporaryStaff:
    def test_are_a_share_of_all_wte_worked_and_cost_a_year(self) -> None:
        staff = [person(month=month, wte=18.0, headcount=20) for month in MONTHS]
        cover = [
            {"employer": "AAA", "month": month, "kind": kind, "wte": wte, "cost": wte * 5000}
            for month in MONTHS[1:]
            for kind, wte in (("bank", 1.0), ("agency", 1.0))
        ]
        found = latest(staff=staff, temporary_staff=cover)
        assert found["temporary_share", "AAA", "imaging"] == pytest.approx(0.1)
        assert found["agency_share", SYSTEM, "all"] == pytest.approx(0.05)
        assert found["temporary_cost", "AAA", "imaging"] == pytest.approx(120_000)

    def test_cost_of_which_a_row_is_missing_is_not_known(self) -> None:
        cover = [{"employer": "AAA", "month": month, "wte": 1.0, "cost": None} for month in MONTHS[1:]]
        found = latest(staff=[person(month=month) for month in MONTHS], temporary_staff=cover)
        assert not [key for key in found if key[0] == "temporary_cost"]


class TestServices:
    def test_sickness_pools_days_and_takes_no_average(self) -> None:
        days = [
            {"employer": code, "month": month, "days_lost": lost, "days_available": available}
            for month in MONTHS[1:]
            for code, lost, available in (("AAA", 100.0, 1000.0), ("BBB", 100.0, 9000.0), ("ZZZ", 1.0, 1000.0))
        ]
        found = latest(absence=days)
        assert found["sickness_rate", "ZZZ", "all"] == pytest.approx(0.001)
        assert found["sickness_rate", SYSTEM, "all"] == pytest.approx(200 / 10_000)

    def test_a_year_is_of_at_least_half_its_months(self) -> None:
        days = [{"employer": "AAA", "month": month, "days_lost": 1.0, "days_available": 99_999.0} for month in MONTHS]
        assert ("sickness_rate", "AAA", "all") in latest(absence=days[7:])
        assert ("sickness_rate", "AAA", "all") not in latest(absence=days[8:])

    def test_an_organisation_that_lacks_many_of_the_months_on_file_is_left_out(self) -> None:
        def days(code: str, months: list[str]) -> list[Row]:
            return [
                {"employer": code, "month": month, "days_lost": 1.0, "days_available": 99_999.0} for month in months
            ]

        found = latest(absence=[*days("AAA", MONTHS[1:]), *days("BBB", MONTHS[3:]), *days("ZZZ", MONTHS[4:])])
        assert {key[1] for key in found} == {"AAA", "BBB", SYSTEM}

    def test_waits_are_patients_over_patients(self) -> None:
        found = latest(
            waiting=[
                wait("AAA", "CT", 100, 30, 10),
                wait("AAA", "MRI", 300, 30, 0),
                wait("BBB", "CT", 100, 0, 0),
            ]
        )
        assert found["waits_6_plus", "AAA", "imaging"] == pytest.approx(0.15)
        assert found["waits_13_plus", SYSTEM, "all"] == pytest.approx(0.02)

    def test_waits_of_hardly_anybody_have_no_rate(self) -> None:
        assert ("waits_6_plus", "AAA", "imaging") not in latest(waiting=[wait("AAA", "CT", 0, 0, 0)])

    def test_activity_is_tests_of_the_months_in_which_staff_are_known(self) -> None:
        staff = [person(month=month) for month in MONTHS]
        usual = {"pillar": "imaging"}
        tests = [
            {
                **usual,
                "provider": "AAA",
                "month": month,
                "dataset": "dm01",
                "test": "CT",
                "type": "planned",
                "tests": 90,
            }
            for month in MONTHS
        ]
        assert latest(staff=staff, activity=tests)["activity_per_wte", "AAA", "imaging"] == pytest.approx(120)
        assert not [key for key in latest(activity=tests) if key[0] == "activity_per_wte"]

    def test_reporting_output_is_of_the_rows_that_state_sessions(self) -> None:
        # 10 sessions in each of 42 weeks: 12 x 400 reports x 10.5 minutes over 420 sessions are 120 minutes.
        reports = [
            {
                "employer": "AAA",
                "month": month,
                "reporter": reporter,
                "reports": 400,
                "minutes_each": 10.5,
                "pas_week": sessions,
                "rvus": 500.0,
                "over_28_days": 4,
            }
            for month in MONTHS[1:]
            for reporter, sessions in (("consultant", 10.0), ("outsourced", None))
        ]
        found = latest(reporting=reports)
        assert found["minutes_per_session", "AAA", "imaging"] == pytest.approx(120)
        assert found["rvu_per_session", SYSTEM, "all"] == pytest.approx(6000 / 420)
        assert found["outsourced_share", "AAA", "imaging"] == pytest.approx(0.5)
        assert found["late_reports", "AAA", "imaging"] == pytest.approx(0.01)


def wait(provider: str, test: str, waiting: int, six: int, thirteen: int) -> Row:
    weeks = {f"weeks_{week:02d}": 0 for week in range(14)}
    weeks |= {"weeks_00": waiting - six, "weeks_06": six - thirteen, "weeks_13": thirteen}
    counts = {"waiting": waiting, "waiting_6_plus": six, "waiting_13_plus": thirteen}
    return {"provider": provider, "month": LAST, "pillar": "imaging", "test": test, **counts, **weeks}


def test_no_tables_give_no_indicators() -> None:
    values = collected()
    assert values.empty
    assert latest_values(values, SCOPE.employers).empty


def test_the_systems_months_are_those_that_all_long_series_have() -> None:
    long = [person("AAA", month) for month in MONTHS] + [person("BBB", month) for month in MONTHS[:-1]]
    values = collected(staff=long)
    system = values[(values["indicator"] == "staff_wte") & (values["organisation"] == SYSTEM)]
    assert system.loc[system["pillar"] == "imaging", "value"].tolist() == [18.0] * 12
    found = latest_values(values, SCOPE.employers)
    whole = found[(found["indicator"] == "staff_wte") & (found["organisation"] == SYSTEM) & (found["pillar"] == "all")]
    assert whole[["value", "counted", "of"]].to_numpy().tolist() == [[18.0, 2.0, 2.0]]


def test_an_employer_that_sent_one_month_counts_in_the_latest_and_not_in_the_series() -> None:
    sent = [person("AAA", month) for month in MONTHS] + [person("BBB")]
    values = collected(staff=sent)
    series = values[(values["organisation"] == SYSTEM) & (values["indicator"] == "staff_wte")]
    assert series.loc[series["pillar"] == "imaging", ["value", "counted", "of"]].to_numpy()[-1].tolist() == [9, 1, 2]
    assert latest_values(values, SCOPE.employers).query("indicator == 'staff_wte'")["value"].max() == 18


def test_every_card_names_tables_that_exist_and_a_way_to_get_them() -> None:
    for card in cards().values():
        assert set(card.tables) <= set(TABLES)
        assert card.readers or card.sent, card.id
        assert card.why.endswith("."), card.id


def test_cards_of_ages_name_the_ages_that_they_count_from() -> None:
    near = [card.name for card in cards().values() if card.id.startswith("retirement_")]
    age = retirement_age()
    spans = ("1 year", "3 years", "5 years")
    assert near == [f"Staff aged {age} and over, or {age} within {span}" for span in spans]


def test_cards_of_yearly_flows_are_scaled_to_a_year() -> None:
    scaled = {card.id for card in cards().values() if card.scale == 12}
    assert scaled == {"leaver_rate", "system_leaver_rate", "joiner_rate", "activity_per_wte", "temporary_cost"}
    assert (FOLDER / "indicator_cards.yaml").is_file()
