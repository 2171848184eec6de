"""Teams, rates and training as measured from a plan's own tables."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from canonical_rows import rows
from small_settings import scenario

from pipeline.assumptions import default_assumptions
from pipeline.metrics.scope import Scope
from pipeline.model.draws import central
from pipeline.model.paths import paths
from pipeline.model.supply.exits import career_hazards, leaving_by_team, team_factors, within_share
from pipeline.model.supply.expected import expected_staff
from pipeline.model.supply.exposure import History, history
from pipeline.model.supply.joining import entry_ages, ladder, pace, vacant_heads
from pipeline.model.supply.plan_staff import PlanStaff, chances_in_post, course, plan_staff
from pipeline.model.supply.rates import yearly_chance
from pipeline.model.supply.routes import Intakes, intakes_of, odds_multiplied
from pipeline.model.supply.system import LEAVING, RETIREMENT, RISKS, TRANSFER, YOUNGEST, Course
from pipeline.model.supply.teams import CAREERS, IN_TRAINING, QUALIFIED, Teams, career_of, teams_of
from pipeline.reference import exit_reasons, joining_reasons
from pipeline.tables import empty
from pipeline.tables.workforce import JOINED_BY, LEFT_BY

pytestmark = pytest.mark.unit

SCOPE = Scope({"AAA": "Alder", "BBB": "Birch"}, frozenset(), frozenset({"AAA", "BBB"}), ("imaging",))
BASE = dt.date(2025, 9, 30)
MONTHS = pd.date_range("2024-09-30", "2025-09-30", freq="ME")
RADIOGRAPHERS = {"employer": "AAA", "pillar": "imaging", "profession": "Diagnostic radiographers", "band": "6"}
NOTHING = {name: empty(name) for name in ("staff", "establishment", "movements", "training_routes", "training_intakes")}
USUAL = dict.fromkeys(RISKS, 0.05)


def staff(*changes: dict[str, Any]) -> pd.DataFrame:
    return rows("staff", *({**RADIOGRAPHERS, "dataset": "esr", "month": BASE, **each} for each in changes))


def posts(*changes: dict[str, Any]) -> pd.DataFrame:
    return rows("establishment", *({**RADIOGRAPHERS, "month": BASE, **each} for each in changes))


def movements(*changes: dict[str, Any]) -> pd.DataFrame:
    return rows("movements", *({**RADIOGRAPHERS, "age_band": "40-44", "wte": 0.0, **each} for each in changes))


def every_month(heads: int, **changes: Any) -> pd.DataFrame:
    return staff(
        *({"month": month, "age_band": "40-44", "headcount": heads, "wte": heads, **changes} for month in MONTHS)
    )


def a_year_of_leavers(heads: int, reason: str = "resignation", **changes: Any) -> pd.DataFrame:
    return movements(
        *({"month": month, "kind": "leaver", "reason": reason, "headcount": heads, **changes} for month in MONTHS[1:])
    )


class TestTeams:
    def test_a_team_has_its_people_and_its_posts(self) -> None:
        found = teams_of(
            staff({"age_band": "40-44", "headcount": 3, "wte": 2.5}, {"age_band": "55-59", "headcount": 1, "wte": 1.0}),
            posts({"funded_wte": 5.0}, {"band": "7", "funded_wte": 2.0}),
            SCOPE,
            BASE,
        )
        assert found.teams[["band", "heads", "wte", "posts"]].to_dict("list") == {
            "band": ["6", "7"],
            "heads": [4.0, 0.0],
            "wte": [3.5, 0.0],
            "posts": [5.0, 2.0],
        }
        assert found.rows[["age", "years", "heads"]].to_dict("list") == {
            "age": [40, 55],
            "years": [5, 5],
            "heads": [3, 1],
        }
        assert (found.rows["heads"] * found.rows["wte"]).sum() == pytest.approx(3.5)

    def test_posts_are_those_of_the_latest_month_up_to_the_base_month(self) -> None:
        found = teams_of(
            staff({"headcount": 3, "wte": 2.5}),
            posts({"month": "2025-06-30", "funded_wte": 4.0}, {"month": "2025-09-30", "funded_wte": 6.0}),
            SCOPE,
            BASE,
        )
        assert found.teams["posts"].tolist() == [6.0]

    def test_without_a_return_posts_are_not_known_and_without_a_row_of_a_return_there_are_none(self) -> None:
        two = staff({"headcount": 3, "wte": 2.5}, {"band": "5", "headcount": 1, "wte": 1.0})
        assert teams_of(two, empty("establishment"), SCOPE, BASE).teams["posts"].isna().all()
        assert teams_of(two, posts({"funded_wte": 5.0}), SCOPE, BASE).teams["posts"].tolist() == [0.0, 5.0]

    def test_people_of_unknown_age_are_spread_as_their_profession_is_and_stay_whole(self) -> None:
        found = teams_of(
            staff(
                {"employer": "BBB", "age_band": "30-34", "headcount": 2, "wte": 2.0},
                {"employer": "BBB", "age_band": "50-54", "headcount": 1, "wte": 1.0},
                {"age_band": "All", "headcount": 4, "wte": 3.0},
            ),
            empty("establishment"),
            SCOPE,
            BASE,
        )
        own = found.rows[found.rows["team"] == 0]
        assert own[["age", "heads"]].to_dict("list") == {"age": [30, 50], "heads": [3, 1]}
        assert own["wte"].tolist() == pytest.approx([0.75, 0.75])

    def test_doctors_in_training_hold_as_many_posts_as_they_fill(self) -> None:
        found = teams_of(
            staff({"band": "Specialty Registrar", "headcount": 3, "wte": 2.5}),
            posts({"band": "Specialty Registrar", "funded_wte": 9.0}),
            SCOPE,
            BASE,
        )
        assert found.teams["posts"].tolist() == [2.5]

    def test_a_band_or_grade_belongs_to_a_kind_of_career(self) -> None:
        assert [career_of(band) for band in ("3", "4", "5", "8b", "Consultant", "Core Training")] == [
            *("support", "support", "qualified", "qualified", "doctors"),
            IN_TRAINING,
        ]


class TestHistory:
    def test_a_month_counts_where_staff_of_the_month_before_are_on_file(self) -> None:
        known = every_month(100)
        gap = known[known["month"] != pd.Timestamp("2025-02-28")]
        past = history(gap, a_year_of_leavers(1), SCOPE)
        assert past.months == 11
        assert pd.Timestamp("2025-03-31") not in set(past.left["month"])
        assert past.at_risk["heads"].sum() == 1100

    def test_doctors_in_training_and_unknown_ages_are_left_out(self) -> None:
        past = history(every_month(100, band="Core Training"), a_year_of_leavers(1, band="Core Training"), SCOPE)
        assert past.at_risk.empty
        assert past.left.empty

    def test_every_reason_has_a_risk_or_an_origin(self) -> None:
        assert set(exit_reasons()) == set(LEFT_BY)
        assert set(exit_reasons().values()) == set(RISKS)
        assert set(joining_reasons()) == set(JOINED_BY)


class TestExits:
    def test_a_hazard_is_near_leavers_over_people_at_risk_where_there_are_many(self) -> None:
        past = history(every_month(10_000), a_year_of_leavers(80), SCOPE)
        hazards = career_hazards(past, USUAL)
        at = hazards[LEAVING, CAREERS.index(QUALIFIED), 42 - YOUNGEST]
        assert at == pytest.approx(-np.log1p(-0.008), rel=0.01)

    def test_without_a_history_the_staff_there_usually_are_leave_at_the_rates_assumed(self) -> None:
        usual = {name: 0.01 * (number + 1) for number, name in enumerate(RISKS)}
        hazards = career_hazards(no_history(), usual)
        teams = teams_of(
            staff({"age_band": "All", "headcount": 100, "wte": 100.0}), empty("establishment"), SCOPE, BASE
        )
        found = chances_in_post(plan_of(teams, hazards).system)
        assert found == pytest.approx(usual, rel=0.12)

    def test_nobody_retires_before_fifty_and_doctors_in_training_do_not_leave_by_hazard(self) -> None:
        for past in (
            no_history(),
            history(every_month(100, age_band="40-44"), a_year_of_leavers(1, "retirement"), SCOPE),
        ):
            hazards = career_hazards(past, USUAL)
            assert (hazards[RETIREMENT, :, : 50 - YOUNGEST] == 0).all()
            assert (hazards[:, CAREERS.index(IN_TRAINING)] == 0).all()

    def test_a_team_is_drawn_towards_its_career_the_more_the_smaller_it_is(self) -> None:
        known = pd.concat([every_month(1000), every_month(1000, employer="BBB")])
        left = pd.concat([a_year_of_leavers(10), a_year_of_leavers(20, employer="BBB")])
        past = history(known, left, SCOPE)
        hazards = career_hazards(past, USUAL)
        teams = teams_of(known, empty("establishment"), SCOPE, BASE)
        found = leaving_by_team(past, hazards)
        factors = team_factors(found, teams)
        assert found.cells["seen"].tolist() == [120, 240]
        assert found.cells["expected"].tolist() == pytest.approx([180, 180])
        assert 120 / 180 < factors[0, LEAVING] < 0.75
        assert 1.25 < factors[1, TRANSFER] < 240 / 180
        # All together still leave as often as was seen.
        assert factors[:, LEAVING].mean() == pytest.approx(1.0)
        assert (factors[:, RETIREMENT] == 1).all()

    def test_the_share_of_transfers_within_the_system_is_of_all_transfers(self) -> None:
        left = pd.concat(
            [
                a_year_of_leavers(1, "transfer within the system"),
                a_year_of_leavers(3, "transfer with another NHS employer"),
            ]
        )
        assert within_share(history(every_month(100), left, SCOPE)) == pytest.approx(0.25)
        assert within_share(history(every_month(100), a_year_of_leavers(1), SCOPE)) is None


class TestJoining:
    def test_vacancies_are_posts_less_staff_in_people_and_never_below_none(self) -> None:
        funded = posts({"funded_wte": 12.0}, {"band": "7", "funded_wte": 1.0})
        people = staff({"headcount": 10, "wte": 8.0}, {"band": "7", "headcount": 2, "wte": 2.0})
        assert vacant_heads(funded, people)["vacant"].tolist() == pytest.approx([5.0, 0.0])

    def test_the_pace_is_hires_over_vacancies_without_an_offer(self) -> None:
        people, funded = every_month(100), posts(*({"month": month, "funded_wte": 130.0} for month in MONTHS))
        came = movements(
            *({"month": month, "kind": "joiner", "reason": "other", "headcount": 2} for month in MONTHS[1:])
        )
        past = history(people, came, SCOPE)
        teams = teams_of(people, funded, SCOPE, BASE)
        found = pace(past, vacant_heads(funded, people), teams, routes_of(), 3.0, 9.0)
        job = ("Diagnostic radiographers", "6")
        assert found.months == 12
        assert found.hired[job] == pytest.approx(2 / (30 - 3 * 2), rel=0.01)

    def test_newly_qualified_people_count_as_hired_only_where_no_route_is_on_file(self) -> None:
        people, funded = every_month(100), posts(*({"month": month, "funded_wte": 130.0} for month in MONTHS))
        came = movements(
            *({"month": month, "kind": "joiner", "reason": "newly qualified", "headcount": 2} for month in MONTHS[1:])
        )
        past, teams = history(people, came, SCOPE), teams_of(people, funded, SCOPE, BASE)
        job, vacant = ("Diagnostic radiographers", "6"), vacant_heads(funded, people)
        assert pace(past, vacant, teams, routes_of(), 3.0, 9.0).hired[job] > 0
        assert pace(past, vacant, teams, routes_of(job[0], 24.0), 3.0, 9.0).hired[job] < 0.001
        # A route that brought half of those who came leaves the other half to be hired.
        half = pace(past, vacant, teams, routes_of(job[0], 12.0), 3.0, 9.0).hired[job]
        assert half == pytest.approx(1 / (30 - 3 * 1), rel=0.05)

    def test_what_stocks_and_flows_leave_unexplained_is_promotion(self) -> None:
        """Ten more in band 7 after eleven months, and nobody joined or left: they came from band 6."""
        growing = [
            {"month": month, "band": band, "age_band": "40-44", "headcount": heads, "wte": heads}
            for number, month in enumerate(MONTHS)
            for band, heads in (("6", 100 - number), ("7", 50 + number))
        ]
        people = staff(*growing)
        funded = posts(*({"month": month, "band": "7", "funded_wte": 80.0} for month in MONTHS))
        came = movements({"month": MONTHS[-1], "kind": "joiner", "reason": "other", "headcount": 1, "band": "6"})
        first = movements({"month": MONTHS[1], "kind": "joiner", "reason": "other", "headcount": 0, "band": "6"})
        monthly = pd.concat(
            [movements({"month": m, "kind": "joiner", "reason": "other", "headcount": 0}) for m in MONTHS[2:-1]]
        )
        past = history(people, pd.concat([came, first, monthly]), SCOPE)
        teams, vacant = teams_of(people, funded, SCOPE, BASE), vacant_heads(funded, people)
        found = pace(past, vacant, teams, routes_of(), 3.0, 9.0)
        free = sum(80 - (50 + number) for number in range(1, 13))
        assert found.promoted[("Diagnostic radiographers", "7")] == pytest.approx(11 / free)
        assert ladder(teams) == [(0, 1)]

    def test_without_a_history_a_vacancy_is_filled_in_the_months_assumed(self) -> None:
        teams = teams_of(staff({"headcount": 10, "wte": 10.0}), empty("establishment"), SCOPE, BASE)
        found = pace(no_history(), vacant_heads(empty("establishment"), empty("staff")), teams, routes_of(), 3.0, 9.0)
        assert found.hired == {("Diagnostic radiographers", "6"): pytest.approx(1 / 6)}
        assert found.months == 0

    def test_shares_of_ages_on_arrival_add_up_to_one(self) -> None:
        came = movements(
            *({"month": month, "kind": "joiner", "reason": "other", "headcount": 3} for month in MONTHS[1:])
        )
        for past in (no_history(), history(every_month(100), came, SCOPE)):
            np.testing.assert_allclose(entry_ages(past).sum(axis=2), 1)
        measured = entry_ages(history(every_month(100), came, SCOPE))[0, CAREERS.index(QUALIFIED)]
        assert measured[40 - YOUNGEST : 45 - YOUNGEST] == pytest.approx([0.2] * 5)


ROUTE = {"route": "Degree", "completes": 0.8, "joins_nhs": 0.9, "stays_local": 0.5, "lag_months": 2}
INTAKE = {"route": "Degree", "starts_on": "2023-09-30", "ends_on": "2026-08-31", "places": 40, "starters": 36}


class TestRoutes:
    def intakes(
        self, route: dict[str, Any], *intakes: dict[str, Any], bands: tuple[str, ...] = ("5", "6"), months: int = 1
    ) -> Any:
        people = staff(
            *({"band": band, "headcount": 10, "wte": 10.0} for band in bands),
            {"profession": "Imaging support staff", "band": "3", "headcount": 10, "wte": 8.0},
        )
        teams = teams_of(people, empty("establishment"), SCOPE, BASE)
        table = rows("training_routes", {**ROUTE, **route})
        began = rows("training_intakes", *({**INTAKE, **each} for each in intakes))
        return intakes_of(table, began, no_history(), teams, SCOPE, BASE, months), teams

    def test_an_intake_arrives_after_its_end_and_its_lag_at_the_lowest_qualified_band(self) -> None:
        found, _ = self.intakes({}, {}, {"starts_on": "2020-09-30", "ends_on": "2023-08-31"})
        (row,) = found.table.to_dict("records")
        assert (row["arrives"], row["began"], row["band"], row["pool"]) == (13, 36, "5", -1)
        assert found.professions == {"Diagnostic radiographers"}

    def test_places_of_an_intake_to_come_are_filled_as_those_before(self) -> None:
        found, _ = self.intakes({}, {}, {"starts_on": "2026-09-30", "ends_on": "2029-08-31", "starters": None})
        assert found.table["began"].tolist() == pytest.approx([36, 36])
        assert found.table["begun"].tolist() == [True, False]

    def test_intakes_beyond_the_file_arrive_as_those_that_take_supervision(self) -> None:
        found, _ = self.intakes({}, {"starts_on": "2025-09-30", "ends_on": "2026-08-31"}, months=24)
        assert found.table["arrives"].tolist() == [13, 25, 37]
        assert found.table["began"].tolist() == pytest.approx([36, 36, 36])
        assert found.table["begun"].tolist() == [True, False, False]

    def test_staff_in_post_who_train_move_and_are_not_newly_qualified_people(self) -> None:
        found, teams = self.intakes({"entrants": "staff in post", "trained_from": "Imaging support staff"}, {})
        assert found.pools == 1
        assert found.professions == set()
        ((away, here, pool),) = found.moves
        assert teams.teams["profession"][away] == "Imaging support staff"
        assert (teams.teams["band"][here], pool) == ("5", 0)

    @pytest.mark.parametrize(
        "change",
        [
            {"profession": "Clinical radiologists"},
            {"entrants": "staff in post", "trained_from": "Laboratory support staff"},
        ],
    )
    def test_a_route_that_leads_to_or_comes_from_no_team_is_named_and_brings_nobody(
        self, change: dict[str, Any]
    ) -> None:
        found, _ = self.intakes(change, {})
        assert found.left_out == ["Degree"]
        assert found.table.empty
        assert found.pools == 0

    @pytest.mark.parametrize("change", [{"entrants": "from abroad"}, {"participation": 0.0}])
    def test_routes_from_abroad_and_those_that_add_no_hours_bring_nobody(self, change: dict[str, Any]) -> None:
        found, _ = self.intakes(change, {})
        assert found.table.empty

    def test_odds_leave_never_and_always_as_they_are(self) -> None:
        assert odds_multiplied(np.array([0.0, 0.5, 1.0]), 3.0) == pytest.approx([0.0, 0.75, 1.0])


def routes_of(profession: str = "", people: float = 0.0) -> Intakes:
    """Routes from outside that have brought so many people of a profession in the months of MONTHS."""
    brought = pd.DataFrame({"profession": [profession], "month": [MONTHS[6]], "people": [people]})
    return Intakes(pd.DataFrame(), [], 0, {profession}, [], brought)


def no_history() -> History:
    return history(empty("staff"), empty("movements"), SCOPE)


def plan_of(teams: Teams, hazards: np.ndarray) -> PlanStaff:
    """The staff of these teams with these hazards, all else as assumed."""
    made = plan_staff({**NOTHING, "staff": staff({"headcount": 1, "wte": 1.0})}, SCOPE, BASE, default_assumptions(), 60)
    system = made.system._replace(
        row_team=np.zeros(len(teams.rows), dtype=np.int32),
        row_age=(12 * (teams.rows["age"] - YOUNGEST)).to_numpy(dtype=np.int32),
        row_span=(12 * teams.rows["years"]).to_numpy(dtype=np.int32),
        row_heads=teams.rows["heads"].to_numpy(dtype=np.int32),
        row_wte=teams.rows["wte"].to_numpy(dtype=np.float64),
        hazard=hazards,
    )
    return PlanStaff(teams, made.cells, made.past, made.pace, made.intakes, system, {}, None)


class TestPlanStaff:
    def made(self, **tables: pd.DataFrame) -> PlanStaff:
        return plan_staff({**NOTHING, **tables}, SCOPE, BASE, default_assumptions(), 60)

    def course(self, found: PlanStaff, months: int, *changes: dict[str, Any]) -> Course:
        """The course of a scenario with every assumption at its value."""
        held = default_assumptions()
        return course(found, paths(scenario(*changes), central(held), held, months))

    def test_published_staff_alone_are_enough_to_look_ahead(self) -> None:
        only = staff({"dataset": "hchs", "age_band": "All", "headcount": 200, "wte": 180.0})
        found = self.made(staff=only)
        ahead = expected_staff(found.system, self.course(found, 24))
        assert ahead.wte[0].sum() == pytest.approx(180)
        assert 0.85 < ahead.wte[24].sum() / 180 < 1.15
        assert found.within is None

    def test_what_a_scenario_changes_holds_from_the_first_month_on_and_not_before(self) -> None:
        found = self.made(staff=staff({"headcount": 200, "wte": 180.0}))
        slower = self.course(found, 12, {"kind": "hiring_pace", "moves_to": 0.5})
        assert slower.hiring[0].tolist() == [1.0, *[0.5] * 12]

    def test_posts_and_hours_grow_by_the_month_from_what_they_are(self) -> None:
        found = self.made(staff=staff({"headcount": 200, "wte": 180.0}))
        of = self.course(found, 12, {"kind": "posts_growth", "add": 0.12}, {"kind": "hours_growth", "add": -0.06})
        assert of.posts_factor[0, [0, 12]] == pytest.approx([1, np.exp(0.12)])
        assert of.participation[0, 0, [0, 12]] == pytest.approx([1, np.exp(-0.06)])

    def test_a_change_of_a_rate_multiplies_its_hazard_and_no_other(self) -> None:
        found = self.made(staff=staff({"headcount": 200, "wte": 180.0}))
        of = self.course(found, 12, {"kind": "exit_rate", "item": "leaving", "add": -0.3, "over_months": 3})
        assert of.hazard_lever[LEAVING, :5] == pytest.approx(np.exp([0, -0.1, -0.2, -0.3, -0.3]))
        assert (np.delete(of.hazard_lever, LEAVING, axis=0) == 1).all()

    def test_output_rises_from_the_first_day_to_full(self) -> None:
        found = self.made(staff=staff({"headcount": 200, "wte": 180.0}))
        ramp = self.course(found, 12).ramp[0]
        assert ramp[0, :4] == pytest.approx([0.8, 0.8 + 0.2 / 3, 0.8 + 0.4 / 3, 1.0])
        assert (np.diff(ramp, axis=1) >= 0).all()

    def test_a_sampled_year_is_what_the_chances_of_those_in_post_say(self) -> None:
        found = self.made(staff=staff({"age_band": "All", "headcount": 1000, "wte": 900.0}))
        ahead = expected_staff(found.system, self.course(found, 1))
        left = ahead.flow_heads[: len(RISKS), 1].sum() + ahead.flow_heads[len(RISKS), 1].sum()
        assert float(yearly_chance(left / 1000)) == pytest.approx(sum(found.measured.values()), rel=0.05)
