"""How long a run took: the annex that says what was made, for how long, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pipeline.report import words
from pipeline.report.display import Shown, say, table

TITLE = "How this run was made"
CAPTION = "How long this run took"
STEPS = {
    "ingest": "Reading the input files",
    "metrics": "Working out the indicators",
    "scenario": "Working out the scenarios",
    "evidence": "Testing the method against the past",
    "action_plan": "Weighing the actions",
    "changes": "Comparing with earlier runs",
    "document": "Making this document",
}
"""What a stage does, as a reader would say it."""
MADE = {"built": "made", "fresh": "kept from an earlier run"}
KEPT = "nothing that it is made from has changed"
NOTE = "Seconds of a step that was kept are those of the run that made it, and are not in the total."
_MINUTE = 60


def timing_shown(facts: Mapping[str, Any]) -> list[Shown]:
    """How long each step of a run took and why it ran, up to the document; nothing where the record does not say.

    `facts` are those of a run: `stages` as they came out so far, `made_in` the seconds of each when it was last made,
    and `seconds` since the run began.
    """
    stages = [stage for stage in facts.get("stages") or [] if stage["name"] != "document"]
    if not stages:
        return []
    kept = any(stage["status"] == "fresh" for stage in stages)
    return [say(*_sentences(facts)), table(_table(stages, facts), caption=CAPTION, note=NOTE if kept else "")]


def _sentences(facts: Mapping[str, Any]) -> list[str]:
    took = _long(float(facts.get("seconds") or 0))
    return [
        f"Up to the moment at which this page was begun, the run had taken **{took}**. Steps that need nothing from "
        "one another run side by side, so the total can be less than the sum of the steps.",
        "Making the document comes last, and nobody can know how long that takes before it is done: its time is in "
        "run.json, which stands beside this page, and in the log of the plan's runs.",
    ]


def _table(stages: list[Mapping[str, Any]], facts: Mapping[str, Any]) -> pd.DataFrame:
    made_in = facts.get("made_in") or {}
    rows = [
        {
            "step": STEPS.get(stage["name"], stage["name"]),
            "in_this_run": MADE.get(stage["status"], stage["status"]),
            "seconds": float(stage["seconds"] or made_in.get(stage["name"], 0.0)),
            "why": stage["why"] or KEPT,
        }
        for stage in stages
    ]
    total = {
        "step": "Total",
        "in_this_run": "",
        "seconds": float(facts.get("seconds") or 0),
        "why": "from its start up to this page",
    }
    return pd.DataFrame([*rows, total])


def _long(seconds: float) -> str:
    """A length of time as a reader would say it: 40 seconds, 3 minutes 5 seconds."""
    minutes, rest = divmod(round(seconds), _MINUTE)
    parts = [words.plural(minutes, "minute")] if minutes else []
    return " ".join([*parts, *([words.plural(rest, "second")] if rest or not minutes else [])])
