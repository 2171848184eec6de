"""What a scenario file may say: its schema, its guide, and what is wrong with it in plain words."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from small_files import write_text

from pipeline.assumptions import default_assumptions, of_kind
from pipeline.lever_guide import EXAMPLE, STAND_IN, guide
from pipeline.model.levers import levers
from pipeline.model.paths import NO_PLAN
from pipeline.model.plan_scenarios import levers_set
from pipeline.model.scenarios import BASELINE, Change, read_scenario, shipped_scenarios
from pipeline.problems import InputRefused
from pipeline.reference import FOLDER
from pipeline.scenario_schema import SCHEMA_FILE, scenario_schema
from pipeline.yaml_file import read_yaml

pytestmark = pytest.mark.unit

WORDS = {"name": "more", "label": "More tests", "why": "It may."}
POINTER = "# yaml-language-server: $schema="


def problems(folder: Path, text: str) -> list[tuple[str, str]]:
    """Key and rule of everything wrong with a scenario file."""
    path = folder / "scenario.yaml"
    write_text(path, text)
    with pytest.raises(InputRefused) as refused:
        read_scenario(path)
    return [(problem.key, problem.rule) for problem in refused.value.problems]


def with_change(**change: Any) -> str:
    return yaml.safe_dump({**WORDS, "changes": [{"kind": "exit_rate", **change}]})


class TestFaults:
    @pytest.mark.parametrize("amounts", [{}, {"add": 0.1, "moves_to": 1}, {"moves_to": "low", "at_least": 2}])
    def test_a_change_has_one_amount(self, tmp_path: Path, amounts: dict[str, Any]) -> None:
        assert problems(tmp_path, with_change(**amounts)) == [("changes.0", "give one of add, moves_to and at_least")]

    @pytest.mark.parametrize("value", ["lowest", [1], math.nan])
    def test_what_a_change_moves_to_is_a_number_or_a_word_that_is_known(self, tmp_path: Path, value: Any) -> None:
        said = problems(tmp_path, with_change(moves_to=value))
        assert said == [("changes.0.moves_to", "should be a number, or one of low, high, plan, horizon")]

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"add": "more"}, ("add", "should be a number")),
            ({"add": math.inf}, ("add", "should be a number")),
            ({"add": 0.1, "over_months": -1}, ("over_months", "should be 0 or more")),
            ({"add": 0.1, "lasts_months": 0}, ("lasts_months", "should be 1 or more")),
            ({"add": 0.1, "after_months": 1.5}, ("after_months", "should be a whole number")),
            ({"add": 0.1, "tset": "CT"}, ("tset", "this key is not known; check its spelling against docs/levers.md")),
        ],
    )
    def test_a_change_is_refused_at_the_key_that_is_wrong(
        self, tmp_path: Path, change: dict[str, Any], said: tuple[str, str]
    ) -> None:
        key, rule = said
        assert problems(tmp_path, with_change(**change)) == [(f"changes.0.{key}", rule)]

    @pytest.mark.parametrize("text", ["", "- name: more\n", "more tests\n"])
    def test_a_file_that_is_no_scenario_is_told_what_one_is(self, tmp_path: Path, text: str) -> None:
        ((key, rule),) = problems(tmp_path, text)
        assert (key, rule[:51]) == ("", "a scenario is lines of `key: value`: name, label, w")

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"kind": "exit_rate"}, ("changes", "should be a list: [one, two], or a line with a dash for each")),
            (["exit_rate"], ("changes.0", "should be lines of `key: value`, set in below this key")),
        ],
    )
    def test_changes_are_a_list_of_lines(self, tmp_path: Path, changes: Any, said: tuple[str, str]) -> None:
        assert problems(tmp_path, yaml.safe_dump({**WORDS, "changes": changes})) == [said]

    def test_a_lever_of_a_notebook_is_refused_in_the_same_words(self) -> None:
        with pytest.raises(ValueError, match="over_months should be 0 or more"):
            levers_set([{"kind": "exit_rate", "add": 0.1, "over_months": -1}], default_assumptions(), 60, NO_PLAN)

    def test_a_label_says_every_kind_of_amount(self) -> None:
        amounts: list[dict[str, Any]] = [{"add": 0.1}, {"moves_to": "low"}, {"at_least": 0.2}]
        more = BASELINE.and_also(Change(kind="activity_growth", test="CT", **amount) for amount in amounts)
        assert more.label.endswith(
            "with activity growth CT +0.1, activity growth CT at low, activity growth CT at least 0.2"
        )


@pytest.fixture(scope="module")
def valid() -> jsonschema.Draft202012Validator:
    """What tells a scenario that the schema takes from one that it marks."""
    schema = scenario_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


class TestSchema:
    def test_takes_every_scenario_that_ships_and_those_of_the_sample(
        self, valid: jsonschema.Draft202012Validator, root: Path
    ) -> None:
        files = [*(FOLDER / "scenarios").glob("*.yaml"), *(root / "data/raw/sample/scenarios").glob("*.yaml")]
        assert len(files) == len(shipped_scenarios()) + 2
        assert [path.name for path in files if not valid.is_valid(read_yaml(path))] == []

    def test_is_what_those_files_point_an_editor_to(self, root: Path) -> None:
        for path in [*(FOLDER / "scenarios").glob("*.yaml"), *(root / "data/raw/sample/scenarios").glob("*.yaml")]:
            first = path.read_text(encoding="utf-8").splitlines()[0]
            assert first.startswith(POINTER), path.name
            assert (path.parent / first.removeprefix(POINTER)).resolve() == SCHEMA_FILE.resolve()

    @pytest.mark.parametrize(
        "change",
        [
            {"kind": "exit_rate"},
            {"kind": "exit_rate", "add": 0.1, "moves_to": 0.1},
            {"kind": "exit_rate", "add": None},
            {"kind": "exit_rates", "add": 0.1},
            {"kind": "exit_rate", "moves_to": "lowest"},
            {"kind": "exit_rate", "add": 0.1, "tset": "CT"},
            {"kind": "exit_rate", "add": 0.1, "lasts_months": 0},
        ],
    )
    def test_marks_what_the_reader_refuses(
        self, valid: jsonschema.Draft202012Validator, change: dict[str, Any]
    ) -> None:
        assert not valid.is_valid({**WORDS, "changes": [change]})

    def test_offers_every_lever_with_what_it_does(self) -> None:
        offered = scenario_schema()["$defs"]["Change"]["properties"]["kind"]["oneOf"]
        assert {each["const"]: each["description"] for each in offered} == {
            kind: lever.does for kind, lever in levers().items()
        }


class TestGuide:
    def test_the_example_is_a_scenario_that_is_taken(self, tmp_path: Path) -> None:
        path = tmp_path / "growth.yaml"
        write_text(path, EXAMPLE)
        kept = [change for change in read_scenario(path).changes if change.kind not in STAND_IN]
        assert levers_set([change.model_dump() for change in kept], default_assumptions(), 60, NO_PLAN) == kept
        pointer = EXAMPLE.splitlines()[0].removeprefix(POINTER)
        assert (SCHEMA_FILE.parents[1] / "data/raw/plan" / pointer).resolve() == SCHEMA_FILE.resolve()

    def test_the_lever_of_the_notebook_is_taken(self) -> None:
        (written,) = re.findall(r"^levers = (.*)$", guide(), flags=re.MULTILINE)
        assert levers_set(yaml.safe_load(written), default_assumptions(), 60, NO_PLAN)

    def test_every_lever_and_every_value_of_it_is_listed(self) -> None:
        text = guide()
        for kind in levers():
            found = of_kind(default_assumptions(), STAND_IN.get(kind, kind))
            assert text.count(f"\n| `{kind}` | ") >= 1 + (len(found) if len(found) > 1 else 0)
            assert all(f"{each.value:g}" in text for each in found)
