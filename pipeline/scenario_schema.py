"""The JSON schema of a scenario file, for completion in an editor.

`python -m pipeline.scenario_schema` writes it to docs/scenario.schema.json.
"""

from __future__ import annotations

from typing import Any

from pipeline.model.levers import levers
from pipeline.model.scenarios import AMOUNTS, TARGETS, Scenario
from pipeline.plan_schema import DIALECT, one_of, schema_text
from pipeline.plan_schema import SCHEMA_FILE as PLAN_SCHEMA_FILE

SCHEMA_FILE = PLAN_SCHEMA_FILE.with_name("scenario.schema.json")


def scenario_schema() -> dict[str, Any]:
    """What a scenario file may say, as JSON schema 2020-12, with the levers that there are and what each does."""
    schema = Scenario.model_json_schema()
    schema["title"] = "Scenario of a diagnostic workforce plan"
    change = schema["$defs"]["Change"]
    keys = {name: _filled_in(key) for name, key in change["properties"].items()}
    keys["kind"]["oneOf"] = one_of({kind: lever.does for kind, lever in levers().items()})
    keys["moves_to"]["anyOf"] = [{"type": "number"}, {"oneOf": one_of(TARGETS)}]
    change.update(properties=keys, oneOf=[{"required": [amount]} for amount in AMOUNTS])
    return {"$schema": DIALECT, **schema}


def _filled_in(key: dict[str, Any]) -> dict[str, Any]:
    """A key that may be left out and, where it is written, has a value."""
    kinds = [kind for kind in key.get("anyOf", []) if kind.get("type") != "null"]
    kept = {name: value for name, value in key.items() if name != "anyOf" and not (name == "default" and value is None)}
    return {**kept, **(kinds[0] if len(kinds) == 1 else {})}


if __name__ == "__main__":
    SCHEMA_FILE.write_text(schema_text(scenario_schema()), encoding="utf-8")
