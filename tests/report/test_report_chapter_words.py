"""Sentences and tables of the chapters that show what a plan's own people supply."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from pipeline.metrics import turnover
from pipeline.metrics.scope import Scope
from pipeline.model.capacity import WorkingYear
from pipeline.report import (
    action_words,
    centre_words,
    demand_words,
    flow_words,
    plan_words,
    register_words,
    standardised_words,
    workforce_words,
)
from pipeline.report.display import say, together

pytestmark = pytest.mark.unit

SCOPE = Scope({"AAA": "Alder", "BBB": "B_i*rch"}, frozenset(), frozenset(), ("endoscopy", "imaging", "labs"))
APRIL, MAY = pd.Timestamp("2025-04-30"), pd.Timestamp("2025-05-31")


def staff(*rows: tuple[str, str, str, float], month: pd.Timestamp = APRIL) -> pd.DataFrame:
    """Employer, data set, pillar and WTE of each row."""
    return pd.DataFrame(rows, columns=["employer", "dataset", "pillar", "wte"]).assign(month=month)


class TestStaffInPost:
    def test_says_which_pillar_is_unknown_and_never_zero(self) -> None:
        rows = staff(("AAA", "hchs", "imaging", 120.4), ("BBB", "hchs", "labs", 9.25))
        assert workforce_words.staff_sentences(rows, SCOPE) == [
            "**130 WTE** of diagnostic staff were in post in April 2025: imaging 120 and laboratories 9.3. The figures "
            "come from published statistics. No file gives staff in endoscopy, so those numbers are unknown, not zero."
        ]

    def test_calls_endoscopy_gastroenterologists_only_where_it_is_published(self) -> None:
        published = staff(("AAA", "hchs", "endoscopy", 5.0))
        recorded = staff(("AAA", "esr", "endoscopy", 50.0))
        both = pd.concat([recorded, staff(("BBB", "hchs", "endoscopy", 5.0))])
        assert "Endoscopy counts gastroenterologists only" in workforce_words.staff_sentences(published, SCOPE)[0]
        assert "gastroenterologists" not in workforce_words.staff_sentences(recorded, SCOPE)[0]
        assert "Endoscopy at B\\_i\\*rch counts gastroenterologists" in workforce_words.staff_sentences(both, SCOPE)[0]

    def test_names_every_source_and_the_months_where_they_differ(self) -> None:
        rows = pd.concat([staff(("AAA", "esr", "imaging", 9.0), month=MAY), staff(("BBB", "return", "imaging", 5.0))])
        (words,) = workforce_words.staff_sentences(rows, SCOPE)
        assert "in the latest month of each employer (April 2025 to May 2025)" in words
        assert "come from staff records and an employer's return" in words

    def test_of_nobody_says_nothing(self) -> None:
        assert workforce_words.staff_sentences(staff(), SCOPE) == []

    def test_sources_are_a_cell_for_each_employer_and_pillar(self) -> None:
        shown = workforce_words.sources_table(staff(("AAA", "esr", "imaging", 9.0)), SCOPE)
        assert shown["employer"].tolist() == ["Alder", "B_i*rch"]
        assert shown.loc[0, "Imaging"] == "staff records, April 2025"
        assert pd.isna(shown.loc[1, "Imaging"])

    def test_coverage_says_which_employer_has_no_rows_and_stays_silent_when_all_have(self) -> None:
        published = pd.DataFrame({"HCHS doctors": [True, False]}, index=["AAA", "BBB"])
        assert workforce_words.coverage_table(published, SCOPE).to_dict("records") == [
            {"employer": "Alder", "HCHS doctors": "Yes"},
            {"employer": "B_i*rch", "HCHS doctors": "No"},
        ]
        assert workforce_words.coverage_table(published | True, SCOPE).empty


class TestVacancies:
    @pytest.mark.parametrize(
        ("vacancy", "rate", "words"),
        [
            (3.0, 0.15, "3.0 WTE vacant (15.0%)"),
            (3.0, float("nan"), "3.0 WTE vacant"),
            (-3.0, float("nan"), "over-established by 3.0 WTE"),
            (-0.04, float("nan"), "no vacancy"),
            (0.0, 0.0, "no vacancy"),
        ],
    )
    def test_below_zero_are_over_establishment_in_words_and_never_a_rate(
        self, vacancy: float, rate: float, words: str
    ) -> None:
        assert flow_words.vacancy_in_words(vacancy, rate) == words

    def test_say_what_is_vacant_and_what_is_above_establishment_apart(self) -> None:
        posts = pd.DataFrame(
            {
                "employer": "AAA",
                "pillar": "imaging",
                "profession": ["Radiographers", "Radiologists"],
                "month": APRIL,
                "funded_wte": [20.0, 10.0],
                "in_post": [16.0, 12.0],
            }
        )
        (words,) = flow_words.vacancy_sentences(posts, SCOPE)
        assert "28 WTE were in post against 30 funded: 2.0 WTE vacant (6.7%)" in words
        assert "**4.0 WTE** are vacant and 2.0 WTE stand above establishment" in words
        assert "not known for B\\_i\\*rch" in words


def moves(*rows: tuple[str, str, int]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["kind", "reason", "headcount"]).astype({"headcount": "Int64"})
    return frame.assign(month=APRIL, employer="AAA", pillar="imaging", profession="Radiographers")


HEADCOUNTS = pd.DataFrame(
    {"employer": ["AAA"], "pillar": ["imaging"], "profession": ["Radiographers"], "average": [20.0]}
)


class TestTurnover:
    def test_tells_moves_inside_the_system_apart_and_says_where_they_do_not_agree(self) -> None:
        within = moves(("leaver", "transfer within the system", 2))
        months = pd.date_range(end=APRIL, periods=12, freq="ME")
        year = pd.concat([within, *(moves(("leaver", "retirement", 1)).assign(month=month) for month in months)])
        (words,) = flow_words.turnover_sentences(year, HEADCOUNTS.assign(average=200.0), ["AAA"], SCOPE, "none")
        assert "14 people left and 0 people joined, of 200 on average" in words
        assert "**7.0%** by the NHS definition, and **6.0%** without" in words
        assert "2 people left for another employer of the system and 0 people came from one; the two should" in words
        assert "headcount is not known: B\\_i\\*rch." in words

    def test_without_a_covered_employer_claims_no_rate(self) -> None:
        (words,) = flow_words.turnover_sentences(moves(("leaver", "other", 1)), HEADCOUNTS, [], SCOPE, "none")
        assert "no rate can be worked out" in words
        assert "%" not in words

    def test_of_one_employer_does_not_ask_that_as_many_come_as_go(self) -> None:
        alone = Scope({"AAA": "Alder"}, frozenset(), frozenset(), ("imaging",))
        year = moves(("leaver", "transfer within the system", 2))
        (words,) = flow_words.turnover_sentences(year, HEADCOUNTS, ["AAA"], alone, "none")
        assert "2 people left for another employer of the system and 0 people came from one. These" in words

    def test_in_a_sentence_hides_small_numbers_and_the_rates_that_would_tell_them(self) -> None:
        many = HEADCOUNTS.assign(average=200.0)
        few = moves(("leaver", "transfer within the system", 3), ("joiner", "other", 5))
        months = pd.date_range(end=APRIL, periods=12, freq="ME")
        year = pd.concat([few, *(moves(("leaver", "retirement", 2)).assign(month=month) for month in months)])
        (words,) = flow_words.turnover_sentences(year, many, ["AAA"], SCOPE, "hes_2018")
        assert "27 people left and fewer than 8 people joined, of 200 on average: a leaver rate of **13.5%**" in words
        assert ". Fewer than 8 people left for another employer" in words
        assert "12.0%" not in words
        (words,) = flow_words.turnover_sentences(moves(("leaver", "retirement", 3)), many, ["AAA"], SCOPE, "hes_2018")
        assert "fewer than 8 people left and 0 people joined" in words
        assert "%" not in words

    def test_hides_small_numbers_of_people_and_makes_rates_again_from_what_is_shown(self) -> None:
        flows = turnover.turnover_by(moves(("leaver", "retirement", 3)), HEADCOUNTS, ["pillar", "profession"])
        shown = flow_words.turnover_table(flows, "hes_2018")
        assert shown.hidden.loc[0, "leavers"]
        assert pd.isna(shown.frame.loc[0, "leaver_rate"])

    @pytest.mark.parametrize(("leavers", "within", "given"), [(9, 0, [False, False]), (12, 3, [True, False])])
    def test_a_rate_is_given_from_ten_leavers(self, leavers: int, within: int, given: list[bool]) -> None:
        counts = {"joiners": 0, "joiners_within": 0, "leavers": leavers, "leavers_within": within, "average": 100.0}
        flows = turnover.with_rates(pd.DataFrame([{"pillar": "imaging", "profession": "Radiographers", **counts}]))
        rates = flow_words.turnover_table(flows, "none").frame.loc[0, ["leaver_rate", "system_leaver_rate"]]
        assert rates.notna().tolist() == given

    def test_the_rate_without_doctors_in_training_stands_beside_that_of_all(self) -> None:
        bands = pd.DataFrame({"band": ["6", "Registrar"], "average": [180.0, 20.0]}).assign(
            employer="AAA", pillar="imaging"
        )
        left = moves(("leaver", "resignation", 18), ("leaver", "end of contract", 12)).assign(band=["6", "Registrar"])
        whole, others = (turnover.without_bands(left, bands, ["AAA"], out) for out in ([], ["Registrar"]))
        assert (whole["leaver_rate"], others["leaver_rate"]) == pytest.approx((0.15, 0.1))
        told = flow_words.training_doctors_sentences(whole, others, "hes_2018", hidden=False, own_thresholds=False)
        assert "without them it is **10.0%**" in told[0]
        assert "thresholds" in told[0]
        assert (
            "%"
            not in flow_words.training_doctors_sentences(whole, others, "hes_2018", hidden=True, own_thresholds=True)[0]
        )
        assert flow_words.training_doctors_sentences(whole, whole, "hes_2018", hidden=False, own_thresholds=True) == []

    def test_reasons_are_shares_of_the_leavers_whose_reason_is_known(self) -> None:
        why = turnover.reasons(
            moves(("leaver", "retirement", 3), ("leaver", "resignation", 1), ("leaver", "not known", 6)), ["AAA"]
        )
        shown = flow_words.reasons_table(why, "none").frame.set_index("reason")["share_of_known_leavers"]
        assert shown.dropna().to_dict() == {"Retirement": 0.75, "Resignation": 0.25}


class TestTheOperationalPlan:
    @staticmethod
    def progressed(outturn: float | None) -> pd.DataFrame:
        row = {"employer": "AAA", "pillar": "imaging", "profession": "R", "month": APRIL, "end_month": MAY}
        return pd.DataFrame(
            [{**row, "baseline": 18.0, "planned": 20.0, "outturn": outturn, "planned_end": 21.0}]
        ).astype({"outturn": "float64"})

    def test_says_how_far_it_has_come_and_who_is_left_out(self) -> None:
        (words,) = plan_words.progress_sentences(self.progressed(17.0), "2025/26", SCOPE)
        assert "**17 WTE** were in post against 20 in the plan for 2025/26: 3.0 WTE fewer than planned." in words
        assert "ends at 21 WTE in May 2025: 4.0 WTE are still to be found." in words
        assert "not both known for B\\_i\\*rch" in words

    def test_without_an_outturn_says_only_what_was_planned(self) -> None:
        assert plan_words.progress_sentences(self.progressed(None), "2025/26", SCOPE) == [
            "The plan for 2025/26 has 20 WTE in post in April 2025. What happened so far (the outturn) is not known "
            "yet."
        ]

    def test_past_ratios_that_would_mislead_are_not_said(self) -> None:
        changes = pd.DataFrame(
            {"cycle": ["2023/24", "2024/25"], "planned_change": [10.0, -2.0], "outturn_change": [4.0, 3.0]}
        )
        (words,) = plan_words.past_sentences(changes)
        assert words == (
            "- 2023/24: +10 WTE planned, +4.0 WTE came (40.0% of it).\n- 2024/25: −2.0 WTE planned, +3.0 WTE came."
        )


class TestCentres:
    @pytest.mark.parametrize(
        ("months", "opened", "words"),
        [
            (0, True, "as planned"),
            (3, True, "3 months late"),
            (1, False, "expected 1 month late"),
            (-2, True, "2 months early"),
        ],
    )
    def test_lateness_is_said_in_words(self, months: int, opened: bool, words: str) -> None:
        assert centre_words.lateness(months, opened=opened) == words

    def test_notes_give_the_hours_of_a_wte_so_that_a_row_can_be_worked_out_again(self) -> None:
        year = WorkingYear(52.0, lambda who: 1600.04 if who == "Doctors" else 1500.0)
        assert centre_words.with_hours("WTE.", year, ["Doctors", "Nurses", "Clerks", "Nurses"]) == (
            "WTE. A year has 52 weeks, and a WTE is at work 1,500.0 hours a year (1,600.0 of doctors)."
        )

    def test_none_late_is_said(self) -> None:
        plans = pd.DataFrame({"site": ["N"], "status": ["open"], "months_late": [0]})
        assert centre_words.plans_sentences(plans) == [
            "The plan has 1 centre: 1 open. None is later than first planned."
        ]

    def test_redeployed_staff_are_said_to_be_the_same_people(self) -> None:
        staffed = pd.DataFrame(
            {"wte": [4.0], "recruited": [3.0], "redeployed": [1.0], "redeployed_from": ["BBB"], "site": ["N"]}
        )
        plans = pd.DataFrame({"site": ["N", "M"], "status": ["open", "planned"]})
        words, there = centre_words.staffing_sentences(staffed, plans, SCOPE)
        assert "**4.0 WTE**: 3.0 recruited and 1.0 redeployed (1.0 from B\\_i\\*rch)" in words
        assert "counted once" in words
        assert there.startswith("**4.0 WTE** of it (1.0 redeployed) are at centres that are open")
        assert there.endswith("; no centre is still to come.")
        more = pd.concat([staffed, staffed.assign(site="M", wte=2.0, redeployed=0.5)], ignore_index=True)
        assert (
            "; 2.0 (0.5 redeployed) are of centres still to come."
            in centre_words.staffing_sentences(more, plans, SCOPE)[1]
        )
        assert (
            "None of these centres is open yet"
            in centre_words.staffing_sentences(staffed.assign(site="M"), plans, SCOPE)[1]
        )


class TestReporting:
    def test_says_how_many_reports_the_late_share_is_of(self) -> None:
        year = pd.DataFrame({"month": [APRIL, APRIL], "reports": [100, 300]})
        year = year.assign(over_28_days=pd.array([10, None], dtype="Int64"))
        by = pd.DataFrame({"reporter": ["consultant"], "reports": [400.0], "share": [1.0]})
        assert (
            "10.0% of the 100 whose time is stated took more than 28 days"
            in demand_words.reporting_sentences(year, by)[0]
        )
        unknown = year.assign(over_28_days=pd.array([None, None], dtype="Int64"))
        assert "is not stated" in demand_words.reporting_sentences(unknown, by)[0]


class TestRegisters:
    def test_overdue_reviews_are_counted_against_the_base_month(self) -> None:
        ranked = pd.DataFrame(
            {"title": ["*A*", "B"], "level": ["extreme", "low"], "likelihood": [5, 1], "impact": [4, 1]}
        )
        ranked = ranked.assign(score=[20, 1], overdue=[True, False], review_on=[APRIL, MAY], owner="O")
        (words,) = register_words.risks_sentences(ranked, dt.date(2025, 4, 30))
        assert words == (
            "The register holds 2 risks: 1 extreme and 1 low. The highest is “\\*A\\*” (likelihood 5, impact 4). "
            "1 review was due by the end of April 2025 and should be made first."
        )
        ranked = ranked.assign(id=["R1", "R2"], event=None)
        assert register_words.risks_table(ranked)["measured"].tolist() == ["not stated as an event"] * 2
        assert register_words.risks_table(ranked)["review"].tolist() == ["30 April 2025, overdue", "31 May 2025"]
        assert register_words.risks_table(ranked)["level"].tolist() == ["Extreme (20)", "Low (1)"]

    def test_the_next_meeting_and_the_next_decision_are_named(self) -> None:
        rows = [(APRIL, "Board", "Strategy", "discuss"), (MAY, "Committee", "Strategy", "decide")]
        ahead = pd.DataFrame(rows, columns=["date", "body", "item", "purpose"])
        (words,) = register_words.calendar_sentences(ahead, dt.date(2025, 3, 31))
        assert "The first is on 30 April 2025: Board is to discuss “Strategy”." in words
        assert "The first decision is on 31 May 2025, by Committee." in words
        assert "no meeting after" in register_words.calendar_sentences(ahead.head(0), dt.date(2025, 3, 31))[0]


class TestActionsAndTraining:
    @staticmethod
    def listed() -> pd.DataFrame:
        rows = [
            ("A1", "Education and supply", "employer", "short", 6),
            ("A2", "Education and supply", "ICS", "long", 48),
            ("A3", "Workforce planning", "ICS", "short", 3),
        ]
        frame = pd.DataFrame(rows, columns=["id", "theme", "level", "term", "lead_months"])
        numbers = {"wte_low": 0.5, "wte": 1.0, "wte_high": 2.0, "recurrent": 10.0, "capital": 0.0}
        return frame.assign(title=frame["id"], owner="O", start=APRIL, **numbers)

    def test_actions_of_a_theme_put_the_system_first(self) -> None:
        own = action_words.actions_of(self.listed(), "Education and supply")
        assert own["title"].tolist() == ["A2", "A1"]
        assert own["owner_estimates"].tolist() == ["1.0 (0.5 to 2.0)"] * 2
        modelled = pd.DataFrame(
            {"id": ["A1", "A2"], "relief": [3.2, None], "chosen": [True, False], "status": "stopped"}
        )
        beside = action_words.actions_of(self.listed(), "Education and supply", modelled)
        assert beside[["id", "model_says", "chosen"]].to_numpy().tolist() == [
            ["A2", "–", "stopped"],
            ["A1", "3.2", "yes"],
        ]

    def test_themes_add_up_to_all_actions(self) -> None:
        totals = action_words.themes_table(self.listed())
        assert (totals["actions"].sum(), totals["short_term"].sum(), totals["wte"].sum()) == (3, 2, 3.0)

    def test_starters_stand_beside_their_places_a_column_a_year(self) -> None:
        intakes = pd.DataFrame(
            {
                "route": ["Degree", "Degree", "Return"],
                "financial_year": ["2025/26", "2026/27", "2025/26"],
                "places": [40, 42, 9],
                "starters": pd.array([38, None, 3], dtype="Int64"),
            }
        )
        shown = action_words.intakes_shown(intakes)
        assert shown.frame.fillna("").to_numpy().tolist() == [["Degree", "38 of 40", "42"], ["Return", "3 of 9", ""]]
        few = action_words.intakes_shown(intakes, "hes_2018")
        assert few.frame["2025/26"].tolist() == ["40 of 40", "* of 9"]
        assert "* stands for a count" in few.says

    def test_training_says_how_much_is_still_to_begin_and_who_has_no_route(self) -> None:
        arriving = pd.DataFrame(
            {
                "financial_year": ["2025/26", "2026/27"],
                "people": [3.0, 4.0],
                "wte": [2.5, 3.5],
                "wte_to_begin": [0.0, 3.5],
            }
        )
        (words,) = action_words.training_sentences(arriving, dt.date(2025, 4, 30), ["Odd *route*"])
        assert "**6.0 WTE** (7 people) into post here from 2025/26 to 2026/27, 3.5 of them from intakes" in words
        assert "Odd \\*route\\* has intakes and no route" in words
        assert "nobody" not in action_words.training_sentences(arriving, dt.date(2025, 4, 30), [])[0]

    def test_a_route_without_a_source_is_a_placeholder(self) -> None:
        names = ("route", "profession", "length_months", "completes", "joins_nhs", "stays_local", "participation")
        routes = pd.DataFrame([{**dict.fromkeys(names, 1), "wte_in_post": 9.0, "source": None}])
        assert action_words.routes_shown(routes)["source"].tolist() == ["placeholder: no source given"]


def test_several_things_are_shown_one_below_another() -> None:
    both = together([say("First."), say("Second.")])
    assert both.html.index("First.") < both.html.index("Second.")
    assert both.text == "First.\n\nSecond."
    with pytest.raises(ValueError, match="nothing to show"):
        together([])


def aged(*rows: tuple[str, float, int]) -> pd.DataFrame:
    """Profession, first age and people of each row."""
    frame = pd.DataFrame(rows, columns=["profession", "from_age", "headcount"])
    return frame.assign(employer="AAA", pillar="labs")


class TestAges:
    ROWS = aged(("Histopathologists", 30, 8), ("Histopathologists", 60, 4), ("Nurses", 30, 90), ("Nurses", 60, 10))
    ROWS = pd.concat([ROWS, aged(("Support staff", 30, 95), ("Support staff", 60, 9))])

    def test_names_the_highest_share(self) -> None:
        (words,) = workforce_words.age_sentences(self.ROWS, SCOPE, "none")
        assert "(23) are 55 or over. The share is highest among histopathologists: 33.3%." in words

    def test_never_names_a_share_of_few_people_under_a_disclosure_rule(self) -> None:
        (words,) = workforce_words.age_sentences(self.ROWS, SCOPE, "hes_2018")
        assert "The share is highest among nurses: 10.0%." in words

    def test_hides_a_small_number_with_its_share(self) -> None:
        (words,) = workforce_words.age_sentences(aged(("Nurses", 30, 46), ("Nurses", 60, 4)), SCOPE, "hes_2018")
        assert words.startswith("Of the 50 people whose age is known, fewer than 8 are 55 or over.")
        assert "%" not in words


class TestLeaversAsIfAllHadTheSameAges:
    RATES = pd.DataFrame({"employer": ["AAA", "BBB", "CCC"], "headcount": [500.0, 90.0, 300.0], "left_out": 0})
    RATES = RATES.assign(rate=12.0, low=10.0, high=14.0, reason="")

    def shown(self, *leavers: int, also: int | None = None) -> list[bool]:
        rates = self.RATES.assign(leavers=list(leavers))
        besides = pd.DataFrame({"leavers": [place == also for place in range(3)]})
        found = standardised_words.leavers_table(rates, SCOPE, "hes_2018", besides)
        assert found.frame["leavers"].isna().tolist() == found.hidden["leavers"].tolist()
        assert found.frame["for_100_staff"].isna().tolist() == found.hidden["leavers"].tolist()
        return list(found.hidden["leavers"])

    def test_hide_a_second_employer_by_which_one_could_be_worked_out(self) -> None:
        assert self.shown(69, 7, 44, also=2) == [False, True, True]
        assert self.shown(69, 7, 0, also=0) == [True, True, False]

    def test_hide_few_leavers_and_no_zero(self) -> None:
        assert self.shown(69, 8, 44) == [False, False, False]
        assert self.shown(69, 7, 3) == [False, True, True]
        assert self.shown(0, 7, 0) == [False, True, False]


def test_trainees_are_set_against_their_cap_as_both_are_written() -> None:
    cell = {"route": "Degree", "profession": "Radiographers", "supervision_wte": 2.0}
    rows = pd.DataFrame([{**cell, "trainees": trainees, "cap": cap} for trainees, cap in CAPPED])
    words = action_words.trainees_shown(rows).frame["placements"].tolist()
    assert words == ["within the cap", "above the cap", "above the cap", "no cap given"]


CAPPED = [(195.3, 195.0), (195.6, 195.0), (8.3, 8.0), (9.0, float("nan"))]
