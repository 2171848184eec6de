"""The JSON schema of data/schedule.yaml, for completion in an editor.

`python -m pipeline.schedule.schema` writes it to docs/schedule.schema.json.
"""

from __future__ import annotations

from typing import Any

from pipeline.plan_schema import DIALECT, schema_text
from pipeline.plan_schema import SCHEMA_FILE as PLAN_SCHEMA_FILE
from pipeline.schedule.file import ScheduleFile

SCHEMA_FILE = PLAN_SCHEMA_FILE.with_name("schedule.schema.json")


def schedule_schema() -> dict[str, Any]:
    """What data/schedule.yaml may say, as JSON schema 2020-12."""
    return {"$schema": DIALECT, **ScheduleFile.model_json_schema(), "title": "Schedule of diagnostic workforce plans"}


if __name__ == "__main__":
    SCHEMA_FILE.write_text(schema_text(schedule_schema()), encoding="utf-8")
