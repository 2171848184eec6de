"""A tiny plan in which every field of free text of every file that a plan may have holds a hostile text of its own."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hostile_texts import Hostile
from notebook_files import AUGUST, JULY, MRI, RADIOGRAPHY, REGISTERED, core5_line, write_core5, write_dm01, write_yaml
from small_files import write_plan, write_practice_map

from pipeline.report.chapters import chapters
from pipeline.tables import TABLES

RADIOGRAPHERS = "Diagnostic radiographers"
EMPLOYERS = ["RZ1", "RZ2"]
Rows = list[dict[str, Any]]
FREE = {
    "risks": ["title", "cause", "effect", "owner", "trigger", "response"],
    "actions": ["title", "owner", "measure", "evidence"],
    "action_effects": ["because"],
    "governance": ["body", "item", "owner"],
    "training_routes": ["route", "source"],
    "cdc_plans": ["site"],
    "skill_mix": ["work"],
    "rota_posts": ["rota"],
    "practices": ["practice_name"],
    "standards": ["label", "source", "owner", "signed_off_by"],
}
"""The columns of free text of each table that a plan's people send."""
SENT: dict[str, Rows] = {
    "risks": [{"id": f"R{number}", "event": None, "level": None, "by_month": None, "profession": None, "employer": None}
              for number in range(40)],
    "actions": [{"id": f"A{number}", "start": "2025-01-31"} for number in range(14)],
    "action_effects": [{"action": f"A{number}"} for number in range(14)],
    "governance": [{"date": f"2024-{month:02}-11"} for month in range(1, 13)],
    "training_routes": [{} for _ in range(8)],
    "cdc_plans": [{"host": "RZ1"} for _ in range(6)],
    "skill_mix": [{"share": 1.0, "profession": RADIOGRAPHERS} for _ in range(6)],
    "rota_posts": [{"employer": "RZ1"} for _ in range(6)],
    "practices": [{"as_of": "2024-08-31", "practice": f"ZP10{number:02}"} for number in range(20)],
    "standards": [{"kind": "minutes", "test": test, "signed_off_on": "2024-05-14", "from_date": "2024-04-01"}
                  for test in ("CT", "MRI")],
}  # fmt: skip


def write_hostile(folder: Path, hostile: Hostile) -> Path:
    """The plan, with every text that `hostile` gives out; the folder of the plan."""
    folder.mkdir(parents=True)
    write_core5(
        folder / "core5.csv",
        *(core5_line(code, REGISTERED, RADIOGRAPHY, "Band 6", 20, 22) for code in EMPLOYERS),
        *(core5_line("RZ1", REGISTERED, _cell(hostile("core5.care_setting")), "Band 6", 5, 5) for _ in range(12)),
    )
    for number, month in ((7, JULY), (8, AUGUST)):
        odd = [("RZ1", hostile("dm01.test"), 5, 5, 10) for _ in range(8)]
        write_dm01(
            folder / f"dm01_2024-0{number}.xlsx", month, [("RZ1", MRI, 90, 10, 100), ("RZ2", MRI, 9, 1, 9), *odd]
        )
    write_practice_map(folder / "map.csv", board_name=hostile("practice_map.board"))
    sources = {"core5.csv": "hchs_core5", "dm01_*.xlsx": "dm01_provider", "map.csv": "gp_practice_map"}
    for name, changes in SENT.items():
        _write_table(folder / f"{name}.csv", name, changes, hostile)
        sources[f"{name}.csv"] = "table_csv"
    _write_scenarios(folder, hostile)
    (folder / "commentary").mkdir()
    for chapter in chapters():
        notes = "\n\n".join(hostile(f"commentary.{chapter.id}") for _ in range(6))
        (folder / "commentary" / f"{chapter.id}.md").write_text(notes, encoding="utf-8")
    return write_plan(folder, sources, **_words(hostile))


def _cell(text: str) -> str:
    """A text for a cell of a CSV file that is in quotation marks."""
    return text.replace('"', '""')


def _write_table(path: Path, name: str, changes: Rows, hostile: Hostile) -> None:
    table = TABLES[name]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, table.own_columns)
        writer.writeheader()
        for change in changes:
            free = {column: hostile(f"{name}.{column}") for column in FREE[name]}
            row = {**table.example, **free, **change}
            writer.writerow({column: "" if row[column] is None else row[column] for column in table.own_columns})


def _write_scenarios(folder: Path, hostile: Hostile) -> None:
    for number in range(3):
        words = {"label": hostile("scenario.label", most=80), "why": hostile("scenario.why")}
        change = {"kind": "minutes", "test": "MRI", "add": 0.01 * (number + 1)}
        write_yaml(folder / f"s{number}.yaml", {"name": f"s{number}", **words, "changes": [change]})


def _words(hostile: Hostile) -> dict[str, Any]:
    """What plan.yaml says in words."""
    fields: Iterator[str] = iter(("board", "owner", "analyst", "refresh", "decision"))
    return {
        "name": hostile("plan.name", most=120),
        "employers": {code: hostile(f"plan.employers.{code}") for code in EMPLOYERS},
        "education_providers": {"ZZU1": hostile("plan.education_providers")},
        "governance": {field: hostile(f"plan.governance.{field}") for field in fields},
        "sign_off": {"version": hostile("plan.sign_off.version"), "approver": hostile("plan.sign_off.approver")},
        "scenarios": [f"s{number}.yaml" for number in range(3)],
        "base_month": "2024-08",
    }
