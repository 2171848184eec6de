"""Scenario files, and levers set in a notebook: every fault is named, by file and key, all at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from small_files import write_plan, write_text

from pipeline.assumptions import Assumption, Assumptions, default_assumptions
from pipeline.model.levers import levers
from pipeline.model.paths import NO_PLAN, Implied
from pipeline.model.plan_scenarios import PLAN_SCENARIO, levers_set, plan_scenarios
from pipeline.model.scenarios import BASELINE, Change, Scenario, shipped_scenarios
from pipeline.plan import load_plan
from pipeline.problems import InputRefused

pytestmark = pytest.mark.unit

IMPLIED = Implied({"productivity_growth": 0.02}, 12)
CT = Assumption.model_validate(
    {"kind": "activity_growth", "test": "CT", "label": "CT growth", "unit": "a year", "value": 0.03, "low": 0.0}
    | {"high": 0.05, "grade": "published", "source": "made up", "from": "2025-01-01"}
)


def book() -> Assumptions:
    return {**default_assumptions(), CT.key: CT}


def read(folder: Path, *scenarios: dict[str, Any], implied: Implied = NO_PLAN) -> list[Scenario]:
    files = [f"{number}.yaml" for number in range(len(scenarios))]
    for file, scenario in zip(files, scenarios, strict=True):
        write_text(folder / "plan" / file, json.dumps(scenario))
    write_text(folder / "plan" / "pay.csv", "any")
    plan = load_plan(write_plan(folder / "plan", {"pay.csv": "pay_afc"}, scenarios=files))
    return plan_scenarios(plan, book(), implied)


def refusals(folder: Path, *scenarios: dict[str, Any]) -> list[tuple[str, str, str]]:
    """File, key and rule of everything that is wrong."""
    with pytest.raises(InputRefused) as refused:
        read(folder, *scenarios)
    return [(Path(problem.file).name, problem.key, problem.rule) for problem in refused.value.problems]


def scenario(name: str, label: str, *changes: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "label": label, "why": "It may.", "changes": list(changes)}


def odd(*changes: dict[str, Any]) -> dict[str, Any]:
    return scenario("odd", "Odd", *changes)


class TestFiles:
    def test_two_scenarios_of_one_name_are_refused(self, tmp_path: Path) -> None:
        found = refusals(tmp_path, scenario("more", "More tests"), scenario("more", "Many more tests"))
        assert found == [("1.yaml", "name", "another scenario has this name")]

    def test_two_scenarios_of_one_label_are_refused_and_the_baseline_is_one(self, tmp_path: Path) -> None:
        same = "another scenario has this label"
        found = refusals(tmp_path, scenario("more", "More tests"), scenario("many", "More tests"))
        assert found == [("1.yaml", "label", same)]
        assert refusals(tmp_path / "baseline", scenario("t", BASELINE.label)) == [("0.yaml", "label", same)]

    @pytest.mark.parametrize(
        ("change", "rule"),
        [
            ({"kind": "tea", "add": 1}, "there is no such lever"),
            ({"kind": "weeks_year", "add": 1}, "there is no such lever"),
            ({"kind": "minutes", "test": "Tea", "add": 1}, "reaches no assumption"),
            ({"kind": "clear_months", "add": 0.1, "after_months": 6}, "holds from the base month on"),
            ({"kind": "clear_months", "add": 0.1, "over_months": 6}, "holds from the base month on"),
            ({"kind": "clear_months", "add": 0.1, "lasts_months": 6}, "holds from the base month on"),
            ({"kind": "list_cleared", "add": 1.5}, "would be 1.5, and is never above 1"),
            ({"kind": "passport", "add": -0.1}, "would be -0.1, and is never below 0"),
            ({"kind": "passport", "moves_to": 2, "after_months": 12}, "would be 2, and is never above 1"),
            ({"kind": "minutes", "test": "CT", "moves_to": 0}, "does not exist on its scale (log)"),
            ({"kind": "exit_rate", "item": "leaving", "moves_to": 1.2}, "does not exist on its scale (cloglog)"),
            (
                {"kind": "unavailable", "item": "sickness", "moves_to": 0.9},
                "unavailable add up to 1.085; they stay below",
            ),
            ({"kind": "unavailable", "item": "sickness", "at_least": 1.5}, "does not exist on its scale (logit)"),
        ],
    )
    def test_a_change_that_makes_no_sense_is_refused_by_its_place(
        self, tmp_path: Path, change: dict[str, Any], rule: str
    ) -> None:
        fine = {"kind": "productivity_growth", "add": 0.01}
        ((file, key, said),) = refusals(tmp_path, odd(fine, change))
        assert (file, key) == ("0.yaml", "changes.1")
        assert rule in said

    def test_changes_that_only_together_lead_too_far_are_refused_at_the_last(self, tmp_path: Path) -> None:
        once = {"kind": "passport", "add": 0.6}
        ((_, key, said),) = refusals(tmp_path, odd(once, once))
        assert key == "changes.1"
        assert "would be 1.2" in said

    @pytest.mark.parametrize(
        ("change", "key", "rule"),
        [
            ({"kind": "avoided"}, "changes.0", "give one of add, moves_to and at_least"),
            ({"kind": "avoided", "add": 0.1, "moves_to": 0.2}, "changes.0", "give one of add, moves_to and at_least"),
            ({"kind": "avoided", "times": 1.2}, "changes.0.times", "this key is not known"),
            ({"kind": "avoided", "add": 0.1, "after_months": -1}, "changes.0.after_months", ""),
            ({"kind": "avoided", "moves_to": "lots"}, "changes.0.moves_to", ""),
        ],
    )
    def test_a_change_that_is_written_wrongly_is_refused_by_its_key(
        self, tmp_path: Path, change: dict[str, Any], key: str, rule: str
    ) -> None:
        found = refusals(tmp_path, odd(change))
        assert any(at.startswith(key) and rule in said for _, at, said in found)

    def test_every_fault_of_every_file_is_named_at_once(self, tmp_path: Path) -> None:
        found = refusals(
            tmp_path,
            odd({"kind": "tea", "add": 1}, {"kind": "passport", "add": 2}),
            {"name": "Bad name", "label": "L", "why": "w"},
            scenario("odd", "Odd"),
        )
        assert [(file, key.split(".")[0]) for file, key, _ in found] == [
            *[("0.yaml", "changes")] * 2,
            ("1.yaml", "name"),
            ("2.yaml", "name"),
            ("2.yaml", "label"),
        ]

    def test_good_files_follow_the_six_that_ship(self, tmp_path: Path) -> None:
        found = read(tmp_path, odd({"kind": "activity_growth", "test": "CT", "moves_to": "high"}), implied=IMPLIED)
        assert found == [*shipped_scenarios(), Scenario.model_validate(odd(found[-1].changes[0].model_dump()))]

    def test_without_an_operational_plan_its_scenario_is_left_out(self, tmp_path: Path) -> None:
        assert PLAN_SCENARIO not in [each.name for each in read(tmp_path)]

    def test_no_scenario_that_ships_has_a_fault(self) -> None:
        for each in shipped_scenarios():
            changes = [change.model_dump() for change in each.changes]
            assert levers_set(changes, book(), 60, IMPLIED) == each.changes
            assert all(change.because for change in each.changes)


class TestLevers:
    def test_a_multiplier_cannot_be_written(self) -> None:
        for word in ("times", "multiply", "multiplier", "factor", "by"):
            with pytest.raises(ValidationError, match="Extra inputs"):
                Change.model_validate({"kind": "activity_growth", word: 1.5})

    def test_the_baseline_changes_nothing_and_is_the_first(self) -> None:
        assert BASELINE.name == "do_nothing"
        assert BASELINE.changes == []

    def test_levers_of_a_notebook_are_changes(self) -> None:
        (change,) = levers_set([{"kind": "exit_rate", "item": "leaving", "add": -0.1}], book(), 60, NO_PLAN)
        assert change == Change(kind="exit_rate", item="leaving", add=-0.1)

    @pytest.mark.parametrize(
        ("lever", "says"),
        [
            ({"kind": "tea", "add": 1}, "tea: there is no such lever; docs/levers.md lists what there is"),
            ({"kind": "minutes", "test": "Tea", "add": 1}, "minutes: this change reaches no assumption"),
            ({"kind": "avoided", "add": 3}, r"avoided: .* would be 3, and is never above 0.99"),
            ({"kind": "avoided"}, r"a lever is written as \{'kind': 'exit_rate'.*give one of add, moves_to and at_le"),
            ({"kind": "avoided", "add": float("nan")}, "a lever is written as .*add should be a number"),
            ({"kind": "avoided", "times": 2}, "a lever is written as .*times "),
            ({"add": 2}, "a lever is written as .*kind "),
        ],
    )
    def test_a_lever_that_makes_no_sense_is_refused_in_plain_words(self, lever: dict[str, Any], says: str) -> None:
        with pytest.raises(ValueError, match=says) as refused:
            levers_set([lever], book(), 60, NO_PLAN)
        assert "Value error" not in str(refused.value)

    def test_all_that_is_wrong_is_said_at_once(self) -> None:
        with pytest.raises(ValueError, match=r"tea: .*; avoided: "):
            levers_set([{"kind": "tea", "add": 1}, {"kind": "avoided", "add": 3}], book(), 60, NO_PLAN)

    def test_a_label_says_what_was_added_to_a_scenario(self) -> None:
        changes = [
            Change(kind="exit_rate", item="leaving", add=-0.1),
            Change(kind="activity_growth", test="CT", at_least=0.05),
            Change(kind="productivity_growth", moves_to="low"),
            Change(kind="avoided", add=0),
        ]
        label = BASELINE.and_also(changes).label
        assert label == (
            f"{BASELINE.label}, with exit rate leaving -0.1, activity growth CT at least 0.05, "
            "productivity growth at low"
        )
        assert BASELINE.and_also([Change(kind="avoided", add=0)]) is BASELINE

    def test_every_lever_is_a_kind_of_assumption_that_may_have_its_value(self) -> None:
        held = book()
        assert {each.kind for each in held.values()} >= set(levers())
        for each in held.values():
            if each.kind in levers():
                assert levers()[each.kind].outside(each.value) == "", each.key

    def test_every_choice_is_a_lever(self) -> None:
        assert {each.kind for each in book().values() if each.grade == "choice"} <= set(levers())
