"""What a board is told in words and small tables, with and without what the model has weighed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from matplotlib.figure import Figure as Chart
from nbformat import NotebookNode
from small_boards import (
    RUN,
    empty_board,
    full_board,
    gaps,
    headlines,
    owners_actions,
    pillars,
    portfolio,
    seen_risks,
    shown,
    weighed_actions,
    write_plan,
)

from pipeline.metrics.assurance.judging import UNKNOWN
from pipeline.plan import Plan
from pipeline.report import board_meeting_words, board_words, display, tables
from pipeline.report.board import Board, gather
from pipeline.report.document import status_of
from pipeline.report.wte_disclosure import GROUPS, HeldWte
from pipeline.store import Store

pytestmark = pytest.mark.unit


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return write_plan(tmp_path / "westmarch")


@pytest.fixture
def full(plan: Plan) -> Board:
    return full_board(plan)


def cells(table: board_words.Shown) -> list[list[str]]:
    return tables.as_text(table.arranged())


def weighed(board: Board, summary: pd.DataFrame | None = None) -> Board:
    return replace(board, actions=weighed_actions(), portfolio=portfolio() if summary is None else summary)


def test_sentences_and_decisions_are_those_of_the_summary_without_markup(full: Board) -> None:
    assert board_words.sentences(full) == ["About 169 WTE will be missing.", "Endoscopy waits longest."]
    assert board_words.decisions(full) == ["Approve the action plan."]


def test_where_the_summary_asks_for_no_decision_it_is_that_of_the_plan(plan: Plan, tmp_path: Path) -> None:
    assert board_words.decisions(empty_board(plan)) == ["Approve the plan."]
    undecided = empty_board(write_plan(tmp_path / "other", decision=""))
    assert board_words.decisions(undecided) == [board_words.NO_DECISION]


def test_how_sure_the_figures_are_is_one_sentence(full: Board) -> None:
    assert board_words.sure_sentence(full) == (
        "In eight of ten calculations 120 to 231 WTE are missing in October 2030 if present trends go on, gross; "
        "4 assumptions are still placeholders, so the true range is wider."
    )


@pytest.mark.parametrize(
    ("number", "ends"), [(1.0, "; 1 assumption is still a placeholder, so the true range is wider."), (0.0, ", gross.")]
)
def test_how_sure_counts_the_placeholders(full: Board, number: float, ends: str) -> None:
    found = headlines()
    found.loc[found["key"] == "placeholders", "value"] = number
    assert board_words.sure_sentence(replace(full, headlines=found)).endswith(ends)


def test_what_the_gap_leaves_out_is_said_beside_it(full: Board) -> None:
    assert board_words.left_out_sentence(full) == (
        "Clearing waiting lists and later centres are not in the 169 WTE missing; today's staff are taken to be what "
        "today's work needs."
    )
    assert board_words.left_out_sentence(replace(full, headlines=headlines().head(1))) == ""


def test_the_plan_beyond_which_staff_are_needed_is_said_to_be_held_after_its_end(full: Board) -> None:
    label = "WTE needed beyond the operational plan by October 2030 if demand is high comes about"
    rows = [[f"beyond_plan_{kind}", f"{label}, {kind}", 400.0, 300.0, 500.0, "WTE"] for kind in ("gross", "net")]
    found = pd.concat([headlines(), pd.DataFrame(rows, columns=headlines().columns)], ignore_index=True)
    ends = pd.DataFrame({"ends": [pd.Timestamp("2027-03-31")], "month": [pd.Timestamp("2030-10-31")]})
    assert board_words.beyond_sentence(replace(full, headlines=found, beyond=ends)).startswith(
        "Up to 400 WTE are needed beyond the operational plan (held as at its end, March 2027) by October 2030 if "
        "demand is high comes about, gross (P10 to P90: 300 to 500); net 400."
    )


def test_how_forecasts_fared_is_said_where_a_notebook_says_it(full: Board) -> None:
    assert board_words.past_sentence(full) == ""
    told = replace(full.told, past_forecasts="Held to the past, forecasts were 2.7% off.")
    assert board_words.past_sentence(replace(full, told=told)) == "Held to the past, forecasts were 2.7% off."


@pytest.mark.parametrize(
    ("statuses", "said"),
    [
        (["red", "amber"], "Of 2 assurance triggers for the system, 1 is red: posts stand empty (chapter 11)."),
        (["red", "red"], "Of 2 assurance triggers for the system, 2 are red: posts stand empty and too many leave "),
        (["green", UNKNOWN], "the system, none is red, and of 1 too little is on file to tell (chapter 11)."),
        (["green", "amber"], "Of 2 assurance triggers for the system, none is red (chapter 11)."),
    ],
)
def test_the_red_triggers_are_named(full: Board, statuses: list[str], said: str) -> None:
    triggers = pd.DataFrame({"title": ["Posts stand empty", "Too many leave"], "status": statuses})
    assert said in board_words.triggers_sentence(replace(full, triggers=triggers))
    assert board_words.triggers_sentence(full) == ""


def test_staff_today_have_their_share_of_all_the_most_first(full: Board) -> None:
    assert cells(board_words.today_table(full)) == [["Imaging", "777", "69.9%"], ["Laboratories", "334", "30.1%"]]


def test_where_a_pillar_is_hidden_there_is_no_share_that_would_give_it_away(full: Board) -> None:
    hidden = replace(full, pillars=shown(pillars(), (1, "in_post"), (0, "p50")))
    assert cells(board_words.today_table(hidden)) == [["Imaging", "777"], ["Laboratories", "*"]]
    assert cells(board_words.gap_table(hidden))[0] == ["Imaging", "880", "784", "*", "70", "131"]
    assert board_words.pillars_sentences(hidden) == []


def test_gaps_by_pillar_are_said_to_be_net(full: Board) -> None:
    assert board_words.gap_table(full).caption == "Net gap by pillar in October 2030, WTE"


def test_the_pillars_with_the_most_staff_and_the_largest_gap_are_named(full: Board) -> None:
    assert board_words.pillars_sentences(full) == [
        "Imaging has the most staff, 777 WTE; the largest net gap in October 2030 is in imaging, 96 WTE."
    ]


def test_scenarios_have_their_gap_gross_with_its_range_and_net(full: Board) -> None:
    assert board_words.scenarios_table(full, 1).note == "1 more scenario in chapter 8."
    assert cells(board_words.scenarios_table(full, 1)) == [["Present trends go on", "169", "120", "231", "150"]]
    assert board_words.scenarios_table(full, 2).note == ""
    assert cells(board_words.scenarios_table(full, 2)) == [
        ["Present trends go on", "169", "120", "231", "150"],
        ["Demand is high", "400", "300", "500", "390"],
    ]


class TestActionsThatTheirOwnersEstimated:
    def test_are_said_to_be_their_estimates(self, full: Board) -> None:
        assert board_words.actions_sentences(full) == [
            "3 actions are proposed, at £120,000 a year and £5,000 of capital. By their owners' own estimates they "
            "bring 11 WTE in full."
        ]
        assert "the model has not tested them" in board_words.actions_table(full, 9).note

    def test_stand_with_their_cost_and_range_the_largest_effect_first(self, full: Board) -> None:
        table = board_words.actions_table(full, 2)
        assert table.caption.startswith("Actions proposed")
        assert cells(table) == [
            ["A3 Train 3 radiographers", "Head of imaging", "April 2026", "£60,000 a year", "4.5", "1.0", "7.0"],
            ["A2 Train 2 radiographers", "Head of imaging", "April 2026", "£40,000 a year", "3.5", "1.0", "6.0"],
        ]
        assert table.note.endswith("The first 2 of 3. Chapter 10 has them all.")

    def test_say_what_is_paid_once(self, full: Board) -> None:
        assert cells(board_words.actions_table(full, 3))[2][3] == "£20,000 a year + £5,000 once"


class TestActionsThatTheModelWeighed:
    def test_are_those_that_were_chosen_with_what_they_cost_and_bring_in_all(self, full: Board) -> None:
        table = board_words.actions_table(weighed(full), 9)
        assert table.caption.startswith("New actions")
        assert cells(table) == [
            ["A2 Train 2 radiographers", "Head of imaging", "April 2026", "£200,000", "4.5", "2.0", "6.0"],
            ["A1 Train 1 radiographers", "Head of imaging", "April 2026", "£100,000", "2.5", "1.0", "4.0"],
        ]
        assert table.note.endswith("gap without the action less gap with it, at the horizon.")

    def test_show_the_new_ones_and_count_those_that_go_on(self, full: Board) -> None:
        board = replace(weighed(full), actions=weighed_actions().assign(status=["proposed", "agreed", "proposed"]))
        table = board_words.actions_table(board, 9)
        assert [row[0] for row in cells(table)] == ["A1 Train 1 radiographers"]
        assert table.note.endswith("1 more is agreed or under way. Chapter 10 has them all.")
        assert board_words.proposed(board)["id"].tolist() == ["A1", "A2"]
        going_on = board_words.actions_table(replace(board, actions=weighed_actions().assign(status="agreed")), 1)
        assert going_on.caption.startswith("Actions chosen")
        assert [row[0] for row in cells(going_on)] == ["A2 Train 2 radiographers"]

    def test_are_summed_up_as_the_portfolio_has_it(self, full: Board) -> None:
        assert board_words.actions_sentences(weighed(full)) == [
            "Of 3 actions, 2 are chosen, for £300,000. Together they bring 6.6 WTE at the horizon (P10 to P90: 3.0 to "
            "9.4); the gap goes from 169 to 163 WTE."
        ]

    def test_do_without_what_the_portfolio_does_not_say(self, full: Board) -> None:
        unsaid = portfolio().assign(realised_ratio=None, solver_status=None, solver_gap=None)
        (said,) = board_words.actions_sentences(weighed(full, unsaid))
        assert said.endswith("the gap goes from 169 to 163 WTE.")

    def test_are_summed_up_from_the_actions_where_there_is_no_portfolio(self, full: Board) -> None:
        (said,) = board_words.actions_sentences(weighed(full, pd.DataFrame()))
        assert said.startswith("2 actions are proposed, at £60,000 a year")
        assert said.endswith("The model says they bring 7.0 WTE in full.")

    def test_may_be_none(self, full: Board) -> None:
        none = replace(weighed(full), actions=weighed_actions().assign(chosen=False), portfolio=pd.DataFrame())
        assert board_words.proposed(none).empty
        assert board_words.actions_sentences(none) == ["The model chooses none of 3 actions."]


def test_risks_are_those_with_the_highest_score_and_the_rest_are_counted(full: Board) -> None:
    table = board_words.risks_table(full, 1)
    assert cells(table) == [
        ["Room 1 opens without staff", "Extreme (16)", "Director of diagnostics", "11 December 2025"]
    ]
    assert table.note.startswith("1 more risk in chapter 11.")


def test_a_risk_names_the_chosen_actions_that_answer_it(full: Board) -> None:
    risks = full.risks.assign(response=["Open room by room (A1), later A2", "Wait and see"])
    table = board_words.risks_table(replace(weighed(full), risks=risks), 2)
    assert table.frame["chosen_actions"].tolist() == ["A1 and A2", "none"]
    assert "chosen_actions" not in board_words.risks_table(full, 2).frame


def test_a_risk_names_the_actions_that_answer_it_and_were_not_chosen(full: Board) -> None:
    risks = full.risks.assign(response=["Open room by room (A1), later A3", "Wait for A3"])
    table = board_words.risks_table(replace(weighed(full), risks=risks), 2)
    assert table.frame["chosen_actions"].tolist() == ["A1 (A3 not chosen)", "none (A3 not chosen)"]


def test_what_becomes_of_the_lists_stands_after_how_long_patients_wait(full: Board) -> None:
    (waits,) = board_words.waits_sentences(full)
    assert waits.endswith("of patients waiting had waited six weeks or more.")
    told = replace(full.told, lists="The lists go in imaging from 10 to 20.")
    assert board_words.waits_sentences(replace(full, told=told)) == [waits, "The lists go in imaging from 10 to 20."]


def test_extreme_risks_that_the_model_sees_stand_beside_those_of_the_register(full: Board) -> None:
    seen = pd.DataFrame(
        {
            "title": ["Imaging: more than 10% of the staff needed is missing", "Few people"],
            "score": [20, 12],
            "likelihood": [0.59, 0.2],
            "month": pd.Timestamp("2030-09-30"),
        }
    )
    said = board_words.seen_extreme_sentence(replace(full, seen=seen))
    assert said.startswith("The model itself sees 1 extreme risk more: imaging: more than 10%")
    assert said.endswith("(59 in 100 by September 2030).")
    assert board_words.seen_extreme_sentence(replace(full, seen=seen.tail(1))) == ""
    assert board_words.seen_extreme_sentence(full) == ""


def test_what_is_delivered_or_under_way_is_not_said_to_be_left(full: Board) -> None:
    states = pd.DataFrame({"id": ["A1", "A2", "A3", "A4", "A5"], "chosen": [True, False, False, False, False]})
    listed = states.assign(relief=1.0, status=["agreed", "delivered", "stopped", "under way", "proposed"])
    risks = full.risks.assign(response=["A1, A2 and A5", "A3 or A4"])
    table = board_words.risks_table(replace(weighed(full), risks=risks, actions=listed), 2)
    assert table.frame["chosen_actions"].tolist() == [
        "A1; A2 delivered (A5 not chosen)",
        "A3 stopped; A4 under way",
    ]


def test_next_steps_are_the_next_meeting_and_the_next_decision(full: Board) -> None:
    assert board_meeting_words.next_steps(full, 3) == [
        "20 November 2025: Workforce group is to discuss “Returns”.",
        "22 January 2026: Diagnostic delivery board is to decide on “The strategy”.",
    ]


def test_next_steps_are_where_the_strategy_and_its_actions_are_decided_where_the_calendar_tells(full: Board) -> None:
    rows = [
        ("2025-12-01", "decide", "Something else", None),
        ("2025-12-02", "discuss", "Draft", "strategy"),
        ("2025-12-03", "decide", "One action", "A3, A1"),
        ("2025-12-04", "decide", "The strategy", "strategy"),
        ("2025-12-05", "endorse", "The strategy", "strategy"),
        ("2026-12-05", "decide", "Next year's", "strategy"),
        ("2026-12-06", "decide", "An action left out", "A9"),
    ]
    calendar = pd.DataFrame(rows, columns=["date", "purpose", "item", "about"]).assign(body="The board")
    board = replace(full, meetings=calendar.assign(date=pd.to_datetime(calendar["date"])))
    assert board_meeting_words.next_steps(board, 3) == [
        "3 December 2025: The board is to decide on “One action”.",
        "4 December 2025: The board is to decide on “The strategy”.",
        "5 December 2025: The board is to endorse “The strategy”.",
    ]
    untold = replace(board, meetings=board.meetings.assign(about=None))
    assert board_meeting_words.next_steps(untold, 1) == ["1 December 2025: The board is to decide on “Something else”."]


def test_what_no_file_supplies_is_said_to_be_missing(plan: Plan) -> None:
    board = empty_board(plan)
    assert board_words.sentences(board) == []
    assert board_words.NO_GAP in board_words.sure_sentence(board)
    assert board_words.beyond_sentence(board).startswith("No operational plan of staff is on file")
    assert board_words.actions_sentences(board) == [board_words.NO_ACTIONS]
    assert board_meeting_words.next_steps(board, 2) == [
        board_meeting_words.NO_MEETINGS,
        "The board that approves: Diagnostic delivery board.",
    ]


class TestGathering:
    def test_takes_what_the_notebooks_wrote_and_showed(self, plan: Plan, tmp_path: Path) -> None:
        store = Store(tmp_path / "processed")
        by_pillar = pillars().assign(pillar=["imaging", "labs"])
        judged = pd.DataFrame(
            {"trigger": ["long_waits", "long_waits"], "organisation": ["system", "RZ1"], "pillar": "all"}
        )
        judged["status"] = ["red", "green"]
        for name, frame in {
            "gap_by_pillar": by_pillar,
            "actions": sent_actions(),
            "assurance_triggers": judged,
        }.items():
            store.write(name, frame)
        board = gather(
            plan,
            status_of(plan, {}),
            RUN,
            {"headlines": headlines().to_dict("records")},
            store,
            {"scenario": notebook()},
        )
        assert board.pillars.frame["pillar"].tolist() == ["Imaging", "Laboratories"]
        assert board_words.headline(board, "staff_in_post") == {
            "value": "1,111",
            "low": "",
            "high": "",
            "label": "WTE of diagnostic staff in post in October 2025",
        }
        assert (len(board.actions), board.weighed) == (1, False)
        assert board_words.sentences(board) == ["Some are missing."]
        assert board_words.decisions(board) == ["Approve it."]
        assert board.told.past_forecasts == "Forecasts were 2.7% off."
        assert board.triggers.loc[board.triggers["status"] == "red", "title"].tolist() == [
            "Patients wait six weeks or more"
        ]
        assert set(board.triggers["status"]) == {"red", UNKNOWN}
        assert "<img" in board.told.gap_figure
        assert "<table" not in board.told.gap_figure
        assert board.told.bars_figure == ""

    def test_prefers_the_actions_that_the_model_weighed(self, plan: Plan, tmp_path: Path) -> None:
        store = Store(tmp_path / "processed")
        for name, frame in {
            "actions": sent_actions(),
            "action_plan": weighed_actions(),
            "portfolio_summary": portfolio(),
        }.items():
            store.write(name, frame)
        board = gather(plan, status_of(plan, {}), RUN, {}, store, {})
        assert (board.weighed, len(board.actions), len(board.portfolio)) == (True, 3, 1)

    def test_keeps_gaps_and_the_size_of_risks_of_teams_too_small_to_show(
        self, plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store = Store(tmp_path / "processed")
        few = {"kind": "few people", "profession": "Histopathologists", "pillar": "labs"}
        risks = pd.concat([seen_risks(), seen_risks().assign(**few)], ignore_index=True).drop(columns="title")
        spare = gaps().tail(1).assign(profession="Clinical radiologists", p50=-2.0)
        store.write("gap_at_horizon", pd.concat([gaps(), spare], ignore_index=True))
        store.write("risks_seen", risks)
        small = {**dict.fromkeys(GROUPS, "system"), "pillar": "labs", "profession": "Histopathologists"}
        held = HeldWte(pd.DataFrame([small]), "threshold_n")
        monkeypatch.setattr("pipeline.report.board.held_of", lambda *_: held)
        board = gather(plan, status_of(plan, {}), RUN, {}, store, {})
        assert board.gaps["profession"].tolist() == ["Diagnostic radiographers"]
        assert board.seen["wte"].notna().tolist() == [True, False]
        assert board.seen["title"].str.contains("of the staff needed is missing").tolist() == [True, False]

    def test_of_nothing_gives_an_empty_board(self, plan: Plan) -> None:
        board = gather(plan, status_of(plan, {}), RUN, {}, None, {})
        assert board.told.past_forecasts == ""
        assert board.triggers.empty
        frames = (board.headlines, board.pillars.frame, board.scenarios, board.actions, board.risks, board.meetings)
        assert [len(frame) for frame in frames] == [0] * len(frames)


def sent_actions() -> pd.DataFrame:
    action = owners_actions(number=1).assign(theme="Workforce planning", level="ICS", pillars="imaging", lead_months=6)
    return action.assign(
        profession="Diagnostic radiographers",
        measure="Posts filled",
        depends_on=None,
        evidence=None,
        **dict.fromkeys(["employer", "excludes", "placements", "supervision_hours", "management_days"]),
        **dict.fromkeys(["ends", "status", "done"]),
        file="a.xlsx",
        sheet="Actions",
        row=2,
    )


def notebook() -> NotebookNode:
    fig = Chart(figsize=(2, 2))
    fig.subplots().plot([1, 2])
    figure = display.show(fig, title="Gap by pillar", alt="A line.", data=pillars())
    summary = [display.say("Some are missing."), display.callout("Decision asked", "Approve it.")]
    fared = [display.say("Forecasts were 2.7% off.")]
    tags = (["chapter:summary"], ["chapter:scenarios", "board:gap_by_pillar"], ["board:past_forecasts"])
    cells = [
        nbformat.v4.new_code_cell("show()", outputs=[*map(output, each)], execution_count=1, metadata={"tags": tag})
        for tag, each in zip(tags, (summary, [figure], fared), strict=True)
    ]
    return nbformat.v4.new_notebook(cells=cells)


def output(shown: display.Shown) -> NotebookNode:
    data, metadata = shown._repr_mimebundle_()
    return nbformat.v4.new_output("display_data", data=data, metadata=metadata)
