"""How far actions are, in verdicts and sentences."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest
from canonical_rows import rows

from pipeline.actions.library import Action
from pipeline.report.tracker_words import moved_on, moved_sentences, tracked, tracker_sentences, tracker_table

pytestmark = pytest.mark.unit

BASE = dt.date(2025, 9, 30)


def action(**more: Any) -> Action:
    return Action.model_validate(
        {
            **{"id": "A1", "title": "Keep them", "theme": "Recruitment and retention", "level": "ICS"},
            **{"pillars": ["imaging"], "owner": "Lead", "start": "2025-04", "lead_months": 12, "measure": "leavers"},
            **{"cost": {"recurrent": 1, "capital": 0}, "wte": {"low": 1, "central": 2, "high": 3}},
            **{"profession": "Diagnostic radiographers", "status": "under way"},
            **more,
        }
    )


@pytest.mark.parametrize(
    ("more", "verdict"),
    [
        ({"done": 0.5}, "on time"),
        ({"done": 0.41}, "on time"),
        ({"done": 0.39}, "behind"),
        ({"start": "2024-04", "done": 0.99}, "late"),
        ({"status": "delivered", "done": 1}, "delivered"),
        ({"status": "stopped"}, "stopped"),
        ({"status": "agreed"}, "should have started"),
        ({"status": "agreed", "start": "2025-10"}, "still to start"),
        ({"lead_months": 0}, "late"),
    ],
)
def test_a_verdict_sets_what_is_done_against_the_time_that_has_passed(more: dict[str, Any], verdict: str) -> None:
    assert tracked([action(**more)], BASE)["verdict"].tolist() == [verdict]


def test_proposals_are_not_tracked_and_the_soonest_due_come_first() -> None:
    found = tracked([action(id="A2"), action(id="A1", lead_months=2), action(id="A3", status="proposed")], BASE)
    assert found["id"].tolist() == ["A1", "A2"]
    assert found["due"].tolist() == [pd.Timestamp("2025-06-30"), pd.Timestamp("2026-04-30")]
    assert found.set_index("id").loc["A2", "expected"] == pytest.approx(6 / 12)
    assert tracker_table(found)["done"].tolist() == ["0.0%", "0.0%"]


def test_sentences_count_verdicts_and_say_what_the_gap_waits_for() -> None:
    several = [action(id="A1", done=0.6), action(id="A2"), action(id="A3", status="agreed")]
    (told,) = tracker_sentences(tracked(several, BASE), {"A1": 9.0, "A2": 3.0, "A3": 2.2}, BASE)
    assert told == (
        "Of 3 actions that are agreed or further in September 2025: 1 on time, 1 behind and 1 should have started. "
        "5.2 WTE at the horizon still wait for those that are behind and overdue to start."
    )
    assert "nothing to track" in tracker_sentences(tracked([], BASE), {}, BASE)[0]


def test_what_became_of_actions_since_an_earlier_run() -> None:
    then = rows(
        "actions",
        {"id": "A1", "status": "under way", "done": 0.2, "start": "2025-04-30"},
        {"id": "A2", "status": None, "done": None},
        {"id": "A3", "status": "agreed"},
        {"id": "A9", "title": "Gone"},
    )
    now = [action(id="A1", done=0.6), action(id="A2", status="proposed"), action(id="A3"), action(id="A4")]
    found = moved_on(then, now, {"A1": 1.5, "A3": 2.0, "A4": 1.0})
    assert found[["id", "then", "now"]].to_numpy().tolist() == [
        ["A1", "under way", "under way"],
        ["A3", "agreed", "under way"],
        ["A4", "not listed", "under way"],
        ["A9", "proposed", "no longer listed"],
    ]
    assert found["done_then"].tolist() == [0.2, 0.0, 0.0, 0.0]
    (told,) = moved_sentences(found, "1 March 2026")
    assert told.startswith("4 actions stand otherwise than in the strategy made on 1 March 2026: 3 now under way and 1")
    assert told.endswith("Those agreed or under way have still to bring 4.5 WTE at the horizon.")
    assert moved_sentences(found.head(0), "1 March 2026") == [
        "No action stands otherwise than in the strategy made on 1 March 2026."
    ]
