"""The calendar against the actions: what starts before it is decided, what is not in the plan, and risks unanswered."""

from __future__ import annotations

import pandas as pd
import pytest
from canonical_rows import rows

from pipeline.metrics.registers import ranked_risks
from pipeline.report.register_words import calendar_table, early_sentences, responses_table, unanswered_sentences

pytestmark = pytest.mark.unit

ACTIONS = pd.DataFrame(
    {
        "id": ["A1", "A2", "A3", "A4", "A5"],
        "status": ["proposed", "proposed", "agreed", "proposed", "proposed"],
        "chosen": [True, True, True, False, True],
        "start": pd.to_datetime(["2025-12-31", "2026-01-31", "2025-12-31", "2025-12-31", "2026-02-28"]),
    }
)
STRATEGY = {"date": "2026-01-22", "about": "strategy", "purpose": "decide", "body": "The board"}


def test_new_actions_that_start_before_the_strategy_is_decided_are_named() -> None:
    held = rows("governance", {**STRATEGY, "date": "2025-12-11", "purpose": "discuss"}, STRATEGY)
    (told,) = early_sentences(ACTIONS, held)
    assert told.startswith("2 new actions would start before The board decides on the strategy, on 22 January 2026:")
    assert "A1 in December 2025 and A2 in January 2026" in told
    (one,) = early_sentences(ACTIONS.head(1), held)
    assert one.startswith("1 new action would start")
    assert "Its effect and cost are" in one


def test_an_action_with_an_item_of_its_own_goes_by_that() -> None:
    own = {"date": "2025-11-30", "about": "A1", "purpose": "decide", "body": "The board", "item": "A room"}
    (told,) = early_sentences(ACTIONS, rows("governance", own, STRATEGY))
    assert "A1" not in told
    late = {**own, "date": "2026-03-31", "about": "A5, A4"}
    told, last = early_sentences(ACTIONS, rows("governance", STRATEGY, late))
    assert "A5" not in told
    assert "decides on it, on 31 March 2026: A5 in February 2026" in last


def test_a_calendar_that_does_not_say_what_it_is_about_tells_of_no_action() -> None:
    silent = rows("governance", {**STRATEGY, "about": None})
    assert early_sentences(ACTIONS, silent) == []
    assert early_sentences(ACTIONS, silent.head(0)) == []
    states = {"A1": "chosen", "A4": "proposed"}
    assert calendar_table(silent, states)["item"].tolist() == silent["item"].tolist()


def test_an_item_about_actions_none_of_which_is_taken_is_marked() -> None:
    states = {"A1": "chosen", "A3": "delivered", "A4": "proposed", "A6": "stopped"}
    about = ["A4", "A4, A6", "A4, A1", "A3", "strategy"]
    held = rows("governance", *({"about": each, "item": f"Item {number}"} for number, each in enumerate(about)))
    items = calendar_table(held, states)["item"]
    assert items.str.endswith("(not in this plan)").tolist() == [True, True, False, False, False]
    assert not calendar_table(held)["item"].str.contains("not in this plan").any()
    assert not calendar_table(held, {})["item"].str.contains("not in this plan").any()


def ranked() -> pd.DataFrame:
    held = rows(
        "risks",
        {"id": "R1", "title": "It stops", "likelihood": 5, "impact": 4, "response": "A4"},
        {"id": "R2", "title": "It bursts", "likelihood": 4, "impact": 4, "threatens": "A1, A2"},
        {"id": "R3", "title": "It drips", "likelihood": 2, "impact": 2, "response": "A4"},
    )
    return ranked_risks(held, pd.Timestamp("2025-09-30").date())


def links(**changes: object) -> pd.DataFrame:
    first = {
        "risk": "R1",
        "id": "A4",
        "title": "Do",
        "status": "proposed",
        "chosen": False,
        "wte": None,
        "in_post": False,
    }
    return pd.DataFrame([{**first, **changes}, {**first, "risk": "R3"}])


def test_the_highest_risks_that_no_action_is_taken_against_are_named() -> None:
    (told,) = unanswered_sentences(ranked(), links())
    assert told.startswith("2 of 2 extreme risks have no action")
    assert "(R1: A4 not taken)" in told
    assert "(R2: its response names none)" in told
    assert "R3" not in told
    for taken in ({"chosen": True}, {"chosen": None, "status": "delivered"}, {"status": "agreed"}):
        (told,) = unanswered_sentences(ranked(), links(**taken))
        assert told.startswith("1 of 2 extreme risks has no action")
    assert unanswered_sentences(ranked().tail(1), links()) == []


def test_what_a_risk_threatens_stands_beside_what_is_done_about_it() -> None:
    shown = responses_table(ranked(), links()).set_index("risk")["actions"]
    assert shown["It bursts"] == "none named; threatens A1 and A2"
    assert "threatens" not in shown["It stops"]
