"""What is said of the gap to come follows its figures: gross and net, the plan, the first shortage, and why."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, ClassVar, cast

import numpy as np
import pandas as pd
import pytest

from pipeline.assumptions import Assumption
from pipeline.model.education_load import BreakEven
from pipeline.model.floors import Bound
from pipeline.model.gap_ahead import gap_by, summary
from pipeline.model.outcome import ByCell, ByMonth, Outcome, Paid, StaffSums
from pipeline.model.plan_setting import Setting
from pipeline.model.plan_years import plan_years
from pipeline.model.scenarios import BASELINE
from pipeline.model.training_gain import Gain, MoreTraining
from pipeline.report import outlook_words, scenario_words

pytestmark = pytest.mark.unit

SEPTEMBER = pd.Timestamp("2025-09-30")
LATER = pd.Timestamp("2030-09-30")
GROUPS = pd.DataFrame({"pillar": ["endoscopy", "imaging"], "profession": ["Endoscopists", "Diagnostic radiographers"]})
NONE = np.zeros(0)


def outcome(gap: list[list[float]]) -> Outcome:
    """Nothing missing at the base month, and a gap of two professions in three draws five years later."""
    needed = np.full((2, 2, 3), 100.0)
    there = needed.copy()
    there[:, 1] -= np.array(gap)
    single = [each.astype(np.float32) for each in (needed, there, np.maximum(needed - there, 0.0))]
    cells = GROUPS.assign(employer="AAA", in_post=[99.0, 98.0])
    return Outcome(
        BASELINE,
        [SEPTEMBER, LATER],
        cells,
        GROUPS,
        ByMonth(*single),
        ByCell([0, 1], *single[:2]),
        {"growth": np.array([4.0, 5.0])},
        None,
        StaffSums(NONE, NONE, NONE, NONE, NONE),
        Bound(NONE, NONE, NONE, NONE, NONE),
        Paid(plan_years(SEPTEMBER.date(), 60), *(np.zeros((2, 6, 3), dtype=np.float32) for _ in range(3))),
    )


SHORT = outcome([[-4.0, -4.0, -4.0], [10.0, 20.0, 30.0]])
STAND_IN = Assumption.model_validate(
    {"kind": "avoided", "label": "CT", "unit": "x", "value": 1, "grade": "placeholder", "from": "2025-01-01"}
)


def beyond(**changes: Any) -> pd.DataFrame:
    row = {"scenario": "More tests", "month": LATER, "cycle": "2025/26", "ends": pd.Timestamp("2027-03-31")}
    gross = {"gross_p10": 90.0, "gross_p50": 115.0, "gross_p90": 140.0, "net_p50": 97.0}
    return pd.DataFrame([{**row, **gross}, {**row, **gross, "gross_p50": 131.0}]).assign(**changes)


class TestTheHeadline:
    def test_gross_and_net_beyond_the_plan_are_both_given_and_never_confused(self) -> None:
        (said,) = scenario_words.headline_sentences(beyond())
        assert "If more tests comes about, **up to 115 WTE** will be needed beyond the operational plan" in said
        assert "by September 2030, gross (P10 to P90: 90 to 140); net 97." in said

    def test_how_long_the_plan_is_held_and_how_past_plans_came_out_is_said(self) -> None:
        (said,) = scenario_words.headline_sentences(beyond())
        assert "The plan is that of 2025/26, with today's bank and agency, held as it is after its last month" in said
        assert "(March 2027)" in said
        assert said.endswith("If the plan falls short as past ones did, 131 WTE are needed beyond it.")

    def test_a_plan_to_the_horizon_that_past_plans_bear_out_needs_no_more_words(self) -> None:
        (said,) = scenario_words.headline_sentences(beyond(ends=LATER, gross_p50=115.0))
        assert said.endswith("The plan is that of 2025/26, with today's bank and agency.")

    def test_without_a_plan_that_is_said(self) -> None:
        assert "No operational plan" in scenario_words.headline_sentences(pd.DataFrame())[0]


class TestTheGap:
    def test_gross_range_net_both_sides_and_the_largest_group_are_given(self) -> None:
        told, trust = scenario_words.gap_sentences(
            SHORT, gap_by(SHORT, ["pillar", "profession"]), [STAND_IN], ["Immunologists"]
        )
        assert "**20 WTE** will be missing in September 2030, gross (P10 to P90: 12 to 28)" in told
        assert "the net is 16" in told
        assert "Staff needed go from 200 WTE in September 2025 to 200" in told
        assert "from 200 to 184" in told
        assert "The largest group is diagnostic radiographers: 20 WTE (12 to 28)." in told
        assert "No file gives staff in post for immunologists." in told
        assert "rests on 1 placeholder" in trust

    def test_a_gap_without_placeholders_is_not_said_to_rest_on_any(self) -> None:
        assert len(scenario_words.gap_sentences(SHORT, gap_by(SHORT, ["pillar", "profession"]), [], [])) == 1

    def test_where_nothing_is_missing_no_group_is_called_the_largest(self) -> None:
        none = outcome([[0.0] * 3, [0.0] * 3])
        (told,) = scenario_words.gap_sentences(none, gap_by(none, ["pillar", "profession"]), [], [])
        assert "largest" not in told
        assert "**0 WTE** will be missing" in told

    def test_pillars_are_named_in_the_order_in_which_they_run_short(self) -> None:
        shortages = pd.DataFrame(
            {
                "pillar": ["imaging", "labs", "endoscopy"],
                "first_month": [pd.NaT, LATER, SEPTEMBER],
                "share_at_end": [0.2, 0.6, 0.9],
            }
        )
        (said,) = scenario_words.shortage_sentences(shortages)
        assert "endoscopy from September 2025 and laboratories from September 2030. By the horizon" in said
        assert "so many have it short: 90.0% (endoscopy) and 60.0% (laboratories)." in said
        assert said.endswith("More likely not short by then: imaging (20.0% of calculations).")

    def test_the_plan_is_said_to_have_bank_and_agency_added(self) -> None:
        planned = SimpleNamespace(ends=pd.Timestamp("2027-03-31"))
        setting = cast(Setting, SimpleNamespace(planned=planned, base_month=SEPTEMBER.date(), months=60))
        row = {"pillar": "labs", "cells": 4, "required_p50": 1370.0, "plan": 1425.0, "reaches_plan": 0.25}
        assert scenario_words.plan_sentences(pd.DataFrame([row]), setting) == [
            "At the end of the plan (March 2027), with today's bank and agency added to it: laboratories, the plan is "
            "55 WTE more than is needed and is reached in 25.0% of calculations."
        ]


def test_people_who_find_no_post_are_said_to_wait_for_their_own_teams() -> None:
    assert outlook_words._unplaced(5.2, 28.1) == [
        "About 5 people who trained or were recruited then wait for a post, and 28 gave up waiting by then: each can "
        "join only teams of one profession and band, and waits while every post there is filled or on offer, whatever "
        "posts are empty elsewhere."
    ]
    assert outlook_words._unplaced(0.4, 0.4) == []


class TestTables:
    def test_every_figure_of_one_gap_stands_beside_the_others(self) -> None:
        shown = scenario_words.gap_figures_table(SHORT, (18.0, 15.0)).set_index("figure")["wte"]
        assert shown["Gross, middle of the calculations"] == 20
        assert shown["Net, middle of the calculations"] == 16
        assert shown["Gross, mean of the calculations"] == pytest.approx(SHORT.gross[-1].mean())
        assert shown["Net, mean of the calculations"] == pytest.approx(SHORT.net[-1].mean())
        assert shown.iloc[-2:].tolist() == [18, 15]

    def test_scenarios_stand_side_by_side_without_what_only_the_store_needs(self) -> None:
        table = scenario_words.summary_table(summary([SHORT, replace(SHORT, scenario=BASELINE)]))
        assert table["scenario"].tolist() == [BASELINE.label] * 2
        assert table["gross_p50"].tolist() == [20.0, 20.0]
        assert table["net_p50"].tolist() == [16.0, 16.0]
        assert "name" not in table

    def test_parts_add_up_to_the_gap_with_like_flows_together(self) -> None:
        parts = pd.DataFrame(
            {
                "part": ["gap at the base month", "left", "career break", "hired", "avoided"],
                "imaging": [0.0, 8.0, 2.0, -4.0, 0.0],
                "labs": [1.0, 3.0, 0.0, -3.0, 0.0],
            }
        )
        table = scenario_words.parts_table(parts, LATER)
        assert table["part"].tolist() == ["Gap at the base month", "Leaving", "Recruitment", "Gap in September 2030"]
        assert table["Imaging"].tolist() == [0.0, 10.0, -4.0, 6.0]
        assert table["all_pillars"].tolist() == [1.0, 13.0, -7.0, 7.0]

    def test_a_lever_that_moves_nothing_is_told_in_the_table_and_in_words(self) -> None:
        live = STAND_IN.model_copy(update={"kind": "productivity_growth"})
        table = scenario_words.levers_table({"a": STAND_IN, "b": live}, [STAND_IN])
        moves = dict(zip(table["lever"], table["moves_the_gap"], strict=True))
        assert moves == {"avoided": "no", "productivity_growth": "yes"}
        assert "1 lever moves nothing by itself in this plan: CT." in scenario_words.dead_sentences([STAND_IN])
        assert "Every lever" in scenario_words.dead_sentences([])[0]
        assert scenario_words.dead_sentences([STAND_IN] * 7) == [
            "7 levers move nothing by themselves in this plan; the table says which."
        ]


class _Base:
    base_month = SEPTEMBER.date()


@pytest.mark.parametrize(
    ("level", "repaid", "said"),
    [
        (None, None, "what the trained bring is 1.5 WTE by then and does not make up for it within the horizon"),
        (36, None, "what the trained bring makes up for it from September 2028 on, and not all is paid back"),
        (36, 48, "and all is paid back by September 2029"),
    ],
)
def test_when_more_training_pays_is_said_by_month(level: int | None, repaid: int | None, said: str) -> None:
    grows = Gain(7.0, 5.8, BreakEven(24, 36, NONE, NONE), 7.5, 0.0, 0.0)
    found = MoreTraining(Gain(1.5, 5.8, BreakEven(level, repaid, NONE, NONE), 2.1, 0.0, 0.0), grows, 0.02)
    (told,) = scenario_words.break_even_sentences(found, cast(Setting, _Base()))
    assert "10.0% larger, supervising the trainees would take 5.8 WTE at the horizon" in told
    assert said in told
    assert "With posts that grow as the need does (2.0% a year), it makes up for it from September 2027 on" in told


def test_where_need_does_not_grow_posts_that_would_are_not_told_of() -> None:
    same = Gain(7.0, 5.8, BreakEven(36, 48, NONE, NONE), 7.5, 0.0, 0.0)
    (told,) = scenario_words.break_even_sentences(MoreTraining(same, same, 0.0), cast(Setting, _Base()))
    assert "With posts that grow" not in told


@pytest.mark.parametrize(
    ("instead", "without_post", "said", "unsaid"),
    [
        (1.2, 14.3, ["2.1 WTE more", "1.2 WTE fewer are hired", "14 more people wait"], []),
        (0.0, 1.0, ["2.1 WTE more", "1 more person waits"], ["fewer are hired"]),
        (0.0, 0.0, ["2.1 WTE more"], ["fewer are hired", "wait"]),
    ],
)
def test_in_whose_place_the_trained_come_is_said(
    instead: float, without_post: float, said: list[str], unsaid: list[str]
) -> None:
    gain = Gain(1.5, 5.8, BreakEven(None, None, NONE, NONE), 2.1, instead, without_post)
    (told,) = scenario_words.break_even_sentences(MoreTraining(gain, gain, 0.0), cast(Setting, _Base()))
    assert all(words in told for words in said)
    assert not any(words in told for words in unsaid)


def test_where_nobody_trains_nothing_is_said_of_training() -> None:
    assert scenario_words.break_even_sentences(None, cast(Setting, _Base())) == []


def test_lists_are_told_in_whole_patients_with_where_they_go() -> None:
    lists = pd.DataFrame(
        {
            "pillar": ["imaging", "endoscopy"],
            "test": ["CT", "Colonoscopy"],
            "waiting": [900.0, 100.0],
            "waiting_6_plus": [90.0, 40.0],
            "target": [600.4, 50.0],
            "backlog": [299.6, 50.0],
            "list_growth": [-12.0, 5.0],
            "growth_known": [True, False],
            "at_horizon": [840.2, 125.0],
        }
    )
    (said,) = scenario_words.lists_sentences(lists, cast(Setting, _Lists()), 0.01)
    assert "Of 1,000 patients waiting, **350** are beyond the lists with which 95.0% of patients are seen" in said
    assert "within six weeks (the standard asks for 99.0%)." in said
    assert "If lists go on changing as in the last year, 965 wait in September 2030." in said
    first = scenario_words.lists_shown(lists).iloc[0]
    assert first[["list_for_standard", "backlog", "growth_a_year", "at_horizon"]].tolist() == [600, 300, -12, 840]
    assert first["pillar"] == "Imaging"
    unknown = scenario_words.lists_shown(lists).iloc[1]
    assert unknown[["growth_a_year", "at_horizon"]].isna().all()
    (held,) = scenario_words.lists_sentences(lists.assign(growth_known=False), cast(Setting, _Lists()), 0.01)
    assert "how they change is not known and they are held as they are." in held
    assert "If lists go on" not in held


class _Lists:
    base_month, months = SEPTEMBER.date(), 60
    assumptions: ClassVar = {"seen_in_time": STAND_IN.model_copy(update={"value": 0.95})}


@pytest.mark.parametrize(
    ("required", "reaches", "said"),
    [
        ([90.0, 80.0], [0.0, 0.0], "is enough in endoscopy and imaging; it is reached in none of the calculations."),
        (
            [120.0, 80.0],
            [0.1, 0.25],
            "enough in imaging and too small in endoscopy; it is reached in at most 25.0% of ",
        ),
        ([120.0], [1.0], "is too small in endoscopy; it is reached in all calculations."),
    ],
)
def test_a_board_is_told_where_the_plan_is_enough_and_whether_it_is_reached(
    required: list[float], reaches: list[float], said: str
) -> None:
    pillars = ["endoscopy", "imaging"][: len(required)]
    rows = {"pillar": pillars, "required_p50": required, "plan": 100.0, "reaches_plan": reaches, "cells": 2}
    setting = cast(Setting, SimpleNamespace(planned=SimpleNamespace(ends=LATER)))
    (told,) = scenario_words.plan_said(pd.DataFrame(rows), setting)
    assert told.startswith("The plan for September 2030, with today's bank and agency, is ")
    assert said in told
    assert scenario_words.plan_said(pd.DataFrame(rows).assign(cells=0), setting) == []
