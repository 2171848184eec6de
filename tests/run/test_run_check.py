"""What `workforce check` finds in a plan's own files of standards, actions and assurance and the tables beside them."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from canonical_rows import unchecked
from small_files import CORE5_HEADER, core5_row, write_good_plan, write_text

from pipeline.metrics.assurance.definitions import plan_assurance
from pipeline.plan import load_plan
from pipeline.problems import InputRefused
from pipeline.reference import FOLDER
from pipeline.run.check import check
from pipeline.tables import TABLES

pytestmark = pytest.mark.unit

ACTION = {
    **{"id": "A1", "title": "Grow our own", "theme": "Education and supply", "level": "ICS", "pillars": ["imaging"]},
    **{"owner": "Imaging lead", "start": "2026-01", "lead_months": 18, "cost": {"recurrent": 1, "capital": 0}},
    **{"wte": {"low": 1, "central": 2, "high": 3}, "profession": "Clinical radiologists", "measure": "reports"},
}


def send(plan: Path, name: str, *changes: Mapping[str, Any]) -> None:
    """Add a canonical table to a plan as a CSV."""
    own = unchecked(name, *changes)[TABLES[name].own_columns]
    own.to_csv(plan / f"{name}.csv", index=False, quoting=csv.QUOTE_MINIMAL)
    set_keys(plan, sources=[*read(plan)["sources"], {"reader": "table_csv", "path": f"{name}.csv"}])


def read(plan: Path) -> dict[str, Any]:
    words: dict[str, Any] = yaml.safe_load((plan / "plan.yaml").read_text(encoding="utf-8"))
    return words


def set_keys(plan: Path, **keys: Any) -> None:
    (plan / "plan.yaml").write_text(yaml.safe_dump({**read(plan), **keys}), encoding="utf-8")


def problems(plan: Path) -> list[tuple[str, int | None, str]]:
    with pytest.raises(InputRefused) as caught:
        check(plan)
    return [(Path(each.file).name, each.row, each.column or each.key) for each in caught.value.problems]


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    return write_good_plan(tmp_path / "northvale")


def test_good_tables_of_standards_and_actions_are_taken(plan: Path) -> None:
    send(plan, "standards", {})
    send(plan, "actions", {}, {"id": "A2", "depends_on": "A1"})
    _, ingested = check(plan)
    assert (len(ingested.tables["standards"]), len(ingested.tables["actions"])) == (1, 2)


def test_a_standard_that_is_on_no_scale_and_an_action_given_twice_are_refused_at_their_rows(plan: Path) -> None:
    send(plan, "standards", {}, {"test": "MRI", "scale": "logit"})
    send(plan, "actions", {"id": "A2"}, {"id": "A1"})
    (plan / "actions.yaml").write_text(yaml.safe_dump([ACTION]), encoding="utf-8")
    set_keys(plan, actions="actions.yaml")
    assert problems(plan) == [("standards.csv", 3, "scale"), ("actions.csv", 3, "id")]


def test_an_action_of_a_table_that_cannot_be_read_is_not_said_to_be_missing(plan: Path) -> None:
    send(plan, "actions", {"id": "B1"})
    (plan / "actions.yaml").write_text(yaml.safe_dump([{**ACTION, "depends_on": ["B1"]}]), encoding="utf-8")
    set_keys(plan, actions="actions.yaml")
    check(plan)
    write_text(plan / "core5.csv", CORE5_HEADER, core5_row(wte="ten"))
    assert problems(plan) == [("core5.csv", 2, "FTE")]


def own_triggers(plan: Path, **changes: Any) -> None:
    """Give a plan a file of assurance triggers: the default ones with changes to the first metric of all."""
    words = yaml.safe_load((FOLDER / "assurance.yaml").read_text(encoding="utf-8"))
    words["groups"][0]["triggers"][0]["metrics"][0].update(changes)
    (plan / "triggers.yaml").write_text(yaml.safe_dump(words), encoding="utf-8")
    set_keys(plan, assurance="triggers.yaml")


def test_a_plans_own_triggers_take_the_place_of_the_defaults(plan: Path) -> None:
    assert plan_assurance(load_plan(plan)).metrics()["red"].iloc[0] == 0.10
    own_triggers(plan, red=0.5)
    checked, _ = check(plan)
    assert plan_assurance(checked).metrics()["red"].iloc[0] == 0.5


def test_broken_triggers_are_refused_with_file_key_and_rule_and_all_else_that_is_wrong(plan: Path) -> None:
    own_triggers(plan, red=0.01, indicator="vacancies")
    write_text(plan / "core5.csv", CORE5_HEADER, core5_row(wte="ten"))
    first = "groups.0.triggers.0.metrics.0"
    assert problems(plan) == [("triggers.yaml", None, f"{first}.indicator"), ("core5.csv", 2, "FTE")]
    own_triggers(plan, red=0.01)
    with pytest.raises(InputRefused, match=r"red \(0\.01\) should be worse than amber \(0\.067\), or the same"):
        check(plan)
    assert problems(plan) == [("triggers.yaml", None, first), ("core5.csv", 2, "FTE")]


def test_a_file_of_triggers_that_is_not_there_is_refused_at_its_key_in_the_plan(plan: Path) -> None:
    set_keys(plan, assurance="nowhere.yaml")
    assert problems(plan) == [("plan.yaml", None, "assurance")]
