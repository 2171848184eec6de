"""Vacancies, joiners and leavers, ages, and bank and agency staff, worked by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.metrics import ages, temporary, turnover, vacancies
from pipeline.metrics.scope import Scope
from pipeline.tables import empty

pytestmark = pytest.mark.unit

SCOPE = Scope({"AAA": "Alder", "BBB": "Birch"}, frozenset({"Q1X"}), frozenset({"AAA", "BBB"}), ("imaging", "labs"))
MONTHS = pd.date_range("2024-04-30", periods=13, freq="ME")
MARCH, APRIL = MONTHS[-2], MONTHS[-1]


def staff(*rows: tuple[str, str, str, float, int], month: pd.Timestamp = APRIL, dataset: str = "esr") -> pd.DataFrame:
    """Employer, pillar, profession, WTE and headcount of each row."""
    frame = pd.DataFrame(rows, columns=["employer", "pillar", "profession", "wte", "headcount"])
    every = {"month": month, "dataset": dataset, "staff_group": "Staff", "age_band": "All"}
    return frame.assign(**every).astype({"headcount": "Int64"})


def posts(*rows: tuple[str, str, str, float], month: pd.Timestamp = APRIL) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["employer", "pillar", "profession", "funded_wte"])
    return frame.assign(month=month, band="6")


class TestVacancies:
    def test_are_funded_posts_less_staff_in_post_of_the_same_month(self) -> None:
        people = pd.concat(
            [
                staff(("AAA", "imaging", "Radiographers", 9.0, 10)),
                staff(("AAA", "imaging", "Radiographers", 5.0, 6), month=MARCH),
            ]
        )
        found = vacancies.posts_and_staff(posts(("AAA", "imaging", "Radiographers", 10.0), month=MARCH), people, SCOPE)
        (row,) = vacancies.vacancies_by(found, ["profession"]).to_dict("records")
        assert (row["funded_wte"], row["in_post"], row["vacancy"], row["rate"]) == (10.0, 5.0, 5.0, 0.5)

    def test_below_zero_have_no_rate(self) -> None:
        funded = posts(("AAA", "imaging", "Radiographers", 20.0), ("AAA", "imaging", "Practitioners", 0.0))
        people = staff(("AAA", "imaging", "Radiographers", 23.0, 25), ("AAA", "imaging", "Practitioners", 18.47, 19))
        by = vacancies.vacancies_by(vacancies.posts_and_staff(funded, people, SCOPE), ["profession"])
        assert by["vacancy"].tolist() == pytest.approx([-3.0, -18.47])
        assert by["rate"].isna().all()

    def test_of_fewer_than_five_funded_posts_have_no_rate(self) -> None:
        found = vacancies.posts_and_staff(
            posts(("AAA", "labs", "Scientists", 4.9)), staff(("AAA", "labs", "Scientists", 1.0, 1)), SCOPE
        )
        (row,) = vacancies.vacancies_by(found, ["profession"]).to_dict("records")
        assert row["vacancy"] == pytest.approx(3.9)
        assert pd.isna(row["rate"])

    def test_of_one_team_are_not_filled_by_the_extra_staff_of_another(self) -> None:
        funded = posts(("AAA", "imaging", "Radiographers", 10.0), ("BBB", "imaging", "Radiographers", 10.0))
        people = staff(("AAA", "imaging", "Radiographers", 6.0, 7), ("BBB", "imaging", "Radiographers", 13.0, 14))
        found = vacancies.posts_and_staff(funded, people, SCOPE)
        assert vacancies.vacant_and_over(found) == (4.0, 3.0)
        assert vacancies.vacancies_by(found, ["pillar"])["vacancy"].tolist() == [1.0]

    def test_leave_out_posts_without_staff_and_staff_without_posts_and_list_them(self) -> None:
        funded = posts(("AAA", "labs", "Scientists", 8.0), ("AAA", "labs", "Ghosts", 2.0), ("BBB", "labs", "Any", 1.0))
        people = staff(("AAA", "labs", "Scientists", 7.0, 7), ("AAA", "labs", "Helpers", 3.0, 3))
        found = vacancies.posts_and_staff(funded, people, SCOPE)
        assert vacancies.vacancies_by(found, ["pillar"])["funded_wte"].tolist() == [8.0]
        assert sorted(vacancies.unmatched(found)["profession"]) == ["Ghosts", "Helpers"]
        lacking = vacancies.without_same_month(funded, found, SCOPE)
        assert lacking.to_numpy().tolist() == [["BBB", "labs"]]

    def test_of_no_establishment_are_none(self) -> None:
        found = vacancies.posts_and_staff(empty("establishment"), empty("staff"), SCOPE)
        assert vacancies.matched(found).empty
        assert vacancies.vacancies_by(found, ["pillar", "profession"]).empty


def moves(*rows: tuple[pd.Timestamp, str, str, str, int]) -> pd.DataFrame:
    """Month, employer, kind, reason and people of each row; all radiographers."""
    frame = pd.DataFrame(rows, columns=["month", "employer", "kind", "reason", "headcount"])
    return frame.assign(pillar="imaging", profession="Radiographers").astype({"headcount": "Int64"})


class TestTurnover:
    def test_is_leavers_over_the_average_headcount_with_moves_inside_the_system_told_apart(self) -> None:
        # 90 at the start and 110 at the end, 100 on average; 9 leave, 3 of them for the other employer.
        people = pd.concat(
            [
                staff(("AAA", "imaging", "Radiographers", 80.0, 90), month=MONTHS[0]),
                staff(("AAA", "imaging", "Radiographers", 99.0, 110)),
            ]
        )
        year = turnover.latest_year(
            moves(
                (MONTHS[0], "AAA", "leaver", "retirement", 50),
                *((month, "AAA", "joiner", "other", 1) for month in MONTHS[1:]),
                (MONTHS[3], "AAA", "leaver", "retirement", 6),
                (APRIL, "AAA", "leaver", "transfer within the system", 3),
            ),
            SCOPE,
        )
        headcounts = turnover.average_headcount(people, SCOPE, APRIL)
        (row,) = turnover.turnover_by(year, headcounts, ["profession"]).to_dict("records")
        assert (row["average"], row["leavers"], row["leavers_within"], row["joiners"]) == (100.0, 9, 3, 12)
        assert (row["leaver_rate"], row["system_leaver_rate"]) == pytest.approx((0.09, 0.06))

    def test_is_pooled_and_never_averaged(self) -> None:
        people = staff(("AAA", "imaging", "Radiographers", 20.0, 20), ("BBB", "imaging", "Radiographers", 180.0, 180))
        leavers = moves((APRIL, "AAA", "leaver", "other", 2), (APRIL, "BBB", "leaver", "other", 2))
        year = turnover.latest_year(leavers, SCOPE)
        headcounts = turnover.average_headcount(people, SCOPE, APRIL)
        (row,) = turnover.turnover_by(year, headcounts, ["pillar"]).to_dict("records")
        assert row["leaver_rate"] == pytest.approx(4 / 200)

    def test_leaves_out_an_employer_whose_months_are_not_all_there(self) -> None:
        # Alder's ten a month stop in February: 20 movers would be expected in the months without any.
        people = staff(("AAA", "imaging", "Radiographers", 90.0, 100), ("BBB", "imaging", "Radiographers", 90.0, 100))
        rows = [(month, "AAA", "leaver", "other", 10) for month in MONTHS[1:-2]]
        rows += [(month, "BBB", "leaver", "other", 1) for month in MONTHS[1:]]
        year = turnover.latest_year(moves(*rows), SCOPE)
        headcounts = turnover.average_headcount(people, SCOPE, APRIL)
        assert turnover.covered(year, headcounts) == ["BBB"]
        assert turnover.turnover_by(year, headcounts, ["employer"])["employer"].tolist() == ["BBB"]

    def test_takes_a_quiet_small_team_at_its_word(self) -> None:
        people = staff(("AAA", "imaging", "Radiographers", 11.0, 12))
        year = turnover.latest_year(moves((APRIL, "AAA", "leaver", "retirement", 1)), SCOPE)
        assert turnover.covered(year, turnover.average_headcount(people, SCOPE, APRIL)) == ["AAA"]

    def test_needs_a_known_headcount(self) -> None:
        people = staff(("AAA", "imaging", "Radiographers", 11.0, 12)).assign(headcount=pd.array([pd.NA], dtype="Int64"))
        year = turnover.latest_year(moves((APRIL, "AAA", "leaver", "retirement", 1)), SCOPE)
        headcounts = turnover.average_headcount(people, SCOPE, APRIL)
        assert turnover.covered(year, headcounts) == []
        assert turnover.turnover_by(year, headcounts, ["pillar", "profession"]).empty

    def test_of_fewer_than_ten_people_has_no_rate(self) -> None:
        people = staff(("AAA", "imaging", "Radiographers", 9.0, 9))
        year = turnover.latest_year(moves((APRIL, "AAA", "leaver", "retirement", 1)), SCOPE)
        (row,) = turnover.turnover_by(year, turnover.average_headcount(people, SCOPE, APRIL), ["pillar"]).to_dict(
            "records"
        )
        assert row["leavers"] == 1
        assert pd.isna(row["leaver_rate"])

    def test_counts_a_profession_that_ended_over_all_months_of_its_employer(self) -> None:
        people = pd.concat(
            [
                staff(("AAA", "imaging", "Radiographers", 9.0, 10), ("AAA", "imaging", "Helpers", 4.0, 4), month=MARCH),
                staff(("AAA", "imaging", "Radiographers", 9.0, 10)),
            ]
        )
        average = turnover.average_headcount(people, SCOPE, APRIL).set_index("profession")["average"]
        assert average.to_dict() == {"Helpers": 2.0, "Radiographers": 10.0}

    def test_of_no_movements_is_nothing(self) -> None:
        year = turnover.latest_year(empty("movements"), SCOPE)
        headcounts = turnover.average_headcount(empty("staff"), SCOPE, year["month"].max())
        assert turnover.covered(year, headcounts) == []
        assert turnover.turnover_by(year, headcounts, ["pillar"]).empty
        assert turnover.reasons(year, []).empty

    def test_reasons_are_people_by_reason_most_leavers_first(self) -> None:
        year = moves(
            (APRIL, "AAA", "leaver", "other", 1),
            (MARCH, "AAA", "leaver", "retirement", 2),
            (APRIL, "AAA", "joiner", "other", 4),
            (APRIL, "BBB", "leaver", "retirement", 9),
        )
        assert turnover.reasons(year, ["AAA"]).to_dict("records") == [
            {"reason": "retirement", "joiners": 0, "leavers": 2},
            {"reason": "other", "joiners": 4, "leavers": 1},
        ]


class TestAges:
    def test_share_aged_55_and_over_is_of_people_whose_age_is_known(self) -> None:
        rows = staff(
            ("AAA", "imaging", "Radiographers", 6.0, 6),
            ("AAA", "imaging", "Radiographers", 2.0, 2),
            ("AAA", "imaging", "Radiographers", 2.0, 2),
            ("BBB", "imaging", "Radiographers", 99.0, 99),
        ).assign(age_band=["50-54", "55-59", "65+", "All"])
        aged = ages.staff_by_age(rows, SCOPE)
        (row,) = ages.share_older(aged, ["profession"]).to_dict("records")
        assert (row["people"], row["older"], row["share"]) == (10, 4, 0.4)
        assert ages.people_by_band(aged)["age_band"].tolist() == ["50-54", "55-59", "65+"]

    def test_bands_begin_at_their_first_age(self) -> None:
        assert ages.age_from(pd.Series(["45-49", "Under 25", "<25", "65+", "00-04"])).tolist() == [45, 0, 0, 65, 0]

    def test_of_fewer_than_ten_people_have_no_share(self) -> None:
        aged = ages.staff_by_age(staff(("AAA", "labs", "Scientists", 9.0, 9)).assign(age_band="60-64"), SCOPE)
        assert ages.share_older(aged, ["pillar"])["share"].isna().all()


class TestTemporaryStaff:
    def test_are_averaged_over_each_employers_months_and_priced_for_a_year(self) -> None:
        rows = [(month, "AAA", "bank", 3.0, 12_000.0) for month in MONTHS[1:]]
        rows += [(month, "BBB", "bank", 6.0, None) for month in MONTHS[-2:]]
        rows += [(MONTHS[0], "AAA", "bank", 99.0, 1.0)]
        frame = pd.DataFrame(rows, columns=["month", "employer", "kind", "wte", "cost"])
        year = temporary.latest_year(frame.assign(pillar="imaging", profession="Radiographers"), SCOPE)
        (row,) = temporary.temporary_by(year, ["kind"]).to_dict("records")
        # 3 WTE the whole year and 6 WTE over the two months sent; only Alder's 36 WTE-months have a cost.
        assert (row["average_wte"], row["cost"]) == pytest.approx((9.0, 144_000.0))
        assert row["cost_of_a_wte_year"] == pytest.approx(144_000 * 12 / 36)

    def test_without_a_stated_cost_have_none(self) -> None:
        row = {"month": APRIL, "employer": "AAA", "pillar": "labs", "profession": "S", "kind": "agency", "wte": 1.0}
        year = temporary.latest_year(pd.DataFrame([{**row, "cost": float("nan")}]), SCOPE)
        (found,) = temporary.temporary_by(year, ["kind"]).to_dict("records")
        assert pd.isna(found["cost"])
        assert pd.isna(found["cost_of_a_wte_year"])

    def test_of_no_file_are_none(self) -> None:
        year = temporary.latest_year(empty("temporary_staff"), SCOPE)
        assert temporary.temporary_by(year, ["pillar", "profession", "kind"]).empty
