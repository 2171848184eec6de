"""Scenario files that a reader could not tell apart are refused, and so is a lever that makes no sense."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from small_files import write_plan, write_text

from pipeline.model.scenarios import BASELINE, growth_lever, plan_scenarios
from pipeline.plan import load_plan
from pipeline.problems import InputRefused

pytestmark = pytest.mark.unit


def refusals(folder: Path, *scenarios: dict[str, Any]) -> list[tuple[str, str]]:
    files = [f"{number}.yaml" for number in range(len(scenarios))]
    for file, scenario in zip(files, scenarios, strict=True):
        write_text(folder / "plan" / file, yaml.safe_dump(scenario))
    write_text(folder / "plan" / "pay.csv", "any")
    plan = load_plan(write_plan(folder / "plan", {"pay.csv": "pay_afc"}, scenarios=files))
    with pytest.raises(InputRefused) as refused:
        plan_scenarios(plan, {})
    return [(problem.key, problem.rule) for problem in refused.value.problems]


def scenario(name: str, label: str) -> dict[str, Any]:
    return {"name": name, "label": label, "why": "It may."}


def test_two_scenarios_of_one_name_are_refused(tmp_path: Path) -> None:
    found = refusals(tmp_path, scenario("more", "More tests"), scenario("more", "Many more tests"))
    assert found == [("name", "another scenario has this name")]


def test_two_scenarios_of_one_label_are_refused_and_the_baseline_is_one(tmp_path: Path) -> None:
    found = refusals(tmp_path, scenario("more", "More tests"), scenario("many", "More tests"), scenario("t", "Trend"))
    assert found == [("label", "another scenario has this label")]
    assert refusals(tmp_path / "baseline", scenario("same", BASELINE.label)) == found


@pytest.mark.parametrize("extra_growth", [2, -1.5, float("nan"), float("inf")])
def test_a_lever_that_makes_no_sense_is_refused_in_plain_words(extra_growth: float) -> None:
    with pytest.raises(ValueError, match="it should lie between -1 and 1"):
        growth_lever(extra_growth)
