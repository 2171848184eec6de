"""How a plan stands: what a run would make and why, the last try, a run under way, and who approved what.

Nothing is written, and nothing heavy is imported: it is over in a moment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pipeline.plan import load_plan
from pipeline.problems import InputRefused
from pipeline.run.build import new_run
from pipeline.run.imports import CodeSnapshot
from pipeline.run.lock import held_by
from pipeline.run.record import RECORD, read_facts, read_record
from pipeline.run.stages import STAGES, before
from pipeline.run.tasks import first_stale

State = Literal["up to date", "to be made", "refused"]


@dataclass(frozen=True)
class Try:
    """A run that was tried: when it began, how long it took, its stages, and where it failed and why."""

    run_id: str
    started: str
    seconds: float | None
    stages: list[dict[str, Any]] = field(default_factory=list)
    failed_at: str = ""
    cause: str = ""


@dataclass(frozen=True)
class Holder:
    """A run that has not ended: its process and when it began; `alive` is False for one that was cut off."""

    pid: int | None
    since: str | None
    alive: bool


@dataclass(frozen=True)
class Status:
    """How a plan stands.

    `would_make` are the stages that a run would carry out, as far as can be told without carrying them out, and `why`
    the reason of the first; or why plan.yaml is refused. `tried` is the last try, `report` the run of the report in use
    with the day it was made, and `approved` who approved it and when.
    """

    plan: str
    name: str
    state: State
    why: str = ""
    would_make: tuple[str, ...] = ()
    tried: Try | None = None
    report: dict[str, str] | None = None
    approved: dict[str, str] | None = None
    last_approved: dict[str, str] | None = None
    running: Holder | None = None


def status(
    plan_folder: Path,
    *,
    processed_root: Path,
    reports_root: Path,
    notebooks_folder: Path,
    code: CodeSnapshot | None = None,
) -> Status:
    """How a plan stands against its files and report, and against `code`: that of now where none is given."""
    slug = plan_folder.resolve().name
    said = _state(plan_folder, processed_root, reports_root, notebooks_folder, code)
    record = read_record(reports_root / slug)
    held = held_by(processed_root / slug)
    return Status(
        plan=slug,
        **said,
        tried=_tried(read_facts(processed_root / slug / RECORD)),
        report=_texts(record, "run_id", "started", "made") if record else None,
        approved=_last_signed(record.get("approval")),
        last_approved=_signed(record.get("last_approved")),
        running=Holder(*held) if held else None,
    )


def _state(
    plan_folder: Path, processed: Path, reports: Path, notebooks: Path, code: CodeSnapshot | None
) -> dict[str, Any]:
    try:
        plan = load_plan(plan_folder)
        run = new_run(plan, processed, reports, notebooks, code=code)
        run.shelf.refuse_foreign(plan.folder, notebooks)
    except InputRefused as refused:
        return {"name": "", "state": "refused", "why": str(refused)}
    stale = first_stale(run)
    if stale is None:
        return {"name": plan.file.name, "state": "up to date"}
    first, why = stale
    later = tuple(stage.name for stage in STAGES if first in [each.name for each in before(stage.name)])
    return {"name": plan.file.name, "state": "to be made", "why": why, "would_make": (first, *later)}


def _tried(facts: Mapping[str, Any]) -> Try | None:
    if not facts:
        return None
    stages = [each for each in facts.get("stages") or [] if isinstance(each, dict)]
    failed = next((each for each in stages if each.get("status") == "failed"), {})
    seconds = facts.get("seconds")
    return Try(
        **_texts(facts, "run_id", "started"),
        seconds=float(seconds) if isinstance(seconds, int | float) else None,
        stages=stages,
        failed_at=str(failed.get("name", "")),
        cause=str(failed.get("why", "")),
    )


def _last_signed(approval: Any) -> dict[str, str] | None:
    return _signed(approval[-1]) if isinstance(approval, list) and approval else None


def _signed(sign_off: Any) -> dict[str, str] | None:
    return _texts(sign_off, "by", "role", "minute", "date", "version") if isinstance(sign_off, dict) else None


def _texts(facts: Mapping[str, Any], *names: str) -> dict[str, str]:
    return {name: str(facts.get(name) or "") for name in names}
