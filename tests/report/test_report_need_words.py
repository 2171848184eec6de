"""What is said of rooms and rotas, bands and skill mix, the tests that lists call for, equal shares and trainees."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest

from pipeline.model.outcome import Outcome
from pipeline.model.plan_setting import Setting
from pipeline.model.skill_mix_ahead import MixAhead
from pipeline.plan import PILLAR_NAMES
from pipeline.report import floor_words, list_words, plan_words, shares_words, skill_mix_words, training_words

pytestmark = pytest.mark.unit

NOW, LATER = pd.Timestamp("2025-09-30"), pd.Timestamp("2030-09-30")
IMAGING = {"pillar": "imaging", "profession": "Diagnostic radiographers"}


class TestRoomsAndRotas:
    outcome = cast("Outcome", SimpleNamespace(cells=[1, 2, 3], months=[NOW, LATER]))
    bound = pd.DataFrame(
        [
            {**IMAGING, "employer": "Alder", "binding": "rooms", "workload": 9.0, "floor": 10.0}
            | {"share_now": 0.2, "above_now": 0.5, "share": 0.9, "above": 1.5},
        ]
    )

    def test_count_the_teams_whose_need_they_likely_set_then_and_now(self) -> None:
        (said,) = floor_words.floors_sentences(self.outcome, self.bound)
        assert "Of 3 teams (a profession at an employer), rooms or rotas of **0** call" in said
        assert "in September 2025: 0.5 WTE more. In September 2030 it is 1, and 1.5 WTE." in said

    def test_that_ask_for_nothing_are_said_so(self) -> None:
        assert "At no employer" in floor_words.floors_sentences(self.outcome, self.bound.head(0))[0]

    def test_stand_in_a_table(self) -> None:
        row = floor_words.floors_table(self.bound).iloc[0]
        assert (row["set_by"], row["pillar"], row["above_at_horizon"]) == ("Rooms", "Imaging", 1.5)

    def test_of_nobody_on_file_are_named(self) -> None:
        rooms = pd.DataFrame({"employer": ["Alder"], "profession": ["Immunologists"], "hours_week": [60.0]})
        assert "immunologists at Alder (60 hours a week)" in floor_words.nobody_sentences(rooms)[0]
        assert floor_words.nobody_sentences(rooms.head(0)) == []


class TestRoomsAgainstTests:
    use = pd.DataFrame(
        [
            {"test": "Colonoscopy", **IMAGING, "rooms": 4.0, "staffed": 1000.0, "taken": 400.0, "share": 0.4},
            {"test": "CT", **IMAGING, "rooms": 4.0, "staffed": 1000.0, "taken": 900.0, "share": 0.9},
            {"test": "MRI", **IMAGING, "rooms": 4.0, "staffed": 1000.0, "taken": 1300.0, "share": 1.3},
        ]
    )

    def test_that_fit_badly_are_named_on_either_side(self) -> None:
        idle, full = floor_words.room_use_sentences(self.use)
        assert "Colonoscopy (diagnostic radiographers, 40.0%)" in idle
        assert "MRI (diagnostic radiographers, 130.0%)" in full
        assert "CT" not in idle + full

    def test_that_fit_are_said_to_and_without_any_nothing_can_be_said(self) -> None:
        assert (
            "take 90.0% to 90.0% of the hours that rooms are staffed for"
            in floor_words.room_use_sentences(self.use.iloc[[1]])[0]
        )
        assert "cannot be set" in floor_words.room_use_sentences(self.use.head(0))[0]

    def test_of_which_no_test_is_counted_are_named(self) -> None:
        rooms = pd.DataFrame({"employer": ["Alder", "Birch"], "test": ["CT", "MRI"], "rooms": [1.0, 2.0]})
        (said,) = floor_words.without_tests_sentences(rooms)
        assert said.startswith(
            "**Of 3 rooms no test is counted**: 1 room for CT at Alder and 2 rooms for MRI at Birch."
        )
        assert floor_words.without_tests_sentences(rooms.head(0)) == []

    def test_stand_in_a_table(self) -> None:
        row = floor_words.room_use_table(self.use).iloc[0]
        assert (row["hours_staffed"], row["hours_of_tests"], row["filled"]) == (1000, 400, 0.4)


WHOLE = pd.DataFrame([{**IMAGING, "in_post": 150.1, "needed": 160.2}])
BANDS = pd.DataFrame(
    [
        {
            **IMAGING,
            "band": "6",
            "in_post": 100.0,
            "needed": 130.0,
            "if_reached": 140.0,
            "by_table": 0.5,
            "guessed": True,
        },
        {**IMAGING, "band": "5", "in_post": 50.0, "needed": 30.0, "if_reached": 25.0, "by_table": 0.5, "guessed": True},
        {**IMAGING, "band": "9", "in_post": 0.1, "needed": 0.2, "if_reached": 0.2, "by_table": 0.5, "guessed": True},
    ]
)


def mix(*known: bool) -> MixAhead:
    works = pd.DataFrame({"pillar": "imaging", "work": ["CT scanning", "CT reporting"][: len(known)], "known": known})
    return cast("MixAhead", SimpleNamespace(mix=SimpleNamespace(works=works)))


def works(wte_wanted: float, *, guessed: bool = True) -> pd.DataFrame:
    shares = {"in_post": 9.0, "share_now": 0.8, "share_wanted": 0.9, "wte_now": 100.0}
    row = {**IMAGING, **shares, "work": "CT scanning", "band": "6", "wte_wanted": wte_wanted, "guessed": guessed}
    return pd.DataFrame([row])


class TestSkillMix:
    def test_the_band_that_grows_most_is_named_with_its_profession_and_what_the_table_decides(self) -> None:
        (said,) = skill_mix_words.bands_sentences(BANDS, WHOLE, (3, 8), LATER)
        assert "in diagnostic radiographers, band 6 (30 WTE)" in said
        assert "a placeholder for 3 of 8 works" in said
        assert "diagnostic radiographers 150 in post, 160 needed" in said
        assert "The table of skill mix says who is to do 50.0%" in said

    @pytest.mark.parametrize(
        ("band", "whole"),
        [
            ({"if_reached": 95.0}, {}),
            ({"if_reached": 112.0}, {}),
            ({}, {"needed": 149.0}),
        ],
        ids=["its band shrinks with the mix reached", "its profession does", "its profession shrinks"],
    )
    def test_a_band_whose_direction_is_a_guess_is_not_named(
        self, band: dict[str, float], whole: dict[str, float]
    ) -> None:
        bands = BANDS.copy()
        bands.loc[0, list(band)] = list(band.values())
        (said,) = skill_mix_words.bands_sentences(bands, WHOLE.assign(**whole), (3, 8), LATER)
        assert "band 6" not in said
        assert "bands of diagnostic radiographers turns on a placeholder" in said
        known = skill_mix_words.bands_sentences(bands.assign(guessed=False), WHOLE.assign(**whole), (0, 8), LATER)[0]
        assert "band 6 (30 WTE)" in known
        assert "placeholder" not in known

    def test_without_a_table_bands_are_said_to_be_as_today(self) -> None:
        (said,) = skill_mix_words.bands_sentences(BANDS.assign(by_table=0.0, guessed=False), WHOLE, (0, 0), LATER)
        assert "No table of skill mix" in said

    def test_bands_with_hardly_anybody_are_left_out_of_the_table(self) -> None:
        shown = skill_mix_words.bands_table(BANDS, BANDS.index)
        assert shown["band"].tolist() == ["Band 6", "Band 5"]
        assert shown["more"].tolist() == [30, -20]

    def test_what_would_change_is_said_with_what_is_not_known(self) -> None:
        (said,) = skill_mix_words.works_sentences(works(112.0, guessed=False), mix(True, False), LATER)
        assert "12 WTE more diagnostic radiographers" in said
        assert "placeholder" not in said
        assert "Who does cT reporting" not in said
        assert "Who does CT reporting today is in no file" in said

    def test_no_direction_is_given_where_a_guess_decides_it(self) -> None:
        known = works(112.0, guessed=False).assign(work="MRI scanning")
        for wanted in (112.0, 80.0):
            (said,) = skill_mix_words.works_sentences(works(wanted), mix(True), LATER)
            assert "WTE more" not in said
            assert "WTE fewer" not in said
            assert "a placeholder for 1 of 1 work" in said
            assert "more or fewer diagnostic radiographers" in said
        for wanted, told in ((105.0, True), (70.0, False)):
            both = pd.concat([known, works(wanted)], ignore_index=True)
            (said,) = skill_mix_words.works_sentences(both, mix(True), LATER)
            assert ("17 WTE more diagnostic radiographers" in said) == told
            assert ("more or fewer" in said) != told

    def test_a_mix_that_is_reached_and_known_is_said_so(self) -> None:
        (said,) = skill_mix_words.works_sentences(works(100.0, guessed=False), mix(True), LATER)
        assert said == "Work is shared as the table says already, within a WTE for each profession."

    def test_without_a_table_that_is_said(self) -> None:
        assert "No table" in skill_mix_words.works_sentences(works(1.0).head(0), mix(), LATER)[0]

    def test_works_stand_in_a_table(self) -> None:
        row = skill_mix_words.works_table(works(112.0)).iloc[0]
        assert (row["wte_more"], row["rests_on_a_guess"], row["band"]) == (12, "Yes", "Band 6")


def test_lists_take_so_many_tests_to_hold_to_clear_and_to_keep() -> None:
    held = {"clear_months": SimpleNamespace(value=24.0), "seen_in_time": SimpleNamespace(value=0.95)}
    numbers = {"list_tests": 100.4, "referrals": 110.0, "relief": 150.0, "steady": 112.0}
    capacity = pd.DataFrame([{"test": "CT", "pillar": "imaging", **numbers}])
    lists = pd.DataFrame({"pillar": ["imaging", "endoscopy"], "waiting": [900, 100], "at_horizon": [700.4, 150.0]})
    (by_pillar,) = list_words.pillars_sentences(lists.assign(growth_known=True), PILLAR_NAMES)
    assert by_pillar == (
        "By pillar the lists go from 900 to 700 (imaging) and from 100 to 150 (endoscopy). The total nets lists that "
        "shrink against lists that grow."
    )
    assert list_words.pillars_sentences(lists.assign(growth_known=False), PILLAR_NAMES) == []
    (said,) = list_words.capacity_sentences(capacity, cast("Setting", SimpleNamespace(assumptions=held)))
    assert "takes 110; to clear them in 24 months **150** until then; and to keep 95.0%" in said
    assert "112, of which 2 are spare" in said
    assert "nets" not in said
    assert list_words.capacity_table(capacity)["done_today"].tolist() == [100]
    # CT lacks 9.6 and MRI has 30 to spare: together they would seem to have 20 to spare.
    spare = {"test": "MRI", "pillar": "imaging", "list_tests": 80.0, "referrals": 50.0, "relief": 50.0, "steady": 50.0}
    both = pd.concat([capacity, pd.DataFrame([spare])], ignore_index=True)
    (said,) = list_words.capacity_sentences(both, cast("Setting", SimpleNamespace(assumptions=held)))
    assert "takes 160 (" in said
    assert "lack 10 tests" in said
    assert "30 more than they need" in said


def equal(**changes: Any) -> dict[str, Any]:
    row = {"table": "skill_mix", "of": "CT", "pillar": "imaging", "parts": 4, "share": 0.25}
    return {**row, "with_equal": 10.0, "with_weighted": 7.0, **changes}


class TestEqualShares:
    def test_are_warned_of_with_both_answers_beside(self) -> None:
        (said,) = shares_words.shares_sentences(pd.DataFrame([equal()]), 4)
        assert said.startswith("The 4 shares of CT (imaging) are all 0.25, as if nobody had filled them in.")
        assert said.endswith("With equal shares of CT (imaging), 10 WTE are added; with shares by the work done at the "
                             "baseline, 7 WTE.")  # fmt: skip

    def test_of_which_no_answer_is_known_are_warned_of_all_the_same(self) -> None:
        site = equal(table="cdc_rooms", of="North", pillar=None, with_equal=None, with_weighted=None)
        (said,) = shares_words.shares_sentences(pd.DataFrame([site]), 4)
        assert said.startswith("The 4 shares of the tests of North are all 0.25")
        assert "WTE" not in said

    def test_of_many_the_widest_apart_come_first_and_the_rest_are_counted(self) -> None:
        many = pd.DataFrame([equal(of=f"W{number}", with_equal=7.0 + number) for number in range(5)])
        told = shares_words.shares_sentences(many, 9)
        assert [said.split(" (")[0][-2:] for said in told[:3]] == ["W4", "W3", "W2"]
        assert told[3] == "2 more are in the table."
        assert shares_words.shares_table(many)["table"].tolist() == ["Skill mix"] * 5

    def test_are_none_where_somebody_filled_them_in_or_nobody_sent_any(self) -> None:
        none = pd.DataFrame([equal()]).head(0)
        (said,) = shares_words.shares_sentences(none, 3)
        assert said.endswith("so none looks as if nobody had filled it in.")
        assert "No file gives shares of work." in shares_words.shares_sentences(none, 0)


class TestTraining:
    def test_trainees_whom_nobody_could_supervise_are_named(self) -> None:
        (said,) = training_words.unsupervised_sentences(["Sonographers", "Immunologists"])
        assert "trainees of sonographers and immunologists, so the time that these take is in no figure" in said
        assert training_words.unsupervised_sentences([]) == []

    def test_how_far_intakes_on_file_go_is_told_with_routes_that_have_ended(self) -> None:
        told = pd.DataFrame(
            {"route": ["A", "B"], "education_provider": "P", "last_intake": [NOW, NOW]}
            | {"on_file_to": [LATER, NOW], "goes_on": [True, False]}
        )
        (said,) = training_words.on_file_sentences(told)
        assert "go to September 2030" in said
        assert "1 route of a provider had no intake in the last year and is taken to have ended." in said
        assert training_words.on_file_table(told)["afterwards"].tolist() == [
            "Begins again every year",
            "Taken to have ended",
        ]
        assert training_words.on_file_sentences(told.head(0)) == []


def test_three_comparisons_of_the_plan_stand_by_pillar_without_those_that_have_none() -> None:
    ways = {f"{way}_{key}": 1.0 for way in ("beyond_plan", "out_of_reach", "short") for key in ("p10", "p50", "p90")}
    against = pd.DataFrame([{"pillar": "labs", "cells": 0, **ways}, {"pillar": "imaging", "cells": 2, **ways}])
    table = plan_words.three_ways_table(against.assign(reaches_plan=0.3))
    assert table["pillar"].tolist() == ["Imaging"]
    assert {"needed_beyond_plan_p50", "planned_beyond_staff_there_p50", "needed_beyond_staff_there_p90"} < set(table)


def test_what_intakes_beyond_the_file_bring_is_told_by_year() -> None:
    by_year = pd.DataFrame({"financial_year": ["2028/29", "2028/29", "2029/30"], "wte": [4.0, 8.0, 30.0]})
    told = training_words.beyond_file_note(by_year, LATER.date())
    assert "42 WTE more by September 2030 (12 in 2028/29 and 30 in 2029/30)" in told
    assert training_words.beyond_file_note(by_year.head(0), LATER.date()) == ""
    assert training_words.beyond_file_note(by_year.assign(wte=0.0), LATER.date()) == ""
