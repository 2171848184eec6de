"""The JSON schema of plan.yaml, for completion in an editor.

`python -m pipeline.plan_schema` writes it to docs/plan.schema.json.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.plan import PlanFile
from pipeline.reference import source_cards

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SCHEMA_FILE = Path(__file__).resolve().parents[1] / "docs" / "plan.schema.json"


def plan_schema() -> dict[str, Any]:
    """What plan.yaml may say, as JSON schema 2020-12, with the readers that exist today."""
    schema = PlanFile.model_json_schema()
    schema["title"] = "Diagnostic workforce plan"
    reader = schema["$defs"]["SourceEntry"]["properties"]["reader"]
    reader["oneOf"] = one_of({name: card.title for name, card in source_cards().items()})
    schema["properties"]["employers"]["additionalProperties"] = False
    return {"$schema": DIALECT, **schema}


def one_of(meanings: Mapping[str, str]) -> list[dict[str, str]]:
    """The words that a value may be, each with what it means, for an editor to offer."""
    return [{"const": word, "description": meaning} for word, meaning in meanings.items()]


def schema_text(schema: Mapping[str, Any]) -> str:
    """A schema as it stands in its file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA_FILE.write_text(schema_text(plan_schema()), encoding="utf-8")
