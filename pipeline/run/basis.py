"""What a run's headlines are made of, as checksums: of the model, of assumptions, of files, tables and settings.

Two runs of the same basis say the same. Like fingerprint.py it imports nothing heavy: it is asked on every run.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from pipeline.plan import Plan
from pipeline.run import fingerprint
from pipeline.run.checksums import Checksums
from pipeline.run.imports import CodeSnapshot
from pipeline.run.parameters import declared
from pipeline.store import digest

CALCULATE = ("ingest", "scenario", "action_plan")
"""The notebooks through which a run reaches its headlines."""
DRAWN_BY = "scenario"
"""The notebook whose parameters say how many draws there are, and from which seed."""
ASSUMED = ("reference/standards.yaml", "reference/scenarios/")
"""Reference files that ship with the code and hold assumptions, so that a change of one is no change of the model."""
SENT = "standards"
"""The table of assumptions that a plan's own people send; it comes from input files, and counts as assumptions."""
NAMED = ("standards", "scenarios", "actions")
"""The plan's own files of assumptions: what is supposed, and what is to be done."""
COVERS = ("ics", "employers", "pillars", "base_month", "horizon_months")
"""What plan.yaml says of what the plan covers."""


def basis(plan: Plan, tables: Mapping[str, str], code: CodeSnapshot, checksums: Checksums) -> dict[str, str]:
    """The marks of a run (report.moves.Marks), from its plan, the checksums of the tables of ingest, and the code."""
    assumed = {name: value for name, value in code.files.items() if name.startswith(ASSUMED)}
    own = [fingerprint.files(plan, fingerprint.named_files(plan, kind), checksums) for kind in NAMED]
    said = json.loads(plan.file.model_dump_json())
    mapping = fingerprint.files(plan, fingerprint.named_files(plan, "mapping"), checksums)
    sources = fingerprint.files(plan, fingerprint.source_files(plan), checksums)
    return {
        "model": model_mark(code),
        "assumptions": digest([assumed, own, tables.get(SENT, "")]),
        "files": digest([said["sources"], mapping, sources]),
        "tables": digest({name: value for name, value in tables.items() if name != SENT}),
        "settings": digest({key: said[key] for key in COVERS}),
    }


def model_mark(code: CodeSnapshot) -> str:
    """The mark of the model of today: the code without assumptions, the notebooks that calculate, the libraries."""
    model = {name: value for name, value in code.files.items() if not name.startswith(ASSUMED)}
    books = {name: code.of_notebook(f"{name}.ipynb") for name in CALCULATE}
    return digest([model, books, sys.version_info[:2], fingerprint.packages(fingerprint.NUMERIC)])


def drawn(notebooks: Path) -> dict[str, object]:
    """How the scenario notebook draws: `draws` and `seed`, as its parameters have them."""
    known = declared(json.loads((notebooks / f"{DRAWN_BY}.ipynb").read_text(encoding="utf-8"))["cells"])
    return {name: known[name].default for name in ("draws", "seed") if name in known}
