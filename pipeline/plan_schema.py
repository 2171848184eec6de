"""The JSON schema of plan.yaml, for completion in an editor.

`python -m pipeline.plan_schema` writes it to docs/plan.schema.json.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipeline.plan import PlanFile
from pipeline.reference import source_cards

SCHEMA_FILE = Path(__file__).resolve().parents[1] / "docs" / "plan.schema.json"


def plan_schema() -> dict[str, Any]:
    """What plan.yaml may say, as JSON schema 2020-12, with the readers that exist today."""
    schema = PlanFile.model_json_schema()
    schema["title"] = "Diagnostic workforce plan"
    reader = schema["$defs"]["SourceEntry"]["properties"]["reader"]
    reader["oneOf"] = [{"const": name, "description": card.title} for name, card in source_cards().items()]
    schema["properties"]["employers"]["additionalProperties"] = False
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def schema_text() -> str:
    """The schema as it stands in docs/plan.schema.json."""
    return json.dumps(plan_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA_FILE.write_text(schema_text(), encoding="utf-8")
