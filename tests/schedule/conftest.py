"""Workspaces with a schedule."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.schedule import child

STANDIN = """\
import datetime as dt, json, sys
from pathlib import Path
from pipeline.run import json_lines
for plan in sys.argv[1:]:
    said = json.loads(Path("answers.json").read_text())[plan]
    report = Path("reports") / plan
    report.mkdir(parents=True, exist_ok=True)
    if "record" in said:
        (report / "run.json").write_text(json.dumps(said["record"]))
    if "end" in said:
        now = dt.datetime.now().isoformat()
        line = {"time": now, "run": "r", "plan": plan, "stage": "run", "state": said["end"], "cause": said.get("cause")}
        json_lines.append(Path("data/processed") / plan / "log.jsonl", line)
    with Path("ran.txt").open("a") as ran:
        ran.write(f"{plan}\\n")
sys.exit(said.get("code", 0))
"""
"""In the place of `workforce run`: it does to each plan what answers.json says, and notes that it ran."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A workspace with two plans and no schedule yet."""
    for plan in ("eastmere", "northvale"):
        folder = tmp_path / "data" / "raw" / plan
        folder.mkdir(parents=True)
        (folder / "plan.yaml").write_text("name: A plan\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def write(home: Path) -> Callable[[str], Path]:
    """Write the schedule of the workspace."""

    def written(text: str) -> Path:
        path = home / "data" / "schedule.yaml"
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    return written


@pytest.fixture
def command(home: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What runs plans in the place of the pipeline; and no run of another test is under way."""
    monkeypatch.setattr(child, "CHILD", child.Child())
    script = home / "standin.py"
    script.write_text(STANDIN, encoding="utf-8")
    (home / "answers.json").write_text('{"eastmere": {}, "northvale": {}}', encoding="utf-8")
    return [sys.executable, str(script)]
