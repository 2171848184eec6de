"""The plan's list of actions and how it is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from canonical_rows import rows

from pipeline.actions.library import actions_table
from pipeline.actions.reading import plan_actions
from pipeline.plan import load_plan
from pipeline.problems import InputRefused, Problem

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
    (plan / "actions.yaml").write_text(json.dumps(actions))
    words = {
        "name": "Ostrey",
        "ics": ["Q1X"],
        "employers": {"ZZ1": "Ostrey Hospitals"},
        "base_month": "2025-09",
        "actions": "actions.yaml",
        "sources": [{"reader": "pay_afc", "path": "pay.csv"}],
    }
    (plan / "plan.yaml").write_text(json.dumps(words))
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


def sent(*changes: dict[str, object]) -> pd.DataFrame:
    return rows("actions", *changes, file="actions.xlsx", sheet="Actions")


def refusal(plan: Path, table: pd.DataFrame) -> list[tuple[str, str, int | None, str, str, str]]:
    with pytest.raises(InputRefused) as caught:
        plan_actions(load_plan(plan), {"actions": table})
    return [_place(problem) for problem in caught.value.problems]


def _place(problem: Problem) -> tuple[str, str, int | None, str, str, str]:
    return (
        Path(problem.file).name,
        problem.sheet,
        problem.row,
        problem.column or problem.key,
        problem.value,
        problem.rule,
    )


def test_a_row_of_the_table_is_the_same_action_as_the_entry_of_the_file(tmp_path: Path) -> None:
    row = {
        **{
            key: ACTION[key]
            for key in ("id", "title", "theme", "level", "owner", "profession", "measure", "lead_months")
        },
        **{"pillars": "imaging", "start": "2026-01-31", "recurrent": 120000.0, "capital": 0.0, "evidence": None},
        **{"wte_low": 1.0, "wte": 2.0, "wte_high": 3.0, "depends_on": None},
        **dict.fromkeys(["employer", "excludes", "placements", "supervision_hours", "management_days"]),
        **dict.fromkeys(["ends", "status", "done"]),
    }
    from_file = plan_actions(load_plan(plan_with(tmp_path, [ACTION])))
    (tmp_path / "none").mkdir()
    from_table = plan_actions(load_plan(plan_with(tmp_path / "none", [])), {"actions": sent(row)})
    assert from_table == from_file


def test_the_table_adds_to_the_file_and_either_may_wait_for_the_other(tmp_path: Path) -> None:
    plan = plan_with(tmp_path, [{**ACTION, "depends_on": ["B1"]}])
    table = sent({"id": "B1"}, {"id": "B2", "pillars": "imaging, labs", "depends_on": "A1, B1"})
    actions = plan_actions(load_plan(plan), {"actions": table})
    assert [(action.id, action.pillars, action.depends_on) for action in actions] == [
        ("A1", ["imaging"], ["B1"]),
        ("B1", ["imaging"], []),
        ("B2", ["imaging", "labs"], ["A1", "B1"]),
    ]


def test_an_id_of_both_is_refused_at_its_row(tmp_path: Path) -> None:
    found = refusal(plan_with(tmp_path, [ACTION]), sent({"id": "A2"}, {"id": "A1"}))
    assert found == [("actions.xlsx", "Actions", 3, "id", "A1", "another action has this id")]


def test_an_action_of_neither_and_a_circle_through_both_are_refused_where_they_stand(tmp_path: Path) -> None:
    plan = plan_with(tmp_path, [{**ACTION, "depends_on": ["B1"]}])
    found = refusal(plan, sent({"id": "B1", "depends_on": "A1"}, {"id": "B2", "depends_on": "A9"}))
    missing, circle = (
        "there is no action with this id; correct it, or take it out",
        "these actions wait for one another",
    )
    assert [(*place[:5], place[5].startswith((missing, circle))) for place in found] == [
        ("actions.xlsx", "Actions", 3, "depends_on", "A9", True),
        ("actions.yaml", "", None, "0.depends_on", "A1 after B1 after A1", True),
        ("actions.xlsx", "Actions", 2, "depends_on", "B1 after A1 after B1", True),
    ]


def test_an_entry_after_a_bad_one_keeps_its_number(tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as caught:
        plan_actions(load_plan(plan_with(tmp_path, [{**ACTION, "theme": "Magic"}, {**ACTION, "depends_on": ["A9"]}])))
    assert [problem.key for problem in caught.value.problems] == ["0.theme", "1.depends_on"]
