"""The ready files of docs/schedule: each is sound, and calls a command that there is."""

from __future__ import annotations

import ast
import re
import shlex
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from pipeline.cli import app
from pipeline.plan_schema import schema_text
from pipeline.schedule.cron import cron_rule
from pipeline.schedule.file import load_schedule
from pipeline.schedule.schema import schedule_schema

pytestmark = pytest.mark.integration

FOLDER = Path(__file__).parents[2] / "docs" / "schedule"
TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
CALLED = re.compile(r"workforce(?:\.exe</Command>\s*<Arguments>)? ?((?:run|schedule|check)\b[^\n<>\"'`&|]*)")


def commands(text: str) -> list[list[str]]:
    """The words after `workforce` of every call in a file."""
    return [shlex.split(words.replace("{plan}", "sample")) for words in CALLED.findall(text)]


def parsed(words: list[str]) -> dict[str, Any]:
    """What the command line makes of these words, without carrying them out."""
    command: Any = typer.main.get_command(app)
    return dict(command.commands[words[0]].make_context(words[0], words[1:]).params)


CALLERS = ("crontab", "workforce-run.service", "task-scheduler.xml", "github-actions.yml", "airflow_dag.py")


@pytest.mark.parametrize("name", CALLERS)
def test_each_calls_the_same_command_and_there_is_one(name: str) -> None:
    found = commands((FOLDER / name).read_text(encoding="utf-8"))
    assert ["run", "sample"] in found
    assert parsed(["run", "sample"])["plans"] == ["sample"]
    for words in found:
        assert parsed(words)


def test_every_command_of_the_guide_is_one_that_there_is() -> None:
    text = (FOLDER.parent / "schedule.md").read_text(encoding="utf-8")
    found = commands(text)
    assert ["schedule", "--next"] in found
    assert ["schedule", "--try-messages"] in found
    for words in found:
        assert parsed(words) if words != ["run"] else words


def test_the_guide_names_every_ready_file() -> None:
    text = (FOLDER.parent / "schedule.md").read_text(encoding="utf-8")
    assert [path.name for path in FOLDER.iterdir() if f"(schedule/{path.name})" not in text] == []


def test_the_example_schedule_can_be_used(home: Path) -> None:
    (home / "data" / "raw" / "sample").mkdir()
    (home / "data" / "raw" / "sample" / "plan.yaml").touch()
    shutil.copy(FOLDER / "schedule.yaml", home / "data" / "schedule.yaml")
    schedule = load_schedule(home)
    assert len(schedule.runs) == 5
    assert len([*schedule.notify.webhooks, *schedule.notify.emails]) == 2


def test_the_crontab_has_lines_that_cron_takes() -> None:
    lines = (FOLDER / "crontab").read_text(encoding="utf-8").replace("# */", "*/").splitlines()
    timed = [line.split(None, 5) for line in lines if line and line[0] in "0123456789*"]
    assert len(timed) == 2
    for fields in timed:
        assert cron_rule(" ".join(fields[:5])).times
        assert "%" not in fields[5], "cron takes % for the end of the line"


@pytest.mark.parametrize("unit", ["workforce-run.service", "workforce-run.timer", "workforce-schedule.service"])
def test_systemd_takes_the_units(unit: str, tmp_path: Path) -> None:
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("systemd-analyze is not here")
    for path in FOLDER.glob("workforce-*"):
        text = path.read_text(encoding="utf-8").replace("/opt/workforce/.venv/bin/workforce", sys.executable)
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    done = subprocess.run([verify, "verify", "--man=no", tmp_path / unit], capture_output=True, text=True)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "workforce" in line]) == (0, [])


def test_the_task_of_windows_is_whole() -> None:
    task = ElementTree.parse(FOLDER / "task-scheduler.xml").getroot()
    assert task.tag == f"{TASK}Task"
    action = task.find(f"{TASK}Actions/{TASK}Exec")
    assert action is not None
    assert [part.tag.removeprefix(TASK) for part in action] == ["Command", "Arguments", "WorkingDirectory"]
    assert task.findtext(f"{TASK}Settings/{TASK}StartWhenAvailable") == "true"
    assert task.findtext(f"{TASK}Settings/{TASK}MultipleInstancesPolicy") == "IgnoreNew"


def test_the_workflow_of_github_is_whole() -> None:
    flow = yaml.safe_load((FOLDER / "github-actions.yml").read_text(encoding="utf-8"))
    # YAML 1.1 reads the key `on` as true.
    assert cron_rule(flow[True]["schedule"][0]["cron"]).times
    (job,) = flow["jobs"].values()
    assert job["steps"][0]["run"].endswith("workforce run sample")


def test_the_dag_of_airflow_compiles() -> None:
    text = (FOLDER / "airflow_dag.py").read_text(encoding="utf-8")
    compile(text, "airflow_dag.py", "exec")
    called = {
        node.func.id
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert {"DAG", "BashOperator"} <= called


def test_the_schema_is_beside_the_guide() -> None:
    written = (FOLDER.parent / "schedule.schema.json").read_text(encoding="utf-8")
    assert written == schema_text(schedule_schema())
