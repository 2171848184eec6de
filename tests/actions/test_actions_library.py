"""The plan's list of actions and how it is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pipeline.actions.library import actions_table, plan_actions
from pipeline.plan import load_plan
from pipeline.problems import InputRefused

pytestmark = pytest.mark.unit

ACTION = {
    "id": "A1",
    "title": "Grow our own reporting radiographers",
    "theme": "Education and supply",
    "level": "ICS",
    "pillars": ["imaging"],
    "owner": "Imaging lead",
    "start": "2026-01",
    "lead_months": 18,
    "cost": {"recurrent": 120000, "capital": 0},
    "wte": {"low": 1, "central": 2, "high": 3},
    "profession": "Clinical radiologists",
    "measure": "reports a week",
}


def plan_with(folder: Path, actions: object) -> Path:
    plan = folder / "ostrey"
    plan.mkdir()
    (plan / "pay.csv").write_text("x")
    (plan / "actions.yaml").write_text(yaml.safe_dump(actions))
    words = {
        "name": "Ostrey",
        "ics": ["Q1X"],
        "employers": {"ZZ1": "Ostrey Hospitals"},
        "base_month": "2025-09",
        "actions": "actions.yaml",
        "sources": [{"reader": "pay_afc", "path": "pay.csv"}],
    }
    (plan / "plan.yaml").write_text(yaml.safe_dump(words))
    return plan


@pytest.mark.parametrize(
    ("months", "term"), [(0, "short"), (11, "short"), (12, "medium"), (36, "medium"), (37, "long")]
)
def test_terms_follow_the_months_to_full_effect(tmp_path: Path, months: int, term: str) -> None:
    (action,) = plan_actions(load_plan(plan_with(tmp_path, [{**ACTION, "lead_months": months}])))
    assert action.term == term
    assert actions_table([action])["term"].tolist() == [term]


def test_every_mistake_in_the_list_is_named(tmp_path: Path) -> None:
    wrong = {
        **ACTION,
        "id": "A2",
        "theme": "Magic",
        "wte": {"low": 3, "central": 2, "high": 1},
        "cost": {"recurrent": -1},
    }
    with pytest.raises(InputRefused) as caught:
        plan_actions(load_plan(plan_with(tmp_path, [{**ACTION, "depends_on": ["A9"]}, wrong, ACTION])))
    keys = [problem.key for problem in caught.value.problems]
    assert {"1.theme", "1.wte", "1.cost.recurrent", "1.cost.capital"} <= set(keys)
    assert {"0.depends_on"} <= set(keys)
    assert any(problem.rule == "another action has this id" for problem in caught.value.problems)


def test_a_list_that_is_not_a_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="list of actions"):
        plan_actions(load_plan(plan_with(tmp_path, {"A1": ACTION})))
