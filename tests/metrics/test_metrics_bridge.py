"""The bridge from last year's people in post to this year's, worked by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.metrics.bridge import OTHER, REMAINDER, headcount_bridge
from pipeline.metrics.scope import Scope
from pipeline.metrics.turnover import latest_year
from pipeline.tables import empty

pytestmark = pytest.mark.unit

SCOPE = Scope({"AAA": "Alder"}, frozenset({"Q1X"}), frozenset({"AAA"}), ("imaging",))
MONTHS = pd.date_range("2024-04-30", periods=13, freq="ME")


def staff(start: int, end: int) -> pd.DataFrame:
    frame = pd.DataFrame({"month": [MONTHS[0], MONTHS[-1]], "headcount": [start, end]})
    every = {"employer": "AAA", "pillar": "imaging", "profession": "Radiographers", "dataset": "esr"}
    return frame.assign(**every).astype({"headcount": "Int64"})


MOVES = pd.DataFrame(
    [
        ("joiner", "newly qualified", 9),
        ("joiner", "international recruitment", 4),
        ("joiner", "return to practice", 3),
        ("joiner", "transfer within the system", 2),
        ("joiner", "other", 1),
        ("leaver", "retirement", 5),
        ("leaver", "resignation", 6),
        ("leaver", "not known", 2),
        ("leaver", "ill health", 2),
        ("leaver", "dismissal", 1),
    ],
    columns=["kind", "reason", "headcount"],
).assign(employer="AAA", pillar="imaging", month=MONTHS[-1])
MOVES["headcount"] = MOVES["headcount"].astype("Int64")


def steps(bridge: pd.DataFrame) -> list[tuple[str, float]]:
    return list(zip(bridge["label"], bridge["amount"], strict=True))


def test_steps_lead_from_one_total_to_the_other() -> None:
    bridge = headcount_bridge(latest_year(MOVES, SCOPE), staff(100, 105), SCOPE, ["AAA"])
    assert steps(bridge) == [
        ("In post a year before", 100),
        ("Joined: newly qualified", 9),
        ("Joined: international recruitment", 4),
        ("Joined: return to practice", 3),
        (f"Joined: {OTHER}", 3),
        ("Left: resignation", -6),
        ("Left: retirement", -5),
        ("Left: ill health", -2),
        (f"Left: {OTHER}", -3),
        (REMAINDER, 2),
        ("In post now", 105),
    ]
    changes = bridge[bridge["kind"] == "change"]
    assert 100 + changes["amount"].sum() == 105


def test_reasons_of_few_people_stand_with_the_others() -> None:
    bridge = headcount_bridge(latest_year(MOVES, SCOPE), staff(100, 103), SCOPE, ["AAA"], least=5)
    assert steps(bridge)[1:-1] == [
        ("Joined: newly qualified", 9),
        (f"Joined: {OTHER}", 10),
        ("Left: resignation", -6),
        ("Left: retirement", -5),
        (f"Left: {OTHER}", -5),
    ]


def test_a_rest_of_few_people_takes_the_smallest_reason_in() -> None:
    bridge = headcount_bridge(
        latest_year(MOVES[MOVES["reason"] != "not known"], SCOPE), staff(100, 105), SCOPE, ["AAA"], 2
    )
    assert [label for label, _ in steps(bridge) if label.startswith("Left")] == [
        "Left: resignation",
        "Left: retirement",
        f"Left: {OTHER}",
    ]


def test_without_people_at_both_ends_there_is_none() -> None:
    late = staff(100, 105).tail(1)
    assert headcount_bridge(latest_year(MOVES, SCOPE), late, SCOPE, ["AAA"]).empty
    assert headcount_bridge(latest_year(empty("movements"), SCOPE), empty("staff"), SCOPE, []).empty
