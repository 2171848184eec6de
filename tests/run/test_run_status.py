"""How a plan stands: what a run would make and why, without anything being made."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from unittest import mock

import pytest
from portal_folders import SIGNED
from tiny_workshop import Workshop

from pipeline.run import fingerprint
from pipeline.run.errors import NotebookFailed
from pipeline.run.lock import held_by, plan_lock
from pipeline.run.stages import STAGES
from pipeline.run.status import Status, status

pytestmark = pytest.mark.integration


def of(workshop: Workshop) -> Status:
    with mock.patch.object(fingerprint, "PACKAGE", workshop.package):
        return status(
            workshop.plan,
            processed_root=workshop.processed.parent,
            reports_root=workshop.reports,
            notebooks_folder=workshop.notebooks,
        )


def everything(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file below a folder, with its size and time."""
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


def test_a_plan_that_never_ran_would_have_everything_made(workshop: Workshop) -> None:
    before = everything(workshop.root)
    found = of(workshop)
    assert (found.name, found.state, found.why) == ("Tiny plan", "to be made", fingerprint.NEVER_RAN)
    assert found.would_make == tuple(stage.name for stage in STAGES)
    assert (found.tried, found.report, found.running) == (None, None, None)
    assert everything(workshop.root) == before


def test_a_plan_that_was_made_is_up_to_date(built: Workshop) -> None:
    before = everything(built.root)
    found = of(built)
    assert (found.state, found.why, found.would_make) == ("up to date", "", ())
    assert found.tried is not None
    assert [stage["status"] for stage in found.tried.stages] == ["built"] * len(STAGES)
    assert found.report is not None
    assert found.report["run_id"] == found.tried.run_id
    assert everything(built.root) == before


def test_a_change_names_the_first_stage_and_those_that_follow(built: Workshop) -> None:
    built.rewrite("action_plan", "print('other')")
    found = of(built)
    assert (found.state, found.why) == ("to be made", "its notebook has changed")
    assert found.would_make == ("action_plan", "changes", "document")


def test_a_plan_file_that_is_refused_says_why(built: Workshop) -> None:
    (built.plan / "plan.yaml").write_text("name: [", encoding="utf-8")
    found = of(built)
    assert found.state == "refused"
    assert "plan.yaml" in found.why
    assert found.report is not None


def test_the_last_failure_is_told_with_its_cause(built: Workshop) -> None:
    built.rewrite("metrics", "raise ValueError('no')")
    with pytest.raises(NotebookFailed):
        built.build()
    found = of(built)
    assert found.tried is not None
    assert found.tried.failed_at == "metrics"
    assert "Cause: ValueError: no" in found.tried.cause


def test_a_run_under_way_is_told_from_one_that_was_cut_off(built: Workshop) -> None:
    with plan_lock(built.processed, "tiny"):
        running = of(built).running
        assert running is not None
        assert running.alive
        note = (built.processed / ".lock.json").read_text("utf-8")
    assert of(built).running is None
    (built.processed / ".lock.json").write_text(note, encoding="utf-8")
    running = of(built).running
    assert running is not None
    assert (running.alive, running.pid) == (False, json.loads(note)["pid"])


def test_asking_who_holds_a_plan_leaves_it_free(built: Workshop) -> None:
    (built.processed / ".lock.json").write_text("{", encoding="utf-8")
    assert held_by(built.processed) == (None, None, False)
    with plan_lock(built.processed, "tiny", wait=0.1):
        pass


def test_an_approval_is_told(built: Workshop) -> None:
    record = built.report / "run.json"
    facts = json.loads(record.read_text("utf-8"))
    record.write_text(json.dumps(facts | {"approval": [SIGNED]}), encoding="utf-8")
    approved = of(built).approved
    assert approved is not None
    assert (approved["by"], approved["date"]) == (SIGNED["by"], SIGNED["date"])


@pytest.mark.parametrize("text", ["[]", '{"approval": 3, "stages": "x", "seconds": "y"}', "{"])
def test_a_record_of_another_shape_stops_nothing(built: Workshop, text: str) -> None:
    (built.processed / "run.json").write_text(text, encoding="utf-8")
    assert of(built).plan == "tiny"
    # A folder whose record does not name the plan is no report of it.
    (built.report / "run.json").write_text(text.replace("{", '{"plan": "tiny", ', 1), encoding="utf-8")
    assert of(built).approved is None


def test_nothing_heavy_is_imported() -> None:
    code = "import sys, pipeline.run.status, pipeline.commands.looking; print('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
