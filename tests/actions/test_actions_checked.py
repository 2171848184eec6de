"""Effects of actions that cannot be are refused where they stand."""

from __future__ import annotations

from typing import Any

import pytest
from canonical_rows import rows
from small_settings import RADIOGRAPHERS, plan, rich
from test_actions_relief import action

from pipeline.actions.checked import check_effects
from pipeline.actions.reading import effects_of
from pipeline.problems import InputRefused
from pipeline.tables import empty

pytestmark = pytest.mark.unit

GOOD: dict[str, Any] = {"action": "A1", "employer": "AAA", "profession": RADIOGRAPHERS}


def refusals(
    *effects: dict[str, Any], costs: tuple[dict[str, Any], ...] = ()
) -> list[tuple[str, int | None, str, str]]:
    table = rows("action_effects", *({**GOOD, **each} for each in effects), file="icb.xlsx", sheet="Action effects")
    costs_table = rows("action_costs", *costs) if costs else empty("action_costs")
    own = action(effects=effects_of(table).get("A1", []))
    try:
        check_effects(plan(), {"action_effects": table, "action_costs": costs_table}, [own], rich())
    except InputRefused as refused:
        return [(each.sheet, each.row, each.column, each.rule) for each in refused.problems]
    return []


def test_effects_that_a_lever_can_have_pass() -> None:
    assert (
        refusals({}, {"lever": "minutes", "item": None, "test": "CT", "low": None, "high": None, "employer": None})
        == []
    )


@pytest.mark.parametrize(
    ("effect", "said"),
    [
        ({"lever": "tea", "item": None}, "no such lever"),
        ({"lever": "training_odds", "item": "stays", "employer": None}, "cannot begin with an action"),
        ({"item": "boredom"}, "reaches no assumption"),
        ({"lever": "places_to_come", "item": None}, "limited to a pillar or a profession"),
        (
            {"lever": "passport", "item": None, "profession": None, "employer": None, "low": None, "high": None},
            "never below 0",
        ),
        ({"employer": "ZZ9"}, "no employer ZZ9"),
    ],
)
def test_an_effect_that_cannot_be_is_named_with_its_row(effect: dict[str, Any], said: str) -> None:
    ((sheet, row, column, rule),) = refusals({}, effect)
    assert (sheet, row, column) == ("Action effects", 3, "lever")
    assert said in rule


def test_effects_and_costs_of_an_action_that_is_not_there_are_named() -> None:
    found = refusals({}, {"action": "A8"}, costs=({"action": "A9"},))
    assert [(row, column) for _, row, column, _ in found] == [(3, "action"), (2, "action")]
    assert all("no action with this id" in rule for *_, rule in found)
